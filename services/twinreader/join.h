/*
 * Words into lines: a detector that finds words leaves out a colon that stands alone, and a
 * recogniser tells more of a line than of its pieces.  So words that stand in a row, no further
 * apart than words do, are read as one; the reader splits them again (words.h).
 *
 * Pure; any thread.
 */
#ifndef TWINREADER_JOIN_H
#define TWINREADER_JOIN_H

#include "twinreader/detect.h"

/* Joins detections in place, in an order of its own: neighbours no more than `gap` heights apart
 * with no upright rule between them in the picture, which may be NULL.
 * Pages that lie on their side, whose boxes are taller than wide, are left as they are.  Returns
 * how many are left.  ERR_NOMEM. */
int join_words(struct detection *found, size_t *count, double gap, const struct image *picture,
               struct arena *a, struct err *e) MUST_CHECK;

#endif
