#include "http/workers.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
    void (*run)(void *arg);
    void *arg;
};

struct workers {
    pthread_mutex_t lock; /* guards all below but `thread` */
    pthread_cond_t wake;
    int taken; /* places: reserved, waiting or running */
    int places;
    int first, waiting; /* ring of `places` jobs */
    struct job *ring;
    double seconds; /* moving average of a job's length */
    bool closed;
    int threads, thread_total; /* running, wanted */
    pthread_t *thread;
};

static void *work(void *arg)
{
    struct workers *w = arg;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->waiting && !(w->closed && !w->taken))
            pthread_cond_wait(&w->wake, &w->lock);
        if (!w->waiting)
            break;
        struct job job = w->ring[w->first];
        w->first = (w->first + 1) % w->places;
        w->waiting--;
        pthread_mutex_unlock(&w->lock);
        uint64_t start = clock_monotonic_ns();
        job.run(job.arg);
        double took = (double)(clock_monotonic_ns() - start) / 1e9;
        pthread_mutex_lock(&w->lock);
        w->taken--;
        if (w->closed && !w->taken)
            pthread_cond_broadcast(&w->wake);
        w->seconds += 0.2 * (took - w->seconds);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

int workers_create(int threads, int queue, struct workers **ret, struct err *e)
{
    struct workers *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(e, ERR_NOMEM, "out of memory for a pool");
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    w->thread_total = threads;
    w->places = threads + queue;
    w->ring = calloc((size_t)w->places, sizeof *w->ring);
    w->thread = calloc((size_t)threads, sizeof *w->thread);
    int rc = w->ring && w->thread ? 0 : err_set(e, ERR_NOMEM, "out of memory for a pool");
    while (!rc && w->threads < threads) {
        int errnum = pthread_create(&w->thread[w->threads], NULL, work, w);
        if (errnum)
            rc = err_set_errno(e, ERR_IO, errnum, "cannot start a thread");
        else
            w->threads++;
    }
    if (rc)
        workers_destroy(w);
    else
        *ret = w;
    return rc;
}

void workers_close(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->closed = true;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->threads; i++)
        pthread_join(w->thread[i], NULL);
    w->threads = 0;
}

void workers_destroy(struct workers *w)
{
    if (!w)
        return;
    workers_close(w);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w->thread);
    free(w->ring);
    free(w);
}

bool workers_reserve(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    bool free_place = !w->closed && w->taken < w->places;
    if (free_place)
        w->taken++;
    pthread_mutex_unlock(&w->lock);
    return free_place;
}

bool workers_full(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    bool full = w->closed || w->taken >= w->places;
    pthread_mutex_unlock(&w->lock);
    return full;
}

void workers_submit(struct workers *w, void (*run)(void *arg), void *arg)
{
    pthread_mutex_lock(&w->lock);
    w->ring[(w->first + w->waiting) % w->places] = (struct job){run, arg};
    w->waiting++;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

int workers_waiting(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    int n = w->waiting;
    pthread_mutex_unlock(&w->lock);
    return n;
}

int workers_retry_after(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    double s = w->seconds * w->taken / w->thread_total / 2;
    pthread_mutex_unlock(&w->lock);
    return s < 1 ? 1 : s > 60 ? 60 : (int)(s + 0.5);
}
