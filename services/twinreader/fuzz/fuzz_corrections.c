/* Any bytes are refused, or are corrections that come back from JSON as they were, that name their
 * targets well, and that can be applied to a page whatever they say. */
#include "twinreader/corrections.h"
#include "twinreader/output.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BOX "\"box\":[1,2,3,2,3,4,1,4]"
static const char page[] =
    "{\"schema\":\"reading/1\",\"id\":null,\"name\":\"a\",\"format\":null,\"models\":{\"detector\":"
    "null,\"recogniser\":null},\"read_at\":\"2026-11-23T14:00:00.000Z\",\"pages\":[{\"number\":1,"
    "\"source\":null,\"width\":9,\"height\":9,\"dpi\":null,\"rotation\":0,\"skew\":0,"
    "\"text_layer\":false,\"error\":null,\"lines\":[{\"text\":\"a b\",\"confidence\":1," BOX
    ",\"row\":0,\"block\":0,\"words\":[{\"text\":\"a\",\"confidence\":1," BOX ",\"chars\":[]},"
    "{\"text\":\"b\",\"confidence\":1," BOX ",\"chars\":[]}]}],\"form\":{\"type\":\"x\","
    "\"confidence\":1,\"verdict\":\"review\",\"reasons\":[\"date: not found\"],\"fields\":["
    "{\"name\":\"total\",\"type\":\"amount\",\"value\":\"1\",\"normalised\":\"1\",\"confidence\":1,"
    "\"box\":null},{\"name\":\"items\",\"type\":\"list\",\"value\":null,\"normalised\":null,"
    "\"confidence\":1,\"box\":null,\"rows\":[[{\"name\":\"price\",\"type\":\"amount\",\"value\":"
    "\"1\",\"normalised\":\"1\",\"confidence\":1,\"box\":null}]]}]}}]}";

static void must(bool right)
{
    if (!right)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct output_options o = {.fields = true};
    struct arena *a = arena_create((size_t)64 << 20);
    struct reading *r = NULL, *again = NULL;
    struct corrections set, back;
    struct err e = ERR_INIT;
    struct buf first, second, json;
    buf_init(&first, 0);
    buf_init(&second, 0);
    buf_init(&json, 0);
    if (corrections_from_json(a, (const char *)data, size, &set, &e)) {
        must(e.message[0]);
        goto out;
    }
    corrections_to_json(&set, &first);
    must(!corrections_from_json(a, first.data, first.len, &back, &e));
    corrections_to_json(&back, &second);
    must(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    must(!reading_from_json(page, sizeof page - 1, &r, &e));
    must(!corrections_apply(&set, r, &e));
    must(!output_format_find("json")->write(r, &o, &json, &e));
    must(!reading_from_json(json.data, json.len, &again, &e));
out:
    reading_destroy(r);
    reading_destroy(again);
    buf_finish(&first);
    buf_finish(&second);
    buf_finish(&json);
    arena_destroy(a);
    return 0;
}
