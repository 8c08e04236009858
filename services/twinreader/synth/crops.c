#include "twinreader/synth/crops.h"

#include "base/buf.h"
#include "base/file.h"
#include "twinreader/synth/crops_sample.h"
#include "twinreader/synth/ordered.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Samples travel in batches: handing over one by one would cost as much as making them. */
enum { BATCH = 32 };

static const char MAGIC[8] = {'D', 'U', 'R', 'E', 'C', 'R', 'P', '2'};

struct stream {
    struct synth_crops_options o;
    struct synth_crops_charset *charset;
    int fd;
};

struct synth_crops_options synth_crops_options_default(void)
{
    return (struct synth_crops_options){
        .seed = 1, .split = SYNTH_TRAIN, .height = 32, .max_width = 640, .workers = 1, .look = -1};
}

static int check(const struct synth_crops_options *o, struct err *e)
{
    if (o->height < 16 || o->height > 96)
        return err_set(e, ERR_USAGE, "a height of %d pixels is not within 16..96", o->height);
    if (o->max_width < 2 * o->height || o->max_width > UINT16_MAX)
        return err_set(e, ERR_USAGE, "a width of %d pixels is not within %d..%d", o->max_width,
                       2 * o->height, UINT16_MAX);
    if (o->workers < 1 || o->workers > 256)
        return err_set(e, ERR_USAGE, "%d workers are not within 1..256", o->workers);
    if (o->look < -1 || o->look >= SYNTH_LOOK_COUNT)
        return err_set(e, ERR_USAGE, "there is no look %d", o->look);
    return 0;
}

static int begin(void *user, void **ret, struct err *e)
{
    struct stream *s = user;
    struct synth_crops_maker *m;
    int code = synth_crops_maker_create(&s->o, s->charset, &m, e);
    if (!code)
        *ret = m;
    return code;
}

static void end(void *state)
{
    synth_crops_maker_destroy(state);
}

static void put16(struct buf *b, size_t v)
{
    buf_putc(b, (char)(v & 0xff));
    buf_putc(b, (char)(v >> 8));
}

static void put_sample(struct buf *b, const struct synth_crops_sample *s)
{
    size_t len = strlen(s->text);
    put16(b, (size_t)s->picture->height);
    put16(b, (size_t)s->picture->width);
    put16(b, len);
    buf_putc(b, (char)s->font);
    buf_putc(b, (char)s->look);
    buf_append(b, s->text, len);
    for (size_t i = 0; i < s->span_count; i++) {
        put16(b, (size_t)lround(s->spans[i].x0));
        put16(b, (size_t)lround(s->spans[i].x1));
    }
    for (int y = 0; y < s->picture->height; y++)
        buf_append(b, s->picture->pixels + (size_t)y * s->picture->stride,
                   (size_t)s->picture->width);
}

static void drop(void *thing)
{
    struct buf *b = thing;
    if (b)
        buf_finish(b);
    free(b);
}

/* Makes the samples of batch `k`, counted from the first sample wanted. */
static int make(void *user, void *state, uint64_t k, void **ret, struct err *e)
{
    const struct stream *s = user;
    struct buf *b = malloc(sizeof *b);
    if (!b)
        return err_set(e, ERR_NOMEM, "no memory for a batch of crops");
    buf_init(b, 0);
    int code = 0;
    for (uint64_t i = k * BATCH; !code && i < (k + 1) * BATCH; i++) {
        struct synth_crops_sample sample;
        if (s->o.count && i >= s->o.count)
            break;
        code = synth_crops_maker_make(state, s->o.first + i, &sample, e);
        if (code)
            break;
        put_sample(b, &sample);
        image_destroy(sample.picture);
    }
    if (!code && buf_status(b))
        code = err_set(e, ERR_NOMEM, "no memory for a batch of crops");
    if (code)
        drop(b);
    else
        *ret = b;
    return code;
}

/* A reader that has enough closes the pipe: that is no failure. */
static int take(void *user, uint64_t k, void *thing, struct err *e)
{
    const struct stream *s = user;
    const struct buf *b = thing;
    (void)k;
    if (file_write_fd(s->fd, b->data, b->len))
        return 0;
    if (errno == EPIPE)
        return 1;
    return err_set_errno(e, ERR_IO, errno, "crops cannot be written");
}

static int run(struct stream *s, struct err *e)
{
    struct synth_ordered o = {
        .workers = s->o.workers,
        .count = s->o.count / BATCH + (s->o.count % BATCH != 0),
        .user = s,
        .begin = begin,
        .end = end,
        .make = make,
        .take = take,
        .drop = drop,
    };
    if (!file_write_fd(s->fd, MAGIC, sizeof MAGIC))
        return errno == EPIPE ? 0 : err_set_errno(e, ERR_IO, errno, "crops cannot be written");
    return synth_ordered_run(&o, e);
}

int synth_crops_stream(const struct synth_crops_options *o, int fd, struct err *e)
{
    struct stream s = {.o = *o, .fd = fd};
    int code = check(o, e);
    if (!code)
        code = synth_crops_charset_load(NULL, &s.charset, e);
    if (code)
        return code;
    /* The signal of a closed pipe would end the program; held back, writing says EPIPE. */
    sigset_t pipes, before;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipes, &before);
    code = run(&s, e);
    struct timespec now = {0};
    if (!sigismember(&before, SIGPIPE))
        sigtimedwait(&pipes, NULL, &now);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    synth_crops_charset_destroy(s.charset);
    return code;
}
