/* Check digits, the checks that a form declares, and the verdict. */
#include "twinreader/checksum.h"
#include "twinreader/form.h"

#include "made_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void business_numbers_are_told_by_their_last_digit(void **state)
{
    (void)state;
    assert_int_equal(checksum_test(CHECKSUM_BUSINESS, "124-81-00998"), CHECKSUM_RIGHT);
    assert_int_equal(checksum_test(CHECKSUM_BUSINESS, "1248100998"), CHECKSUM_RIGHT);
    assert_int_equal(checksum_test(CHECKSUM_BUSINESS, "124-81-00999"), CHECKSUM_WRONG);
    assert_int_equal(checksum_test(CHECKSUM_BUSINESS, "124-81-0099"), CHECKSUM_WRONG);
    assert_int_equal(checksum_test(CHECKSUM_BUSINESS, "124-81-*****"), CHECKSUM_UNKNOWN);
    assert_int_equal(checksum_test(CHECKSUM_BUSINESS, ""), CHECKSUM_WRONG);
}

/* 2+0+0+5+0+7+8+18+6+12+20+30 = 108 for 900101-123456; 11 - 108 % 11 = 2. */
static void resident_numbers_are_told_by_birth_and_last_digit(void **state)
{
    (void)state;
    static const int weights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    static const char digits[] = "900101123456";
    int sum = 0;
    char number[32];
    for (int i = 0; i < 12; i++)
        sum += (digits[i] - '0') * weights[i];
    snprintf(number, sizeof number, "900101-123456%d", (11 - sum % 11) % 10);
    assert_int_equal(checksum_test(CHECKSUM_RESIDENT, number), CHECKSUM_RIGHT);
    number[13] = number[13] == '0' ? '1' : '0';
    assert_int_equal(checksum_test(CHECKSUM_RESIDENT, number), CHECKSUM_WRONG);
    assert_int_equal(checksum_test(CHECKSUM_RESIDENT, "901301-1234567"), CHECKSUM_WRONG);
    assert_int_equal(checksum_test(CHECKSUM_RESIDENT, "900230-1234567"), CHECKSUM_WRONG);
    assert_int_equal(checksum_test(CHECKSUM_RESIDENT, "900101-1******"), CHECKSUM_UNKNOWN);
}

static const char form[] =
    "form: bill\n"
    "values: {currencies: [원], decimal_mark: none, date_order: [ymd]}\n"
    "fields:\n"
    "  - name: items\n"
    "    type: list\n"
    "    grid:\n"
    "      columns:\n"
    "        - {name: name, type: text, heads: [항목]}\n"
    "        - {name: amount, type: amount, heads: [금액]}\n"
    "      names: {column: name, words: [진찰료, 주사료, 검사료]}\n"
    "      end: [합계]\n"
    "  - {name: total, type: amount, places: [{labels: [합계], of: items, column: amount},"
    " {labels: [총액], score: 0.75}]}\n"
    "  - {name: from, type: date, places: [{labels: [시작]}]}\n"
    "  - {name: to, type: date, places: [{labels: [종료]}]}\n"
    "  - {name: shop, type: text, places: [{labels: [등록번호], digits: true}]}\n"
    "checks:\n"
    "  - {sum: total, of: [items.amount]}\n"
    "  - {order: [from, to]}\n"
    "  - {checksum: shop, kind: business-number}\n"
    "  - {known: items.name}\n"
    "verdict: {require: [total, shop], cover: [total], confidence: 0.85, checked: 0.5, form: 0.3}\n"
    "fit: {least: 0.2, signs: [{labels: [항목], anywhere: true, weight: 0.9}]}\n";

static int setup(void **state)
{
    *state = made_forms(form);
    return 0;
}

static int teardown(void **state)
{
    forms_destroy(*state);
    return 0;
}

static struct page extracted(void **state, struct arena *a, const char *const *rows)
{
    struct page p = made_page(a, rows);
    struct err e = ERR_INIT;
    assert_int_equal(forms_extract(*state, a, &p, &e), 0);
    assert_string_equal(p.form, "bill");
    return p;
}

static bool has_check(const struct field *f, const char *name, bool passed)
{
    for (size_t i = 0; f && i < f->check_count; i++)
        if (strcmp(f->checks[i].name, name) == 0 && f->checks[i].passed == passed)
            return true;
    return false;
}

static bool has_reason(const struct page *p, const char *reason)
{
    for (size_t i = 0; i < p->reason_count; i++)
        if (strcmp(p->reasons[i], reason) == 0)
            return true;
    for (size_t i = 0; i < p->reason_count; i++)
        print_message("reason: %s\n", p->reasons[i]);
    return false;
}

#define TOP "등록번호 | 124-81-00998"
#define HEAD "항목                    |           금액"
#define ROW_1 "진찰료                  |         10,000"
#define ROW_2 "주사료                  |          2,500"
#define SUM "합계                    |         "
#define DATES "시작 | 2024-03-05          | 종료 | 2024-03-07"

static void a_page_whose_checks_all_hold_is_accepted(void **state)
{
    struct arena *a = arena_create(8 << 20);
    const char *const rows[] = {
        TOP, DATES, HEAD, ROW_1, ROW_2, "합계                    |         12,500", NULL};
    struct page p = extracted(state, a, rows);
    if (p.reason_count)
        fail_msg("%s", p.reasons[0]);
    assert_string_equal(p.verdict, "accept");
    assert_true(has_check(made_field(&p, "total"), "sum", true));
    assert_true(has_check(made_field(&p, "items"), "sum", true));
    assert_true(has_check(made_field(&p, "items"), "vocabulary", true));
    assert_true(has_check(made_field(&p, "shop"), "checksum", true));
    assert_true(has_check(made_field(&p, "to"), "order", true));
    arena_destroy(a);
}

static void a_sum_that_fails_is_a_reason_with_both_sides(void **state)
{
    struct arena *a = arena_create(8 << 20);
    const char *const rows[] = {TOP, HEAD, ROW_1, ROW_2, SUM "12,600", NULL};
    struct page p = extracted(state, a, rows);
    assert_string_equal(p.verdict, "review");
    assert_true(has_reason(&p, "total: sum fails"));
    const struct field *f = made_field(&p, "total");
    assert_true(has_check(f, "sum", false));
    assert_string_equal(f->checks[0].detail, "total = items.amount: 12600 is not 12500");
    arena_destroy(a);
}

static void of_two_values_the_one_that_makes_the_sum_hold_is_taken(void **state)
{
    struct arena *a = arena_create(8 << 20);
    /* The cell beside the label was misread, the total printed again below was not. */
    const char *const rows[] = {TOP, HEAD, ROW_1, ROW_2, SUM "72,500", "총액 | 12,500", NULL};
    struct page p = extracted(state, a, rows);
    assert_string_equal(made_field(&p, "total")->normalised, "12500");
    assert_true(has_check(made_field(&p, "total"), "sum", true));
    arena_destroy(a);
}

static void dates_out_of_order_and_wrong_digits_are_reasons(void **state)
{
    struct arena *a = arena_create(8 << 20);
    const char *const rows[] = {"등록번호 | 124-81-00997",
                                "시작 | 2024-03-09          | 종료 | 2024-03-07",
                                HEAD,
                                ROW_1,
                                "합계                    |         10,000",
                                NULL};
    struct page p = extracted(state, a, rows);
    assert_string_equal(p.verdict, "review");
    assert_true(has_reason(&p, "to: order fails"));
    assert_true(has_reason(&p, "shop: checksum fails"));
    arena_destroy(a);
}

static void what_is_missing_is_a_reason(void **state)
{
    struct arena *a = arena_create(8 << 20);
    const char *const rows[] = {HEAD, ROW_1, "합계                    |         10,000", NULL};
    struct page p = extracted(state, a, rows);
    assert_string_equal(p.verdict, "review");
    assert_true(has_reason(&p, "shop: not found"));
    arena_destroy(a);
}

static void a_label_whose_value_was_not_read_is_a_reason(void **state)
{
    struct arena *a = arena_create(8 << 20);
    const char *const rows[] = {TOP,   "시작 | 2024-03-05          | 종료",        HEAD, ROW_1,
                                ROW_2, "합계                    |         12,500", NULL};
    struct page p = extracted(state, a, rows);
    assert_string_equal(p.verdict, "review");
    assert_true(has_reason(&p, "to: its label has no value"));
    arena_destroy(a);
}

static void what_nothing_confirms_is_not_accepted(void **state)
{
    struct arena *a = arena_create(8 << 20);
    const char *const rows[] = {TOP, HEAD, "총액 | 12,500", NULL};
    struct page p = extracted(state, a, rows);
    assert_string_equal(p.verdict, "review");
    assert_true(has_reason(&p, "total: nothing confirms it"));
    arena_destroy(a);
}

static void a_misread_item_is_put_right(void **state)
{
    struct arena *a = arena_create(8 << 20);
    const char *const rows[] = {TOP,
                                HEAD,
                                "진찰로                  |         10,000",
                                "수주료                  |          2,500",
                                "합계                    |         12,500",
                                NULL};
    struct page p = extracted(state, a, rows);
    const struct field *items = made_field(&p, "items");
    assert_int_equal(items->row_count, 2);
    assert_string_equal(items->rows[0].cells[0].value, "진찰료");
    assert_string_equal(items->rows[1].cells[0].value, "수주료"); /* too far from any */
    assert_true(has_check(items, "vocabulary", false));
    arena_destroy(a);
}

/* A table whose rows have sums of their own. */
static const char rowed[] =
    "form: bill\n"
    "values: {currencies: [원], decimal_mark: none}\n"
    "fields:\n"
    "  - name: items\n"
    "    type: list\n"
    "    grid:\n"
    "      columns:\n"
    "        - {name: name, type: text, heads: [항목]}\n"
    "        - {name: parts, type: amount, heads: [부품비]}\n"
    "        - {name: labour, type: amount, heads: [공임]}\n"
    "        - {name: amount, type: amount, heads: [금액]}\n"
    "checks: [{sum: items.amount, of: [items.parts, items.labour]}]\n"
    "verdict: {require: [items], confidence: 0.95, checked: 0.5, form: 0.3}\n"
    "fit: {least: 0.2, signs: [{labels: [항목], anywhere: true, weight: 0.9}]}\n";

static void rows_add_up_one_by_one(void **state)
{
    (void)state;
    struct forms *forms = made_forms(rowed);
    struct arena *a = arena_create(8 << 20);
    /* What is blank is nothing; two wrong rows that make up for one another are wrong. */
    const char *const right[] = {"항목          |   부품비 |    공임 |    금액",
                                 "앞범퍼        |    1,000 |   2,000 |   3,000",
                                 "뒷범퍼        |          |   2,500 |   2,500", NULL};
    const char *const wrong[] = {"항목          |   부품비 |    공임 |    금액",
                                 "앞범퍼        |    1,000 |   2,000 |   3,100",
                                 "뒷범퍼        |      100 |   2,500 |   2,500", NULL};
    struct page p = made_page(a, right);
    struct err e = ERR_INIT;
    assert_int_equal(forms_extract(forms, a, &p, &e), 0);
    assert_true(has_check(made_field(&p, "items"), "sum", true));
    assert_true(has_reason(&p, "items: name 90 % sure")); /* no sum tells of names */
    assert_int_equal(p.reason_count, 1);
    p = made_page(a, wrong);
    assert_int_equal(forms_extract(forms, a, &p, &e), 0);
    assert_true(has_check(made_field(&p, "items"), "sum", false));
    assert_true(has_reason(&p, "items: sum fails"));
    arena_destroy(a);
    forms_destroy(forms);
}

static void refused(const char *checks, const char *reason)
{
    char yaml[1024];
    struct forms *forms = NULL;
    struct err e = ERR_INIT;
    snprintf(yaml, sizeof yaml,
             "form: bill\nfields:\n"
             "  - {name: total, type: amount, places: [{labels: [sum]}]}\n"
             "  - {name: who, type: text, places: [{labels: [name]}]}\n"
             "  - {name: list, type: list, grid: {columns:"
             " [{name: a, type: amount, heads: [a]}, {name: b, type: text, heads: [b]}]}}\n"
             "%s\nfit: {signs: [{field: total, weight: 1}]}\n",
             checks);
    int r = made_forms_load(yaml, &forms, &e);
    forms_destroy(r == 0 ? forms : NULL);
    assert_int_equal(r, ERR_CONFIG);
    if (!strstr(e.message, reason))
        fail_msg("%s", e.message);
}

static void wrong_checks_are_refused_by_name(void **state)
{
    (void)state;
    refused("checks: [{sum: total}]", "has no of");
    refused("checks: [{sum: who, of: [total]}]", "is of another type");
    refused("checks: [{sum: total, of: [nobody]}]", "no field called \"nobody\"");
    refused("checks: [{sum: total, known: who, of: [total]}]", "must have one of");
    refused("checks: [{checksum: who, kind: luck}]", "kind");
    refused("checks: [{format: who}]", "has no match");
    refused("checks: [{sum: total, of: [total.x]}]", "must be a field, or a column of a list");
    refused("checks: [{sum: list.a, of: [total]}]", "must be columns of the same list");
    refused("verdict: {require: [nobody]}", "no field called \"nobody\"");
    refused("verdict: {confidence: 2}", "confidence");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(business_numbers_are_told_by_their_last_digit),
        cmocka_unit_test(resident_numbers_are_told_by_birth_and_last_digit),
        cmocka_unit_test(a_page_whose_checks_all_hold_is_accepted),
        cmocka_unit_test(a_sum_that_fails_is_a_reason_with_both_sides),
        cmocka_unit_test(of_two_values_the_one_that_makes_the_sum_hold_is_taken),
        cmocka_unit_test(dates_out_of_order_and_wrong_digits_are_reasons),
        cmocka_unit_test(what_is_missing_is_a_reason),
        cmocka_unit_test(a_label_whose_value_was_not_read_is_a_reason),
        cmocka_unit_test(what_nothing_confirms_is_not_accepted),
        cmocka_unit_test(a_misread_item_is_put_right),
        cmocka_unit_test(rows_add_up_one_by_one),
        cmocka_unit_test(wrong_checks_are_refused_by_name),
    };
    return cmocka_run_group_tests_name("twinreader/check", tests, setup, teardown);
}
