#include "twinreader/synth/draw_text.h"

#include <math.h>
#include <string.h>

/* What a pixel half covered may stick out of a slanted box. */
static const double PAD = 0.75;

struct drawing {
    struct synth_fonts_face *face;
    const struct synth_fonts_canvas *canvas;
    struct synth_fonts_place place; /* of the next glyph; x0, y0 are the pen's */
    double turn, along_x, along_y;  /* the line's direction, one pixel long */
    bool upright;                   /* turned by whole quarters */
};

static void begin(struct drawing *d, const struct synth_draw_setting *s)
{
    /* The frame of a label is the text's own: its corner (1, 0) is the line's direction. */
    struct synth_draw_frame unit = {.turn = s->turn, .u1 = 1, .v1 = 1};
    struct point along = synth_draw_label_quad(&unit).p[1];
    double c = (double)along.x, w = (double)along.y, across = s->em * s->stretch;
    d->place =
        (struct synth_fonts_place){c * across, w * s->em, w * across, -c * s->em, s->x, s->y};
    d->turn = s->turn;
    d->along_x = c;
    d->along_y = w;
    d->upright = fmod(s->turn, 90) == 0;
}

/* A slanted character's box: its outline's own, for pixels say little about it. */
static int slanted_box(const struct drawing *d, const struct synth_fonts_glyph *g,
                       const struct synth_fonts_place *at, struct synth_draw_frame *f,
                       struct err *e)
{
    struct synth_fonts_box b;
    int code = synth_fonts_face_bounds(d->face, g->id, true, &b, e);
    if (code || b.x0 >= b.x1)
        return code;
    const double u[] = {b.x0, b.x1, b.x1, b.x0}, v[] = {b.y1, b.y1, b.y0, b.y0};
    struct quad q;
    for (int i = 0; i < 4; i++)
        q.p[i] = (struct point){(float)(at->a * u[i] + at->b * v[i] + at->x0),
                                (float)(at->c * u[i] + at->d * v[i] + at->y0)};
    synth_draw_label_add(f, &q);
    return 0;
}

/* Draws the glyphs of one grapheme; `f` stays empty when they left no ink. */
static int draw_grapheme(struct drawing *d, const struct synth_fonts_glyph *g, size_t count,
                         struct synth_draw_frame *f, struct err *e)
{
    struct synth_fonts_ink ink = {0};
    *f = (struct synth_draw_frame){.turn = d->turn};
    for (size_t i = 0; i < count; i++) {
        struct synth_fonts_place at = d->place;
        at.x0 += at.a * g[i].x + at.b * g[i].y;
        at.y0 += at.c * g[i].x + at.d * g[i].y;
        int code = synth_fonts_face_paint(d->face, g[i].id, &at, d->canvas, &ink, e);
        if (!code && !d->upright)
            code = slanted_box(d, &g[i], &at, f, e);
        if (code)
            return code;
        d->place.x0 += d->place.a * g[i].advance;
        d->place.y0 += d->place.c * g[i].advance;
    }
    if (ink.x0 >= ink.x1)
        return 0;
    if (ink.x0 < 0 || ink.y0 < 0 || ink.x1 > d->canvas->width || ink.y1 > d->canvas->height)
        return err_set(e, ERR_USAGE, "leaves the paper");
    if (d->upright) {
        float x0 = (float)ink.x0, y0 = (float)ink.y0, x1 = (float)ink.x1, y1 = (float)ink.y1;
        synth_draw_label_add(f, &(struct quad){{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}});
    } else {
        f->u0 -= PAD;
        f->v0 -= PAD;
        f->u1 += PAD;
        f->v1 += PAD;
    }
    return 0;
}

static int set_text(const char *text, struct synth_fonts *f, size_t font,
                    const struct synth_fonts_glyph **ret, size_t *ret_count, struct err *e)
{
    if (font >= synth_fonts_count(f))
        return err_set(e, ERR_USAGE, "there is no font %zu", font);
    if (!synth_fonts_cover(f, font, text))
        return err_set(e, ERR_USAGE, "%s lacks a glyph", synth_fonts_at(f, font)->name);
    return synth_fonts_face_shape(synth_fonts_face_at(f, font), text, strlen(text), ret, ret_count,
                                  e);
}

/* Counts the glyphs from `g` on that belong to its grapheme. */
static size_t grapheme_glyphs(const struct synth_fonts_glyph *g, size_t left)
{
    size_t n = 1;
    while (n < left && g[n].at == g[0].at)
        n++;
    return n;
}

int synth_draw_text(const char *text, struct synth_fonts *f, size_t font,
                    const struct synth_draw_setting *s, const struct synth_fonts_canvas *canvas,
                    struct arena *a, struct synth_draw_char **ret, size_t *ret_count, struct err *e)
{
    const struct synth_fonts_glyph *g;
    size_t n, count = 0;
    int code = set_text(text, f, font, &g, &n, e);
    if (code)
        return code;
    struct drawing d = {.face = synth_fonts_face_at(f, font), .canvas = canvas};
    begin(&d, s);
    struct synth_draw_char *chars = arena_array(a, n ? n : 1, sizeof *chars);
    if (!chars)
        return err_set(e, ERR_NOMEM, "a text's label exceeds its memory");
    bool first = true;
    for (size_t i = 0, of; i < n; i += of) {
        of = grapheme_glyphs(g + i, n - i);
        size_t end = i + of < n ? g[i + of].at : strlen(text);
        struct synth_draw_frame box;
        code = draw_grapheme(&d, g + i, of, &box, e);
        if (code)
            return code;
        d.place.x0 += d.along_x * s->spacing;
        d.place.y0 += d.along_y * s->spacing;
        if (box.u0 < box.u1) {
            const char *copy = arena_strndup(a, text + g[i].at, end - g[i].at);
            if (!copy)
                return err_set(e, ERR_NOMEM, "a text's label exceeds its memory");
            chars[count++] = (struct synth_draw_char){{copy, synth_draw_label_quad(&box)}, first};
            first = false;
        } else if (text[g[i].at] == ' ') {
            first = true;
        } else {
            return err_set(e, ERR_USAGE, "%s draws nothing for \"%.*s\"",
                           synth_fonts_at(f, font)->name, (int)(end - g[i].at), text + g[i].at);
        }
    }
    *ret = chars;
    *ret_count = count;
    return 0;
}

int synth_draw_text_bounds(const char *text, struct synth_fonts *f, size_t font,
                           const struct synth_draw_setting *s, struct synth_fonts_box *ret,
                           struct err *e)
{
    const struct synth_fonts_glyph *g;
    size_t n;
    int code = set_text(text, f, font, &g, &n, e);
    if (code)
        return code;
    struct synth_fonts_face *face = synth_fonts_face_at(f, font);
    struct synth_fonts_box all = {0};
    double pen = 0;
    for (size_t i = 0; i < n; i++) {
        struct synth_fonts_box b;
        code = synth_fonts_face_bounds(face, g[i].id, false, &b, e);
        if (code)
            return code;
        if (b.x0 < b.x1) {
            double x0 = pen + (g[i].x + b.x0) * s->em * s->stretch;
            double x1 = pen + (g[i].x + b.x1) * s->em * s->stretch;
            double y0 = -(g[i].y + b.y1) * s->em, y1 = -(g[i].y + b.y0) * s->em;
            bool none = all.x0 >= all.x1;
            all.x0 = none ? x0 : fmin(all.x0, x0);
            all.x1 = none ? x1 : fmax(all.x1, x1);
            all.y0 = none ? y0 : fmin(all.y0, y0);
            all.y1 = none ? y1 : fmax(all.y1, y1);
        }
        pen += g[i].advance * s->em * s->stretch;
        if (i + 1 == n || g[i + 1].at != g[i].at)
            pen += s->spacing;
    }
    *ret = all;
    return 0;
}
