/*
 * Drawing one text character by character, and where each one's ink went.  Inside synth/.
 */
#ifndef TWINREADER_SYNTH_DRAW_TEXT_H
#define TWINREADER_SYNTH_DRAW_TEXT_H

#include "base/arena.h"
#include "twinreader/synth/draw_label.h"
#include "twinreader/synth/fonts_face.h"

/* How a text lies on the pixels. */
struct synth_draw_setting {
    double em; /* pixels down an em; across it is times `stretch` */
    double stretch;
    double spacing; /* pixels more after every character */
    double turn;    /* degrees clockwise about (x, y) */
    double x, y;    /* left end of the baseline */
};

/* A character with ink, and whether a word begins with it. */
struct synth_draw_char {
    struct synth_label_char label;
    bool first;
};

/* Draws `text` on `canvas` and lists its characters, which live in `a`.  ERR_USAGE when the font
 * lacks a character or ink lies beyond the canvas. */
int synth_draw_text(const char *text, struct synth_fonts *f, size_t font,
                    const struct synth_draw_setting *s, const struct synth_fonts_canvas *canvas,
                    struct arena *a, struct synth_draw_char **ret, size_t *ret_count,
                    struct err *e) MUST_CHECK;

/* Where the ink of `text` will reach at most, in pixels from (x, y) when not turned: y down. */
int synth_draw_text_bounds(const char *text, struct synth_fonts *f, size_t font,
                           const struct synth_draw_setting *s, struct synth_fonts_box *ret,
                           struct err *e) MUST_CHECK;

#endif
