#include "image/warp.h"

#include <math.h>

/* Destination pixels whose 4 × 4 neighbourhood lies inside the picture take a path without a test per
 * sample; the few others clamp every coordinate.  Weights come from a table of 64 phases, finer than
 * 8-bit samples can tell. */

enum { PHASES = 64 };

struct phases {
    float w[PHASES + 1][4];
};

static void phases_init(struct phases *p)
{
    for (int i = 0; i <= PHASES; i++) {
        float t = (float)i / PHASES, t2 = t * t, t3 = t2 * t;
        p->w[i][0] = -0.5f * t3 + t2 - 0.5f * t;
        p->w[i][1] = 1.5f * t3 - 2.5f * t2 + 1.0f;
        p->w[i][2] = -1.5f * t3 + 2.0f * t2 + 0.5f * t;
        p->w[i][3] = 0.5f * t3 - 0.5f * t2;
    }
}

bool warp_quad_valid(const struct quad *q)
{
    for (int i = 0; i < 4; i++) {
        if (!(fabsf(q->p[i].x) <= 1e6f) || !(fabsf(q->p[i].y) <= 1e6f))
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
    const float most = 0.5f;
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
    v = v < 0.0f ? 0.0f : v > 255.0f ? 255.0f : v;
    return (unsigned char)(v + 0.5f);
}

static inline __attribute__((always_inline)) void
cubic_inside(const struct image *im, int ch, int ix, int iy, const float *wx, const float *wy,
             unsigned char *restrict out)
{
    const unsigned char *restrict r0 =
        im->pixels + (size_t)iy * im->stride + (size_t)ix * (size_t)ch;
    const unsigned char *restrict r1 = r0 + im->stride;
    const unsigned char *restrict r2 = r1 + im->stride;
    const unsigned char *restrict r3 = r2 + im->stride;
    float col[12];
    for (int k = 0; k < 4 * ch; k++)
        col[k] = wy[0] * (float)r0[k] + wy[1] * (float)r1[k] + wy[2] * (float)r2[k] +
                 wy[3] * (float)r3[k];
    for (int c = 0; c < ch; c++)
        out[c] = to_byte(wx[0] * col[c] + wx[1] * col[ch + c] + wx[2] * col[2 * ch + c] +
                         wx[3] * col[3 * ch + c]);
}

static void cubic_border(const struct image *im, int ix, int iy, const float *wx, const float *wy,
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
                sum[c] += wy[j] * wx[i] * (float)s[c];
        }
    }
    for (int c = 0; c < ch; c++)
        out[c] = to_byte(sum[c]);
}

static inline __attribute__((always_inline)) void cubic_row(const struct image *im,
                                                            const struct warp *w, int ch,
                                                            const struct phases *ph, int y,
                                                            int width, unsigned char *out)
{
    for (int x = 0; x < width; x++, out += ch) {
        float fx, fy;
        warp_map(w, im, x + 0.5, y + 0.5, &fx, &fy);
        /* Coordinates are at least -2, so adding 4 makes truncation a floor. */
        int kx = (int)((fx + 4.0f) * PHASES + 0.5f) - 4 * PHASES;
        int ky = (int)((fy + 4.0f) * PHASES + 0.5f) - 4 * PHASES;
        int ix = (kx >> 6) - 1, iy = (ky >> 6) - 1;
        const float *wx = ph->w[kx & (PHASES - 1)], *wy = ph->w[ky & (PHASES - 1)];
        if (ix >= 0 && iy >= 0 && ix + 4 <= im->width && iy + 4 <= im->height)
            cubic_inside(im, ch, ix, iy, wx, wy, out);
        else
            cubic_border(im, ix, iy, wx, wy, out);
    }
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
    phases_init(&ph);
    for (int y = 0; y < out->height; y++) {
        unsigned char *row = out->pixels + (size_t)y * out->stride;
        if (grid > 1)
            grid_row(im, w, grid, y, out->width, row);
        else if (im->channels == 3)
            cubic_row(im, w, 3, &ph, y, out->width, row);
        else
            cubic_row(im, w, 1, &ph, y, out->width, row);
    }
}
