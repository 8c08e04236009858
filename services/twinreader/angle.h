/*
 * The angle classifier: does a line stand upright or upside down?
 *
 * Threads: any; the session is shared.
 */
#ifndef TWINREADER_ANGLE_H
#define TWINREADER_ANGLE_H

#include "base/err.h"
#include "image/image.h"
#include "infer/session.h"
#include "twinreader/page.h"

/* Classifies one line: cut out at the package's height with its own proportions, squeezed only when
 * wider than the package's width.  Returns the index of the best class and its probability.
 * ERR_NOMEM, ERR_INFERENCE. */
int angle_classify(struct session *angle, const struct image *picture, const struct quad *box,
                   int *ret_class, float *ret_confidence, struct err *e) MUST_CHECK;

/* Asks about `count` lines and returns in *ret the mean vote of those it was sure of (the package's
 * threshold), from -1 (all upright) to 1 (all upside down); 0 when it was sure of none.  Adds to
 * timings: orient.  ERR_NOMEM, ERR_INFERENCE. */
int angle_vote(struct session *angle, const struct image *picture, const struct quad *boxes,
               size_t count, struct timings *t, float *ret, struct err *e) MUST_CHECK;

#endif
