#include "twinreader/synth/draw_paper.h"

#include "twinreader/synth/rng.h"

#include <math.h>
#include <stdlib.h>

#include <cairo.h>

struct synth_draw_paper {
    cairo_surface_t *surface;
    cairo_t *pen;
};

static void set_colour(cairo_t *pen, struct synth_colour c)
{
    cairo_set_source_rgba(pen, c.r / 255.0, c.g / 255.0, c.b / 255.0, c.a / 255.0);
}

int synth_draw_paper_create(int width, int height, double scale, struct synth_colour colour,
                            struct synth_draw_paper **ret, struct err *e)
{
    struct synth_draw_paper *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(e, ERR_NOMEM, "no memory for a sheet of paper");
    p->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    p->pen = cairo_create(p->surface);
    if (cairo_status(p->pen) != CAIRO_STATUS_SUCCESS) {
        synth_draw_paper_destroy(p);
        return err_set(e, ERR_NOMEM, "no memory for a sheet of %d by %d pixels", width, height);
    }
    colour.a = 255;
    set_colour(p->pen, colour);
    cairo_paint(p->pen);
    cairo_scale(p->pen, scale, scale);
    *ret = p;
    return 0;
}

void synth_draw_paper_destroy(struct synth_draw_paper *p)
{
    if (!p)
        return;
    cairo_destroy(p->pen);
    cairo_surface_destroy(p->surface);
    free(p);
}

static void set_stroke(cairo_t *pen, const struct synth_shape *s)
{
    double width = s->width > 0 ? s->width : 0.2;
    double dot = width > 0.25 ? width : 0.25;
    const double dotted[] = {dot, 2 * dot}, dashed[] = {6 * dot, 3 * dot};
    cairo_set_line_width(pen, width);
    cairo_set_dash(pen, s->dash == 1 ? dotted : dashed, s->dash ? 2 : 0, 0);
}

static void draw_check_box(cairo_t *pen, const struct synth_shape *s)
{
    double w = s->x2 - s->x, h = s->y2 - s->y;
    cairo_rectangle(pen, s->x, s->y, w, h);
    if (s->on) {
        cairo_move_to(pen, s->x + 0.18 * w, s->y + 0.52 * h);
        cairo_line_to(pen, s->x + 0.42 * w, s->y + 0.78 * h);
        cairo_line_to(pen, s->x + 0.85 * w, s->y + 0.2 * h);
    }
    cairo_stroke(pen);
}

static void draw_ring(cairo_t *pen, const struct synth_shape *s)
{
    if (s->round) {
        cairo_save(pen);
        cairo_translate(pen, (s->x + s->x2) / 2, (s->y + s->y2) / 2);
        cairo_scale(pen, fabs(s->x2 - s->x) / 2, fabs(s->y2 - s->y) / 2);
        cairo_new_path(pen);
        cairo_arc(pen, 0, 0, 1, 0, 2 * 3.14159265358979323846);
        cairo_restore(pen); /* before the stroke, so that its width is even */
    } else {
        cairo_rectangle(pen, s->x, s->y, s->x2 - s->x, s->y2 - s->y);
    }
    cairo_stroke(pen);
}

/* One stroke that runs to the right in loops, as a hurried hand does. */
static void draw_scrawl(cairo_t *pen, const struct synth_shape *s)
{
    struct synth_rng r;
    synth_rng_init(&r, s->seed, 0);
    double w = s->x2 - s->x, h = s->y2 - s->y;
    int turns = (int)synth_rng_range(&r, 4, 9);
    double x = s->x, y = s->y + h * synth_rng_real(&r, 0.3, 0.7);
    cairo_set_line_cap(pen, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(pen, CAIRO_LINE_JOIN_ROUND);
    cairo_move_to(pen, x, y);
    for (int i = 1; i <= turns; i++) {
        double nx = s->x + w * (i - synth_rng_real(&r, 0, 0.5)) / turns;
        double ny = s->y + h * synth_rng_real(&r, 0, 1);
        double x1 = s->x + w * synth_rng_real(&r, 0, 1), x2 = nx - w * synth_rng_real(&r, 0, 0.2);
        x1 = x + (x1 - x) * 0.3;
        cairo_curve_to(pen, x1, s->y + h * synth_rng_real(&r, 0, 1), x2 > s->x ? x2 : s->x,
                       s->y + h * synth_rng_real(&r, 0, 1), nx, ny);
        x = nx;
        y = ny;
    }
    cairo_stroke(pen);
    cairo_set_line_cap(pen, CAIRO_LINE_CAP_BUTT);
    cairo_set_line_join(pen, CAIRO_LINE_JOIN_MITER);
}

/* Bars and gaps of one to four modules; it encodes nothing. */
static void draw_bars(cairo_t *pen, const struct synth_shape *s)
{
    struct synth_rng r;
    synth_rng_init(&r, s->seed, 1);
    double module = s->width > 0 ? s->width : 0.33;
    double x = s->x;
    for (;;) {
        double bar = module * (1 + synth_rng_below(&r, 4));
        if (x + bar > s->x2)
            break;
        cairo_rectangle(pen, x, s->y, bar, s->y2 - s->y);
        x += bar + module * (1 + synth_rng_below(&r, 4));
    }
    cairo_fill(pen);
}

void synth_draw_paper_shape(struct synth_draw_paper *p, const struct synth_shape *s)
{
    cairo_t *pen = p->pen;
    cairo_surface_mark_dirty(p->surface); /* texts were drawn behind its back */
    set_colour(pen, s->colour);
    set_stroke(pen, s);
    switch (s->kind) {
    case SYNTH_LINE:
        cairo_move_to(pen, s->x, s->y);
        cairo_line_to(pen, s->x2, s->y2);
        cairo_stroke(pen);
        break;
    case SYNTH_RECT:
        cairo_rectangle(pen, s->x, s->y, s->x2 - s->x, s->y2 - s->y);
        cairo_stroke(pen);
        break;
    case SYNTH_FILL:
        cairo_rectangle(pen, s->x, s->y, s->x2 - s->x, s->y2 - s->y);
        cairo_fill(pen);
        break;
    case SYNTH_CHECK_BOX:
        draw_check_box(pen, s);
        break;
    case SYNTH_STAMP_RING:
        draw_ring(pen, s);
        break;
    case SYNTH_SCRAWL:
        draw_scrawl(pen, s);
        break;
    case SYNTH_BARS:
        draw_bars(pen, s);
        break;
    }
}

struct synth_fonts_canvas synth_draw_paper_canvas(struct synth_draw_paper *p,
                                                  struct synth_colour colour)
{
    cairo_surface_flush(p->surface);
    return (struct synth_fonts_canvas){
        .pixels = cairo_image_surface_get_data(p->surface),
        .stride = (size_t)cairo_image_surface_get_stride(p->surface),
        .width = cairo_image_surface_get_width(p->surface),
        .height = cairo_image_surface_get_height(p->surface),
        .step = 4,
        /* Cairo's pixel is a native 32-bit number 0xrrggbb: on the machines we run on, b comes
           first. */
        .colour = {colour.b, colour.g, colour.r},
        .alpha = colour.a,
    };
}

int synth_draw_paper_picture(struct synth_draw_paper *p, struct image **ret, struct err *e)
{
    if (cairo_status(p->pen) != CAIRO_STATUS_SUCCESS)
        return err_set(e, ERR_INTERNAL, "Cairo: %s", cairo_status_to_string(cairo_status(p->pen)));
    cairo_surface_flush(p->surface);
    int width = cairo_image_surface_get_width(p->surface);
    int height = cairo_image_surface_get_height(p->surface);
    const unsigned char *from = cairo_image_surface_get_data(p->surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(p->surface);
    struct image *im = image_create(width, height, 3);
    if (!im)
        return err_set(e, ERR_NOMEM, "no memory for a picture of %d by %d pixels", width, height);
    for (int y = 0; y < height; y++) {
        const unsigned char *s = from + (size_t)y * stride;
        unsigned char *d = im->pixels + (size_t)y * im->stride;
        for (int x = 0; x < width; x++, s += 4, d += 3) {
            d[0] = s[2];
            d[1] = s[1];
            d[2] = s[0];
        }
    }
    *ret = im;
    return 0;
}
