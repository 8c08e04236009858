/*
 * What a form file says, as structs: the values of a paper in the order in which they are invented,
 * the words they are called by, and layouts made of texts, grids and rules.  forms/README.md
 * documents the file; layout_form.c, layout_body.c and layout_template.c read it.
 *
 * Lifetime: the arena of the form.  Threads: immutable once loaded.
 */
#ifndef TWINREADER_SYNTH_LAYOUT_MODEL_H
#define TWINREADER_SYNTH_LAYOUT_MODEL_H

#include "base/yaml.h"
#include "twinreader/synth/fonts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct layout_range {
    double low, high;
};

/* A text with places for values, compiled. */
enum layout_piece_kind {
    LAYOUT_LITERAL, /* words */
    LAYOUT_VALUE,
    LAYOUT_KEY,    /* what the value is called on this paper, with `text` before and `after` it */
    LAYOUT_CHECKS, /* every choice of a value with a box, its own ticked */
    LAYOUT_SIGN,
    LAYOUT_STAMP,
    LAYOUT_BARS,
    LAYOUT_BLANK, /* empty space */
    LAYOUT_RULE,  /* a line to write on */
    LAYOUT_SEAL   /* a word in a red frame */
};

struct layout_piece {
    enum layout_piece_kind kind;
    const char *text, *after;
    int list, value; /* list -1: value of the paper, else column `value` of the row */
    int name;        /* of a key */
    double width, height;
};

struct layout_template {
    struct layout_piece *piece;
    size_t count;
};

enum layout_value_kind {
    LAYOUT_MAKE,   /* a generator's */
    LAYOUT_CALC,   /* a number, not printed */
    LAYOUT_AMOUNT, /* a number as money */
    LAYOUT_NUMBER, /* a number as it is */
    LAYOUT_DATE,   /* a number as a day */
    LAYOUT_TEXT,   /* a template of other values */
    LAYOUT_CHOOSE, /* one of several texts */
    LAYOUT_NTH,    /* in a list: the text of the row's number */
    LAYOUT_LIST
};

struct layout_def {
    const char *name;
    enum layout_value_kind kind;
    const char *what;            /* generator or expression */
    const char *style;           /* of an amount or date; NULL: the paper's */
    struct layout_template text; /* LAYOUT_TEXT, and a generator's option */
    const char *field;           /* what it is called in the document's data; NULL: no part of it */
    struct layout_range repeat;  /* so many times what a generator makes, joined */
    const char *const *choice;
    size_t choice_count;
    struct layout_range rows; /* of a list */
    struct layout_def *column;
    size_t column_count;
    int filled; /* column that is not 0 where the row is data; -1: every row is */
    const struct yaml_node *node;
};

struct layout_name {
    const char *name;
    const char *const *choice;
    size_t count;
    int list, value; /* the value it names; value -1: none, only words */
};

enum layout_align { LAYOUT_LEFT, LAYOUT_CENTRE, LAYOUT_RIGHT };

/* A set: one of them is chosen for a paper. */
enum layout_rules {
    LAYOUT_ALL = 1,
    LAYOUT_ROWS = 2, /* between rows and outside */
    LAYOUT_OUTER = 4,
    LAYOUT_NONE = 8,
    LAYOUT_HEAD = 16, /* above and below heads, and at the end */
    LAYOUT_OPEN = 32  /* all but the left and right ends */
};

struct layout_cell {
    struct layout_template text;
    int span, down;
    int align; /* -1: the column's */
    bool shade, bold, group;
    double size; /* of the grid's */
};

struct layout_row {
    struct layout_cell *cell;
    size_t count;
    int list;        /* -1: once */
    int first, last; /* of the list's rows */
    int least;       /* empty rows follow until there are so many */
    bool head, all;  /* all: also rows that are not data */
    double height, chance;
};

struct layout_grid {
    double *column; /* shares of the width */
    enum layout_align *align;
    size_t column_count;
    unsigned rules;
    double height, size, pad;
    struct layout_row *row;
    size_t row_count;
};

enum layout_element_kind {
    LAYOUT_E_TEXT,
    LAYOUT_E_GRID,
    LAYOUT_E_GAP,
    LAYOUT_E_REST, /* a gap that takes what is left of the paper */
    LAYOUT_E_LINE,
    LAYOUT_E_COLUMNS,
    LAYOUT_E_BOX,
    LAYOUT_E_EACH,
    LAYOUT_E_ANY
};

struct layout_element;

struct layout_flow {
    struct layout_element *element;
    size_t count;
};

struct layout_element {
    enum layout_element_kind kind;
    double chance;
    struct layout_template text;
    int align;
    double size, indent, leading;
    bool bold;
    double space; /* mm: of a gap, between columns, inside a box */
    int dash;
    struct layout_grid *grid;
    struct layout_flow *part;
    double *width;
    size_t part_count;
    int list;
};

/* How amounts, dates and nothing are written; one of each is chosen for a paper. */
struct layout_styles {
    const char *const *amount, *const *date, *const *zero;
    size_t amount_count, date_count, zero_count;
};

struct layout_sheet {
    const char *name;
    enum synth_split split;
    struct layout_range width, height; /* paper, mm; height 0: as long as what is on it */
    struct layout_range margin, size, rule;
    unsigned font;             /* styles, one of which is chosen */
    bool other, hand;          /* values may be in another font, or handwritten */
    struct layout_name *names; /* the form's, some of them other words */
    struct layout_styles styles;
    struct layout_flow body;
};

struct layout_form {
    struct arena *arena;
    const char *kind;
    struct layout_def *value;
    size_t value_count;
    struct layout_name *names;
    size_t name_count;
    struct layout_styles styles;
    struct layout_sheet *sheet;
    size_t sheet_count;
};

/* Reads a form out of the tree; all of it in `a`. */
int synth_layout_form_read(struct arena *a, const struct yaml_node *root, struct layout_form **ret,
                           struct err *e) MUST_CHECK;

/* Reads a list of elements. */
int synth_layout_body_read(struct layout_form *f, const struct yaml_node *n, int list,
                           struct layout_flow *ret, struct err *e) MUST_CHECK;

/* Compiles the scalar `n`; `list` is the list whose columns may be named, or -1. */
int synth_layout_template_read(struct layout_form *f, const struct yaml_node *n, int list,
                               struct layout_template *ret, struct err *e) MUST_CHECK;

/* Finds a value by name, the list's columns first; false when there is none. */
bool synth_layout_find(const struct layout_form *f, int list, const char *name, size_t len,
                       int *ret_list, int *ret_value);

/* "3", "3..6" */
int synth_layout_range_read(const struct yaml_node *n, double least, double most,
                            struct layout_range *ret, struct err *e) MUST_CHECK;

/* A scalar, or a list of them. */
int synth_layout_texts_read(struct arena *a, const struct yaml_node *n, const char *const **ret,
                            size_t *ret_count, struct err *e) MUST_CHECK;

/* Looks the name up in arithmetic; false when nothing is called so.  `column` asks for the sum of a
 * list's. */
struct layout_calc_scope {
    bool (*number)(void *context, const char *name, int64_t *ret);
    bool (*sum)(void *context, const char *list, const char *column, int64_t *ret);
    void *context;
    struct synth_rng *r;
};

/* Works out an expression of whole numbers: + - * / ( ), range(a, b), some(percent, x), floor(x,
 * step), min, max, sum(list.column).  False, with what is wrong, when it says something else or
 * overflows. */
bool synth_layout_calc(const char *expression, const struct layout_calc_scope *scope, int64_t *ret,
                       const char **ret_wrong) MUST_CHECK;

#endif
