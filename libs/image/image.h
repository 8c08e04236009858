/*
 * Pictures in memory: 8-bit samples, interleaved, rows from the top; and quadrilaterals on them.
 *
 * Coordinates: pixel (x, y) covers [x, x+1) × [y, y+1); x to the right, y down.
 * Lifetime: image_create to image_destroy.  Threads: read by many, written by one.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/err.h"

#include <stddef.h>

struct image {
    int width, height; /* pixels, at least 1 */
    int channels;      /* 3 (R, G, B) or 1 (grey) */
    size_t stride;     /* bytes from a row to the next */
    unsigned char *pixels;
};

struct point {
    float x, y;
};

/* Four corners, clockwise from the top left of the text as it is read. */
struct quad {
    struct point p[4];
};

/* Returns a picture with undefined content, or NULL. */
struct image *image_create(int width, int height, int channels) MUST_CHECK;

/* NULL is allowed. */
void image_destroy(struct image *im);

/* Returns a new picture turned clockwise by `degrees` (0, 90, 180, 270), or NULL. */
struct image *image_rotate(const struct image *im, int degrees) MUST_CHECK;

#endif
