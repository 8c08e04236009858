/*
 * Separable resampling of an axis-aligned window of a picture, one destination row at a time.
 *
 * Private to this library.  Lifetime: resample_init to resample_finish; the picture must outlive
 * it. Threads: one at a time.
 */
#ifndef IMAGE_RESAMPLE_H
#define IMAGE_RESAMPLE_H

#include "image/image.h"

enum resample_kernel {
    RESAMPLE_TRIANGLE,   /* bilinear when enlarging, area-weighted when reducing */
    RESAMPLE_CATMULL_ROM /* Keys' cubic with a = -1/2: sharper, may overshoot by some percent */
};

/* Which source samples make each destination sample along one axis, and how much of each. */
struct resample_axis {
    int count; /* destination samples */
    int taps;  /* weights per destination sample */
    int first; /* source samples used: [first, last) */
    int last;
    int *start;    /* [count]: the first of `taps` source samples */
    float *weight; /* [count * taps], each group sums to 1 */
};

struct resample {
    const struct image *im;
    struct resample_axis x, y;
    int top; /* the source row that the picture's first row holds; 0 unless the caller moves it */
    float *row; /* one vertically resampled row, interleaved */
};

/* Prepares the window of `im` that begins at (x0, y0) and measures w × h source pixels (w, h > 0;
 * beyond the border the edge pixels repeat) as width × height destination pixels.  Reducing
 * stretches the kernel by the reduction, so every source pixel counts.  ERR_NOMEM. */
int resample_init(struct resample *r, const struct image *im, double x0, double y0, double w,
                  double h, int width, int height, enum resample_kernel kernel) MUST_CHECK;
void resample_finish(struct resample *r);

/* Writes destination row `y`: plane[c][x] = sample * scale[c] + bias[c] for each channel c of the
 * picture, samples from 0 to 255 (a little outside after overshoot: they are clamped first). */
void resample_row(struct resample *r, int y, float *const *plane, const float *scale,
                  const float *bias);

#endif
