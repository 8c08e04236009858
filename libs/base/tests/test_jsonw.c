#include "base/jsonw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <math.h>

static struct buf out;
static struct jsonw w;

static int set_up(void **state)
{
    (void)state;
    buf_init(&out, 0);
    jsonw_init(&w, &out);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_finish(&out);
    return 0;
}

static void commas_and_nesting_are_kept(void **state)
{
    (void)state;
    jsonw_begin_object(&w);
    jsonw_key(&w, "a");
    jsonw_begin_array(&w);
    jsonw_int(&w, 1);
    jsonw_bool(&w, true);
    jsonw_null(&w);
    jsonw_begin_object(&w);
    jsonw_end_object(&w);
    jsonw_end_array(&w);
    jsonw_key(&w, "b");
    jsonw_string(&w, NULL);
    jsonw_key(&w, "c");
    jsonw_begin_array(&w);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    assert_string_equal(out.data, "{\"a\":[1,true,null,{}],\"b\":null,\"c\":[]}");
}

static void pretty_output_is_indented(void **state)
{
    (void)state;
    w.pretty = true;
    jsonw_begin_object(&w);
    jsonw_key(&w, "a");
    jsonw_begin_array(&w);
    jsonw_int(&w, 1);
    jsonw_int(&w, 2);
    jsonw_end_array(&w);
    jsonw_key(&w, "b");
    jsonw_begin_array(&w);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    assert_string_equal(out.data, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}");
}

static void text_is_escaped_and_made_valid(void **state)
{
    (void)state;
    jsonw_begin_array(&w);
    jsonw_string(&w, "\"\\/\b\t\n\f\r\x01\x7f 두레😀");
    jsonw_string(&w, "a\xff\xc0\xaf한\xed");
    jsonw_string_n(&w, "a\0b", 3);
    jsonw_string(&w, "");
    jsonw_end_array(&w);
    assert_string_equal(out.data, "[\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u007f 두레😀\","
                                  "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd한\xef\xbf\xbd\","
                                  "\"a\\u0000b\",\"\"]");
}

static void numbers_are_short_and_know_no_locale(void **state)
{
    (void)state;
    static const struct {
        double v;
        int decimals;
        const char *text;
    } cases[] = {
        {0, 3, "0"},           {-0.0, 3, "0"},
        {1.5, 2, "1.5"},       {0.05, 2, "0.05"},
        {0.005, 2, "0.01"},    {-0.25, 2, "-0.25"},
        {100, 0, "100"},       {1200, 2, "1200"},
        {99.999, 2, "100"},    {1234.5678, 3, "1234.568"},
        {-7, 1, "-7"},         {0.1, 9, "0.1"},
        {1e20, 2, "1e+20"},    {NAN, 2, "null"},
        {INFINITY, 2, "null"}, {-0.001, 2, "0"},
        {9e15, 0, "9e+15"},    {123456.789, 12, "123456.789"},
    };
    setlocale(LC_ALL, "de_DE.UTF-8"); /* where it is installed */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_clear(&out);
        jsonw_number(&w, cases[i].v, cases[i].decimals);
        assert_string_equal(out.data, cases[i].text);
    }
    setlocale(LC_ALL, "C");
    buf_clear(&out);
    jsonw_int(&w, INT64_MIN);
    assert_string_equal(out.data, "-9223372036854775808");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(commas_and_nesting_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pretty_output_is_indented, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_is_escaped_and_made_valid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_are_short_and_know_no_locale, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
