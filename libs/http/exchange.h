/*
 * Private to libs/http: a request, its answer and the steps between, as the server (server.c) and
 * the adapter that speaks the protocol (mhd.c) share them.
 *
 *     exchange_create    the request line is there
 *     exchange_header    once per header
 *     exchange_head      all headers are there: answered already, or go on with the body
 *     exchange_body      a piece of the body arrived
 *     exchange_end       all is there: answered inline, or a job for a pool
 *     exchange_run       the job; at its end it calls the adapter's resume
 *     exchange_destroy   answer sent, or connection lost
 *
 * Threads: one after the other: the connection's loop, then a worker, then the loop again.  Only
 * `cancelled` crosses.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "http/body.h"
#include "http/guard.h"
#include "http/keys.h"
#include "http/request.h"
#include "http/response.h"
#include "http/router.h"
#include "http/server.h"
#include "http/uri.h"
#include "http/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define EXCHANGE_MAX_HEADERS 100
#define EXCHANGE_MAX_ANSWER_HEADERS 16

struct mhd;

struct server {
    struct server_config config;
    struct route *routes; /* the service's, then the server's own */
    size_t route_count;
    struct keys *keys; /* NULL: this machine's programs are trusted */
    struct sockaddr_storage address;
    socklen_t address_len;
    struct body_budget budget;
    struct workers *fast, *slow;
    struct mhd *mhd; /* NULL while not running */
    atomic_bool draining;
    atomic_bool aborting; /* the time for draining is over */
    pthread_mutex_t lock; /* guards `active` */
    pthread_cond_t idle;
    int active; /* requests between their header and the end of their answer */
};

struct exchange_pair {
    const char *name, *value;
};

struct response {
    struct arena *arena;
    const char *request_id;
    int status;
    struct exchange_pair header[EXCHANGE_MAX_ANSWER_HEADERS];
    size_t header_count;
    const char *type;
    struct buf body;
    int fd; /* -1: the body is in `body` */
    int64_t fd_size;
    bool failed;
    bool page;  /* HTML, scripts and styles of our own: may load its own parts */
    bool close; /* end the connection after it */
};

enum exchange_phase { EXCHANGE_HEAD, EXCHANGE_BODY, EXCHANGE_WORKING, EXCHANGE_ANSWERED };

struct request {
    struct server *server;
    void *link; /* the adapter's connection */
    enum exchange_phase phase;
    struct arena *arena;
    const char *target;
    const char *method;
    const char *path; /* decoded */
    struct router_match match;
    const char *param[ROUTER_MAX_PARAMS]; /* decoded */
    struct uri_parameter query[URI_MAX_PARAMETERS];
    size_t query_count;
    struct exchange_pair header[EXCHANGE_MAX_HEADERS];
    size_t header_count;
    bool too_many_headers;
    bool http_1_0;
    bool has_body;
    bool misframed; /* nobody knows where its body ends */
    char id[GUARD_ID_MAX + 1];
    char key_name[KEYS_NAME_MAX + 1];
    struct body body;
    const void *bytes;
    size_t len;
    uint64_t start_ns;
    atomic_bool cancelled;
    atomic_bool timed_out; /* set with its answer already sent by the watch */
    bool wired;            /* answered past the protocol library */
    bool counted;          /* in server.active */
    struct response answer;
    struct workers *pool; /* set by exchange_end when a job is to be submitted */
};

struct request *exchange_create(struct server *s, void *link, const char *target);
void exchange_destroy(struct request *rq, bool sent);
void exchange_header(struct request *rq, const char *name, const char *value);

/* Returns true when the answer is ready before any of the body was read. */
bool exchange_head(struct request *rq, const char *method, bool http_1_0);

/* Returns true when the answer is ready and the rest of the body must not be read. */
bool exchange_body(struct request *rq, const void *bytes, size_t len);

/* Returns true when the answer is ready, false when rq->pool must be given exchange_run. */
bool exchange_end(struct request *rq);

/* A job of a pool: fills the answer, then calls the adapter's resume. */
void exchange_run(void *request);

/* Adds the headers that every answer carries; called once, before it is sent. */
void exchange_seal(struct request *rq);

/* Appends the answer as it goes over the wire, for answers that the protocol library cannot send
 * (in the middle of a body); the connection ends after it. */
void exchange_wire(const struct response *rs, struct buf *out);

/* Appends the wire form of "408 Request Timeout". */
void exchange_wire_timeout(const char *request_id, struct buf *out);

/* Prepares `rs` with no content. */
void exchange_answer_init(struct response *rs, struct arena *a, const char *request_id);

/* Drops the content of an answer that will not be sent. */
void exchange_answer_finish(struct response *rs);

#endif
