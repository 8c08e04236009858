/*
 * What the two halves of reading a table share: extract_columns.c finds its columns by their heads,
 * extract_grid.c its rows and cells.
 *
 * Lifetime: the arena of the call.  Threads: an arena's.
 */
#ifndef TWINREADER_EXTRACT_TABLE_H
#define TWINREADER_EXTRACT_TABLE_H

#include "twinreader/extract_sheet.h"

enum { TABLE_HEADS_MAX = 64, TABLE_ROWS_MAX = 200, TABLE_CLUSTERS_MAX = 40 };

enum { TABLE_IGNORED = -1, TABLE_NO_HEAD = -2 };

struct table_head {
    struct extract_box box;
    int column; /* TABLE_IGNORED: one of no interest */
    float similarity;
};

/* A stretch of x where words of the body stand, merged where they nearly touch. */
struct table_cluster {
    float x0, x1;
    size_t words;
};

struct table {
    struct extract_sheet *x;
    const struct form_list *list;
    struct extract_grid *grid;
    size_t field;
    struct table_head heads[TABLE_HEADS_MAX]; /* left to right */
    size_t head_count;
    struct table_cluster figures[TABLE_CLUSTERS_MAX]; /* of figures, left to right */
    size_t figure_count;
    float row[TABLE_ROWS_MAX]; /* middles */
    size_t row_count;
    float pitch;
};

/* Finds head, end and columns; grid->found stays false when there is no table.  ERR_NOMEM. */
int table_find_columns(struct table *t) MUST_CHECK;

/* Whether the word stands between head and end. */
bool table_in_body(const struct table *t, const struct sheet_word *w);
/* Whether the word is an amount or a dash, and nothing else. */
bool table_figure(const struct sheet_word *w);

/* extract_nothing.c: looks for a dash or a nought where a row has no word in a column; fills `cell`
 * when it sees one.  ERR_NOMEM. */
int extract_nothing_seen(const struct table *t, size_t column, size_t row, struct field *cell,
                         bool *ret_seen) MUST_CHECK;

#endif
