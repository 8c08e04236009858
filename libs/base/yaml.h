/*
 * YAML read into a tree that knows where each value stood, so that whoever interprets it can say
 * "file:line: key: reason".  Aliases, tags other than the core ones and duplicate keys are refused;
 * depth, size and node count are limited.
 *
 * Lifetime: the tree lives in the arena given to yaml_parse.  Threads: an arena's.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    const char *file; /* name given to yaml_parse */
    int line;         /* from 1 */
    const char *key;  /* own key when the parent is a map, else NULL */
    const char *path; /* dotted place, "input.size.height", "golden[2].text"; "" for the root */
    const char *text; /* scalar: its UTF-8 text, else NULL */
    bool quoted;      /* scalar was quoted: never null, a number or a boolean */
    struct yaml_node **item; /* list items or map values, in file order */
    size_t count;
};

/* Parses `len` bytes; `file` is only for messages.  The root must be a map.
 * ERR_CONFIG with "file:line: reason"; ERR_LIMIT; ERR_NOMEM. */
int yaml_parse(struct arena *a, const char *file, const char *bytes, size_t len,
               struct yaml_node **ret_root, struct err *e) MUST_CHECK;

/* Reads the regular file at `path` (at most 1 MiB) and parses it.  Adds ERR_IO (also for what is no
 * regular file) and ERR_NOT_FOUND. */
int yaml_load(struct arena *a, const char *path, struct yaml_node **ret_root,
              struct err *e) MUST_CHECK;

/* Returns the value under `key` of a map, or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Typed reading of one scalar; on failure ERR_CONFIG, "file:line: path: must be ..., is ...". */
int yaml_to_int(const struct yaml_node *n, int64_t min, int64_t max, int64_t *ret,
                struct err *e) MUST_CHECK;
int yaml_to_double(const struct yaml_node *n, double min, double max, double *ret,
                   struct err *e) MUST_CHECK;
int yaml_to_bool(const struct yaml_node *n, bool *ret, struct err *e) MUST_CHECK;
int yaml_to_string(const struct yaml_node *n, const char **ret, struct err *e) MUST_CHECK;

/* `names` ends with NULL; the index of the match is returned through `ret`. */
int yaml_to_enum(const struct yaml_node *n, const char *const *names, int *ret,
                 struct err *e) MUST_CHECK;

/* Fills `e` with "file:line: path: <formatted>" and returns ERR_CONFIG. */
int yaml_error(const struct yaml_node *n, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ERR_CONFIG naming the first key of `map` that is not in `keys` (NULL-terminated) with the nearest
 * known key as a suggestion. */
int yaml_check_keys(const struct yaml_node *map, const char *const *keys, struct err *e) MUST_CHECK;

#endif
