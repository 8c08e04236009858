/*
 * A page as it is to be drawn: a list of marks in millimetres, before any pixel exists.  Layout
 * (layout.c) makes it, draw.c draws it and says where the ink went.
 *
 * Coordinates: millimetres from the paper's top left corner, y down.  Lifetime: all in the arena
 * that the maker was given.  Threads: one at a time.
 */
#ifndef TWINREADER_SYNTH_SCENE_H
#define TWINREADER_SYNTH_SCENE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct synth_colour {
    unsigned char r, g, b, a; /* a: 255 opaque */
};

/* One line of text in one font. */
struct synth_text {
    const char *text; /* UTF-8, one line, single spaces between words, none at the ends */
    size_t font;      /* index into synth_fonts */
    double size;      /* points */
    double x, y;      /* left end of the baseline */
    double spacing;   /* more space between characters, mm; may be negative */
    double stretch;   /* horizontal scale, 1 as designed */
    double turn; /* degrees clockwise about (x, y); 0 for nearly all, 90 and 270 for side notes */
    struct synth_colour colour;
    int block;         /* paragraph or table cell group, from 0; labels carry it */
    int line;          /* texts of one value on one printed line share it, from 0 within the page */
    const char *field; /* "total", "items[3].amount"; NULL: no field */
    bool is_key;       /* the printed name of the field, not its value */
};

enum synth_shape_kind {
    SYNTH_LINE,       /* (x, y) to (x2, y2) */
    SYNTH_RECT,       /* outline */
    SYNTH_FILL,       /* filled rectangle: shaded heads, highlighter (alpha) */
    SYNTH_CHECK_BOX,  /* square with a tick when `on` */
    SYNTH_STAMP_RING, /* round or square seal outline */
    SYNTH_SCRAWL,     /* signature: a smooth random stroke within the rectangle */
    SYNTH_BARS        /* bar code */
};

/* Anything that is no text.  Never labelled as text. */
struct synth_shape {
    enum synth_shape_kind kind;
    double x, y, x2, y2;
    double width;   /* stroke, mm */
    int dash;       /* 0 solid, 1 dotted, 2 dashed */
    bool on, round; /* check box ticked; stamp round */
    bool over;      /* drawn after the text (stamps, highlighter), else before */
    uint32_t seed;  /* of scrawls and bars */
    struct synth_colour colour;
};

/* A value of the document as data: what a perfect reader returns. */
struct synth_fact {
    const char *field;      /* as in synth_text */
    const char *value;      /* as printed */
    const char *normalised; /* ISO date, plain integer; NULL: as printed */
};

struct synth_scene {
    const char *kind;     /* document type: "medical-receipt" */
    const char *layout;   /* which layout of that type, for figures by layout */
    double width, height; /* paper, mm */
    struct synth_colour paper;
    struct synth_text *texts;
    size_t text_count, text_capacity;
    struct synth_shape *shapes;
    size_t shape_count, shape_capacity;
    struct synth_fact *facts;
    size_t fact_count, fact_capacity;
};

/* Append; what is pointed to must live in `a` or longer.  Return where it now is, or NULL for want
 * of memory.  The pointer holds until the next append. */
struct synth_text *synth_scene_text(struct synth_scene *s, struct arena *a,
                                    const struct synth_text *t) MUST_CHECK;
struct synth_shape *synth_scene_shape(struct synth_scene *s, struct arena *a,
                                      const struct synth_shape *t) MUST_CHECK;
struct synth_fact *synth_scene_fact(struct synth_scene *s, struct arena *a,
                                    const struct synth_fact *t) MUST_CHECK;

#endif
