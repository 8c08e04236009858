/*
 * Light and what the sensor makes of it: one factor for every place, noise on top.
 *
 * Brightness changes slowly, so it is worked out at nodes and followed linearly between them; a row
 * costs one multiplication and two additions a sample, which the compiler does 8 or 16 at a time.
 */
#include "twinreader/synth/degrade_parts.h"

#include <math.h>
#include <string.h>

enum {
    NODE = SYNTH_DEGRADE_NODE,
    ONE = 1 << 15,      /* factor 1 */
    MOST = ONE * 3 / 2, /* what the 16-bit arithmetic below bears */
    MOST_SHADOWS = 16,
    NOISE = 1 << 14 /* samples of noise before they repeat, at another place each row */
};

/* A shadow with a soft edge: behind a straight edge, or around a round thing. */
struct shadow {
    double x, y, ux, uy, radius, soft, depth;
};

static double smooth(double t)
{
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return t * t * (3 - 2 * t);
}

static double shadow_at(const struct shadow *s, double x, double y)
{
    double dx = x - s->x, dy = y - s->y;
    double in = s->radius > 0 ? s->radius - hypot(dx, dy) : dx * s->ux + dy * s->uy;
    return 1 - s->depth * smooth(in / s->soft + 0.5);
}

static struct shadow draw_shadow(double strength, int width, int height, struct synth_rng *r)
{
    struct shadow s = {.x = synth_rng_real(r, 0, width)};
    s.y = synth_rng_real(r, 0, height);
    double angle = synth_rng_real(r, 0, 6.2831853);
    s.ux = cos(angle);
    s.uy = sin(angle);
    s.radius = synth_rng_chance(r, 0.3) ? synth_rng_real(r, 0.15, 0.5) * width : 0;
    s.soft = synth_rng_real(r, 0.04, 0.5) * width;
    s.depth = (0.1 + 0.4 * strength) * synth_rng_real(r, 0.4, 1);
    return s;
}

/* All that makes up the light of one page; places in 0..1 of width and height unless said. */
struct scene {
    double base, slope_x, slope_y, vignette, edge[4], edge_width;
    struct shadow shadow[MOST_SHADOWS]; /* pixels */
    int shadows;
};

static double bright(const struct scene *s, double x, double y, int width, int height)
{
    double u = x / width, v = y / height;
    double g = s->base * (1 + s->slope_x * (u - 0.5) + s->slope_y * (v - 0.5));
    g *= 1 - s->vignette * ((u - 0.5) * (u - 0.5) + (v - 0.5) * (v - 0.5)) * 2;
    const double distance[4] = {u, v, 1 - u, 1 - v};
    for (int i = 0; i < 4; i++)
        if (s->edge[i] > 0)
            g *= 1 - s->edge[i] * smooth(1 - distance[i] / s->edge_width);
    for (int i = 0; i < s->shadows; i++)
        g *= shadow_at(&s->shadow[i], x, y);
    return g;
}

static void draw_scan(struct scene *s, struct synth_degrade_light *l, double strength,
                      struct synth_rng *r)
{
    double warm = synth_rng_real(r, -0.3, 1) * 0.08 * strength;
    s->base = 1.02 - 0.16 * strength * synth_rng_real(r, 0, 1);
    s->slope_x = 0.06 * strength * synth_rng_real(r, -1, 1);
    s->slope_y = 0.06 * strength * synth_rng_real(r, -1, 1);
    s->edge_width = synth_rng_real(r, 0.02, 0.1);
    for (int i = 0; i < 4; i++)
        s->edge[i] = synth_rng_chance(r, 0.25) ? 0.5 * strength * synth_rng_real(r, 0.2, 1) : 0;
    l->tint[0] = 1;
    l->tint[1] = 1 - 0.3 * warm;
    l->tint[2] = 1 - warm;
}

/* A crumpled sheet: each crease lets what is beyond it face the light a little more or less. */
static void crumple(struct scene *s, double strength, int width, int height, struct synth_rng *r)
{
    int more = s->shadows + (int)synth_rng_range(r, 4, MOST_SHADOWS - 2);
    while (s->shadows < more && s->shadows < MOST_SHADOWS) {
        struct shadow *f = &s->shadow[s->shadows++];
        *f = draw_shadow(strength, width, height, r);
        f->radius = 0;
        f->soft = 40 + 0.02 * width;
        f->depth = 0.09 * strength * synth_rng_real(r, -1, 1);
    }
}

static void draw_phone(struct scene *s, struct synth_degrade_light *l, double strength, int width,
                       int height, struct synth_rng *r)
{
    double warm = synth_rng_real(r, -0.08, 0.2);
    s->base = synth_rng_real(r, 1.05 - 0.45 * strength, 1.08);
    s->slope_x = (0.1 + 0.5 * strength) * synth_rng_real(r, -1, 1);
    s->slope_y = (0.1 + 0.5 * strength) * synth_rng_real(r, -1, 1);
    s->vignette = 0.35 * strength * synth_rng_real(r, 0, 1);
    s->shadows = (int)synth_rng_below(r, 3);
    for (int i = 0; i < s->shadows; i++)
        s->shadow[i] = draw_shadow(strength, width, height, r);
    if (synth_rng_chance(r, 0.35))
        crumple(s, strength, width, height, r);
    l->tint[0] = warm < 0 ? 1 + warm : 1;
    l->tint[1] = 1 - 0.25 * fabs(warm);
    l->tint[2] = warm > 0 ? 1 - warm : 1;
}

int synth_degrade_light_draw(struct synth_degrade_light *l, enum synth_look look, double strength,
                             int width, int height, struct synth_rng *r, struct arena *a,
                             struct err *e)
{
    struct scene s = {.base = 1, .edge_width = 1};
    struct synth_degrade_light made = {.columns = width / NODE + 2, .rows = height / NODE + 2};
    for (int c = 0; c < 3; c++)
        made.tint[c] = 1;
    if (look == SYNTH_PHONE)
        draw_phone(&s, &made, strength, width, height, r);
    else if (look != SYNTH_CLEAN)
        draw_scan(&s, &made, strength, r);
    made.gain = arena_array(a, (size_t)made.columns * (size_t)made.rows, sizeof *made.gain);
    if (!made.gain)
        return err_set(e, ERR_NOMEM, "not enough memory for the light of a page");
    for (int j = 0; j < made.rows; j++)
        for (int i = 0; i < made.columns; i++)
            made.gain[j * made.columns + i] =
                (float)bright(&s, (double)i * NODE, (double)j * NODE, width, height);
    *l = made;
    return 0;
}

void synth_degrade_noise(int16_t *table, size_t count, double sigma, struct synth_rng *r)
{
    /* Four bytes have the mean 510 and the deviation 147.8; the factor is in 1/4096. */
    int by = (int)lrint(sigma * 64 / 147.8 * 4096);
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        bits = i % 2 ? bits >> 32 : synth_rng_bits(r);
        int sum = (int)(bits & 255) + (int)(bits >> 8 & 255) + (int)(bits >> 16 & 255) +
                  (int)(bits >> 24 & 255);
        table[i] = (int16_t)((sum - 510) * by / 4096);
    }
}

static uint16_t factor(double gain)
{
    double v = gain * ONE;
    return (uint16_t)(v < 0 ? 0 : v > MOST ? MOST : v);
}

/* One row of nodes for all samples of a row. */
static void spread(const struct synth_degrade_light *l, int row, int width, int channels,
                   uint16_t *out)
{
    const float *gain = l->gain + (size_t)row * (size_t)l->columns;
    for (int x = 0; x < width; x++) {
        double t = (double)(x % NODE) / NODE, g = gain[x / NODE];
        g += t * ((double)gain[x / NODE + 1] - g);
        for (int c = 0; c < channels; c++)
            out[x * channels + c] = factor(channels == 3 ? g * l->tint[c] : g);
    }
}

static void expose_row(unsigned char *restrict row, const uint16_t *restrict gain,
                       const int16_t *restrict noise, int n)
{
    for (int i = 0; i < n; i++) {
        /* 255 · 128 · 1.5 / 65536, in 64ths of a level, leaves room for 100 levels of noise. */
        uint16_t lit = (uint16_t)((uint32_t)(uint16_t)(row[i] << 7) * gain[i] >> 16);
        int v = ((int16_t)lit + noise[i] + 32) >> 6;
        row[i] = (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
}

static int16_t *make_noise(double sigma, bool repeated, struct synth_rng *r, struct arena *a,
                           size_t more)
{
    size_t count = NOISE * 3 + more;
    int16_t *table = arena_array(a, count + 4, sizeof *table);
    if (!table)
        return NULL;
    if (!repeated) {
        synth_degrade_noise(table, count, sigma, r);
        return table;
    }
    synth_degrade_noise(table, count / 3 + 1, sigma, r);
    for (size_t i = count / 3 + 1; i-- > 0;)
        table[3 * i] = table[3 * i + 1] = table[3 * i + 2] = table[i];
    return table;
}

int synth_degrade_expose(struct image *im, const struct synth_degrade_light *l, double sigma,
                         bool coloured, struct synth_rng *r, struct arena *a, struct err *e)
{
    int n = im->width * im->channels, ch = im->channels;
    uint16_t *rows = arena_array(a, 2 * (size_t)n, sizeof *rows);
    int16_t *step = arena_array(a, (size_t)n, sizeof *step);
    int16_t *noise = make_noise(sigma, ch == 3 && !coloured, r, a, (size_t)n);
    if (!rows || !step || !noise)
        return err_set(e, ERR_NOMEM, "not enough memory for the light of a page");
    uint16_t *gain = rows, *next = rows + n;
    for (int y = 0; y < im->height; y++) {
        if (y % NODE == 0) {
            spread(l, y / NODE, im->width, ch, gain);
            spread(l, y / NODE + 1, im->width, ch, next);
            for (int i = 0; i < n; i++)
                step[i] = (int16_t)((next[i] - gain[i]) / NODE);
        }
        size_t at = (size_t)synth_rng_below(r, NOISE) * (size_t)ch;
        expose_row(im->pixels + (size_t)y * im->stride, gain, noise + at, n);
        for (int i = 0; i < n; i++)
            gain[i] = (uint16_t)(gain[i] + step[i]);
    }
    return 0;
}
