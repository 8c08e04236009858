#include "image/image.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SIDE = 1 << 20 };

struct image *image_create(int width, int height, int channels)
{
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE)
        return NULL;
    if (channels != 1 && channels != 3)
        return NULL;
    size_t stride = (size_t)width * (size_t)channels;
    if ((size_t)height > SIZE_MAX / 2 / stride)
        return NULL;
    struct image *im = malloc(sizeof *im);
    if (!im)
        return NULL;
    unsigned char *pixels = malloc(stride * (size_t)height);
    if (!pixels) {
        free(im);
        return NULL;
    }
    *im = (struct image){width, height, channels, stride, pixels};
    return im;
}

void image_destroy(struct image *im)
{
    if (!im)
        return;
    free(im->pixels);
    free(im);
}

/* Tiles keep both the rows read and the columns written within the nearest cache. */
enum { TILE = 32 };

static void rotate_tile(const struct image *im, struct image *out, int degrees, int tx, int ty)
{
    int x1 = tx + TILE < im->width ? tx + TILE : im->width;
    int y1 = ty + TILE < im->height ? ty + TILE : im->height;
    int ch = im->channels;
    for (int y = ty; y < y1; y++) {
        const unsigned char *src = im->pixels + (size_t)y * im->stride + (size_t)(tx * ch);
        for (int x = tx; x < x1; x++, src += ch) {
            int dx = degrees == 90 ? im->height - 1 - y : degrees == 180 ? im->width - 1 - x : y;
            int dy = degrees == 90 ? x : degrees == 180 ? im->height - 1 - y : im->width - 1 - x;
            unsigned char *dst = out->pixels + (size_t)dy * out->stride + (size_t)(dx * ch);
            for (int c = 0; c < ch; c++)
                dst[c] = src[c];
        }
    }
}

struct image *image_rotate(const struct image *im, int degrees)
{
    if (degrees != 0 && degrees != 90 && degrees != 180 && degrees != 270)
        return NULL;
    bool turned = degrees == 90 || degrees == 270;
    struct image *out = image_create(turned ? im->height : im->width,
                                     turned ? im->width : im->height, im->channels);
    if (!out)
        return NULL;
    if (degrees == 0) {
        for (int y = 0; y < im->height; y++)
            memcpy(out->pixels + (size_t)y * out->stride, im->pixels + (size_t)y * im->stride,
                   (size_t)im->width * (size_t)im->channels);
        return out;
    }
    for (int y = 0; y < im->height; y += TILE) {
        for (int x = 0; x < im->width; x += TILE)
            rotate_tile(im, out, degrees, x, y);
    }
    return out;
}
