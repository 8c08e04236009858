/*
 * Edit distance by bit vectors: 64 rows of the dynamic-programming matrix at a time.
 *
 * Myers: A fast bit-vector algorithm for approximate string matching based on dynamic programming,
 * J. ACM 46 (1999), in the form of Hyyrö (2003).  The matrix is cut into bands of 64 rows; a band
 * runs over the whole text and hands the differences along its lowest row to the next band, so
 * memory grows with the text's length only.
 */
#include "twinreader/eval.h"

enum { BAND = 64 };

/* The symbols of a band, sorted, each with the rows where it stands. */
struct band {
    uint32_t symbol[BAND];
    uint64_t rows[BAND];
    int symbols;
};

static void band_init(struct band *b, const uint32_t *c, size_t len)
{
    b->symbols = 0;
    for (size_t i = 0; i < len; i++) {
        int at = b->symbols;
        while (at > 0 && b->symbol[at - 1] > c[i])
            at--;
        if (at > 0 && b->symbol[at - 1] == c[i]) {
            b->rows[at - 1] |= UINT64_C(1) << i;
            continue;
        }
        for (int j = b->symbols; j > at; j--) {
            b->symbol[j] = b->symbol[j - 1];
            b->rows[j] = b->rows[j - 1];
        }
        b->symbol[at] = c[i];
        b->rows[at] = UINT64_C(1) << i;
        b->symbols++;
    }
}

static uint64_t band_rows(const struct band *b, uint32_t c)
{
    int low = 0, high = b->symbols;
    while (low < high) {
        int middle = (low + high) / 2;
        if (b->symbol[middle] < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->symbols && b->symbol[low] == c ? b->rows[low] : 0;
}

/* Runs a band of `len` rows over the text; across[i] is the difference between columns i and i+1,
 * above the band before and on its lowest row after. */
static void band_run(const struct band *b, size_t len, const struct unicode_text *text,
                     signed char *across)
{
    uint64_t up = UINT64_MAX, down = 0; /* vertical differences +1 and -1 */
    unsigned last = (unsigned)len - 1;
    for (size_t i = 0; i < text->len; i++) {
        uint64_t equal = band_rows(b, text->c[i]);
        uint64_t xv = equal | down;
        equal |= across[i] < 0;
        uint64_t xh = (((equal & up) + up) ^ up) | equal;
        uint64_t plus = down | ~(xh | up), minus = up & xh;
        uint64_t in_plus = across[i] > 0, in_minus = across[i] < 0;
        across[i] = (signed char)((int)(plus >> last & 1) - (int)(minus >> last & 1));
        plus = plus << 1 | in_plus;
        minus = minus << 1 | in_minus;
        up = minus | ~(xv | plus);
        down = plus & xv;
    }
}

int eval_distance(struct arena *scratch, const struct unicode_text *a, const struct unicode_text *b,
                  int64_t *ret, struct err *e)
{
    const struct unicode_text *pattern = a->len < b->len ? a : b, *text = a->len < b->len ? b : a;
    signed char *across = arena_alloc(scratch, text->len + 1);
    if (!across)
        return err_set(e, ERR_NOMEM, "a page's text is too long to be compared");
    for (size_t i = 0; i < text->len; i++)
        across[i] = 1;
    for (size_t from = 0; from < pattern->len; from += BAND) {
        struct band band;
        size_t len = pattern->len - from < BAND ? pattern->len - from : BAND;
        band_init(&band, pattern->c + from, len);
        band_run(&band, len, text, across);
    }
    int64_t distance = (int64_t)pattern->len;
    for (size_t i = 0; i < text->len; i++)
        distance += across[i];
    *ret = distance;
    return 0;
}
