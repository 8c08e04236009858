#include "http/mhd.h"

#include "http/exchange.h"
#include "http/watch.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Loops hold connections; a request that a worker must answer is suspended meanwhile, and the loop
 * is called again for it once the worker resumes it.  Since 0.9.75 cannot queue an answer in the
 * middle of a body, such answers go out through the watch. */

enum { MEMORY_PER_CONNECTION = 32 * 1024, BACKLOG = 512 };

struct mhd {
    struct server *server;
    struct watch *watch;
    struct MHD_Daemon *daemon;
    int port;
};

struct link {
    struct mhd *mhd;
    struct MHD_Connection *connection;
    struct watch_conn *watched;
};

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct mhd *m = cls;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct link *l = info ? info->socket_context : NULL;
    struct request *rq = l ? exchange_create(m->server, l, target) : NULL;
    if (rq)
        watch_enter(l->watched, WATCH_HEAD, rq, 0);
    return rq;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct mhd *m = cls;
    struct link *l = *context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (l)
            watch_close(l->watched);
        free(l);
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    l = info ? calloc(1, sizeof *l) : NULL;
    if (l) {
        l->mhd = m;
        l->connection = connection;
        l->watched = watch_open(m->watch, info->connect_fd);
        if (!l->watched) {
            free(l);
            l = NULL;
        }
    }
    *context = l;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    (void)cls;
    (void)connection;
    struct request *rq = *context;
    *context = NULL;
    if (!rq)
        return;
    struct link *l = rq->link;
    watch_enter(l->watched, WATCH_IDLE, NULL, 0);
    exchange_destroy(rq, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    (void)kind;
    exchange_header(cls, name, value ? value : "");
    return MHD_YES;
}

static struct MHD_Response *make_response(struct response *rs)
{
    struct MHD_Response *r;
    if (rs->fd >= 0) {
        r = MHD_create_response_from_fd64((uint64_t)rs->fd_size, rs->fd);
        if (r)
            rs->fd = -1;
    } else {
        size_t len;
        char *data = buf_take(&rs->body, &len);
        r = data ? MHD_create_response_from_buffer(len, data, MHD_RESPMEM_MUST_FREE)
                 : MHD_create_response_from_buffer(0, (void *)(uintptr_t) "",
                                                   MHD_RESPMEM_PERSISTENT);
        if (!r)
            free(data);
    }
    return r;
}

static enum MHD_Result answer(struct MHD_Connection *connection, struct request *rq)
{
    struct response *rs = &rq->answer;
    struct link *l = rq->link;
    exchange_seal(rq);
    int64_t size = rs->fd >= 0 ? rs->fd_size : (int64_t)rs->body.len;
    struct MHD_Response *r = make_response(rs);
    if (!r)
        return MHD_NO;
    enum MHD_Result ok = MHD_YES;
    if (rs->type)
        ok = MHD_add_response_header(r, "Content-Type", rs->type);
    for (size_t i = 0; ok && i < rs->header_count; i++)
        ok = MHD_add_response_header(r, rs->header[i].name, rs->header[i].value);
    if (ok && rs->close)
        ok = MHD_add_response_header(r, "Connection", "close");
    rq->phase = EXCHANGE_ANSWERED;
    watch_enter(l->watched, WATCH_ANSWER, rq, size);
    if (ok)
        ok = MHD_queue_response(connection, (unsigned)rs->status, r);
    MHD_destroy_response(r);
    return ok;
}

static enum MHD_Result piece(struct request *rq, const char *bytes, size_t *size)
{
    struct link *l = rq->link;
    size_t len = *size;
    *size = 0;
    if (atomic_load(&rq->timed_out))
        return MHD_NO;
    watch_progress(l->watched, len);
    if (!exchange_body(rq, bytes, len))
        return MHD_YES;
    struct buf text;
    buf_init(&text, 65536);
    exchange_seal(rq);
    exchange_wire(&rq->answer, &text);
    rq->wired = true;
    if (!buf_status(&text))
        watch_send(l->watched, text.data, text.len);
    buf_finish(&text);
    return MHD_NO;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *size, void **context)
{
    (void)cls;
    (void)url;
    struct request *rq = *context;
    if (!rq)
        return MHD_NO;
    struct link *l = rq->link;
    switch (rq->phase) {
    case EXCHANGE_HEAD:
        MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header, rq);
        bool answered = exchange_head(rq, method, strcmp(version, "HTTP/1.0") == 0);
        watch_enter(l->watched, WATCH_BODY, rq, 0);
        if (answered && rq->has_body) {
            watch_linger(l->watched);
            return answer(connection, rq);
        }
        rq->phase = answered ? EXCHANGE_WORKING : EXCHANGE_BODY;
        return MHD_YES;
    case EXCHANGE_BODY:
        if (*size)
            return piece(rq, bytes, size);
        if (atomic_load(&rq->timed_out))
            return MHD_NO;
        if (exchange_end(rq))
            return answer(connection, rq);
        rq->phase = EXCHANGE_WORKING;
        watch_enter(l->watched, WATCH_WORK, rq, 0);
        MHD_suspend_connection(connection);
        workers_submit(rq->pool, exchange_run, rq);
        return MHD_YES;
    case EXCHANGE_WORKING:
        return answer(connection, rq);
    case EXCHANGE_ANSWERED:
        break;
    }
    *size = 0;
    return MHD_YES;
}

void mhd_resume(void *link)
{
    struct link *l = link;
    MHD_resume_connection(l->connection);
}

static int open_socket(const struct server *s, int *ret_port, struct err *e)
{
    const struct sockaddr *sa = (const struct sockaddr *)&s->address;
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int one = 1;
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    if (fd < 0)
        return err_set_errno(e, ERR_IO, errno, "cannot make a socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (sa->sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, sa, s->address_len) < 0 || listen(fd, BACKLOG) < 0 ||
        getsockname(fd, (struct sockaddr *)&bound, &len) < 0) {
        int saved = errno;
        close(fd);
        return err_set_errno(e, ERR_IO, saved, "cannot listen on %s port %d", s->config.listen,
                             s->config.port);
    }
    /* The port stands at the same place in both address families. */
    struct sockaddr_in v4;
    memcpy(&v4, &bound, sizeof v4);
    *ret_port = ntohs(v4.sin_port);
    return fd;
}

static void ignore_log(void *cls, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void ignore_log(void *cls, const char *fmt, va_list ap)
{
    (void)cls;
    (void)fmt;
    (void)ap;
}

int mhd_start(struct server *s, struct mhd **ret, struct err *e)
{
    struct mhd *m = calloc(1, sizeof *m);
    if (!m)
        return err_set(e, ERR_NOMEM, "out of memory for the server");
    m->server = s;
    int rc = watch_create(s->config.read_timeout_ms, s->config.min_rate, &m->watch, e);
    if (rc)
        goto fail;
    int fd = open_socket(s, &m->port, e);
    if (fd < 0) {
        rc = fd;
        goto fail_watch;
    }
    *ret = m;
    /* Each loop takes its share of the connections; one alone is not a pool. */
    const struct server_config *c = &s->config;
    int wanted = c->loops < c->max_connections ? c->loops : c->max_connections;
    unsigned loops = wanted > 1 ? (unsigned)wanted : 0;
    m->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG,
        0, NULL, NULL, on_request, m, MHD_OPTION_EXTERNAL_LOGGER, ignore_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, loops,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)c->max_connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, m,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, m, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        m, MHD_OPTION_END);
    if (!m->daemon) {
        close(fd);
        rc = err_set(e, ERR_IO, "the server cannot be started");
        goto fail_watch;
    }
    return 0;
fail_watch:
    *ret = NULL;
    watch_destroy(m->watch);
fail:
    free(m);
    return rc;
}

void mhd_stop(struct mhd *m)
{
    MHD_stop_daemon(m->daemon);
    watch_destroy(m->watch);
    free(m);
}

int mhd_port(const struct mhd *m)
{
    return m->port;
}

int mhd_connections(struct mhd *m)
{
    return watch_count(m->watch);
}
