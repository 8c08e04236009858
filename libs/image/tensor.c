#include "image/tensor.h"

#include "image/resample.h"
#include "image/warp.h"

#include <math.h>
#include <stdlib.h>

/* A quadrilateral becomes a tensor by the cheapest way that keeps strokes sharp:
 *   an upright rectangle is a window of the picture: separable resampling, nothing else;
 *   one near its natural size, or enlarged, is sampled once with a cubic kernel;
 *   one that shrinks is rectified near its natural size first and then reduced with an
 * area-weighted kernel, because point samples would drop thin strokes. */

enum { MAX_SIDE = 1 << 16, MAX_GRID = 8 };

/* Receives rows of a picture and packs them as normalised planes. */
struct packer {
    const struct pixel_format *f;
    int channels;   /* of the picture */
    float scale[3]; /* per picture channel, where it maps to one tensor channel */
    float bias[3];
    int plane_of[3];     /* tensor channel of each picture channel */
    float *scratch;      /* rows of plain samples, when channels differ; else NULL */
    size_t plane_stride; /* floats */
    size_t row_stride;
    float *dst;
};

static int packer_init(struct packer *p, const struct pixel_format *f, int channels, int width,
                       size_t row_stride, size_t plane_stride, float *dst)
{
    *p = (struct packer){.f = f,
                         .channels = channels,
                         .row_stride = row_stride,
                         .plane_stride = plane_stride,
                         .dst = dst};
    if (f->channels != channels) {
        p->scratch = malloc((size_t)width * (size_t)channels * sizeof *p->scratch);
        return p->scratch ? 0 : ERR_NOMEM;
    }
    for (int c = 0; c < channels; c++) {
        int t = channels == 3 && f->bgr ? 2 - c : c;
        p->plane_of[c] = t;
        p->scale[c] = 1.0f / (255.0f * f->std[t]);
        p->bias[c] = -f->mean[t] / f->std[t];
    }
    return 0;
}

static void packer_finish(struct packer *p)
{
    free(p->scratch);
}

/* Grey to three planes, or three channels to their luma (BT.601, as OCR models are trained with).
 */
static void convert_row(const struct packer *p, int y, int width)
{
    float *row = p->dst + (size_t)y * p->row_stride;
    const float *s = p->scratch;
    if (p->channels == 3) {
        float scale = 1.0f / (255.0f * p->f->std[0]), bias = -p->f->mean[0] / p->f->std[0];
        for (int x = 0; x < width; x++) {
            float luma = 0.299f * s[x] + 0.587f * s[width + x] + 0.114f * s[2 * width + x];
            row[x] = luma * scale + bias;
        }
        return;
    }
    for (int c = 0; c < 3; c++) {
        float scale = 1.0f / (255.0f * p->f->std[c]), bias = -p->f->mean[c] / p->f->std[c];
        float *out = row + (size_t)c * p->plane_stride;
        for (int x = 0; x < width; x++)
            out[x] = s[x] * scale + bias;
    }
}

static void pack_resampled(struct packer *p, struct resample *r)
{
    static const float one[3] = {1.0f, 1.0f, 1.0f}, zero[3];
    int width = r->x.count;
    for (int y = 0; y < r->y.count; y++) {
        float *plane[3] = {0};
        if (p->scratch) {
            for (int c = 0; c < p->channels; c++)
                plane[c] = p->scratch + (size_t)c * (size_t)width;
            resample_row(r, y, plane, one, zero);
            convert_row(p, y, width);
        } else {
            for (int c = 0; c < p->channels; c++)
                plane[c] =
                    p->dst + (size_t)p->plane_of[c] * p->plane_stride + (size_t)y * p->row_stride;
            resample_row(r, y, plane, p->scale, p->bias);
        }
    }
}

static int check_size(int width, int height, const struct pixel_format *f, struct err *e)
{
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE)
        return err_set(e, ERR_USAGE, "a tensor of %d x %d pixels is out of range", width, height);
    if (f && f->channels != 1 && f->channels != 3)
        return err_set(e, ERR_USAGE, "a tensor has 1 or 3 channels, not %d", f->channels);
    return 0;
}

static int out_of_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "out of memory while resizing a picture");
}

/* Packs a window of `im`, beginning at (x0, y0) and of w × h pixels. */
static int pack_window(const struct image *im, double x0, double y0, double w, double h, int width,
                       int height, size_t row_stride, enum resample_kernel kernel,
                       const struct pixel_format *f, float *dst, struct err *e)
{
    struct packer p;
    struct resample r;
    int rc = packer_init(&p, f, im->channels, width, row_stride, row_stride * (size_t)height, dst);
    if (rc) {
        rc = out_of_memory(e);
        goto out;
    }
    rc = resample_init(&r, im, x0, y0, w, h, width, height, kernel);
    if (rc) {
        rc = out_of_memory(e);
        goto out_packer;
    }
    pack_resampled(&p, &r);
    resample_finish(&r);
out_packer:
    packer_finish(&p);
out:
    return rc;
}

int tensor_from_image(const struct image *im, int width, int height, const struct pixel_format *f,
                      float *dst, struct err *e)
{
    int rc = check_size(width, height, f, e);
    if (rc)
        return rc;
    return pack_window(im, 0.0, 0.0, im->width, im->height, width, height, (size_t)width,
                       RESAMPLE_TRIANGLE, f, dst, e);
}

/* The side of the rectified picture from which `wanted` pixels are resampled: just as many when the
 * quadrilateral has about that size or less, else its natural size; and where that is so large that
 * it would cost more than it shows, twice as many, each of them averaged over a grid. */
static int rectified(double natural, int wanted)
{
    if (natural <= 1.2 * wanted)
        return wanted;
    return natural <= 4.0 * wanted ? (int)ceil(natural) : 2 * wanted;
}

/* Rectifies `q` into a new picture from which width × height can be resampled without loss. */
static int rectify(const struct image *im, const struct quad *q, int width, int height,
                   struct image **ret, struct err *e)
{
    double natural_w, natural_h;
    warp_quad_size(q, &natural_w, &natural_h);
    int w = rectified(natural_w, width), h = rectified(natural_h, height);
    double step = fmax(natural_w / w, natural_h / h);
    int grid = step <= 1.5 ? 1 : step >= MAX_GRID ? MAX_GRID : (int)ceil(step);
    struct image *out = image_create(w, h, im->channels);
    if (!out)
        return out_of_memory(e);
    struct warp warp = warp_from_quad(q, w, h);
    warp_sample(im, &warp, grid, out);
    *ret = out;
    return 0;
}

static void pad_columns(float *dst, int channels, int height, int width, int dst_width, float pad)
{
    for (int row = 0; row < channels * height; row++, dst += dst_width) {
        for (int x = width; x < dst_width; x++)
            dst[x] = pad;
    }
}

int tensor_from_quad(const struct image *im, const struct quad *q, int width, int height,
                     int dst_width, const struct pixel_format *f, float pad, float *dst,
                     struct err *e)
{
    double x0, y0, w, h;
    int rc = check_size(dst_width, height, f, e);
    if (!rc && (width < 1 || width > dst_width))
        rc = err_set(e, ERR_USAGE, "%d columns do not fit a tensor of %d", width, dst_width);
    if (!rc && !warp_quad_valid(q))
        rc = err_set(e, ERR_USAGE, "a quadrilateral lies outside all bounds");
    if (rc)
        return rc;
    if (warp_quad_upright(q, &x0, &y0, &w, &h)) {
        rc = pack_window(im, x0, y0, w, h, width, height, (size_t)dst_width, RESAMPLE_CATMULL_ROM,
                         f, dst, e);
    } else {
        struct image *flat;
        rc = rectify(im, q, width, height, &flat, e);
        if (rc)
            return rc;
        rc = pack_window(flat, 0.0, 0.0, flat->width, flat->height, width, height,
                         (size_t)dst_width, RESAMPLE_CATMULL_ROM, f, dst, e);
        image_destroy(flat);
    }
    if (!rc)
        pad_columns(dst, f->channels, height, width, dst_width, pad);
    return rc;
}

static int image_from_window(const struct image *im, double x0, double y0, double w, double h,
                             int width, int height, struct image **ret, struct err *e)
{
    static const float one[3] = {1.0f, 1.0f, 1.0f}, half[3] = {0.5f, 0.5f, 0.5f};
    struct resample r;
    int ch = im->channels;
    int rc = 0;
    struct image *out = image_create(width, height, ch);
    float *rows = malloc((size_t)width * 3 * sizeof *rows);
    if (!out || !rows || resample_init(&r, im, x0, y0, w, h, width, height, RESAMPLE_CATMULL_ROM)) {
        rc = out_of_memory(e);
        goto out;
    }
    float *plane[3] = {rows, rows + width, rows + 2 * (size_t)width};
    for (int y = 0; y < height; y++) {
        resample_row(&r, y, plane, one, half);
        unsigned char *dst = out->pixels + (size_t)y * out->stride;
        for (int x = 0; x < width; x++) {
            for (int c = 0; c < ch; c++)
                *dst++ = (unsigned char)plane[c][x];
        }
    }
    resample_finish(&r);
    *ret = out;
    out = NULL;
out:
    free(rows);
    image_destroy(out);
    return rc;
}

int image_from_quad(const struct image *im, const struct quad *q, int width, int height,
                    struct image **ret, struct err *e)
{
    double x0, y0, w, h;
    int rc = check_size(width, height, NULL, e);
    if (!rc && !warp_quad_valid(q))
        rc = err_set(e, ERR_USAGE, "a quadrilateral lies outside all bounds");
    if (rc)
        return rc;
    if (warp_quad_upright(q, &x0, &y0, &w, &h))
        return image_from_window(im, x0, y0, w, h, width, height, ret, e);
    struct image *flat;
    rc = rectify(im, q, width, height, &flat, e);
    if (rc)
        return rc;
    if (flat->width == width && flat->height == height) {
        *ret = flat;
        return 0;
    }
    rc = image_from_window(flat, 0.0, 0.0, flat->width, flat->height, width, height, ret, e);
    image_destroy(flat);
    return rc;
}
