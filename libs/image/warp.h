/*
 * Rectifying a quadrilateral: projective mapping of the unit square (Heckbert, "Fundamentals of
 * Texture Mapping and Image Warping", 1989, section 2.2.3), sampled with a cubic kernel.
 *
 * Private to this library.  Any thread.
 */
#ifndef IMAGE_WARP_H
#define IMAGE_WARP_H

#include "image/image.h"

#include <stdbool.h>

/* How a destination maps to the picture: x = (a u + b v + c) / (g u + h v + 1) and the same for y.
 */
struct warp {
    double a, b, c, d, e, f, g, h;
    bool affine; /* g = h = 0 */
};

/* Returns false unless all corners are finite and within 100,000 pixels of the origin. */
bool warp_quad_valid(const struct quad *q);

/* Writes the length of the longer of two opposite sides, in pixels and at least 1. */
void warp_quad_size(const struct quad *q, double *ret_width, double *ret_height);

/* Returns true, with the window, when the quadrilateral is an upright rectangle to within half a
 * pixel or 4 % of its shorter side: less than a reader of text notices. */
bool warp_quad_upright(const struct quad *q, double *x0, double *y0, double *w, double *h);

/* The mapping that spreads `q` over width × height destination pixels. */
struct warp warp_from_quad(const struct quad *q, int width, int height);

/* Fills `out`, whose channels are those of `im`, sampling each destination pixel once with a
 * Catmull-Rom kernel, or, with `grid` > 1, as the mean of grid × grid bilinear samples. */
void warp_sample(const struct image *im, const struct warp *w, int grid, struct image *out);

#endif
