/*
 * Extraction on the sheet: fields by places, tables by the heads of their columns.  Inside the
 * forms module only.
 *
 * Lifetime: all in the arena of the call.  Threads: an arena's.
 */
#ifndef TWINREADER_EXTRACT_SHEET_H
#define TWINREADER_EXTRACT_SHEET_H

#include "twinreader/sheet.h"

enum { EXTRACT_VALUES_MAX = 12, EXTRACT_COLUMNS_MAX = 20, EXTRACT_UNKNOWN_MAX = 4 };

/* A value that may be the field's. */
struct extract_value {
    const char *value, *normalised;
    struct quad box;
    float low;      /* its least certain character */
    double score;   /* how well its place fits */
    int64_t scaled; /* amounts: hundred-thousandths */
};

struct extract_values {
    struct extract_value item[EXTRACT_VALUES_MAX]; /* best first */
    size_t count;
};

/* Where a table's columns stand. */
struct extract_grid {
    bool found;
    float x0[EXTRACT_COLUMNS_MAX], x1[EXTRACT_COLUMNS_MAX]; /* x1 <= x0: no such column here */
    float top, bottom;
    size_t unknown_count;              /* columns of figures whose heads the form does not know */
    int assigned[EXTRACT_UNKNOWN_MAX]; /* which column each is taken for, from 1; 0: none */
    bool doubted;                      /* cells are less sure for it */
};

struct extract_sheet {
    const struct sheet *sheet;
    const struct form *form;
    struct arena *arena;
    const struct image *picture; /* upright; NULL: not there */
    double scale;                /* its pixels per pixel of the page */
    struct sheet_hits hits;
    struct extract_grid *grids;    /* one a field; lists only */
    struct extract_values *values; /* one a field; those with places */
    struct field *lists;           /* one a field; lists only */
};

/* Finds all that a form looks for on the sheet.  ERR_NOMEM. */
int extract_sheet(struct extract_sheet *x) MUST_CHECK;
/* The same once more with columns assigned in x->grids.  ERR_NOMEM. */
int extract_sheet_again(struct extract_sheet *x) MUST_CHECK;
/* Whether the column has a head, known or assigned. */
bool extract_has_column(const struct extract_grid *g, size_t column);

/* extract_place.c: the values one field may have.  ERR_NOMEM. */
int extract_places(struct extract_sheet *x, size_t field) MUST_CHECK;
/* extract_grid.c: a table.  ERR_NOMEM. */
int extract_grid(struct extract_sheet *x, size_t field) MUST_CHECK;

/* extract_tick.c: the option on the span whose box is ticked.  False when none is, or it cannot be
 * told; ERR_NOMEM is told by `*ret_r`. */
bool extract_ticked(struct extract_sheet *x, const struct form_labels *words,
                    struct sheet_span span, struct extract_value *ret, int *ret_r);

/* Labels are told apart by their owners. */
int extract_place_owner(size_t field, size_t place);
int extract_head_owner(size_t field, size_t column);
bool extract_owned_by_place(int owner);

/* Makes a typed value of a text found; false when it is none of the type.  ERR_NOMEM is told by
 * `*ret_r`. */
bool extract_typed(struct extract_sheet *x, enum form_type type, const char *text, size_t len,
                   bool last, size_t *ret_start, size_t *ret_end, struct extract_value *ret,
                   int *ret_r);
/* How an amount of nothing is written: "-" for one dash or more, "0" for a lone nought, which alone
 * is often read as a letter O; NULL for any other text. */
const char *extract_nothing(const char *text, size_t len);
/* The text of words first <= i < end of any chains, left to right, cut amounts joined; NULL when
 * the arena is full. */
char *extract_words_text(struct extract_sheet *x, const size_t *words, size_t count);
/* The nearest of the words to a text, when it is near enough; NULL otherwise. */
const struct fuzzy_phrase *extract_nearest(struct extract_sheet *x, const struct form_labels *words,
                                           const char *text, float *ret_similarity, int *ret_r);

#endif
