/*
 * How long a package's network takes for the shapes it typically gets.
 *
 * Threads: one at a time, or the figures disturb each other.
 */
#ifndef TWINREADER_MODELS_BENCH_H
#define TWINREADER_MODELS_BENCH_H

#include "base/err.h"
#include "infer/package.h"

#include <stddef.h>
#include <stdint.h>

struct models_figure {
    int64_t shape[4]; /* batch, channels, height, width */
    double ms;        /* median of the runs */
    int runs;
};

enum { MODELS_FIGURES_MAX = 16 };

/* Times the package's network on noise of each typical shape, after one run that warms it up, for
 * at least three runs and about 0.4 seconds.  `threads` are those inside one run. */
int models_bench(const struct package *p, int threads, struct models_figure ret[MODELS_FIGURES_MAX],
                 size_t *ret_count, struct err *e) MUST_CHECK;

/* What the time grows with: input columns (recogniser), pixels (detector), items (angle). */
double models_bench_units(const struct package *p, const struct models_figure *f);
const char *models_bench_unit_name(const struct package *p);

#endif
