#include "base/text.h"

#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads the digits at `*s`, moving it past them; false without any or past int64_t. */
static bool read_digits(const char **s, int64_t *ret)
{
    const char *p = *s;
    int64_t v = 0;
    if (!is_digit(*p))
        return false;
    for (; is_digit(*p); p++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *p - '0', &v))
            return false;
    *s = p;
    *ret = v;
    return true;
}

bool text_to_int(const char *s, int64_t *ret)
{
    bool negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++;
    int64_t v;
    if (!read_digits(&s, &v) || *s)
        return false;
    *ret = negative ? -v : v;
    return true;
}

bool text_to_double(const char *s, double *ret)
{
    /* strtod alone would also take "inf", "nan", hexadecimal and leading space. */
    const char *p = *s == '-' || *s == '+' ? s + 1 : s;
    size_t digits = strspn(p, "0123456789");
    p += digits;
    if (*p == '.') {
        size_t more = strspn(p + 1, "0123456789");
        digits += more;
        p += 1 + more;
    }
    if (!digits)
        return false;
    if (*p == 'e' || *p == 'E') {
        p += p[1] == '-' || p[1] == '+' ? 2 : 1;
        if (!is_digit(*p))
            return false;
        p += strspn(p, "0123456789");
    }
    if (*p)
        return false;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c_locale)
        return false;
    double v = strtod_l(s, NULL, c_locale);
    freelocale(c_locale);
    if (!isfinite(v))
        return false;
    *ret = v;
    return true;
}

struct unit {
    const char *name;
    int64_t factor;
};

/* Reads digits and one of `units`; the first unit is meant when there is none. */
static bool read_quantity(const char *s, const struct unit *units, int64_t *ret)
{
    int64_t v;
    if (!read_digits(&s, &v))
        return false;
    if (*s == ' ')
        s++;
    for (const struct unit *u = units; u->name; u++)
        if (strcmp(s, u->name) == 0)
            return !__builtin_mul_overflow(v, u->factor, ret);
    return false;
}

bool text_to_size(const char *s, int64_t *ret)
{
    static const struct unit units[] = {{"", 1},          {"B", 1},
                                        {"KiB", 1 << 10}, {"MiB", 1 << 20},
                                        {"GiB", 1 << 30}, {"TiB", (int64_t)1 << 40},
                                        {NULL, 0}};
    int64_t v;
    if (!read_quantity(s, units, &v))
        return false;
    *ret = v;
    return true;
}

bool text_to_ms(const char *s, int64_t *ret)
{
    static const struct unit units[] = {{"ms", 1},      {"s", 1000},     {"m", 60000},
                                        {"h", 3600000}, {"d", 86400000}, {NULL, 0}};
    int64_t v;
    if (strcmp(s, "0") == 0)
        v = 0; /* zero of any unit; other plain numbers do not say which they mean */
    else if (!read_quantity(s, units, &v))
        return false;
    *ret = v;
    return true;
}

char *text_from_double(double v, char *buf, size_t size)
{
    /* 17 significant digits always suffice; most values need fewer. */
    for (int digits = DBL_DIG; digits <= DBL_DIG + 2; digits++) {
        snprintf(buf, size, "%.*g", digits, v);
        double back = strtod(buf, NULL);
        if (memcmp(&back, &v, sizeof v) == 0)
            break;
    }
    if (!isfinite(v))
        return buf;
    /* The locale's decimal point may be anything, several bytes included. */
    const char *point = localeconv()->decimal_point;
    size_t len = strlen(point);
    char *at = len ? strstr(buf, point) : NULL;
    if (at) {
        *at = '.';
        memmove(at + 1, at + len, strlen(at + len) + 1);
    }
    return buf;
}

size_t text_utf8_next(const char *s, size_t len, uint32_t *ret_code_point)
{
    const unsigned char *p = (const unsigned char *)s;
    if (!len)
        return 0;
    if (p[0] < 0x80) {
        *ret_code_point = p[0];
        return 1;
    }
    size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (p[0] < 0xc2 || p[0] > 0xf4 || len < n)
        return 0;
    uint32_t c = p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *ret_code_point = c;
    return n;
}

bool text_is_utf8(const char *s, size_t len)
{
    uint32_t c;
    for (size_t i = 0, n; i < len; i += n)
        if (!(n = text_utf8_next(s + i, len - i, &c)))
            return false;
    return true;
}

size_t text_escape(const char *s, char *out, size_t size)
{
    size_t n = 0, left = strlen(s);
    while (left) {
        uint32_t c = 0;
        size_t len = text_utf8_next(s, left, &c);
        bool plain = len && c >= 0x20 && (c < 0x7f || c >= 0xa0);
        if (!len)
            len = 1;
        if (n + (plain ? len : 4 * len) >= size)
            break;
        for (size_t i = 0; i < len; i++)
            if (plain)
                out[n++] = s[i];
            else
                n += (size_t)snprintf(out + n, size - n, "\\x%02x", (unsigned char)s[i]);
        s += len;
        left -= len;
    }
    if (size)
        out[n] = '\0';
    return n;
}

enum { NAME_MAX_LEN = 48 };

/* Optimal string alignment distance; -1 when a name is too long to be one. */
static int distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    if (m > NAME_MAX_LEN || n > NAME_MAX_LEN)
        return -1;
    int d[3][NAME_MAX_LEN + 1];
    for (size_t j = 0; j <= n; j++)
        d[0][j] = (int)j;
    for (size_t i = 1; i <= m; i++) {
        int *row = d[i % 3], *above = d[(i - 1) % 3], *second = d[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= n; j++) {
            int best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                second[j - 2] + 1 < best)
                best = second[j - 2] + 1;
            row[j] = best;
        }
    }
    return d[m % 3][n];
}

const char *text_nearest(const char *word, const char *const *candidates)
{
    const char *nearest = NULL;
    int least = INT_MAX;
    for (; *candidates; candidates++) {
        int d = distance(word, *candidates);
        size_t longer = strlen(word) > strlen(*candidates) ? strlen(word) : strlen(*candidates);
        int allowed = longer < 4 ? 1 : longer < 9 ? 2 : (int)longer / 3;
        if (d >= 0 && d <= allowed && d < least) {
            least = d;
            nearest = *candidates;
        }
    }
    return nearest;
}
