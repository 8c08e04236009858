#include "twinreader/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const currencies[] = {"RM", "MYR", "$", "원", "₩", "€"};

static struct value_rules rules(void)
{
    struct value_rules r = value_rules_default();
    r.currencies = currencies;
    r.currency_count = sizeof currencies / sizeof *currencies;
    return r;
}

/* All amounts of a text, joined by spaces, in `out`. */
static void amounts_are(const char *text, const char *expected)
{
    struct arena *a = arena_create(1 << 16);
    struct value_rules r = rules();
    struct amount m;
    char got[256] = "";
    for (size_t from = 0; value_amount_next(&r, text, strlen(text), from, &m); from = m.end) {
        assert_true(m.end > from && m.end <= strlen(text) && m.start < m.end);
        if (*got)
            strcat(got, " ");
        strcat(got, value_amount_text(a, &m));
    }
    if (strcmp(got, expected) != 0)
        print_message("in \"%s\"\n", text);
    assert_string_equal(got, expected);
    arena_destroy(a);
}

static void an_amount_is_read_as_printed(void **state)
{
    (void)state;
    amounts_are("60.30", "60.30");
    amounts_are("RM60.30", "60.30");
    amounts_are("RM 1,234.50", "1234.50");
    amounts_are("$8.20", "8.20");
    amounts_are("1,234,567.89", "1234567.89");
    amounts_are("RM .40", "0.40");
    amounts_are("10,030원", "10030");
    amounts_are("₩ 4,500", "4500");
    amounts_are("0.05", "0.05");
    amounts_are("2 X 5.30 10.60", "2 5.30 10.60");
    amounts_are("86.00 A", "86.00");
    amounts_are("7.42SR", "7.42");
}

static void spaces_and_letters_that_recognition_puts_in_do_not_matter(void **state)
{
    (void)state;
    amounts_are("60. 30", "60.30");
    amounts_are("60 .30", "60.30");
    amounts_are("1, 234.50", "1234.50");
    amounts_are("6O.30", "60.30");
    amounts_are("RM7.O0", "7.00");
    amounts_are("7.0O", "7.00");
    amounts_are("1l.50", "11.50");
    amounts_are("4.00 0.00", "4.00 0.00");
}

static void the_sign_may_stand_before_behind_or_around(void **state)
{
    (void)state;
    amounts_are("-0.01", "-0.01");
    amounts_are("RM-50.00", "-50.00");
    amounts_are("-RM50.00", "-50.00");
    amounts_are("(0.01)", "-0.01");
    amounts_are("5.59-", "-5.59");
    amounts_are("(8 PCS)", "8");
    amounts_are("A-5.00", "5.00");
}

static void percentages_dates_times_and_codes_are_no_amounts(void **state)
{
    (void)state;
    amounts_are("GST 6%", "");
    amounts_are("10.00 %", "");
    amounts_are("10.12.18", "");
    amounts_are("13:42", "");
    amounts_are("1-300-22-2828", "");
    amounts_are("25/63", "");
    amounts_are("SS23", "");
    amounts_are("FARM12", "");
    amounts_are("INV#4711", "");
}

static void a_comma_can_mark_decimals(void **state)
{
    (void)state;
    amounts_are("53,55", "53.55");
    amounts_are("1.234,50 €", "1234.50");
    amounts_are("1.000", "1.000");
    amounts_are("1,000", "1000");
    struct value_rules r = rules();
    struct amount m;
    r.decimal_mark = ',';
    assert_true(value_amount_next(&r, "1.000", 5, 0, &m));
    assert_int_equal(m.units, 1000);
}

static void hostile_numbers_end(void **state)
{
    (void)state;
    amounts_are("99999999999999999999999999", "");
    amounts_are("1,1,1,1,1,1", "");
    amounts_are("....,,,,", "");
    amounts_are("1.", "1");
    amounts_are("\xff\xfe"
                "5.00\x80",
                "5.00");
}

static void precision_does_not_matter_when_amounts_are_compared(void **state)
{
    (void)state;
    struct value_rules r = rules();
    struct amount a, b;
    assert_true(value_amount_next(&r, "6.5", 3, 0, &a));
    assert_true(value_amount_next(&r, "6.50", 4, 0, &b));
    assert_true(value_amount_scaled(&a) == value_amount_scaled(&b));
}

/* The first date of a text, or "none". */
static void date_is(const struct value_rules *r, const char *text, const char *expected)
{
    struct arena *a = arena_create(1 << 16);
    struct date d;
    const char *got = "none";
    if (value_date_next(r, text, strlen(text), 0, &d)) {
        assert_true(d.start < d.end && d.end <= strlen(text));
        got = value_date_text(a, &d);
    }
    if (strcmp(got, expected) != 0)
        print_message("in \"%s\"\n", text);
    assert_string_equal(got, expected);
    arena_destroy(a);
}

static void a_date_is_found_in_every_common_writing(void **state)
{
    (void)state;
    struct value_rules r = rules();
    date_is(&r, "19/10/2018 20:49:59 #01", "2018-10-19");
    date_is(&r, "29-12-17", "2017-12-29");
    date_is(&r, "DATE : 5.3.2018", "2018-03-05");
    date_is(&r, "30 MAR 2018 18:17", "2018-03-30");
    date_is(&r, "05-Jan-2017", "2017-01-05");
    date_is(&r, "30MAR18", "2018-03-30");
    date_is(&r, "Mar 30, 2018", "2018-03-30");
    date_is(&r, "09:13 AM, 21 MARCH, 2018", "2018-03-21");
    date_is(&r, "2nd June 2018", "2018-06-02");
    date_is(&r, "2018-10-19", "2018-10-19");
    date_is(&r, "2018. 10. 19.", "2018-10-19");
    date_is(&r, "2018년 10월 9일", "2018-10-09");
    date_is(&r, "20181019", "2018-10-19");
    date_is(&r, "FRIDAY, 29-12-2017", "2017-12-29");
}

static void a_time_may_run_into_a_date(void **state)
{
    (void)state;
    struct value_rules r = rules();
    date_is(&r, "19/10/201820:49", "2018-10-19");
    date_is(&r, "27/05/20188:07 PM", "2018-05-27");
    date_is(&r, "06/04/1711:43am", "2017-04-06");
    date_is(&r, "01-03-185:23:26PM", "2018-03-01");
    date_is(&r, "Date:21/05/2018Time: 11:12", "2018-05-21");
    date_is(&r, "19 / 1O / 2018", "2018-10-19");
}

static void the_order_of_the_form_decides_when_numbers_allow_several(void **state)
{
    (void)state;
    struct value_rules r = rules();
    date_is(&r, "03/04/2018", "2018-04-03");
    date_is(&r, "12/25/2018", "2018-12-25");
    date_is(&r, "18/03/04", "2004-03-18");
    r.orders[0] = VALUE_MDY;
    r.orders[1] = VALUE_DMY;
    date_is(&r, "03/04/2018", "2018-03-04");
    date_is(&r, "25/12/2018", "2018-12-25");
    r.orders[0] = VALUE_YMD;
    date_is(&r, "18/03/04", "2018-03-04");
}

static void a_form_can_bring_its_months(void **state)
{
    (void)state;
    static const struct value_month months[] = {{"ogos", 8}, {"mac", 3}};
    struct value_rules r = rules();
    date_is(&r, "31 OGOS 2018", "none");
    r.months = months;
    r.month_count = 2;
    date_is(&r, "31 OGOS 2018", "2018-08-31");
}

static void what_only_looks_like_a_date_is_none(void **state)
{
    (void)state;
    struct value_rules r = rules();
    date_is(&r, "31/02/2018", "none");
    date_is(&r, "TEL 03-41-019864", "none");
    date_is(&r, "03-12-10-18", "none");
    date_is(&r, "10.00 2.50", "none");
    date_is(&r, "7/118B", "none");
    date_is(&r, "1/8\"-3/4\"", "none");
    date_is(&r, "MARKET 12 2018", "none");
    date_is(&r, "12345678", "none");
    date_is(&r, "", "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_amount_is_read_as_printed),
        cmocka_unit_test(spaces_and_letters_that_recognition_puts_in_do_not_matter),
        cmocka_unit_test(the_sign_may_stand_before_behind_or_around),
        cmocka_unit_test(percentages_dates_times_and_codes_are_no_amounts),
        cmocka_unit_test(a_comma_can_mark_decimals),
        cmocka_unit_test(hostile_numbers_end),
        cmocka_unit_test(precision_does_not_matter_when_amounts_are_compared),
        cmocka_unit_test(a_date_is_found_in_every_common_writing),
        cmocka_unit_test(a_time_may_run_into_a_date),
        cmocka_unit_test(the_order_of_the_form_decides_when_numbers_allow_several),
        cmocka_unit_test(a_form_can_bring_its_months),
        cmocka_unit_test(what_only_looks_like_a_date_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
