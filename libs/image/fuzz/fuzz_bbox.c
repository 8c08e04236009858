/* Any bytes as the words of a PDF page. */
#include "base/text.h"
#include "image/bbox.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = ERR_INIT;
    struct text_layer_word *word;
    size_t count;
    struct arena *a = arena_create(1 << 20);
    if (!a)
        abort();
    if (bbox_parse((const char *)data, size, a, &word, &count, &e) == 0) {
        for (size_t i = 0; i < count; i++) {
            const char *t = word[i].text;
            if (!*t || !text_is_utf8(t, strlen(t)) || !(word[i].x0 <= word[i].x1) ||
                !(word[i].y0 <= word[i].y1))
                abort();
        }
    }
    arena_destroy(a);
    return 0;
}
