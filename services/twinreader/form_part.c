/*
 * The parts that rules, tables and fields of a form definition are made of: patterns, numbers,
 * directions, names of regions and fields.  Pieces of patterns are put in here, lists of phrases in
 * form_phrase.c.
 */
#include "twinreader/form_model.h"

#include <string.h>

enum { PATTERNS_MAX = 400, INCLUDE_DEPTH = 8, SOURCE_MAX = 2000 };

static int no_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "no memory for a form definition");
}

/* The list under a key, or the key's single scalar as a list of one. */
static size_t list_count(const struct yaml_node *n)
{
    return n->kind == YAML_LIST ? n->count : 1;
}

static const struct yaml_node *list_at(const struct yaml_node *n, size_t i)
{
    return n->kind == YAML_LIST ? n->item[i] : n;
}

int form_model_array(struct form *f, const struct yaml_node *n, size_t max, size_t size, void **ret,
                     struct err *e)
{
    if (n->kind != YAML_LIST)
        return yaml_error(n, e, "must be a list");
    if (n->count == 0 || n->count > max)
        return yaml_error(n, e, "must have 1 to %zu entries, has %zu", max, n->count);
    void *p = arena_array(f->arena, n->count, size);
    if (!p)
        return no_memory(e);
    *ret = p;
    return 0;
}

/* Replaces <name> by the definition of that name, in brackets. */
static int expand(const struct form *f, const struct yaml_node *n, const char *source, char *out,
                  size_t *len, int depth, struct err *e)
{
    for (const char *p = source; *p; p++) {
        const char *close = *p == '<' ? strchr(p, '>') : NULL;
        if (*len >= SOURCE_MAX)
            return yaml_error(n, e, "the pattern is longer than %d bytes", SOURCE_MAX);
        if (!close) {
            out[(*len)++] = *p;
            continue;
        }
        char name[64] = "";
        size_t name_len = (size_t)(close - p) - 1;
        if (name_len < sizeof name)
            memcpy(name, p + 1, name_len);
        const struct yaml_node *piece = f->define ? yaml_get(f->define, name) : NULL;
        if (!piece || piece->kind != YAML_SCALAR)
            return yaml_error(n, e, "no pattern is defined as <%.*s>", (int)name_len, p + 1);
        if (depth == INCLUDE_DEPTH)
            return yaml_error(n, e, "definitions include one another too deeply");
        memcpy(out + *len, "(?:", 3);
        *len += 3;
        int r = expand(f, n, piece->text, out, len, depth + 1, e);
        if (r < 0)
            return r;
        out[(*len)++] = ')';
        p = close;
    }
    return 0;
}

int form_model_pattern(struct form *f, const struct yaml_node *n, const struct pattern **ret,
                       struct err *e)
{
    const char *text;
    int r = yaml_to_string(n, &text, e);
    if (r < 0)
        return r;
    char source[SOURCE_MAX + 8 * (INCLUDE_DEPTH + 1)];
    size_t len = 0;
    r = expand(f, n, text, source, &len, 0, e);
    if (r < 0)
        return r;
    source[len] = '\0';
    struct err inner = ERR_INIT;
    r = pattern_compile(f->arena, source, ret, &inner);
    if (r == ERR_NOMEM)
        return no_memory(e);
    return r < 0 ? yaml_error(n, e, "bad pattern: %s", inner.message) : 0;
}

int form_model_patterns(struct form *f, const struct yaml_node *map, const char *key,
                        struct form_patterns *ret, struct err *e)
{
    const struct yaml_node *n = yaml_get(map, key);
    if (!n)
        return 0;
    if (n->kind == YAML_MAP || list_count(n) > PATTERNS_MAX)
        return yaml_error(n, e, "must be a pattern or a list of patterns");
    struct form_patterns out = {.count = list_count(n)};
    out.item = arena_array(f->arena, out.count + 1, sizeof *out.item);
    if (!out.item)
        return no_memory(e);
    for (size_t i = 0; i < out.count; i++) {
        int r = form_model_pattern(f, list_at(n, i), &out.item[i], e);
        if (r < 0)
            return r;
    }
    *ret = out;
    return 0;
}

int form_model_number(const struct yaml_node *map, const char *key, double min, double max,
                      double *ret, struct err *e)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n ? yaml_to_double(n, min, max, ret, e) : 0;
}

int form_model_count(const struct yaml_node *map, const char *key, int64_t min, int64_t max,
                     int64_t *ret, struct err *e)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n ? yaml_to_int(n, min, max, ret, e) : 0;
}

int form_model_type(const struct yaml_node *map, enum form_type *ret, struct err *e)
{
    static const char *const names[] = {"text", "amount", "date", "list", NULL};
    const struct yaml_node *n = yaml_get(map, "type");
    if (!n)
        return yaml_error(map, e, "has no type");
    int type;
    int r = yaml_to_enum(n, names, &type, e);
    if (r == 0)
        *ret = (enum form_type)type;
    return r;
}

int form_model_where(const struct yaml_node *map, unsigned allowed, unsigned *ret, struct err *e)
{
    static const char *const names[] = {"right", "below", "line", NULL};
    const struct yaml_node *n = yaml_get(map, "where");
    unsigned out = 0;
    if (!n)
        return 0;
    const char *line = allowed & FORM_LINE ? ", line" : "";
    if (n->kind != YAML_LIST || n->count == 0)
        return yaml_error(n, e, "must be a list of right, below%s", line);
    for (size_t i = 0; i < n->count; i++) {
        int choice, r = yaml_to_enum(n->item[i], names, &choice, e);
        if (r < 0)
            return r;
        if (!(allowed & 1u << choice))
            return yaml_error(n->item[i], e, "must be one of right, below%s", line);
        out |= 1u << choice;
    }
    *ret = out;
    return 0;
}

int form_model_take(const struct yaml_node *map, bool *ret_last, struct err *e)
{
    static const char *const names[] = {"first", "last", NULL};
    const struct yaml_node *n = yaml_get(map, "take");
    int choice, r = n ? yaml_to_enum(n, names, &choice, e) : 0;
    if (n && r == 0)
        *ret_last = choice == 1;
    return r;
}

int form_model_sizes(const struct yaml_node *map, double *ret_least, double *ret_most,
                     struct err *e)
{
    int r = form_model_number(map, "at_least", 0, 1e12, ret_least, e);
    return r < 0 ? r : form_model_number(map, "at_most", 0, 1e12, ret_most, e);
}

int form_model_region(const struct form *f, const struct yaml_node *n, int *ret, struct err *e)
{
    const char *name;
    int r = yaml_to_string(n, &name, e);
    if (r < 0)
        return r;
    for (size_t i = 0; i < f->region_count; i++)
        if (strcmp(f->regions[i].name, name) == 0) {
            *ret = (int)i;
            return 0;
        }
    return yaml_error(n, e, "no region is called \"%s\"", name);
}

int form_model_field(const struct form *f, const struct yaml_node *n, int *ret, struct err *e)
{
    const char *name;
    int r = yaml_to_string(n, &name, e);
    if (r < 0)
        return r;
    for (size_t i = 0; i < f->field_count; i++)
        if (strcmp(f->fields[i].name, name) == 0) {
            *ret = (int)i;
            return 0;
        }
    return yaml_error(n, e, "no field called \"%s\" is defined before this place", name);
}
