/* Header values that are taken apart: If-None-Match, Content-Type, Host, Origin, request ids.  The
 * first line is one value, the second another. */
#include "base/arena.h"
#include "http/files.h"
#include "http/guard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const accepts[] = {"multipart/form-data", "image/*", NULL};
    const uint8_t *eol = size ? memchr(data, '\n', size) : NULL;
    struct arena *a = arena_create(1 << 20);
    size_t first = eol ? (size_t)(eol - data) : size;
    char *one = a ? arena_strndup(a, (const char *)data, first) : NULL;
    char *two = one && eol ? arena_strndup(a, (const char *)eol + 1, size - first - 1) : NULL;
    if (one) {
        files_etag_matches(one, "\"1-2-3\"");
        guard_type_accepted(one, accepts);
        guard_id_valid(one);
        if (guard_host_is_local(one) && strlen(one) > 1 && strstr(one, "evil"))
            abort();
        if (two)
            guard_origin_is_own(one, two);
    }
    arena_destroy(a);
    return 0;
}
