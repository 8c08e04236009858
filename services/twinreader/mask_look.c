#include "twinreader/mask_look.h"

enum { GROUPS_MAX = 6 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

char mask_look_fold(uint32_t c)
{
    if (c >= 0xff10 && c <= 0xff19) /* full-width digits */
        return (char)('0' + (c - 0xff10));
    if (c < 0x80 && (is_digit((char)c) || c == '.' || c == ')' || c == '(' || c == '+' || c == '*'))
        return (char)c;
    if (c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0xff0d || c == 0x30fc || c == 0x2212)
        return '-';
    switch (c) {
    case 'O':
    case 'o':
    case 'Q':
    case 'D':
        return 'o';
    case 'l':
    case 'I':
    case 'i':
    case '|':
    case '!':
        return 'l';
    case 'S':
    case 's':
        return 's';
    case 'B':
        return 'b';
    case 'Z':
    case 'z':
        return 'z';
    case 'X':
    case 'x':
        return '*';
    default:
        return '#';
    }
}

static char digit_of(char c)
{
    return c == 'o'   ? '0'
           : c == 'l' ? '1'
           : c == 's' ? '5'
           : c == 'b' ? '8'
           : c == 'z' ? '2'
                      : '\0';
}

void mask_look_digits(char *s, size_t len)
{
    enum { END_RUN = 2 }; /* so many at an end of the text, where only one side is a number */
    for (size_t i = 0, end; i < len; i = end) {
        end = i + 1;
        if (!digit_of(s[i]))
            continue;
        while (end < len && digit_of(s[end]))
            end++;
        bool left = i > 0 && (is_digit(s[i - 1]) || s[i - 1] == '-');
        bool right = end < len && (is_digit(s[end]) || s[end] == '-');
        bool edge = (i == 0 || end == len) && end - i <= END_RUN;
        if (!(left && right) && !((left || right) && edge))
            continue;
        for (size_t k = i; k < end; k++)
            s[k] = digit_of(s[k]);
    }
}

static size_t run(const char *s, size_t len, size_t i)
{
    size_t n = 0;
    while (i + n < len && is_digit(s[i + n]))
        n++;
    return n;
}

static int number(const char *s, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (s[i] - '0');
    return v;
}

/* Length of "900101-1234567", with or without its dash, some of its digits perhaps masked. */
static size_t resident(const char *s, size_t len, size_t i)
{
    size_t first = run(s, len, i), p = i + 6;
    bool dash = first == 6 && p < len && (s[p] == '-' || s[p] == '.');
    if (!dash && first != 13)
        return 0;
    int month = number(s + i + 2, 2), day = number(s + i + 4, 2);
    if (!dash && (month < 1 || month > 12 || day < 1 || day > 31))
        return 0;
    size_t from = p + dash, n = 0;
    while (from + n < len && n < 8 && (is_digit(s[from + n]) || s[from + n] == '*'))
        n++;
    return n == 7 ? from + n - i : 0;
}

/* Length of "010-1234-5678", "02)123-4567", "01012345678", "+82-10-1234-5678". */
static size_t telephone(const char *s, size_t len, size_t i)
{
    size_t p = i, seps = 0;
    bool abroad = i > 0 && s[i - 1] == '+' && len - i > 2 && s[i] == '8' && s[i + 1] == '2';
    if (abroad) {
        p += 2;
        while (p < len && (s[p] == '-' || s[p] == ')' || s[p] == '('))
            p++;
        seps = 1;
    } else if (s[i] != '0') {
        return 0;
    }
    size_t whole = run(s, len, p);
    if (!abroad && (whole == 10 || whole == 11))
        return s[p + 1] == '1' ? whole : 0;
    for (int group = 0; group < 3; group++) {
        size_t n = run(s, len, p);
        bool good = group == 0   ? n >= (abroad ? 1u : 2u) && n <= 4
                    : group == 1 ? n == 3 || n == 4 || n == 7 || n == 8
                                 : n == 4;
        if (!good)
            return 0;
        p += n;
        if (group == 2 || (group == 1 && n >= 7))
            return seps > 0 ? p - i : 0;
        bool sep = p < len && (s[p] == '-' || s[p] == '.' || s[p] == ')');
        if (!sep)
            return 0;
        seps++;
        p++;
        if (p < len && s[p] == '-')
            p++;
    }
    return 0;
}

/* Length of three to six groups of digits that no other number has. */
static size_t account(const char *s, size_t len, size_t i)
{
    size_t groups[GROUPS_MAX], count = 0, digits = 0, p = i;
    while (count < GROUPS_MAX) {
        size_t n = run(s, len, p);
        if (n == 0)
            return 0;
        groups[count++] = n;
        digits += n;
        p += n;
        if (p + 1 >= len || s[p] != '-' || !is_digit(s[p + 1]))
            break;
        p++;
    }
    bool business = count == 3 && groups[0] == 3 && groups[1] == 2 && groups[2] == 5;
    bool dated = groups[0] == 4 && (number(s + i, 2) == 19 || number(s + i, 2) == 20);
    return count >= 3 && digits >= 10 && digits <= 16 && !business && !dated ? p - i : 0;
}

static void mark(const char *s, size_t i, size_t n, bool *marked)
{
    for (size_t k = i; k < i + n; k++)
        marked[k] = marked[k] || is_digit(s[k]);
}

void mask_look(const char *s, size_t len, bool accounts, bool *marked)
{
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(s[i]) || (i > 0 && is_digit(s[i - 1])))
            continue;
        size_t n = resident(s, len, i);
        if (n == 0)
            n = telephone(s, len, i);
        if (n == 0 && accounts && !(i > 1 && s[i - 1] == '-' && is_digit(s[i - 2])))
            n = account(s, len, i);
        if (n == 0 || (i + n < len && is_digit(s[i + n])))
            continue;
        mark(s, i, n, marked);
    }
}
