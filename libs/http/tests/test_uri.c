#include "http/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(65536);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static void assert_decodes(const char *text, bool plus, const char *expected)
{
    const char *out = NULL;
    assert_int_equal(uri_decode(arena, text, strlen(text), plus, &out, NULL), 0);
    assert_string_equal(out, expected);
}

static void assert_refused(const char *text, const char *message)
{
    const char *out = "untouched";
    struct err e = ERR_INIT;
    assert_int_equal(uri_decode(arena, text, strlen(text), false, &out, &e), ERR_USAGE);
    assert_string_equal(e.message, message);
    assert_string_equal(out, "untouched");
}

static void escapes_are_decoded(void **state)
{
    (void)state;
    assert_decodes("/a%20b", false, "/a b");
    assert_decodes("%EC%98%81%ec%88%98%ec%a6%9d", false, "영수증");
    assert_decodes("", false, "");
    assert_decodes("a+b", false, "a+b");
    assert_decodes("a+b%2B", true, "a b+");
}

static void broken_escapes_are_refused(void **state)
{
    (void)state;
    const char *message = "the address has a broken %-escape";
    assert_refused("%", message);
    assert_refused("%4", message);
    assert_refused("%4g", message);
    assert_refused("abc%g4", message);
}

static void control_characters_are_refused(void **state)
{
    (void)state;
    const char *message = "the address has a control character";
    assert_refused("%00", message);
    assert_refused("a%0d%0aSet-Cookie:x", message);
    assert_refused("%7f", message);
    assert_refused("a%c2%9bb", message);
    assert_decodes("%c2%a0", false, "\xc2\xa0");
}

static void bytes_that_are_not_utf8_are_refused(void **state)
{
    (void)state;
    assert_refused("%ff", "the address is not valid UTF-8");
    assert_refused("%c0%af", "the address is not valid UTF-8");
}

static void the_path_ends_at_the_query(void **state)
{
    (void)state;
    assert_int_equal(uri_path_length("/a/b?x=1?y"), 4);
    assert_int_equal(uri_path_length("/a#b"), 2);
    assert_int_equal(uri_path_length("/"), 1);
}

static void a_query_becomes_parameters(void **state)
{
    (void)state;
    struct uri_parameter p[URI_MAX_PARAMETERS];
    size_t count;
    assert_int_equal(uri_query(arena, "a=1&&b=x%3Dy=z&c&=d&", p, &count, NULL), 0);
    assert_int_equal(count, 4);
    assert_string_equal(p[0].name, "a");
    assert_string_equal(p[0].value, "1");
    assert_string_equal(p[1].value, "x=y=z");
    assert_string_equal(p[2].name, "c");
    assert_string_equal(p[2].value, "");
    assert_string_equal(p[3].name, "");
}

static void too_many_parameters_are_refused(void **state)
{
    (void)state;
    struct uri_parameter p[URI_MAX_PARAMETERS];
    char query[2 * URI_MAX_PARAMETERS + 2];
    size_t count = 77;
    for (size_t i = 0; i <= URI_MAX_PARAMETERS; i++)
        memcpy(query + 2 * i, "a&", 2);
    query[sizeof query - 1] = '\0';
    struct err e = ERR_INIT;
    assert_int_equal(uri_query(arena, query, p, &count, &e), ERR_USAGE);
    assert_int_equal(count, 77);
    query[2 * URI_MAX_PARAMETERS] = '\0';
    assert_int_equal(uri_query(arena, query, p, &count, &e), 0);
    assert_int_equal(count, URI_MAX_PARAMETERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_are_decoded),
        cmocka_unit_test(broken_escapes_are_refused),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
        cmocka_unit_test(the_path_ends_at_the_query),
        cmocka_unit_test(a_query_becomes_parameters),
        cmocka_unit_test(too_many_parameters_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
