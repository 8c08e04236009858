/*
 * One line of text as a detector cuts it out of a bad page.
 *
 * The order is a page's: print (thin or thick strokes, dots of a needle printer, a thermal head's
 * dead elements), what else is there (ruling, neighbouring lines, stains), the cut (askew, too
 * tight, too loose), the sensor.  What is drawn here stays readable by a person: effects are scaled
 * by the crop's height and the strongest are rare.
 */
#include "twinreader/synth/degrade_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct job {
    struct image *im; /* grey; replaced by the cut */
    struct synth_label_span *spans;
    size_t span_count;
    enum synth_look look;
    double strength; /* 0..1 */
    double contrast; /* of ink on paper, 0..1 */
    struct synth_rng *r;
    struct err *e;
};

static double some(struct job *j)
{
    return j->strength * synth_rng_real(j->r, 0.1, 1);
}

static unsigned char *row_of(const struct image *im, int y)
{
    return im->pixels + (size_t)y * im->stride;
}

static unsigned char clip(double v)
{
    return (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
}

static unsigned char paper_of(const struct image *im)
{
    const unsigned char *top = row_of(im, 0), *bottom = row_of(im, im->height - 1);
    unsigned char most = 0;
    const unsigned char corner[4] = {top[0], top[im->width - 1], bottom[0], bottom[im->width - 1]};
    for (int i = 0; i < 4; i++)
        most = corner[i] > most ? corner[i] : most;
    return most;
}

/* Strokes grow (ink runs) or shrink (worn type): part of the way to the darkest or lightest
 * neighbour. */
static int change_strokes(struct job *j, double part, bool thicker)
{
    struct image *im = j->im;
    int n = im->width;
    unsigned char *rows = malloc(2 * (size_t)n);
    if (!rows)
        return err_set(j->e, ERR_NOMEM, "not enough memory for a crop");
    unsigned char *above = rows, *here = rows + n;
    int flip = thicker ? 0 : 255, by = (int)(256 * part);
    memcpy(here, row_of(im, 0), (size_t)n);
    for (int y = 0; y < im->height; y++) {
        unsigned char *row = row_of(im, y);
        const unsigned char *below = row_of(im, y + 1 < im->height ? y + 1 : y);
        memcpy(above, here, (size_t)n);
        memcpy(here, row, (size_t)n);
        for (int x = 0; x < n; x++) {
            int v = here[x] ^ flip, least = v, other;
            other = above[x] ^ flip;
            least = other < least ? other : least;
            other = below[x] ^ flip;
            least = other < least ? other : least;
            other = here[x ? x - 1 : x] ^ flip;
            least = other < least ? other : least;
            other = here[x + 1 < n ? x + 1 : x] ^ flip;
            least = other < least ? other : least;
            row[x] = (unsigned char)((v + ((least - v) * by >> 8)) ^ flip);
        }
    }
    free(rows);
    return 0;
}

/* A needle printer: one dot a cell, as dark as the cell's ink. */
static void print_dots(struct image *im, double pitch, unsigned char paper)
{
    double radius = pitch * 0.56;
    for (double cy = pitch / 2; cy < im->height + pitch; cy += pitch) {
        for (double cx = pitch / 2; cx < im->width + pitch; cx += pitch) {
            int x0 = (int)(cx - pitch / 2), y0 = (int)(cy - pitch / 2);
            int x1 = (int)(cx + pitch / 2), y1 = (int)(cy + pitch / 2);
            int sum = 0, count = 0;
            for (int y = y0; y < y1 && y < im->height; y++)
                for (int x = x0; x < x1 && x < im->width; x++, count++)
                    sum += row_of(im, y)[x];
            double ink = count ? paper - (double)sum / count : 0;
            ink = ink > paper * 0.35 ? paper * 0.95 : ink * 0.6;
            for (int y = y0; y < y1 && y < im->height; y++)
                for (int x = x0; x < x1 && x < im->width; x++) {
                    double d = hypot(x + 0.5 - cx, y + 0.5 - cy);
                    double cover = fmin(fmax(radius + 0.5 - d, 0), 1);
                    row_of(im, y)[x] = clip(paper - ink * cover);
                }
        }
    }
}

/* A worn ribbon or a needle that no longer strikes: some rows are faint along the whole line. */
static void lose_rows(struct job *j, unsigned char paper)
{
    struct image *im = j->im;
    double pitch = im->height / synth_rng_real(j->r, 14, 26);
    int rows = (int)synth_rng_range(j->r, 1, 3);
    double keep = synth_rng_real(j->r, 0.1, 0.7);
    for (int i = 0; i < rows; i++) {
        int from = (int)synth_rng_below(j->r, (uint32_t)im->height);
        int to = from + 1 + (int)(pitch * synth_rng_real(j->r, 0, 1));
        for (int y = from; y < to && y < im->height; y++)
            for (int x = 0; x < im->width; x++)
                row_of(im, y)[x] = clip(paper - (paper - row_of(im, y)[x]) * keep);
    }
}

/* A thermal head: dead elements leave white columns, heat comes and goes along the line. */
static void print_thermal(struct job *j, unsigned char paper)
{
    struct image *im = j->im;
    int dead = synth_rng_chance(j->r, 0.4) ? (int)synth_rng_range(j->r, 1, 1 + im->width / 120) : 0;
    double length = synth_rng_real(j->r, 1, 12) * im->height;
    double phase = synth_rng_real(j->r, 0, 6.28), depth = 0.75 * some(j);
    for (int x = 0; x < im->width; x++) {
        double keep = 1 - depth * (0.5 + 0.5 * sin(6.28 * x / length + phase));
        for (int y = 0; y < im->height; y++)
            row_of(im, y)[x] = clip(paper - (paper - row_of(im, y)[x]) * keep);
    }
    for (int i = 0; i < dead; i++) {
        int x = (int)synth_rng_below(j->r, (uint32_t)im->width);
        for (int y = 0; y < im->height; y++)
            row_of(im, y)[x] = paper;
    }
}

static int print(struct job *j, unsigned char paper)
{
    int code = 0;
    double kind = synth_rng_real(j->r, 0, 1);
    if (j->look != SYNTH_CLEAN && kind < 0.08 && j->im->height >= 24)
        print_dots(j->im, synth_rng_real(j->r, j->im->height / 20.0, j->im->height / 13.0), paper);
    else if (j->look != SYNTH_CLEAN && kind < 0.25)
        print_thermal(j, paper);
    if (j->look != SYNTH_CLEAN && j->im->height >= 20 && synth_rng_chance(j->r, 0.06))
        lose_rows(j, paper);
    if (synth_rng_chance(j->r, 0.5)) {
        bool thicker = synth_rng_chance(j->r, 0.6);
        code = change_strokes(j, thicker ? some(j) : 0.5 * some(j), thicker);
    }
    return code;
}

/* A ruled line along or across the crop, solid or dotted. */
static void draw_rule(struct job *j, bool upright)
{
    struct image *im = j->im;
    int length = upright ? im->height : im->width, side = upright ? im->width : im->height;
    int width = (int)synth_rng_range(j->r, 1, 1 + im->height / 24);
    double edge = synth_rng_real(j->r, 0, 0.09) * im->height;
    double at = synth_rng_chance(j->r, 0.5) ? edge : side - edge - width;
    double slope = synth_rng_real(j->r, -0.01, 0.01) * (upright ? 1 : (double)im->height / length);
    int ink = (int)synth_rng_range(j->r, 10, 170);
    int dash = synth_rng_chance(j->r, 0.25) ? (int)synth_rng_range(j->r, 2, 8) : 0;
    for (int i = 0; i < length; i++) {
        if (dash && i / dash % 2)
            continue;
        for (int k = 0; k < width; k++) {
            int across = (int)(at + slope * i) + k;
            if (across < 0 || across >= side)
                continue;
            unsigned char *p = upright ? row_of(im, i) + across : row_of(im, across) + i;
            *p = *p < ink ? *p : (unsigned char)ink;
        }
    }
}

/* Rows without ink at the top or the bottom. */
static int free_rows(const struct image *im, bool top, unsigned char paper)
{
    for (int k = 0; k < im->height / 2; k++) {
        const unsigned char *row = row_of(im, top ? k : im->height - 1 - k);
        for (int x = 0; x < im->width; x++)
            if (row[x] + 60 < paper)
                return k;
    }
    return im->height / 2;
}

/* Feet of the line above or heads of the line below: taken from the line itself, moved along.  They
 * come as far as lines that nearly touch. */
static void draw_neighbour(struct job *j, bool above, unsigned char paper)
{
    struct image *im = j->im;
    int top = free_rows(im, true, paper), bottom = free_rows(im, false, paper);
    int rows = 1 + (int)(0.14 * im->height * synth_rng_real(j->r, 0.2, 1));
    int room = 1 + (above ? top : bottom), from_room = above ? bottom : top;
    int shift = (int)synth_rng_range(j->r, im->width / 5, 1 + im->width * 4 / 5);
    rows = rows < room ? rows : room;
    for (int k = 0; k < rows; k++) {
        int to = above ? rows - 1 - k : im->height - rows + k;
        int from = above ? im->height - 1 - from_room - k : from_room + k;
        if (from < 0 || from >= im->height)
            continue;
        const unsigned char *source = row_of(im, from);
        unsigned char *row = row_of(im, to);
        for (int x = 0; x < im->width; x++) {
            unsigned char v = source[(x + shift) % im->width];
            row[x] = row[x] < v ? row[x] : v;
        }
    }
}

static void draw_stain(struct job *j)
{
    struct image *im = j->im;
    double cx = synth_rng_real(j->r, 0, im->width), cy = synth_rng_real(j->r, 0, im->height);
    double rx = synth_rng_real(j->r, 0.3, 3) * im->height,
           ry = synth_rng_real(j->r, 0.3, 1.5) * im->height;
    double depth = 0.1 + 0.4 * some(j);
    bool bright = synth_rng_chance(j->r, 0.3); /* glare */
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++) {
            double d = (x - cx) * (x - cx) / (rx * rx) + (y - cy) * (y - cy) / (ry * ry);
            if (d >= 1)
                continue;
            double part = depth * (1 - d), v = row_of(im, y)[x];
            row_of(im, y)[x] = clip(bright ? v + (255 - v) * part : v * (1 - part));
        }
}

static void add_company(struct job *j, unsigned char paper)
{
    if (synth_rng_chance(j->r, 0.16))
        draw_neighbour(j, true, paper);
    if (synth_rng_chance(j->r, 0.16))
        draw_neighbour(j, false, paper);
    if (synth_rng_chance(j->r, 0.15))
        draw_rule(j, false);
    if (synth_rng_chance(j->r, 0.12))
        draw_rule(j, true);
}

/* From a pixel of the cut to the place in the line: x = x0 + kx·u + shear·v, y = y0 + slope·u +
 * ky·v, the height changing along the line by `taper`. */
struct cut {
    double x0, y0, kx, ky, shear, slope, taper;
    int width;
};

static struct cut draw_cut(struct job *j)
{
    const double w = j->im->width, h = j->im->height;
    double s = j->look == SYNTH_CLEAN ? 0.5 : 0.4 + 0.6 * j->strength;
    /* Some detectors draw boxes half as high again as the ink. */
    double room = synth_rng_chance(j->r, 0.2) ? 0.45 : 0.22;
    double above = s * synth_rng_real(j->r, -0.05, room) * h;
    double below = s * synth_rng_real(j->r, -0.05, room) * h;
    double left = s * synth_rng_real(j->r, -0.02, 0.4) * h;
    double right = s * synth_rng_real(j->r, -0.02, 0.4) * h;
    struct cut c = {.x0 = -left, .y0 = -above, .ky = (h + above + below) / h};
    c.kx = c.ky * (1 + 0.1 * s * synth_rng_real(j->r, -1, 1));
    double width = (w + left + right) / c.kx;
    c.width = width < 8 ? 8 : (int)width;
    if (j->look != SYNTH_CLEAN) {
        /* The rise over the whole line is what hurts, so that is what is bounded. */
        double rise = 0.14 * h * some(j) * (synth_rng_chance(j->r, 0.5) ? 1 : -1);
        c.slope = fmin(fmax(rise / c.width, -0.04), 0.04);
        c.y0 -= c.slope * c.width / 2;
        c.shear = 0.12 * j->strength * synth_rng_real(j->r, -1, 1);
        c.x0 -= c.shear * h / 2;
        if (j->look == SYNTH_PHONE)
            c.taper = 0.12 * j->strength * synth_rng_real(j->r, -1, 1) / c.width;
    }
    return c;
}

static double sample(const struct image *im, double x, double y, unsigned char paper)
{
    int ix = (int)floor(x), iy = (int)floor(y);
    double fx = x - ix, fy = y - iy, v[4];
    for (int k = 0; k < 4; k++) {
        int px = ix + (k & 1), py = iy + (k >> 1);
        v[k] = px < 0 || py < 0 || px >= im->width || py >= im->height ? paper : row_of(im, py)[px];
    }
    return (v[0] * (1 - fx) + v[1] * fx) * (1 - fy) + (v[2] * (1 - fx) + v[3] * fx) * fy;
}

static int make_cut(struct job *j, unsigned char paper)
{
    struct cut c = draw_cut(j);
    const struct image *from = j->im;
    struct image *to = image_create(c.width, from->height, 1);
    if (!to)
        return err_set(j->e, ERR_NOMEM, "not enough memory for a crop");
    for (int v = 0; v < to->height; v++) {
        unsigned char *out = row_of(to, v);
        for (int u = 0; u < to->width; u++) {
            double ky = c.ky * (1 + c.taper * (u - to->width / 2.0));
            double middle = c.y0 + c.ky * to->height / 2 + c.slope * u;
            double x = c.x0 + c.kx * (u + 0.5) + c.shear * (v + 0.5) - 0.5;
            double y = middle + ky * (v + 0.5 - to->height / 2.0) - 0.5;
            out[u] = clip(sample(from, x, y, paper));
        }
    }
    for (size_t i = 0; i < j->span_count; i++) {
        double from_left = c.x0 + c.shear * to->height / 2;
        j->spans[i].x0 = (j->spans[i].x0 - from_left) / c.kx;
        j->spans[i].x1 = (j->spans[i].x1 - from_left) / c.kx;
    }
    image_destroy(j->im);
    j->im = to;
    return 0;
}

/* Fewer pixels than there should be, blown up again. */
static int lower(struct job *j, double factor)
{
    struct image *im = j->im, *small;
    int w = (int)(im->width / factor), h = (int)(im->height / factor);
    small = image_create(w < 4 ? 4 : w, h < 8 ? 8 : h, 1);
    if (!small)
        return err_set(j->e, ERR_NOMEM, "not enough memory for a crop");
    double sx = (double)im->width / small->width, sy = (double)im->height / small->height;
    for (int y = 0; y < small->height; y++)
        for (int x = 0; x < small->width; x++) {
            double sum = 0; /* four places of the area are near enough to its mean */
            for (int k = 0; k < 4; k++)
                sum += sample(im, (x + 0.25 + 0.5 * (k & 1)) * sx - 0.5,
                              (y + 0.25 + 0.5 * (k >> 1)) * sy - 0.5, paper_of(im));
            row_of(small, y)[x] = clip(sum / 4);
        }
    bool coarse = synth_rng_chance(j->r, 0.3); /* as programs that do not interpolate */
    unsigned char paper = paper_of(small);
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++) {
            double u = (x + 0.5) / sx, v = (y + 0.5) / sy;
            row_of(im, y)[x] =
                coarse
                    ? row_of(small, (int)fmin(v, small->height - 1))[(int)fmin(u, small->width - 1)]
                    : clip(sample(small, fmax(u - 0.5, 0), fmax(v - 0.5, 0), paper));
        }
    image_destroy(small);
    return 0;
}

/* Ink and paper are no longer black and white, and not the same at both ends. */
static void light(struct job *j)
{
    struct image *im = j->im;
    double s = j->strength;
    double paper = 255 - 120 * s * synth_rng_real(j->r, 0, 1);
    double contrast = j->contrast = 1 - 0.72 * s * synth_rng_real(j->r, 0, 1);
    double slope = 0.45 * s * synth_rng_real(j->r, -1, 1);
    double tilt = 0.25 * s * synth_rng_real(j->r, -1, 1);
    for (int y = 0; y < im->height; y++) {
        unsigned char *row = row_of(im, y);
        double here = 1 + tilt * ((double)y / im->height - 0.5);
        for (int x = 0; x < im->width; x++) {
            double gain = here + slope * ((double)x / im->width - 0.5);
            row[x] = clip(paper * gain * (1 - contrast * (255 - row[x]) / 255.0));
        }
    }
}

static int add_noise(struct job *j, double sigma)
{
    struct image *im = j->im;
    size_t n = (size_t)im->width * (size_t)im->height;
    int16_t *noise = malloc(n * sizeof *noise);
    if (!noise)
        return err_set(j->e, ERR_NOMEM, "not enough memory for a crop");
    synth_degrade_noise(noise, n, sigma, j->r);
    for (size_t i = 0; i < n; i++) {
        int v = im->pixels[i] + (noise[i] >> 6);
        im->pixels[i] = (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
    free(noise);
    return 0;
}

/* As dark as the strokes are: one pixel in fifty is darker. */
static int darkest(const struct image *im)
{
    int count[256] = {0}, seen = 0, level = 0;
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++)
            count[row_of(im, y)[x]]++;
    while (level < 255 && (seen += count[level]) * 50 < im->width * im->height)
        level++;
    return level;
}

static int send_fax(struct job *j)
{
    struct synth_degrade_fax f = {.rows_per_pixel = 1};
    if (j->im->height >= 28 && synth_rng_chance(j->r, 0.4))
        f.rows_per_pixel = synth_rng_real(j->r, 0.5, 0.95);
    int dark = darkest(j->im);
    double share = 0.35 + 0.15 * j->strength * synth_rng_real(j->r, -1, 1);
    f.level = paper_of(j->im) - share * (paper_of(j->im) - dark);
    f.noise = 4 + 24 * some(j);
    f.speckles = some(j) * some(j);
    f.streaks = synth_rng_chance(j->r, 0.1) ? 0.2 * some(j) : 0;
    f.lost_rows = synth_rng_chance(j->r, 0.15) ? 0.15 : 0;
    return synth_degrade_fax(j->im, &f, j->r, j->e);
}

static int see(struct job *j)
{
    int code = 0;
    double unit = j->im->height / 40.0;
    bool fax = j->look == SYNTH_FAX, phone = j->look == SYNTH_PHONE;
    if (synth_rng_chance(j->r, fax ? 0.2 : 0.3) && j->im->height >= 24)
        code = lower(j, 1 + 1.3 * some(j));
    if (code == 0)
        code = synth_degrade_blur(j->im, unit * (phone ? 0.2 + 1.3 * some(j) : 0.2 + 0.7 * some(j)),
                                  j->e);
    if (code == 0 && phone && synth_rng_chance(j->r, 0.3)) {
        int length = 3 + 2 * (int)(unit * some(j));
        code = synth_degrade_smear(j->im, length, (int)synth_rng_below(j->r, 4), j->e);
    }
    if (code == 0 && !fax)
        light(j);
    if (code == 0 && !fax)
        code = add_noise(j, phone ? 1 + 14 * some(j) : 0.5 + 9 * some(j));
    if (code == 0 && fax)
        code = send_fax(j);
    if (code == 0 && synth_rng_chance(j->r, 0.4)) {
        /* Faint text is the first to go. */
        int least = 15 + (int)(40 * (1 - j->contrast)), x = (int)synth_rng_below(j->r, 8);
        int quality = (int)synth_rng_range(j->r, least, 80);
        synth_degrade_blocks(j->im, quality, x, (int)synth_rng_below(j->r, 8));
    }
    return code;
}

static void invert(struct image *im)
{
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++)
            row_of(im, y)[x] = (unsigned char)(255 - row_of(im, y)[x]);
}

static int copy(const struct image *im, struct image **ret, struct err *e)
{
    struct image *made = image_create(im->width, im->height, 1);
    if (!made)
        return err_set(e, ERR_NOMEM, "not enough memory for a crop");
    for (int y = 0; y < im->height; y++)
        memcpy(row_of(made, y), row_of(im, y), (size_t)im->width);
    *ret = made;
    return 0;
}

/* Whether each stretch as wide as the crop is high still looks like what was printed. */
static bool readable(const struct image *clear, const struct image *worn)
{
    const double least = 0.45;
    for (int x = 0; x < clear->width; x += clear->height / 2 + 1) {
        int end = x + clear->height < clear->width ? x + clear->height : clear->width;
        if (synth_degrade_likeness(clear, worn, x, 0, end, clear->height) < least)
            return false;
    }
    return true;
}

/* What nobody can read teaches nothing: then it is worn again, mildly. */
static int wear(struct job *j, unsigned char paper)
{
    struct image *clear = NULL;
    int code = copy(j->im, &clear, j->e);
    if (code)
        return code;
    add_company(j, paper);
    code = see(j);
    if (code == 0 && !readable(clear, j->im)) {
        image_destroy(j->im);
        j->im = clear;
        clear = NULL;
        j->strength *= 0.3;
        code = see(j);
    }
    image_destroy(clear);
    return code;
}

int synth_degrade_crop(enum synth_look look, struct synth_rng *r, struct image **crop,
                       struct synth_label_span *spans, size_t span_count, struct err *e)
{
    if ((*crop)->channels != 1)
        return err_set(e, ERR_USAGE, "a crop to degrade must be grey");
    double u = synth_rng_real(r, 0, 1);
    struct job j = {.im = *crop,
                    .spans = spans,
                    .span_count = span_count,
                    .look = look,
                    .contrast = 1,
                    .r = r,
                    .e = e};
    j.strength = look == SYNTH_CLEAN ? 0.15 * u : 0.1 + 0.9 * u * sqrt(u);
    unsigned char paper = paper_of(j.im);
    int code = print(&j, paper);
    if (code == 0 && look != SYNTH_CLEAN && synth_rng_chance(r, 0.2))
        draw_stain(&j);
    if (code == 0)
        code = make_cut(&j, paper);
    if (code == 0 && look == SYNTH_CLEAN)
        code = synth_degrade_blur(j.im, synth_rng_real(r, 0, 0.4), e);
    else if (code == 0)
        code = wear(&j, paper);
    if (code == 0 && synth_rng_chance(r, look == SYNTH_CLEAN ? 0.04 : 0.07))
        invert(j.im);
    *crop = j.im;
    return code;
}
