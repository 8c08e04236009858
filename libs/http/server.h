/*
 * The server of every service: routes, limits, keys, health, metrics, static files.
 *
 * Connections live on a few loops and never wait for work: a request that needs some is parked
 * while a bounded pool runs its handler, and the loop sends the finished answer.  There are two
 * pools, one for short work and one (ROUTE_SLOW) for long work with a short queue; when a queue is
 * full the client hears 503 and when to come again.  A slow client therefore never holds a worker,
 * and slow work never holds a connection's loop.
 *
 * It answers by itself: GET /health/live, /health/ready (503 while draining), /metrics (Prometheus
 * text), /openapi.json, and files under the mounts.
 *
 * Lifetime: server_create, server_start, server_stop, server_destroy.  Threads: those of one
 * caller; handlers run on the server's own.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/err.h"
#include "base/metrics.h"
#include "http/request.h"
#include "http/response.h"
#include "http/router.h"

#include <stddef.h>
#include <stdint.h>

struct server;

/* Files of `dir` are served under `prefix`, which begins and ends with "/". */
struct server_mount {
    const char *prefix;
    const char *dir;
};

/* One finished request, for the program's log. */
struct server_access {
    const char *id, *method, *path, *key_name; /* key_name "" without a key */
    int status;                                /* 0: the client left before the answer */
    double seconds;
};

struct server_config {
    const char *listen;    /* address, "localhost" */
    int port;              /* 0: any free one */
    const char *keys_file; /* "" or NULL: no keys, loopback only */
    int loops;             /* threads that hold connections */
    int max_connections;
    int64_t read_timeout_ms; /* to send a header, or to begin a body; a body may take longer as long
                                as it comes at min_rate or more */
    int64_t min_rate;        /* bytes a second, both ways, beyond read_timeout_ms */
    int64_t max_uploads;     /* bytes of all bodies held at once */
    const char *upload_dir;  /* for bodies too large for memory */
    int fast_threads, fast_queue;
    int slow_threads, slow_queue;
    const struct route *routes;
    size_t route_count;
    const struct server_mount *mounts; /* tried in order; the longest prefix first */
    size_t mount_count;
    const char *openapi; /* JSON text; NULL: no such route */
    struct metrics *metrics;
    void (*access)(void *user, const struct server_access *a); /* may be NULL; from any thread */
    /* A failure whose text a client does not get to see; may be NULL; from any thread. */
    void (*failed)(void *user, const char *request_id, const struct err *e);
    void *user;
};

struct server_config server_config_default(void);

/* Checks the configuration and loads the keys.  Everything pointed to must outlive the server.
 * ERR_CONFIG: not an address, or not loopback and no keys; those of keys_load; ERR_NOMEM. */
int server_create(const struct server_config *c, struct server **ret, struct err *e) MUST_CHECK;

/* Begins to listen.  ERR_IO: the address is taken or refused. */
int server_start(struct server *s, struct err *e) MUST_CHECK;

/* Returns the port it listens on. */
int server_port(const struct server *s);

void *server_user(const struct server *s);

/* The service's own routes and the server's: what the OpenAPI document must describe. */
const struct route *server_routes(const struct server *s, size_t *ret_count);

/* Lets requests in flight finish for at most `drain_ms`, meanwhile answering 503 to new ones; then
 * cancels those left, waits for their handlers and closes. */
void server_stop(struct server *s, int64_t drain_ms);

/* NULL is allowed.  Stops without draining when still running. */
void server_destroy(struct server *s);

#endif
