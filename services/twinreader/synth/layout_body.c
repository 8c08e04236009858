/* What a sheet is made of: texts, grids, lines, columns. */
#include "twinreader/synth/layout_model.h"

#include <stdlib.h>
#include <string.h>

enum { ELEMENTS_MAX = 80, GRID_COLUMNS = 32, GRID_ROWS = 80, PARTS_MAX = 12 };

static const char *const aligns[] = {"left", "center", "right", NULL};

static int read_align(const struct yaml_node *n, int *ret, struct err *e)
{
    return n ? yaml_to_enum(n, aligns, ret, e) : 0;
}

static int read_number(const struct yaml_node *map, const char *key, double least, double most,
                       double *ret, struct err *e)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n ? yaml_to_double(n, least, most, ret, e) : 0;
}

static int read_int(const struct yaml_node *map, const char *key, int least, int most, int *ret,
                    struct err *e)
{
    const struct yaml_node *n = yaml_get(map, key);
    int64_t v = 0;
    int r = n ? yaml_to_int(n, least, most, &v, e) : 0;
    if (n && r == 0)
        *ret = (int)v;
    return r;
}

static int read_bool(const struct yaml_node *map, const char *key, bool *ret, struct err *e)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n ? yaml_to_bool(n, ret, e) : 0;
}

static int read_list_name(const struct layout_form *f, const struct yaml_node *n, int *ret,
                          struct err *e)
{
    const char *name;
    int r = yaml_to_string(n, &name, e), unused;
    if (r == 0 && (!synth_layout_find(f, -1, name, strlen(name), &unused, ret) ||
                   f->value[*ret].kind != LAYOUT_LIST))
        return yaml_error(n, e, "\"%s\" is no list", name);
    return r;
}

static int read_cell(struct layout_form *f, const struct yaml_node *n, int list,
                     struct layout_cell *c, struct err *e)
{
    static const char *const keys[] = {"text", "span", "down",  "align", "shade",
                                       "bold", "size", "group", NULL};
    *c = (struct layout_cell){.span = 1, .down = 1, .align = -1, .size = 1};
    if (n->kind == YAML_SCALAR)
        return synth_layout_template_read(f, n, list, &c->text, e);
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e)
                                : yaml_error(n, e, "must be a text or a map");
    if (r == 0 && yaml_get(n, "text"))
        r = synth_layout_template_read(f, yaml_get(n, "text"), list, &c->text, e);
    if (r == 0)
        r = read_int(n, "span", 1, GRID_COLUMNS, &c->span, e);
    if (r == 0)
        r = read_int(n, "down", 1, GRID_ROWS, &c->down, e);
    if (r == 0)
        r = read_align(yaml_get(n, "align"), &c->align, e);
    if (r == 0)
        r = read_bool(n, "shade", &c->shade, e);
    if (r == 0)
        r = read_bool(n, "bold", &c->bold, e);
    if (r == 0)
        r = read_bool(n, "group", &c->group, e);
    if (r == 0)
        r = read_number(n, "size", 0.4, 4, &c->size, e);
    return r;
}

static int read_row(struct layout_form *f, const struct yaml_node *n, int list,
                    struct layout_row *row, struct err *e)
{
    static const char *const keys[] = {"cells", "each",   "first",  "last", "least",
                                       "head",  "height", "chance", "all",  NULL};
    const struct yaml_node *cells = n, *v;
    *row = (struct layout_row){.list = -1, .last = GRID_ROWS, .chance = 1};
    int r = 0;
    if (n->kind == YAML_MAP) {
        r = yaml_check_keys(n, keys, e);
        if (r == 0 && !(cells = yaml_get(n, "cells")))
            r = yaml_error(n, e, "has no cells");
        if (r == 0 && (v = yaml_get(n, "each")))
            r = read_list_name(f, v, &row->list, e);
        if (r == 0)
            r = read_int(n, "first", 0, GRID_ROWS, &row->first, e);
        if (r == 0)
            r = read_int(n, "last", 0, GRID_ROWS, &row->last, e);
        if (r == 0)
            r = read_int(n, "least", 0, GRID_ROWS, &row->least, e);
        if (r == 0)
            r = read_bool(n, "head", &row->head, e);
        if (r == 0)
            r = read_bool(n, "all", &row->all, e);
        if (r == 0)
            r = read_number(n, "height", 1, 100, &row->height, e);
        if (r == 0)
            r = read_number(n, "chance", 0, 1, &row->chance, e);
    }
    if (r < 0)
        return r;
    if (cells->kind != YAML_LIST || cells->count > GRID_COLUMNS)
        return yaml_error(cells, e, "must be a list of at most %d cells", GRID_COLUMNS);
    row->cell = arena_array(f->arena, cells->count + 1, sizeof *row->cell);
    if (!row->cell)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    for (size_t i = 0; r == 0 && i < cells->count; i++) {
        r = read_cell(f, cells->item[i], row->list >= 0 ? row->list : list, &row->cell[i], e);
        row->count += r == 0;
    }
    return r;
}

static int read_rules(const struct yaml_node *n, unsigned *ret, struct err *e)
{
    static const char *const names[] = {"all", "rows", "outer", "none", "head", "open", NULL};
    size_t count = n->kind == YAML_LIST ? n->count : 1;
    int r = 0, choice = 0;
    *ret = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = yaml_to_enum(n->kind == YAML_LIST ? n->item[i] : n, names, &choice, e);
        *ret |= r == 0 ? 1u << choice : 0;
    }
    return r;
}

static int read_widths(struct layout_form *f, const struct yaml_node *n, double **ret,
                       size_t *ret_count, struct err *e)
{
    if (!n || n->kind != YAML_LIST || n->count == 0 || n->count > GRID_COLUMNS)
        return yaml_error(n, e, "must be a list of 1 to %d widths", GRID_COLUMNS);
    double *width = arena_array(f->arena, n->count, sizeof *width);
    int r = 0;
    if (!width)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    for (size_t i = 0; r == 0 && i < n->count; i++)
        r = yaml_to_double(n->item[i], 0.1, 1000, &width[i], e);
    if (r == 0) {
        *ret = width;
        *ret_count = n->count;
    }
    return r;
}

/* Every row fills its columns, counting cells that reach down from above. */
static int check_rows(const struct yaml_node *rows, const struct layout_grid *g, struct err *e)
{
    int down[GRID_COLUMNS] = {0};
    for (size_t i = 0; i < g->row_count; i++) {
        size_t at = 0, from;
        for (size_t c = 0; c < g->row[i].count; c++) {
            while (at < g->column_count && down[at] > 0)
                at++;
            from = at;
            at += (size_t)g->row[i].cell[c].span;
            if (at > g->column_count)
                return yaml_error(rows->item[i], e, "has more than %zu columns", g->column_count);
            for (; from < at; from++)
                down[from] = g->row[i].cell[c].down;
        }
        while (at < g->column_count && down[at] > 0)
            at++;
        if (at != g->column_count)
            return yaml_error(rows->item[i], e, "has fewer than %zu columns", g->column_count);
        for (size_t c = 0; c < g->column_count; c++)
            down[c] -= down[c] > 0;
    }
    return 0;
}

static int read_grid(struct layout_form *f, const struct yaml_node *n, int list,
                     struct layout_grid **ret, struct err *e)
{
    static const char *const keys[] = {"columns", "align", "rules", "height",
                                       "size",    "pad",   "rows",  NULL};
    struct layout_grid *g = arena_alloc(f->arena, sizeof *g);
    const struct yaml_node *align, *rows, *rules;
    if (!g)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    *g = (struct layout_grid){.rules = LAYOUT_ALL, .height = 5, .size = 1, .pad = 1};
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r == 0 && !yaml_get(n, "columns"))
        r = yaml_error(n, e, "has no columns");
    if (r == 0)
        r = read_widths(f, yaml_get(n, "columns"), &g->column, &g->column_count, e);
    if (r == 0)
        r = read_number(n, "height", 1, 100, &g->height, e);
    if (r == 0)
        r = read_number(n, "size", 0.4, 4, &g->size, e);
    if (r == 0)
        r = read_number(n, "pad", 0, 10, &g->pad, e);
    if (r == 0 && (rules = yaml_get(n, "rules")))
        r = read_rules(rules, &g->rules, e);
    if (r < 0)
        return r;
    g->align = arena_array(f->arena, g->column_count, sizeof *g->align);
    rows = yaml_get(n, "rows");
    if (!rows || rows->kind != YAML_LIST || rows->count == 0 || rows->count > GRID_ROWS)
        return yaml_error(rows ? rows : n, e, "there must be rows, 1 to %d", GRID_ROWS);
    g->row = arena_array(f->arena, rows->count, sizeof *g->row);
    if (!g->align || !g->row)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    if ((align = yaml_get(n, "align")) &&
        (align->kind != YAML_LIST || align->count != g->column_count))
        return yaml_error(align, e, "must be a list, one for each column");
    for (size_t i = 0; r == 0 && align && i < align->count; i++) {
        int v = 0;
        r = read_align(align->item[i], &v, e);
        g->align[i] = (enum layout_align)v;
    }
    for (size_t i = 0; r == 0 && i < rows->count; i++) {
        r = read_row(f, rows->item[i], list, &g->row[i], e);
        g->row_count += r == 0;
    }
    if (r == 0)
        r = check_rows(rows, g, e);
    if (r == 0)
        *ret = g;
    return r;
}

/* A list of lists of elements. */
static int read_parts(struct layout_form *f, const struct yaml_node *n, int list,
                      struct layout_element *t, struct err *e)
{
    if (n->kind != YAML_LIST || n->count == 0 || n->count > PARTS_MAX)
        return yaml_error(n, e, "must be a list of 1 to %d lists", PARTS_MAX);
    t->part = arena_array(f->arena, n->count, sizeof *t->part);
    if (!t->part)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    int r = 0;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        r = synth_layout_body_read(f, n->item[i], list, &t->part[i], e);
        t->part_count += r == 0;
    }
    return r;
}

static int read_part(struct layout_form *f, const struct yaml_node *n, int list,
                     struct layout_element *t, struct err *e)
{
    t->part = arena_array(f->arena, 1, sizeof *t->part);
    if (!t->part)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    t->part_count = 1;
    return synth_layout_body_read(f, n, list, t->part, e);
}

static int read_columns(struct layout_form *f, const struct yaml_node *map, int list,
                        struct layout_element *t, struct err *e)
{
    const struct yaml_node *widths = yaml_get(map, "widths");
    size_t count = 0;
    int r = read_parts(f, yaml_get(map, "columns"), list, t, e);
    if (r == 0 && !widths)
        return yaml_error(map, e, "has no widths");
    if (r == 0)
        r = read_widths(f, widths, &t->width, &count, e);
    if (r == 0 && count != t->part_count)
        r = yaml_error(widths, e, "must be one for each column");
    return r;
}

static int read_gap(const struct yaml_node *n, struct layout_element *t, struct err *e)
{
    if (n->text && strcmp(n->text, "rest") == 0) {
        t->kind = LAYOUT_E_REST;
        return 0;
    }
    return yaml_to_double(n, 0, 200, &t->space, e);
}

static int read_what(struct layout_form *f, const struct yaml_node *map, const struct yaml_node *n,
                     int list, struct layout_element *t, struct err *e)
{
    static const char *const dashes[] = {"solid", "dotted", "dashed", NULL};
    const struct yaml_node *inner;
    int r;
    switch (t->kind) {
    case LAYOUT_E_TEXT:
        return synth_layout_template_read(f, n, list, &t->text, e);
    case LAYOUT_E_GRID:
        return read_grid(f, n, list, &t->grid, e);
    case LAYOUT_E_GAP:
        return read_gap(n, t, e);
    case LAYOUT_E_LINE:
        return yaml_to_enum(n, dashes, &t->dash, e);
    case LAYOUT_E_COLUMNS:
        return read_columns(f, map, list, t, e);
    case LAYOUT_E_BOX:
        return read_part(f, n, list, t, e);
    case LAYOUT_E_ANY:
        return read_parts(f, n, list, t, e);
    case LAYOUT_E_EACH:
        if (!(inner = yaml_get(map, "do")))
            return yaml_error(map, e, "has nothing to do");
        r = read_list_name(f, n, &t->list, e);
        return r == 0 ? read_part(f, inner, t->list, t, e) : r;
    case LAYOUT_E_REST:
        break;
    }
    return yaml_error(n, e, "cannot stand here");
}

static int read_element(struct layout_form *f, const struct yaml_node *n, int list,
                        struct layout_element *t, struct err *e)
{
    static const char *const keys[] = {
        "text",    "grid",   "gap",   "line", "columns", "box", "any",    "each",    "do", "widths",
        "between", "chance", "align", "size", "bold",    "pad", "indent", "leading", NULL};
    static const enum layout_element_kind kinds[] = {LAYOUT_E_TEXT, LAYOUT_E_GRID,    LAYOUT_E_GAP,
                                                     LAYOUT_E_LINE, LAYOUT_E_COLUMNS, LAYOUT_E_BOX,
                                                     LAYOUT_E_ANY,  LAYOUT_E_EACH};
    const struct yaml_node *what = NULL, *v;
    *t = (struct layout_element){.chance = 1, .size = 1, .leading = 1.35, .list = -1};
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    for (size_t i = 0; r == 0 && i < sizeof kinds / sizeof *kinds; i++)
        if ((v = yaml_get(n, keys[i]))) {
            if (what)
                return yaml_error(v, e, "is one too many beside %s", what->key);
            what = v;
            t->kind = kinds[i];
        }
    if (r == 0 && !what)
        r = yaml_error(n, e, "says nothing that could be set");
    if (r == 0)
        r = read_what(f, n, what, list, t, e);
    if (r == 0)
        r = read_number(n, "chance", 0, 1, &t->chance, e);
    if (r == 0)
        r = read_number(n, "size", 0.4, 6, &t->size, e);
    if (r == 0)
        r = read_number(n, "indent", 0, 150, &t->indent, e);
    if (r == 0)
        r = read_number(n, "leading", 1.25, 4, &t->leading, e);
    if (r == 0)
        r = read_number(n, t->kind == LAYOUT_E_BOX ? "pad" : "between", 0, 50, &t->space, e);
    if (r == 0)
        r = read_bool(n, "bold", &t->bold, e);
    if (r == 0)
        r = read_align(yaml_get(n, "align"), &t->align, e);
    return r;
}

int synth_layout_body_read(struct layout_form *f, const struct yaml_node *n, int list,
                           struct layout_flow *ret, struct err *e)
{
    struct layout_flow flow = {0};
    if (n->kind != YAML_LIST || n->count > ELEMENTS_MAX)
        return yaml_error(n, e, "must be a list of at most %d", ELEMENTS_MAX);
    flow.element = arena_array(f->arena, n->count + 1, sizeof *flow.element);
    if (!flow.element)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    int r = 0;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        r = read_element(f, n->item[i], list, &flow.element[i], e);
        flow.count += r == 0;
    }
    if (r == 0)
        *ret = flow;
    return r;
}
