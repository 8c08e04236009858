/* Lines of words become texts of a scene; marks among them become shapes. */
#include "twinreader/synth/layout_run.h"

#include <math.h>

/* Where the baseline is in a line's box, in em. */
static const double baseline = 0.86;

static int nomem(struct layout_run *l)
{
    return err_set(l->e, ERR_NOMEM, "no memory for a paper");
}

int synth_layout_shape(struct layout_run *l, const struct synth_shape *s)
{
    return synth_scene_shape(l->scene, l->a, s) ? 0 : nomem(l);
}

int synth_layout_line(struct layout_run *l, double x, double y, double x2, double y2, double stroke,
                      int dash)
{
    return synth_layout_shape(l, &(struct synth_shape){.kind = SYNTH_LINE,
                                                       .x = x,
                                                       .y = y,
                                                       .x2 = x2,
                                                       .y2 = y2,
                                                       .width = stroke,
                                                       .dash = dash,
                                                       .colour = l->rule_colour});
}

/* A seal beside its mark, partly over it, with carving that nobody reads. */
static int put_stamp(struct layout_run *l, struct synth_shape s)
{
    double width = s.x2 - s.x, shift = synth_rng_real(l->r, 0, 0.35) * width;
    s.kind = SYNTH_STAMP_RING;
    s.over = true;
    s.round = synth_rng_chance(l->r, 0.6);
    s.width = 0.5;
    s.colour = (struct synth_colour){200, 30, 40, 190};
    s.x -= shift;
    s.x2 -= shift;
    int r = synth_layout_shape(l, &s);
    s.kind = SYNTH_SCRAWL;
    for (int i = 0; r == 0 && i < 3; i++) {
        struct synth_shape carved = s;
        carved.x = s.x + width * 0.22;
        carved.x2 = s.x2 - width * 0.22;
        carved.y = s.y + width * (0.18 + 0.22 * i);
        carved.y2 = carved.y + width * 0.2;
        carved.seed = s.seed + (uint32_t)i;
        r = synth_layout_shape(l, &carved);
    }
    return r;
}

/* What a clerk stamps: a word in a frame.  The word is a text like any other. */
static int put_seal(struct layout_run *l, const struct synth_shape *frame)
{
    static const char *const words[] = {"수납", "접수",       "확인", "영수",
                                        "사본", "원본대조필", "PAID"};
    const char *text = words[synth_rng_below(l->r, sizeof words / sizeof *words)];
    double height = frame->y2 - frame->y, room = (frame->x2 - frame->x) * 0.84;
    double at_ten = synth_layout_measure(l, l->bold_font, text);
    double size = fmin(height * 0.6 / LAYOUT_POINT, at_ten > 0 ? room * 10 / at_ten : 0);
    struct synth_shape s = *frame;
    struct synth_text t = {.text = text,
                           .font = l->bold_font,
                           .size = size,
                           .stretch = 1,
                           .colour = {200, 30, 40, 255},
                           .block = l->block,
                           .line = l->line};
    if (at_ten <= 0) /* the bold font lacks a letter: no seal */
        return 0;
    t.x = frame->x + (frame->x2 - frame->x - at_ten * size / 10) / 2;
    t.y = frame->y + height / 2 + 0.36 * size * LAYOUT_POINT;
    s.kind = SYNTH_RECT;
    s.width = 0.5;
    s.colour = t.colour;
    l->line++;
    int r = synth_layout_shape(l, &s);
    return r < 0 || synth_scene_text(l->scene, l->a, &t) ? r : nomem(l);
}

static int put_mark(struct layout_run *l, const struct layout_word *w, double x, double middle)
{
    double width = w->width * l->scale, height = w->height * l->scale;
    struct synth_shape s = {.x = x,
                            .y = middle - height / 2,
                            .x2 = x + width,
                            .y2 = middle + height / 2,
                            .width = 0.3,
                            .colour = l->value_colour,
                            .seed = (uint32_t)synth_rng_bits(l->r)};
    switch (w->mark) {
    case LAYOUT_SIGN:
        s.kind = SYNTH_SCRAWL;
        break;
    case LAYOUT_STAMP:
        return put_stamp(l, s);
    case LAYOUT_SEAL:
        return put_seal(l, &s);
    case LAYOUT_BARS:
        s.kind = SYNTH_BARS;
        break;
    case LAYOUT_RULE:
        return synth_layout_line(l, x, middle + height / 2, x + width, middle + height / 2, l->rule,
                                 0);
    default:
        return 0;
    }
    return synth_layout_shape(l, &s);
}

static int put_check(struct layout_run *l, const struct layout_word *w, double x, double bottom,
                     double em)
{
    return synth_layout_shape(l, &(struct synth_shape){.kind = SYNTH_CHECK_BOX,
                                                       .x = x,
                                                       .y = bottom - 0.78 * em,
                                                       .x2 = x + 0.8 * em,
                                                       .y2 = bottom + 0.02 * em,
                                                       .width = 0.2,
                                                       .on = w->on,
                                                       .colour = l->key_colour});
}

static struct synth_colour ink_of(const struct layout_run *l, const struct layout_word *w)
{
    if (l->on_dark)
        return (struct synth_colour){255, 255, 255, 255};
    return w->key || !w->field ? l->key_colour : l->value_colour;
}

/* Words of one kind become one text with the spaces of its font, so its end is measured again. */
static int put_run(struct layout_run *l, const struct layout_word *w, size_t count, double size,
                   double x, double y, double *ret_width)
{
    const char *text = w->text;
    for (size_t i = 1; i < count && text; i++)
        text = arena_printf(l->a, "%s %s", text, w[i].text);
    if (!text)
        return nomem(l);
    double width = synth_layout_measure(l, w->font, text);
    if (width <= 0)
        return err_set(l->e, ERR_INTERNAL, "a font has the words but not the line \"%s\"", text);
    *ret_width = synth_layout_width(l, width, text, size);
    struct synth_text t = {.text = text,
                           .font = w->font,
                           .size = synth_layout_size(l, w->font, size),
                           .x = x + (w->field && !w->key ? l->shift_x : 0),
                           .y = y + (w->field && !w->key ? l->shift_y : 0),
                           .spacing = l->spacing,
                           .stretch = l->stretch,
                           .colour = ink_of(l, w),
                           .block = l->block,
                           .line = l->line,
                           .field = w->field,
                           .is_key = w->key};
    return synth_scene_text(l->scene, l->a, &t) ? 0 : nomem(l);
}

/* The width a line will have once its words are joined. */
static int line_runs(struct layout_run *l, const struct layout_block *b, size_t line, double x,
                     double y, bool put, double *ret_end)
{
    double em = b->size * LAYOUT_POINT,
           bottom = y + b->line_height[line] / 2 + (baseline - 0.5) * em;
    int r = 0;
    for (size_t i = b->start[line], n; r == 0 && i < b->start[line + 1]; i += n) {
        const struct layout_word *w = &b->words.word[i];
        double width = synth_layout_word_width(l, w, b->size);
        n = 1;
        if (i > b->start[line])
            x += synth_layout_space(l, w - 1, w, b->size);
        if (w->kind == LAYOUT_W_MARK) {
            if (put)
                r = put_mark(l, w, x, y + b->line_height[line] / 2);
            x += width;
            continue;
        }
        if (w->kind == LAYOUT_W_CHECK) {
            if (put)
                r = put_check(l, w, x, bottom, em);
            x += LAYOUT_CHECK * em;
            width -= LAYOUT_CHECK * em;
        }
        while (i + n < b->start[line + 1] && synth_layout_joins(w, &b->words.word[i + n]))
            n++;
        if (put) {
            if (r == 0)
                r = put_run(l, w, n, b->size, x, bottom, &width);
        } else {
            for (size_t k = 1; k < n; k++)
                width += synth_layout_space(l, w, w + k, b->size) +
                         synth_layout_word_width(l, w + k, b->size);
        }
        x += width;
    }
    *ret_end = x;
    return r;
}

int synth_layout_put(struct layout_run *l, const struct layout_block *b, double x, double y,
                     double width, int align)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < b->lines; i++) {
        double end, room, at = x;
        r = line_runs(l, b, i, 0, y, false, &end);
        room = width - end;
        if (align == LAYOUT_CENTRE)
            at += room / 2;
        else if (align == LAYOUT_RIGHT)
            at += room;
        if (r == 0)
            r = line_runs(l, b, i, at, y, true, &end);
        y += b->line_height[i];
        l->line++;
    }
    return r;
}
