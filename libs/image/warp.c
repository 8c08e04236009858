#include "image/warp.h"

#include <math.h>
#include <stdlib.h>

/* The part of the picture under the quadrilateral is first spread out as floats, four to a pixel
 * and its border repeated, so that the cubic kernel is 16 vector multiplications and no test. Where
 * that part would be much larger than what is cut out of it (a long line at 45 degrees), and for
 * grey pictures, which no decoder of ours makes, samples are fetched one by one instead.  Weights
 * come from a table of 64 phases, finer than 8-bit samples can tell. */

enum { PHASES = 64 };

typedef float float4 __attribute__((vector_size(16)));
typedef int int4 __attribute__((vector_size(16)));

/* Each weight four times over, ready to multiply a pixel. */
struct phases {
    float4 w[PHASES][4];
};

static void phases_init(struct phases *p)
{
    for (int i = 0; i < PHASES; i++) {
        float t = (float)i / PHASES, t2 = t * t, t3 = t2 * t;
        const float w[4] = {-0.5f * t3 + t2 - 0.5f * t, 1.5f * t3 - 2.5f * t2 + 1.0f,
                            -1.5f * t3 + 2.0f * t2 + 0.5f * t, 0.5f * t3 - 0.5f * t2};
        for (int k = 0; k < 4; k++)
            p->w[i][k] = (float4){w[k], w[k], w[k], w[k]};
    }
}

bool warp_quad_valid(const struct quad *q)
{
    for (int i = 0; i < 4; i++) {
        if (!(fabsf(q->p[i].x) <= 1e5f) || !(fabsf(q->p[i].y) <= 1e5f))
            return false;
    }
    return true;
}

static double side(struct point a, struct point b)
{
    return hypot((double)b.x - a.x, (double)b.y - a.y);
}

void warp_quad_size(const struct quad *q, double *ret_width, double *ret_height)
{
    *ret_width = fmax(1.0, fmax(side(q->p[0], q->p[1]), side(q->p[3], q->p[2])));
    *ret_height = fmax(1.0, fmax(side(q->p[0], q->p[3]), side(q->p[1], q->p[2])));
}

bool warp_quad_upright(const struct quad *q, double *x0, double *y0, double *w, double *h)
{
    const struct point *p = q->p;
    float side_x = fabsf(p[1].x - p[0].x), side_y = fabsf(p[3].y - p[0].y);
    float most = fmaxf(0.5f, 0.04f * fminf(side_x, side_y));
    if (fabsf(p[0].x - p[3].x) > most || fabsf(p[1].x - p[2].x) > most ||
        fabsf(p[0].y - p[1].y) > most || fabsf(p[3].y - p[2].y) > most)
        return false;
    *x0 = 0.5 * ((double)p[0].x + p[3].x);
    *y0 = 0.5 * ((double)p[0].y + p[1].y);
    *w = 0.5 * ((double)p[1].x + p[2].x) - *x0;
    *h = 0.5 * ((double)p[3].y + p[2].y) - *y0;
    return *w >= 1.0 && *h >= 1.0;
}

struct warp warp_from_quad(const struct quad *q, int width, int height)
{
    const struct point *p = q->p;
    double sx = (double)p[0].x - p[1].x + p[2].x - p[3].x;
    double sy = (double)p[0].y - p[1].y + p[2].y - p[3].y;
    double dx1 = (double)p[1].x - p[2].x, dy1 = (double)p[1].y - p[2].y;
    double dx2 = (double)p[3].x - p[2].x, dy2 = (double)p[3].y - p[2].y;
    double det = dx1 * dy2 - dx2 * dy1;
    struct warp w = {.c = p[0].x, .f = p[0].y};
    /* A closing error below a quarter of a pixel is a parallelogram; a flat corner has no mapping
     * and is treated as one too. */
    w.affine = fabs(sx) + fabs(sy) < 0.25 || fabs(det) < 1e-6;
    if (!w.affine) {
        w.g = (sx * dy2 - sy * dx2) / det;
        w.h = (dx1 * sy - dy1 * sx) / det;
    }
    w.a = (double)p[1].x - p[0].x + w.g * p[1].x;
    w.d = (double)p[1].y - p[0].y + w.g * p[1].y;
    w.b = (double)p[3].x - p[0].x + w.h * p[3].x;
    w.e = (double)p[3].y - p[0].y + w.h * p[3].y;
    w.a /= width;
    w.d /= width;
    w.g /= width;
    w.b /= height;
    w.e /= height;
    w.h /= height;
    return w;
}

/* Never NaN and never far outside, whatever the mapping gives; one pixel of margin behaves like any
 * larger one since the edge repeats. */
static inline float bound(double v, int n)
{
    v = v > -2.0 ? v : -2.0;
    return (float)(v < n + 2.0 ? v : n + 2.0);
}

static inline void warp_map(const struct warp *w, const struct image *im, double u, double v,
                            float *x, float *y)
{
    double px = w->a * u + w->b * v + w->c, py = w->d * u + w->e * v + w->f;
    if (!w->affine) {
        double z = w->g * u + w->h * v + 1.0;
        z = z > 1e-6 ? z : 1e-6;
        px /= z;
        py /= z;
    }
    *x = bound(px - 0.5, im->width);
    *y = bound(py - 0.5, im->height);
}

static inline int clamp_int(int v, int hi)
{
    return v < 0 ? 0 : v > hi ? hi : v;
}

static inline unsigned char to_byte(float v)
{
    v = v < 0.0f ? 0.0f : v;
    v = v > 255.0f ? 255.0f : v;
    return (unsigned char)(v + 0.5f);
}

static void cubic_fetch(const struct image *im, int ix, int iy, const float4 *wx, const float4 *wy,
                        unsigned char *out)
{
    int ch = im->channels;
    float sum[3] = {0};
    for (int j = 0; j < 4; j++) {
        const unsigned char *row =
            im->pixels + (size_t)clamp_int(iy + j, im->height - 1) * im->stride;
        for (int i = 0; i < 4; i++) {
            const unsigned char *s = row + clamp_int(ix + i, im->width - 1) * ch;
            for (int c = 0; c < ch; c++)
                sum[c] += wy[j][0] * wx[i][0] * (float)s[c];
        }
    }
    for (int c = 0; c < ch; c++)
        out[c] = to_byte(sum[c]);
}

/* A window of the picture whose top left pixel is (x0, y0), which may lie outside. */
struct window {
    int x0, y0, width, height;
    float4 *pixel;
};

/* The first of the four samples along one axis, and the phase of their weights. */
static inline int cubic_first(float f, int *ret_phase)
{
    /* Coordinates are at least -2, so adding 4 makes truncation a floor. */
    int k = (int)((f + 4.0f) * PHASES + 0.5f) - 4 * PHASES;
    *ret_phase = k & (PHASES - 1);
    return (k >> 6) - 1;
}

static void cubic_row_fetched(const struct image *im, const struct warp *w, const struct phases *ph,
                              int y, int width, unsigned char *out)
{
    for (int x = 0; x < width; x++, out += im->channels) {
        float fx, fy;
        int px, py;
        warp_map(w, im, x + 0.5, y + 0.5, &fx, &fy);
        int ix = cubic_first(fx, &px), iy = cubic_first(fy, &py);
        cubic_fetch(im, ix, iy, ph->w[px], ph->w[py], out);
    }
}

static void cubic_row(const struct image *im, const struct window *win, const struct warp *w,
                      const struct phases *ph, int y, int width, unsigned char *out)
{
    for (int x = 0; x < width; x++, out += 3) {
        float fx, fy;
        int px, py;
        warp_map(w, im, x + 0.5, y + 0.5, &fx, &fy);
        int ix = cubic_first(fx, &px) - win->x0, iy = cubic_first(fy, &py) - win->y0;
        const float4 *row = win->pixel + (size_t)iy * (size_t)win->width + (size_t)ix;
        const float4 *wx = ph->w[px], *wy = ph->w[py];
        float4 sum = {0};
        for (int j = 0; j < 4; j++, row += win->width)
            sum += wy[j] * (wx[0] * row[0] + wx[1] * row[1] + wx[2] * row[2] + wx[3] * row[3]);
        int4 over = sum > 255.0f;
        int4 bits = (int4)sum & ~over & (sum > 0.0f); /* clamped without a branch */
        float4 v = (float4)(bits | ((int4)(float4){255.0f, 255.0f, 255.0f, 255.0f} & over)) + 0.5f;
        out[0] = (unsigned char)v[0];
        out[1] = (unsigned char)v[1];
        out[2] = (unsigned char)v[2];
    }
}

static void spread(const struct image *im, const struct window *win)
{
    for (int y = 0; y < win->height; y++) {
        float4 *to = win->pixel + (size_t)y * (size_t)win->width;
        const unsigned char *row =
            im->pixels + (size_t)clamp_int(win->y0 + y, im->height - 1) * im->stride;
        for (int x = 0; x < win->width; x++) {
            const unsigned char *p = row + clamp_int(win->x0 + x, im->width - 1) * 3;
            to[x] = (float4){(float)p[0], (float)p[1], (float)p[2], 0.0f};
        }
    }
}

/* Whether the mapping is far from its horizon over the whole destination. */
static bool is_tame(const struct warp *w, int width, int height)
{
    double zx = w->g * width, zy = w->h * height;
    return 1.0 + zx > 0.01 && 1.0 + zy > 0.01 && 1.0 + zx + zy > 0.01;
}

/* Makes the window that holds every sample of the destination; false when fetching is better.  The
 * mapping takes lines to lines, so, away from its horizon, the corners of the destination bound it.
 */
static bool window_init(struct window *win, const struct image *im, const struct warp *w, int width,
                        int height)
{
    if (im->channels != 3 || !is_tame(w, width, height))
        return false;
    float lo_x = 3e9f, lo_y = 3e9f, hi_x = -3e9f, hi_y = -3e9f;
    for (int k = 0; k < 4; k++) {
        float x, y;
        warp_map(w, im, k & 1 ? width - 0.5 : 0.5, k & 2 ? height - 0.5 : 0.5, &x, &y);
        lo_x = fminf(lo_x, x);
        hi_x = fmaxf(hi_x, x);
        lo_y = fminf(lo_y, y);
        hi_y = fmaxf(hi_y, y);
    }
    /* One sample before and two after, and one more each way for rounding. */
    win->x0 = (int)floorf(lo_x) - 2;
    win->y0 = (int)floorf(lo_y) - 2;
    win->width = (int)ceilf(hi_x) + 4 - win->x0;
    win->height = (int)ceilf(hi_y) + 4 - win->y0;
    size_t area = (size_t)win->width * (size_t)win->height;
    if (area / 8 > (size_t)width * (size_t)height + 4096)
        return false;
    win->pixel = aligned_alloc(16, area * sizeof *win->pixel);
    if (!win->pixel)
        return false;
    spread(im, win);
    return true;
}

static void bilinear_add(const struct image *im, float fx, float fy, float *sum)
{
    float bx = floorf(fx), by = floorf(fy);
    float tx = fx - bx, ty = fy - by;
    int x0 = clamp_int((int)bx, im->width - 1), x1 = clamp_int((int)bx + 1, im->width - 1);
    int y0 = clamp_int((int)by, im->height - 1), y1 = clamp_int((int)by + 1, im->height - 1);
    int ch = im->channels;
    const unsigned char *r0 = im->pixels + (size_t)y0 * im->stride;
    const unsigned char *r1 = im->pixels + (size_t)y1 * im->stride;
    for (int c = 0; c < ch; c++) {
        float top = (1.0f - tx) * (float)r0[x0 * ch + c] + tx * (float)r0[x1 * ch + c];
        float low = (1.0f - tx) * (float)r1[x0 * ch + c] + tx * (float)r1[x1 * ch + c];
        sum[c] += (1.0f - ty) * top + ty * low;
    }
}

static void grid_row(const struct image *im, const struct warp *w, int grid, int y, int width,
                     unsigned char *out)
{
    float share = 1.0f / (float)(grid * grid);
    for (int x = 0; x < width; x++, out += im->channels) {
        float sum[3] = {0};
        for (int k = 0; k < grid * grid; k++) {
            float fx, fy;
            warp_map(w, im, x + (k % grid + 0.5) / grid, y + (k / grid + 0.5) / grid, &fx, &fy);
            bilinear_add(im, fx, fy, sum);
        }
        for (int c = 0; c < im->channels; c++)
            out[c] = to_byte(sum[c] * share);
    }
}

void warp_sample(const struct image *im, const struct warp *w, int grid, struct image *out)
{
    struct phases ph;
    struct window win = {0};
    phases_init(&ph);
    bool spread_out = grid <= 1 && window_init(&win, im, w, out->width, out->height);
    for (int y = 0; y < out->height; y++) {
        unsigned char *row = out->pixels + (size_t)y * out->stride;
        if (grid > 1)
            grid_row(im, w, grid, y, out->width, row);
        else if (spread_out)
            cubic_row(im, &win, w, &ph, y, out->width, row);
        else
            cubic_row_fetched(im, w, &ph, y, out->width, row);
    }
    free(win.pixel);
}
