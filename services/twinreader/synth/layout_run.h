/*
 * One paper being made: its values (layout_invent.c), the words of a text and how they break into
 * lines (layout_words.c), grids (layout_grid.c) and what stands below one another (layout_flow.c).
 *
 * Lifetime: one paper; all in its arena.  Threads: one.
 */
#ifndef TWINREADER_SYNTH_LAYOUT_RUN_H
#define TWINREADER_SYNTH_LAYOUT_RUN_H

#include "twinreader/synth/layout_model.h"
#include "twinreader/synth/rng.h"
#include "twinreader/synth/scene.h"

struct layout_value {
    const char *text;       /* "": nothing is printed */
    const char *normalised; /* NULL: as printed */
    const char *field;      /* "items[3].amount"; NULL: no data */
    int64_t number;
    bool has_number;
};

struct layout_rows {
    size_t count;
    bool *filled;
    struct layout_value *value; /* rows * columns */
};

struct layout_width {
    uint64_t hash; /* of font and text; 0: free */
    double width;  /* at 10 points; negative: the font lacks a glyph */
};

enum { LAYOUT_WIDTHS = 2048 };

struct layout_run {
    const struct layout_form *form;
    const struct layout_sheet *sheet;
    struct synth_fonts *fonts;
    struct synth_rng *r;
    struct arena *a;
    struct synth_scene *scene;
    struct err *e;
    /* what was chosen for this paper */
    struct layout_value *value;
    struct layout_rows *rows; /* of the values that are lists */
    const char **name;        /* what each name of the form is here */
    const char *amount, *date, *zero;
    size_t key_font, value_font, bold_font;
    struct synth_colour key_colour, value_colour, rule_colour, shade;
    double margin, size, rule, stretch, spacing;
    double shift_x, shift_y; /* of values printed onto a form that lies a little askew */
    unsigned rules;          /* for choosing among a grid's */
    /* where it is at */
    int list, row; /* whose columns are meant; -1 */
    double scale;  /* below 1 when the paper was too small */
    double rest;   /* what LAYOUT_E_REST takes */
    double tall;   /* a grid must reach this height */
    int block, line;
    bool has_rest;
    bool on_dark; /* texts are light: they stand on a dark shade */
    struct layout_width *widths;
};

enum layout_word_kind { LAYOUT_W_TEXT, LAYOUT_W_CHECK, LAYOUT_W_MARK };

struct layout_word {
    enum layout_word_kind kind;
    enum layout_piece_kind mark;
    const char *text;
    size_t font;
    double width, height; /* mm, at the size asked for; height 0: the line's */
    const char *field;
    bool key, on;
};

struct layout_words {
    struct layout_word *word;
    size_t count, capacity;
};

/* A text broken into lines; words[start[i] .. start[i+1]-1] are line i. */
struct layout_block {
    struct layout_words words;
    size_t *start, lines;
    double size;   /* points */
    double height; /* mm, of all lines */
    double *line_height;
    double width; /* of the widest line */
};

/* Invents the values of the paper. */
int synth_layout_invent(struct layout_run *l) MUST_CHECK;

/* The value that a piece of a template means, where the run is at. */
const struct layout_value *synth_layout_value(const struct layout_run *l,
                                              const struct layout_piece *p);

/* Writes a template out as one string. */
const char *synth_layout_text(const struct layout_run *l, const struct layout_template *t);

/* Chooses the paper's fonts.  ERR_NOT_FOUND when there is none with Hangul. */
int synth_layout_fonts(struct layout_run *l) MUST_CHECK;

/* Breaks a text into lines no wider than `width`, smaller where a word would not fit. */
int synth_layout_break(struct layout_run *l, const struct layout_template *t, double size,
                       bool bold, double width, double leading,
                       struct layout_block *ret) MUST_CHECK;

/* Width in mm at 10 points, negative when the font lacks a glyph; then of the same text at `size`.
 */
double synth_layout_measure(struct layout_run *l, size_t font, const char *text);
double synth_layout_width(const struct layout_run *l, double at_ten, const char *text, double size);

/* The size a font is set at where others are set at `size`. */
double synth_layout_size(const struct layout_run *l, size_t font, double size);

/* Width of a word, with its check box; the space between two; whether they become one text. */
double synth_layout_word_width(const struct layout_run *l, const struct layout_word *w,
                               double size);
double synth_layout_space(struct layout_run *l, const struct layout_word *a,
                          const struct layout_word *b, double size);
bool synth_layout_joins(const struct layout_word *a, const struct layout_word *b);

/* Sets the lines from (x, y) down. */
int synth_layout_put(struct layout_run *l, const struct layout_block *b, double x, double y,
                     double width, int align) MUST_CHECK;

/* Appends a shape in the colour of ruling. */
int synth_layout_line(struct layout_run *l, double x, double y, double x2, double y2, double stroke,
                      int dash) MUST_CHECK;
int synth_layout_shape(struct layout_run *l, const struct synth_shape *s) MUST_CHECK;

/* Sets a grid or a flow from *y down and moves *y below it. */
int synth_layout_grid(struct layout_run *l, const struct layout_grid *g, double x, double width,
                      double *y) MUST_CHECK;
int synth_layout_flow(struct layout_run *l, const struct layout_flow *f, double x, double width,
                      double *y) MUST_CHECK;

/* A check box and the space behind it, in em. */
#define LAYOUT_CHECK 1.25

/* A point in mm. */
#define LAYOUT_POINT 0.35277777777777775

#endif
