#include "http/watch.h"

#include "base/clock.h"
#include "base/hash.h"
#include "http/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINGERING = 64, LINGER_MS = 2000, TICK_MS = 100, PROBE_MS = 1000 };

struct watch_conn {
    struct watch *watch;
    struct watch_conn *prev, *next;
    int fd;
    enum watch_phase phase;
    uint64_t since_ns;
    uint64_t quiet_ns; /* since when the client has ended its side; 0: it has not */
    bool probed;       /* it was asked whether it is still there */
    int64_t bytes;     /* body received or answer to send */
    struct request *rq;
    bool fresh; /* no request was answered on it yet */
    bool ended; /* our side is shut; the loop has not noticed yet */
    bool cut;   /* both sides are */
    bool linger;
};

struct watch {
    int64_t read_timeout_ms, min_rate;
    int wake; /* eventfd */
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    bool stopping;
    struct watch_conn *first;
    int count;
    struct {
        int fd;
        uint64_t until_ns;
    } lingering[LINGERING];
    int linger_count;
};

static void wake(struct watch *w)
{
    uint64_t one = 1;
    ssize_t ignored = write(w->wake, &one, sizeof one);
    (void)ignored;
}

struct watch_conn *watch_open(struct watch *w, int fd)
{
    struct watch_conn *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->watch = w;
    c->fd = fd;
    c->fresh = true;
    c->since_ns = clock_monotonic_ns();
    pthread_mutex_lock(&w->lock);
    c->next = w->first;
    if (c->next)
        c->next->prev = c;
    w->first = c;
    bool first = ++w->count == 1;
    pthread_mutex_unlock(&w->lock);
    if (first)
        wake(w);
    return c;
}

/* A duplicate keeps the connection open when the protocol library closes its own descriptor. */
static void start_lingering(struct watch *w, int fd)
{
    if (w->linger_count == LINGERING)
        return;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return;
    shutdown(copy, SHUT_WR);
    w->lingering[w->linger_count].fd = copy;
    w->lingering[w->linger_count++].until_ns = clock_monotonic_ns() + (uint64_t)LINGER_MS * 1000000;
}

void watch_close(struct watch_conn *c)
{
    struct watch *w = c->watch;
    pthread_mutex_lock(&w->lock);
    if (c->prev)
        c->prev->next = c->next;
    else
        w->first = c->next;
    if (c->next)
        c->next->prev = c->prev;
    w->count--;
    bool linger = c->linger;
    if (linger)
        start_lingering(w, c->fd);
    pthread_mutex_unlock(&w->lock);
    if (linger)
        wake(w);
    free(c);
}

void watch_enter(struct watch_conn *c, enum watch_phase phase, struct request *rq, int64_t bytes)
{
    struct watch *w = c->watch;
    pthread_mutex_lock(&w->lock);
    if (c->phase == WATCH_ANSWER)
        c->fresh = false;
    c->phase = phase;
    c->rq = rq;
    c->bytes = bytes;
    c->quiet_ns = 0;
    c->probed = false;
    /* The wait for a header begins with the connection or the last answer, not with the first line.
     */
    if (phase != WATCH_HEAD)
        c->since_ns = clock_monotonic_ns();
    pthread_mutex_unlock(&w->lock);
}

void watch_progress(struct watch_conn *c, size_t bytes)
{
    pthread_mutex_lock(&c->watch->lock);
    c->bytes += (int64_t)bytes;
    c->quiet_ns = 0;
    pthread_mutex_unlock(&c->watch->lock);
}

void watch_linger(struct watch_conn *c)
{
    pthread_mutex_lock(&c->watch->lock);
    c->linger = true;
    pthread_mutex_unlock(&c->watch->lock);
}

void watch_send(struct watch_conn *c, const void *bytes, size_t len)
{
    pthread_mutex_lock(&c->watch->lock);
    if (!c->ended) {
        ssize_t ignored = send(c->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)ignored;
        c->linger = true;
    }
    pthread_mutex_unlock(&c->watch->lock);
}

int watch_count(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    int n = w->count;
    pthread_mutex_unlock(&w->lock);
    return n;
}

static void say_timeout(struct watch_conn *c)
{
    char id[GUARD_ID_MAX + 1];
    struct buf text;
    /* While the header is still coming the request's own id may be written by its loop. */
    if (c->phase == WATCH_BODY) {
        memcpy(id, c->rq->id, sizeof id);
    } else {
        hash_ulid(id);
    }
    buf_init(&text, 4096);
    exchange_wire_timeout(id, &text);
    if (!buf_status(&text) && text.len) {
        ssize_t ignored = send(c->fd, text.data, text.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)ignored;
    }
    buf_finish(&text);
    if (c->rq)
        atomic_store(&c->rq->timed_out, true);
    c->linger = true;
}

/* Returns how long the client has ended its side, -1 while it has not.  What it sent before must be
 * read first. */
static int64_t quiet_ms(struct watch_conn *c, uint64_t now)
{
    char byte;
    if (recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0)
        return -1;
    if (!c->quiet_ns)
        c->quiet_ns = now;
    return (int64_t)((now - c->quiet_ns) / 1000000);
}

/* A client that ended its side may wait for its answer or may be gone; the two look alike until
 * something is sent.  When the work takes long, a "100 Continue", which a client must skip, brings
 * the reset of one that is gone. */
static void check_working(struct watch_conn *c, uint64_t now)
{
    static const char probe[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct pollfd p = {.fd = c->fd};
    if (poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR))) {
        atomic_store(&c->rq->cancelled, true);
    } else if (!c->probed && !c->rq->http_1_0 && quiet_ms(c, now) >= PROBE_MS) {
        ssize_t ignored = send(c->fd, probe, sizeof probe - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)ignored;
        c->probed = true;
    }
}

static void check(struct watch *w, struct watch_conn *c, uint64_t now)
{
    if (c->ended) {
        /* Whoever goes on sending into a shut connection is reset by it. */
        if (!c->cut && now - c->since_ns > (uint64_t)LINGER_MS * 1000000) {
            c->cut = true;
            shutdown(c->fd, SHUT_RDWR);
        }
        return;
    }
    if (c->phase == WATCH_WORK) {
        check_working(c, now);
        return;
    }
    /* Nothing more can come of a request left half sent.  The loop gets a tick to take up what was
     * read: a whole request followed by an end is to be answered. */
    if (c->phase != WATCH_ANSWER && quiet_ms(c, now) >= TICK_MS) {
        c->ended = c->cut = true;
        c->since_ns = now;
        shutdown(c->fd, SHUT_RDWR);
        return;
    }
    int64_t allowed = w->read_timeout_ms;
    if (c->phase == WATCH_BODY || c->phase == WATCH_ANSWER)
        allowed += c->bytes / (w->min_rate / 1000 + 1);
    if ((int64_t)((now - c->since_ns) / 1000000) < allowed)
        return;
    if (c->phase == WATCH_HEAD || c->phase == WATCH_BODY || (c->phase == WATCH_IDLE && c->fresh))
        say_timeout(c);
    /* Shutting both sides at once would reset a client that is still sending, and its system might
     * then discard the answer just written: shut ours first, theirs a little later. */
    c->ended = true;
    c->cut = c->phase == WATCH_ANSWER || (c->phase == WATCH_IDLE && !c->fresh);
    c->since_ns = now;
    shutdown(c->fd, c->cut ? SHUT_RDWR : SHUT_WR);
}

/* Drops what lingering clients send; closes those that are done. */
static void drain(struct watch *w, uint64_t now)
{
    char sink[65536];
    for (int i = 0; i < w->linger_count;) {
        ssize_t n = 1;
        for (int k = 0; k < 16 && n > 0; k++)
            n = recv(w->lingering[i].fd, sink, sizeof sink, MSG_DONTWAIT);
        bool waiting = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
        if (waiting && now < w->lingering[i].until_ns) {
            i++;
            continue;
        }
        close(w->lingering[i].fd);
        w->lingering[i] = w->lingering[--w->linger_count];
    }
}

static void *run(void *arg)
{
    struct watch *w = arg;
    struct pollfd p[LINGERING + 1];
    pthread_mutex_lock(&w->lock);
    while (!w->stopping) {
        uint64_t now = clock_monotonic_ns();
        for (struct watch_conn *c = w->first; c; c = c->next)
            check(w, c, now);
        drain(w, now);
        nfds_t n = 0;
        p[n++] = (struct pollfd){.fd = w->wake, .events = POLLIN};
        for (int i = 0; i < w->linger_count; i++)
            p[n++] = (struct pollfd){.fd = w->lingering[i].fd, .events = POLLIN};
        int timeout = w->count || w->linger_count ? TICK_MS : -1;
        pthread_mutex_unlock(&w->lock);
        poll(p, n, timeout);
        uint64_t ignored;
        ssize_t got = read(w->wake, &ignored, sizeof ignored);
        (void)got;
        pthread_mutex_lock(&w->lock);
    }
    for (int i = 0; i < w->linger_count; i++)
        close(w->lingering[i].fd);
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

int watch_create(int64_t read_timeout_ms, int64_t min_rate, struct watch **ret, struct err *e)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(e, ERR_NOMEM, "out of memory for the server");
    w->read_timeout_ms = read_timeout_ms;
    w->min_rate = min_rate;
    int rc;
    w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->wake < 0) {
        rc = err_set_errno(e, ERR_IO, errno, "eventfd");
        goto fail;
    }
    pthread_mutex_init(&w->lock, NULL);
    int errnum = pthread_create(&w->thread, NULL, run, w);
    if (errnum) {
        rc = err_set_errno(e, ERR_IO, errnum, "cannot start a thread");
        goto fail_lock;
    }
    *ret = w;
    return 0;
fail_lock:
    pthread_mutex_destroy(&w->lock);
    close(w->wake);
fail:
    free(w);
    return rc;
}

void watch_destroy(struct watch *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_mutex_unlock(&w->lock);
    wake(w);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->lock);
    close(w->wake);
    free(w);
}
