/*
 * JSON writer: streams into a struct buf.
 *
 * It keeps track of commas and nesting; writing a value without a key inside an object, or a key
 * outside one, is a programmer's mistake (assert).  Text that is not valid UTF-8 is written with
 * U+FFFD in place of each bad byte.  Numbers are written the same in every locale.
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSONW_DEPTH 32

struct jsonw {
    struct buf *out;
    int depth;
    bool first[JSONW_DEPTH];
    bool in_object[JSONW_DEPTH];
    bool after_key;
    bool pretty; /* indent by two spaces; set after init when wanted */
};

void jsonw_init(struct jsonw *w, struct buf *out);
void jsonw_begin_object(struct jsonw *w);
void jsonw_end_object(struct jsonw *w);
void jsonw_begin_array(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_string(struct jsonw *w, const char *s); /* NULL writes null */
void jsonw_string_n(struct jsonw *w, const char *s, size_t len);
void jsonw_int(struct jsonw *w, int64_t v);
void jsonw_number(struct jsonw *w, double v, int decimals); /* not finite: null */
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);

#endif
