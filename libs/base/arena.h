/*
 * Arena: memory of one request, page or job, freed all at once.
 *
 * Every allocation counts against a byte limit given at creation; past it allocation returns NULL,
 * so that a hostile input meets a bound rather than the machine's memory.
 *
 * Lifetime: from arena_create to arena_destroy; arena_reset keeps the arena and drops its content.
 * Threads: one at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/err.h"

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Creates an arena that will hand out at most `limit` bytes; NULL when memory is exhausted. */
struct arena *arena_create(size_t limit);

/* Frees the arena and all it handed out; NULL is allowed. */
void arena_destroy(struct arena *a);

/* Forgets all allocations, keeping one block for reuse. */
void arena_reset(struct arena *a);

/* Returns `size` zeroed bytes aligned to 16, or NULL past the limit. */
void *arena_alloc(struct arena *a, size_t size) MUST_CHECK;

/* Returns `count` zeroed elements of `size` bytes, or NULL on overflow or past the limit. */
void *arena_array(struct arena *a, size_t count, size_t size) MUST_CHECK;

/* Returns a terminated copy of the first `len` bytes of `s`, or NULL. */
char *arena_strndup(struct arena *a, const char *s, size_t len) MUST_CHECK;

/* Returns a copy of `s`, or NULL. */
char *arena_strdup(struct arena *a, const char *s) MUST_CHECK;

/* Returns the formatted string, or NULL. */
char *arena_printf(struct arena *a, const char *fmt, ...) MUST_CHECK
    __attribute__((format(printf, 2, 3)));

/* Returns the bytes handed out since creation or the last reset. */
size_t arena_used(const struct arena *a);

#endif
