/*
 * A bounded pool: a fixed number of threads and a fixed number of waiting places.
 *
 * A place is reserved before a job is handed in, so that the caller can answer "full" while it
 * still may, and handing in never fails.
 *
 * Lifetime: workers_create to workers_destroy, which closes first.  Threads: any.
 */
#ifndef HTTP_WORKERS_H
#define HTTP_WORKERS_H

#include "base/err.h"

#include <stdbool.h>

struct workers;

/* Starts `threads` threads; `queue` jobs may wait besides those that run. */
int workers_create(int threads, int queue, struct workers **ret, struct err *e) MUST_CHECK;

/* Refuses further jobs and returns when all that have a place are done. */
void workers_close(struct workers *w);

/* Closes; NULL is allowed. */
void workers_destroy(struct workers *w);

/* Takes a place; false when all are taken. */
bool workers_reserve(struct workers *w);

/* Returns whether workers_reserve would fail now. */
bool workers_full(struct workers *w);

/* Hands in a job for a place reserved before. */
void workers_submit(struct workers *w, void (*run)(void *arg), void *arg);

/* Returns the number of jobs that wait. */
int workers_waiting(struct workers *w);

/* Returns an estimate of the seconds until a place becomes free, from the length of recent jobs; at
 * least 1, at most 60. */
int workers_retry_after(struct workers *w);

#endif
