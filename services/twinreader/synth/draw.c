#include "twinreader/synth/draw.h"

#include "twinreader/geometry.h"
#include "twinreader/synth/draw_label.h"
#include "twinreader/synth/draw_paper.h"
#include "twinreader/synth/draw_text.h"

#include <math.h>
#include <string.h>

enum { MAX_SIDE = 16000 };

static const double MM_PER_POINT = 25.4 / 72;

struct page {
    struct synth_draw_paper *paper;
    struct synth_fonts *fonts;
    struct synth_label *label;
    double *turn; /* of each word of the label */
    struct arena *arena;
    double scale; /* pixels a millimetre */
};

/* Makes the word of chars[0..count-1]. */
static int add_word(struct page *p, const struct synth_text *t, const struct synth_draw_char *chars,
                    size_t count, struct err *e)
{
    struct synth_label_char *own = arena_array(p->arena, count, sizeof *own);
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += strlen(chars[i].label.text);
    char *text = arena_alloc(p->arena, len + 1);
    if (!own || !text)
        return err_set(e, ERR_NOMEM, "a page's labels exceed their memory");
    struct synth_draw_frame box = {.turn = t->turn};
    char *end = text;
    for (size_t i = 0; i < count; i++) {
        own[i] = chars[i].label;
        end = stpcpy(end, own[i].text);
        synth_draw_label_add(&box, &own[i].box);
    }
    p->turn[p->label->word_count] = t->turn;
    p->label->words[p->label->word_count++] = (struct synth_label_word){
        .text = text,
        .box = synth_draw_label_quad(&box),
        .chars = own,
        .char_count = count,
        .font = t->font,
        .field = t->field,
        .is_key = t->is_key,
        .block = t->block,
        .line = t->line,
    };
    return 0;
}

static int draw_text(struct page *p, const struct synth_text *t, struct err *e)
{
    struct synth_fonts_canvas canvas = synth_draw_paper_canvas(p->paper, t->colour);
    struct synth_draw_setting setting = {
        .em = t->size * MM_PER_POINT * p->scale,
        .stretch = t->stretch,
        .spacing = t->spacing * p->scale,
        .turn = t->turn,
        .x = t->x * p->scale,
        .y = t->y * p->scale,
    };
    struct synth_draw_char *chars;
    size_t count;
    if (!(t->size > 0 && t->stretch > 0))
        return err_set(e, ERR_USAGE, "text \"%s\" has no size", t->text);
    int code =
        synth_draw_text(t->text, p->fonts, t->font, &setting, &canvas, p->arena, &chars, &count, e);
    if (code)
        return err_wrap(e, "text \"%s\" of block %d", t->text, t->block);
    for (size_t i = 0, n; !code && i < count; i += n) {
        for (n = 1; i + n < count && !chars[i + n].first;)
            n++;
        code = add_word(p, t, chars + i, n, e);
    }
    return code;
}

static size_t most_words(const struct synth_scene *s)
{
    size_t n = 1;
    for (size_t i = 0; i < s->text_count; i++) {
        n++;
        for (const char *c = s->texts[i].text; *c; c++)
            n += *c == ' ';
    }
    return n;
}

/* Nobody reads what an opaque patch covers by more than half. */
static void hide_under(struct synth_label *label, const struct synth_shape *s, double scale)
{
    if (!s->over || s->kind != SYNTH_FILL || s->colour.a < 230)
        return;
    for (size_t i = 0; i < label->word_count; i++) {
        struct geometry_box b = geometry_bounds(&label->words[i].box);
        double w = fmin((double)b.x1, s->x2 * scale) - fmax((double)b.x0, s->x * scale);
        double h = fmin((double)b.y1, s->y2 * scale) - fmax((double)b.y0, s->y * scale);
        if (w > 0 && h > 0 && w * h > 0.5 * (double)(b.x1 - b.x0) * (double)(b.y1 - b.y0))
            label->words[i].hidden = true;
    }
}

static void draw_shapes(struct page *p, const struct synth_scene *s, bool over)
{
    for (size_t i = 0; i < s->shape_count; i++) {
        if (s->shapes[i].over == over) {
            synth_draw_paper_shape(p->paper, &s->shapes[i]);
            hide_under(p->label, &s->shapes[i], p->scale);
        }
    }
}

static int draw_scene(struct page *p, const struct synth_scene *s, struct image **ret,
                      struct err *e)
{
    size_t room = most_words(s);
    p->label->words = arena_array(p->arena, room, sizeof *p->label->words);
    p->turn = arena_array(p->arena, room, sizeof *p->turn);
    if (!p->label->words || !p->turn)
        return err_set(e, ERR_NOMEM, "a page's labels exceed their memory");
    draw_shapes(p, s, false);
    int code = 0;
    for (size_t i = 0; !code && i < s->text_count; i++)
        code = draw_text(p, &s->texts[i], e);
    if (!code)
        code = synth_draw_label_lines(p->label, p->turn, p->arena, e);
    if (code)
        return code;
    draw_shapes(p, s, true);
    return synth_draw_paper_picture(p->paper, ret, e);
}

int synth_draw(const struct synth_scene *s, struct synth_fonts *f, double dpi, struct arena *a,
               struct image **ret_picture, struct synth_label **ret_label, struct err *e)
{
    if (!(dpi >= 50 && dpi <= 600))
        return err_set(e, ERR_USAGE, "%g dots per inch is not within 50..600", dpi);
    double scale = dpi / 25.4;
    double width = round(s->width * scale), height = round(s->height * scale);
    if (!(width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE))
        return err_set(e, ERR_LIMIT, "paper of %g by %g mm at %g dots per inch", s->width,
                       s->height, dpi);
    struct page p = {.fonts = f, .arena = a, .scale = scale};
    p.label = arena_alloc(a, sizeof *p.label);
    if (!p.label)
        return err_set(e, ERR_NOMEM, "a page's labels exceed their memory");
    *p.label = (struct synth_label){
        .width = (int)width,
        .height = (int)height,
        .dpi = dpi,
        .kind = s->kind,
        .layout = s->layout,
        .degradation = "clean",
        .facts = s->facts,
        .fact_count = s->fact_count,
    };
    int code = synth_draw_paper_create((int)width, (int)height, scale, s->paper, &p.paper, e);
    if (!code)
        code = draw_scene(&p, s, ret_picture, e);
    if (!code)
        *ret_label = p.label;
    synth_draw_paper_destroy(p.paper);
    return code;
}
