/* Encoding pictures as JPEG and PNG.  Any thread. */
#ifndef IMAGE_ENCODE_H
#define IMAGE_ENCODE_H

#include "base/buf.h"
#include "base/err.h"
#include "image/image.h"

/* Appends a baseline JPEG of `quality` 1..100 to `out`. */
int image_encode_jpeg(const struct image *im, int quality, struct buf *out,
                      struct err *e) MUST_CHECK;

/* Appends a PNG to `out`. */
int image_encode_png(const struct image *im, struct buf *out, struct err *e) MUST_CHECK;

#endif
