/* One line of text alone, for recogniser crops. */
#include "twinreader/synth/draw.h"
#include "twinreader/synth/draw_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_WIDTH = 16000,
    SLACK = 2 /* pixels: bounds are exact but for rounding */
};

/* A line of low letters or of a dash alone is not blown up to the whole height. */
static const double LOWEST = 0.55; /* em */

static unsigned char grey(struct synth_colour c)
{
    return (unsigned char)((299 * c.r + 587 * c.g + 114 * c.b + 500) / 1000);
}

/* Copies the part of `from` around `ink`, `margin` pixels wider on all sides; beyond `from` is
 * paper. */
static struct image *cut(const struct image *from, const struct synth_fonts_ink *ink, int margin)
{
    int w = ink->x1 - ink->x0, h = ink->y1 - ink->y0;
    struct image *im = image_create(w + 2 * margin, h + 2 * margin, 1);
    if (!im)
        return NULL;
    memset(im->pixels, 255, im->stride * (size_t)im->height);
    for (int y = 0; y < h; y++)
        memcpy(im->pixels + (size_t)(margin + y) * im->stride + margin,
               from->pixels + (size_t)(ink->y0 + y) * from->stride + ink->x0, (size_t)w);
    return im;
}

static struct synth_fonts_ink ink_of(const struct synth_draw_char *chars, size_t count)
{
    struct synth_draw_frame f = {0};
    for (size_t i = 0; i < count; i++)
        synth_draw_label_add(&f, &chars[i].label.box);
    return (struct synth_fonts_ink){(int)f.u0, (int)f.v0, (int)f.u1, (int)f.v1};
}

/* Chooses the size at which the ink is `height` tall at most, and where it then begins. */
static int fit(const struct synth_text *t, struct synth_fonts *f, int height,
               struct synth_draw_setting *s, struct synth_fonts_box *bounds, struct err *e)
{
    *s = (struct synth_draw_setting){.em = 1, .stretch = t->stretch};
    int code = synth_draw_text_bounds(t->text, f, t->font, s, bounds, e);
    if (code)
        return code;
    if (bounds->x0 >= bounds->x1)
        return err_set(e, ERR_USAGE, "\"%s\" shows nothing", t->text);
    s->em = height / fmax(bounds->y1 - bounds->y0, LOWEST);
    s->spacing = t->size > 0 ? t->spacing * s->em / (t->size * 25.4 / 72) : 0;
    return synth_draw_text_bounds(t->text, f, t->font, s, bounds, e);
}

static size_t code_points(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* `x` is where the sheet's column 0 comes to lie. */
static struct synth_label_span *spans_of(const struct synth_draw_char *chars, size_t count,
                                         double x, struct arena *a, size_t *ret_count)
{
    size_t total = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        total += code_points(chars[i].label.text);
    struct synth_label_span *spans = arena_array(a, total, sizeof *spans);
    for (size_t i = 0; spans && i < count; i++) {
        const struct quad *q = &chars[i].label.box;
        size_t points = code_points(chars[i].label.text);
        double x0 = (double)q->p[0].x + x, part = (double)(q->p[1].x - q->p[0].x) / (double)points;
        for (size_t k = 0; k < points; k++)
            spans[n++] =
                (struct synth_label_span){x0 + part * (double)k, x0 + part * (double)(k + 1)};
    }
    *ret_count = n;
    return spans;
}

int synth_draw_line(const struct synth_text *t, struct synth_fonts *f, int height, int margin,
                    struct arena *a, struct image **ret, struct synth_label_span **ret_spans,
                    size_t *ret_count, struct err *e)
{
    struct synth_draw_setting s;
    struct synth_fonts_box b;
    if (height < 1 || margin < 0 || !(t->stretch > 0))
        return err_set(e, ERR_USAGE, "a line of height %d, margin %d, stretch %g", height, margin,
                       t->stretch);
    int code = fit(t, f, height, &s, &b, e);
    if (code)
        return code;
    double width = ceil(b.x1 - b.x0) + 2 * SLACK;
    if (!(width <= MAX_WIDTH))
        return err_set(e, ERR_LIMIT, "a line of %.0f pixels is too wide", width);
    struct image *sheet = image_create((int)width, height + 2 * SLACK, 1);
    if (!sheet)
        return err_set(e, ERR_NOMEM, "no memory for a line of text");
    memset(sheet->pixels, 255, sheet->stride * (size_t)sheet->height);
    s.x = SLACK - b.x0;
    s.y = SLACK - b.y0;
    struct synth_fonts_canvas canvas = {
        sheet->pixels,     sheet->stride, sheet->width, sheet->height, 1,
        {grey(t->colour)}, t->colour.a,
    };
    struct synth_draw_char *chars;
    size_t count;
    code = synth_draw_text(t->text, f, t->font, &s, &canvas, a, &chars, &count, e);
    if (code)
        goto done;
    struct synth_fonts_ink ink = ink_of(chars, count);
    size_t n = 0;
    struct synth_label_span *spans = spans_of(chars, count, margin - ink.x0, a, &n);
    struct image *im = spans ? cut(sheet, &ink, margin) : NULL;
    if (!im) {
        code = err_set(e, ERR_NOMEM, "no memory for a line of text");
        goto done;
    }
    *ret = im;
    *ret_spans = spans;
    *ret_count = n;
done:
    image_destroy(sheet);
    return code;
}
