#include "twinreader/read_pool.h"

#include "image/encode.h"
#include "twinreader/mask.h"
#include "twinreader/read_fields.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Results wait in a ring of `window` slots, input i in slot i % window; a reader may take input i
 * only once input i - window was delivered. */

enum { AHEAD = 4, JPEG_QUALITY = 85, POLL_MS = 100, MASK_MEMORY = 64 << 20 };

struct slot {
    struct read_result result;
    bool ready;
};

struct pool {
    const struct read_pool_options *options;
    const struct read_inputs *inputs;
    atomic_bool stop;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    size_t next, delivered, window;
    struct slot *slots;
};

/* One document under way. */
struct job {
    struct pool *pool;
    struct job_picture {
        struct buf jpeg;
        int width, height;
    } *pictures; /* by page, for formats that embed them */
    size_t picture_count;
    struct err picture_error;
    int pages_done, page_total; /* as the progress bar was told */
};

static int keep_picture(struct job *j, const struct page *page, const struct image *picture)
{
    size_t index = (size_t)page->number - 1;
    if (index >= j->picture_count) {
        struct job_picture *p = reallocarray(j->pictures, index + 1, sizeof *p);
        if (!p)
            return err_set(&j->picture_error, ERR_NOMEM,
                           "not enough memory for the page's picture");
        for (size_t i = j->picture_count; i <= index; i++) {
            p[i] = (struct job_picture){0};
            buf_init(&p[i].jpeg, 0);
        }
        j->pictures = p;
        j->picture_count = index + 1;
    }
    struct job_picture *p = &j->pictures[index];
    p->width = picture->width;
    p->height = picture->height;
    if (!j->pool->options->mask)
        return image_encode_jpeg(picture, JPEG_QUALITY, &p->jpeg, &j->picture_error);
    struct arena *a = arena_create(MASK_MEMORY);
    int code = a ? mask_encode(a, page, picture, JPEG_QUALITY, &p->jpeg, &j->picture_error)
                 : err_set(&j->picture_error, ERR_NOMEM, "not enough memory to mask a page");
    arena_destroy(a);
    return code;
}

static int on_page(void *user, const struct reading *r, const struct page *p,
                   const struct image *picture, int page_total)
{
    struct job *j = user;
    (void)r;
    if (atomic_load(&j->pool->stop))
        return 1;
    if (page_total > j->page_total) {
        progress_grow(j->pool->options->progress, (size_t)(page_total - j->page_total));
        j->page_total = page_total;
    }
    progress_add(j->pool->options->progress, 1);
    j->pages_done++;
    if (j->pool->options->format->needs_picture && picture)
        return keep_picture(j, p, picture);
    return 0;
}

static int give_picture(void *user, size_t index, struct buf *jpeg, int *ret_width, int *ret_height,
                        struct err *e)
{
    const struct job *j = user;
    if (index >= j->picture_count || !j->pictures[index].jpeg.len)
        return err_set(e, ERR_NOT_FOUND, "page %zu has no picture", index + 1);
    buf_append(jpeg, j->pictures[index].jpeg.data, j->pictures[index].jpeg.len);
    *ret_width = j->pictures[index].width;
    *ret_height = j->pictures[index].height;
    return 0;
}

static int read_stdin(int64_t max_bytes, struct buf *ret, struct err *e)
{
    char chunk[65536];
    ssize_t n;
    while ((n = read(STDIN_FILENO, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(e, ERR_IO, errno, "cannot read");
        if ((int64_t)ret->len + n > max_bytes)
            return err_set(e, ERR_LIMIT, "larger than %lld bytes", (long long)max_bytes);
        buf_append(ret, chunk, (size_t)n);
        if (buf_status(ret))
            return err_set(e, ERR_NOMEM, "not enough memory to read it");
    }
    return 0;
}

/* Sums up the pages and notes those that failed; a document of which nothing could be read failed
 * itself. */
static int take_pages(const struct reading *r, struct read_result *result, struct err *e)
{
    size_t failed = 0;
    for (size_t i = 0; i < r->page_count; i++) {
        const struct page *p = &r->pages[i];
        struct timings *sum = &result->timings;
        for (int s = 0; s < STAGE_COUNT; s++)
            sum->ns[s] += p->timings.ns[s];
        sum->total_ns += p->timings.total_ns;
        sum->boxes += p->timings.boxes;
        sum->batches += p->timings.batches;
        sum->columns += p->timings.columns;
        sum->columns_text += p->timings.columns_text;
        if (!p->error)
            continue;
        failed++;
        buf_printf(&result->problems, "page %d: %s", p->number, p->error);
        buf_putc(&result->problems, '\0');
    }
    result->pages = r->page_count;
    if (!failed || failed < r->page_count)
        return 0;
    buf_clear(&result->problems);
    return err_set(e, ERR_FORMAT, failed > 1 ? "no page could be read; page 1: %s" : "%s",
                   r->pages[0].error);
}

static void read_one(struct pool *pool, struct read_result *result)
{
    const struct read_pool_options *o = pool->options;
    const struct read_input *in = result->input;
    struct job j = {.pool = pool, .page_total = 1}; /* counted with the inputs */
    struct reading *r = NULL;
    struct buf bytes;
    struct err *e = &result->error;
    struct engine_source source = {.name = in->path, .path = in->path};
    buf_init(&bytes, 0);
    int code = 0;
    if (in->problem)
        code = err_set(e, ERR_IO, "%s", in->problem);
    else if (strcmp(in->path, "-") == 0) {
        code = read_stdin(o->max_bytes, &bytes, e);
        source = (struct engine_source){
            .name = "stdin", .bytes = bytes.data ? bytes.data : "", .len = bytes.len};
    }
    if (!code)
        code = engine_read(o->engine, &source, 1, on_page, &j, &r, e);
    if (code && j.picture_error.code)
        *e = j.picture_error;
    if (!code)
        code = take_pages(r, result, e);
    if (!code && o->mask)
        code = mask_reading(r, e);
    struct output_options output = {
        .fields = o->fields, .timings = o->timings, .picture = give_picture, .user = &j};
    if (!code && o->fields_table)
        read_fields_write(r, &result->text);
    else if (!code)
        code = o->format->write(r, &output, &result->text, e);
    if (!code && (buf_status(&result->text) || buf_status(&result->problems)))
        code = err_set(e, ERR_NOMEM, "not enough memory for the result");
    if (code)
        buf_clear(&result->text);
    if (j.page_total > j.pages_done) /* it failed on the way */
        progress_add(o->progress, (size_t)(j.page_total - j.pages_done));
    reading_destroy(r);
    for (size_t i = 0; i < j.picture_count; i++)
        buf_finish(&j.pictures[i].jpeg);
    free(j.pictures);
    buf_finish(&bytes);
}

static void result_init(struct read_result *r, const struct read_input *in)
{
    *r = (struct read_result){.input = in};
    buf_init(&r->text, 0);
    buf_init(&r->problems, 0);
}

static void result_finish(struct read_result *r)
{
    buf_finish(&r->text);
    buf_finish(&r->problems);
}

static void *work(void *user)
{
    struct pool *p = user;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (p->next < p->inputs->count && p->next - p->delivered >= p->window &&
               !atomic_load(&p->stop))
            pthread_cond_wait(&p->changed, &p->lock);
        if (p->next == p->inputs->count || atomic_load(&p->stop))
            break;
        struct slot *s = &p->slots[p->next % p->window];
        result_init(&s->result, &p->inputs->item[p->next++]);
        pthread_mutex_unlock(&p->lock);
        read_one(p, &s->result);
        pthread_mutex_lock(&p->lock);
        s->ready = true;
        pthread_cond_broadcast(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
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

/* Delivers results as they become ready; the lock is held but while `done` runs. */
static int deliver(struct pool *p, read_pool_done_fn *done, void *user, struct err *e)
{
    int code = 0;
    pthread_mutex_lock(&p->lock);
    while (!code && p->delivered < p->inputs->count) {
        struct slot *s = &p->slots[p->delivered % p->window];
        if (signal_pending()) {
            code = err_set(e, ERR_CANCELLED, "interrupted");
            break;
        }
        if (!s->ready) {
            struct timespec until;
            clock_gettime(CLOCK_MONOTONIC, &until);
            until.tv_nsec += POLL_MS * 1000000;
            until.tv_sec += until.tv_nsec / 1000000000;
            until.tv_nsec %= 1000000000;
            pthread_cond_timedwait(&p->changed, &p->lock, &until);
            continue;
        }
        pthread_mutex_unlock(&p->lock);
        code = done(user, &s->result);
        result_finish(&s->result);
        pthread_mutex_lock(&p->lock);
        s->ready = false;
        p->delivered++;
        pthread_cond_broadcast(&p->changed);
    }
    atomic_store(&p->stop, true);
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return code;
}

int read_pool_run(const struct read_pool_options *o, const struct read_inputs *in,
                  read_pool_done_fn *done, void *user, struct err *e)
{
    size_t workers = o->workers > 0 ? (size_t)o->workers : 1;
    if (workers > in->count)
        workers = in->count;
    if (!workers)
        return 0;
    struct pool p = {.options = o, .inputs = in, .window = workers * AHEAD};
    pthread_condattr_t monotonic;
    pthread_t *threads = calloc(workers, sizeof *threads);
    p.slots = calloc(p.window, sizeof *p.slots);
    size_t started = 0;
    int code = 0;
    if (!threads || !p.slots) {
        code = err_set(e, ERR_NOMEM, "not enough memory for %zu readers", workers);
        goto out_memory;
    }
    pthread_mutex_init(&p.lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&p.changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    while (started < workers && pthread_create(&threads[started], NULL, work, &p) == 0)
        started++;
    code =
        started ? deliver(&p, done, user, e) : err_set(e, ERR_BUSY, "no thread could be started");
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < p.window; i++)
        if (p.slots[i].ready)
            result_finish(&p.slots[i].result);
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
out_memory:
    free(p.slots);
    free(threads);
    return code;
}
