/*
 * Windows bitmaps: 1, 4, 8, 16, 24 and 32 bits a pixel, palette or bit fields, not compressed.
 *
 * Private to this library.  A struct bmp borrows the bytes.  Any thread.
 */
#ifndef IMAGE_BMP_H
#define IMAGE_BMP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bmp_field {
    int shift, bits; /* of one colour in a pixel's word; 0 bits: absent */
};

struct bmp {
    int width, height;
    int bits; /* per pixel */
    bool top_down;
    size_t stride; /* bytes from a row to the next */
    const unsigned char *pixels;
    unsigned char palette[256][3]; /* red, green, blue */
    struct bmp_field field[3];     /* likewise; 16 and 32 bits only */
    double dpi;                    /* 0 when unknown */
};

/* Reads the header; with `ret` filled, every row is within the bytes.  ERR_FORMAT, ERR_UNSUPPORTED
 * (compressed). */
int bmp_open(const unsigned char *bytes, size_t len, struct bmp *ret, struct err *e) MUST_CHECK;

/* Writes `count` pixels of row `y` (0 at the top) from column `x`, three bytes each. */
void bmp_read(const struct bmp *b, int x, int y, int count, unsigned char *rgb);

#endif
