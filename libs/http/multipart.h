/*
 * multipart/form-data (RFC 7578) over a body that is already in memory or mapped: parts are slices
 * of it, nothing is copied, so a large upload costs no second buffer.
 *
 * Lifetime: contents point into the body, names into the arena.  Threads: the arena's.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

#define MULTIPART_BOUNDARY_MAX 70

struct multipart_part {
    const char *name;     /* field name; "" when missing */
    const char *filename; /* as sent, without folders; NULL when there was none */
    const char *type;     /* media type as sent; NULL when there was none */
    const void *bytes;
    size_t len;
};

/* Takes the boundary out of a Content-Type value.  ERR_USAGE when it is missing or malformed. */
int multipart_boundary(const char *content_type, char ret[MULTIPART_BOUNDARY_MAX + 1],
                       struct err *e) MUST_CHECK;

/* Splits `len` bytes into parts.  ERR_USAGE: not well formed, or not ended by the closing boundary
 * (a cut upload); ERR_LIMIT: more than `max_parts`; ERR_NOMEM. */
int multipart_parse(struct arena *a, const char *boundary, const void *body, size_t len,
                    size_t max_parts, struct multipart_part **ret, size_t *ret_count,
                    struct err *e) MUST_CHECK;

#endif
