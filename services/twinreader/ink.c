#include "twinreader/ink.h"

#include <math.h>
#include <stdlib.h>

/* A sample is ink when it differs from the background by this part of the line's contrast. */
static const float INK_PART = 0.35f;
/* A row belongs to the line when it has this part of the inkiest row's ink ... */
static const float ROW_PART = 0.06f;
/* ... and the line ends where this many rows in a row do not (of 48: a hair line of i's dot). */
enum { QUIET_ROWS = 3 };

void ink_columns(const struct ink_plane *p, float *contrast)
{
    const int from = p->height / 8, to = p->height - p->height / 8;
    for (int x = 0; x < p->width; x++) {
        float least = INFINITY, most = -INFINITY;
        for (int y = from; y < to; y++) {
            float v = p->samples[(size_t)y * p->stride + (size_t)x];
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
        contrast[x] = most > least ? most - least : 0;
    }
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

/* Background (the usual value) and contrast of the line, from every third column of three rows. */
static void levels(const struct ink_plane *p, float *scratch, float *background, float *contrast)
{
    float least = INFINITY, most = -INFINITY;
    size_t n = 0;
    const int rows[3] = {p->height / 6, p->height / 2, p->height - 1 - p->height / 6};
    for (int r = 0; r < 3; r++)
        for (int x = r; x < p->width; x += 3) {
            float v = p->samples[(size_t)rows[r] * p->stride + (size_t)x];
            scratch[n++] = v;
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
    qsort(scratch, n, sizeof *scratch, compare_floats);
    *background = n ? scratch[n / 2] : 0;
    *contrast = n && most > least ? most - least : 0;
}

void ink_rows(const struct ink_plane *p, float *scratch, int *top, int *bottom)
{
    float background, contrast, *rows = scratch + p->width;
    *top = 0;
    *bottom = p->height;
    levels(p, scratch, &background, &contrast);
    if (contrast < 0.05f)
        return;
    const float limit = INK_PART * contrast;
    int best = p->height / 2;
    for (int y = 0; y < p->height; y++) {
        const float *row = p->samples + (size_t)y * p->stride;
        int count = 0;
        for (int x = 0; x < p->width; x++)
            count += fabsf(row[x] - background) > limit;
        rows[y] = (float)count;
        /* The inkiest row is looked for in the middle half: outside it may be a rule or a
         * neighbour. */
        if (y >= p->height / 4 && y < p->height - p->height / 4 && rows[y] > rows[best])
            best = y;
    }
    if (rows[best] <= 0)
        return;
    const float least = fmaxf(1, ROW_PART * rows[best]);
    int first = best, last = best;
    for (int y = best; y >= 0 && first - y <= QUIET_ROWS; y--)
        first = rows[y] >= least ? y : first;
    for (int y = best; y < p->height && y - last <= QUIET_ROWS; y++)
        last = rows[y] >= least ? y : last;
    *top = first;
    *bottom = last + 1;
}
