#include "http/uri.h"

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

/* Returns the length of the valid sequence at `s`, or 0. */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
    unsigned char c = s[0];
    if (c < 0x80)
        return 1;
    size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || len < need)
        return 0;
    for (size_t i = 1; i < need; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && s[1] < 0xa0) || (c == 0xed && s[1] > 0x9f) || (c == 0xf0 && s[1] < 0x90) ||
        (c == 0xf4 && s[1] > 0x8f))
        return 0;
    return need;
}

bool uri_utf8_valid(const char *s, size_t len)
{
    const unsigned char *p = (const unsigned char *)s;
    while (len) {
        size_t n = utf8_sequence(p, len);
        if (!n)
            return false;
        p += n;
        len -= n;
    }
    return true;
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
    if (!uri_utf8_valid(out, n))
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
