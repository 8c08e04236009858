#include "base/metrics.h"

#include "base/text.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A family is a name with its help and type; its metrics differ in labels.  Both are linked lists
 * that only grow, under the registry's mutex; a metric's address never changes, so updates need no
 * lock.  A double is added to by compare-and-swap on its bits. */

enum kind { COUNTER, GAUGE, HISTOGRAM };

struct metric {
    struct metric *next;
    char *labels; /* "" for none */
    enum kind kind;
    _Atomic double value; /* histogram: sum of observations */
    double *bounds;
    _Atomic uint64_t *buckets; /* bound_count + 1, the last is +Inf; not cumulative */
    size_t bound_count;
};

struct family {
    struct family *next;
    char *name, *help;
    enum kind kind;
    struct metric *metrics;
};

struct metrics {
    pthread_mutex_t families_lock;
    struct family *families;
};

struct metrics *metrics_create(void)
{
    struct metrics *m = calloc(1, sizeof *m);
    if (m && pthread_mutex_init(&m->families_lock, NULL) != 0) {
        free(m);
        m = NULL;
    }
    return m;
}

static void metric_destroy(struct metric *x)
{
    if (!x)
        return;
    free(x->labels);
    free(x->bounds);
    free((void *)(uintptr_t)x->buckets); /* a cast that drops only _Atomic */
    free(x);
}

static void family_destroy(struct family *f)
{
    for (struct metric *x = f->metrics, *next; x; x = next) {
        next = x->next;
        metric_destroy(x);
    }
    free(f->name);
    free(f->help);
    free(f);
}

void metrics_destroy(struct metrics *m)
{
    if (!m)
        return;
    for (struct family *f = m->families, *next; f; f = next) {
        next = f->next;
        family_destroy(f);
    }
    pthread_mutex_destroy(&m->families_lock);
    free(m);
}

static struct metric *metric_create(enum kind kind, const char *labels, const double *bounds,
                                    size_t count)
{
    struct metric *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->kind = kind;
    x->labels = strdup(labels);
    if (kind == HISTOGRAM) {
        x->bounds = calloc(count + 1, sizeof *x->bounds);
        x->buckets = calloc(count + 1, sizeof *x->buckets);
        x->bound_count = count;
    }
    if (!x->labels || (kind == HISTOGRAM && (!x->bounds || !x->buckets))) {
        metric_destroy(x);
        return NULL;
    }
    if (count)
        memcpy(x->bounds, bounds, count * sizeof *bounds);
    return x;
}

static struct family *family_create(enum kind kind, const char *name, const char *help)
{
    struct family *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->kind = kind;
    f->name = strdup(name);
    f->help = strdup(help);
    if (!f->name || !f->help) {
        family_destroy(f);
        return NULL;
    }
    return f;
}

/* Finds or adds; the caller holds the lock. */
static struct metric *register_locked(struct metrics *m, enum kind kind, const char *name,
                                      const char *labels, const char *help, const double *bounds,
                                      size_t count)
{
    struct family **f = &m->families;
    while (*f && strcmp((*f)->name, name) != 0)
        f = &(*f)->next;
    if (!*f)
        *f = family_create(kind, name, help);
    if (!*f || (*f)->kind != kind)
        return NULL;
    struct metric **x = &(*f)->metrics;
    while (*x && strcmp((*x)->labels, labels) != 0)
        x = &(*x)->next;
    if (!*x)
        *x = metric_create(kind, labels, bounds, count);
    return *x;
}

static struct metric *metric_register(struct metrics *m, enum kind kind, const char *name,
                                      const char *labels, const char *help, const double *bounds,
                                      size_t count)
{
    pthread_mutex_lock(&m->families_lock);
    struct metric *x =
        register_locked(m, kind, name, labels ? labels : "", help ? help : "", bounds, count);
    pthread_mutex_unlock(&m->families_lock);
    return x;
}

struct metric *metrics_counter(struct metrics *m, const char *name, const char *labels,
                               const char *help)
{
    return metric_register(m, COUNTER, name, labels, help, NULL, 0);
}

struct metric *metrics_gauge(struct metrics *m, const char *name, const char *labels,
                             const char *help)
{
    return metric_register(m, GAUGE, name, labels, help, NULL, 0);
}

struct metric *metrics_histogram(struct metrics *m, const char *name, const char *labels,
                                 const char *help, const double *bounds, size_t count)
{
    return metric_register(m, HISTOGRAM, name, labels, help, bounds, count);
}

static void add(struct metric *x, double v)
{
    double old = atomic_load_explicit(&x->value, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&x->value, &old, old + v, memory_order_relaxed,
                                                  memory_order_relaxed))
        ;
}

void metric_add(struct metric *c, double v)
{
    if (c)
        add(c, v);
}

void metric_set(struct metric *g, double v)
{
    if (g)
        atomic_store_explicit(&g->value, v, memory_order_relaxed);
}

void metric_observe(struct metric *h, double v)
{
    if (!h || h->kind != HISTOGRAM || isnan(v))
        return;
    size_t i = 0;
    while (i < h->bound_count && v > h->bounds[i])
        i++;
    atomic_fetch_add_explicit(&h->buckets[i], 1, memory_order_relaxed);
    add(h, v);
}

/* Help text escapes backslash and newline, as the format wants. */
static void write_help(struct buf *out, const char *help)
{
    for (; *help; help++) {
        if (*help == '\\')
            buf_puts(out, "\\\\");
        else if (*help == '\n')
            buf_puts(out, "\\n");
        else
            buf_putc(out, *help);
    }
}

static const char *number(double v, char *buf, size_t size)
{
    return isnan(v) ? "NaN" : isinf(v) ? (v > 0 ? "+Inf" : "-Inf") : text_from_double(v, buf, size);
}

static void write_histogram(const struct family *f, struct metric *x, struct buf *out)
{
    char text[32];
    const char *comma = *x->labels ? "," : "";
    uint64_t sum = 0;
    for (size_t i = 0; i <= x->bound_count; i++) {
        sum += atomic_load_explicit(&x->buckets[i], memory_order_relaxed);
        buf_printf(out, "%s_bucket{%s%sle=\"%s\"} %llu\n", f->name, x->labels, comma,
                   number(i < x->bound_count ? x->bounds[i] : INFINITY, text, sizeof text),
                   (unsigned long long)sum);
    }
    const char *open = *x->labels ? "{" : "", *close = *x->labels ? "}" : "";
    double total = atomic_load_explicit(&x->value, memory_order_relaxed);
    buf_printf(out, "%s_sum%s%s%s %s\n", f->name, open, x->labels, close,
               number(total, text, sizeof text));
    /* The count is the +Inf bucket just written, so that a scrape never contradicts itself. */
    buf_printf(out, "%s_count%s%s%s %llu\n", f->name, open, x->labels, close,
               (unsigned long long)sum);
}

void metrics_write(struct metrics *m, struct buf *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    char text[32];
    pthread_mutex_lock(&m->families_lock);
    for (const struct family *f = m->families; f; f = f->next) {
        buf_printf(out, "# HELP %s ", f->name);
        write_help(out, f->help);
        buf_printf(out, "\n# TYPE %s %s\n", f->name, kinds[f->kind]);
        for (struct metric *x = f->metrics; x; x = x->next) {
            if (x->kind == HISTOGRAM) {
                write_histogram(f, x, out);
                continue;
            }
            double v = atomic_load_explicit(&x->value, memory_order_relaxed);
            buf_printf(out, "%s%s%s%s %s\n", f->name, *x->labels ? "{" : "", x->labels,
                       *x->labels ? "}" : "", number(v, text, sizeof text));
        }
    }
    pthread_mutex_unlock(&m->families_lock);
}
