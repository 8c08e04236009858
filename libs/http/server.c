#include "http/server.h"

#include "http/exchange.h"
#include "http/mhd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct server_config server_config_default(void)
{
    return (struct server_config){
        .listen = "127.0.0.1",
        .port = 8080,
        .loops = 2,
        .max_connections = 256,
        .read_timeout_ms = 30000,
        .min_rate = 16 * 1024,
        .max_uploads = 1LL << 30,
        .upload_dir = "/tmp",
        .fast_threads = 2,
        .fast_queue = 256,
        .slow_threads = 2,
        .slow_queue = 16,
    };
}

static void text_body(struct response *rs, const char *type, const char *text)
{
    struct buf b;
    buf_init(&b, 0);
    buf_puts(&b, text);
    response_body(rs, type, &b);
}

static int handle_live(struct request *rq, struct response *rs, struct err *e)
{
    (void)rq;
    (void)e;
    text_body(rs, "application/json", "{\"status\":\"live\"}");
    return 0;
}

static int handle_ready(struct request *rq, struct response *rs, struct err *e)
{
    (void)e;
    if (atomic_load(&rq->server->draining)) {
        response_problem(rs, 503, "busy", "The server is stopping.");
        response_header(rs, "Retry-After", "5");
    } else {
        text_body(rs, "application/json", "{\"status\":\"ready\"}");
    }
    return 0;
}

static int handle_metrics(struct request *rq, struct response *rs, struct err *e)
{
    (void)e;
    struct server *s = rq->server;
    struct metrics *m = s->config.metrics;
    struct buf b;
    buf_init(&b, 0);
    metric_set(metrics_gauge(m, "http_queue_length", "pool=\"slow\"", "Jobs that wait"),
               workers_waiting(s->slow));
    metric_set(metrics_gauge(m, "http_queue_length", "pool=\"fast\"", "Jobs that wait"),
               workers_waiting(s->fast));
    metric_set(metrics_gauge(m, "http_connections", NULL, "Open connections"),
               mhd_connections(s->mhd));
    metric_set(metrics_gauge(m, "http_upload_bytes", NULL, "Bytes of request bodies held now"),
               (double)atomic_load(&s->budget.used));
    metrics_write(m, &b);
    response_body(rs, "text/plain; version=0.0.4; charset=utf-8", &b);
    return 0;
}

static int handle_openapi(struct request *rq, struct response *rs, struct err *e)
{
    (void)e;
    text_body(rs, "application/json", rq->server->config.openapi);
    return 0;
}

static int add_routes(struct server *s, struct err *e)
{
    const struct route own[] = {
        {"GET", "/health/live", handle_live, ROUTE_OPEN | ROUTE_INLINE, 0, NULL},
        {"GET", "/health/ready", handle_ready, ROUTE_OPEN | ROUTE_INLINE, 0, NULL},
        {"GET", "/openapi.json", handle_openapi, ROUTE_OPEN | ROUTE_INLINE, 0, NULL},
        {"GET", "/metrics", handle_metrics, ROUTE_INLINE, 0, NULL},
    };
    size_t own_count = sizeof own / sizeof *own;
    s->routes = calloc(s->config.route_count + own_count, sizeof *s->routes);
    if (!s->routes)
        return err_set(e, ERR_NOMEM, "out of memory for the server");
    for (size_t i = 0; i < s->config.route_count; i++)
        s->routes[s->route_count++] = s->config.routes[i];
    for (size_t i = 0; i < own_count; i++)
        if ((own[i].handler != handle_metrics || s->config.metrics) &&
            (own[i].handler != handle_openapi || s->config.openapi))
            s->routes[s->route_count++] = own[i];
    return 0;
}

static int check_address(struct server *s, struct err *e)
{
    const struct server_config *c = &s->config;
    if (!guard_address(c->listen, c->port, &s->address, &s->address_len))
        return err_set(e, ERR_CONFIG,
                       "server.listen: must be an IP address or localhost, is \"%s\"", c->listen);
    if (!s->keys && !guard_is_loopback((const struct sockaddr *)&s->address))
        return err_set(e, ERR_CONFIG,
                       "server.listen: refusing to listen on %s without API keys; set "
                       "server.keys_file, or listen on 127.0.0.1",
                       c->listen);
    return 0;
}

int server_create(const struct server_config *c, struct server **ret, struct err *e)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NOMEM, "out of memory for the server");
    s->config = *c;
    s->budget.limit = c->max_uploads;
    s->budget.folder = c->upload_dir;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->idle, &attr);
    pthread_condattr_destroy(&attr);
    int rc = 0;
    if (c->keys_file && *c->keys_file)
        rc = keys_load(c->keys_file, &s->keys, e);
    if (!rc)
        rc = check_address(s, e);
    if (!rc)
        rc = add_routes(s, e);
    if (rc)
        server_destroy(s);
    else
        *ret = s;
    return rc;
}

int server_start(struct server *s, struct err *e)
{
    const struct server_config *c = &s->config;
    int rc = workers_create(c->fast_threads, c->fast_queue, &s->fast, e);
    if (!rc)
        rc = workers_create(c->slow_threads, c->slow_queue, &s->slow, e);
    if (!rc)
        rc = mhd_start(s, &s->mhd, e);
    return rc;
}

int server_port(const struct server *s)
{
    return mhd_port(s->mhd);
}

void *server_user(const struct server *s)
{
    return s->config.user;
}

const struct route *server_routes(const struct server *s, size_t *ret_count)
{
    *ret_count = s->route_count;
    return s->routes;
}

static void wait_idle(struct server *s, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&s->lock);
    atomic_store(&s->draining, true);
    while (s->active && pthread_cond_timedwait(&s->idle, &s->lock, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&s->lock);
}

void server_stop(struct server *s, int64_t drain_ms)
{
    if (!s->mhd)
        return;
    wait_idle(s, drain_ms);
    atomic_store(&s->aborting, true);
    /* Each job resumes its connection at its end: once the pools are closed none is suspended,
     * which stopping the daemon requires. */
    workers_close(s->slow);
    workers_close(s->fast);
    mhd_stop(s->mhd);
    s->mhd = NULL;
}

void server_destroy(struct server *s)
{
    if (!s)
        return;
    server_stop(s, 0);
    workers_destroy(s->slow);
    workers_destroy(s->fast);
    keys_destroy(s->keys);
    free(s->routes);
    pthread_cond_destroy(&s->idle);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
