#include "twinreader/checksum.h"

#include <stdbool.h>
#include <stddef.h>

enum { DIGITS_MAX = 16, BUSINESS_DIGITS = 10, RESIDENT_DIGITS = 13 };

/* Digits of the text; false when something in their place was masked. */
static bool read_digits(const char *text, int *digit, size_t *ret_count)
{
    size_t n = 0;
    bool masked = false;
    for (; *text; text++) {
        masked = masked || *text == '*' || *text == 'X' || *text == 'x';
        if (*text < '0' || *text > '9')
            continue;
        if (n < DIGITS_MAX)
            digit[n] = *text - '0';
        n++;
    }
    *ret_count = n;
    return !masked;
}

static enum checksum_answer business(const int *d)
{
    static const int weights[] = {1, 3, 7, 1, 3, 7, 1, 3, 5};
    int sum = d[8] * 5 / 10;
    for (size_t i = 0; i < 9; i++)
        sum += d[i] * weights[i];
    return (10 - sum % 10) % 10 == d[9] ? CHECKSUM_RIGHT : CHECKSUM_WRONG;
}

static bool birth_exists(const int *d, int *ret_year)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int month = d[2] * 10 + d[3], day = d[4] * 10 + d[5], kind = d[6];
    int century = kind == 9 || kind == 0                             ? 1800
                  : kind == 1 || kind == 2 || kind == 5 || kind == 6 ? 1900
                                                                     : 2000;
    int year = century + d[0] * 10 + d[1];
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    *ret_year = year;
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= (month == 2 && leap ? 29 : days[month - 1]);
}

static enum checksum_answer resident(const int *d)
{
    static const int weights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int sum = 0, year;
    if (!birth_exists(d, &year))
        return CHECKSUM_WRONG;
    for (size_t i = 0; i < 12; i++)
        sum += d[i] * weights[i];
    bool foreigner = d[6] >= 5 && d[6] <= 8;
    int check = ((foreigner ? 13 : 11) - sum % 11) % 10;
    if (check == d[12])
        return CHECKSUM_RIGHT;
    return year >= 2020 ? CHECKSUM_UNKNOWN : CHECKSUM_WRONG;
}

enum checksum_answer checksum_test(enum checksum_kind kind, const char *text)
{
    int digit[DIGITS_MAX];
    size_t count;
    if (!read_digits(text, digit, &count))
        return CHECKSUM_UNKNOWN;
    if (count != (kind == CHECKSUM_BUSINESS ? BUSINESS_DIGITS : RESIDENT_DIGITS))
        return CHECKSUM_WRONG;
    return kind == CHECKSUM_BUSINESS ? business(digit) : resident(digit);
}
