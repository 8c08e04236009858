#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <string.h>

static void whole_numbers_are_read_to_the_last_digit(void **state)
{
    (void)state;
    int64_t v = 0;
    assert_true(text_to_int("9223372036854775807", &v) && v == INT64_MAX);
    assert_true(text_to_int("-12", &v) && v == -12);
    assert_true(text_to_int("+010", &v) && v == 10);
    static const char *const bad[] = {
        "", "-", "+-1", "1 ", " 1", "0x10", "1e3", "1.0", "9223372036854775808", NULL};
    for (int i = 0; bad[i]; i++) {
        v = 77;
        assert_false(text_to_int(bad[i], &v));
        assert_int_equal(v, 77);
    }
}

static void fractions_are_finite_decimals(void **state)
{
    (void)state;
    double v = 0;
    assert_true(text_to_double("-0.25", &v) && v == -0.25);
    assert_true(text_to_double(".5", &v) && v == 0.5);
    assert_true(text_to_double("1.", &v) && v == 1);
    assert_true(text_to_double("2e-3", &v) && v == 2e-3);
    static const char *const bad[] = {"",      ".",   "e5", "1e", "1e+",   "inf", "nan",
                                      "0x1p3", "1,5", " 1", "1 ", "1e999", NULL};
    for (int i = 0; bad[i]; i++) {
        v = 77;
        assert_false(text_to_double(bad[i], &v));
        assert_true(v == 77);
    }
}

static void sizes_and_durations_have_units(void **state)
{
    (void)state;
    int64_t v = 0;
    assert_true(text_to_size("64MiB", &v) && v == 64 << 20);
    assert_true(text_to_size("10 KiB", &v) && v == 10240);
    assert_true(text_to_size("7", &v) && v == 7);
    assert_true(text_to_ms("30s", &v) && v == 30000);
    assert_true(text_to_ms("2h", &v) && v == 7200000);
    assert_true(text_to_ms("500ms", &v) && v == 500);
    assert_true(text_to_ms("0", &v) && v == 0);
    assert_false(text_to_ms("30", &v)); /* of what? */
    assert_false(text_to_size("64MB", &v));
    assert_false(text_to_size("-1", &v));
    assert_false(text_to_size("9999999TiB", &v));
    assert_false(text_to_size("", &v));
}

static void a_double_is_written_so_that_it_reads_back(void **state)
{
    (void)state;
    static const double values[] = {0, -0.0, 0.1, 1.0 / 3, 1e300, DBL_MIN, DBL_MAX, 123456789.125};
    char text[32];
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double back = 9;
        assert_true(text_to_double(text_from_double(values[i], text, sizeof text), &back));
        assert_memory_equal(&back, &values[i], sizeof back);
    }
    assert_string_equal(text_from_double(0.1, text, sizeof text), "0.1");
}

static void utf8_is_checked_as_the_standard_says(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "a", "é", "한", "😀", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x80\x80",
                                      "\xed\xa0\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "\xed\x95",
                                      "한\xed"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(text_is_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    uint32_t c = 0;
    assert_int_equal(text_utf8_next("한글", 6, &c), 3);
    assert_int_equal(c, 0xd55c);
    assert_int_equal(text_utf8_next("한글", 2, &c), 0);
}

static void what_a_terminal_would_obey_is_escaped(void **state)
{
    (void)state;
    char out[64];
    assert_int_equal(text_escape("é한 \\ ok", out, sizeof out), strlen("é한 \\ ok"));
    assert_string_equal(out, "é한 \\ ok");
    assert_int_equal(text_escape("a\x1b[31m\n\x7f", out, sizeof out), 17);
    assert_string_equal(out, "a\\x1b[31m\\x0a\\x7f");
    /* CSI as one code point, and as the bare byte of an eight-bit terminal. */
    text_escape("\xc2\x9bK\x9bK", out, sizeof out);
    assert_string_equal(out, "\\xc2\\x9bK\\x9bK");
    /* Cut off between characters, never inside an escape. */
    assert_int_equal(text_escape("a\n\n", out, 6), 5);
    assert_string_equal(out, "a\\x0a");
    assert_int_equal(text_escape("ab한", out, 5), 2);
    assert_string_equal(out, "ab");
    assert_int_equal(text_escape("a", out, 0), 0);
}

static void the_nearest_name_is_near(void **state)
{
    (void)state;
    static const char *const names[] = {"port", "listen", "max_body", "max_connections", NULL};
    assert_string_equal(text_nearest("prot", names), "port");
    assert_string_equal(text_nearest("lisen", names), "listen");
    assert_string_equal(text_nearest("max_conections", names), "max_connections");
    assert_null(text_nearest("colour", names));
    assert_null(text_nearest("x", names));
    assert_null(text_nearest("", names));
    char big[200];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    assert_null(text_nearest(big, names));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read_to_the_last_digit),
        cmocka_unit_test(fractions_are_finite_decimals),
        cmocka_unit_test(sizes_and_durations_have_units),
        cmocka_unit_test(a_double_is_written_so_that_it_reads_back),
        cmocka_unit_test(utf8_is_checked_as_the_standard_says),
        cmocka_unit_test(what_a_terminal_would_obey_is_escaped),
        cmocka_unit_test(the_nearest_name_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
