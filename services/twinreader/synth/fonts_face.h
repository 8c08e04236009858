/*
 * One font file: text to glyphs (HarfBuzz), glyphs to pixels (FreeType).
 *
 * Inside synth/.  Both libraries are used directly, without a layer that would choose fonts: a font
 * that lacks a character refuses it, nothing stands in.  Glyphs are unhinted and placed to 1/64
 * pixel, so a text looks the same wherever it stands and its ink is known exactly.
 *
 * Lifetime: synth_fonts_face_open to _close, within the life of its engine.  Threads: an engine
 * and its faces belong to one thread.
 */
#ifndef TWINREADER_SYNTH_FONTS_FACE_H
#define TWINREADER_SYNTH_FONTS_FACE_H

#include "base/err.h"
#include "twinreader/synth/fonts.h"

#include <stdint.h>

struct synth_fonts_engine;
struct synth_fonts_face;

int synth_fonts_engine_create(struct synth_fonts_engine **ret, struct err *e) MUST_CHECK;
void synth_fonts_engine_destroy(struct synth_fonts_engine *g);

/* Opens face number `index` of the file at `path`.  ERR_FORMAT, ERR_IO, ERR_UNSUPPORTED (no
 * outlines). */
int synth_fonts_face_open(struct synth_fonts_engine *g, const char *path, unsigned index,
                          struct synth_fonts_face **ret, struct err *e) MUST_CHECK;
void synth_fonts_face_close(struct synth_fonts_face *f);

/* The face of font `index` of a list. */
struct synth_fonts_face *synth_fonts_face_at(const struct synth_fonts *f, size_t index);

/* True when the face draws something for the code point: not its box for missing glyphs, and no
 * blank unless it is the space. */
bool synth_fonts_face_cover(struct synth_fonts_face *f, uint32_t code_point);

/* From now on the face covers no character of `text`: its glyphs for them look like others. */
int synth_fonts_face_exclude(struct synth_fonts_face *f, const char *text,
                             struct err *e) MUST_CHECK;

/* A glyph of a line of text; lengths in em. */
struct synth_fonts_glyph {
    uint32_t id;
    uint32_t at;          /* byte of the text where its grapheme begins; ascending */
    double advance, x, y; /* y up */
};

/* Sets one line.  The glyphs are valid until the engine's next call.  ERR_USAGE when a glyph is
 * missing. */
int synth_fonts_face_shape(struct synth_fonts_face *f, const char *text, size_t len,
                           const struct synth_fonts_glyph **ret, size_t *ret_count,
                           struct err *e) MUST_CHECK;

/* A box; empty while x0 >= x1. */
struct synth_fonts_box {
    double x0, y0, x1, y1;
};

/* Where a glyph's outline reaches, in em, y up, its origin at 0; an empty box for a blank.  Exact;
 * when not `exact`, of the outline's control points, which may reach further. */
int synth_fonts_face_bounds(struct synth_fonts_face *f, uint32_t glyph, bool exact,
                            struct synth_fonts_box *ret, struct err *e) MUST_CHECK;

/* Pixels to draw on: `step` bytes each, of which the first 1 or 3 take the colour. */
struct synth_fonts_canvas {
    unsigned char *pixels;
    size_t stride;
    int width, height, step;
    unsigned char colour[3];
    unsigned char alpha;
};

/* Where em space comes to lie: x = a u + b v + x0, y = c u + d v + y0 (pixels, y down; v up). */
struct synth_fonts_place {
    double a, b, c, d, x0, y0;
};

/* Pixels from x0 to x1 - 1, y0 to y1 - 1; empty while x0 >= x1. */
struct synth_fonts_ink {
    int x0, y0, x1, y1;
};

/* Draws a glyph and grows `ink` by every pixel it touches, also by those beyond the canvas. */
int synth_fonts_face_paint(struct synth_fonts_face *f, uint32_t glyph,
                           const struct synth_fonts_place *place,
                           const struct synth_fonts_canvas *canvas, struct synth_fonts_ink *ink,
                           struct err *e) MUST_CHECK;

#endif
