/*
 * What is on a drawn page and where: characters, words, lines, blocks, with boxes of ink, not of
 * font metrics.
 *
 * Coordinates: pixels of the picture that the label goes with (image/image.h's rule); degrading
 * moves boxes with the ink.  Lifetime: the arena it was made in.
 */
#ifndef TWINREADER_SYNTH_LABEL_H
#define TWINREADER_SYNTH_LABEL_H

#include "image/image.h"
#include "twinreader/synth/scene.h"

/* A grapheme that left ink; blanks have none and are no character. */
struct synth_label_char {
    const char *text;
    struct quad box;
};

/* From where to where along an upright line the ink of one code point is, in pixels. */
struct synth_label_span {
    double x0, x1;
};

struct synth_label_word {
    const char *text; /* no white space */
    struct quad box;
    struct synth_label_char *chars; /* degrading moves their boxes */
    size_t char_count;
    size_t font;       /* index into synth_fonts */
    const char *field; /* as in synth_text */
    bool is_key;
    int block, line;
    bool hidden; /* covered or so worn that nobody could read it: exported as "###" */
};

/* A printed line: words[first .. first+count-1] of the page, left to right. */
struct synth_label_line {
    size_t first, count;
    struct quad box;
    int block;
};

struct synth_label {
    int width, height; /* pixels */
    double dpi;
    const char *kind, *layout; /* as in synth_scene */
    const char *degradation;   /* preset: "clean", "scan", "fax", "phone" */
    uint64_t seed, page;
    struct synth_label_word *words;
    size_t word_count;
    struct synth_label_line *lines;
    size_t line_count;
    const struct synth_fact *facts;
    size_t fact_count;
};

#endif
