/* A page made by hand: black blocks for characters, and the label that goes with them. */
#ifndef TWINREADER_TESTS_MADE_LABEL_H
#define TWINREADER_TESTS_MADE_LABEL_H

#include "base/arena.h"
#include "image/image.h"
#include "twinreader/synth/label.h"

/* White, `width` × `height`, with `rows` lines of `per_row` words of four blocks each, `size`
 * pixels high.  The picture is the caller's, the label lives in `a`. */
void made_label_page(int width, int height, int rows, int per_row, int size, struct arena *a,
                     struct image **ret_picture, struct synth_label **ret_label);

#endif
