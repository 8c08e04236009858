/*
 * Metrics in the Prometheus text format (version 0.0.4): counters, gauges and histograms with
 * labels fixed at registration.  Registration takes a mutex; updates are lock-free.
 *
 * Lifetime: a registry owns its metrics.  Threads: any.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

struct metrics;
struct metric;

struct metrics *metrics_create(void);
void metrics_destroy(struct metrics *m);

/* Registers, or returns the one registered before under the same name and labels.  `labels` is
 * `stage="detect"` style text or NULL.  Returns NULL when memory is exhausted; every update below
 * accepts NULL and does nothing. */
struct metric *metrics_counter(struct metrics *m, const char *name, const char *labels,
                               const char *help);
struct metric *metrics_gauge(struct metrics *m, const char *name, const char *labels,
                             const char *help);
/* `bounds` are the upper bounds of the buckets, ascending; +Inf is added. */
struct metric *metrics_histogram(struct metrics *m, const char *name, const char *labels,
                                 const char *help, const double *bounds, size_t count);

void metric_add(struct metric *c, double v); /* counter and gauge */
void metric_set(struct metric *g, double v); /* gauge */
void metric_observe(struct metric *h, double v);

/* Appends the exposition text, families in order of first registration. */
void metrics_write(struct metrics *m, struct buf *out);

#endif
