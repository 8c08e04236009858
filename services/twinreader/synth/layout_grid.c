/* Grids: cells that may span columns and rows, rows that repeat for a list, ruling. */
#include "twinreader/synth/layout_run.h"

#include <math.h>
#include <string.h>

/* A cell with its place. */
struct placed {
    const struct layout_cell *cell; /* NULL: empty, of a row that only fills up */
    size_t column, span, row, down;
    struct layout_block block;
    bool head;
};

struct table {
    const struct layout_grid *g;
    double *edge; /* column_count + 1 */
    double *y;    /* row_count + 1 */
    double *height;
    bool *head;
    size_t *free_at; /* per column: the first row that no cell from above reaches */
    size_t row_count, row_capacity;
    struct placed *cell;
    size_t count, capacity;
    enum layout_rules rules;
};

static int nomem(struct layout_run *l)
{
    return err_set(l->e, ERR_NOMEM, "no memory for a paper");
}

static int grow(struct layout_run *l, void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return 0;
    size_t more = *capacity ? *capacity * 2 : 32;
    void *copy = arena_array(l->a, more, size);
    if (!copy)
        return nomem(l);
    if (count)
        memcpy(copy, *items, count * size);
    *items = copy;
    *capacity = more;
    return 0;
}

static int add_row(struct layout_run *l, struct table *t, double height, bool head)
{
    void *heights = t->height;
    size_t capacity = t->row_capacity;
    int r = grow(l, &heights, t->row_count, &capacity, sizeof *t->height);
    void *heads = t->head;
    if (r == 0)
        r = grow(l, &heads, t->row_count, &t->row_capacity, sizeof *t->head);
    if (r < 0)
        return r;
    t->height = heights;
    t->head = heads;
    t->height[t->row_count] = height;
    t->head[t->row_count++] = head;
    return 0;
}

static double side_pad(const struct layout_run *l, const struct table *t)
{
    return t->g->pad * l->scale;
}

static int place(struct layout_run *l, struct table *t, const struct layout_cell *cell,
                 size_t *column, size_t down, bool head)
{
    size_t row = t->row_count - 1, columns = t->g->column_count;
    while (*column < columns && t->free_at[*column] > row)
        ++*column;
    size_t span = cell ? (size_t)cell->span : 1;
    if (*column + span > columns)
        return err_set(l->e, ERR_INTERNAL, "%s, layout %s: a row is too long", l->form->kind,
                       l->sheet->name);
    void *cells = t->cell;
    int r = grow(l, &cells, t->count, &t->capacity, sizeof *t->cell);
    if (r < 0)
        return r;
    t->cell = cells;
    struct placed *p = &t->cell[t->count++];
    *p = (struct placed){
        .cell = cell, .column = *column, .span = span, .row = row, .down = down, .head = head};
    for (size_t i = 0; i < span; i++)
        t->free_at[*column + i] = row + down;
    *column += span;
    if (!cell)
        return 0;
    double width = t->edge[p->column + span] - t->edge[p->column] - 2 * side_pad(l, t);
    r = synth_layout_break(l, &cell->text, l->size * l->scale * t->g->size * cell->size,
                           cell->bold || head, width, 1.25, &p->block);
    if (r == 0 && down == 1)
        t->height[row] = fmax(t->height[row], p->block.height + 0.8 * l->scale);
    return r;
}

/* One row of cells; `repeats` is how many rows a group cell covers, 0 where it already stands. */
static int add_cells(struct layout_run *l, struct table *t, const struct layout_row *row,
                     size_t repeats)
{
    size_t column = 0;
    double least = row->height > 0 ? row->height : t->g->height;
    int r = add_row(l, t, least * l->scale, row->head);
    for (size_t i = 0; r == 0 && i < row->count; i++) {
        const struct layout_cell *c = &row->cell[i];
        if (c->group && repeats == 0)
            continue;
        r = place(l, t, c, &column, c->group ? repeats : (size_t)c->down, row->head);
    }
    return r;
}

static int add_empty(struct layout_run *l, struct table *t)
{
    size_t column = 0;
    int r = add_row(l, t, t->g->height * l->scale, false);
    for (size_t i = 0; r == 0 && i < t->g->column_count; i++)
        if (t->free_at[i] < t->row_count) {
            column = i;
            r = place(l, t, NULL, &column, 1, false);
        }
    return r;
}

static int add_each(struct layout_run *l, struct table *t, const struct layout_row *row)
{
    const struct layout_rows *rows = &l->rows[row->list];
    size_t total = 0, first = (size_t)row->first, last = (size_t)row->last;
    int r = 0;
    for (size_t i = first; i <= last && i < rows->count; i++)
        total += row->all || rows->filled[i];
    size_t all = total < (size_t)row->least ? (size_t)row->least : total, done = 0;
    int list = l->list, at = l->row;
    for (size_t i = first; r == 0 && i <= last && i < rows->count; i++) {
        if (!row->all && !rows->filled[i])
            continue;
        l->list = row->list;
        l->row = (int)i;
        r = add_cells(l, t, row, done++ == 0 ? all : 0);
    }
    l->list = list;
    l->row = at;
    for (; r == 0 && done < all; done++)
        r = add_empty(l, t);
    return r;
}

static int add_rows(struct layout_run *l, struct table *t)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < t->g->row_count; i++) {
        const struct layout_row *row = &t->g->row[i];
        if (row->chance < 1 && !synth_rng_chance(l->r, row->chance))
            continue;
        r = row->list >= 0 ? add_each(l, t, row) : add_cells(l, t, row, 1);
    }
    return r;
}

/* Cells that reach down may need more than their rows have: the last of them grows. */
static void settle_heights(struct layout_run *l, struct table *t)
{
    double total = 0;
    for (size_t i = 0; i < t->count; i++) {
        struct placed *p = &t->cell[i];
        double have = 0;
        if (p->row + p->down > t->row_count)
            p->down = t->row_count - p->row;
        for (size_t k = 0; k < p->down; k++)
            have += t->height[p->row + k];
        double missing = p->block.height + 0.8 * l->scale - have;
        if (p->down > 1 && missing > 0)
            t->height[p->row + p->down - 1] += missing;
    }
    for (size_t i = 0; i < t->row_count; i++)
        total += t->height[i];
    if (l->tall > total)
        for (size_t i = 0; i < t->row_count; i++)
            t->height[i] *= l->tall / total;
}

static int choose_rules(struct layout_run *l, unsigned rules, enum layout_rules *ret)
{
    unsigned set[8], count = 0;
    for (unsigned bit = 1; bit <= LAYOUT_OPEN; bit <<= 1)
        if (rules & bit)
            set[count++] = bit;
    *ret = (enum layout_rules)set[l->rules % count];
    return 0;
}

static int rule_cell(struct layout_run *l, const struct table *t, const struct placed *p)
{
    double left = t->edge[p->column], right = t->edge[p->column + p->span];
    double top = t->y[p->row], bottom = t->y[p->row + p->down];
    bool inner = t->rules == LAYOUT_ALL || t->rules == LAYOUT_OPEN;
    int r = 0;
    if (p->row > 0 && (inner || t->rules == LAYOUT_ROWS ||
                       (t->rules == LAYOUT_HEAD && (t->head[p->row] || t->head[p->row - 1]))))
        r = synth_layout_line(l, left, top, right, top, l->rule, 0);
    if (r == 0 && p->column > 0 && inner)
        r = synth_layout_line(l, left, top, left, bottom, l->rule, 0);
    return r;
}

static int rule_outside(struct layout_run *l, const struct table *t)
{
    double left = t->edge[0], right = t->edge[t->g->column_count];
    double top = t->y[0], bottom = t->y[t->row_count], stroke = l->rule * 1.4;
    int r = 0;
    if (t->rules == LAYOUT_NONE)
        return 0;
    r = synth_layout_line(l, left, top, right, top, stroke, 0);
    if (r == 0)
        r = synth_layout_line(l, left, bottom, right, bottom, stroke, 0);
    if (t->rules == LAYOUT_HEAD || t->rules == LAYOUT_OPEN)
        return r;
    if (r == 0)
        r = synth_layout_line(l, left, top, left, bottom, stroke, 0);
    if (r == 0)
        r = synth_layout_line(l, right, top, right, bottom, stroke, 0);
    return r;
}

static int put_cell(struct layout_run *l, const struct table *t, const struct placed *p)
{
    double left = t->edge[p->column], right = t->edge[p->column + p->span];
    double top = t->y[p->row], bottom = t->y[p->row + p->down], pad = side_pad(l, t);
    bool shaded = p->cell && (p->cell->shade || (p->head && t->rules != LAYOUT_NONE)) && l->shade.a;
    int r = 0;
    if (shaded)
        r = synth_layout_shape(l, &(struct synth_shape){.kind = SYNTH_FILL,
                                                        .x = left,
                                                        .y = top,
                                                        .x2 = right,
                                                        .y2 = bottom,
                                                        .colour = l->shade});
    if (r == 0)
        r = rule_cell(l, t, p);
    if (r < 0 || !p->cell || p->block.lines == 0)
        return r;
    int align = p->cell->align >= 0 ? p->cell->align
                : p->head           ? LAYOUT_CENTRE
                                    : (int)t->g->align[p->column];
    l->on_dark = shaded && l->shade.g < 128;
    r = synth_layout_put(l, &p->block, left + pad, (top + bottom - p->block.height) / 2,
                         right - left - 2 * pad, align);
    l->on_dark = false;
    l->block++;
    return r;
}

int synth_layout_grid(struct layout_run *l, const struct layout_grid *g, double x, double width,
                      double *y)
{
    struct table t = {.g = g};
    double total = 0;
    t.edge = arena_array(l->a, g->column_count + 1, sizeof *t.edge);
    t.free_at = arena_array(l->a, g->column_count, sizeof *t.free_at);
    if (!t.edge || !t.free_at)
        return nomem(l);
    for (size_t i = 0; i < g->column_count; i++)
        total += g->column[i];
    t.edge[0] = x;
    for (size_t i = 0; i < g->column_count; i++)
        t.edge[i + 1] = t.edge[i] + width * g->column[i] / total;
    int r = choose_rules(l, g->rules, &t.rules);
    if (r == 0)
        r = add_rows(l, &t);
    if (r < 0)
        return r;
    settle_heights(l, &t);
    t.y = arena_array(l->a, t.row_count + 1, sizeof *t.y);
    if (!t.y)
        return nomem(l);
    t.y[0] = *y;
    for (size_t i = 0; i < t.row_count; i++)
        t.y[i + 1] = t.y[i] + t.height[i];
    for (size_t i = 0; r == 0 && i < t.count; i++)
        r = put_cell(l, &t, &t.cell[i]);
    if (r == 0)
        r = rule_outside(l, &t);
    if (r == 0)
        *y = t.y[t.row_count];
    return r;
}
