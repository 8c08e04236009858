#include "base/jsonr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void a_tree_is_walked_without_checking_each_step(void **state)
{
    (void)state;
    const char *text = "{\"a\":[1,2.5,\"x\",true,null,{\"b\":\"두레\"}],\"n\":-3}";
    struct jsonr_doc *d = NULL;
    assert_int_equal(jsonr_parse(text, strlen(text), &d, NULL), 0);
    const struct jsonr_value *root = jsonr_root(d), *a = jsonr_get(root, "a");
    assert_int_equal(jsonr_count(a), 6);
    assert_true(jsonr_as_number(jsonr_at(a, 0), 9) == 1);
    assert_true(jsonr_as_number(jsonr_at(a, 1), 9) == 2.5);
    assert_string_equal(jsonr_as_string(jsonr_at(a, 2), "?"), "x");
    assert_true(jsonr_as_bool(jsonr_at(a, 3), false));
    assert_string_equal(jsonr_as_string(jsonr_get(jsonr_at(a, 5), "b"), "?"), "두레");
    assert_true(jsonr_as_number(jsonr_get(root, "n"), 0) == -3);
    assert_int_equal(jsonr_kind(jsonr_at(a, 4)), JSONR_NULL);
    assert_int_equal(jsonr_kind(a), JSONR_ARRAY);
    assert_int_equal(jsonr_kind(root), JSONR_OBJECT);
    assert_int_equal(jsonr_kind(jsonr_get(root, "zz")), JSONR_MISSING);
    /* Wrong turns end in the fallback. */
    assert_null(jsonr_get(jsonr_get(jsonr_get(root, "x"), "y"), "z"));
    assert_null(jsonr_at(a, 6));
    assert_null(jsonr_at(root, 0));
    assert_int_equal(jsonr_count(root), 0);
    assert_int_equal(jsonr_count(NULL), 0);
    assert_string_equal(jsonr_as_string(a, "?"), "?");
    assert_true(jsonr_as_number(jsonr_at(a, 2), 9) == 9);
    assert_true(jsonr_as_bool(jsonr_at(a, 0), true));
    jsonr_doc_destroy(d);
    jsonr_doc_destroy(NULL);
}

static void what_is_not_json_is_refused_with_its_place(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    "{",          "{\"a\":1,}",        "[1 2]",
                                      "nul", "\"\xff\"",   "{\"a\":1,\"a\":2}", "1 1",
                                      "'a'", "\"\\u0000\""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct jsonr_doc *d = NULL;
        struct err e = ERR_INIT;
        assert_int_equal(jsonr_parse(bad[i], strlen(bad[i]), &d, &e), ERR_FORMAT);
        assert_null(d);
        assert_int_equal(strncmp(e.message, "JSON, line 1, column ", 21), 0);
    }
    struct jsonr_doc *d = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(jsonr_parse("{\n  \"a\": x\n}", 12, &d, &e), ERR_FORMAT);
    assert_int_equal(strncmp(e.message, "JSON, line 2, column ", 21), 0);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct jsonr_doc *d = NULL;
    char *deep = malloc(100000);
    memset(deep, '[', 100000);
    assert_int_equal(jsonr_parse(deep, 100000, &d, NULL), ERR_FORMAT);
    free(deep);
}

static void big_integers_are_numbers(void **state)
{
    (void)state;
    struct jsonr_doc *d = NULL;
    assert_int_equal(jsonr_parse("123456789012345678901234567890", 30, &d, NULL), 0);
    assert_true(jsonr_as_number(jsonr_root(d), 0) > 1.2e29);
    jsonr_doc_destroy(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_walked_without_checking_each_step),
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(big_integers_are_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
