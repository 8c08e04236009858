/*
 * When a field counts as read: texts when they agree after folding case and runs of white space,
 * amounts when they are the same number, dates when they are the same day or are printed alike;
 * anything when the normalised forms, where both sides have one, are the same.
 */
#include "twinreader/eval.h"
#include "twinreader/value.h"

#include <string.h>

/* Folds case; runs of white space become one space, or nothing. */
static int fold_text(struct arena *a, const char *s, bool spaces, struct unicode_text *ret,
                     struct err *e)
{
    struct unicode_text t;
    int rc = unicode_normalise(a, s, true, &t, e);
    if (rc)
        return rc;
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < t.len; i++) {
        if (unicode_is_space(t.c[i])) {
            gap = n > 0;
            continue;
        }
        /* The gap that ended was at least one place in the array. */
        if (gap && spaces)
            t.c[n++] = ' ';
        gap = false;
        t.c[n++] = t.c[i];
    }
    t.len = n;
    *ret = t;
    return 0;
}

static int same_text(struct arena *a, const char *x, const char *y, bool spaces, bool *ret,
                     struct err *e)
{
    struct unicode_text p, q;
    int rc = fold_text(a, x, spaces, &p, e);
    if (rc == 0)
        rc = fold_text(a, y, spaces, &q, e);
    if (rc == 0)
        *ret = p.len == q.len && memcmp(p.c, q.c, p.len * sizeof *p.c) == 0;
    return rc;
}

/* Reads "RM 1,234.50", "$8.20", "10,030원" as ten-thousandths: what stands around the number is
 * passed over.  The last mark is the decimal mark: '.' before at most four digits, ',' before at
 * most two. False without a digit, and when something else stands between the digits. */
static bool parse_amount(const char *s, int64_t *ret)
{
    const char *first = strpbrk(s, "0123456789"), *last = first, *mark = NULL;
    if (!first)
        return false;
    for (const char *p = first; *p; p++)
        if (*p >= '0' && *p <= '9')
            last = p;
    for (const char *p = first; p < last; p++)
        if (*p == '.' || *p == ',')
            mark = p;
    if (mark && ((*mark == ',' && last - mark > 2) || last - mark > 4))
        mark = NULL;
    int64_t v = 0;
    int decimals = 0;
    for (const char *p = first; p <= last; p++) {
        if (*p >= '0' && *p <= '9') {
            if (v > INT64_MAX / 1000000)
                return false;
            v = v * 10 + (*p - '0');
            decimals += mark && p > mark;
        } else if (*p != '.' && *p != ',' && *p != ' ') {
            return false;
        }
    }
    for (; decimals < 4; decimals++)
        v *= 10;
    bool negative = memchr(s, '-', (size_t)(first - s)) != NULL;
    *ret = negative ? -v : v;
    return true;
}

static bool same_amount(const struct eval_field *truth, const struct eval_field *predicted)
{
    int64_t x, y;
    const char *text = predicted->normalised ? predicted->normalised : predicted->value;
    return parse_amount(truth->value, &x) && parse_amount(text, &y) && x == y;
}

static bool find_date(const char *s, struct date *ret)
{
    struct value_rules rules = value_rules_default();
    return value_date_next(&rules, s, strlen(s), 0, ret);
}

static bool same_date(const struct eval_field *truth, const struct eval_field *predicted)
{
    struct date x, y;
    const char *text = predicted->normalised ? predicted->normalised : predicted->value;
    return find_date(truth->value, &x) && find_date(text, &y) && x.year == y.year &&
           x.month == y.month && x.day == y.day;
}

static bool same_normalised(const struct eval_field *truth, const struct eval_field *predicted)
{
    return truth->normalised && predicted->normalised &&
           strcmp(truth->normalised, predicted->normalised) == 0;
}

/* The truth seldom says what kind of value it holds; our own fields do. */
static bool is_kind(const char *kind, const struct eval_field *truth,
                    const struct eval_field *predicted)
{
    static const char *const amounts[] = {"total", "subtotal", "tax", "amount", "cash", "change"};
    const char *type = predicted->type ? predicted->type : truth->type;
    if (type)
        return strcmp(type, kind) == 0;
    if (strcmp(kind, "date") == 0)
        return strcmp(truth->name, "date") == 0;
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++)
        if (strcmp(truth->name, amounts[i]) == 0)
            return true;
    return false;
}

/* Whether they say the same however each is printed. */
static bool same_value(const struct eval_field *truth, const struct eval_field *predicted)
{
    return same_normalised(truth, predicted) ||
           (is_kind("amount", truth, predicted) && same_amount(truth, predicted)) ||
           (is_kind("date", truth, predicted) && same_date(truth, predicted));
}

int eval_compare_field(struct arena *scratch, const struct eval_field *truth,
                       const struct eval_field *predicted, struct eval_agreement *ret,
                       struct err *e)
{
    struct eval_agreement r = {false, false};
    if (predicted && same_value(truth, predicted))
        r = (struct eval_agreement){true, true};
    if (predicted && !r.exact) {
        int rc = same_text(scratch, truth->value, predicted->value, true, &r.exact, e);
        if (rc == 0)
            rc = same_text(scratch, truth->value, predicted->value, false, &r.spaceless, e);
        if (rc)
            return rc;
    }
    *ret = r;
    return 0;
}

const struct eval_field *eval_find_field(const struct eval_page *p, const char *name)
{
    for (size_t i = 0; i < p->field_count; i++)
        if (strcmp(p->field[i].name, name) == 0)
            return &p->field[i];
    return NULL;
}
