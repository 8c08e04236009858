/*
 * Pages as they arrive.  A strength is drawn first, mild more often than strong, and every step
 * takes its own from that, so that a bad page is bad in several ways at once, as real ones are.
 *
 * JPEG is left to whoever stores the picture: synth_degrade_quality says at what quality.
 */
#include "twinreader/synth/degrade_parts.h"

#include <math.h>

static const char *const names[SYNTH_LOOK_COUNT] = {"clean", "scan", "fax", "phone"};

const char *synth_look_name(enum synth_look look)
{
    return names[look];
}

int synth_degrade_quality(enum synth_look look, struct synth_rng *r)
{
    switch (look) {
    case SYNTH_SCAN:
        return (int)synth_rng_range(r, 45, 92);
    case SYNTH_FAX:
        return (int)synth_rng_range(r, 60, 92);
    case SYNTH_PHONE:
        return (int)synth_rng_range(r, 45, 90);
    default:
        return 92;
    }
}

/* One page under way. */
struct job {
    enum synth_look look;
    double strength;
    double unit;  /* pixels of this page for one at 150 dpi */
    double sigma; /* blur so far, pixels */
    struct synth_rng *r;
    double ink; /* how dark the print is, 0..1 */
    struct synth_label *label;
    struct arena *arena;
    struct err *e;
};

static double some(struct job *j)
{
    return j->strength * synth_rng_real(j->r, 0.2, 1);
}

static int wear_paper(struct job *j, struct image **im, const struct synth_degrade_map *m)
{
    bool grey = j->look == SYNTH_FAX || (j->look == SYNTH_SCAN && synth_rng_chance(j->r, 0.55));
    if (j->label && j->look != SYNTH_FAX && synth_rng_chance(j->r, 0.1))
        synth_degrade_highlight(*im, j->label, j->r);
    int code = grey ? synth_degrade_grey(im, j->e) : 0;
    if (code == 0 && synth_rng_chance(j->r, 0.3)) {
        j->ink = 1 - 0.5 * some(j);
        synth_degrade_fade(*im, j->ink);
    }
    if (code == 0 && j->look != SYNTH_FAX && synth_rng_chance(j->r, 0.2))
        code = synth_degrade_bleed(*im, j->strength, j->r, j->e);
    if (code == 0)
        synth_degrade_creases(*im, m, j->strength, j->r);
    return code;
}

/* What is seen beside the page: a scanner's lid, a table. */
static void draw_outside(struct job *j, unsigned char out[3])
{
    bool dark = j->look == SYNTH_SCAN ? synth_rng_chance(j->r, 0.2) : synth_rng_chance(j->r, 0.7);
    int64_t level = dark ? synth_rng_range(j->r, 8, 110) : synth_rng_range(j->r, 225, 255);
    out[0] = out[1] = out[2] = (unsigned char)level;
    if (j->look == SYNTH_PHONE) { /* wood, cloth and laminate are grey to brown, seldom green */
        out[1] = (unsigned char)((double)level * synth_rng_real(j->r, 0.74, 1));
        out[2] = (unsigned char)((double)level * synth_rng_real(j->r, 0.45, 1));
    }
    if (j->look == SYNTH_FAX)
        out[0] = out[1] = out[2] = 255;
}

static int move(struct job *j, struct image **im, const struct synth_degrade_map *m)
{
    unsigned char colour[3];
    struct image *moved = NULL;
    struct synth_degrade_backdrop *outside = arena_alloc(j->arena, sizeof *outside);
    if (!outside)
        return err_set(j->e, ERR_NOMEM, "not enough memory for what is around a page");
    draw_outside(j, colour);
    if (j->look == SYNTH_PHONE)
        synth_degrade_backdrop_grain(outside, colour, j->r);
    else
        synth_degrade_backdrop_plain(outside, colour);
    int code = synth_degrade_map_picture(m, *im, outside, &moved, j->e);
    if (code)
        return code;
    image_destroy(*im);
    *im = moved;
    if (j->label)
        synth_degrade_map_label(m, j->label);
    return 0;
}

static int blur(struct job *j, struct image *im)
{
    double s = j->look == SYNTH_PHONE ? 0.35 + 0.75 * some(j) : 0.3 + 0.45 * some(j);
    s *= j->unit;
    int code = synth_degrade_blur(im, s, j->e);
    j->sigma = s;
    if (code || j->look != SYNTH_PHONE || !synth_rng_chance(j->r, 0.35))
        return code;
    int length = 3 + 2 * (int)lrint(0.9 * some(j) * j->unit);
    j->sigma = hypot(j->sigma, length * 0.29); /* of an even spread */
    return synth_degrade_smear(im, length, (int)synth_rng_below(j->r, 4), j->e);
}

static int see(struct job *j, struct image *im)
{
    struct synth_degrade_light light;
    int code = blur(j, im);
    if (code == 0)
        code = synth_degrade_light_draw(&light, j->look, j->strength, im->width, im->height, j->r,
                                        j->arena, j->e);
    double sigma = j->look == SYNTH_PHONE ? 1 + 8 * some(j) : 0.5 + 5 * some(j);
    bool coloured = synth_rng_chance(j->r, 0.5);
    if (code == 0)
        code = synth_degrade_expose(im, &light, sigma, coloured, j->r, j->arena, j->e);
    return code;
}

/* ITU-T T.30: 98 rows an inch, or 196 when "fine" was chosen. */
static int send_fax(struct job *j, struct image *im)
{
    double dpi = 150 * j->unit;
    bool fine = synth_rng_chance(j->r, 0.6 + 0.3 * (1 - j->strength));
    struct synth_degrade_fax f = {.rows_per_pixel = fmin(1, (fine ? 196 : 98) / dpi)};
    /* Machines look for the paper's white and take the ink from there; thin strokes are half as
     * dark as thick ones. */
    f.level = 255 - 255 * j->ink * (0.33 + 0.16 * j->strength * synth_rng_real(j->r, -1, 1));
    f.noise = 4 + 20 * some(j) * j->ink;
    f.speckles = some(j) * some(j);
    f.streaks = synth_rng_chance(j->r, 0.4) ? some(j) : 0;
    f.lost_rows = synth_rng_chance(j->r, 0.3) ? some(j) : 0;
    int code = synth_degrade_blur(im, j->unit * (0.3 + 0.3 * some(j)), j->e);
    return code ? code : synth_degrade_fax(im, &f, j->r, j->e);
}

/* What the page looked like before it was photographed, to compare with. */
static int keep(const struct image *im, struct image **ret, struct err *e)
{
    struct image *copy = image_create(im->width, im->height, 1);
    if (!copy)
        return err_set(e, ERR_NOMEM, "not enough memory for a picture");
    for (int y = 0; y < im->height; y++) {
        const unsigned char *p = im->pixels + (size_t)y * im->stride + im->channels / 2;
        unsigned char *out = copy->pixels + (size_t)y * copy->stride;
        for (int x = 0; x < im->width; x++)
            out[x] = p[x * im->channels];
    }
    *ret = copy;
    return 0;
}

int synth_degrade(enum synth_look look, struct synth_rng *r, struct image **picture,
                  struct synth_label *label, struct arena *a, struct err *e)
{
    if (label)
        label->degradation = names[look];
    if (look == SYNTH_CLEAN) {
        if (label) /* print may be too small for the resolution all the same */
            synth_degrade_judge(label, *picture, *picture, 0);
        return 0;
    }
    double u = synth_rng_real(r, 0, 1);
    struct job j = {
        .look = look, .strength = 0.1 + 0.9 * u * u, .ink = 1, .r = r, .arena = a, .e = e};
    j.label = label;
    double dpi = label && label->dpi > 0 ? label->dpi : (*picture)->width / 8.27;
    j.unit = fmin(fmax(dpi / 150, 0.5), 4);
    struct synth_degrade_map m;
    struct image *clear = NULL;
    synth_degrade_map_init(&m, (*picture)->width, (*picture)->height);
    synth_degrade_map_draw(&m, look, j.strength, r);
    if (label)
        synth_degrade_map_fit(&m, label, 2);
    int code = wear_paper(&j, picture, &m);
    if (code == 0)
        code = move(&j, picture, &m);
    if (code == 0 && label)
        code = keep(*picture, &clear, e);
    if (code == 0)
        code = look == SYNTH_FAX ? send_fax(&j, *picture) : see(&j, *picture);
    if (code == 0 && label)
        synth_degrade_judge(label, clear, *picture, j.sigma);
    image_destroy(clear);
    return code;
}
