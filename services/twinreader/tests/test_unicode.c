#include "twinreader/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_normalised(const char *s, bool fold, const uint32_t *expected, size_t len)
{
    struct arena *a = arena_create(1 << 20);
    struct err e = ERR_INIT;
    struct unicode_text t;
    assert_non_null(a);
    assert_int_equal(unicode_normalise(a, s, fold, &t, &e), 0);
    assert_int_equal(t.len, len);
    assert_memory_equal(t.c, expected, len * sizeof *expected);
    arena_destroy(a);
}

#define ASSERT_NORMALISED(s, fold, ...)                                                            \
    assert_normalised(s, fold, (const uint32_t[]){__VA_ARGS__},                                    \
                      sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t))

static void marks_are_composed(void **state)
{
    (void)state;
    ASSERT_NORMALISED("e\xcc\x81", false, 0xE9);
    ASSERT_NORMALISED("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", false, 0xD55C); /* ㅎㅏㄴ: 한 */
    ASSERT_NORMALISED("\xe2\x84\xab", false, 0xC5);                           /* Angstrom sign */
}

static void marks_are_put_in_order_first(void **state)
{
    (void)state;
    /* q, dot above (230), dot below (220) */
    ASSERT_NORMALISED("q\xcc\x87\xcc\xa3", false, 'q', 0x323, 0x307);
    /* the mark below is taken into the letter from behind the one above */
    ASSERT_NORMALISED("d\xcc\x87\xcc\xa3", false, 0x1E0D, 0x307);
}

static void composition_exclusions_stay_apart(void **state)
{
    (void)state;
    ASSERT_NORMALISED("\xe0\xa5\x98", false, 0x915, 0x93C);
}

static void folding_is_full(void **state)
{
    (void)state;
    ASSERT_NORMALISED("Stra\xc3\x9f"
                      "e",
                      true, 's', 't', 'r', 'a', 's', 's', 'e');
    ASSERT_NORMALISED("\xce\xa3\xcf\x82", true, 0x3C3, 0x3C3); /* sigma and final sigma */
    ASSERT_NORMALISED("\xef\xac\x83", true, 'f', 'f', 'i');
    ASSERT_NORMALISED("ABC", false, 'A', 'B', 'C');
}

static void bad_bytes_become_replacement_characters(void **state)
{
    (void)state;
    ASSERT_NORMALISED("a\xff"
                      "b",
                      false, 'a', 0xFFFD, 'b');
}

static void an_empty_text_is_empty(void **state)
{
    (void)state;
    struct arena *a = arena_create(1 << 20);
    struct err e = ERR_INIT;
    struct unicode_text t;
    assert_int_equal(unicode_normalise(a, "", true, &t, &e), 0);
    assert_int_equal(t.len, 0);
    arena_destroy(a);
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    struct arena *a = arena_create(8);
    struct err e = ERR_INIT;
    struct unicode_text t;
    assert_int_equal(unicode_normalise(a, "some text", true, &t, &e), ERR_NOMEM);
    arena_destroy(a);
}

static void widths_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(unicode_width('a'), 1);
    assert_int_equal(unicode_width(0xD55C), 2);
    assert_int_equal(unicode_width(0x301), 0);
    assert_int_equal(unicode_width(0xFFFFFFFF), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_composed),
        cmocka_unit_test(marks_are_put_in_order_first),
        cmocka_unit_test(composition_exclusions_stay_apart),
        cmocka_unit_test(folding_is_full),
        cmocka_unit_test(bad_bytes_become_replacement_characters),
        cmocka_unit_test(an_empty_text_is_empty),
        cmocka_unit_test(a_full_arena_is_an_error),
        cmocka_unit_test(widths_are_those_of_a_terminal),
    };
    return cmocka_run_group_tests_name("twinreader/unicode", tests, NULL, NULL);
}
