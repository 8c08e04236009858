#include "image/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows first: a destination row is a weighted sum of whole source rows, a loop over contiguous
 * bytes that compilers turn into vector code.  Columns second: each destination sample gathers a
 * few neighbours of that row.  The number of taps is 2 to 4 for nearly all pages, so those loops
 * are instantiated with a constant count. */

static double kernel_radius(enum resample_kernel kernel)
{
    return kernel == RESAMPLE_TRIANGLE ? 1.0 : 2.0;
}

static double kernel_at(enum resample_kernel kernel, double t)
{
    t = fabs(t);
    if (kernel == RESAMPLE_TRIANGLE)
        return t < 1.0 ? 1.0 - t : 0.0;
    if (t < 1.0)
        return (1.5 * t - 2.5) * t * t + 1.0;
    return t < 2.0 ? ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0 : 0.0;
}

static int clamp_int(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* Fills the weights of destination sample `i`; source samples beyond the border count for the edge.
 */
static void axis_fill(struct resample_axis *ax, int i, int source, double centre, double stretch,
                      enum resample_kernel kernel)
{
    double radius = kernel_radius(kernel) * stretch;
    double reach = (double)source + radius;
    centre = centre < -radius ? -radius : centre > reach ? reach : centre;
    int lo = (int)ceil(centre - radius - 0.5);
    int hi = (int)floor(centre + radius - 0.5);
    if (ax->taps == 1)
        lo = hi = (int)floor(centre);
    int start = clamp_int(lo, 0, source - ax->taps);
    float *w = ax->weight + (size_t)i * (size_t)ax->taps;
    double sum = 0.0;
    for (int j = lo; j <= hi; j++) {
        double v = kernel_at(kernel, (j + 0.5 - centre) / stretch);
        int at = clamp_int(clamp_int(j, 0, source - 1) - start, 0, ax->taps - 1);
        w[at] += (float)v;
        sum += v;
    }
    if (sum > 0.0) {
        for (int t = 0; t < ax->taps; t++)
            w[t] = (float)(w[t] / sum);
    } else {
        w[0] = 1.0f;
    }
    ax->start[i] = start;
}

static int axis_init(struct resample_axis *ax, int source, int count, double origin, double span,
                     enum resample_kernel kernel)
{
    double scale = span / count;
    double stretch = scale > 1.0 ? scale : 1.0;
    double width = ceil(2.0 * kernel_radius(kernel) * stretch);
    ax->count = count;
    ax->taps = width < source ? (int)width : source;
    if (scale == 1.0 && origin == floor(origin))
        ax->taps = 1; /* a plain copy: both kernels are 1 at the sample and 0 at its neighbours */
    ax->start = calloc((size_t)count, sizeof *ax->start);
    ax->weight = calloc((size_t)count * (size_t)ax->taps, sizeof *ax->weight);
    if (!ax->start || !ax->weight)
        return ERR_NOMEM;
    ax->first = source;
    ax->last = 0;
    for (int i = 0; i < count; i++) {
        axis_fill(ax, i, source, origin + (i + 0.5) * scale, stretch, kernel);
        int start = ax->start[i];
        ax->first = start < ax->first ? start : ax->first;
        ax->last = start + ax->taps > ax->last ? start + ax->taps : ax->last;
    }
    return 0;
}

static void axis_finish(struct resample_axis *ax)
{
    free(ax->start);
    free(ax->weight);
}

int resample_init(struct resample *r, const struct image *im, double x0, double y0, double w,
                  double h, int width, int height, enum resample_kernel kernel)
{
    *r = (struct resample){.im = im};
    int rc = axis_init(&r->x, im->width, width, x0, w, kernel);
    if (!rc)
        rc = axis_init(&r->y, im->height, height, y0, h, kernel);
    if (!rc) {
        size_t samples = (size_t)(r->x.last - r->x.first) * (size_t)im->channels;
        r->row = malloc(samples * sizeof *r->row);
        rc = r->row ? 0 : ERR_NOMEM;
    }
    if (rc)
        resample_finish(r);
    return rc;
}

void resample_finish(struct resample *r)
{
    axis_finish(&r->x);
    axis_finish(&r->y);
    free(r->row);
    *r = (struct resample){0};
}

static void rows_1(float *restrict out, const unsigned char *restrict a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (float)a[i];
}

static void rows_2(float *restrict out, const unsigned char *restrict a, size_t stride,
                   const float *w, size_t n)
{
    const unsigned char *restrict b = a + stride;
    float wa = w[0], wb = w[1];
    for (size_t i = 0; i < n; i++)
        out[i] = wa * (float)a[i] + wb * (float)b[i];
}

static void rows_3(float *restrict out, const unsigned char *restrict a, size_t stride,
                   const float *w, size_t n)
{
    const unsigned char *restrict b = a + stride;
    const unsigned char *restrict c = b + stride;
    float wa = w[0], wb = w[1], wc = w[2];
    for (size_t i = 0; i < n; i++)
        out[i] = wa * (float)a[i] + wb * (float)b[i] + wc * (float)c[i];
}

static void rows_add(float *restrict out, const unsigned char *restrict a, float w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] += w * (float)a[i];
}

/* The weighted sum of the source rows under destination row `y`, for the columns in use. */
static void resample_down(struct resample *r, int y)
{
    const struct image *im = r->im;
    size_t n = (size_t)(r->x.last - r->x.first) * (size_t)im->channels;
    const unsigned char *src = im->pixels + (size_t)(r->y.start[y] - r->top) * im->stride +
                               (size_t)r->x.first * (size_t)im->channels;
    int taps = r->y.taps;
    const float *w = r->y.weight + (size_t)y * (size_t)taps;
    while (taps > 1 && w[taps - 1] == 0.0f)
        taps--;
    while (taps > 1 && w[0] == 0.0f) {
        taps--;
        w++;
        src += im->stride;
    }
    if (taps == 1) {
        rows_1(r->row, src, n);
    } else if (taps == 2) {
        rows_2(r->row, src, im->stride, w, n);
    } else {
        rows_3(r->row, src, im->stride, w, n);
        for (int t = 3; t < taps; t++)
            rows_add(r->row, src + (size_t)t * im->stride, w[t], n);
    }
}

static inline float emit(float v, float scale, float bias)
{
    v = v < 0.0f ? 0.0f : v; /* two statements: each is one instruction */
    v = v > 255.0f ? 255.0f : v;
    return v * scale + bias;
}

/* `taps` is a constant at each call below, so that the inner loop unrolls. */
static inline __attribute__((always_inline)) void
across_3(const struct resample *r, int taps, float *const *plane, const float *s, const float *b)
{
    const float *w = r->x.weight;
    float *restrict p0 = plane[0], *restrict p1 = plane[1], *restrict p2 = plane[2];
    for (int x = 0; x < r->x.count; x++, w += taps) {
        const float *in = r->row + (ptrdiff_t)(r->x.start[x] - r->x.first) * 3;
        float v0 = 0.0f, v1 = 0.0f, v2 = 0.0f;
        for (int t = 0; t < taps; t++) {
            v0 += w[t] * in[3 * t];
            v1 += w[t] * in[3 * t + 1];
            v2 += w[t] * in[3 * t + 2];
        }
        p0[x] = emit(v0, s[0], b[0]);
        p1[x] = emit(v1, s[1], b[1]);
        p2[x] = emit(v2, s[2], b[2]);
    }
}

static inline __attribute__((always_inline)) void across_1(const struct resample *r, int taps,
                                                           float *restrict out, float s, float b)
{
    const float *w = r->x.weight;
    for (int x = 0; x < r->x.count; x++, w += taps) {
        const float *in = r->row + (r->x.start[x] - r->x.first);
        float v = 0.0f;
        for (int t = 0; t < taps; t++)
            v += w[t] * in[t];
        out[x] = emit(v, s, b);
    }
}

void resample_row(struct resample *r, int y, float *const *plane, const float *scale,
                  const float *bias)
{
    resample_down(r, y);
    if (r->im->channels == 1)
        across_1(r, r->x.taps, plane[0], scale[0], bias[0]);
    else if (r->x.taps == 1)
        across_3(r, 1, plane, scale, bias);
    else if (r->x.taps == 2)
        across_3(r, 2, plane, scale, bias);
    else if (r->x.taps == 3)
        across_3(r, 3, plane, scale, bias);
    else if (r->x.taps == 4)
        across_3(r, 4, plane, scale, bias);
    else
        across_3(r, r->x.taps, plane, scale, bias);
}
