/* What stands below one another: texts, grids, lines, columns side by side, boxes. */
#include "twinreader/synth/layout_run.h"

#include <math.h>

static int put_text(struct layout_run *l, const struct layout_element *t, double x, double width,
                    double *y)
{
    struct layout_block b;
    double indent = t->indent * l->scale;
    int r = synth_layout_break(l, &t->text, l->size * l->scale * t->size, t->bold, width - indent,
                               t->leading, &b);
    if (r == 0)
        r = synth_layout_put(l, &b, x + indent, *y, width - indent, t->align);
    if (r == 0) {
        l->block++;
        *y += b.height;
    }
    return r;
}

/* Where a run is, to go back to after measuring. */
struct mark {
    struct synth_rng r;
    size_t texts, shapes;
    int block, line;
    double tall;
};

static struct mark mark(const struct layout_run *l)
{
    return (struct mark){*l->r,  l->scene->text_count, l->scene->shape_count, l->block, l->line,
                         l->tall};
}

static void go_back(struct layout_run *l, const struct mark *m)
{
    *l->r = m->r;
    l->scene->text_count = m->texts;
    l->scene->shape_count = m->shapes;
    l->block = m->block;
    l->line = m->line;
    l->tall = m->tall;
}

/* Parts side by side; set twice, so that grids beside one another end on one line. */
static int put_columns(struct layout_run *l, const struct layout_element *t, double x, double width,
                       double *y)
{
    double total = 0, between = t->space * l->scale, deepest = *y;
    double room = width - between * (double)(t->part_count - 1);
    struct mark start = mark(l);
    int r = 0;
    for (size_t i = 0; i < t->part_count; i++)
        total += t->width[i];
    for (int pass = 0; r == 0 && pass < 2; pass++) {
        double left = x;
        if (pass == 1)
            go_back(l, &start);
        for (size_t i = 0; r == 0 && i < t->part_count; i++) {
            double own = room * t->width[i] / total, bottom = *y;
            bool grid = t->part[i].count == 1 && t->part[i].element->kind == LAYOUT_E_GRID;
            l->tall = pass == 1 && grid ? deepest - *y : 0;
            r = synth_layout_flow(l, &t->part[i], left, own, &bottom);
            deepest = fmax(deepest, bottom);
            left += own + between;
        }
    }
    l->tall = 0;
    if (r == 0)
        *y = deepest;
    return r;
}

static int put_box(struct layout_run *l, const struct layout_element *t, double x, double width,
                   double *y)
{
    double pad = t->space * l->scale, bottom = *y + pad;
    int r = synth_layout_flow(l, t->part, x + pad, width - 2 * pad, &bottom);
    bottom += pad;
    if (r == 0)
        r = synth_layout_shape(l, &(struct synth_shape){.kind = SYNTH_RECT,
                                                        .x = x,
                                                        .y = *y,
                                                        .x2 = x + width,
                                                        .y2 = bottom,
                                                        .width = l->rule,
                                                        .colour = l->rule_colour});
    if (r == 0)
        *y = bottom;
    return r;
}

static int put_each(struct layout_run *l, const struct layout_element *t, double x, double width,
                    double *y)
{
    int list = l->list, row = l->row, r = 0;
    for (size_t i = 0; r == 0 && i < l->rows[t->list].count; i++) {
        if (!l->rows[t->list].filled[i])
            continue;
        l->list = t->list;
        l->row = (int)i;
        r = synth_layout_flow(l, t->part, x, width, y);
    }
    l->list = list;
    l->row = row;
    return r;
}

static int put_element(struct layout_run *l, const struct layout_element *t, double x, double width,
                       double *y)
{
    int r = 0;
    switch (t->kind) {
    case LAYOUT_E_TEXT:
        return put_text(l, t, x, width, y);
    case LAYOUT_E_GRID:
        return synth_layout_grid(l, t->grid, x, width, y);
    case LAYOUT_E_GAP:
        *y += t->space * l->scale;
        return 0;
    case LAYOUT_E_REST:
        l->has_rest = true;
        *y += l->rest;
        return 0;
    case LAYOUT_E_LINE:
        *y += 0.8 * l->scale;
        r = synth_layout_line(l, x, *y, x + width, *y, l->rule, t->dash);
        *y += 0.8 * l->scale;
        return r;
    case LAYOUT_E_COLUMNS:
        return put_columns(l, t, x, width, y);
    case LAYOUT_E_BOX:
        return put_box(l, t, x, width, y);
    case LAYOUT_E_EACH:
        return put_each(l, t, x, width, y);
    case LAYOUT_E_ANY:
        return synth_layout_flow(l, &t->part[synth_rng_below(l->r, (uint32_t)t->part_count)], x,
                                 width, y);
    }
    return r;
}

int synth_layout_flow(struct layout_run *l, const struct layout_flow *f, double x, double width,
                      double *y)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < f->count; i++) {
        const struct layout_element *t = &f->element[i];
        if (t->chance < 1 && !synth_rng_chance(l->r, t->chance))
            continue;
        r = put_element(l, t, x, width, y);
    }
    return r;
}
