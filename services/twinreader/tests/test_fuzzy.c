#include "twinreader/fuzzy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool found(const char *text, const char *phrase, struct fuzzy_match *m)
{
    struct arena *a = arena_create(1 << 18);
    struct fuzzy_text t;
    struct fuzzy_phrase p;
    assert_int_equal(fuzzy_text_init(&t, a, text, strlen(text)), 0);
    assert_int_equal(fuzzy_phrase_init(&p, phrase), 0);
    bool hit = fuzzy_find(&t, &p, 0, m);
    arena_destroy(a);
    return hit;
}

static bool has(const char *text, const char *phrase)
{
    struct fuzzy_match m;
    return found(text, phrase, &m);
}

static void case_spaces_and_punctuation_do_not_count(void **state)
{
    (void)state;
    assert_true(has("Grand-Total : 5.00", "grand total"));
    assert_true(has("GRANDTOTAL", "grand total"));
    assert_true(has("T O T A L", "total"));
    assert_true(has("합 계 금 액 5,000", "합계금액"));
}

static void look_alikes_are_the_same_letter(void **state)
{
    (void)state;
    struct fuzzy_match m;
    assert_true(found("T0TA1 8.20", "total", &m));
    assert_true(m.similarity == 1.0f);
    assert_true(has("CA5H", "=cash"));
    assert_true(has("99 MART 5/B", "s/b"));
    assert_false(has("7:58 PM", "s/b"));
    assert_true(has("10 58", "58"));
}

static void a_long_phrase_may_be_misread(void **state)
{
    (void)state;
    struct fuzzy_match m;
    assert_true(found("xx Totat: 9.00", "total", &m));
    assert_int_equal(m.start, 3);
    assert_int_equal(m.end, 8);
    assert_true(m.similarity < 1.0f && m.similarity > 0.7f);
    assert_true(has("otal 9.00", "total"));
    assert_true(has("Roundmig Adjustiment", "rounding adjustment"));
    assert_false(has("Totem", "total"));
}

static void a_short_phrase_must_be_read_well(void **state)
{
    (void)state;
    assert_false(has("CASK 5.00", "cash"));
    assert_false(has("dated", "=date"));
    assert_false(has("total inclusive", "exclusive"));
    assert_false(has("net amount", "vat amount"));
}

static void a_phrase_starts_and_ends_with_a_word(void **state)
{
    (void)state;
    assert_false(has("SUBTOTAL 5.00", "total"));
    assert_false(has("CASHIER", "cash"));
    assert_true(has("TOTAL5.00", "total"));
    assert_true(has("TOTALRM 5.00", "total*"));
    assert_false(has("TOTALRM 5.00", "=total"));
}

static void a_phrase_without_letters_is_refused(void **state)
{
    (void)state;
    struct fuzzy_phrase p;
    assert_int_equal(fuzzy_phrase_init(&p, ""), ERR_FORMAT);
    assert_int_equal(fuzzy_phrase_init(&p, "=*"), ERR_FORMAT);
    assert_int_equal(fuzzy_phrase_init(&p, "0123456789012345678901234567890123456789012345678"),
                     ERR_LIMIT);
}

static void broken_utf8_does_no_harm(void **state)
{
    (void)state;
    assert_false(has("\xf0\x9f", "total"));
    assert_true(has("\xff\xc3 total \xe0", "total"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_spaces_and_punctuation_do_not_count),
        cmocka_unit_test(look_alikes_are_the_same_letter),
        cmocka_unit_test(a_long_phrase_may_be_misread),
        cmocka_unit_test(a_short_phrase_must_be_read_well),
        cmocka_unit_test(a_phrase_starts_and_ends_with_a_word),
        cmocka_unit_test(a_phrase_without_letters_is_refused),
        cmocka_unit_test(broken_utf8_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
