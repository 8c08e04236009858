/*
 * Extraction: the rules of a form applied to a page.  Inside the forms module only.
 *
 * The page is seen as rows (extract_view.c): the lines side by side joined into one text, with the
 * way back from a stretch of that text to its box and confidence.  extract_find.c turns rules into
 * candidates, extract_list.c reads tables, extract.c chooses.
 *
 * Lifetime: all in the arena of the call.  Threads: an arena's.
 */
#ifndef TWINREADER_EXTRACT_H
#define TWINREADER_EXTRACT_H

#include "twinreader/form_model.h"
#include "twinreader/page.h"

enum { EXTRACT_ROW_PIECES = 32, EXTRACT_ROWS_MAX = 1000 };

struct extract_box {
    float x0, y0, x1, y1; /* in the page straightened by its mean slope */
};

/* One line of the page inside a row's text. */
struct extract_piece {
    const struct line *line;
    size_t start, end; /* bytes in the row's text */
    struct extract_box box;
};

struct extract_row {
    const char *text;
    size_t len;
    struct extract_piece *pieces; /* left to right */
    size_t piece_count;
    struct extract_box box;
    struct fuzzy_text folded;
    struct amount *amounts;
    size_t amount_count;
    struct date *dates;
    size_t date_count;
};

struct extract_view {
    struct extract_row *rows; /* top to bottom */
    size_t row_count;
    float line_height; /* median */
};

/* A value found, or what the winner of a field became. */
struct extract_candidate {
    size_t row, row_end; /* rows it stands in, end excluded */
    size_t start, end;   /* from this byte of the first row to before this byte of the last */
    const char *text;    /* cleaned; NULL: the stretch itself */
    struct amount amount;
    struct date date;
    double score;
    bool avoided; /* stands in a region that the field avoids */
};

struct extract_found {
    bool found;
    struct extract_candidate best;
    float confidence;
    struct quad box;
};

struct extract_rows {
    size_t from, to; /* end excluded */
};

struct sheet;
struct extract_sheet;

struct extract_job {
    const struct form *form;
    struct arena *arena;
    struct extract_view view;
    struct extract_rows *regions;       /* empty when the page has no such region */
    struct extract_found *found;        /* one a field */
    struct field *lists;                /* one a field; only lists are filled */
    const struct form_picture *picture; /* NULL: not there */
    const struct sheet *sheet;          /* NULL: no form looks at it */
    struct extract_sheet *placed;       /* what the form finds on it; NULL: it does not look */
    size_t *choice;                     /* one a field: which of the values placed it is */
    size_t list_row;                    /* the first row of any list; row_count: no list */
};

/* Tries all forms; see forms_extract. */
int extract_page(struct form *const *forms, size_t count, struct arena *a, struct page *page,
                 const struct form_picture *picture, struct err *e) MUST_CHECK;

/* extract_assign.c: gives columns of figures without a known head to those that are missing, where
 * sums say which.  ERR_NOMEM. */
int extract_assign(struct extract_job *job) MUST_CHECK;
/* extract_report.c: how many sums hold less how many fail, with the best of the values found.
 * ERR_NOMEM. */
int extract_sum_score(struct extract_job *job, int *ret) MUST_CHECK;

/* extract_report.c: gives the page the form's fields, checked, and the verdict; form_confidence is
 * set by then.  ERR_NOMEM. */
int extract_report(struct extract_job *job, struct page *page) MUST_CHECK;

/* extract_view.c.  ERR_NOMEM. */
int extract_view_init(struct extract_view *v, struct arena *a, const struct page *page) MUST_CHECK;
/* Finds the amounts and dates of every row.  ERR_NOMEM. */
int extract_view_values(struct extract_view *v, struct arena *a,
                        const struct value_rules *r) MUST_CHECK;
/* Box (in the page's own pixels) and mean confidence of a stretch of a row's text. */
struct quad extract_view_place(const struct extract_row *row, size_t start, size_t end,
                               float *ret_confidence);
/* The piece that holds byte `at`, or the last before it. */
const struct extract_piece *extract_row_piece(const struct extract_row *row, size_t at);
/* Smallest upright box around two; an all-zero one does not count. */
struct quad extract_quad_join(struct quad a, struct quad b);

/* extract_label.c.  The first of the labels on the row by place (by likeness where they overlap).
 */
bool extract_label(const struct extract_row *row, const struct form_labels *labels, bool at_start,
                   struct fuzzy_match *ret);
/* Whether the label has no words beside it, up to the next amount, but labels and words of `alone`.
 * Words of one or two letters do not count (a currency, a tax code). */
bool extract_label_alone(const struct extract_row *row, const struct form_labels *labels,
                         const struct form_labels *alone, const struct fuzzy_match *label);
bool extract_has_label(const struct extract_row *row, const struct form_labels *labels);
/* The same from byte `from` on. */
bool extract_has_label_from(const struct extract_row *row, const struct form_labels *labels,
                            size_t from);
/* Where the words that belong to a label start: at its piece, or at the label when another one
 * stands before it. */
size_t extract_label_scope(const struct extract_row *row, size_t at);
bool extract_alphanumeric(char c);
bool extract_matches(const char *text, size_t len, const struct form_patterns *patterns);

/* extract_find.c: appends the candidates of one field to ret, at most `max`.  ERR_NOMEM. */
int extract_candidates(struct extract_job *job, const struct form_field *field,
                       struct extract_candidate *ret, size_t max, size_t *ret_count) MUST_CHECK;

/* extract_list.c: reads a table.  ERR_NOMEM. */
int extract_list(struct extract_job *job, const struct form_field *field,
                 struct field *ret) MUST_CHECK;

#endif
