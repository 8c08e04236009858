/*
 * The parts of a form definition that are looked for on the sheet: places and grids.
 */
#include "twinreader/form_model.h"

#include <string.h>

enum { PLACES_MAX = 50, COLUMNS_MAX = 20 };

/* The list and column that a cell belongs to. */
static int read_cell(const struct form *f, const struct yaml_node *map, struct form_place *out,
                     struct err *e)
{
    const struct yaml_node *of = yaml_get(map, "of"), *column = yaml_get(map, "column");
    const char *name;
    if (!of && !column)
        return 0;
    if (!of || !column)
        return yaml_error(map, e, "must have both of and column, or neither");
    int r = form_model_field(f, of, &out->of, e);
    if (r == 0)
        r = yaml_to_string(column, &name, e);
    if (r < 0)
        return r;
    const struct form_list *list = &f->fields[out->of].list;
    for (size_t i = 0; list->grid.used && i < list->column_count; i++)
        if (strcmp(list->columns[i].name, name) == 0) {
            out->column = (int)i;
            return 0;
        }
    return yaml_error(column, e, "no grid column is called \"%s\"", name);
}

static int read_place(struct form *f, const struct yaml_node *n, enum form_type type,
                      struct form_place *ret, struct err *e)
{
    static const char *const keys[] = {"labels", "where",  "reach",    "gap",     "lines",  "take",
                                       "joined", "digits", "ticked",   "match",   "reject", "score",
                                       "of",     "column", "at_least", "at_most", NULL};
    struct form_place out = {.where = FORM_RIGHT,
                             .reach = type == FORM_TEXT ? 30 : 100,
                             .gap = type == FORM_TEXT ? 1.4 : 2.5,
                             .lines = 1,
                             .score = 0.8,
                             .at_most = 1e12,
                             .of = -1,
                             .column = -1};
    const struct yaml_node *v;
    int r;
    if (n->kind != YAML_MAP)
        return yaml_error(n, e, "must be a map");
    r = yaml_check_keys(n, keys, e);
    if (r == 0)
        r = form_model_take(n, &out.take_last, e);
    if (r == 0 && (v = yaml_get(n, "joined")))
        r = yaml_to_bool(v, &out.joined, e);
    if (r == 0 && (v = yaml_get(n, "ticked")))
        r = yaml_to_bool(v, &out.ticked, e);
    if (r == 0 && (v = yaml_get(n, "digits")))
        r = yaml_to_bool(v, &out.digits, e);
    if (r == 0)
        r = form_model_where(n, FORM_RIGHT | FORM_BELOW, &out.where, e);
    if (r == 0)
        r = read_cell(f, n, &out, e);
    if (r == 0)
        r = form_model_labels(f, n, "labels", &out.labels, e);
    if (r == 0)
        r = form_model_patterns(f, n, "match", &out.match, e);
    if (r == 0)
        r = form_model_patterns(f, n, "reject", &out.reject, e);
    if (r == 0)
        r = form_model_number(n, "reach", 0, 100, &out.reach, e);
    if (r == 0)
        r = form_model_number(n, "gap", 0, 100, &out.gap, e);
    if (r == 0)
        r = form_model_number(n, "score", 0, 1, &out.score, e);
    if (r == 0)
        r = form_model_sizes(n, &out.at_least, &out.at_most, e);
    if (r == 0)
        r = form_model_count(n, "lines", 1, 10, &out.lines, e);
    if (r == 0 && out.labels.count == 0 && (out.of >= 0 || out.match.count == 0) &&
        type == FORM_TEXT)
        r = yaml_error(n, e, "must have labels or a match");
    if (r == 0 && out.of >= 0 && (out.labels.count == 0 || type != FORM_AMOUNT))
        r = yaml_error(n, e, "a cell needs labels, and a field of type amount");
    if (r == 0)
        *ret = out;
    return r;
}

int form_model_read_places(struct form *f, const struct yaml_node *n, struct form_field *field,
                           struct err *e)
{
    const struct yaml_node *list = yaml_get(n, "places");
    void *items = NULL;
    int r = form_model_labels(f, n, "words", &field->words, e);
    if (r == 0 && field->words.count > 0 && field->type != FORM_TEXT)
        r = yaml_error(yaml_get(n, "words"), e, "is only for fields of type text");
    if (r < 0 || !list)
        return r;
    r = form_model_array(f, list, PLACES_MAX, sizeof *field->places, &items, e);
    field->places = items;
    for (size_t i = 0; r == 0 && i < list->count; i++)
        r = read_place(f, list->item[i], field->type, &field->places[field->place_count++], e);
    f->on_sheet = true;
    return r;
}

static int read_columns(struct form *f, const struct yaml_node *map, struct form_list *out,
                        struct err *e)
{
    static const char *const keys[] = {"name", "type", "heads", NULL};
    const struct yaml_node *n = yaml_get(map, "columns");
    void *items, *heads;
    if (!n)
        return yaml_error(map, e, "has no columns");
    int r = form_model_array(f, n, COLUMNS_MAX, sizeof *out->columns, &items, e);
    if (r == 0)
        r = form_model_array(f, n, COLUMNS_MAX, sizeof *out->grid.heads, &heads, e);
    if (r < 0)
        return r;
    out->columns = items;
    out->grid.heads = heads;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        const struct yaml_node *one = n->item[i], *name = NULL;
        size_t c = out->column_count++;
        r = one->kind == YAML_MAP ? yaml_check_keys(one, keys, e)
                                  : yaml_error(one, e, "must be a map");
        if (r == 0 && !(name = yaml_get(one, "name")))
            r = yaml_error(one, e, "has no name");
        if (r == 0)
            r = yaml_to_string(name, &out->columns[c].name, e);
        if (r == 0)
            r = form_model_type(one, &out->columns[c].type, e);
        if (r == 0 && out->columns[c].type == FORM_LIST)
            r = yaml_error(one, e, "a column cannot be a list");
        if (r == 0)
            r = form_model_labels(f, one, "heads", &out->grid.heads[c], e);
    }
    return r;
}

/* Which column tells what a row is about, and what may stand in it. */
static int read_names(struct form *f, const struct yaml_node *map, struct form_list *out,
                      struct err *e)
{
    static const char *const keys[] = {"column", "words", "only", NULL};
    const struct yaml_node *n = yaml_get(map, "names"), *column, *only;
    const char *name;
    if (!n)
        return 0;
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r < 0)
        return r;
    column = yaml_get(n, "column");
    if (!column)
        return yaml_error(n, e, "has no column");
    r = yaml_to_string(column, &name, e);
    for (size_t i = 0; r == 0 && i < out->column_count; i++)
        if (strcmp(out->columns[i].name, name) == 0)
            out->grid.name = (int)i;
    if (r == 0 && out->grid.name < 0)
        return yaml_error(column, e, "no column is called \"%s\"", name);
    if (r == 0)
        r = form_model_labels(f, n, "words", &out->grid.names, e);
    only = yaml_get(n, "only");
    if (r == 0 && only)
        r = yaml_to_bool(only, &out->grid.only_names, e);
    if (r == 0 && out->grid.only_names && out->grid.names.count == 0)
        r = yaml_error(n, e, "only needs words");
    return r;
}

int form_model_read_grid(struct form *f, const struct yaml_node *map, struct form_list *ret,
                         struct err *e)
{
    static const char *const keys[] = {"columns", "header_least", "ignored", "names", "end", NULL};
    struct form_list out = {
        .header_least = 2, .text_column = -1, .grid = {.name = -1, .used = true}};
    if (map->kind != YAML_MAP)
        return yaml_error(map, e, "must be a map");
    int r = yaml_check_keys(map, keys, e);
    if (r == 0)
        r = read_columns(f, map, &out, e);
    if (r == 0)
        r = read_names(f, map, &out, e);
    if (r == 0)
        r = form_model_count(map, "header_least", 1, COLUMNS_MAX, &out.header_least, e);
    if (r == 0)
        r = form_model_labels(f, map, "ignored", &out.grid.ignored, e);
    if (r == 0)
        r = form_model_labels(f, map, "end", &out.end, e);
    if (r == 0)
        *ret = out;
    f->on_sheet = true;
    return r;
}
