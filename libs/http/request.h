/*
 * What a handler sees of a request.  All strings are valid UTF-8 without control characters, unless
 * said otherwise.
 *
 * Lifetime: everything belongs to the request and ends with its answer.  Threads: the handler's;
 * only request_cancelled may be called from others.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "http/multipart.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request;

/* The pointer given to server_create. */
void *request_user(const struct request *rq);

/* The decoded value of a {name} of the route's pattern; never NULL for a name that is there. */
const char *request_param(const struct request *rq, const char *name);

/* The value of a query parameter, or NULL. */
const char *request_query(const struct request *rq, const char *name);

/* ERR_USAGE when there is a query parameter that is not in `names` (NULL-terminated), or one twice:
 * a mistyped option is an error, not a silent default. */
int request_query_only(const struct request *rq, const char *const *names,
                       struct err *e) MUST_CHECK;

/* Typed parameters; the fallback when missing.  ERR_USAGE. */
int request_query_int(const struct request *rq, const char *name, int64_t min, int64_t max,
                      int64_t fallback, int64_t *ret, struct err *e) MUST_CHECK;
int request_query_bool(const struct request *rq, const char *name, bool fallback, bool *ret,
                       struct err *e) MUST_CHECK;

/* The value of a header (any case), or NULL; any bytes but control characters. */
const char *request_header(const struct request *rq, const char *name);

/* The body, never NULL. */
const void *request_body(const struct request *rq, size_t *ret_len);

/* Returns whether the body's media type is `type` ("multipart/form-data"). */
bool request_type_is(const struct request *rq, const char *type);

/* The parts of a multipart/form-data body; contents point into the body.  ERR_USAGE, ERR_LIMIT. */
int request_parts(struct request *rq, size_t max_parts, struct multipart_part **ret,
                  size_t *ret_count, struct err *e) MUST_CHECK;

/* The request's id: the client's when it is acceptable, else a ULID. */
const char *request_id(const struct request *rq);

/* The name of the API key the request came with; "" where the server has no keys. */
const char *request_key_name(const struct request *rq);

/* Memory that ends with the request; 1 MiB at most. */
struct arena *request_arena(struct request *rq);

/* Returns whether nobody waits for the answer any more (client gone, or server stopping). */
bool request_cancelled(const struct request *rq);

#endif
