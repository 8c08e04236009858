#include "twinreader/glue.h"

#include <string.h>

/* Digits of one amount stand no further apart than this, in heights; pieces of which one cannot be
 * an amount alone may stand as far as the second says. */
static const float TIGHT = 0.28f, LOOSE = 1.1f;

enum { RUN_MAX = 24, GROUP = 3 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_mark(char c)
{
    return c == ',' || c == '.';
}

static bool in_run(char c)
{
    return is_digit(c) || is_mark(c);
}

/* "1", "10", "10,0", "10,030,": what an amount in thousands may begin with; the last group may be
 * incomplete, which is told. */
static bool begins_amount(const char *s, size_t n, bool *ret_complete, bool *ret_marked)
{
    size_t group = 0, groups = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_digit(s[i])) {
            if (++group > GROUP && groups > 0)
                return false;
            continue;
        }
        if (group == 0 || group > GROUP || (groups > 0 && group != GROUP))
            return false;
        groups++;
        group = 0;
    }
    if (n > 1 && s[0] == '0')
        return false;
    *ret_complete = groups > 0 ? group == GROUP : group > 0;
    *ret_marked = groups > 0;
    return true;
}

bool glue_amount(const char *left, size_t left_len, const char *right, size_t right_len, float gap)
{
    size_t from = left_len, to = 0;
    while (from > 0 && in_run(left[from - 1]))
        from--;
    while (to < right_len && in_run(right[to]))
        to++;
    size_t a = left_len - from, b = to;
    if (a == 0 || b == 0 || a + b > RUN_MAX || gap > LOOSE)
        return false;
    /* The dash of a date or a code, or a letter before: no amount. */
    char before = from > 0 ? left[from - 1] : ' ';
    char after = to < right_len ? right[to] : ' ';
    /* A unit behind it, too: "163, 2층"; only money has "원". */
    bool unit = to < right_len && (unsigned char)after >= 0xe0 &&
                (right_len - to < 3 || memcmp(right + to, "원", 3) != 0);
    bool word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z');
    if (word || unit || before == '-' || before == '/' || before == ':' || after == '-' ||
        after == '/' || after == ':')
        return false;
    char both[RUN_MAX];
    memcpy(both, left + from, a);
    memcpy(both + a, right, b);
    bool complete, marked, left_complete, right_complete, ignored;
    if (!begins_amount(both, a + b, &complete, &marked))
        return false;
    bool left_alone = begins_amount(both, a, &left_complete, &ignored) && left_complete;
    bool right_alone = begins_amount(right, b, &right_complete, &ignored) && right_complete;
    if (gap <= TIGHT)
        return complete || marked;
    return !(left_alone && right_alone) && marked && !memchr(both, '.', a + b);
}
