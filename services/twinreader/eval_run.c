#include "twinreader/eval_run.h"

#include "base/clock.h"

#include <pthread.h>

struct shared {
    struct engine *engine;
    const struct eval_set *truth;
    const char *dir;
    struct progress *progress;
    struct eval_run_page *result;
    pthread_mutex_t lock; /* of `next` and `arena` */
    size_t next;
    struct arena *arena;
};

static int read_page(struct shared *s, const struct eval_page *truth, struct eval_run_page *result)
{
    struct reading *r = NULL;
    struct err *e = &result->error;
    pthread_mutex_lock(&s->lock);
    const char *path = truth->image[0] == '/'
                           ? truth->image
                           : arena_printf(s->arena, "%s/%s", s->dir, truth->image);
    pthread_mutex_unlock(&s->lock);
    if (!path)
        return err_set(e, ERR_NOMEM, "not enough memory for a path");
    struct engine_source source = {.name = truth->image, .path = path};
    uint64_t start = clock_monotonic_ns();
    int rc = engine_read(s->engine, &source, 1, NULL, NULL, &r, e);
    result->ms = (double)(clock_monotonic_ns() - start) / 1e6;
    if (rc)
        return rc;
    if (r->page_count == 1 && r->pages[0].error) {
        rc = err_set(e, ERR_FORMAT, "%s", r->pages[0].error);
    } else {
        pthread_mutex_lock(&s->lock);
        rc = eval_from_reading(s->arena, r, truth->image, truth->words, &result->page, e);
        pthread_mutex_unlock(&s->lock);
    }
    reading_destroy(r);
    return rc;
}

static void *work(void *user)
{
    struct shared *s = user;
    for (;;) {
        pthread_mutex_lock(&s->lock);
        size_t i = s->next++;
        pthread_mutex_unlock(&s->lock);
        if (i >= s->truth->count)
            return NULL;
        int rc = read_page(s, &s->truth->page[i], &s->result[i]);
        if (rc && !s->result[i].error.code)
            s->result[i].error.code = rc;
        progress_add(s->progress, 1);
    }
}

int eval_run(struct arena *a, struct engine *en, const struct eval_set *truth, const char *dir,
             int jobs, struct progress *progress, struct eval_run *ret, struct err *e)
{
    struct shared s = {.engine = en,
                       .truth = truth,
                       .dir = dir,
                       .progress = progress,
                       .lock = PTHREAD_MUTEX_INITIALIZER,
                       .arena = a};
    size_t want = (size_t)jobs < truth->count ? (size_t)jobs : truth->count, started = 0;
    pthread_t *thread = arena_array(a, want + 1, sizeof *thread);
    s.result = arena_array(a, truth->count + 1, sizeof *s.result);
    if (!thread || !s.result)
        return err_set(e, ERR_NOMEM, "the pages do not fit in memory");
    uint64_t start = clock_monotonic_ns();
    while (started < want && pthread_create(&thread[started], NULL, work, &s) == 0)
        started++;
    for (size_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    if (want && !started)
        return err_set(e, ERR_BUSY, "no thread could be started");
    *ret = (struct eval_run){.page = s.result,
                             .count = truth->count,
                             .wall_ms = (double)(clock_monotonic_ns() - start) / 1e6};
    return 0;
}
