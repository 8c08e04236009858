/* Any bytes are refused with a reason, or give a reading that every format can write and that comes
 * back from JSON as it was. */
#include "twinreader/output.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The least that passes for a JPEG: a frame header. */
static int picture(void *user, size_t index, struct buf *jpeg, int *ret_width, int *ret_height,
                   struct err *e)
{
    (void)user, (void)index, (void)e;
    buf_append(jpeg, "\xFF\xD8\xFF\xC0\x00\x0B\x08\x00\x01\x00\x01\x01\x01\x11\x00\xFF\xD9", 17);
    *ret_width = *ret_height = 1;
    return 0;
}

static void write(const struct reading *r, const char *format, struct buf *out)
{
    struct output_options o = {.fields = true, .timings = true, .picture = picture};
    struct err e = ERR_INIT;
    if (output_format_find(format)->write(r, &o, out, &e) && e.code != ERR_NOMEM)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading *r = NULL, *back = NULL;
    struct err e = ERR_INIT;
    struct buf first, second;
    buf_init(&first, 0);
    buf_init(&second, 0);
    if (reading_from_json((const char *)data, size, &r, &e)) {
        if (r || !e.message[0])
            abort();
        return 0;
    }
    for (const struct output_format *f = output_formats; f->name; f++) {
        buf_clear(&first);
        write(r, f->name, &first);
    }
    buf_clear(&first);
    write(r, "json", &first);
    if (reading_from_json(first.data, first.len, &back, &e))
        abort();
    write(back, "json", &second);
    if (first.len != second.len || memcmp(first.data, second.data, first.len) != 0)
        abort();
    buf_finish(&first);
    buf_finish(&second);
    reading_destroy(r);
    reading_destroy(back);
    return 0;
}
