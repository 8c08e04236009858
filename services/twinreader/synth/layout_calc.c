/* Arithmetic of form files: recursive descent over the text, in checked 64-bit integers. */
#include "twinreader/synth/layout_model.h"

#include "twinreader/synth/rng.h"

#include <stdio.h>
#include <string.h>

enum { CALC_DEPTH = 40 };

struct calc {
    const char *at;
    const struct layout_calc_scope *scope;
    const char *wrong;
    int depth;
};

static int64_t expression(struct calc *c);

static int64_t fail(struct calc *c, const char *wrong)
{
    if (!c->wrong)
        c->wrong = wrong;
    return 0;
}

static bool take(struct calc *c, char sign)
{
    c->at += strspn(c->at, " ");
    if (*c->at != sign)
        return false;
    c->at++;
    return true;
}

static size_t name_length(const char *s)
{
    return strspn(s, "abcdefghijklmnopqrstuvwxyz_0123456789");
}

static bool take_name(struct calc *c, char *out, size_t size)
{
    c->at += strspn(c->at, " ");
    size_t len = name_length(c->at);
    if (len == 0 || len >= size)
        return false;
    memcpy(out, c->at, len);
    out[len] = '\0';
    c->at += len;
    return true;
}

static int64_t sum(struct calc *c)
{
    char list[48], column[48];
    int64_t v = 0;
    if (!take_name(c, list, sizeof list) || !take(c, '.') || !take_name(c, column, sizeof column) ||
        !take(c, ')'))
        return fail(c, "sum takes list.column");
    if (!c->scope->sum(c->scope->context, list, column, &v))
        return fail(c, "sum of a list or column that is not there");
    return v;
}

static int64_t call(struct calc *c, const char *name)
{
    if (strcmp(name, "sum") == 0)
        return sum(c);
    int64_t x = expression(c), y;
    if (!take(c, ','))
        return fail(c, "a function takes two numbers");
    y = expression(c);
    if (!take(c, ')'))
        return fail(c, "a parenthesis is not closed");
    if (c->wrong)
        return 0;
    if (strcmp(name, "range") == 0)
        return x <= y ? synth_rng_range(c->scope->r, x, y) : fail(c, "range from more to less");
    if (strcmp(name, "some") == 0)
        return synth_rng_range(c->scope->r, 0, 99) < x ? y : 0;
    if (strcmp(name, "floor") == 0)
        return y > 0 ? x / y * y : fail(c, "floor to nothing");
    if (strcmp(name, "min") == 0)
        return x < y ? x : y;
    if (strcmp(name, "max") == 0)
        return x > y ? x : y;
    return fail(c, "there is no such function");
}

static int64_t number(struct calc *c)
{
    int64_t v = 0;
    while (*c->at >= '0' && *c->at <= '9') {
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *c->at - '0', &v))
            return fail(c, "a number is too large");
        c->at++;
    }
    return v;
}

static int64_t factor(struct calc *c)
{
    char name[48];
    int64_t v = 0;
    if (c->wrong || ++c->depth > CALC_DEPTH)
        return fail(c, "too deep");
    if (take(c, '-')) {
        v = factor(c);
        v = v == INT64_MIN ? fail(c, "a number is too large") : -v;
    } else if (take(c, '(')) {
        v = expression(c);
        if (!take(c, ')'))
            fail(c, "a parenthesis is not closed");
    } else if (*c->at >= '0' && *c->at <= '9') {
        v = number(c);
    } else if (!take_name(c, name, sizeof name)) {
        fail(c, "a number or name is missing");
    } else if (take(c, '(')) {
        v = call(c, name);
    } else if (!c->scope->number(c->scope->context, name, &v)) {
        fail(c, "a name that stands for no number before");
    }
    c->depth--;
    return v;
}

static int64_t term(struct calc *c)
{
    int64_t v = factor(c);
    while (!c->wrong) {
        if (take(c, '*')) {
            if (__builtin_mul_overflow(v, factor(c), &v))
                fail(c, "a product is too large");
        } else if (take(c, '/')) {
            int64_t by = factor(c);
            v = by > 0 ? v / by : fail(c, "a division by zero or less");
        } else {
            break;
        }
    }
    return v;
}

static int64_t expression(struct calc *c)
{
    int64_t v = term(c);
    while (!c->wrong) {
        if (take(c, '+')) {
            if (__builtin_add_overflow(v, term(c), &v))
                fail(c, "a sum is too large");
        } else if (take(c, '-')) {
            if (__builtin_sub_overflow(v, term(c), &v))
                fail(c, "a difference is too large");
        } else {
            break;
        }
    }
    return v;
}

bool synth_layout_calc(const char *text, const struct layout_calc_scope *scope, int64_t *ret,
                       const char **ret_wrong)
{
    struct calc c = {.at = text, .scope = scope};
    int64_t v = expression(&c);
    if (!c.wrong && c.at[strspn(c.at, " ")])
        fail(&c, "something follows that is no arithmetic");
    if (c.wrong) {
        *ret_wrong = c.wrong;
        return false;
    }
    *ret = v;
    return true;
}
