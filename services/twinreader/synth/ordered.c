#include "twinreader/synth/ordered.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/* Things wait in a ring of `window` slots, thing i in slot i % window; a worker may start on i only
 * once i - window was taken. */

enum { AHEAD = 4, POLL_MS = 100 };

struct slot {
    void *thing;
    struct err error;
    bool ready;
};

struct run {
    const struct synth_ordered *o;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    uint64_t next, taken; /* counted from `first` */
    size_t window;
    struct slot *slots;
    bool stop;
};

static bool is_last(const struct run *r, uint64_t i)
{
    return r->o->count && i >= r->o->count;
}

static void make_one(struct run *r, void *state, const struct err *broken, uint64_t i)
{
    struct slot *s = &r->slots[i % r->window];
    struct slot made = {.ready = true};
    if (broken->code)
        made.error = *broken;
    else if (r->o->make(r->o->user, state, r->o->first + i, &made.thing, &made.error))
        made.thing = NULL;
    pthread_mutex_lock(&r->lock);
    *s = made;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

static void *work(void *user)
{
    struct run *r = user;
    struct err broken = ERR_INIT;
    void *state = NULL;
    int code = r->o->begin(r->o->user, &state, &broken);
    for (;;) {
        pthread_mutex_lock(&r->lock);
        while (!r->stop && !is_last(r, r->next) && r->next - r->taken >= r->window)
            pthread_cond_wait(&r->changed, &r->lock);
        bool done = r->stop || is_last(r, r->next);
        uint64_t i = done ? 0 : r->next++;
        pthread_mutex_unlock(&r->lock);
        if (done)
            break;
        make_one(r, state, &broken, i);
    }
    if (code == 0)
        r->o->end(state);
    return NULL;
}

static bool signal_pending(void)
{
    sigset_t stops;
    struct timespec now = {0};
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    if (sigtimedwait(&stops, NULL, &now) < 0)
        return false;
    /* One asks; the second one means it. */
    pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
    return true;
}

static void wait_a_little(struct run *r)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += POLL_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&r->changed, &r->lock, &until);
}

/* Takes things as they become ready; the lock is held but while `take` runs. */
static int take_all(struct run *r, struct err *e)
{
    int code = 0;
    pthread_mutex_lock(&r->lock);
    while (code == 0 && !is_last(r, r->taken)) {
        struct slot *s = &r->slots[r->taken % r->window];
        if (signal_pending()) {
            code = err_set(e, ERR_CANCELLED, "interrupted");
            break;
        }
        if (!s->ready) {
            wait_a_little(r);
            continue;
        }
        pthread_mutex_unlock(&r->lock);
        code = s->error.code;
        if (code && e)
            *e = s->error;
        if (code == 0) {
            code = r->o->take(r->o->user, r->o->first + r->taken, s->thing, e);
            r->o->drop(s->thing);
        }
        pthread_mutex_lock(&r->lock);
        s->ready = false;
        r->taken++;
        pthread_cond_broadcast(&r->changed);
    }
    r->stop = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    return code > 0 ? 0 : code;
}

static int run_threads(struct run *r, pthread_t *threads, size_t workers, struct err *e)
{
    size_t started = 0;
    while (started < workers && pthread_create(&threads[started], NULL, work, r) == 0)
        started++;
    int code = started ? take_all(r, e) : err_set(e, ERR_BUSY, "no thread could be started");
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < r->window; i++)
        if (r->slots[i].ready && r->slots[i].thing)
            r->o->drop(r->slots[i].thing);
    return code;
}

int synth_ordered_run(const struct synth_ordered *o, struct err *e)
{
    size_t workers = o->workers > 0 ? (size_t)o->workers : 1;
    if (o->count && workers > o->count)
        workers = (size_t)o->count;
    struct run r = {.o = o, .window = workers * AHEAD};
    pthread_condattr_t monotonic;
    pthread_t *threads = calloc(workers, sizeof *threads);
    r.slots = calloc(r.window, sizeof *r.slots);
    if (!threads || !r.slots) {
        free(r.slots);
        free(threads);
        return err_set(e, ERR_NOMEM, "not enough memory for %zu workers", workers);
    }
    pthread_mutex_init(&r.lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&r.changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int code = run_threads(&r, threads, workers, e);
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    free(r.slots);
    free(threads);
    return code;
}
