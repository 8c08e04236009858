#include "base/jsonr.h"

#include <jansson.h>

#include <stdint.h>
#include <stdlib.h>

/* A jsonr_value is a json_t under another name: Jansson's header stays here. */

struct jsonr_doc {
    json_t *root;
};

static const json_t *unwrap(const struct jsonr_value *v)
{
    return (const json_t *)(const void *)v;
}

static const struct jsonr_value *wrap(const json_t *j)
{
    return (const struct jsonr_value *)(const void *)j;
}

int jsonr_parse(const char *text, size_t len, struct jsonr_doc **ret, struct err *e)
{
    json_error_t why;
    struct jsonr_doc *d = calloc(1, sizeof *d);
    if (!d)
        return err_set(e, ERR_NOMEM, "not enough memory to read JSON");
    /* Numbers are handed out as double anyway, and so cannot be too big an integer. */
    d->root = json_loadb(text, len,
                         JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &why);
    if (!d->root) {
        free(d);
        if (json_error_code(&why) == json_error_out_of_memory)
            return err_set(e, ERR_NOMEM, "not enough memory to read JSON");
        return err_set(e, ERR_FORMAT, "JSON, line %d, column %d: %s", why.line > 0 ? why.line : 1,
                       why.column > 0 ? why.column : 0, why.text);
    }
    *ret = d;
    return 0;
}

void jsonr_doc_destroy(struct jsonr_doc *d)
{
    if (!d)
        return;
    json_decref(d->root);
    free(d);
}

const struct jsonr_value *jsonr_root(const struct jsonr_doc *d)
{
    return wrap(d->root);
}

enum jsonr_kind jsonr_kind(const struct jsonr_value *v)
{
    if (!v)
        return JSONR_MISSING;
    switch (json_typeof(unwrap(v))) {
    case JSON_OBJECT:
        return JSONR_OBJECT;
    case JSON_ARRAY:
        return JSONR_ARRAY;
    case JSON_STRING:
        return JSONR_STRING;
    case JSON_INTEGER:
    case JSON_REAL:
        return JSONR_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return JSONR_BOOL;
    default:
        return JSONR_NULL;
    }
}

const struct jsonr_value *jsonr_get(const struct jsonr_value *v, const char *key)
{
    return wrap(json_object_get(unwrap(v), key));
}

size_t jsonr_count(const struct jsonr_value *v)
{
    return json_array_size(unwrap(v));
}

const struct jsonr_value *jsonr_at(const struct jsonr_value *v, size_t i)
{
    return wrap(json_array_get(unwrap(v), i));
}

int jsonr_each(const struct jsonr_value *v,
               int (*fn)(void *user, const char *key, const struct jsonr_value *value), void *user)
{
    /* Jansson's iterators want a pointer to what they do not change. */
    json_t *object = (json_t *)(uintptr_t)unwrap(v);
    int rc = 0;
    for (void *it = json_object_iter(object); it && rc == 0; it = json_object_iter_next(object, it))
        rc = fn(user, json_object_iter_key(it), wrap(json_object_iter_value(it)));
    return rc;
}

const char *jsonr_as_string(const struct jsonr_value *v, const char *fallback)
{
    const char *s = json_string_value(unwrap(v));
    return s ? s : fallback;
}

double jsonr_as_number(const struct jsonr_value *v, double fallback)
{
    return json_is_number(unwrap(v)) ? json_number_value(unwrap(v)) : fallback;
}

bool jsonr_as_bool(const struct jsonr_value *v, bool fallback)
{
    return json_is_boolean(unwrap(v)) ? json_is_true(unwrap(v)) : fallback;
}
