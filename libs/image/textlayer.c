#include "image/textlayer.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A text layer can lie in three ways: fonts without a mapping give private-use or replacement
 * characters, a scanner's software stamps its name under a picture of text, and hidden fragments
 * are too small to be the page.  The first and last are counted.  The second is seen by comparing
 * with the picture: where there is ink there should be words.  A page with much text is believed
 * even beside a large photograph.  And words that nobody sees must not speak for the page: where
 * there are words there should be ink.  Hidden words that lie on other ink, as in scans made
 * searchable, are believed; no comparison short of reading tells them apart. */

enum {
    CELL = 16,     /* pixels of a grid cell */
    CONTRAST = 64, /* levels between the darkest and the lightest pixel of an inked cell */
    ENOUGH = 300,  /* characters that need no comparison with the picture */
    LEAST = 8,     /* characters below which a layer is not used */
    COVERED_PERCENT = 30,
    UNSEEN_PERCENT = 25, /* of the characters, that may lie where no ink is */
    BAD_PERCENT = 10
};

struct tally {
    size_t good, bad;
};

static bool is_bad(uint32_t c)
{
    return c == 0xfffd || (c >= 0xe000 && c < 0xf900) || c >= 0xf0000;
}

static struct tally count_characters(const struct text_layer_word *word, size_t count, double scale)
{
    struct tally t = {0};
    for (size_t i = 0; i < count; i++) {
        bool tiny =
            (word[i].y1 - word[i].y0) * scale < 2.0 || (word[i].x1 - word[i].x0) * scale < 0.5;
        size_t len = strlen(word[i].text), used;
        uint32_t c = 0;
        for (size_t k = 0; k < len; k += used) {
            used = text_utf8_next(word[i].text + k, len - k, &c);
            if (!used || tiny || is_bad(c))
                t.bad++;
            else
                t.good++;
            used = used ? used : 1;
        }
    }
    return t;
}

static bool is_inked(const struct image *im, int cx, int cy)
{
    int lo = 255, hi = 0;
    int x1 = (cx + 1) * CELL < im->width ? (cx + 1) * CELL : im->width;
    int y1 = (cy + 1) * CELL < im->height ? (cy + 1) * CELL : im->height;
    for (int y = cy * CELL; y < y1; y++) {
        const unsigned char *p = im->pixels + (size_t)y * im->stride + cx * CELL * im->channels;
        for (int x = cx * CELL; x < x1; x++, p += im->channels) {
            int v = p[im->channels / 2];
            lo = v < lo ? v : lo;
            hi = v > hi ? v : hi;
        }
    }
    return hi - lo > CONTRAST;
}

static int cell_of(double v, int cells)
{
    double c = v / CELL;
    return c > 0.0 ? (c < cells - 1 ? (int)c : cells - 1) : 0;
}

enum { INKED = 1, COVERED = 2 };

/* Marks the cells under the words; returns how many characters lie on no ink. */
static size_t cover(unsigned char *cells, int columns, int rows, const struct text_layer_word *word,
                    size_t count, double scale)
{
    size_t unseen = 0;
    for (size_t i = 0; i < count; i++) {
        int x0 = cell_of(word[i].x0 * scale, columns), x1 = cell_of(word[i].x1 * scale, columns);
        int y0 = cell_of(word[i].y0 * scale, rows), y1 = cell_of(word[i].y1 * scale, rows);
        bool seen = false;
        for (int y = y0; y <= y1; y++)
            for (int x = x0; x <= x1; x++) {
                unsigned char *cell = cells + (size_t)y * (size_t)columns + x;
                seen = seen || (*cell & INKED);
                *cell |= COVERED;
            }
        unseen += seen ? 0 : strlen(word[i].text);
    }
    return unseen;
}

static bool agrees_with_ink(const struct text_layer_word *word, size_t count,
                            const struct image *im, double scale, bool enough)
{
    int columns = (im->width + CELL - 1) / CELL, rows = (im->height + CELL - 1) / CELL;
    size_t total = (size_t)columns * (size_t)rows, inked = 0, both = 0, length = 0;
    unsigned char *cells = calloc((size_t)columns, (size_t)rows);
    if (!cells)
        return false;
    for (size_t i = 0; i < total; i++)
        cells[i] = is_inked(im, (int)(i % (size_t)columns), (int)(i / (size_t)columns));
    size_t unseen = cover(cells, columns, rows, word, count, scale);
    for (size_t i = 0; i < count; i++)
        length += strlen(word[i].text);
    for (size_t i = 0; i < total; i++) {
        inked += (cells[i] & INKED) != 0;
        both += cells[i] == (INKED | COVERED);
    }
    free(cells);
    return unseen * 100 <= length * UNSEEN_PERCENT &&
           (enough || both * 100 >= inked * COVERED_PERCENT);
}

bool textlayer_usable(const struct text_layer_word *word, size_t count, const struct image *picture,
                      double scale)
{
    struct tally t = count_characters(word, count, scale);
    if (t.good < LEAST || t.bad * 100 > (t.good + t.bad) * BAD_PERCENT)
        return false;
    return agrees_with_ink(word, count, picture, scale, t.good >= ENOUGH);
}
