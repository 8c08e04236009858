/*
 * Text recognition: cuts each line out of the picture, upright and at the network's height, groups
 * the cuts by width so that little is padded, runs the network and decodes.
 *
 * A cut's width is rounded up to the package's step and padded there, whatever shares its batch, so
 * a line reads the same alone and in any company.
 *
 * Threads: any; sessions are shared.
 */
#ifndef TWINREADER_RECOGNISE_H
#define TWINREADER_RECOGNISE_H

#include "base/arena.h"
#include "base/err.h"
#include "image/image.h"
#include "infer/session.h"
#include "twinreader/page.h"
#include "twinreader/words.h"

struct recognised {
    const struct words_word *words; /* none when nothing was read */
    size_t word_count;
    float confidence;  /* mean over the characters */
    float top, bottom; /* rows with ink, as fractions of the line's height */
};

/* Reads `count` lines of the picture.  `ret` has room for `count`; what it points to lives in the
 * arena.  Adds to timings: crop, run, decode, batches, columns.  ERR_NOMEM, ERR_INFERENCE. */
int recognise_lines(struct session *recogniser, const struct image *picture,
                    const struct quad *boxes, size_t count, struct arena *a, struct timings *t,
                    struct recognised *ret, struct err *e) MUST_CHECK;

#endif
