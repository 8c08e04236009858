/*
 * Threads that read files side by side and hand back results in the order of the inputs.
 *
 * Each thread reads one document at a time and writes it in its output format; the calling thread
 * receives the results.  Readers do not run far ahead of it, so memory stays bounded however many
 * files there are.
 */
#ifndef TWINREADER_READ_POOL_H
#define TWINREADER_READ_POOL_H

#include "base/buf.h"
#include "base/err.h"
#include "twinreader/engine.h"
#include "twinreader/output.h"
#include "twinreader/progress.h"
#include "twinreader/read_inputs.h"

#include <stdbool.h>
#include <stdint.h>

struct read_pool_options {
    struct engine *engine;
    const struct output_format *format;
    bool fields;       /* include fields */
    bool timings;      /* include timings in the output */
    bool mask;         /* personal numbers, in texts and pictures */
    bool fields_table; /* a table of the fields instead of `format` */
    int64_t max_bytes; /* of standard input */
    int workers;
    struct progress *progress; /* told of every page; may be NULL */
};

struct read_result {
    const struct read_input *input;
    struct buf text;        /* the formatted reading; empty when it failed */
    struct buf problems;    /* pages that failed while others were read: terminated texts */
    struct err error;       /* code 0: read */
    struct timings timings; /* sums over pages */
    size_t pages;
};

/* Called on the calling thread, in input order; non-zero stops the run. */
typedef int read_pool_done_fn(void *user, const struct read_result *r);

/* Reads all inputs.  SIGINT and SIGTERM, which must be blocked in every thread, stop the run with
 * ERR_CANCELLED after the pages under way.  Also ERR_NOMEM, ERR_BUSY (no thread could be
 * started), and whatever `done` returned. */
int read_pool_run(const struct read_pool_options *o, const struct read_inputs *in,
                  read_pool_done_fn *done, void *user, struct err *e) MUST_CHECK;

#endif
