/* The first line of the input is the Content-Type, the rest the body.  Parts must lie in the body,
 * in order. */
#include "http/multipart.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *eol = size ? memchr(data, '\n', size) : NULL;
    struct arena *a = arena_create(1 << 20);
    struct multipart_part *parts;
    char boundary[MULTIPART_BOUNDARY_MAX + 1];
    size_t count;
    struct err e;
    if (!a || !eol)
        goto out;
    char *type = arena_strndup(a, (const char *)data, (size_t)(eol - data));
    const uint8_t *body = eol + 1, *end = data + size;
    if (!type || multipart_boundary(type, boundary, &e))
        goto out;
    if (multipart_parse(a, boundary, body, (size_t)(end - body), 20, &parts, &count, &e) == 0) {
        const uint8_t *at = body;
        for (size_t i = 0; i < count; i++) {
            const uint8_t *bytes = parts[i].bytes;
            if (!parts[i].name || bytes < at || parts[i].len > (size_t)(end - bytes))
                abort();
            if (parts[i].filename && strpbrk(parts[i].filename, "/\\"))
                abort();
            at = bytes + parts[i].len;
        }
    }
out:
    arena_destroy(a);
    return 0;
}
