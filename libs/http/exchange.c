#include "http/exchange.h"

#include "base/clock.h"
#include "base/hash.h"
#include "http/files.h"
#include "http/mhd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { ARENA_LIMIT = 1024 * 1024, PATH_MAX_LENGTH = 2048, TARGET_MAX = 16384 };

struct request *exchange_create(struct server *s, void *link, const char *target)
{
    struct request *rq = calloc(1, sizeof *rq);
    if (!rq)
        return NULL;
    rq->server = s;
    rq->link = link;
    rq->start_ns = clock_monotonic_ns();
    rq->arena = arena_create(ARENA_LIMIT);
    rq->target = rq->arena ? arena_strndup(rq->arena, target, strnlen(target, TARGET_MAX)) : NULL;
    if (!rq->target) {
        arena_destroy(rq->arena);
        free(rq);
        return NULL;
    }
    rq->path = rq->method = "";
    hash_ulid(rq->id);
    body_init(&rq->body, &s->budget, 0);
    exchange_answer_init(&rq->answer, rq->arena, rq->id);
    return rq;
}

static const char *known_method(const char *method)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(method, known[i]) == 0)
            return known[i];
    return "OTHER";
}

static void account(struct request *rq, bool sent)
{
    static const double bounds[] = {0.005, 0.02, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120};
    struct metrics *m = rq->server->config.metrics;
    double seconds = (double)(clock_monotonic_ns() - rq->start_ns) / 1e9;
    int status = atomic_load(&rq->timed_out) ? 408 : sent || rq->wired ? rq->answer.status : 0;
    const char *route = rq->match.route ? rq->match.route->path : "other";
    char labels[256];
    if (m) {
        snprintf(labels, sizeof labels, "route=\"%s\",method=\"%s\",status=\"%d\"", route,
                 known_method(rq->method), status);
        metric_add(metrics_counter(m, "http_requests_total", labels,
                                   "Requests by route and status; 0: the client left"),
                   1);
        snprintf(labels, sizeof labels, "route=\"%s\"", route);
        metric_observe(metrics_histogram(m, "http_request_seconds", labels,
                                         "From the request line to the end of the answer", bounds,
                                         sizeof bounds / sizeof *bounds),
                       seconds);
    }
    if (rq->server->config.access)
        rq->server->config.access(rq->server->config.user,
                                  &(struct server_access){.id = rq->id,
                                                          .method = rq->method,
                                                          .path = rq->path,
                                                          .key_name = rq->key_name,
                                                          .status = status,
                                                          .seconds = seconds});
}

void exchange_destroy(struct request *rq, bool sent)
{
    struct server *s = rq->server;
    account(rq, sent);
    if (rq->counted) {
        pthread_mutex_lock(&s->lock);
        if (--s->active == 0)
            pthread_cond_broadcast(&s->idle);
        pthread_mutex_unlock(&s->lock);
    }
    exchange_answer_finish(&rq->answer);
    body_finish(&rq->body);
    arena_destroy(rq->arena);
    free(rq);
}

void exchange_header(struct request *rq, const char *name, const char *value)
{
    if (rq->header_count == EXCHANGE_MAX_HEADERS) {
        rq->too_many_headers = true;
        return;
    }
    const char *n = arena_strdup(rq->arena, name), *v = arena_strdup(rq->arena, value);
    if (n && v)
        rq->header[rq->header_count++] = (struct exchange_pair){n, v};
    else
        rq->too_many_headers = true;
}

static size_t header_count(const struct request *rq, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < rq->header_count; i++)
        n += strcasecmp(rq->header[i].name, name) == 0;
    return n;
}

/* Each check below answers and returns true when it refuses. */

static bool refuse_draining(struct request *rq)
{
    struct server *s = rq->server;
    bool health = strncmp(rq->target, "/health/", 8) == 0;
    pthread_mutex_lock(&s->lock);
    bool refuse = atomic_load(&s->draining) && !health;
    if (!refuse) {
        s->active++;
        rq->counted = true;
    }
    pthread_mutex_unlock(&s->lock);
    if (atomic_load(&s->draining))
        rq->answer.close = true;
    if (refuse) {
        response_problem(&rq->answer, 503, "busy", "The server is stopping.");
        response_header(&rq->answer, "Retry-After", "5");
    }
    return refuse;
}

/* Where a request ends must be beyond doubt, or a proxy and this server see different ones. */
static bool refuse_framing(struct request *rq)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789"
                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *coding = request_header(rq, "Transfer-Encoding");
    const char *length = request_header(rq, "Content-Length");
    bool bad_name = false;
    for (size_t i = 0; i < rq->header_count; i++) {
        const char *name = rq->header[i].name;
        bad_name = bad_name || !*name || name[strspn(name, token)];
    }
    if (bad_name)
        response_problem(&rq->answer, 400, "usage", "The name of a header field is malformed.");
    else if (header_count(rq, "Content-Length") > 1 || header_count(rq, "Transfer-Encoding") > 1)
        response_problem(&rq->answer, 400, "usage",
                         "Content-Length and Transfer-Encoding may be there only once.");
    else if (length && coding)
        response_problem(&rq->answer, 400, "usage",
                         "Content-Length and Transfer-Encoding exclude each other.");
    else if (coding && strcasecmp(coding, "chunked") != 0)
        response_problem(&rq->answer, 501, "unsupported",
                         "The only transfer encoding understood here is chunked.");
    else
        return false;
    rq->answer.close = rq->misframed = true;
    return true;
}

static bool refuse_host(struct request *rq)
{
    const char *host = request_header(rq, "Host");
    if (rq->too_many_headers)
        response_problem(&rq->answer, 431, "limit_exceeded", "More than %d header fields.",
                         EXCHANGE_MAX_HEADERS);
    else if (header_count(rq, "Host") > 1 || (!host && !rq->http_1_0))
        response_problem(&rq->answer, 400, "usage", "A request needs exactly one Host header.");
    else if (!rq->server->keys && host && !guard_host_is_local(host))
        response_problem(&rq->answer, 421, "denied",
                         "Without API keys this server answers only as localhost.");
    else
        return false;
    return true;
}

static bool refuse_target(struct request *rq)
{
    struct err e = ERR_INIT;
    size_t len = uri_path_length(rq->target);
    const char *query = rq->target[len] == '?' ? rq->target + len + 1 : "";
    if (*rq->target != '/') {
        response_problem(&rq->answer, 400, "usage", "The request target must be a path.");
        return true;
    }
    if (len > PATH_MAX_LENGTH) {
        response_problem(&rq->answer, 414, "limit_exceeded", "A path has at most %d bytes.",
                         PATH_MAX_LENGTH);
        return true;
    }
    int rc = uri_decode(rq->arena, rq->target, len, false, &rq->path, &e);
    if (!rc)
        rc = uri_query(rq->arena, query, rq->query, &rq->query_count, &e);
    if (rc)
        response_error(&rq->answer, &e);
    return rc != 0;
}

/* Returns the folder whose mount covers the path, and what is left of the path. */
static const char *mount_of(const struct request *rq, const char **ret_rest)
{
    const struct server_config *c = &rq->server->config;
    for (size_t i = 0; i < c->mount_count; i++) {
        size_t n = strlen(c->mounts[i].prefix);
        if (strncmp(rq->path, c->mounts[i].prefix, n) == 0) {
            *ret_rest = rq->path + n;
            return c->mounts[i].dir;
        }
    }
    return NULL;
}

static void serve_file(struct request *rq)
{
    struct response *rs = &rq->answer;
    struct files_found f;
    const char *rest, *dir = mount_of(rq, &rest);
    if (!dir || files_open(dir, rest, &f, NULL)) {
        response_problem(rs, 404, "not_found", "There is nothing at this address.");
        return;
    }
    const char *known = request_header(rq, "If-None-Match");
    if (strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0) {
        close(f.fd);
        response_problem(rs, 405, "usage", "This address can only be read.");
        response_header(rs, "Allow", "GET, HEAD");
        return;
    }
    rs->page = true;
    response_header(rs, "ETag", f.etag);
    response_header(rs, "Cache-Control", "no-cache");
    if (known && files_etag_matches(known, f.etag)) {
        close(f.fd);
        response_status(rs, 304);
    } else {
        response_file(rs, f.type, f.fd, f.size);
    }
}

/* Finds the route; files are answered at once. */
static bool refuse_route(struct request *rq)
{
    struct server *s = rq->server;
    router_find(s->routes, s->route_count, rq->method, rq->target, uri_path_length(rq->target),
                &rq->match);
    if (rq->match.route) {
        struct err e = ERR_INIT;
        for (size_t i = 0; i < rq->match.param_count; i++)
            if (uri_decode(rq->arena, rq->match.param[i].value, rq->match.param[i].value_len, false,
                           &rq->param[i], &e)) {
                response_error(&rq->answer, &e);
                return true;
            }
        return false;
    }
    if (*rq->match.allow) {
        response_problem(&rq->answer, 405, "usage",
                         "This address does not take %.16s; it takes %s.", known_method(rq->method),
                         rq->match.allow);
        response_header(&rq->answer, "Allow", rq->match.allow);
    } else {
        serve_file(rq);
    }
    return true;
}

static bool refuse_caller(struct request *rq)
{
    struct response *rs = &rq->answer;
    struct keys *keys = rq->server->keys;
    if (keys && !(rq->match.route->flags & ROUTE_OPEN)) {
        const char *auth = request_header(rq, "Authorization");
        const char *key = request_header(rq, "X-Api-Key");
        if (auth && strncasecmp(auth, "Bearer ", 7) == 0)
            key = auth + 7 + strspn(auth + 7, " ");
        if (!key || !keys_verify(keys, key, rq->key_name)) {
            response_problem(rs, 401, "denied",
                             "An API key is needed, and this is not one: send "
                             "it as \"Authorization: Bearer KEY\".");
            response_header(rs, "WWW-Authenticate", "Bearer");
            return true;
        }
    }
    if (strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0) {
        const char *origin = request_header(rq, "Origin"), *host = request_header(rq, "Host");
        const char *site = request_header(rq, "Sec-Fetch-Site");
        if ((origin && !guard_origin_is_own(origin, host ? host : "")) ||
            (site && strcmp(site, "cross-site") == 0)) {
            response_problem(rs, 403, "denied", "Pages of other origins may not write here.");
            return true;
        }
    }
    return false;
}

static bool refuse_body(struct request *rq)
{
    struct response *rs = &rq->answer;
    const struct route *route = rq->match.route;
    const char *length = request_header(rq, "Content-Length");
    const char *coding = request_header(rq, "Transfer-Encoding");
    const char *type = request_header(rq, "Content-Type");
    long long announced = length ? strtoll(length, NULL, 10) : 0;
    struct err e = ERR_INIT;
    rq->has_body = coding || announced > 0;
    rq->body.max = route->max_body;
    if (rq->has_body && route->max_body == 0) {
        response_problem(rs, 413, "limit_exceeded", "This address takes no body.");
    } else if (announced > route->max_body) {
        response_problem(rs, 413, "limit_exceeded", "The body may have at most %lld bytes.",
                         (long long)route->max_body);
    } else if (route->max_body && route->accepts && type &&
               !guard_type_accepted(type, route->accepts)) {
        response_problem(rs, 415, "unsupported", "This address does not take %.100s.", type);
    } else if ((route->flags & ROUTE_SLOW) && workers_full(rq->server->slow)) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", workers_retry_after(rq->server->slow));
        response_problem(rs, 503, "busy", "All places in the queue are taken.");
        response_header(rs, "Retry-After", seconds);
    } else if (body_expect(&rq->body, announced, &e)) {
        response_error(rs, &e);
    } else {
        return false;
    }
    return true;
}

bool exchange_head(struct request *rq, const char *method, bool http_1_0)
{
    rq->http_1_0 = http_1_0;
    rq->method = arena_strdup(rq->arena, method);
    if (!rq->method)
        rq->method = "";
    const char *id = request_header(rq, "X-Request-Id");
    if (id && guard_id_valid(id))
        strcpy(rq->id, id);
    bool answered = refuse_draining(rq) || refuse_framing(rq) || refuse_host(rq) ||
                    refuse_target(rq) || refuse_route(rq) || refuse_caller(rq) || refuse_body(rq);
    const char *length = request_header(rq, "Content-Length");
    if (answered)
        rq->has_body = rq->misframed || request_header(rq, "Transfer-Encoding") ||
                       (length && strcmp(length, "0") != 0);
    return answered;
}

bool exchange_body(struct request *rq, const void *bytes, size_t len)
{
    struct err e = ERR_INIT;
    int rc = body_append(&rq->body, bytes, len, &e);
    if (!rc)
        return false;
    if (rc == ERR_IO) {
        if (rq->server->config.failed)
            rq->server->config.failed(rq->server->config.user, rq->id, &e);
        response_problem(&rq->answer, 507, "io", "There is no room to keep the upload.");
    } else {
        response_error(&rq->answer, &e);
    }
    return true;
}

static void run_handler(struct request *rq)
{
    struct err e = ERR_INIT;
    /* Work whose client left while it waited in the queue is not begun. */
    int rc = request_cancelled(rq) ? err_set(&e, ERR_CANCELLED, "nobody waits for the answer")
                                   : rq->match.route->handler(rq, &rq->answer, &e);
    if (rc) {
        if (!e.code)
            err_set(&e, rc, "unknown");
        exchange_answer_finish(&rq->answer);
        exchange_answer_init(&rq->answer, rq->arena, rq->id);
        response_error(&rq->answer, &e);
        if (rq->answer.status == 500 && rq->server->config.failed)
            rq->server->config.failed(rq->server->config.user, rq->id, &e);
    }
}

bool exchange_end(struct request *rq)
{
    struct err e = ERR_INIT;
    const struct route *route = rq->match.route;
    if (body_bytes(&rq->body, &rq->bytes, &rq->len, &e)) {
        response_error(&rq->answer, &e);
        return true;
    }
    if (route->flags & ROUTE_INLINE) {
        run_handler(rq);
        return true;
    }
    rq->pool = route->flags & ROUTE_SLOW ? rq->server->slow : rq->server->fast;
    if (workers_reserve(rq->pool))
        return false;
    char seconds[16];
    snprintf(seconds, sizeof seconds, "%d", workers_retry_after(rq->pool));
    response_problem(&rq->answer, 503, "busy", "All places in the queue are taken.");
    response_header(&rq->answer, "Retry-After", seconds);
    return true;
}

void exchange_run(void *request)
{
    struct request *rq = request;
    run_handler(rq);
    mhd_resume(rq->link);
}

void exchange_seal(struct request *rq)
{
    struct response *rs = &rq->answer;
    if (rs->failed || (rs->fd < 0 && buf_status(&rs->body))) {
        exchange_answer_finish(rs);
        exchange_answer_init(rs, rq->arena, rq->id);
        response_problem(rs, 500, "internal", "The server ran out of memory.");
    }
    if (atomic_load(&rq->server->draining))
        rs->close = true;
    bool cached = false;
    for (size_t i = 0; i < rs->header_count; i++)
        cached = cached || strcmp(rs->header[i].name, "Cache-Control") == 0;
    if (!cached)
        response_header(rs, "Cache-Control", "no-store");
    response_header(rs, "X-Request-Id", rq->id);
    response_header(rs, "X-Content-Type-Options", "nosniff");
    response_header(rs, "X-Frame-Options", "DENY");
    response_header(rs, "Referrer-Policy", "no-referrer");
    response_header(rs, "Cross-Origin-Resource-Policy", "same-origin");
    /* Answers made of what a document says are shown without any right to run or load. */
    response_header(rs, "Content-Security-Policy",
                    rs->page ? "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
                               "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
                             : "default-src 'none'; frame-ancestors 'none'; sandbox");
}

void exchange_wire(const struct response *rs, struct buf *out)
{
    buf_printf(out, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: %s\r\n", rs->status,
               response_reason(rs->status), rs->type);
    for (size_t i = 0; i < rs->header_count; i++)
        buf_printf(out, "%s: %s\r\n", rs->header[i].name, rs->header[i].value);
    buf_printf(out, "Content-Length: %zu\r\n\r\n", rs->body.len);
    buf_append(out, rs->body.data, rs->body.len);
}

void exchange_wire_timeout(const char *request_id, struct buf *out)
{
    struct response rs;
    struct arena *a = arena_create(4096);
    if (!a)
        return;
    exchange_answer_init(&rs, a, request_id);
    response_problem(&rs, 408, "timeout", "The request came too slowly.");
    response_header(&rs, "X-Request-Id", request_id);
    exchange_wire(&rs, out);
    exchange_answer_finish(&rs);
    arena_destroy(a);
}
