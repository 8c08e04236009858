/* What happened to the sheet before anybody looked at it: folds, the back showing through,
 * highlighter. */
#include "twinreader/synth/degrade_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static unsigned char scaled(unsigned char v, double by)
{
    double x = v * by;
    return (unsigned char)(x > 255 ? 255 : x);
}

static void shade_pixel(struct image *im, int x, int y, double by)
{
    if (x < 0 || y < 0 || x >= im->width || y >= im->height)
        return;
    unsigned char *p = im->pixels + (size_t)y * im->stride + (size_t)(x * im->channels);
    for (int c = 0; c < im->channels; c++)
        p[c] = scaled(p[c], by);
}

/* A fold is a ridge: light on one side, dark on the other, both fading within `reach` pixels. */
struct crease {
    double at, slope; /* the line: y = at + slope·x, or x = at + slope·y when upright */
    bool upright;
    int reach;
    double depth;
};

static void draw_crease(struct image *im, const struct crease *c, struct synth_rng *r)
{
    int length = c->upright ? im->height : im->width;
    double worn = 1, shift = 0;
    for (int i = 0; i < length; i++) {
        if (i % 16 == 0) { /* paper does not fold like a ruler */
            worn = synth_rng_real(r, 0.5, 1);
            shift = synth_rng_real(r, -0.6, 0.6);
        }
        double middle = c->at + c->slope * i + shift;
        for (int k = -c->reach; k <= c->reach; k++) {
            double fade = 1 - fabs((double)k) / (c->reach + 1.0);
            double by = 1 + (k < 0 ? 0.4 : -1) * c->depth * worn * fade * fade;
            int across = (int)lrint(middle) + k;
            shade_pixel(im, c->upright ? across : i, c->upright ? i : across, by);
        }
    }
}

void synth_degrade_creases(struct image *im, const struct synth_degrade_map *m, double strength,
                           struct synth_rng *r)
{
    int reach = 1 + im->width / 400;
    if (m->fold >= 0) {
        struct crease c = {.at = m->fold, .reach = 2 * reach};
        c.depth = 0.05 + 0.25 * strength * synth_rng_real(r, 0.3, 1);
        draw_crease(im, &c, r);
    }
    int more = synth_rng_chance(r, 0.25) ? (int)synth_rng_range(r, 1, 4) : 0;
    for (int i = 0; i < more; i++) {
        struct crease c = {.upright = synth_rng_chance(r, 0.5), .reach = reach};
        c.at = synth_rng_real(r, 0.05, 0.95) * (c.upright ? im->width : im->height);
        c.slope = synth_rng_real(r, -0.15, 0.15);
        c.depth = 0.16 * strength * synth_rng_real(r, 0.3, 1);
        draw_crease(im, &c, r);
    }
}

/* The back is taken to be printed like the front: the page itself, mirrored, a little lower and
 * faint. */
int synth_degrade_bleed(struct image *im, double strength, struct synth_rng *r, struct err *e)
{
    int ch = im->channels, n = im->width * ch;
    int down = (int)synth_rng_range(r, im->height / 40, im->height / 12);
    int across = (int)synth_rng_range(r, -im->width / 40, im->width / 40);
    unsigned k = (unsigned)(256 * (0.03 + 0.12 * strength * synth_rng_real(r, 0.3, 1)));
    unsigned char *darkness = malloc((size_t)im->width + (size_t)n);
    if (!darkness)
        return err_set(e, ERR_NOMEM, "not enough memory for a row of a picture");
    unsigned char *spread = darkness + im->width;
    memset(darkness, 0, (size_t)im->width);
    for (int y = 0; y + down < im->height; y++) {
        /* The row below is still as it was printed. */
        const unsigned char *back = im->pixels + (size_t)(y + down) * im->stride;
        unsigned char *row = im->pixels + (size_t)y * im->stride;
        for (int x = 0; x < im->width; x++) {
            int from = im->width - 1 - x + across;
            unsigned dark = from >= 0 && from < im->width ? 255u - back[from * ch + ch / 2] : 0;
            darkness[x] = (unsigned char)((darkness[x] + 3 * (dark * k >> 8)) / 4); /* diffuse */
        }
        for (int x = 0; x < im->width; x++)
            for (int c = 0; c < ch; c++)
                spread[x * ch + c] = darkness[x];
        for (int i = 0; i < n; i++)
            row[i] = (unsigned char)(row[i] > spread[i] ? row[i] - spread[i] : 0);
    }
    free(darkness);
    return 0;
}

void synth_degrade_fade(struct image *im, double ink)
{
    unsigned char table[256];
    for (int v = 0; v < 256; v++)
        table[v] = (unsigned char)lrint(255 - (255 - v) * ink);
    for (int y = 0; y < im->height; y++) {
        unsigned char *row = im->pixels + (size_t)y * im->stride;
        for (int i = 0; i < im->width * im->channels; i++)
            row[i] = table[row[i]];
    }
}

static void bounds(const struct quad *q, double *x0, double *y0, double *x1, double *y1)
{
    *x0 = *x1 = q->p[0].x;
    *y0 = *y1 = q->p[0].y;
    for (int i = 1; i < 4; i++) {
        *x0 = fmin(*x0, q->p[i].x);
        *x1 = fmax(*x1, q->p[i].x);
        *y0 = fmin(*y0, q->p[i].y);
        *y1 = fmax(*y1, q->p[i].y);
    }
}

static int within(double v, int size)
{
    return v < 0 ? 0 : v > size ? size : (int)v;
}

void synth_degrade_highlight(struct image *im, const struct synth_label *label, struct synth_rng *r)
{
    static const unsigned char pens[][3] = {
        {255, 244, 100}, {178, 255, 140}, {255, 176, 210}, {150, 220, 255}, {255, 200, 110}};
    if (im->channels != 3 || !label->word_count)
        return;
    const unsigned char *pen = pens[synth_rng_below(r, sizeof pens / sizeof *pens)];
    size_t first = synth_rng_below(r, (uint32_t)label->word_count), last = first;
    while (last + 1 < label->word_count &&
           label->words[last + 1].line == label->words[first].line && synth_rng_chance(r, 0.7))
        last++;
    double x0, y0, x1, y1, lx0, ly0, lx1, ly1;
    bounds(&label->words[first].box, &x0, &y0, &x1, &y1);
    bounds(&label->words[last].box, &lx0, &ly0, &lx1, &ly1);
    double air = 0.2 * (y1 - y0), slope = synth_rng_real(r, -0.012, 0.012);
    int left = within(fmin(x0, lx0) - 2 * air, im->width);
    int right = within(fmax(x1, lx1) + 2 * air, im->width);
    for (int x = left; x < right; x++) {
        double lower = slope * (x - left);
        int top = within(fmin(y0, ly0) - air + lower, im->height);
        int bottom = within(fmax(y1, ly1) + air + lower, im->height);
        for (int y = top; y < bottom; y++) {
            unsigned char *p = im->pixels + (size_t)y * im->stride + (size_t)(3 * x);
            for (int c = 0; c < 3; c++)
                p[c] = (unsigned char)(p[c] * pen[c] / 255);
        }
    }
}
