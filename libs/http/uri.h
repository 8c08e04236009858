/*
 * Request targets: splitting, percent-decoding, query parameters.
 *
 * What comes out is valid UTF-8 without control characters, so that nothing behind this file has to
 * think of zero bytes, overlong sequences or forged log lines.
 *
 * Lifetime: results live in the arena.  Threads: the arena's.
 */
#ifndef HTTP_URI_H
#define HTTP_URI_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define URI_MAX_PARAMETERS 32

struct uri_parameter {
    const char *name;
    const char *value; /* "" when there was no "=" */
};

/* Returns the length of the path of an origin-form target ("/a/b?x=1" -> 4). */
size_t uri_path_length(const char *target);

/* Decodes %XX (and "+" as a space when `plus`).  ERR_USAGE for a broken escape, a control character
 * or bytes that are not UTF-8; ERR_NOMEM. */
int uri_decode(struct arena *a, const char *s, size_t len, bool plus, const char **ret,
               struct err *e) MUST_CHECK;

/* Decodes "a=1&b=2" (without "?").  `ret` has room for URI_MAX_PARAMETERS.  ERR_USAGE as above and
 * for too many parameters; ERR_NOMEM. */
int uri_query(struct arena *a, const char *query, struct uri_parameter *ret, size_t *ret_count,
              struct err *e) MUST_CHECK;

#endif
