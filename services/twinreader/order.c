#include "twinreader/order.h"

#include "twinreader/geometry.h"
#include "twinreader/slope.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Blocks are apart when nothing but space of this many line heights lies between them. */
static const float BLOCK_GAP = 0.9f;
/* Columns are running text when they have this many rows, are this many line heights wide, and
 * their lines fill this part of the column. */
enum { COLUMN_ROWS = 4, CUT_DEPTH = 24 };
static const float COLUMN_WIDTH = 10;
static const float COLUMN_FILL = 0.6f;
static const float COLUMN_GAP = 0.8f;
/* Lines tell the local slope when they are this many times as wide as high, and not on end. */
static const float SLOPE_RATIO = 2.5f;
static const float SLOPE_MOST = 0.35f;

struct item {
    const struct line *line;
    float x0, y0, x1, y1; /* straightened */
};

struct walk {
    float height; /* usual line height */
    struct line *out;
    size_t done;
    int row, block;
};

static int by_y(const void *pa, const void *pb)
{
    const struct item *a = pa, *b = pb;
    float ya = a->y0 + a->y1, yb = b->y0 + b->y1;
    if (ya != yb)
        return ya < yb ? -1 : 1;
    return a->x0 < b->x0 ? -1 : a->x0 > b->x0;
}

static int by_top(const void *pa, const void *pb)
{
    const struct item *a = pa, *b = pb;
    return a->y0 < b->y0 ? -1 : a->y0 > b->y0;
}

static int by_left(const void *pa, const void *pb)
{
    const struct item *a = pa, *b = pb;
    return a->x0 < b->x0 ? -1 : a->x0 > b->x0;
}

static int by_value(const void *pa, const void *pb)
{
    const float *a = pa, *b = pb;
    return *a < *b ? -1 : *a > *b;
}

double order_skew(const struct line *lines, size_t count, struct arena *a)
{
    float *slopes = arena_array(a, count + 1, sizeof *slopes);
    size_t n = 0;
    for (size_t i = 0; slopes && i < count; i++) {
        const struct quad *q = &lines[i].box;
        if (geometry_width(q) > 4 * geometry_height(q))
            slopes[n++] = atan2f(q->p[1].y - q->p[0].y, q->p[1].x - q->p[0].x);
    }
    if (!n)
        return 0;
    qsort(slopes, n, sizeof *slopes, by_value);
    return slopes[n / 2] * 180 / M_PI;
}

/* Writes a block's lines row by row: a line joins a row when it shares more than half of the lower
 * one's height. */
static void write_rows(struct item *items, size_t count, struct walk *w)
{
    qsort(items, count, sizeof *items, by_y);
    for (size_t i = 0; i < count;) {
        float top = items[i].y0, bottom = items[i].y1;
        size_t end = i + 1;
        for (; end < count; end++) {
            const struct item *t = &items[end];
            float shared = fminf(bottom, t->y1) - fmaxf(top, t->y0);
            if (shared <= 0.5f * fminf(bottom - top, t->y1 - t->y0))
                break;
        }
        qsort(items + i, end - i, sizeof *items, by_left);
        for (; i < end; i++) {
            struct line *out = &w->out[w->done++];
            *out = *items[i].line;
            out->row = w->row;
            out->block = w->block;
        }
        w->row++;
    }
    w->block++;
}

static bool running_text(const struct item *items, size_t count, float height)
{
    if (count < COLUMN_ROWS)
        return false;
    float x0 = items[0].x0, x1 = items[0].x1, sum = 0;
    for (size_t i = 0; i < count; i++) {
        x0 = fminf(x0, items[i].x0);
        x1 = fmaxf(x1, items[i].x1);
        sum += items[i].x1 - items[i].x0;
    }
    return x1 - x0 >= COLUMN_WIDTH * height && sum / (float)count >= COLUMN_FILL * (x1 - x0);
}

/* Looks for a gutter between two columns of running text; items are sorted by left edge after it.
 * Returns how many stand left of it, 0 when there is none. */
static size_t column_cut(struct item *items, size_t count, float height)
{
    qsort(items, count, sizeof *items, by_left);
    float reach = items[0].x1;
    for (size_t i = 1; i < count; i++) {
        if (items[i].x0 - reach >= COLUMN_GAP * height && running_text(items, i, height) &&
            running_text(items + i, count - i, height))
            return i;
        reach = fmaxf(reach, items[i].x1);
    }
    return 0;
}

static void cut(struct item *items, size_t count, int depth, struct walk *w)
{
    size_t left = depth < CUT_DEPTH ? column_cut(items, count, w->height) : 0;
    if (left) {
        cut(items, left, depth + 1, w);
        cut(items + left, count - left, depth + 1, w);
        return;
    }
    qsort(items, count, sizeof *items, by_top);
    size_t start = 0;
    float reach = items[0].y1;
    for (size_t i = 1; i <= count; i++) {
        if (i < count && items[i].y0 - reach < BLOCK_GAP * w->height) {
            reach = fmaxf(reach, items[i].y1);
            continue;
        }
        if (start == 0 && i == count)
            write_rows(items, count, w); /* nothing to cut: a block */
        else if (depth < CUT_DEPTH)
            cut(items + start, i - start, depth + 1, w);
        else
            write_rows(items + start, i - start, w);
        start = i;
        if (i < count)
            reach = items[i].y1;
    }
}

/* Takes out the skew, and then what one angle cannot: perspective and curl. */
static int straighten(struct item *items, const struct line *lines, size_t count, double skew,
                      struct arena *a)
{
    struct slope_sample *samples = arena_array(a, count, sizeof *samples);
    size_t n = 0;
    if (!samples)
        return ERR_NOMEM;
    const float turn = (float)(-skew * M_PI / 180), c = cosf(turn), s = sinf(turn);
    for (size_t i = 0; i < count; i++) {
        const struct quad *q = &lines[i].box;
        float x = (q->p[0].x + q->p[1].x + q->p[2].x + q->p[3].x) / 4;
        float y = (q->p[0].y + q->p[1].y + q->p[2].y + q->p[3].y) / 4;
        float w = geometry_width(q), h = geometry_height(q);
        items[i] = (struct item){&lines[i], x * c - y * s - w / 2, x * s + y * c - h / 2,
                                 x * c - y * s + w / 2, x * s + y * c + h / 2};
        float angle = atan2f(q->p[1].y - q->p[0].y, q->p[1].x - q->p[0].x) + turn;
        if (w > SLOPE_RATIO * h && fabsf(angle) < SLOPE_MOST)
            samples[n++] = (struct slope_sample){x * c - y * s, x * s + y * c, tanf(angle), w};
    }
    const struct slope_field field = slope_fit(samples, n);
    for (size_t i = 0; i < count; i++) {
        struct item *t = &items[i];
        float y = (t->y0 + t->y1) / 2, h = t->y1 - t->y0;
        float level = slope_level(&field, (t->x0 + t->x1) / 2, y);
        t->y0 = level - h / 2;
        t->y1 = level + h / 2;
    }
    return 0;
}

int order_lines(struct line *lines, size_t count, double skew, struct arena *a, struct err *e)
{
    if (!count)
        return 0;
    struct item *items = arena_array(a, count, sizeof *items);
    struct line *copy = arena_array(a, count, sizeof *copy);
    float *heights = arena_array(a, count, sizeof *heights);
    if (copy)
        memcpy(copy, lines, count * sizeof *copy);
    if (!items || !copy || !heights || straighten(items, copy, count, skew, a))
        return err_set(e, ERR_NOMEM, "no memory to order %zu lines", count);
    for (size_t i = 0; i < count; i++)
        heights[i] = items[i].y1 - items[i].y0;
    qsort(heights, count, sizeof *heights, by_value);
    struct walk w = {.height = fmaxf(heights[count / 2], 1), .out = lines};
    cut(items, count, 0, &w);
    return 0;
}
