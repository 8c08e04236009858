#include "twinreader/synth/crops_sample.h"

#include "image/tensor.h"
#include "twinreader/synth/draw.h"
#include "twinreader/synth/draw_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_TRIES = 100, /* texts that no font at hand can write */
    FONT_TRIES = 12, /* fonts for one text */
    LEAST_HANGUL =
        15, /* pixels of ink below which a worn syllable is no longer told from another */
    LEAST_LATIN = 11,
    LEAST_CLEAN = 12,
    MOST = 56
};

static const size_t ARENA = 4u << 20;
static const double POINTS = 10; /* any size will do: a line is drawn by its height */

/* Fonts to choose from, each as often as its weight. */
struct choice {
    size_t font[256];
    double upto[256]; /* running sum of the weights */
    size_t count;
};

struct synth_crops_maker {
    const struct synth_crops_options *o;
    const struct synth_crops_charset *charset;
    struct synth_fonts *fonts;
    struct arena *arena;
    struct choice hangul, latin;
};

static void add_choice(struct choice *c, size_t font, unsigned style, bool receipts)
{
    double weight = 1;
    if (style & (SYNTH_FONT_HAND | SYNTH_FONT_DISPLAY))
        weight = 0.4;
    else if (receipts && (style & SYNTH_FONT_MONO))
        weight = 1.5; /* what tills print in */
    c->upto[c->count] = weight + (c->count ? c->upto[c->count - 1] : 0);
    c->font[c->count++] = font;
}

int synth_crops_maker_create(const struct synth_crops_options *o,
                             const struct synth_crops_charset *c, struct synth_crops_maker **ret,
                             struct err *e)
{
    struct synth_crops_maker *m = calloc(1, sizeof *m);
    if (!m)
        return err_set(e, ERR_NOMEM, "no memory to make crops");
    m->o = o;
    m->charset = c;
    m->arena = arena_create(ARENA);
    int code = m->arena ? synth_fonts_create(NULL, &m->fonts, e)
                        : err_set(e, ERR_NOMEM, "no memory to make crops");
    if (code) {
        synth_crops_maker_destroy(m);
        return code;
    }
    for (size_t i = 0; i < synth_fonts_count(m->fonts); i++) {
        const struct synth_font *f = synth_fonts_at(m->fonts, i);
        bool hangul = (f->style & SYNTH_FONT_HANGUL) != 0;
        if (f->split == o->split)
            add_choice(hangul ? &m->hangul : &m->latin, i, f->style, !hangul);
    }
    *ret = m;
    return 0;
}

void synth_crops_maker_destroy(struct synth_crops_maker *m)
{
    if (!m)
        return;
    synth_fonts_destroy(m->fonts);
    arena_destroy(m->arena);
    free(m);
}

static size_t choose(const struct choice *c, struct synth_rng *r)
{
    double x = synth_rng_real(r, 0, c->upto[c->count - 1]);
    size_t i = 0;
    while (i + 1 < c->count && x >= c->upto[i])
        i++;
    return c->font[i];
}

/* Finds a text and a font that can write it. */
static int find_text(struct synth_crops_maker *m, struct synth_rng *r, const char **ret,
                     size_t *ret_font, struct err *e)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        const char *text;
        int code = synth_crops_text(m->charset, r, m->arena, &text, e);
        if (code)
            return code;
        bool korean = synth_crops_text_hangul(text) || synth_rng_chance(r, 0.4);
        for (int k = 0; k < FONT_TRIES; k++) {
            size_t font = choose(korean ? &m->hangul : &m->latin, r);
            if (synth_fonts_cover(m->fonts, font, text)) {
                *ret = text;
                *ret_font = font;
                return 0;
            }
        }
    }
    return err_set(e, ERR_INTERNAL, "no text that a font can write in %d tries", MAX_TRIES);
}

/* Narrowed or widened, as printers and forms do.  A till's characters are 12 dots wide and up to 24
 * tall, half as wide as a typewriter's: what is as wide as it was designed is the exception there.
 * Where each letter has its own width, the narrow ones would be gone. */
static double choose_stretch(struct synth_rng *r, bool hangul, unsigned font_style)
{
    const unsigned odd = SYNTH_FONT_HAND | SYNTH_FONT_DISPLAY;
    bool mono = (font_style & SYNTH_FONT_MONO) != 0 && !hangul;
    if (!(font_style & odd) && synth_rng_chance(r, mono ? 0.6 : hangul ? 0.1 : 0.25))
        return synth_rng_real(r, mono ? 0.4 : hangul ? 0.55 : 0.6, 0.85);
    return synth_rng_chance(r, 0.45) ? synth_rng_real(r, 0.72, 1.22) : 1;
}

/* Spaced a little tighter or wider, too. */
static struct synth_text style(struct synth_crops_maker *m, struct synth_rng *r, const char *text,
                               size_t font)
{
    struct synth_text t = {.text = text, .font = font, .size = POINTS};
    double em = POINTS * 25.4 / 72;
    t.stretch =
        choose_stretch(r, synth_crops_text_hangul(text), synth_fonts_at(m->fonts, font)->style);
    if (synth_rng_chance(r, 0.35))
        t.spacing = em * synth_rng_real(r, -0.05, 0.12);
    unsigned char ink = (unsigned char)synth_rng_range(r, 0, synth_rng_chance(r, 0.3) ? 90 : 25);
    t.colour = (struct synth_colour){ink, ink, ink, 255};
    return t;
}

/* Cuts words off the end until the line, at the network's height, is no wider than allowed. */
static int shorten(struct synth_crops_maker *m, struct synth_text *t, char *text, bool *ret_fits,
                   struct err *e)
{
    for (;;) {
        double em = t->size * 25.4 / 72; /* spacing is mm at this size; here an em is 1 */
        struct synth_draw_setting s = {.em = 1, .stretch = t->stretch, .spacing = t->spacing / em};
        struct synth_fonts_box b;
        int code = synth_draw_text_bounds(text, m->fonts, t->font, &s, &b, e);
        if (code)
            return code;
        double width = (b.x1 - b.x0) / fmax(b.y1 - b.y0, 0.55) * m->o->height;
        *ret_fits = width <= m->o->max_width;
        char *space = strrchr(text, ' ');
        if (*ret_fits || !space)
            return 0;
        *space = '\0';
    }
}

/* Some lines have wide gaps between words; their text is the same. */
static const char *widen_gaps(struct arena *a, const char *text)
{
    char *wide = arena_alloc(a, 2 * strlen(text) + 1);
    if (!wide)
        return NULL;
    char *to = wide;
    for (const char *from = text; *from; from++) {
        *to++ = *from;
        if (*from == ' ')
            *to++ = ' ';
    }
    return wide;
}

static enum synth_look choose_look(const struct synth_crops_options *o, struct synth_rng *r)
{
    double x = synth_rng_real(r, 0, 1);
    if (o->look >= 0)
        return (enum synth_look)o->look;
    return x < 0.2 ? SYNTH_CLEAN : x < 0.55 ? SYNTH_SCAN : x < 0.7 ? SYNTH_FAX : SYNTH_PHONE;
}

/* Pixels that the ink was printed with: texts of all sizes end up at the network's height. */
static int choose_height(struct synth_rng *r, const char *text, enum synth_look look)
{
    int least = look == SYNTH_CLEAN             ? LEAST_CLEAN
                : synth_crops_text_hangul(text) ? LEAST_HANGUL
                                                : LEAST_LATIN;
    return (int)lround(least * pow((double)MOST / least, synth_rng_real(r, 0, 1)));
}

/* Resizes as the recogniser does its crops. */
static int to_height(const struct synth_crops_options *o, struct image **picture,
                     struct synth_label_span *spans, size_t span_count, struct err *e)
{
    const struct image *im = *picture;
    float w = (float)im->width, h = (float)im->height;
    int width = (int)lround((double)im->width * o->height / im->height);
    width = width < 1 ? 1 : width > o->max_width ? o->max_width : width;
    struct quad all = {{{0, 0}, {w, 0}, {w, h}, {0, h}}};
    struct image *out;
    int code = image_from_quad(im, &all, width, o->height, &out, e);
    if (code)
        return code;
    for (size_t i = 0; i < span_count; i++) {
        spans[i].x0 = fmin(fmax(spans[i].x0 * width / (double)w, 0), width);
        spans[i].x1 = fmin(fmax(spans[i].x1 * width / (double)w, 0), width);
    }
    image_destroy(*picture);
    *picture = out;
    return 0;
}

/* Fills in the sample's picture and spans; its text and look are known. */
static int make_picture(struct synth_crops_maker *m, struct synth_rng *r, struct synth_text *t,
                        struct synth_crops_sample *s, struct err *e)
{
    int height = choose_height(r, s->text, s->look);
    int margin = (int)lround(height * synth_rng_real(r, 0.02, 0.14));
    t->text = synth_rng_chance(r, 0.1) ? widen_gaps(m->arena, s->text) : s->text;
    if (!t->text)
        return err_set(e, ERR_NOMEM, "no memory to make crops");
    struct image *im;
    struct synth_label_span *spans;
    size_t count;
    int code = synth_draw_line(t, m->fonts, height, margin, m->arena, &im, &spans, &count, e);
    if (code)
        return code;
    code = synth_degrade_crop(s->look, r, &im, spans, count, e);
    if (!code)
        code = to_height(m->o, &im, spans, count, e);
    if (code) {
        image_destroy(im);
        return code;
    }
    s->picture = im;
    s->spans = spans;
    s->span_count = count;
    return 0;
}

int synth_crops_maker_make(struct synth_crops_maker *m, uint64_t n, struct synth_crops_sample *ret,
                           struct err *e)
{
    struct synth_rng r;
    synth_rng_init(&r, m->o->seed, n);
    arena_reset(m->arena);
    for (int i = 0; i < MAX_TRIES; i++) {
        const char *text = NULL;
        size_t font = 0;
        bool fits = false;
        int code = find_text(m, &r, &text, &font, e);
        if (code)
            return code;
        struct synth_text t = style(m, &r, text, font);
        char *own = arena_strdup(m->arena, text);
        if (!own)
            return err_set(e, ERR_NOMEM, "no memory to make crops");
        code = shorten(m, &t, own, &fits, e);
        if (code)
            return code;
        if (!fits)
            continue;
        struct synth_crops_sample s = {.text = own, .font = font, .look = choose_look(m->o, &r)};
        code = make_picture(m, &r, &t, &s, e);
        if (!code)
            *ret = s;
        return code;
    }
    return err_set(e, ERR_USAGE, "no text fits %d columns at height %d", m->o->max_width,
                   m->o->height);
}
