#include "twinreader/out.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_xml(const char *in, const char *expected)
{
    struct buf b;
    buf_init(&b, 0);
    buf_puts(&b, "");
    out_xml(&b, in);
    assert_string_equal(b.data, expected);
    buf_finish(&b);
}

static void markup_is_escaped(void **state)
{
    (void)state;
    assert_xml("<a href='x'>\"&\"]]></a>",
               "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;]]&gt;&lt;/a&gt;");
}

static void control_and_direction_characters_are_dropped(void **state)
{
    (void)state;
    assert_xml("a\x01\x1b\x7f\xc2\x9b"
               "b\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf\xef\xbf\xbf\xf0\x9f\xbf\xbe"
               "c",
               "abc");
}

static void line_breaks_become_spaces(void **state)
{
    (void)state;
    assert_xml("a\tb\nc\rd\xc2\x85"
               "e\xe2\x80\xa8"
               "f",
               "a b c d e f");
}

static void bad_bytes_become_replacement_characters(void **state)
{
    (void)state;
    assert_xml("\xff", "\xef\xbf\xbd");
    assert_xml("\xc0\xafx", "\xef\xbf\xbd\xef\xbf\xbdx");
    assert_xml("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_xml("cut\xe2\x82", "cut\xef\xbf\xbd\xef\xbf\xbd");
}

static void other_scripts_and_emoji_pass(void **state)
{
    (void)state;
    assert_xml("영수증 é \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac 𠀀",
               "영수증 é \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac 𠀀");
    assert_xml(NULL, "");
}

static void assert_number(double v, int decimals, const char *expected)
{
    struct buf b;
    buf_init(&b, 0);
    out_number(&b, v, decimals);
    assert_string_equal(b.data, expected);
    buf_finish(&b);
}

static void numbers_are_short_and_plain(void **state)
{
    (void)state;
    assert_number(0, 4, "0");
    assert_number(1.5, 4, "1.5");
    assert_number(-0.25, 1, "-0.3");
    assert_number(-0.00001, 4, "0");
    assert_number(0.0625, 4, "0.0625");
    assert_number(1.00010, 4, "1.0001");
    assert_number(12345678.9, 0, "12345679");
    assert_number(NAN, 2, "0");
    assert_number(INFINITY, 2, "0");
    assert_number(1e300, 0, "1000000000000");
}

static void bounds_are_whole_pixels_around_a_quad(void **state)
{
    (void)state;
    struct quad q = {{{10.4f, 20.6f}, {30.2f, 19.5f}, {30.5f, 40.01f}, {10.1f, 41.3f}}};
    struct out_rect r = out_bounds(&q);
    assert_int_equal(r.left, 10);
    assert_int_equal(r.top, 19);
    assert_int_equal(r.right, 31);
    assert_int_equal(r.bottom, 42);
}

static void bounds_of_nonsense_do_not_overflow(void **state)
{
    (void)state;
    struct quad q = {{{NAN, -INFINITY}, {1e30f, 5}, {INFINITY, 1e30f}, {-1e30f, NAN}}};
    struct out_rect r = out_bounds(&q);
    assert_true(r.right - r.left >= 0);
    assert_true(r.bottom - r.top >= 0);
}

static void percent_stays_within_its_range(void **state)
{
    (void)state;
    assert_true(out_percent(NAN) == 0);
    assert_true(out_percent(-1) == 0);
    assert_true(out_percent(2) == 100);
    assert_true(out_percent(0.5f) == 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(control_and_direction_characters_are_dropped),
        cmocka_unit_test(line_breaks_become_spaces),
        cmocka_unit_test(bad_bytes_become_replacement_characters),
        cmocka_unit_test(other_scripts_and_emoji_pass),
        cmocka_unit_test(numbers_are_short_and_plain),
        cmocka_unit_test(bounds_are_whole_pixels_around_a_quad),
        cmocka_unit_test(bounds_of_nonsense_do_not_overflow),
        cmocka_unit_test(percent_stays_within_its_range),
    };
    return cmocka_run_group_tests_name("twinreader/out", tests, NULL, NULL);
}
