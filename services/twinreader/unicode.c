#include "twinreader/unicode.h"

#include <limits.h>
#include <string.h>
#include <utf8proc.h>

/* Decodes into room for strlen(s) code points and returns how many there are. */
static size_t decode(const char *s, size_t len, utf8proc_int32_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(len - i), &c);
        if (used <= 0) {
            c = 0xFFFD;
            used = 1;
        }
        out[n++] = c;
        i += (size_t)used;
    }
    return n;
}

/* Canonical decomposition in canonical order, then composition: NFC. */
static size_t compose(utf8proc_int32_t *c, size_t n)
{
    utf8proc_ssize_t len =
        utf8proc_normalize_utf32(c, (utf8proc_ssize_t)n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    return len < 0 ? n : (size_t)len;
}

/* Sorts runs of combining marks by class, keeping the order of equals. */
static void order_marks(utf8proc_int32_t *c, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        utf8proc_int32_t mark = c[i];
        int class = utf8proc_get_property(mark)->combining_class;
        size_t j = i;
        for (; class && j > 0 && utf8proc_get_property(c[j - 1])->combining_class > class; j--)
            c[j] = c[j - 1];
        c[j] = mark;
    }
}

/* Replaces each code point by what `option` makes of it; *ret is new memory of the arena. */
static int map(struct arena *a, const utf8proc_int32_t *c, size_t n, int option,
               utf8proc_int32_t **ret, size_t *ret_len, struct err *e)
{
    int boundary = 0;
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        utf8proc_ssize_t len = utf8proc_decompose_char(c[i], NULL, 0, option, &boundary);
        total += len > 0 ? (size_t)len : 1;
    }
    /* utf8proc_normalize_utf32 wants no room beyond, an empty text some. */
    utf8proc_int32_t *out = arena_array(a, total + 1, sizeof *out);
    if (!out)
        return err_set(e, ERR_NOMEM, "out of memory while normalising text");
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        utf8proc_ssize_t len = utf8proc_decompose_char(
            c[i], out + at, (utf8proc_ssize_t)(total - at), option, &boundary);
        if (len <= 0) {
            out[at] = c[i];
            len = 1;
        }
        at += (size_t)len;
    }
    *ret = out;
    *ret_len = at;
    return 0;
}

int unicode_normalise(struct arena *a, const char *s, bool fold, struct unicode_text *ret,
                      struct err *e)
{
    size_t bytes = strlen(s);
    utf8proc_int32_t *c = arena_array(a, bytes + 1, sizeof *c);
    if (!c)
        return err_set(e, ERR_NOMEM, "out of memory while normalising text");
    size_t n = decode(s, bytes, c);
    int rc = map(a, c, n, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, &c, &n, e);
    if (rc)
        return rc;
    order_marks(c, n);
    n = compose(c, n);
    if (fold) {
        rc = map(a, c, n, UTF8PROC_CASEFOLD, &c, &n, e);
        if (rc)
            return rc;
    }
    uint32_t *out = arena_array(a, n + 1, sizeof *out);
    if (!out)
        return err_set(e, ERR_NOMEM, "out of memory while normalising text");
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)c[i];
    *ret = (struct unicode_text){.c = out, .len = n};
    return 0;
}

bool unicode_is_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

int unicode_width(uint32_t c)
{
    if (c > INT_MAX)
        return 1;
    int width = utf8proc_charwidth((utf8proc_int32_t)c);
    return width < 0 ? 0 : width > 2 ? 2 : width;
}
