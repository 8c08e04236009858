/*
 * Dates.  A date is three parts with two separators between them; each part is a number or a
 * month's name.  The parts are read first, then the orders of the rules are tried in turn until one
 * gives a day that exists.
 */
#include "twinreader/value.h"

#include <string.h>

/* English names are known everywhere; other languages come with the form. */
static const struct value_month english[] = {
    {"january", 1},   {"jan", 1},   {"february", 2},  {"feb", 2},      {"march", 3},
    {"mar", 3},       {"april", 4}, {"apr", 4},       {"may", 5},      {"june", 6},
    {"jun", 6},       {"july", 7},  {"jul", 7},       {"august", 8},   {"aug", 8},
    {"september", 9}, {"sept", 9},  {"sep", 9},       {"october", 10}, {"oct", 10},
    {"november", 11}, {"nov", 11},  {"december", 12}, {"dec", 12},
};

struct cursor {
    const char *text;
    size_t len, pos;
};

struct part {
    int value;
    size_t digits; /* 0: a month's name */
};

static char at(const struct cursor *c, size_t i)
{
    return i < c->len ? c->text[i] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || ((unsigned char)c & 0x80);
}

static int digit_value(char c, char next, bool after_digit)
{
    if (is_digit(c))
        return c - '0';
    bool beside = after_digit || is_digit(next);
    if ((c == 'O' || c == 'o') && beside && !(is_letter(next) && next != 'O'))
        return 0;
    if ((c == 'l' || c == 'I' || c == '|') && beside && !is_letter(next))
        return 1;
    return -1;
}

/* Reads up to eight digits; O and l pass for 0 and 1 beside a digit. */
static bool read_number(struct cursor *c, struct part *ret)
{
    struct part p = {0};
    size_t i = c->pos;
    while (p.digits < 9) {
        int d = digit_value(at(c, i), at(c, i + 1), p.digits > 0 && is_digit(at(c, i - 1)));
        if (d < 0)
            break;
        p.value = p.value * 10 + d;
        p.digits++;
        i++;
    }
    if (p.digits == 0 || p.digits > 8)
        return false;
    c->pos = i;
    *ret = p;
    return true;
}

static size_t name_matches(const struct cursor *c, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < n; i++) {
        char x = at(c, c->pos + i);
        x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x == '0' ? 'o' : x;
        if (x != name[i])
            return 0;
    }
    return n;
}

static bool read_month(const struct value_rules *r, struct cursor *c, struct part *ret)
{
    size_t best = 0, total = sizeof english / sizeof *english + r->month_count;
    for (size_t i = 0; i < total; i++) {
        const struct value_month *m =
            i < r->month_count ? &r->months[i] : &english[i - r->month_count];
        size_t n = name_matches(c, m->name);
        if (n > best) {
            best = n;
            *ret = (struct part){.value = m->number};
        }
    }
    /* "mar" starts "market" too. */
    if (best == 0 || (is_letter(at(c, c->pos + best)) && best < 5))
        return false;
    c->pos += best;
    return true;
}

/* A separator: one of "/-." with at most a space on each side, or 년 월 年 月; returns a sign
 * for its kind, or 0. */
static char read_separator(struct cursor *c)
{
    static const char *const markers[] = {"년", "월", "年", "月"};
    size_t i = c->pos;
    if (at(c, i) == ' ')
        i++;
    char kind = at(c, i);
    if (kind == '/' || kind == '-' || kind == '.') {
        i++;
    } else {
        kind = '\0';
        for (size_t k = 0; k < 4; k++)
            if (i + 3 <= c->len && memcmp(c->text + i, markers[k], 3) == 0) {
                kind = 'k';
                i += 3;
                break;
            }
        if (!kind)
            return '\0';
    }
    if (at(c, i) == ' ')
        i++;
    c->pos = i;
    return kind;
}

/* What may stand beside a month's name: nothing, spaces, marks, an ordinal's ending. */
static void skip_around_name(struct cursor *c)
{
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    for (size_t k = 0; k < 4; k++)
        if (name_matches(c, endings[k]) && !is_letter(at(c, c->pos + 2)))
            c->pos += 2;
    for (int n = 0; n < 3 && at(c, c->pos) && strchr(" -/.,'", at(c, c->pos)); n++)
        c->pos++;
}

/* The year's digits may run into a time: "201820:49", "1813:42". */
static bool read_year(struct cursor *c, struct part *ret)
{
    size_t start = c->pos;
    struct part p;
    if (!read_number(c, &p))
        return false;
    bool clock = at(c, c->pos) == ':' && is_digit(at(c, c->pos + 1));
    if (clock && (p.digits == 3 || (p.digits == 4 && (p.value < 1900 || p.value > 2099)))) {
        p = (struct part){p.value / (p.digits == 3 ? 10 : 100), 2};
        c->pos = start + 2;
    } else if ((p.digits == 5 || p.digits == 6) && clock) {
        p = (struct part){p.digits == 6 ? p.value / 100 : p.value / 10, 4};
        c->pos = start + 4;
    }
    *ret = p;
    return p.digits == 2 || p.digits == 4;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool date_set(struct date *d, const struct part *year, int month, int day)
{
    int y = year->value;
    if (year->digits == 2)
        y += y >= 70 ? 1900 : 2000;
    else if (year->digits != 4)
        return false;
    if (y < 1900 || y > 2099 || month < 1 || month > 12 || day < 1 || day > days_in(y, month))
        return false;
    d->year = y;
    d->month = month;
    d->day = day;
    return true;
}

/* Three numbers: a four-digit one is the year, else the orders decide. */
static bool date_resolve(const struct value_rules *r, const struct part p[3], struct date *d)
{
    bool year_first = p[0].digits == 4, year_last = p[2].digits == 4;
    if (p[1].digits > 2 || (year_first && p[2].digits > 2) || (!year_first && p[0].digits > 2))
        return false;
    if (year_first)
        return date_set(d, &p[0], p[1].value, p[2].value);
    for (size_t i = 0; i < r->order_count; i++) {
        bool ok = false;
        switch (r->orders[i]) {
        case VALUE_DMY:
            ok = date_set(d, &p[2], p[1].value, p[0].value);
            break;
        case VALUE_MDY:
            ok = date_set(d, &p[2], p[0].value, p[1].value);
            break;
        case VALUE_YMD:
            ok = !year_last && date_set(d, &p[0], p[1].value, p[2].value);
            break;
        }
        if (ok)
            return true;
    }
    return false;
}

/* 20181019 or 19102018. */
static bool date_packed(const struct value_rules *r, int value, struct date *d)
{
    struct part front[3] = {{value / 10000, 4}, {value / 100 % 100, 2}, {value % 100, 2}};
    struct part back[3] = {{value / 1000000, 2}, {value / 10000 % 100, 2}, {value % 10000, 4}};
    d->certainty = 0.4f;
    return (front[0].value >= 1990 && date_resolve(r, front, d)) ||
           (back[2].value >= 1990 && date_resolve(r, back, d));
}

static bool numeric_date(const struct value_rules *r, struct cursor *c, const struct part *first,
                         struct date *d)
{
    struct part p[3] = {*first};
    char one = read_separator(c);
    if (!one || !read_number(c, &p[1]))
        return false;
    char two = read_separator(c);
    if (two != one)
        return false;
    /* "24.3.5", where papers put the year first. */
    bool short_year = r->order_count > 0 && r->orders[0] == VALUE_YMD && p[0].digits == 2;
    bool ok = p[0].digits == 4 || short_year ? read_number(c, &p[2]) : read_year(c, &p[2]);
    if (!ok || !date_resolve(r, p, d))
        return false;
    d->certainty = p[0].digits == 4 || p[2].digits == 4 ? 1.0f : one == '.' ? 0.6f : 0.85f;
    /* A fourth number makes it an address or a code. */
    if (at(c, c->pos) == one && is_digit(at(c, c->pos + 1)))
        return false;
    return true;
}

/* "30 MAR 2018" and "MAR 30, 2018". */
static bool named_date(const struct value_rules *r, struct cursor *c, const struct part *day_first,
                       struct date *d)
{
    struct part day = {0}, month, year;
    if (day_first) {
        day = *day_first;
        skip_around_name(c);
        if (!read_month(r, c, &month))
            return false;
    } else if (!read_month(r, c, &month)) {
        return false;
    }
    skip_around_name(c);
    if (!day_first) {
        if (!read_number(c, &day))
            return false;
        skip_around_name(c);
    }
    if (!read_year(c, &year))
        return false;
    d->certainty = year.digits == 4 ? 1.0f : 0.85f;
    if (day.digits == 4 && year.digits == 2) /* "2018 MAR 30" */
        return date_set(d, &day, month.value, year.value);
    return day.digits <= 2 && date_set(d, &year, month.value, day.value);
}

static bool date_at(const struct value_rules *r, const char *text, size_t len, size_t start,
                    struct date *ret)
{
    struct cursor c = {text, len, start};
    struct date d = {.start = start};
    struct part first;
    bool ok;
    if (read_number(&c, &first)) {
        struct cursor again = c;
        if (first.digits == 8)
            ok = date_packed(r, first.value, &d);
        else if (first.digits > 4 || first.digits == 3)
            ok = false;
        else
            ok = numeric_date(r, &c, &first, &d) || (c = again, named_date(r, &c, &first, &d));
    } else {
        ok = named_date(r, &c, NULL, &d);
    }
    /* Digits right behind may only be a time that lost its space. */
    bool runs_on = is_digit(at(&c, c.pos)) && at(&c, c.pos + 2) != ':' && at(&c, c.pos + 1) != ':';
    if (!ok || runs_on)
        return false;
    d.end = c.pos;
    *ret = d;
    return true;
}

bool value_date_next(const struct value_rules *r, const char *text, size_t len, size_t from,
                     struct date *ret)
{
    for (size_t p = from; p < len; p++) {
        char before = p > 0 ? text[p - 1] : ' ';
        bool number = is_digit(text[p]);
        if (is_digit(before) || (!number && !is_letter(text[p])))
            continue;
        if (!number && is_letter(before))
            continue;
        struct date d;
        if (!date_at(r, text, len, p, &d))
            continue;
        /* "03-12-10-18" is no date from its second number on; glued to a letter only a full year
         * convinces. */
        bool chained =
            p > 1 && (before == '-' || before == '/' || before == '.') && is_digit(text[p - 2]);
        if (chained || (number && is_letter(before) && d.certainty < 1.0f))
            continue;
        *ret = d;
        return true;
    }
    return false;
}

const char *value_date_text(struct arena *a, const struct date *d)
{
    return arena_printf(a, "%04d-%02d-%02d", d->year, d->month, d->day);
}
