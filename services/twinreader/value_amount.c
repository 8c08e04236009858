/*
 * Amounts.  A run of digits and marks is read first, spaces that recognition put beside a mark left
 * out; then the marks are interpreted (which one is the decimal mark); then what stands on both
 * sides decides whether it is an amount at all.
 */
#include "twinreader/glue.h"
#include "twinreader/value.h"

#include <string.h>

struct value_rules value_rules_default(void)
{
    return (struct value_rules){
        .decimal_mark = '.',
        .orders = {VALUE_DMY, VALUE_YMD, VALUE_MDY},
        .order_count = 3,
    };
}

enum { RUN_MAX = 24, DIGITS_MAX = 15 };

struct run {
    char text[RUN_MAX]; /* digits and marks only */
    size_t len;
    size_t end; /* byte in the source where the run stops */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || ((unsigned char)c & 0x80);
}

static bool is_mark(char c)
{
    return c == '.' || c == ',';
}

static char at(const char *text, size_t len, size_t i)
{
    return i < len ? text[i] : '\0';
}

static size_t digits_from(const char *text, size_t len, size_t i)
{
    size_t n = 0;
    while (i + n < len && is_digit(text[i + n]))
        n++;
    return n;
}

/* The digit that a letter at `i` was meant to be, or 0: O and l stand for digits only where digits
 * or marks stand on both sides, or as the last of two decimals. */
static char letter_as_digit(const struct run *run, const char *text, size_t len, size_t i)
{
    char c = at(text, len, i), next = at(text, len, i + 1);
    char digit = c == 'O' || c == 'o' ? '0' : c == 'l' || c == 'I' || c == '|' ? '1' : '\0';
    if (!digit || run->len == 0)
        return '\0';
    bool then_digit = is_digit(next) || (is_mark(next) && is_digit(at(text, len, i + 2)));
    bool second_decimal = run->len >= 3 && is_digit(run->text[run->len - 1]) &&
                          is_mark(run->text[run->len - 2]) && !is_letter(next);
    bool first_of_two = is_mark(run->text[run->len - 1]) && (next == 'O' || next == 'o');
    return then_digit || second_decimal || first_of_two ? digit : '\0';
}

static bool run_has_mark(const struct run *run)
{
    for (size_t i = 0; i < run->len; i++)
        if (is_mark(run->text[i]))
            return true;
    return false;
}

/* Returns how many bytes to skip to go on behind a mark at `p` (mark and a space), or 0 when the
 * mark ends the run. */
static size_t mark_length(const struct run *run, const char *text, size_t len, size_t p)
{
    char next = at(text, len, p + 1);
    if (is_digit(next) || ((next == 'O' || next == 'o') && run->len > 0))
        return 1;
    if (next != ' ' || run->len == 0)
        return 0;
    size_t n = digits_from(text, len, p + 2);
    bool decimals = n == 2 && !run_has_mark(run) && text[p] == '.';
    bool thousands = n == 3 && text[p] == ',';
    char after = at(text, len, p + 2 + n);
    return (decimals && !is_letter(after) && after != '/' && after != '-') || thousands ? 2 : 0;
}

/* "10,0 30원": one amount, which the mark behind it proves; without it "2,50 3" may be two. */
static bool cut_in_two(const char *text, size_t len, size_t p)
{
    static const char mark[] = "원";
    size_t end = p + 1;
    while (end < len && (is_digit(text[end]) || is_mark(text[end])))
        end++;
    return end + sizeof mark - 1 <= len && memcmp(text + end, mark, sizeof mark - 1) == 0 &&
           glue_amount(text, p, text + p + 1, len - p - 1, 0.5f);
}

static bool run_read(const char *text, size_t len, size_t start, struct run *ret)
{
    struct run run = {.end = start};
    size_t p = start;
    while (p < len) {
        char c = text[p], push = c;
        size_t skip = 1;
        if (is_mark(c)) {
            skip = mark_length(&run, text, len, p);
        } else if (c == ' ') {
            /* "60 .30" */
            bool split = run.len > 0 && !run_has_mark(&run) && at(text, len, p + 1) == '.' &&
                         digits_from(text, len, p + 2) == 2;
            push = split ? '.' : at(text, len, p + 1);
            skip = split || (run.len > 0 && cut_in_two(text, len, p)) ? 2 : 0;
        } else if (!is_digit(c)) {
            push = letter_as_digit(&run, text, len, p);
            skip = push ? 1 : 0;
        }
        if (skip == 0)
            break;
        if (run.len == RUN_MAX)
            return false;
        run.text[run.len++] = push;
        p += skip;
        run.end = p;
    }
    *ret = run;
    return run.len > 0 && is_digit(run.text[run.len - 1]);
}

/* Which mark is the decimal one; false for what is not a number ("10.12.18"). */
static bool run_interpret(const struct run *run, char decimal_mark, struct amount *m)
{
    size_t marks = 0, group = 0, last = 0, first_group = 0;
    bool groups_of_three = true, same = true;
    char first_mark = '\0', last_mark = '\0';
    for (size_t i = 0; i < run->len; i++) {
        if (!is_mark(run->text[i])) {
            group++;
            continue;
        }
        if (marks == 0)
            first_group = group;
        else
            groups_of_three = groups_of_three && group == 3 && run->text[i - 4] == first_mark;
        first_mark = marks ? first_mark : run->text[i];
        last_mark = run->text[i];
        same = same && last_mark == first_mark;
        marks++;
        group = 0;
    }
    last = group;
    bool thousands_so_far = marks < 2 || (groups_of_three && first_group >= 1 && first_group <= 3);
    bool decimal;
    if (decimal_mark == '\0' && marks > 0 && (last != 3 || first_group < 1 || first_group > 3))
        return false;
    if (marks == 0 || decimal_mark == '\0')
        decimal = false;
    else if (last == 3)
        decimal =
            marks == 1 ? last_mark == decimal_mark || first_group > 3 || first_group == 0 : !same;
    else
        decimal = true;
    if (!thousands_so_far || (decimal && last > 4))
        return false;
    if (marks > 1 && last == 1)
        return false;
    m->decimals = decimal ? (int)last : 0;
    m->grouped = marks > 1 || (marks == 1 && !decimal);

    int64_t units = 0;
    size_t digits = 0;
    for (size_t i = 0; i < run->len; i++) {
        if (is_mark(run->text[i]))
            continue;
        if (++digits > DIGITS_MAX)
            return false;
        units = units * 10 + (run->text[i] - '0');
    }
    m->units = units;
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_letters(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

/* Length of the currency mark that ends at `end` (before) or starts at `end` (behind), or 0. */
static size_t currency_beside(const struct value_rules *r, const char *text, size_t len, size_t end,
                              bool behind)
{
    size_t best = 0;
    for (size_t i = 0; i < r->currency_count; i++) {
        const char *mark = r->currencies[i];
        size_t n = strlen(mark);
        if (n <= best || (behind ? end + n > len : end < n))
            continue;
        size_t start = behind ? end : end - n;
        if (!same_letters(text + start, mark, n))
            continue;
        /* "RM" in "FARM" is no currency; a sign such as "$" may follow anything. */
        bool word = is_letter(mark[0]) && !((unsigned char)mark[0] & 0x80);
        bool cut =
            behind ? is_letter(at(text, len, end + n)) : start > 0 && is_letter(text[start - 1]);
        if (word && cut)
            continue;
        best = n;
    }
    return best;
}

/* Takes in sign, bracket and currency before the number.  Returns its new start. */
static size_t take_left(const struct value_rules *r, const char *text, size_t len, size_t start,
                        struct amount *m, bool *ret_minus, bool *ret_bracket)
{
    size_t p = start;
    *ret_minus = *ret_bracket = false;
    for (int turn = 0; turn < 3 && p > 0; turn++) {
        size_t q = p;
        if (!m->currency) {
            if (text[q - 1] == ' ')
                q--;
            size_t n = q > 0 ? currency_beside(r, text, len, q, false) : 0;
            if (n > 0) {
                m->currency = true;
                p = q - n;
                continue;
            }
        }
        char c = text[p - 1];
        char before = p > 1 ? text[p - 2] : ' ';
        if (c == '-' && !*ret_minus && !is_digit(before) && before != '-' && before != '.') {
            /* "RM-5.00" and " -5.00", but not the dash of "A-5.00" */
            bool after_currency = is_letter(before) && currency_beside(r, text, len, p - 1, false);
            if (is_letter(before) && !after_currency)
                break;
            *ret_minus = true;
            p--;
        } else if (c == '(' && !*ret_bracket) {
            *ret_bracket = true;
            p--;
        } else {
            break;
        }
    }
    return p;
}

/* Whether a whole number without decimals may stand here: a code, a date or a phone number is not
 * an amount. */
static bool plain_may_stand(const char *text, size_t len, size_t start, size_t end, bool minus)
{
    char before = start > 0 ? text[start - 1] : ' ';
    char after = at(text, len, end), then = at(text, len, end + 1);
    if (!minus && (before == '-' || before == '/' || before == '#' || before == '_'))
        return false;
    if (is_letter(before) || (before == ':' && start > 1 && is_digit(text[start - 2])))
        return false;
    if (is_letter(after) && !(lower(after) == 'x' && !is_letter(then) && !is_digit(then)))
        return false;
    if ((after == '/' || after == ':' || after == '-') && (is_digit(then) || is_letter(then)))
        return false;
    return after != '#';
}

static bool amount_at(const struct value_rules *r, const char *text, size_t len, size_t start,
                      size_t *ret_end, struct amount *ret)
{
    struct run run;
    struct amount m = {0};
    if (!run_read(text, len, start, &run)) {
        *ret_end = start + 1;
        return false;
    }
    *ret_end = run.end;
    if (!run_interpret(&run, r->decimal_mark, &m))
        return false;
    bool minus, bracket;
    m.number = start;
    m.end = run.end;
    m.start = take_left(r, text, len, start, &m, &minus, &bracket);

    char after = at(text, len, m.end);
    if (after == '%' || (after == ' ' && at(text, len, m.end + 1) == '%'))
        return false;
    if (after == ':' && is_digit(at(text, len, m.end + 1)))
        return false;
    if (bracket && after == ')') {
        minus = true;
        m.end++;
    } else if (bracket) {
        m.start = text[m.start] == '(' ? m.start + 1 : m.start;
    }
    if (after == '-' && !minus && !is_digit(at(text, len, m.end + 1)) &&
        !is_letter(at(text, len, m.end + 1)) && m.decimals > 0) {
        minus = true;
        m.end++;
    }
    if (!m.currency) {
        size_t gap = at(text, len, m.end) == ' ' ? 1 : 0;
        size_t n = currency_beside(r, text, len, m.end + gap, true);
        /* Behind a space only when nothing follows that the mark could belong to. */
        bool belongs = gap == 0 || !is_digit(at(text, len, m.end + gap + n + 1));
        if (n > 0 && belongs) {
            m.currency = true;
            m.end += gap + n;
        }
    }
    if (m.decimals < 2 && !m.grouped && !m.currency &&
        !plain_may_stand(text, len, m.start, m.end, minus))
        return false;
    if (minus)
        m.units = -m.units;
    *ret = m;
    return true;
}

bool value_amount_next(const struct value_rules *r, const char *text, size_t len, size_t from,
                       struct amount *ret)
{
    size_t p = from;
    while (p < len) {
        bool inside = p > 0 && is_digit(text[p - 1]);
        /* ".40" */
        bool point = is_mark(text[p]) && digits_from(text, len, p + 1) == 2 && !inside &&
                     !(p > 0 && is_letter(text[p - 1]));
        if (!point && (!is_digit(text[p]) || inside)) {
            p++;
            continue;
        }
        size_t end;
        struct amount m;
        if (amount_at(r, text, len, p, &end, &m) && m.start >= from) {
            *ret = m;
            return true;
        }
        p = end;
    }
    return false;
}

static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000};

const char *value_amount_text(struct arena *a, const struct amount *m)
{
    int64_t units = m->units < 0 ? -m->units : m->units;
    const char *sign = m->units < 0 ? "-" : "";
    if (m->decimals == 0)
        return arena_printf(a, "%s%lld", sign, (long long)units);
    int64_t scale = powers[m->decimals];
    return arena_printf(a, "%s%lld.%0*lld", sign, (long long)(units / scale), m->decimals,
                        (long long)(units % scale));
}

int64_t value_amount_scaled(const struct amount *m)
{
    int64_t scaled;
    if (__builtin_mul_overflow(m->units, powers[5 - m->decimals], &scaled))
        return m->units < 0 ? INT64_MIN : INT64_MAX;
    return scaled;
}
