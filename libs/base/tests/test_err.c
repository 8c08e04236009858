#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

static void setting_gives_the_code_and_drops_what_was_there(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_int_equal(err_set(&e, ERR_IO, "disk %d", 1), ERR_IO);
    assert_int_equal(err_wrap(&e, "file %s", "a"), ERR_IO);
    assert_int_equal(err_set(&e, ERR_LIMIT, "too big"), ERR_LIMIT);
    assert_int_equal(e.code, ERR_LIMIT);
    assert_string_equal(e.message, "too big");
    assert_string_equal(e.cause, "");
}

static void no_object_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(err_set(NULL, ERR_IO, "x"), ERR_IO);
    assert_int_equal(err_set_errno(NULL, ERR_IO, ENOENT, "x"), ERR_IO);
    assert_int_equal(err_wrap(NULL, "x"), ERR_INTERNAL);
}

static void wrapping_keeps_the_code_and_joins_the_causes(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    char text[1100];
    err_set_errno(&e, ERR_NOT_FOUND, ENOENT, "open %s", "x.yaml");
    assert_string_equal(e.message, "open x.yaml: No such file or directory");
    err_wrap(&e, "package");
    assert_int_equal(err_wrap(&e, "engine"), ERR_NOT_FOUND);
    assert_string_equal(err_text(&e, text, sizeof text),
                        "engine: package: open x.yaml: No such file or directory");
}

static void a_message_may_quote_the_message_it_replaces(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    err_set(&e, ERR_IO, "first");
    err_set(&e, ERR_IO, "second after %s", e.message);
    assert_string_equal(e.message, "second after first");
}

static void long_messages_are_cut_and_terminated(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    char big[2000], text[1100];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    err_set(&e, ERR_IO, "%s", big);
    assert_int_equal(strlen(e.message), sizeof e.message - 1);
    for (int i = 0; i < 3; i++)
        err_wrap(&e, "%s", big);
    assert_int_equal(strlen(e.cause), sizeof e.cause - 1);
    assert_int_equal(strlen(err_text(&e, text, sizeof text)), 511 + 2 + 511);
    assert_int_equal(strlen(err_text(&e, text, 10)), 9);
    err_set_errno(&e, ERR_IO, ENOSPC, "%s", big);
    assert_int_equal(strlen(e.message), sizeof e.message - 1);
}

static void every_code_has_its_own_name(void **state)
{
    (void)state;
    static const int codes[] = {
#define CODE(code, number, name, text) code,
        ERR_TABLE(CODE)
#undef CODE
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_true(codes[i] < 0);
        assert_string_not_equal(err_name(codes[i]), "unknown");
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(err_name(codes[i]), err_name(codes[k]));
    }
    assert_string_equal(err_name(0), "ok");
    assert_string_equal(err_name(-999), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_gives_the_code_and_drops_what_was_there),
        cmocka_unit_test(no_object_is_allowed),
        cmocka_unit_test(wrapping_keeps_the_code_and_joins_the_causes),
        cmocka_unit_test(a_message_may_quote_the_message_it_replaces),
        cmocka_unit_test(long_messages_are_cut_and_terminated),
        cmocka_unit_test(every_code_has_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
