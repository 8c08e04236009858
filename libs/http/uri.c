#include "http/uri.h"

#include "base/text.h"

#include <string.h>

size_t uri_path_length(const char *target)
{
    return strcspn(target, "?#");
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int uri_decode(struct arena *a, const char *s, size_t len, bool plus, const char **ret,
               struct err *e)
{
    char *out = arena_alloc(a, len + 1);
    if (!out)
        return err_set(e, ERR_NOMEM, "out of memory for the request target");
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        if (c == '%') {
            bool whole = len - i > 2;
            int high = whole ? hex_digit(s[i + 1]) : -1, low = whole ? hex_digit(s[i + 2]) : -1;
            if (high < 0 || low < 0)
                return err_set(e, ERR_USAGE, "the address has a broken %%-escape");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if ((unsigned char)c < 0x20 || c == 0x7f)
            return err_set(e, ERR_USAGE, "the address has a control character");
        out[n++] = c;
    }
    out[n] = '\0';
    /* U+0080 to U+009F, which terminals obey as well. */
    for (const char *p = out; (p = strchr(p, '\xc2')); p++)
        if ((unsigned char)p[1] >= 0x80 && (unsigned char)p[1] < 0xa0)
            return err_set(e, ERR_USAGE, "the address has a control character");
    if (!text_is_utf8(out, n))
        return err_set(e, ERR_USAGE, "the address is not valid UTF-8");
    *ret = out;
    return 0;
}

int uri_query(struct arena *a, const char *query, struct uri_parameter *ret, size_t *ret_count,
              struct err *e)
{
    size_t count = 0;
    while (*query) {
        size_t len = strcspn(query, "&");
        if (len) {
            if (count == URI_MAX_PARAMETERS)
                return err_set(e, ERR_USAGE, "the address has more than %d parameters",
                               URI_MAX_PARAMETERS);
            const char *equals = memchr(query, '=', len);
            size_t name_len = equals ? (size_t)(equals - query) : len;
            const char *value = equals ? equals + 1 : "";
            size_t value_len = equals ? len - name_len - 1 : 0;
            int rc = uri_decode(a, query, name_len, true, &ret[count].name, e);
            if (!rc)
                rc = uri_decode(a, value, value_len, true, &ret[count].value, e);
            if (rc)
                return rc;
            count++;
        }
        query += len;
        if (*query)
            query++;
    }
    *ret_count = count;
    return 0;
}
