/*
 * Many things made at the same time and handed over in order: pages, crops.
 *
 * Thing n is made by whichever thread is free, from n alone; it waits until all before it were
 * taken.  At most a few a worker wait at any time, so memory stays bounded when taking is slow.
 */
#ifndef TWINREADER_SYNTH_ORDERED_H
#define TWINREADER_SYNTH_ORDERED_H

#include "base/err.h"

#include <stdint.h>

struct synth_ordered {
    int workers;
    uint64_t first, count; /* count 0: until `take` stops it */
    void *user;
    /* On a worker's thread, before and after all it makes; what is not shared between threads lives
     * in its state. */
    int (*begin)(void *user, void **ret_state, struct err *e);
    void (*end)(void *state);
    /* On a worker's thread: makes thing n. */
    int (*make)(void *user, void *state, uint64_t n, void **ret, struct err *e);
    /* On the calling thread, in order; the thing stays the caller's to drop.  More than 0 ends it
     * well. */
    int (*take)(void *user, uint64_t n, void *thing, struct err *e);
    void (*drop)(void *thing);
};

/* Makes and takes all.  The first failure in order ends it and is what is told.  SIGINT and
 * SIGTERM, which must be blocked in every thread, end it with ERR_CANCELLED.  Also ERR_NOMEM,
 * ERR_BUSY (no thread could be started). */
int synth_ordered_run(const struct synth_ordered *o, struct err *e) MUST_CHECK;

#endif
