/*
 * Routes: one static table per service, matched by path first and method second.
 *
 * A pattern is made of literal segments and {names}: "/v1/documents/{id}/pages/{n}/image".  A name
 * matches exactly one segment that is not empty.  HEAD is answered by the GET route.
 *
 * Lifetime: tables are static.  Threads: any.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct request;
struct response;

/* Answers a request: fills `rs` and returns 0, or returns an error that the server turns into a
 * problem document. */
typedef int route_fn(struct request *rq, struct response *rs, struct err *e);

enum route_flags {
    ROUTE_OPEN = 1,   /* needs no API key */
    ROUTE_INLINE = 2, /* answers at once on the connection's loop: must not wait or compute */
    ROUTE_SLOW = 4    /* runs on the pool for long work, whose queue is short and may be full */
};

struct route {
    const char *method; /* "GET", "POST", "PUT", "PATCH", "DELETE" */
    const char *path;
    route_fn *handler;
    unsigned flags;
    int64_t max_body;           /* bytes; 0: a body is refused */
    const char *const *accepts; /* media types of the body, "image/" followed by "*" for a family,
                                   NULL-terminated; NULL: any */
};

#define ROUTER_MAX_PARAMS 4
#define ROUTER_ALLOW_SIZE 64

struct router_param {
    const char *name;
    size_t name_len;
    const char *value; /* still percent-encoded, within the path that was matched */
    size_t value_len;
};

struct router_match {
    const struct route *route; /* NULL: none */
    struct router_param param[ROUTER_MAX_PARAMS];
    size_t param_count;
    char allow[ROUTER_ALLOW_SIZE]; /* methods this path has, "GET, HEAD, DELETE"; "" when none has
                                      such a path */
};

/* Finds the route for `method` and the `len` bytes of a raw path. */
void router_find(const struct route *routes, size_t count, const char *method, const char *path,
                 size_t len, struct router_match *ret);

#endif
