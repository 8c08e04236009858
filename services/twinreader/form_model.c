/*
 * From YAML to struct form.  Every mistake is answered with file, line, key and reason, since the
 * people who write forms do not read this code; limits keep a hostile file small.
 */
#include "twinreader/form_model.h"

#include <string.h>

enum { CURRENCIES_MAX = 100, FIELDS_MAX = 100, RULES_MAX = 50 };

static int no_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "no memory for a form definition");
}

/* "total", "-change" or "items.amount": a field's name, perhaps with a minus or a column. */
static int read_term(const struct form *f, const struct yaml_node *n, struct form_term *ret,
                     struct err *e)
{
    struct yaml_node name = *n;
    struct form_term out = {.column = -1};
    char field[64] = "";
    const char *text;
    int r = yaml_to_string(n, &text, e);
    if (r < 0)
        return r;
    out.minus = text[0] == '-';
    text += out.minus;
    const char *dot = strchr(text, '.');
    size_t len = dot ? (size_t)(dot - text) : strlen(text);
    memcpy(field, text, len < sizeof field ? len : sizeof field - 1);
    name.text = field;
    r = form_model_field(f, &name, &out.field, e);
    if (r < 0)
        return r;
    const struct form_field *found = &f->fields[out.field];
    for (size_t i = 0; dot && i < found->list.column_count; i++)
        if (strcmp(found->list.columns[i].name, dot + 1) == 0 &&
            found->list.columns[i].type == FORM_AMOUNT)
            out.column = (int)i;
    if (dot ? out.column < 0 : found->type != FORM_AMOUNT)
        return yaml_error(n, e, "must be a field of type amount, or a list's column of that type");
    *ret = out;
    return 0;
}

static int read_sum(struct form *f, const struct yaml_node *n, struct form_sum *ret, struct err *e)
{
    static const char *const keys[] = {"sum", "score", NULL};
    struct form_sum out = {.score = 0.3};
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r == 0)
        r = form_model_number(n, "score", 0, 1, &out.score, e);
    const struct yaml_node *sum = r == 0 ? yaml_get(n, "sum") : NULL;
    if (r == 0 &&
        (!sum || sum->kind != YAML_LIST || sum->count == 0 || sum->count > FORM_TERMS_MAX))
        r = yaml_error(n, e, "must have a sum of 1 to %d fields", FORM_TERMS_MAX);
    for (size_t i = 0; r == 0 && i < sum->count; i++)
        r = read_term(f, sum->item[i], &out.term[out.count++], e);
    if (r == 0)
        *ret = out;
    return r;
}

static int read_avoid(struct form *f, const struct yaml_node *n, struct form_avoid *ret,
                      struct err *e)
{
    static const char *const keys[] = {"region", "by", NULL};
    struct form_avoid out = {.by = 0.3};
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r == 0)
        r = form_model_number(n, "by", 0, 2, &out.by, e);
    const struct yaml_node *region = r == 0 ? yaml_get(n, "region") : NULL;
    if (r == 0)
        r = region ? form_model_region(f, region, &out.region, e)
                   : yaml_error(n, e, "has no region");
    if (r == 0)
        *ret = out;
    return r;
}

static int read_field_lists(struct form *f, const struct yaml_node *n, struct form_field *out,
                            struct err *e)
{
    const struct yaml_node *list;
    void *items = NULL;
    int r = 0;
    if ((list = yaml_get(n, "rules"))) {
        r = form_model_array(f, list, RULES_MAX, sizeof *out->rules, &items, e);
        out->rules = items;
        for (size_t i = 0; r == 0 && i < list->count; i++)
            r = form_model_read_rule(f, list->item[i], out->type, &out->rules[out->rule_count++],
                                     e);
    }
    if (r == 0 && (list = yaml_get(n, "agree"))) {
        r = form_model_array(f, list, RULES_MAX, sizeof *out->sums, &items, e);
        out->sums = items;
        for (size_t i = 0; r == 0 && i < list->count; i++)
            r = read_sum(f, list->item[i], &out->sums[out->sum_count++], e);
    }
    if (r == 0 && (list = yaml_get(n, "avoid"))) {
        r = form_model_array(f, list, RULES_MAX, sizeof *out->avoid, &items, e);
        out->avoid = items;
        for (size_t i = 0; r == 0 && i < list->count; i++)
            r = read_avoid(f, list->item[i], &out->avoid[out->avoid_count++], e);
    }
    return r;
}

static int read_field(struct form *f, const struct yaml_node *n, struct err *e)
{
    static const char *const keys[] = {"name",  "type",  "hidden", "positive", "least",
                                       "rules", "never", "cut",    "agree",    "avoid",
                                       "table", "grid",  "places", "words",    NULL};
    if (n->kind != YAML_MAP)
        return yaml_error(n, e, "must be a map");
    int r = yaml_check_keys(n, keys, e);
    if (r < 0)
        return r;
    const struct yaml_node *name = yaml_get(n, "name");
    if (!name)
        return yaml_error(n, e, "has no name");
    /* Already in its place, so that its sums may name the field itself. */
    struct form_field *out = &f->fields[f->field_count];
    r = yaml_to_string(name, &out->name, e);
    if (r == 0)
        r = form_model_type(n, &out->type, e);
    if (r < 0)
        return r;
    for (size_t i = 0; i < f->field_count; i++)
        if (strcmp(f->fields[i].name, out->name) == 0)
            return yaml_error(name, e, "\"%s\" was defined before", out->name);
    f->field_count++;
    out->least = 0.3;
    const struct yaml_node *hidden = yaml_get(n, "hidden"), *positive = yaml_get(n, "positive");
    if (hidden)
        r = yaml_to_bool(hidden, &out->hidden, e);
    if (r == 0 && positive)
        r = yaml_to_bool(positive, &out->positive, e);
    if (r == 0)
        r = form_model_number(n, "least", 0, 1, &out->least, e);
    if (r == 0)
        r = form_model_labels(f, n, "never", &out->never, e);
    if (r == 0)
        r = form_model_patterns(f, n, "cut", &out->cut, e);
    if (r < 0)
        return r;
    const struct yaml_node *table = yaml_get(n, "table"), *grid = yaml_get(n, "grid");
    if (out->type == FORM_LIST && !table && !grid)
        return yaml_error(n, e, "a list has no table and no grid");
    if (out->type == FORM_LIST && table && grid)
        return yaml_error(n, e, "a list has a table or a grid, not both");
    if (out->type == FORM_LIST)
        return table ? form_model_read_list(f, table, &out->list, e)
                     : form_model_read_grid(f, grid, &out->list, e);
    if (table || grid)
        return yaml_error(table ? table : grid, e, "is only for a list");
    if (!yaml_get(n, "rules") && !yaml_get(n, "places"))
        return yaml_error(n, e, "has no rules and no places");
    r = read_field_lists(f, n, out, e);
    return r < 0 ? r : form_model_read_places(f, n, out, e);
}

static int read_fields(struct form *f, const struct yaml_node *root, struct err *e)
{
    const struct yaml_node *n = yaml_get(root, "fields");
    if (!n)
        return yaml_error(root, e, "has no fields");
    void *items;
    int r = form_model_array(f, n, FIELDS_MAX, sizeof *f->fields, &items, e);
    if (r < 0)
        return r;
    f->fields = items;
    for (size_t i = 0; r == 0 && i < n->count; i++)
        r = read_field(f, n->item[i], e);
    return r;
}

static int read_beside(const struct yaml_node *map, bool *ret, struct err *e)
{
    static const char *const names[] = {"amount", NULL};
    const struct yaml_node *n = yaml_get(map, "beside");
    int choice, r = n ? yaml_to_enum(n, names, &choice, e) : 0;
    if (r == 0)
        *ret = n != NULL;
    return r;
}

static int read_regions(struct form *f, const struct yaml_node *root, struct err *e)
{
    static const char *const keys[] = {"name", "from", "to", "beside", "alone", NULL};
    const struct yaml_node *n = yaml_get(root, "regions");
    if (!n)
        return 0;
    void *items;
    int r = form_model_array(f, n, FIELDS_MAX, sizeof *f->regions, &items, e);
    if (r < 0)
        return r;
    f->regions = items;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        const struct yaml_node *one = n->item[i], *name = NULL;
        struct form_region *out = &f->regions[i];
        r = one->kind == YAML_MAP ? yaml_check_keys(one, keys, e)
                                  : yaml_error(one, e, "must be a map");
        if (r == 0 && !(name = yaml_get(one, "name")))
            r = yaml_error(one, e, "has no name");
        if (r == 0)
            r = yaml_to_string(name, &out->name, e);
        if (r == 0)
            r = form_model_labels(f, one, "from", &out->from, e);
        if (r == 0)
            r = form_model_labels(f, one, "to", &out->to, e);
        if (r == 0)
            r = read_beside(one, &out->beside_amount, e);
        if (r == 0)
            r = form_model_labels(f, one, "alone", &out->alone, e);
        f->region_count = i + 1;
    }
    return r;
}

static int read_sign(struct form *f, const struct yaml_node *n, struct form_sign *out,
                     struct err *e)
{
    static const char *const keys[] = {"field", "labels",  "beside", "anywhere",
                                       "tall",  "amounts", "weight", NULL};
    out->field = -1;
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r < 0)
        return r;
    const struct yaml_node *field = yaml_get(n, "field");
    if (field)
        r = form_model_field(f, field, &out->field, e);
    if (r == 0)
        r = form_model_labels(f, n, "labels", &out->labels, e);
    if (r == 0)
        r = read_beside(n, &out->beside_amount, e);
    const struct yaml_node *anywhere = yaml_get(n, "anywhere");
    if (r == 0 && anywhere)
        r = yaml_to_bool(anywhere, &out->anywhere, e);
    if (r == 0)
        r = form_model_number(n, "tall", 0, 10, &out->tall, e);
    out->anywhere = out->anywhere || out->tall > 0;
    f->on_sheet = f->on_sheet || out->anywhere;
    if (r == 0)
        r = form_model_count(n, "amounts", 1, 1000, &out->amounts, e);
    if (r == 0)
        r = form_model_number(n, "weight", -1, 1, &out->weight, e);
    if (r == 0 && (out->field >= 0) + (out->labels.count > 0) + (out->amounts > 0) != 1)
        r = yaml_error(n, e, "must have one of field, labels, amounts");
    return r;
}

static int read_fit(struct form *f, const struct yaml_node *root, struct err *e)
{
    static const char *const keys[] = {"least", "signs", NULL};
    const struct yaml_node *n = yaml_get(root, "fit"), *signs;
    if (!n)
        return yaml_error(root, e, "has no fit");
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    f->fit_least = 0.5;
    if (r == 0)
        r = form_model_number(n, "least", 0.01, 1, &f->fit_least, e);
    if (r < 0)
        return r;
    if (!(signs = yaml_get(n, "signs")))
        return yaml_error(n, e, "has no signs");
    void *items;
    r = form_model_array(f, signs, FIELDS_MAX, sizeof *f->signs, &items, e);
    if (r < 0)
        return r;
    f->signs = items;
    for (size_t i = 0; r == 0 && i < signs->count; i++)
        r = read_sign(f, signs->item[i], &f->signs[f->sign_count++], e);
    return r;
}

static int read_months(struct form *f, const struct yaml_node *n, struct err *e)
{
    if (n->kind != YAML_MAP)
        return yaml_error(n, e, "must be a map from name to number");
    struct value_month *months = arena_array(f->arena, n->count + 1, sizeof *months);
    if (!months)
        return no_memory(e);
    for (size_t i = 0; i < n->count; i++) {
        int64_t number;
        int r = yaml_to_int(n->item[i], 1, 12, &number, e);
        if (r < 0)
            return r;
        months[i] = (struct value_month){n->item[i]->key, (int)number};
    }
    f->values.months = months;
    f->values.month_count = n->count;
    return 0;
}

static int read_currencies(struct form *f, const struct yaml_node *n, struct err *e)
{
    void *items;
    int r = form_model_array(f, n, CURRENCIES_MAX, sizeof(char *), &items, e);
    if (r < 0)
        return r;
    const char **names = items;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        r = yaml_to_string(n->item[i], &names[i], e);
        if (r == 0 && !*names[i])
            r = yaml_error(n->item[i], e, "must not be empty");
    }
    f->values.currencies = names;
    f->values.currency_count = n->count;
    return r;
}

static int read_values(struct form *f, const struct yaml_node *root, struct err *e)
{
    static const char *const keys[] = {"currencies", "decimal_mark", "date_order", "months", NULL};
    static const char *const orders[] = {"dmy", "mdy", "ymd", NULL};
    static const char *const marks[] = {".", ",", "none", NULL};
    const struct yaml_node *n = yaml_get(root, "values"), *v;
    f->values = value_rules_default();
    if (!n)
        return 0;
    int choice,
        r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r == 0 && (v = yaml_get(n, "currencies")))
        r = read_currencies(f, v, e);
    if (r == 0 && (v = yaml_get(n, "decimal_mark"))) {
        r = yaml_to_enum(v, marks, &choice, e);
        f->values.decimal_mark = r < 0 ? '.' : choice == 2 ? '\0' : marks[choice][0];
    }
    if (r == 0 && (v = yaml_get(n, "months")))
        r = read_months(f, v, e);
    if (r == 0 && (v = yaml_get(n, "date_order"))) {
        if (v->kind != YAML_LIST || v->count == 0 || v->count > 3)
            return yaml_error(v, e, "must be a list of dmy, mdy, ymd");
        for (size_t i = 0; r == 0 && i < v->count; i++) {
            r = yaml_to_enum(v->item[i], orders, &choice, e);
            f->values.orders[i] = r == 0 ? (enum value_order)choice : VALUE_DMY;
        }
        f->values.order_count = v->count;
    }
    return r;
}

int form_model_read(struct arena *a, const struct yaml_node *root, struct form **ret, struct err *e)
{
    static const char *const keys[] = {"form",    "title",  "values", "define",  "phrases", "keys",
                                       "regions", "fields", "checks", "verdict", "fit",     NULL};
    struct form *f = arena_alloc(a, sizeof *f);
    if (!f)
        return no_memory(e);
    f->arena = a;
    int r = yaml_check_keys(root, keys, e);
    if (r < 0)
        return r;
    const struct yaml_node *name = yaml_get(root, "form"), *title = yaml_get(root, "title");
    if (!name)
        return yaml_error(root, e, "has no form (its name)");
    r = yaml_to_string(name, &f->name, e);
    if (r == 0 && (!*f->name || strcmp(f->name, "unknown") == 0))
        r = yaml_error(name, e, "must be a name other than \"unknown\"");
    f->title = f->name;
    if (r == 0 && title)
        r = yaml_to_string(title, &f->title, e);
    f->define = yaml_get(root, "define");
    f->phrases = yaml_get(root, "phrases");
    if (r == 0 && f->define && f->define->kind != YAML_MAP)
        r = yaml_error(f->define, e, "must be a map from name to pattern");
    if (r == 0 && f->phrases && f->phrases->kind != YAML_MAP)
        r = yaml_error(f->phrases, e, "must be a map from name to phrases");
    if (r == 0)
        r = read_values(f, root, e);
    if (r == 0)
        r = read_regions(f, root, e);
    if (r == 0)
        r = read_fields(f, root, e);
    if (r == 0)
        r = form_model_labels(f, root, "keys", &f->keys, e);
    if (r == 0)
        r = form_model_read_checks(f, root, e);
    if (r == 0)
        r = read_fit(f, root, e);
    if (r == 0)
        *ret = f;
    return r;
}
