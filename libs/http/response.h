/*
 * Building an answer.  Failures of memory are remembered and turn the answer into a 500, so a
 * handler need not check each call.
 *
 * Lifetime and threads: the handler's.
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

struct response;

/* The default is 200. */
void response_status(struct response *rs, int status);

/* Adds a header; `value` is copied.  A control character in it is a programmer's mistake and drops
 * the header. */
void response_header(struct response *rs, const char *name, const char *value);

/* Gives the content of `b` as body (left empty) with a media type, which must outlive the request.
 */
void response_body(struct response *rs, const char *type, struct buf *b);

/* Gives `size` bytes of an open file as body; the descriptor is the response's from now on. */
void response_file(struct response *rs, const char *type, int fd, int64_t size);

/* Makes it a problem document (RFC 9457) of type "urn:dure:problem:<code>". */
void response_problem(struct response *rs, int status, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Makes it the problem document of an error: its status by the table in response.c. */
void response_error(struct response *rs, const struct err *e);

/* Returns the standard's phrase for a status, "Not Found". */
const char *response_reason(int status);

#endif
