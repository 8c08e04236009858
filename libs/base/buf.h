/*
 * Growing byte buffer with a sticky failure, for writing output piece by piece.
 *
 * Appending after a failure does nothing; check once at the end with buf_status.  The content is
 * always followed by a zero byte that is not counted.
 *
 * Lifetime: buf_init (no allocation) to buf_finish.  Threads: one at a time.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"

#include <stddef.h>

struct buf {
    char *data; /* content, terminated; NULL while nothing was appended */
    size_t len; /* bytes of content */
    size_t capacity;
    size_t limit; /* most bytes it may hold */
    int status;   /* 0, ERR_NOMEM or ERR_LIMIT */
};

/* Makes `b` empty; it will hold at most `limit` bytes (0: no limit but memory). */
void buf_init(struct buf *b, size_t limit);

/* Frees the content; `b` is empty again. */
void buf_finish(struct buf *b);

/* Drops the content, keeps the memory, clears a failure. */
void buf_clear(struct buf *b);

/* Appends `len` bytes. */
void buf_append(struct buf *b, const void *bytes, size_t len);

/* Appends a terminated string. */
void buf_puts(struct buf *b, const char *s);

/* Appends one byte. */
void buf_putc(struct buf *b, char c);

/* Appends a formatted string. */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Returns 0 or the first failure's code. */
int buf_status(const struct buf *b) MUST_CHECK;

/* Hands the content to the caller, who frees it with free(); `b` is empty again.  Never NULL while
 * the status is 0 and something was appended. */
char *buf_take(struct buf *b, size_t *ret_len);

#endif
