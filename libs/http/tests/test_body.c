#include "http/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static struct body_budget budget = {.limit = 4 << 20, .folder = "/tmp"};

static void assert_content(struct body *b, size_t len)
{
    const void *bytes;
    size_t got;
    assert_int_equal(body_bytes(b, &bytes, &got, NULL), 0);
    assert_int_equal(got, len);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(((const unsigned char *)bytes)[i], i % 251);
}

static int fill(struct body *b, size_t len, size_t step, struct err *e)
{
    unsigned char chunk[8192];
    for (size_t at = 0; at < len;) {
        size_t n = len - at < step ? len - at : step;
        for (size_t i = 0; i < n; i++)
            chunk[i] = (unsigned char)((at + i) % 251);
        int rc = body_append(b, chunk, n, e);
        if (rc)
            return rc;
        at += n;
    }
    return 0;
}

static void an_empty_body_has_no_bytes(void **state)
{
    (void)state;
    struct body b;
    body_init(&b, &budget, 100);
    assert_content(&b, 0);
    body_finish(&b);
}

static void a_small_body_stays_in_memory(void **state)
{
    (void)state;
    struct body b;
    body_init(&b, &budget, 1 << 20);
    assert_int_equal(fill(&b, 5000, 999, NULL), 0);
    assert_int_equal(b.fd, -1);
    assert_content(&b, 5000);
    body_finish(&b);
}

static void a_large_body_moves_to_a_file_whole(void **state)
{
    (void)state;
    struct body b;
    body_init(&b, &budget, 2 << 20);
    assert_int_equal(fill(&b, 1000003, 8191, NULL), 0);
    assert_true(b.fd >= 0);
    assert_content(&b, 1000003);
    assert_int_equal(atomic_load(&budget.used), 1000003);
    body_finish(&b);
    assert_int_equal(atomic_load(&budget.used), 0);
}

static void a_body_over_its_maximum_is_refused(void **state)
{
    (void)state;
    struct body b;
    struct err e = ERR_INIT;
    body_init(&b, &budget, 1000);
    assert_int_equal(fill(&b, 1000, 100, &e), 0);
    assert_int_equal(body_append(&b, "x", 1, &e), ERR_LIMIT);
    assert_string_equal(e.message, "the body has more than 1000 bytes");
    body_finish(&b);
}

static void all_bodies_share_one_budget(void **state)
{
    (void)state;
    struct body a, b;
    struct err e = ERR_INIT;
    body_init(&a, &budget, 8 << 20);
    body_init(&b, &budget, 8 << 20);
    assert_int_equal(body_expect(&a, 3 << 20, &e), 0);
    assert_int_equal(body_expect(&b, 2 << 20, &e), ERR_BUSY);
    assert_int_equal(fill(&b, 1 << 20, 8192, &e), 0);
    assert_int_equal(body_append(&b, "x", 1, &e), ERR_BUSY);
    body_finish(&a);
    assert_int_equal(body_append(&b, "x", 1, &e), 0);
    body_finish(&b);
    assert_int_equal(atomic_load(&budget.used), 0);
}

static void a_folder_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    struct body_budget nowhere = {.limit = 4 << 20, .folder = "/proc"};
    struct body b;
    body_init(&b, &nowhere, 4 << 20);
    assert_int_equal(fill(&b, 1 << 20, 8192, NULL), ERR_IO);
    body_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_body_has_no_bytes),
        cmocka_unit_test(a_small_body_stays_in_memory),
        cmocka_unit_test(a_large_body_moves_to_a_file_whole),
        cmocka_unit_test(a_body_over_its_maximum_is_refused),
        cmocka_unit_test(all_bodies_share_one_budget),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
