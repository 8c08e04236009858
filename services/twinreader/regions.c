#include "twinreader/regions.h"

#include <string.h>

struct run {
    int y, x0, x1; /* pixels x0..x1-1 */
    int parent;
};

static size_t count_runs(const float *map, int width, int height, float threshold)
{
    size_t count = 0;
    for (int y = 0; y < height; y++) {
        const float *row = map + (size_t)y * (size_t)width;
        unsigned starts = row[0] > threshold;
        for (int x = 1; x < width; x++)
            starts += (row[x] > threshold) & !(row[x - 1] > threshold);
        count += starts;
    }
    return count;
}

/* Writes the runs, and for each row the index of its first run to `first` (height+1 entries). */
static void collect_runs(const float *map, int width, int height, float threshold, struct run *runs,
                         int *first)
{
    int n = 0;
    for (int y = 0; y < height; y++) {
        const float *row = map + (size_t)y * (size_t)width;
        first[y] = n;
        for (int x = 0; x < width;) {
            if (!(row[x] > threshold)) {
                x++;
                continue;
            }
            int x0 = x;
            while (x < width && row[x] > threshold)
                x++;
            runs[n] = (struct run){.y = y, .x0 = x0, .x1 = x, .parent = n};
            n++;
        }
    }
    first[height] = n;
}

static int root(struct run *runs, int i)
{
    while (runs[i].parent != i) {
        runs[i].parent = runs[runs[i].parent].parent;
        i = runs[i].parent;
    }
    return i;
}

/* The earlier run becomes the root, so that regions keep the order of their first pixels. */
static void join(struct run *runs, int a, int b)
{
    a = root(runs, a);
    b = root(runs, b);
    if (a < b)
        runs[b].parent = a;
    else
        runs[a].parent = b;
}

/* Joins each run of row y to the runs of row y-dy within reach.  Both rows ascend in x, so two
 * fingers suffice; a run stays under its finger while it can still meet the next one. */
static void join_rows(struct run *runs, const int *first, int y, int dy, int reach)
{
    int above = first[y - dy], above_end = first[y - dy + 1];
    for (int i = first[y]; i < first[y + 1]; i++) {
        while (above < above_end && runs[above].x1 - 1 + reach < runs[i].x0)
            above++;
        for (int j = above; j < above_end && runs[j].x0 <= runs[i].x1 - 1 + reach; j++)
            join(runs, i, j);
    }
}

static void join_all(struct run *runs, const int *first, int height, int reach)
{
    for (int y = 0; y < height; y++) {
        for (int i = first[y] + 1; i < first[y + 1]; i++)
            if (runs[i - 1].x1 - 1 + reach >= runs[i].x0)
                join(runs, i - 1, i);
        for (int dy = 1; dy <= reach && dy <= y; dy++)
            join_rows(runs, first, y, dy, reach);
    }
}

int regions_find(struct arena *a, const float *map, int width, int height, float threshold,
                 int reach, size_t min_pixels, struct region **ret, size_t *ret_count,
                 struct err *e)
{
    size_t run_count = count_runs(map, width, height, threshold);
    struct run *runs = arena_array(a, run_count + 1, sizeof *runs);
    int *first = arena_array(a, (size_t)height + 1, sizeof *first);
    size_t *pixels = arena_array(a, run_count + 1, sizeof *pixels);
    size_t *corners = arena_array(a, run_count + 1, sizeof *corners);
    int *slot = arena_array(a, run_count + 1, sizeof *slot);
    if (!runs || !first || !pixels || !corners || !slot)
        return err_set(e, ERR_NOMEM, "too many regions in the text map");
    collect_runs(map, width, height, threshold, runs, first);
    join_all(runs, first, height, reach);

    for (size_t i = 0; i < run_count; i++) {
        int r = root(runs, (int)i);
        pixels[r] += (size_t)(runs[i].x1 - runs[i].x0);
        corners[r] += 4;
    }
    size_t count = 0;
    for (size_t i = 0; i < run_count; i++) {
        slot[i] = -1;
        if (runs[i].parent == (int)i && pixels[i] >= min_pixels)
            slot[i] = (int)count++;
    }
    struct region *regions = arena_array(a, count + 1, sizeof *regions);
    if (!regions)
        return err_set(e, ERR_NOMEM, "too many regions in the text map");
    for (size_t i = 0; i < run_count; i++) {
        if (slot[i] < 0)
            continue;
        struct region *g = &regions[slot[i]];
        g->pixels = pixels[i];
        g->points = arena_array(a, corners[i], sizeof *g->points);
        if (!g->points)
            return err_set(e, ERR_NOMEM, "too many regions in the text map");
    }
    for (size_t i = 0; i < run_count; i++) {
        int s = slot[root(runs, (int)i)];
        if (s < 0)
            continue;
        struct region *g = &regions[s];
        float x0 = (float)runs[i].x0, x1 = (float)runs[i].x1, y = (float)runs[i].y;
        struct point *p = g->points + g->point_count;
        p[0] = (struct point){x0, y};
        p[1] = (struct point){x1, y};
        p[2] = (struct point){x0, y + 1};
        p[3] = (struct point){x1, y + 1};
        g->point_count += 4;
    }
    *ret = regions;
    *ret_count = count;
    return 0;
}
