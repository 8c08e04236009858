/*
 * The engine over the pages of a truth, several at a time, each page timed.
 */
#ifndef TWINREADER_EVAL_RUN_H
#define TWINREADER_EVAL_RUN_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/engine.h"
#include "twinreader/eval.h"
#include "twinreader/progress.h"

struct eval_run_page {
    struct eval_page page; /* image is NULL when it could not be read */
    double ms;             /* wall time of reading it */
    struct err error;
};

struct eval_run {
    struct eval_run_page *page; /* one per page of the truth, in its order */
    size_t count;
    double wall_ms; /* of all */
};

/* Reads every image of `truth` (paths relative to `dir`) with `jobs` threads.  A page that cannot
 * be read has its error; the call fails with ERR_NOMEM or ERR_BUSY (no thread could be started). */
int eval_run(struct arena *a, struct engine *en, const struct eval_set *truth, const char *dir,
             int jobs, struct progress *progress, struct eval_run *ret, struct err *e) MUST_CHECK;

#endif
