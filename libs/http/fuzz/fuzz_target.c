/* A request target as it stands in the first line: decoding, query, routing. */
#include "base/text.h"
#include "http/router.h"
#include "http/uri.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct route routes[] = {
    {"GET", "/v1/documents/{id}", NULL, 0, 0, NULL},
    {"GET", "/v1/documents/{id}/pages/{n}/image", NULL, 0, 0, NULL},
};

/* What got through must be text without control characters. */
static void check(const char *s)
{
    if (!text_is_utf8(s, strlen(s)))
        abort();
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(1 << 20);
    struct uri_parameter query[URI_MAX_PARAMETERS];
    struct router_match m;
    const char *out;
    size_t count;
    struct err e;
    char *target = a ? arena_strndup(a, (const char *)data, size) : NULL;
    if (!target)
        goto out;
    size_t len = uri_path_length(target);
    if (uri_decode(a, target, len, false, &out, &e) == 0)
        check(out);
    if (target[len] == '?' && uri_query(a, target + len + 1, query, &count, &e) == 0)
        for (size_t i = 0; i < count; i++) {
            check(query[i].name);
            check(query[i].value);
        }
    router_find(routes, 2, "GET", target, len, &m);
    for (size_t i = 0; m.route && i < m.param_count; i++)
        if (!m.param[i].value_len || memchr(m.param[i].value, '/', m.param[i].value_len))
            abort();
out:
    arena_destroy(a);
    return 0;
}
