/*
 * The part of a form definition that says what must hold, and what it takes to accept a page.
 */
#include "twinreader/form_model.h"

#include <string.h>

enum { CHECKS_MAX = 60, NAME_MAX_BYTES = 64 };

/* "total", "-discount", "full_own_total?" or "items.amount". */
static int read_part(const struct form *f, const struct yaml_node *n, struct form_part *ret,
                     struct err *e)
{
    struct yaml_node name = *n;
    struct form_part out = {.column = -1};
    char field[NAME_MAX_BYTES] = "";
    const char *text;
    int r = yaml_to_string(n, &text, e);
    if (r < 0)
        return r;
    out.minus = text[0] == '-';
    text += out.minus;
    size_t len = strlen(text);
    out.optional = len > 0 && text[len - 1] == '?';
    len -= out.optional;
    const char *dot = memchr(text, '.', len);
    size_t name_len = dot ? (size_t)(dot - text) : len;
    memcpy(field, text, name_len < sizeof field ? name_len : sizeof field - 1);
    name.text = field;
    r = form_model_field(f, &name, &out.field, e);
    if (r < 0)
        return r;
    const struct form_list *list = &f->fields[out.field].list;
    size_t column_len = dot ? len - name_len - 1 : 0;
    for (size_t i = 0; dot && i < list->column_count; i++)
        if (strlen(list->columns[i].name) == column_len &&
            memcmp(list->columns[i].name, dot + 1, column_len) == 0)
            out.column = (int)i;
    if (dot ? out.column < 0 : f->fields[out.field].type == FORM_LIST)
        return yaml_error(n, e, "must be a field, or a column of a list");
    *ret = out;
    return 0;
}

static enum form_type part_type(const struct form *f, const struct form_part *p)
{
    const struct form_field *field = &f->fields[p->field];
    return p->column < 0 ? field->type : field->list.columns[p->column].type;
}

/* Adds the parts that a scalar or a list names; all must be of the type. */
static int read_parts(const struct form *f, const struct yaml_node *n, enum form_type type,
                      struct form_check *out, struct err *e)
{
    size_t count = n->kind == YAML_LIST ? n->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *one = n->kind == YAML_LIST ? n->item[i] : n;
        if (out->count == FORM_CHECK_TERMS_MAX)
            return yaml_error(n, e, "must name at most %d fields", FORM_CHECK_TERMS_MAX);
        struct form_part *p = &out->part[out->count++];
        int r = read_part(f, one, p, e);
        if (r < 0)
            return r;
        if (part_type(f, p) != type)
            return yaml_error(one, e, "is of another type");
    }
    return 0;
}

static int read_checksum(const struct yaml_node *n, struct form_check *out, struct err *e)
{
    static const char *const kinds[] = {"business-number", "resident-number", NULL};
    const struct yaml_node *kind = yaml_get(n, "kind");
    int choice, r;
    if (!kind)
        return yaml_error(n, e, "has no kind");
    r = yaml_to_enum(kind, kinds, &choice, e);
    if (r == 0)
        out->checksum = (enum checksum_kind)choice;
    return r;
}

static int read_check(struct form *f, const struct yaml_node *n, struct form_check *ret,
                      struct err *e)
{
    static const char *const keys[] = {"sum",   "of",    "within", "checksum", "kind",
                                       "date",  "from",  "to",     "order",    "format",
                                       "match", "known", NULL};
    static const struct {
        const char *key;
        enum form_check_kind kind;
        enum form_type type;
    } kinds[] = {
        {"sum", FORM_CHECK_SUM, FORM_AMOUNT},     {"checksum", FORM_CHECK_CHECKSUM, FORM_TEXT},
        {"date", FORM_CHECK_DATE, FORM_DATE},     {"order", FORM_CHECK_ORDER, FORM_DATE},
        {"format", FORM_CHECK_FORMAT, FORM_TEXT}, {"known", FORM_CHECK_KNOWN, FORM_TEXT}};
    struct form_check out = {.from_year = 1900, .to_year = 2099};
    const struct yaml_node *of;
    int given = 0, r;
    if (n->kind != YAML_MAP)
        return yaml_error(n, e, "must be a map");
    r = yaml_check_keys(n, keys, e);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && r == 0; i++) {
        const struct yaml_node *what = yaml_get(n, kinds[i].key);
        if (!what)
            continue;
        given++;
        out.kind = kinds[i].kind;
        r = read_parts(f, what, kinds[i].type, &out, e);
    }
    if (r == 0 && given != 1)
        r = yaml_error(n, e, "must have one of sum, checksum, date, order, format, known");
    if (r == 0 && out.kind == FORM_CHECK_SUM) {
        of = yaml_get(n, "of");
        r = of ? read_parts(f, of, FORM_AMOUNT, &out, e) : yaml_error(n, e, "has no of");
        for (size_t i = 1; r == 0 && out.part[0].column >= 0 && i < out.count; i++)
            if (out.part[i].field != out.part[0].field || out.part[i].column < 0)
                r = yaml_error(of, e, "must be columns of the same list");
    }
    if (r == 0 && out.kind == FORM_CHECK_CHECKSUM)
        r = read_checksum(n, &out, e);
    if (r == 0)
        r = form_model_patterns(f, n, "match", &out.match, e);
    if (r == 0 && out.kind == FORM_CHECK_FORMAT && out.match.count == 0)
        r = yaml_error(n, e, "has no match");
    if (r == 0)
        r = form_model_number(n, "within", 0, 1e6, &out.within, e);
    if (r == 0)
        r = form_model_count(n, "from", 1900, 2099, &out.from_year, e);
    if (r == 0)
        r = form_model_count(n, "to", 1900, 2099, &out.to_year, e);
    if (r == 0)
        *ret = out;
    return r;
}

static int read_names(struct form *f, const struct yaml_node *map, const char *key, int **ret,
                      size_t *ret_count, struct err *e)
{
    const struct yaml_node *n = yaml_get(map, key);
    void *items;
    if (!n)
        return 0;
    int r = form_model_array(f, n, CHECKS_MAX, sizeof **ret, &items, e);
    if (r < 0)
        return r;
    *ret = items;
    for (size_t i = 0; i < n->count && r == 0; i++)
        r = form_model_field(f, n->item[i], &(*ret)[(*ret_count)++], e);
    return r;
}

static int read_verdict(struct form *f, const struct yaml_node *root, struct err *e)
{
    static const char *const keys[] = {"require", "cover", "confidence", "checked", "form", NULL};
    const struct yaml_node *n = yaml_get(root, "verdict");
    struct form_verdict out = {.given = true, .confidence = 0.9, .checked = 0.5, .form = 0.6};
    if (!n)
        return 0;
    int r = n->kind == YAML_MAP ? yaml_check_keys(n, keys, e) : yaml_error(n, e, "must be a map");
    if (r == 0)
        r = read_names(f, n, "require", &out.require, &out.require_count, e);
    if (r == 0)
        r = read_names(f, n, "cover", &out.cover, &out.cover_count, e);
    if (r == 0)
        r = form_model_number(n, "confidence", 0, 1, &out.confidence, e);
    if (r == 0)
        r = form_model_number(n, "checked", 0, 1, &out.checked, e);
    if (r == 0)
        r = form_model_number(n, "form", 0, 1, &out.form, e);
    if (r == 0)
        f->verdict = out;
    return r;
}

int form_model_read_checks(struct form *f, const struct yaml_node *root, struct err *e)
{
    const struct yaml_node *n = yaml_get(root, "checks");
    void *items;
    int r = 0;
    if (n) {
        r = form_model_array(f, n, CHECKS_MAX, sizeof *f->checks, &items, e);
        if (r == 0)
            f->checks = items;
        for (size_t i = 0; r == 0 && i < n->count; i++)
            r = read_check(f, n->item[i], &f->checks[f->check_count++], e);
    }
    return r < 0 ? r : read_verdict(f, root, e);
}
