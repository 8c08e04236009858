/* Any quadrilateral, cut out of a small picture into any small size: nothing is read or written
 * outside, and what comes out is between the picture's darkest and lightest sample, give or take
 * the kernel's overshoot. */
#include "image/tensor.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { FIXED = 6 };
    struct err e = ERR_INIT;
    struct quad q;
    struct image *out;
    if (size != FIXED + sizeof q)
        return 0;
    memcpy(&q, data + FIXED, sizeof q);
    int width = 1 + data[0] % 80, height = 1 + data[1] % 80, extra = data[2] % 8;
    int channels = data[3] & 1 ? 3 : 1;
    struct image *im = image_create(1 + data[4] % 64, 1 + data[5] % 64, channels);
    if (!im)
        abort();
    memset(im->pixels, 77, (size_t)im->height * im->stride);
    const struct pixel_format f = {data[3] & 2 ? 3 : 1, data[3] & 4, {0}, {1, 1, 1}};
    size_t n = (size_t)f.channels * (size_t)height * (size_t)(width + extra);
    float *t = malloc(n * sizeof *t);
    if (!t)
        abort();
    if (tensor_from_quad(im, &q, width, height, width + extra, &f, 77.0f / 255, t, &e) == 0) {
        for (size_t i = 0; i < n; i++) {
            if (!(fabsf(t[i] * 255.0f - 77.0f) < 0.6f))
                abort();
        }
    }
    if (image_from_quad(im, &q, width, height, &out, &e) == 0) {
        for (size_t i = 0; i < (size_t)height * out->stride; i++) {
            if (out->pixels[i] != 77)
                abort();
        }
        image_destroy(out);
    }
    free(t);
    image_destroy(im);
    return 0;
}
