#include "http/router.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool pattern_matches(const char *pattern, const char *path, size_t len,
                            struct router_match *m)
{
    const char *end = path + len;
    m->param_count = 0;
    while (*pattern && path < end) {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        const char *close = strchr(pattern, '}');
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t value_len = (size_t)((slash ? slash : end) - path);
        if (!close || !value_len || m->param_count == ROUTER_MAX_PARAMS)
            return false;
        m->param[m->param_count++] = (struct router_param){
            .name = pattern + 1,
            .name_len = (size_t)(close - pattern - 1),
            .value = path,
            .value_len = value_len,
        };
        pattern = close + 1;
        path += value_len;
    }
    return !*pattern && path == end;
}

static void allow_add(char allow[ROUTER_ALLOW_SIZE], const char *method)
{
    size_t n = strlen(allow);
    snprintf(allow + n, ROUTER_ALLOW_SIZE - n, "%s%s%s", n ? ", " : "", method,
             strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

void router_find(const struct route *routes, size_t count, const char *method, const char *path,
                 size_t len, struct router_match *ret)
{
    struct router_match found = {.route = NULL};
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    char allow[ROUTER_ALLOW_SIZE] = "";
    for (size_t i = 0; i < count; i++) {
        struct router_match m = {.route = &routes[i]};
        if (!pattern_matches(routes[i].path, path, len, &m))
            continue;
        allow_add(allow, routes[i].method);
        if (!found.route && strcmp(routes[i].method, wanted) == 0)
            found = m;
    }
    memcpy(found.allow, allow, sizeof allow);
    *ret = found;
}
