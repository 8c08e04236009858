/*
 * Boxes of words and lines out of the boxes of their characters.  Inside synth/.
 */
#ifndef TWINREADER_SYNTH_DRAW_LABEL_H
#define TWINREADER_SYNTH_DRAW_LABEL_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/synth/label.h"

/* An upright box in the frame of a text turned by `turn` degrees clockwise, u along the line and v
 * down; empty while u0 >= u1. */
struct synth_draw_frame {
    double turn;
    double u0, v0, u1, v1;
};

/* Grows `f` by a box of the picture / gives its corners on the picture. */
void synth_draw_label_add(struct synth_draw_frame *f, const struct quad *q);
struct quad synth_draw_label_quad(const struct synth_draw_frame *f);

/* Orders the words of `label` by printed line and along it, and makes its lines; turn[i] is that of
 * words[i].  ERR_NOMEM. */
int synth_draw_label_lines(struct synth_label *label, const double *turn, struct arena *a,
                           struct err *e) MUST_CHECK;

#endif
