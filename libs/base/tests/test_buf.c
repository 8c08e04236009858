#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void pieces_become_one_terminated_text(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 0);
    assert_null(b.data);
    buf_puts(&b, "a");
    buf_putc(&b, 'b');
    buf_printf(&b, "%03d", 7);
    buf_append(&b, "\0z", 2);
    buf_append(&b, NULL, 0);
    assert_int_equal(buf_status(&b), 0);
    assert_int_equal(b.len, 7);
    assert_memory_equal(b.data, "ab007\0z", 8);
    for (int i = 0; i < 10000; i++)
        buf_printf(&b, "%d,", i);
    assert_int_equal(strlen(b.data + 7), b.len - 7);
    buf_finish(&b);
    assert_null(b.data);
}

static void a_failure_stays_until_cleared(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 5);
    buf_puts(&b, "12345");
    assert_int_equal(buf_status(&b), 0);
    buf_putc(&b, '6');
    assert_int_equal(buf_status(&b), ERR_LIMIT);
    buf_append(&b, "", 0);
    buf_printf(&b, "%s", "");
    assert_int_equal(buf_status(&b), ERR_LIMIT);
    assert_string_equal(b.data, "12345");
    buf_clear(&b);
    assert_int_equal(buf_status(&b), 0);
    buf_puts(&b, "abc");
    assert_string_equal(b.data, "abc");
    buf_puts(&b, "too long");
    buf_puts(&b, "d"); /* would fit, but the text before it is missing */
    assert_string_equal(b.data, "abc");
    buf_finish(&b);
}

static void taking_hands_over_the_memory(void **state)
{
    (void)state;
    struct buf b;
    size_t len = 99;
    buf_init(&b, 3);
    assert_null(buf_take(&b, &len));
    assert_int_equal(len, 0);
    buf_puts(&b, "abc");
    char *p = buf_take(&b, &len);
    assert_int_equal(len, 3);
    assert_string_equal(p, "abc");
    assert_int_equal(b.len, 0);
    buf_puts(&b, "abcd");
    assert_int_equal(buf_status(&b), ERR_LIMIT);
    buf_finish(&b);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_become_one_terminated_text),
        cmocka_unit_test(a_failure_stays_until_cleared),
        cmocka_unit_test(taking_hands_over_the_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
