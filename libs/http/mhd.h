/*
 * Private to libs/http: the adapter to libmicrohttpd, the only file that knows it.
 *
 * Lifetime: mhd_start to mhd_stop.  Threads: mhd_resume from any, the rest from the server's owner.
 */
#ifndef HTTP_MHD_H
#define HTTP_MHD_H

#include "base/err.h"

struct mhd;
struct server;

/* Listens and serves.  `ret` is filled before the first loop runs, since handlers use it, and NULL
 * again on failure.  ERR_IO, ERR_NOMEM. */
int mhd_start(struct server *s, struct mhd **ret, struct err *e) MUST_CHECK;

/* Ends all connections; no request may be with a worker. */
void mhd_stop(struct mhd *m);

int mhd_port(const struct mhd *m);

/* Returns the number of open connections. */
int mhd_connections(struct mhd *m);

/* A worker is done with the request of this link. */
void mhd_resume(void *link);

#endif
