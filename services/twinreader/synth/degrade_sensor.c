/* The sensor: blur, smear, black and white, and whether what comes out can still be read. */
#include "twinreader/synth/degrade_parts.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t samples(const struct image *im)
{
    return (size_t)im->width * (size_t)im->channels;
}

static unsigned char *row_of(const struct image *im, int y)
{
    int last = im->height - 1;
    return im->pixels + (size_t)(y < 0 ? 0 : y > last ? last : y) * im->stride;
}

int synth_degrade_grey(struct image **im, struct err *e)
{
    const struct image *from = *im;
    if (from->channels == 1)
        return 0;
    struct image *to = image_create(from->width, from->height, 1);
    if (!to)
        return err_set(e, ERR_NOMEM, "not enough memory for a grey picture");
    for (int y = 0; y < from->height; y++) {
        const unsigned char *p = row_of(from, y);
        unsigned char *out = row_of(to, y);
        for (int x = 0; x < from->width; x++, p += 3)
            out[x] = (unsigned char)((77 * p[0] + 150 * p[1] + 29 * p[2] + 128) >> 8);
    }
    image_destroy(*im);
    *im = to;
    return 0;
}

/* One step of the kernel (side, 256 - 2 side, side) / 256 along rows; `n` samples, `ch` a pixel. */
static void blur_row(const unsigned char *restrict in, unsigned char *restrict out, int n, int ch,
                     uint16_t side)
{
    uint16_t middle = (uint16_t)(256 - 2 * side);
    for (int i = ch; i < n - ch; i++)
        out[i] =
            (unsigned char)((uint16_t)(side * (in[i - ch] + in[i + ch]) + middle * in[i] + 128) >>
                            8);
    for (int c = 0; c < ch; c++) {
        int last = n - ch + c, second = n > ch ? c + ch : c;
        out[c] = (unsigned char)((side * (in[c] + in[second]) + middle * in[c] + 128) >> 8);
        second = n > ch ? last - ch : last;
        out[last] =
            (unsigned char)((side * (in[last] + in[second]) + middle * in[last] + 128) >> 8);
    }
}

static void blur_columns(const unsigned char *restrict above, const unsigned char *restrict here,
                         const unsigned char *restrict below, unsigned char *restrict out, int n,
                         uint16_t side)
{
    uint16_t middle = (uint16_t)(256 - 2 * side);
    for (int i = 0; i < n; i++)
        out[i] =
            (unsigned char)((uint16_t)(side * (above[i] + below[i]) + middle * here[i] + 128) >> 8);
}

/* Both directions in one sweep: three rows, blurred along, wait for the one between to be blurred
 * across. */
static void blur_once(struct image *im, unsigned char *rows, uint16_t side)
{
    int n = (int)samples(im), ch = im->channels;
    unsigned char *above = rows, *here = rows + n, *below = rows + 2 * (size_t)n;
    blur_row(row_of(im, 0), here, n, ch, side);
    memcpy(above, here, (size_t)n);
    for (int y = 0; y < im->height; y++) {
        if (y + 1 < im->height)
            blur_row(row_of(im, y + 1), below, n, ch, side);
        else
            memcpy(below, here, (size_t)n);
        blur_columns(above, here, below, row_of(im, y), n, side);
        unsigned char *spent = above;
        above = here;
        here = below;
        below = spent;
    }
}

int synth_degrade_blur(struct image *im, double sigma, struct err *e)
{
    const double most = 2 * 85 / 256.0; /* variance of the widest kernel */
    double variance = sigma * sigma;
    if (variance < 0.02)
        return 0;
    int passes = (int)ceil(variance / most);
    passes = passes > 40 ? 40 : passes;
    long side = lrint(128 * variance / passes);
    unsigned char *rows = malloc(3 * samples(im));
    if (!rows)
        return err_set(e, ERR_NOMEM, "not enough memory to blur a picture");
    for (int i = 0; i < passes; i++)
        blur_once(im, rows, (uint16_t)(side > 85 ? 85 : side));
    free(rows);
    return 0;
}

static void add_shifted(uint16_t *restrict sum, const unsigned char *restrict row, int width,
                        int ch, int shift)
{
    int n = width * ch, by = shift * ch;
    int first = by < 0 ? -by : 0, end = by > 0 ? n - by : n;
    for (int i = 0; i < first && i < n; i++)
        sum[i] = (uint16_t)(sum[i] + row[i % ch]);
    for (int i = first; i < end; i++)
        sum[i] = (uint16_t)(sum[i] + row[i + by]);
    for (int i = end > 0 ? end : 0; i < n; i++)
        sum[i] = (uint16_t)(sum[i] + row[n - ch + i % ch]);
}

int synth_degrade_smear(struct image *im, int length, int direction, struct err *e)
{
    static const int step[4][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
    int half = length / 2, taps = 2 * half + 1; /* odd, so that the ink stays where it is */
    if (half < 1)
        return 0;
    size_t n = samples(im);
    const int dx = step[direction & 3][0], dy = step[direction & 3][1];
    struct image *copy = image_create(im->width, im->height, im->channels);
    uint16_t *sum = malloc(n * sizeof *sum);
    int code = 0;
    if (!copy || !sum) {
        code = err_set(e, ERR_NOMEM, "not enough memory to blur a picture");
        goto out;
    }
    for (int y = 0; y < im->height; y++)
        memcpy(row_of(copy, y), row_of(im, y), n);
    unsigned by = 65536 / (unsigned)taps + 1;
    for (int y = 0; y < im->height; y++) {
        memset(sum, 0, n * sizeof *sum);
        for (int k = -half; k <= half; k++)
            add_shifted(sum, row_of(copy, y + k * dy), im->width, im->channels, k * dx);
        unsigned char *out = row_of(im, y);
        for (size_t i = 0; i < n; i++)
            out[i] = (unsigned char)(sum[i] * by >> 16);
    }
out:
    free(sum);
    image_destroy(copy);
    return code;
}

enum { FAX_NOISE = 1 << 13 };

/* The rows from `first` to before `end` become one row of black and white, repeated. */
static void send_rows(struct image *im, int first, int end, const int16_t *noise, int level)
{
    unsigned char *out = row_of(im, first);
    int scale = 64 / (end - first);
    for (int x = 0; x < im->width; x++) {
        int sum = 0;
        for (int y = first; y < end; y++)
            sum += out[(size_t)(y - first) * im->stride + (size_t)x];
        out[x] = sum * scale + noise[x] < level ? 0 : 255;
    }
    for (int y = first + 1; y < end; y++)
        memcpy(row_of(im, y), out, (size_t)im->width);
}

static void draw_streaks(struct image *im, int count, struct synth_rng *r)
{
    for (int i = 0; i < count; i++) {
        int x = (int)synth_rng_below(r, (uint32_t)im->width);
        int width = 1 + im->width / 2400 + synth_rng_chance(r, 0.2);
        int top = synth_rng_chance(r, 0.5) ? 0 : (int)synth_rng_below(r, (uint32_t)im->height);
        int bottom = synth_rng_chance(r, 0.5) ? im->height
                                              : (int)synth_rng_range(r, top, (int64_t)im->height);
        unsigned char ink = synth_rng_chance(r, 0.6) ? 0 : 255;
        double gaps = synth_rng_chance(r, 0.5) ? synth_rng_real(r, 0, 0.7) : 0;
        for (int y = top; y < bottom; y++) {
            if (gaps > 0 && synth_rng_chance(r, gaps))
                continue;
            for (int k = 0; k < width && x + k < im->width; k++)
                row_of(im, y)[x + k] = ink;
        }
    }
}

static void draw_speckles(struct image *im, int count, struct synth_rng *r)
{
    for (int i = 0; i < count; i++) {
        int x = (int)synth_rng_below(r, (uint32_t)im->width);
        int y = (int)synth_rng_below(r, (uint32_t)im->height);
        unsigned char ink = synth_rng_chance(r, 0.5) ? 0 : 255;
        int size = synth_rng_chance(r, 0.12) ? 2 : 1;
        for (int dy = 0; dy < size && y + dy < im->height; dy++)
            for (int dx = 0; dx < size && x + dx < im->width; dx++)
                row_of(im, y + dy)[x + dx] = ink;
    }
}

/* The line was bad: some rows arrive white, some as their neighbour. */
static void lose_rows(struct image *im, int count, struct synth_rng *r)
{
    for (int i = 0; i < count; i++) {
        int y = (int)synth_rng_below(r, (uint32_t)im->height);
        int rows = (int)synth_rng_range(r, 1, 2 + im->height / 1200);
        bool white = synth_rng_chance(r, 0.5);
        for (int k = 0; k < rows && y + k < im->height; k++) {
            if (white)
                memset(row_of(im, y + k), 255, (size_t)im->width);
            else
                memmove(row_of(im, y + k), row_of(im, y - 1), (size_t)im->width);
        }
    }
}

int synth_degrade_fax(struct image *im, const struct synth_degrade_fax *f, struct synth_rng *r,
                      struct err *e)
{
    int16_t *noise = malloc(((size_t)FAX_NOISE + (size_t)im->width) * sizeof *noise);
    if (!noise)
        return err_set(e, ERR_NOMEM, "not enough memory for the noise of a page");
    synth_degrade_noise(noise, (size_t)FAX_NOISE + (size_t)im->width, f->noise, r);
    int rows = (int)lrint(im->height * f->rows_per_pixel);
    rows = rows < 1 ? 1 : rows > im->height ? im->height : rows;
    for (int k = 0; k < rows; k++) {
        int first = (int)((int64_t)k * im->height / rows);
        int end = (int)((int64_t)(k + 1) * im->height / rows);
        const int16_t *at = noise + synth_rng_below(r, FAX_NOISE);
        send_rows(im, first, end, at, (int)(f->level * 64));
    }
    double area = (double)im->width * im->height;
    draw_speckles(im, (int)(f->speckles * area / 1500), r);
    draw_streaks(im, (int)lrint(f->streaks * 6), r);
    lose_rows(im, (int)lrint(f->lost_rows * 8), r);
    free(noise);
    return 0;
}

struct window {
    int x0, y0, x1, y1;
};

/* With a rim of paper, for a stroke that fills its box looks like nothing without it. */
static struct window window_of(const struct quad *q, const struct image *im)
{
    const int rim = 2;
    float x0 = q->p[0].x, x1 = x0, y0 = q->p[0].y, y1 = y0;
    for (int i = 1; i < 4; i++) {
        x0 = fminf(x0, q->p[i].x);
        x1 = fmaxf(x1, q->p[i].x);
        y0 = fminf(y0, q->p[i].y);
        y1 = fmaxf(y1, q->p[i].y);
    }
    struct window w = {(int)floorf(x0) - rim, (int)floorf(y0) - rim, (int)ceilf(x1) + rim,
                       (int)ceilf(y1) + rim};
    w.x0 = w.x0 < 0 ? 0 : w.x0;
    w.y0 = w.y0 < 0 ? 0 : w.y0;
    w.x1 = w.x1 > im->width ? im->width : w.x1;
    w.y1 = w.y1 > im->height ? im->height : w.y1;
    return w;
}

double synth_degrade_likeness(const struct image *a, const struct image *b, int x0, int y0, int x1,
                              int y1)
{
    const double least_ink = 25; /* variance of what is looked for */
    double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (int y = y0; y < y1; y++) {
        const unsigned char *p = row_of(a, y) + a->channels / 2;
        const unsigned char *q = row_of(b, y) + b->channels / 2;
        for (int x = x0; x < x1; x++) {
            double u = p[x * a->channels], v = q[x * b->channels];
            sa += u;
            sb += v;
            saa += u * u;
            sbb += v * v;
            sab += u * v;
        }
        n += x1 - x0;
    }
    if (n < 1)
        return 1;
    double va = saa - sa * sa / n, vb = sbb - sb * sb / n;
    if (va < least_ink * n)
        return 1;
    return vb < 1 ? 0 : (sab - sa * sb / n) / sqrt(va * vb);
}

/* Hangul and Chinese characters need more pixels than letters and digits; marks need next to none.
 */
static double least_height(const char *text)
{
    double least = 0;
    size_t len = strlen(text), step;
    uint32_t c;
    for (size_t i = 0; i < len && (step = text_utf8_next(text + i, len - i, &c)); i += step) {
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool block = (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x4e00 && c <= 0x9fff);
        double wanted = block ? 7 : letter ? 4.5 : 0;
        least = fmax(least, wanted);
    }
    return least;
}

static double short_side(const struct quad *q)
{
    return hypot((double)q->p[3].x - q->p[0].x, (double)q->p[3].y - q->p[0].y);
}

static double likeness(const struct image *clear, const struct image *worn, const struct quad *box)
{
    struct window w = window_of(box, worn);
    return synth_degrade_likeness(clear, worn, w.x0, w.y0, w.x1, w.y1);
}

/* The least likeness among a word's characters: one digit that nobody can make out spoils an
 * amount.  Marks of a few pixels are passed over, the word as a whole has them. */
static double worst_likeness(const struct synth_label_word *w, const struct image *clear,
                             const struct image *worn)
{
    double worst = 1;
    for (size_t i = 0; i < w->char_count; i++)
        if (least_height(w->chars[i].text) > 0)
            worst = fmin(worst, likeness(clear, worn, &w->chars[i].box));
    return worst;
}

void synth_degrade_judge(struct synth_label *label, const struct image *clear,
                         const struct image *worn, double sigma)
{
    const double least_word = 0.4, least_char = 0.5;
    for (size_t i = 0; i < label->word_count; i++) {
        struct synth_label_word *w = &label->words[i];
        double least = least_height(w->text);
        if (least > 0 && short_side(&w->box) < least * (1 + 0.5 * fmax(0, sigma - 0.5)))
            w->hidden = true;
        else if (likeness(clear, worn, &w->box) < least_word ||
                 worst_likeness(w, clear, worn) < least_char)
            w->hidden = true;
    }
}
