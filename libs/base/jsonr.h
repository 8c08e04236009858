/*
 * JSON reader: a parsed text as a tree (Jansson behind it).
 *
 * Lifetime: a jsonr_value borrows from its jsonr_doc and dies with it.  Threads: read by many.
 */
#ifndef BASE_JSONR_H
#define BASE_JSONR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct jsonr_doc;
struct jsonr_value;

/* Parses one JSON text of `len` bytes; ERR_FORMAT with line and column. */
int jsonr_parse(const char *text, size_t len, struct jsonr_doc **ret, struct err *e) MUST_CHECK;
void jsonr_doc_destroy(struct jsonr_doc *d);
const struct jsonr_value *jsonr_root(const struct jsonr_doc *d);

enum jsonr_kind {
    JSONR_MISSING, /* NULL */
    JSONR_NULL,
    JSONR_BOOL,
    JSONR_NUMBER,
    JSONR_STRING,
    JSONR_ARRAY,
    JSONR_OBJECT
};

/* What a value is, for readers that must not take one kind for another. */
enum jsonr_kind jsonr_kind(const struct jsonr_value *v);

/* NULL when `v` is NULL, not an object, or has no such member. */
const struct jsonr_value *jsonr_get(const struct jsonr_value *v, const char *key);
/* Elements of an array; 0 for anything else, NULL included. */
size_t jsonr_count(const struct jsonr_value *v);
const struct jsonr_value *jsonr_at(const struct jsonr_value *v, size_t i);
/* Calls `fn` for each member of an object, in the order of the text, until it returns non-zero;
 * returns what it returned last, 0 for anything that is no object. */
int jsonr_each(const struct jsonr_value *v,
               int (*fn)(void *user, const char *key, const struct jsonr_value *value), void *user);

/* The default is returned for NULL or another type. */
const char *jsonr_as_string(const struct jsonr_value *v, const char *fallback);
double jsonr_as_number(const struct jsonr_value *v, double fallback);
bool jsonr_as_bool(const struct jsonr_value *v, bool fallback);

#endif
