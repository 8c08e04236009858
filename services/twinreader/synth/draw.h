/* Draws a scene and labels it with where its ink is.  One thread per struct synth_fonts. */
#ifndef TWINREADER_SYNTH_DRAW_H
#define TWINREADER_SYNTH_DRAW_H

#include "base/err.h"
#include "image/image.h"
#include "twinreader/synth/fonts.h"
#include "twinreader/synth/label.h"

/* Draws `s` at `dpi` (50..600) into a new RGB picture (image_destroy is the caller's) and labels
 * every text that left ink; the label and its strings live in `a` and in the scene's arena.
 * ERR_USAGE when a font lacks a glyph or a text leaves the paper: that is a fault of the layout,
 * named in `e`. */
int synth_draw(const struct synth_scene *s, struct synth_fonts *f, double dpi, struct arena *a,
               struct image **ret_picture, struct synth_label **ret_label,
               struct err *e) MUST_CHECK;

/* Draws one line of text alone, as tight as the ink with `margin` pixels around it, its ink
 * `height` pixels tall at most: grey, dark on light, for recogniser crops.  `t->x`, `y`, `turn` are
 * ignored. Lists in `a` where each code point but blanks is; glyphs that stand for several share
 * their width among them.  ERR_USAGE when the font lacks a glyph or nothing is visible. */
int synth_draw_line(const struct synth_text *t, struct synth_fonts *f, int height, int margin,
                    struct arena *a, struct image **ret, struct synth_label_span **ret_spans,
                    size_t *ret_count, struct err *e) MUST_CHECK;

#endif
