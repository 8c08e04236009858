/*
 * The parts of a form definition that say where a value stands: rules and tables.
 */
#include "twinreader/form_model.h"

#include <string.h>

enum { COLUMNS_MAX = 20, ROW_PATTERNS_MAX = 40 };

static int read_prefer(const struct yaml_node *map, struct form_rule *out, struct err *e)
{
    static const char *const keys[] = {"first", "last", "tall", "attached", NULL};
    const struct yaml_node *n = yaml_get(map, "prefer");
    if (!n)
        return 0;
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r == 0)
        r = form_model_number(n, "first", 0, 1, &out->first, e);
    if (r == 0)
        r = form_model_number(n, "last", 0, 1, &out->last, e);
    if (r == 0)
        r = form_model_number(n, "tall", 0, 1, &out->tall, e);
    if (r == 0)
        r = form_model_number(n, "attached", 0, 1, &out->attached, e);
    return r;
}

static int read_choices(struct form *f, const struct yaml_node *n, struct form_rule *out,
                        struct err *e)
{
    static const char *const at[] = {"any", "start", NULL};
    const struct yaml_node *v;
    int choice, r = 0;
    if ((v = yaml_get(n, "at"))) {
        r = yaml_to_enum(v, at, &choice, e);
        out->at_start = r == 0 && choice == 1;
    }
    if (r == 0)
        r = form_model_take(n, &out->take_last, e);
    if (r == 0 && (v = yaml_get(n, "in")))
        r = form_model_region(f, v, &out->region, e);
    if (r == 0 && (v = yaml_get(n, "after")))
        r = form_model_field(f, v, &out->after, e);
    return r;
}

static const char *const amount_only[] = {"at_least", "at_most", NULL};
static const char *const text_only[] = {"join_previous", "after",       "lines", "start",
                                        "until",         "until_match", "skip",  NULL};

int form_model_read_rule(struct form *f, const struct yaml_node *n, enum form_type type,
                         struct form_rule *ret, struct err *e)
{
    static const char *const keys[] = {
        "labels", "with",        "unless", "alone",    "at",      "where",         "take",  "match",
        "reject", "rows",        "in",     "score",    "prefer",  "join_previous", "after", "lines",
        "until",  "until_match", "skip",   "at_least", "at_most", "start",         NULL};
    if (n->kind != YAML_MAP)
        return yaml_error(n, e, "must be a map");
    struct form_rule out = {
        .region = -1,
        .after = -1,
        .lines = 6,
        .score = 0.5,
        .at_most = 1e12,
        .where = type == FORM_TEXT ? FORM_LINE : FORM_RIGHT,
        .take_last = type == FORM_AMOUNT,
    };
    int r = yaml_check_keys(n, keys, e);
    for (size_t i = 0; r == 0 && type != FORM_TEXT && text_only[i]; i++)
        if (yaml_get(n, text_only[i]))
            r = yaml_error(yaml_get(n, text_only[i]), e, "is only for fields of type text");
    for (size_t i = 0; r == 0 && type != FORM_AMOUNT && amount_only[i]; i++)
        if (yaml_get(n, amount_only[i]))
            r = yaml_error(yaml_get(n, amount_only[i]), e, "is only for fields of type amount");
    struct {
        const char *key;
        struct form_labels *labels;
    } phrases[] = {{"labels", &out.labels},
                   {"with", &out.with},
                   {"unless", &out.unless},
                   {"alone", &out.alone},
                   {"until", &out.until}};
    struct {
        const char *key;
        struct form_patterns *patterns;
    } patterns[] = {{"match", &out.match},
                    {"reject", &out.reject},
                    {"join_previous", &out.join_previous},
                    {"start", &out.start},
                    {"until_match", &out.until_match},
                    {"skip", &out.skip}};
    for (size_t i = 0; r == 0 && i < sizeof phrases / sizeof *phrases; i++)
        r = form_model_labels(f, n, phrases[i].key, phrases[i].labels, e);
    for (size_t i = 0; r == 0 && i < sizeof patterns / sizeof *patterns; i++)
        r = form_model_patterns(f, n, patterns[i].key, patterns[i].patterns, e);
    if (r == 0)
        r = form_model_where(n, FORM_RIGHT | FORM_BELOW | FORM_LINE, &out.where, e);
    if (r == 0)
        r = read_choices(f, n, &out, e);
    if (r == 0)
        r = read_prefer(n, &out, e);
    if (r == 0)
        r = form_model_number(n, "score", 0, 1, &out.score, e);
    if (r == 0)
        r = form_model_sizes(n, &out.at_least, &out.at_most, e);
    if (r == 0)
        r = form_model_count(n, "rows", 1, 1000, &out.rows, e);
    if (r == 0)
        r = form_model_count(n, "lines", 1, 20, &out.lines, e);
    if (r == 0)
        *ret = out;
    return r;
}

static int find_column(const struct form_list *list, const struct yaml_node *n, int *ret,
                       struct err *e)
{
    const char *name;
    int r = yaml_to_string(n, &name, e);
    if (r < 0)
        return r;
    for (size_t i = 0; i < list->column_count; i++)
        if (strcmp(list->columns[i].name, name) == 0) {
            *ret = (int)i;
            return 0;
        }
    return yaml_error(n, e, "no column is called \"%s\"", name);
}

static int read_columns(struct form *f, const struct yaml_node *map, struct form_list *out,
                        struct err *e)
{
    static const char *const keys[] = {"name", "type", NULL};
    const struct yaml_node *n = yaml_get(map, "columns");
    void *items;
    if (!n)
        return yaml_error(map, e, "has no columns");
    int r = form_model_array(f, n, COLUMNS_MAX, sizeof *out->columns, &items, e);
    if (r < 0)
        return r;
    out->columns = items;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        const struct yaml_node *one = n->item[i], *name = NULL;
        struct form_column *column = &out->columns[out->column_count++];
        r = one->kind == YAML_MAP ? yaml_check_keys(one, keys, e)
                                  : yaml_error(one, e, "must be a map");
        if (r == 0 && !(name = yaml_get(one, "name")))
            r = yaml_error(one, e, "has no name");
        if (r == 0)
            r = yaml_to_string(name, &column->name, e);
        if (r == 0)
            r = form_model_type(one, &column->type, e);
        if (r == 0 && column->type == FORM_LIST)
            r = yaml_error(one, e, "a column cannot be a list");
    }
    return r;
}

static int read_row_pattern(struct form *f, const struct yaml_node *n, const struct form_list *list,
                            struct form_row_pattern *out, struct err *e)
{
    static const char *const keys[] = {"match", "columns", "head", NULL};
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r < 0)
        return r;
    const struct yaml_node *match = yaml_get(n, "match"), *columns = yaml_get(n, "columns");
    if (!match || !columns || columns->kind != YAML_LIST)
        return yaml_error(n, e, "must have a match and a list of columns");
    r = form_model_pattern(f, match, &out->pattern, e);
    if (r < 0)
        return r;
    out->groups = pattern_group_count(out->pattern);
    if ((size_t)out->groups != columns->count)
        return yaml_error(columns, e, "must name %d columns, one for each group of the pattern",
                          out->groups);
    for (int g = 0; r == 0 && g < out->groups; g++)
        r = find_column(list, columns->item[g], &out->column[g], e);
    if (r == 0)
        r = form_model_labels(f, n, "head", &out->head, e);
    return r;
}

int form_model_read_list(struct form *f, const struct yaml_node *map, struct form_list *ret,
                         struct err *e)
{
    static const char *const keys[] = {"header", "header_least", "end",  "alone", "columns",
                                       "rows",   "text",         "code", "skip",  NULL};
    struct form_list out = {.header_least = 2, .text_column = -1};
    if (map->kind != YAML_MAP)
        return yaml_error(map, e, "must be a map");
    int r = yaml_check_keys(map, keys, e);
    if (r == 0)
        r = form_model_labels(f, map, "header", &out.header, e);
    if (r == 0)
        r = form_model_count(map, "header_least", 1, 20, &out.header_least, e);
    if (r == 0)
        r = form_model_labels(f, map, "end", &out.end, e);
    if (r == 0)
        r = form_model_labels(f, map, "alone", &out.alone, e);
    if (r == 0)
        r = form_model_patterns(f, map, "code", &out.code, e);
    if (r == 0)
        r = form_model_patterns(f, map, "skip", &out.skip, e);
    if (r == 0)
        r = read_columns(f, map, &out, e);
    const struct yaml_node *rows = yaml_get(map, "rows"), *text = yaml_get(map, "text");
    if (r == 0 && text)
        r = find_column(&out, text, &out.text_column, e);
    if (r == 0 && !rows)
        r = yaml_error(map, e, "has no rows");
    void *items;
    if (r == 0)
        r = form_model_array(f, rows, ROW_PATTERNS_MAX, sizeof *out.rows, &items, e);
    if (r < 0)
        return r;
    out.rows = items;
    for (size_t i = 0; r == 0 && i < rows->count; i++)
        r = read_row_pattern(f, rows->item[i], &out, &out.rows[out.row_count++], e);
    if (r == 0)
        *ret = out;
    return r;
}
