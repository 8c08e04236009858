/* Any bytes as a picture: opened, and every page decoded, within limits that keep it quick.  PDF is
 * left out: its parser runs in a child and its answers have a target of their own. */
#include "image/document.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = ERR_INIT;
    struct document *d;
    struct document_limits limits = document_limits_default();
    limits.max_bytes = 1 << 20;
    limits.max_pixels = 1 << 20;
    limits.max_pages = 4;
    limits.max_side = 256;
    if (document_library_init(&e))
        abort();
    if (memmem(data, size < 1024 ? size : 1024, "%PDF-", 5))
        return 0;
    if (document_open_memory(data, size, &limits, &d, &e))
        return 0;
    for (int i = 0; i < document_page_count(d); i++) {
        struct document_page p;
        if (document_read_page(d, i, NULL, &p, &e))
            continue;
        if (p.picture->width > 256 || p.picture->height > 256 || !(p.scale > 0.0) || p.scale > 1.0)
            abort();
        image_destroy(p.picture);
    }
    document_close(d);
    return 0;
}
