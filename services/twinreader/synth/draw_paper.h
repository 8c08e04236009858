/*
 * The sheet that a scene is drawn on, and everything on it that is no text (Cairo).
 *
 * Inside synth/.  Lifetime: create to destroy.  Threads: one at a time.
 */
#ifndef TWINREADER_SYNTH_DRAW_PAPER_H
#define TWINREADER_SYNTH_DRAW_PAPER_H

#include "base/err.h"
#include "image/image.h"
#include "twinreader/synth/fonts_face.h"
#include "twinreader/synth/scene.h"

struct synth_draw_paper;

/* A sheet of width × height pixels in one colour; `scale` pixels are a millimetre. */
int synth_draw_paper_create(int width, int height, double scale, struct synth_colour colour,
                            struct synth_draw_paper **ret, struct err *e) MUST_CHECK;
void synth_draw_paper_destroy(struct synth_draw_paper *p);

/* Draws one shape, in millimetres. */
void synth_draw_paper_shape(struct synth_draw_paper *p, const struct synth_shape *s);

/* The sheet's pixels for drawing text in `colour`; valid until the next shape is drawn. */
struct synth_fonts_canvas synth_draw_paper_canvas(struct synth_draw_paper *p,
                                                  struct synth_colour colour);

/* Returns the sheet as an RGB picture.  ERR_NOMEM, ERR_INTERNAL when Cairo failed meanwhile. */
int synth_draw_paper_picture(struct synth_draw_paper *p, struct image **ret,
                             struct err *e) MUST_CHECK;

#endif
