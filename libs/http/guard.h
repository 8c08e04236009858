/*
 * Small decisions about who is asking: addresses, Host, Origin, request ids.  Pure functions.
 *
 * Without API keys a server trusts everything on its own machine.  A web page opened in a browser
 * on that machine must not borrow this trust: not by resolving its own name to 127.0.0.1 (DNS
 * rebinding: the Host header gives it away) and not by posting across origins (Origin does).
 */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define GUARD_ID_MAX 64

/* Turns "127.0.0.1", "::1", "localhost" (no other names) and a port into a socket address; false
 * for anything else. */
bool guard_address(const char *listen, int port, struct sockaddr_storage *ret, socklen_t *ret_len);

/* Returns whether the address is reachable from its own machine only. */
bool guard_is_loopback(const struct sockaddr *sa);

/* Returns whether a Host header names this machine: localhost, 127.0.0.1, [::1], with any port. */
bool guard_host_is_local(const char *host);

/* Returns whether an Origin header is the server's own: "http://" or "https://" and the Host. */
bool guard_origin_is_own(const char *origin, const char *host);

/* Returns whether a client's request id may be repeated in headers and logs: 1 to 64 letters,
 * digits, "-", "_", ".". */
bool guard_id_valid(const char *id);

/* Returns whether `type` ("image/png; x=1") is one of `accepts` ("image/" and "*" for a family). */
bool guard_type_accepted(const char *type, const char *const *accepts);

#endif
