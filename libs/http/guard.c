#include "http/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

bool guard_address(const char *listen, int port, struct sockaddr_storage *ret, socklen_t *ret_len)
{
    struct sockaddr_storage sa = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&sa;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&sa;
    if (strcmp(listen, "localhost") == 0)
        listen = "127.0.0.1";
    if (inet_pton(AF_INET, listen, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        *ret_len = sizeof *v4;
    } else if (inet_pton(AF_INET6, listen, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        *ret_len = sizeof *v6;
    } else {
        return false;
    }
    *ret = sa;
    return true;
}

bool guard_is_loopback(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, sa, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, sa, sizeof v6);
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    }
    return false;
}

static bool is_port(const char *s)
{
    return !*s || (*s == ':' && s[1] && strspn(s + 1, "0123456789") == strlen(s + 1));
}

bool guard_host_is_local(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (strncasecmp(host, names[i], n) == 0 && is_port(host + n))
            return true;
    }
    return false;
}

bool guard_origin_is_own(const char *origin, const char *host)
{
    if (strncasecmp(origin, "http://", 7) == 0)
        return strcasecmp(origin + 7, host) == 0;
    if (strncasecmp(origin, "https://", 8) == 0)
        return strcasecmp(origin + 8, host) == 0;
    return false;
}

bool guard_id_valid(const char *id)
{
    size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    return n && n <= GUARD_ID_MAX && !id[n];
}

bool guard_type_accepted(const char *type, const char *const *accepts)
{
    size_t len = strcspn(type, "; \t");
    for (; *accepts; accepts++) {
        size_t n = strlen(*accepts);
        if (n && (*accepts)[n - 1] == '*' ? len > n - 1 && strncasecmp(type, *accepts, n - 1) == 0
                                          : len == n && strncasecmp(type, *accepts, n) == 0)
            return true;
    }
    return false;
}
