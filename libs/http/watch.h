/*
 * The watch over connections: what the protocol library's own idle timeout cannot see.
 *
 * A client that sends one byte a second is never idle and yet never done, so every phase has a
 * deadline: a header must be complete after the read timeout; a body and an answer get, beyond it,
 * the time their bytes take at the least rate.  Past the deadline the client is told 408 where that
 * is still possible and the connection ends.  A client that leaves in the middle of its request
 * gives up its place at once; one that leaves while its request is worked on has the work
 * cancelled, and one that only ended its side after a whole request is answered.  A client told
 * early that its body is unwanted is still listened to for a moment, since closing at once would
 * make its system discard our answer.
 *
 * Lifetime: watch_create to watch_destroy, after all connections are closed.  Threads: any; one of
 * its own.
 */
#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch;
struct watch_conn;
struct request;

enum watch_phase { WATCH_IDLE, WATCH_HEAD, WATCH_BODY, WATCH_WORK, WATCH_ANSWER };

int watch_create(int64_t read_timeout_ms, int64_t min_rate, struct watch **ret,
                 struct err *e) MUST_CHECK;
void watch_destroy(struct watch *w);

/* A connection was accepted; NULL when memory is exhausted. */
struct watch_conn *watch_open(struct watch *w, int fd);

/* A connection is about to be closed; its descriptor is still open. */
void watch_close(struct watch_conn *c);

/* A new phase begins.  `rq` is borrowed until the next call.  `bytes`: of the answer. */
void watch_enter(struct watch_conn *c, enum watch_phase phase, struct request *rq, int64_t bytes);

/* More of the body arrived. */
void watch_progress(struct watch_conn *c, size_t bytes);

/* The client may still be sending what we do not want: keep listening for a moment at the end. */
void watch_linger(struct watch_conn *c);

/* Sends an answer past the protocol library, in the middle of a body. */
void watch_send(struct watch_conn *c, const void *bytes, size_t len);

/* Returns the number of open connections. */
int watch_count(struct watch *w);

#endif
