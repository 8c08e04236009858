/*
 * A request's body as it arrives: in memory while small, then in an unnamed file, so that many
 * large uploads at once cost page cache and not our memory.  All bodies together share one budget.
 *
 * Lifetime: body_init to body_finish.  Threads: one at a time; the budget is shared by all.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "base/buf.h"
#include "base/err.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct body_budget {
    atomic_llong used; /* bytes of all bodies */
    long long limit;
    const char *folder; /* for the unnamed files */
};

struct body {
    struct body_budget *budget;
    long long held; /* bytes taken from the budget */
    int64_t max;    /* bytes it may have */
    struct buf memory;
    int fd; /* -1 while in memory */
    int64_t len;
    void *map; /* after body_bytes of a file */
};

void body_init(struct body *b, struct body_budget *budget, int64_t max);
void body_finish(struct body *b);

/* Sets budget aside for a body whose length was announced.  ERR_BUSY when the budget is used up. */
int body_expect(struct body *b, int64_t len, struct err *e) MUST_CHECK;

/* Appends what arrived.  ERR_LIMIT: longer than its maximum; ERR_BUSY: the budget of all is used
 * up; ERR_IO: the file cannot be written. */
int body_append(struct body *b, const void *bytes, size_t len, struct err *e) MUST_CHECK;

/* Returns all of it, never NULL; valid until body_finish.  ERR_IO, ERR_NOMEM. */
int body_bytes(struct body *b, const void **ret, size_t *ret_len, struct err *e) MUST_CHECK;

#endif
