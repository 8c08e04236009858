/*
 * Where decoded rows go: pushed in order from the top, they are reduced on the way and put upright,
 * so that neither the full-size picture nor a copy for its rotation ever exists.
 *
 * Private to this library.  Lifetime: sink_create to sink_destroy.  Threads: one at a time.
 */
#ifndef IMAGE_SINK_H
#define IMAGE_SINK_H

#include "image/image.h"

struct sink;

struct sink_size {
    int width, height;       /* of the rows that come, as stored */
    int channels;            /* 1 or 3 */
    int to_width, to_height; /* to reduce to, as stored; the same: no reduction */
    int orientation;         /* EXIF, 1 to 8 */
};

/* Returns NULL when memory is exhausted. */
struct sink *sink_create(const struct sink_size *size) MUST_CHECK;

/* Takes the next `count` rows. */
void sink_push(struct sink *s, const unsigned char *rows, size_t stride, int count);

/* Hands the RGB picture to the caller; complete once all rows were pushed. */
struct image *sink_take(struct sink *s);

/* NULL is allowed. */
void sink_destroy(struct sink *s);

#endif
