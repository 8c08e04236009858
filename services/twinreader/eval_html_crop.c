#include "image/encode.h"
#include "twinreader/eval_html_part.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_WIDTH = 640, MAX_HEIGHT = 320, QUALITY = 75 };
static const size_t max_arena = (size_t)64 << 20; /* a PDF's own text, which is not used */

struct window {
    double x0, y0, x1, y1;
};

static void include(struct window *w, const struct quad *q, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < 4; k++) {
            w->x0 = fmin(w->x0, (double)q[i].p[k].x);
            w->y0 = fmin(w->y0, (double)q[i].p[k].y);
            w->x1 = fmax(w->x1, (double)q[i].p[k].x);
            w->y1 = fmax(w->y1, (double)q[i].p[k].y);
        }
    }
}

/* The boxes of a finding and some of what is around them, in pixels of the decoded picture; false
 * when nothing of it is on the picture. */
static bool place(const struct eval_finding *f, const struct image *im, double scale,
                  struct window *ret)
{
    struct window w = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    include(&w, f->truth_box, f->truth_count);
    include(&w, f->read_box, f->read_count);
    if (!(w.x1 >= w.x0 && w.y1 >= w.y0))
        return false;
    double around = fmax(12, fmin(w.y1 - w.y0, w.x1 - w.x0) * 0.7);
    ret->x0 = fmax(0, floor((w.x0 - around) * scale));
    ret->y0 = fmax(0, floor((w.y0 - around) * scale));
    ret->x1 = fmin(im->width, ceil((w.x1 + around) * scale));
    ret->y1 = fmin(im->height, ceil((w.y1 + around) * scale));
    return ret->x1 - ret->x0 >= 1 && ret->y1 - ret->y0 >= 1;
}

/* The mean of the source pixels that a pixel of the crop covers. */
static unsigned char mean(const struct image *im, int x0, int y0, int x1, int y1, int channel)
{
    unsigned sum = 0, count = 0;
    for (int y = y0; y < y1; y++) {
        const unsigned char *row = im->pixels + (size_t)y * im->stride;
        for (int x = x0; x < x1; x++, count++)
            sum += row[x * im->channels + channel];
    }
    return (unsigned char)(count ? sum / count : 255);
}

static struct image *shrink(const struct image *im, const struct window *w, double factor)
{
    double wide = w->x1 - w->x0, high = w->y1 - w->y0;
    int width = (int)fmax(1, wide * factor), height = (int)fmax(1, high * factor);
    struct image *out = image_create(width, height, im->channels);
    if (!out)
        return NULL;
    for (int y = 0; y < height; y++) {
        int y0 = (int)(w->y0 + high * y / height), y1 = (int)(w->y0 + high * (y + 1) / height);
        for (int x = 0; x < width; x++) {
            int x0 = (int)(w->x0 + wide * x / width), x1 = (int)(w->x0 + wide * (x + 1) / width);
            for (int c = 0; c < im->channels; c++)
                out->pixels[(size_t)y * out->stride + (size_t)(x * im->channels + c)] =
                    mean(im, x0, y0, x1 > x0 ? x1 : x0 + 1, y1 > y0 ? y1 : y0 + 1, c);
        }
    }
    return out;
}

static void base64(const unsigned char *bytes, size_t len, struct buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        unsigned group = (unsigned)bytes[i] << 16;
        group |= i + 1 < len ? (unsigned)bytes[i + 1] << 8 : 0;
        group |= i + 2 < len ? bytes[i + 2] : 0;
        char four[4] = {digits[group >> 18], digits[group >> 12 & 63],
                        i + 1 < len ? digits[group >> 6 & 63] : '=',
                        i + 2 < len ? digits[group & 63] : '='};
        buf_append(out, four, sizeof four);
    }
}

/* Leaves the crop empty when the finding is not on the picture or cannot be encoded. */
static int cut_out(struct eval_html_crop *c, const struct image *im, double scale)
{
    struct window w;
    struct buf jpeg;
    struct err ignored = ERR_INIT;
    if (!place(c->finding, im, scale, &w))
        return 0;
    double factor = fmin(1, fmin(MAX_WIDTH / (w.x1 - w.x0), MAX_HEIGHT / (w.y1 - w.y0)));
    struct image *small = shrink(im, &w, factor);
    if (!small)
        return ERR_NOMEM;
    buf_init(&jpeg, 0);
    if (image_encode_jpeg(small, QUALITY, &jpeg, &ignored) == 0)
        base64((const unsigned char *)jpeg.data, jpeg.len, &c->base64);
    c->width = small->width;
    c->height = small->height;
    c->x = w.x0 / scale;
    c->y = w.y0 / scale;
    c->scale = scale * factor;
    int rc = buf_status(&c->base64);
    buf_finish(&jpeg);
    image_destroy(small);
    return rc;
}

static int compare_pages(const void *a, const void *b)
{
    const struct eval_html_crop *x = *(struct eval_html_crop *const *)a;
    const struct eval_html_crop *y = *(struct eval_html_crop *const *)b;
    return (x->finding->page > y->finding->page) - (x->finding->page < y->finding->page);
}

/* The first page of the file; *ret->picture stays NULL when it cannot be read. */
static void decode(const char *path, const struct document_limits *limits, struct arena *a,
                   struct document_page *ret)
{
    struct document *d = NULL;
    struct err ignored = ERR_INIT;
    if (document_open_file(path, limits, &d, &ignored) == 0 &&
        document_read_page(d, 0, a, ret, &ignored))
        ret->picture = NULL;
    document_close(d);
}

static int crops_of_page(struct eval_html_crop **crop, size_t count, const char *path,
                         const struct document_limits *limits)
{
    struct arena *a = arena_create(max_arena);
    struct document_page page = {0};
    int rc = a ? 0 : ERR_NOMEM;
    if (rc == 0)
        decode(path, limits, a, &page);
    for (size_t i = 0; rc == 0 && page.picture && i < count; i++)
        rc = cut_out(crop[i], page.picture, page.scale);
    image_destroy(page.picture);
    arena_destroy(a);
    return rc;
}

int eval_html_crops(struct eval_html_crop *crop, size_t count, const struct eval_set *truth,
                    const char *dir, const struct document_limits *limits, struct err *e)
{
    struct eval_html_crop **order = calloc(count + 1, sizeof *order);
    struct buf path;
    int rc = order ? 0 : ERR_NOMEM;
    buf_init(&path, 0);
    for (size_t i = 0; rc == 0 && i < count; i++)
        order[i] = &crop[i];
    if (rc == 0 && count)
        qsort(order, count, sizeof(struct eval_html_crop *), compare_pages);
    for (size_t i = 0, end; rc == 0 && i < count; i = end) {
        const char *image = truth->page[order[i]->finding->page].image;
        for (end = i + 1; end < count && order[end]->finding->page == order[i]->finding->page;)
            end++;
        buf_clear(&path);
        buf_printf(&path, "%s%s%s", image[0] == '/' ? "" : dir, image[0] == '/' ? "" : "/", image);
        rc = buf_status(&path);
        if (rc == 0)
            rc = crops_of_page(order + i, end - i, path.data, limits);
    }
    buf_finish(&path);
    free(order);
    return rc ? err_set(e, ERR_NOMEM, "not enough memory for the pictures of the report") : 0;
}
