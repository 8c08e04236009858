/* Any bytes are refused with a reason, or give a tree that, written, reads back. */
#include "base/jsonr.h"
#include "base/jsonw.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Objects cannot be walked without knowing their keys; arrays and scalars can. */
static void copy(const struct jsonr_value *v, struct jsonw *w)
{
    if (jsonr_kind(v) == JSONR_ARRAY && w->depth < JSONW_DEPTH) {
        jsonw_begin_array(w);
        for (size_t i = 0; i < jsonr_count(v); i++)
            copy(jsonr_at(v, i), w);
        jsonw_end_array(w);
    } else if (jsonr_kind(v) == JSONR_NUMBER) {
        jsonw_number(w, jsonr_as_number(v, 0), 3);
    } else if (jsonr_kind(v) == JSONR_BOOL) {
        jsonw_bool(w, jsonr_as_bool(v, false));
    } else {
        jsonw_string(w, jsonr_as_string(jsonr_get(v, "a"), jsonr_as_string(v, NULL)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jsonr_doc *d = NULL, *again = NULL;
    struct err e = ERR_INIT;
    struct jsonw w;
    struct buf out;
    buf_init(&out, 0);
    jsonw_init(&w, &out);
    /* Bytes that are no JSON are a good string for the writer. */
    jsonw_begin_array(&w);
    jsonw_string_n(&w, (const char *)data, size);
    if (jsonr_parse((const char *)data, size, &d, &e)) {
        if (d || !e.message[0])
            abort();
    } else {
        copy(jsonr_root(d), &w);
    }
    jsonw_end_array(&w);
    /* Jansson refuses \u0000, which the writer may have to write. */
    bool zero = false;
    for (size_t i = 0; i < size; i++)
        zero |= data[i] == 0;
    if (jsonr_parse(out.data, out.len, &again, &e) && !zero)
        abort();
    jsonr_doc_destroy(again);
    jsonr_doc_destroy(d);
    buf_finish(&out);
    return 0;
}
