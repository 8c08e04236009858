/*
 * Values as they stand on paper: amounts and dates found in a line of recognised text.
 *
 * Recognition drops and inserts spaces and takes 0 for O, so the finders forgive what cannot be
 * anything else ("60. 30", "6O.30", "19/10/201820:49") and refuse the rest.  What a country writes
 * differently (currency marks, decimal mark, order of day and month, names of months) comes in
 * struct value_rules.
 *
 * Lifetime: plain values; strings of the rules are borrowed.  Threads: any.
 */
#ifndef TWINREADER_VALUE_H
#define TWINREADER_VALUE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_order { VALUE_DMY, VALUE_MDY, VALUE_YMD };

struct value_month {
    const char *name; /* lower-case ASCII or UTF-8, no white space */
    int number;       /* 1..12 */
};

struct value_rules {
    const char *const *currencies; /* "RM", "$", "원"; letters compare without case */
    size_t currency_count;
    char decimal_mark; /* '.' or ',': what "1.234" means; '\0': amounts are whole, as in won */
    enum value_order orders[3]; /* tried in turn when the numbers allow several */
    size_t order_count;
    const struct value_month *months; /* besides the English ones */
    size_t month_count;
};

/* '.', then day-month-year, year-month-day, month-day-year; no currencies. */
struct value_rules value_rules_default(void);

/* An amount: `units` / 10^`decimals`. */
struct amount {
    size_t start, end; /* bytes in the text, sign and currency included */
    size_t number;     /* where its digits start */
    int64_t units;
    int decimals;  /* digits printed after the decimal mark, 0..4 */
    bool currency; /* a currency mark stands beside it */
    bool grouped;  /* thousands are marked */
};

/* Finds the first amount at or after byte `from`; false when there is none.  Percentages, parts of
 * dates, times, phone numbers and codes are not amounts. */
bool value_amount_next(const struct value_rules *r, const char *text, size_t len, size_t from,
                       struct amount *ret);

/* Returns "1234.50", or NULL when the arena is full. */
const char *value_amount_text(struct arena *a, const struct amount *m);

/* Returns the amount in hundred-thousandths, so that amounts of any printed precision compare and
 * add; saturates. */
int64_t value_amount_scaled(const struct amount *m);

struct date {
    size_t start, end; /* bytes in the text */
    int year, month, day;
    float certainty; /* 1: cannot be anything else; less for short or packed forms */
};

/* Finds the first date at or after byte `from`; false when there is none. */
bool value_date_next(const struct value_rules *r, const char *text, size_t len, size_t from,
                     struct date *ret);

/* Returns "2018-10-19", or NULL when the arena is full. */
const char *value_date_text(struct arena *a, const struct date *d);

#endif
