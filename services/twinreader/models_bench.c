#include "twinreader/models_bench.h"

#include "base/clock.h"
#include "infer/session.h"

#include <stdlib.h>

enum { RUNS_MIN = 3, RUNS_MAX = 400, NS_MIN = 400000000 };

/* Height and width of pages as detectors get them. */
static const int64_t pages[][2] = {{640, 480}, {960, 480}, {960, 640}, {1280, 960}, {1600, 736}};
/* Lines: items of a batch and their width. */
static const int64_t lines[][2] = {{1, 80},  {8, 80},  {1, 160}, {8, 160}, {1, 320},
                                   {4, 320}, {1, 640}, {2, 640}, {1, 1280}};
static const int64_t items[] = {1, 8};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static size_t list_shapes(const struct package *p, struct models_figure *f)
{
    const int64_t c = p->input.pixels.channels, h = p->input.height, w = p->input.width;
    size_t n = p->task == PACKAGE_DETECT      ? COUNT(pages)
               : p->task == PACKAGE_RECOGNISE ? COUNT(lines)
                                              : COUNT(items);
    for (size_t i = 0; i < n; i++) {
        if (p->task == PACKAGE_DETECT)
            f[i] = (struct models_figure){.shape = {1, c, pages[i][0], pages[i][1]}};
        else if (p->task == PACKAGE_RECOGNISE)
            f[i] = (struct models_figure){.shape = {lines[i][0], c, h, lines[i][1]}};
        else
            f[i] = (struct models_figure){.shape = {items[i], c, h, w}};
    }
    return n;
}

/* Noise in -1..1, the same every time. */
static float *make_noise(const int64_t shape[4])
{
    size_t n = (size_t)(shape[0] * shape[1] * shape[2] * shape[3]);
    float *x = malloc(n * sizeof *x);
    uint32_t state = 1;
    for (size_t i = 0; x && i < n; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = (float)(state >> 8) / (float)(1 << 23) - 1;
    }
    return x;
}

static int compare_times(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int time_shape(struct session *s, struct models_figure *f, struct err *e)
{
    uint64_t times[RUNS_MAX], sum = 0;
    int code = 0, runs = 0;
    float *x = make_noise(f->shape);
    if (!x)
        return err_set(e, ERR_NOMEM, "no memory for an input");
    for (int i = -1; !code && i < RUNS_MAX && (i < RUNS_MIN || sum < NS_MIN); i++) {
        struct session_result *r = NULL;
        uint64_t start = clock_monotonic_ns();
        code = session_run(s, x, f->shape, &r, e);
        uint64_t took = clock_monotonic_ns() - start;
        session_result_destroy(r);
        if (i < 0)
            continue; /* the first run of a shape is slower */
        times[runs++] = took;
        sum += took;
    }
    free(x);
    if (code)
        return code;
    qsort(times, (size_t)runs, sizeof *times, compare_times);
    f->ms = (double)times[runs / 2] / 1e6;
    f->runs = runs;
    return 0;
}

int models_bench(const struct package *p, int threads, struct models_figure ret[MODELS_FIGURES_MAX],
                 size_t *ret_count, struct err *e)
{
    struct session *s = NULL;
    struct session_options o = session_options_default();
    o.threads = threads;
    int code = session_open(p, &o, &s, e);
    if (code)
        return code;
    size_t n = list_shapes(p, ret);
    for (size_t i = 0; !code && i < n; i++)
        code = time_shape(s, &ret[i], e);
    session_close(s);
    if (!code)
        *ret_count = n;
    return code;
}

double models_bench_units(const struct package *p, const struct models_figure *f)
{
    if (p->task == PACKAGE_DETECT)
        return (double)(f->shape[0] * f->shape[2] * f->shape[3]);
    return (double)(p->task == PACKAGE_RECOGNISE ? f->shape[0] * f->shape[3] : f->shape[0]);
}

const char *models_bench_unit_name(const struct package *p)
{
    static const char *const names[] = {
        [PACKAGE_DETECT] = "pixel", [PACKAGE_RECOGNISE] = "column", [PACKAGE_ANGLE] = "item"};
    return names[p->task];
}
