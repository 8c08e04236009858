/*
 * From pictures to the float tensors that models take: resize or warp, normalise, pack.
 *
 * All functions write planar float32 (channel, row, column), value = (sample/255 - mean) / std per
 * output channel.  Any thread.
 */
#ifndef IMAGE_TENSOR_H
#define IMAGE_TENSOR_H

#include "base/err.h"
#include "image/image.h"

#include <stdbool.h>

struct pixel_format {
    int channels;  /* 3 or 1 */
    bool bgr;      /* channel order of the tensor; pictures are RGB */
    float mean[3]; /* in tensor channel order */
    float std[3];
};

/* Resizes all of `im` to width × height and packs it.
 * `dst` holds channels*height*width floats.  Enlarging is bilinear; reducing averages the source
 * area under each destination pixel (a bilinear kernel stretched by the reduction), so that thin
 * strokes survive. */
int tensor_from_image(const struct image *im, int width, int height, const struct pixel_format *f,
                      float *dst, struct err *e) MUST_CHECK;

/* Cuts the quadrilateral `q` out of `im`, rectified to `height` rows and `width` columns, into a
 * row-major window of a wider tensor: plane stride height*dst_width, row stride dst_width; columns
 * from `width` to dst_width-1 are set to `pad` (already normalised).
 * `width` <= dst_width.  A quad that is a parallelogram takes a fast affine path. */
int tensor_from_quad(const struct image *im, const struct quad *q, int width, int height,
                     int dst_width, const struct pixel_format *f, float pad, float *dst,
                     struct err *e) MUST_CHECK;

/* Cuts the quadrilateral out as a picture of width × height with the channels of `im`. */
int image_from_quad(const struct image *im, const struct quad *q, int width, int height,
                    struct image **ret, struct err *e) MUST_CHECK;

#endif
