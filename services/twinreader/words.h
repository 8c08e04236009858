/*
 * Words of a recognised line: where one ends and the next begins, and the place of each character.
 *
 * The decoder's time steps say about where each character stands; the picture says where the ink
 * is.  Between two neighbours the widest stretch without ink is their boundary.  Where the
 * recogniser wrote no space but the stretch is as wide as a space, the space comes back.
 *
 * Positions are fractions of the line's width, 0 at its left edge, 1 at its right.
 * Lifetime: everything lives in the arena.  Threads: the arena's.
 */
#ifndef TWINREADER_WORDS_H
#define TWINREADER_WORDS_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

struct words_symbol {
    const char *text; /* one code point; " " is a space */
    float confidence;
    float center; /* column of the line's picture, in pixels */
};

/* Contrast of the columns of a line's picture. */
struct words_ink {
    const float *contrast; /* per column: brightest minus darkest sample */
    int columns;
    int height; /* rows of that picture */
};

struct words_char {
    const char *text;
    float confidence;
    float from, to;
};

struct words_word {
    const struct words_char *chars;
    size_t count;
    float from, to;
};

/* Splits `count` symbols into words.  Returns no words when there is nothing but spaces. ERR_NOMEM.
 */
int words_split(const struct words_symbol *symbols, size_t count, const struct words_ink *ink,
                struct arena *a, struct words_word **ret, size_t *ret_count,
                struct err *e) MUST_CHECK;

#endif
