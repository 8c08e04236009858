/* Form files: values, names, styles and sheets.  What a sheet is made of is read in layout_body.c.
 */
#include "twinreader/synth/layout_model.h"

#include "twinreader/synth/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_MAX = 120, COLUMNS_MAX = 24, NAMES_MAX = 160, SHEETS_MAX = 40, ROWS_MAX = 60 };

int synth_layout_range_read(const struct yaml_node *n, double least, double most,
                            struct layout_range *ret, struct err *e)
{
    struct layout_range v;
    char *end;
    if (n->kind != YAML_SCALAR)
        return yaml_error(n, e, "must be a number or a range, 3..6");
    v.low = v.high = strtod(n->text, &end);
    if (end == n->text)
        return yaml_error(n, e, "must be a number or a range, 3..6");
    /* "3..6": strtod takes "3." */
    const char *dots = strstr(n->text, "..");
    if (dots) {
        char low[32];
        snprintf(low, sizeof low, "%.*s", (int)(dots - n->text), n->text);
        v.low = strtod(low, &end);
        if (*end || end == low)
            return yaml_error(n, e, "must be a number or a range, 3..6");
        v.high = strtod(dots + 2, &end);
    }
    if (*end || v.low < least || v.high > most || !(v.low <= v.high))
        return yaml_error(n, e, "must be from %g to %g, the lower first", least, most);
    *ret = v;
    return 0;
}

int synth_layout_texts_read(struct arena *a, const struct yaml_node *n, const char *const **ret,
                            size_t *ret_count, struct err *e)
{
    size_t count = n->kind == YAML_LIST ? n->count : 1;
    const char **text = arena_array(a, count, sizeof *text);
    int r = 0;
    if (!text)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    if (count == 0)
        return yaml_error(n, e, "is empty");
    for (size_t i = 0; r == 0 && i < count; i++)
        r = yaml_to_string(n->kind == YAML_LIST ? n->item[i] : n, &text[i], e);
    if (r == 0) {
        *ret = text;
        *ret_count = count;
    }
    return r;
}

/* Arithmetic at load time: names are looked up, the numbers are of no interest. */
struct check {
    const struct layout_form *f;
    int list;
};

static bool is_number(enum layout_value_kind kind)
{
    return kind != LAYOUT_LIST && kind != LAYOUT_TEXT && kind != LAYOUT_CHOOSE;
}

static bool check_number(void *context, const char *name, int64_t *ret)
{
    const struct check *c = context;
    int list, value;
    *ret = 1;
    if (c->list >= 0 && strcmp(name, "row") == 0)
        return true;
    if (!synth_layout_find(c->f, c->list, name, strlen(name), &list, &value))
        return false;
    return is_number(list < 0 ? c->f->value[value].kind : c->f->value[list].column[value].kind);
}

static bool check_sum(void *context, const char *list, const char *column, int64_t *ret)
{
    const struct check *c = context;
    int in, at, unused;
    *ret = 1;
    if (!synth_layout_find(c->f, -1, list, strlen(list), &unused, &at) ||
        c->f->value[at].kind != LAYOUT_LIST)
        return false;
    return synth_layout_find(c->f, at, column, strlen(column), &in, &unused) && in >= 0;
}

static int read_expression(struct layout_form *f, const struct yaml_node *n, int list,
                           struct layout_def *d, struct err *e)
{
    struct synth_rng r;
    struct check check = {f, list};
    int64_t v;
    const char *wrong = "";
    synth_rng_init(&r, 1, 1);
    struct layout_calc_scope scope = {check_number, check_sum, &check, &r};
    int code = yaml_to_string(n, &d->what, e);
    if (code == 0 && !synth_layout_calc(d->what, &scope, &v, &wrong) && !strstr(wrong, "less") &&
        !strstr(wrong, "nothing")) /* of made-up numbers */
        return yaml_error(n, e, "\"%s\": %s", d->what, wrong);
    return code;
}

static int read_make(struct layout_form *f, const struct yaml_node *map, const struct yaml_node *n,
                     int list, struct layout_def *d, struct err *e)
{
    int r = yaml_to_string(n, &d->what, e);
    const char *const *g = synth_value_generators();
    while (r == 0 && *g && strcmp(*g, d->what) != 0)
        g++;
    if (r == 0 && !*g)
        return yaml_error(n, e, "no generator is called \"%s\"", d->what);
    const struct yaml_node *option = yaml_get(map, "option"), *repeat = yaml_get(map, "repeat");
    if (r == 0 && option)
        r = synth_layout_template_read(f, option, list, &d->text, e);
    if (r == 0 && repeat)
        r = synth_layout_range_read(repeat, 1, 40, &d->repeat, e);
    return r;
}

static int read_def(struct layout_form *f, const struct yaml_node *map, int list,
                    struct layout_def *ret, struct err *e);

static int read_list(struct layout_form *f, const struct yaml_node *map, struct layout_def *d,
                     struct err *e)
{
    const struct yaml_node *columns = yaml_get(map, "columns"), *filled = yaml_get(map, "filled");
    int r = synth_layout_range_read(yaml_get(map, "rows"), 1, ROWS_MAX, &d->rows, e);
    if (r < 0)
        return r;
    if (!columns || columns->kind != YAML_MAP || columns->count > COLUMNS_MAX)
        return yaml_error(map, e, "must have columns, at most %d", COLUMNS_MAX);
    d->column = arena_array(f->arena, columns->count + 1, sizeof *d->column);
    if (!d->column)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    for (size_t i = 0; r == 0 && i < columns->count; i++) {
        r = read_def(f, columns->item[i], (int)(d - f->value), &d->column[i], e);
        d->column_count += r == 0;
    }
    d->filled = -1;
    for (size_t i = 0; r == 0 && filled && filled->text && i < d->column_count; i++)
        if (strcmp(d->column[i].name, filled->text) == 0 && is_number(d->column[i].kind))
            d->filled = (int)i;
    if (r == 0 && filled && d->filled < 0)
        r = yaml_error(filled, e, "must be a column that is a number");
    return r;
}

/* "true": the field is called as the value is. */
static int read_field(const struct yaml_node *n, struct layout_def *d, struct err *e)
{
    bool yes = false;
    if (n->kind == YAML_SCALAR && strcmp(n->text, "true") != 0 && strcmp(n->text, "false") != 0)
        return yaml_to_string(n, &d->field, e);
    int r = yaml_to_bool(n, &yes, e);
    d->field = r == 0 && yes ? d->name : NULL;
    return r;
}

static int read_def(struct layout_form *f, const struct yaml_node *map, int list,
                    struct layout_def *ret, struct err *e)
{
    static const char *const keys[] = {"make",   "calc",    "amount", "number", "date",   "text",
                                       "choose", "nth",     "rows",   "option", "repeat", "style",
                                       "field",  "columns", "filled", NULL};
    struct layout_def *d = ret;
    *d = (struct layout_def){.name = map->key, .node = map, .repeat = {1, 1}, .filled = -1};
    if (map->kind != YAML_MAP)
        return yaml_error(map, e, "must be a map");
    int r = yaml_check_keys(map, keys, e), kind = -1;
    const struct yaml_node *n = NULL, *v;
    for (int i = 0; r == 0 && i <= LAYOUT_LIST; i++)
        if ((v = yaml_get(map, keys[i]))) {
            if (n)
                return yaml_error(v, e, "is one too many beside %s", keys[kind]);
            kind = i;
            n = v;
        }
    if (r == 0 && !n)
        return yaml_error(map, e, "says nothing that could be made");
    if (r < 0)
        return r;
    static const enum layout_value_kind kinds[] = {LAYOUT_MAKE,   LAYOUT_CALC, LAYOUT_AMOUNT,
                                                   LAYOUT_NUMBER, LAYOUT_DATE, LAYOUT_TEXT,
                                                   LAYOUT_CHOOSE, LAYOUT_NTH,  LAYOUT_LIST};
    d->kind = kinds[kind];
    if ((d->kind == LAYOUT_NTH || d->kind == LAYOUT_LIST) && (d->kind == LAYOUT_NTH) != (list >= 0))
        return yaml_error(n, e, "cannot stand here");
    if (d->kind == LAYOUT_MAKE)
        r = read_make(f, map, n, list, d, e);
    else if (d->kind == LAYOUT_TEXT)
        r = synth_layout_template_read(f, n, list, &d->text, e);
    else if (d->kind == LAYOUT_CHOOSE || d->kind == LAYOUT_NTH)
        r = synth_layout_texts_read(f->arena, n, &d->choice, &d->choice_count, e);
    else if (d->kind == LAYOUT_LIST)
        r = read_list(f, map, d, e);
    else
        r = read_expression(f, n, list, d, e);
    if (r == 0 && (v = yaml_get(map, "style")))
        r = yaml_to_string(v, &d->style, e);
    if (r == 0 && (v = yaml_get(map, "field")))
        r = read_field(v, d, e);
    return r;
}

static int read_values(struct layout_form *f, const struct yaml_node *n, struct err *e)
{
    if (!n || n->kind != YAML_MAP || n->count > VALUES_MAX)
        return yaml_error(n, e, "values must be a map of at most %d", VALUES_MAX);
    f->value = arena_array(f->arena, n->count + 1, sizeof *f->value);
    if (!f->value)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    int r = 0;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        r = read_def(f, n->item[i], -1, &f->value[i], e);
        f->value_count += r == 0;
    }
    return r;
}

static int read_name(struct layout_form *f, const struct yaml_node *n, struct layout_name *ret,
                     struct err *e)
{
    const char *dot = strchr(n->key, '.');
    int list = -1, unused, value = -1;
    if (dot) {
        if (!synth_layout_find(f, -1, n->key, (size_t)(dot - n->key), &unused, &list) ||
            f->value[list].kind != LAYOUT_LIST ||
            !synth_layout_find(f, list, dot + 1, strlen(dot + 1), &list, &value) || list < 0)
            return yaml_error(n, e, "is no column of a list");
    } else if (!synth_layout_find(f, -1, n->key, strlen(n->key), &unused, &value)) {
        value = -1;
    }
    *ret = (struct layout_name){.name = n->key, .list = list, .value = value};
    return synth_layout_texts_read(f->arena, n, &ret->choice, &ret->count, e);
}

static int read_names(struct layout_form *f, const struct yaml_node *n, struct err *e)
{
    if (!n)
        return 0;
    if (n->kind != YAML_MAP || n->count > NAMES_MAX)
        return yaml_error(n, e, "must be a map of at most %d", NAMES_MAX);
    f->names = arena_array(f->arena, n->count + 1, sizeof *f->names);
    if (!f->names)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    int r = 0;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        r = read_name(f, n->item[i], &f->names[i], e);
        f->name_count += r == 0;
    }
    return r;
}

/* A sheet's names are the form's where it says nothing else. */
static int read_other_names(struct layout_form *f, const struct yaml_node *n,
                            struct layout_sheet *s, struct err *e)
{
    s->names = arena_array(f->arena, f->name_count + 1, sizeof *s->names);
    if (!s->names)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    for (size_t i = 0; i < f->name_count; i++)
        s->names[i] = f->names[i];
    if (n && n->kind != YAML_MAP)
        return yaml_error(n, e, "must be a map");
    int r = 0;
    for (size_t i = 0; r == 0 && n && i < n->count; i++) {
        size_t at = 0;
        while (at < f->name_count && strcmp(f->names[at].name, n->item[i]->key) != 0)
            at++;
        if (at == f->name_count)
            return yaml_error(n->item[i], e, "is not in the form's names");
        r = read_name(f, n->item[i], &s->names[at], e);
    }
    return r;
}

static int read_styles(struct layout_form *f, const struct yaml_node *n, struct layout_styles *s,
                       struct err *e)
{
    static const char *const keys[] = {"amount", "date", "zero", NULL};
    const struct yaml_node *v;
    if (!n)
        return 0;
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r == 0 && (v = yaml_get(n, "amount")))
        r = synth_layout_texts_read(f->arena, v, &s->amount, &s->amount_count, e);
    if (r == 0 && (v = yaml_get(n, "date")))
        r = synth_layout_texts_read(f->arena, v, &s->date, &s->date_count, e);
    if (r == 0 && (v = yaml_get(n, "zero")))
        r = synth_layout_texts_read(f->arena, v, &s->zero, &s->zero_count, e);
    return r;
}

static int read_paper(const struct yaml_node *n, struct layout_sheet *s, struct err *e)
{
    static const char *const keys[] = {"width", "height", NULL};
    static const struct {
        const char *name;
        double width, height;
    } papers[] = {{"a4", 210, 297},
                  {"a5", 148, 210},
                  {"b5", 182, 257},
                  {"a4-landscape", 297, 210},
                  {"a5-landscape", 210, 148}};
    if (n && n->kind == YAML_MAP) {
        const struct yaml_node *width = yaml_get(n, "width"), *height = yaml_get(n, "height");
        int r = yaml_check_keys(n, keys, e);
        if (r == 0 && !width)
            r = yaml_error(n, e, "has no width");
        if (r == 0)
            r = synth_layout_range_read(width, 40, 420, &s->width, e);
        if (r == 0 && height)
            r = synth_layout_range_read(height, 40, 420, &s->height, e);
        return r;
    }
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        if (!n || (n->text && strcmp(n->text, papers[i].name) == 0)) {
            s->width = (struct layout_range){papers[i].width, papers[i].width};
            s->height = (struct layout_range){papers[i].height, papers[i].height};
            return 0;
        }
    return yaml_error(n, e, "must be a4, a5, b5, a4-landscape, a5-landscape or width and height");
}

static int read_fonts(const struct yaml_node *n, struct layout_sheet *s, struct err *e)
{
    static const char *const styles[] = {"sans", "serif", "mono", "hand", "display", NULL};
    static const unsigned bits[] = {SYNTH_FONT_SANS, SYNTH_FONT_SERIF, SYNTH_FONT_MONO,
                                    SYNTH_FONT_HAND, SYNTH_FONT_DISPLAY};
    size_t count = n->kind == YAML_LIST ? n->count : 1;
    int r = 0, choice = 0;
    s->font = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = yaml_to_enum(n->kind == YAML_LIST ? n->item[i] : n, styles, &choice, e);
        s->font |= r == 0 ? bits[choice] : 0;
    }
    return r;
}

static int read_filled(const struct yaml_node *n, struct layout_sheet *s, struct err *e)
{
    static const char *const ways[] = {"same", "other", "hand", NULL};
    size_t count = n->kind == YAML_LIST ? n->count : 1;
    int r = 0, choice = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = yaml_to_enum(n->kind == YAML_LIST ? n->item[i] : n, ways, &choice, e);
        s->other |= choice == 1;
        s->hand |= choice == 2;
    }
    return r;
}

static int read_sheet(struct layout_form *f, const struct yaml_node *n, struct layout_sheet *s,
                      struct err *e)
{
    static const char *const keys[] = {"name", "split",  "paper", "margin", "size", "rule",
                                       "font", "filled", "names", "styles", "body", NULL};
    static const char *const splits[] = {"train", "held", NULL};
    const struct yaml_node *v, *name, *body;
    int choice = 0;
    *s = (struct layout_sheet){.margin = {12, 16},
                               .size = {8.5, 9.5},
                               .rule = {0.1, 0.3},
                               .font = SYNTH_FONT_SANS | SYNTH_FONT_SERIF,
                               .styles = f->styles};
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r < 0)
        return r;
    if (!(name = yaml_get(n, "name")) || !(body = yaml_get(n, "body")))
        return yaml_error(n, e, "must have a name and a body");
    r = yaml_to_string(name, &s->name, e);
    if (r == 0 && (v = yaml_get(n, "split")))
        r = yaml_to_enum(v, splits, &choice, e);
    s->split = choice == 1 ? SYNTH_HELD : SYNTH_TRAIN;
    if (r == 0)
        r = read_paper(yaml_get(n, "paper"), s, e);
    if (r == 0 && (v = yaml_get(n, "margin")))
        r = synth_layout_range_read(v, 1, 60, &s->margin, e);
    if (r == 0 && (v = yaml_get(n, "size")))
        r = synth_layout_range_read(v, 4, 30, &s->size, e);
    if (r == 0 && (v = yaml_get(n, "rule")))
        r = synth_layout_range_read(v, 0.05, 2, &s->rule, e);
    if (r == 0 && (v = yaml_get(n, "font")))
        r = read_fonts(v, s, e);
    if (r == 0 && (v = yaml_get(n, "filled")))
        r = read_filled(v, s, e);
    if (r == 0)
        r = read_other_names(f, yaml_get(n, "names"), s, e);
    if (r == 0)
        r = read_styles(f, yaml_get(n, "styles"), &s->styles, e);
    return r == 0 ? synth_layout_body_read(f, body, -1, &s->body, e) : r;
}

static int read_sheets(struct layout_form *f, const struct yaml_node *root, struct err *e)
{
    const struct yaml_node *n = yaml_get(root, "layouts");
    bool split[2] = {false, false};
    if (!n || n->kind != YAML_LIST || n->count == 0 || n->count > SHEETS_MAX)
        return yaml_error(n ? n : root, e, "there must be layouts, 1 to %d", SHEETS_MAX);
    f->sheet = arena_array(f->arena, n->count, sizeof *f->sheet);
    if (!f->sheet)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    int r = 0;
    for (size_t i = 0; r == 0 && i < n->count; i++) {
        r = read_sheet(f, n->item[i], &f->sheet[i], e);
        split[f->sheet[i].split] = true;
        f->sheet_count += r == 0;
    }
    if (r == 0 && (!split[SYNTH_TRAIN] || !split[SYNTH_HELD]))
        r = yaml_error(n, e, "must have at least one layout of each split, train and held");
    return r;
}

int synth_layout_form_read(struct arena *a, const struct yaml_node *root, struct layout_form **ret,
                           struct err *e)
{
    static const char *const keys[] = {"kind", "values", "names", "styles", "layouts", NULL};
    static const char *const no_zero[] = {"0"}, *const no_style[] = {NULL};
    struct layout_form *f = arena_alloc(a, sizeof *f);
    if (!f)
        return err_set(e, ERR_NOMEM, "no memory for a form");
    f->arena = a;
    f->styles = (struct layout_styles){no_style, no_style, no_zero, 1, 1, 1};
    const struct yaml_node *kind = yaml_get(root, "kind");
    int r = yaml_check_keys(root, keys, e);
    if (r == 0)
        r = kind ? yaml_to_string(kind, &f->kind, e) : yaml_error(root, e, "has no kind");
    if (r == 0 && !yaml_get(root, "values"))
        r = yaml_error(root, e, "has no values");
    if (r == 0)
        r = read_values(f, yaml_get(root, "values"), e);
    if (r == 0)
        r = read_names(f, yaml_get(root, "names"), e);
    if (r == 0)
        r = read_styles(f, yaml_get(root, "styles"), &f->styles, e);
    if (r == 0)
        r = read_sheets(f, root, e);
    if (r == 0)
        *ret = f;
    return r;
}
