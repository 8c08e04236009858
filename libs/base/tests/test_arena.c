#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void memory_is_zeroed_aligned_and_separate(void **state)
{
    (void)state;
    struct arena *a = arena_create(1 << 20);
    for (int round = 0; round < 3; round++) {
        unsigned char *last = NULL;
        for (size_t size = 1; size < 3000; size += 7) {
            unsigned char *p = arena_alloc(a, size);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xff, size);
            assert_true(p != last);
            last = p;
        }
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
    arena_destroy(a);
    arena_destroy(NULL);
}

static void the_limit_is_exact(void **state)
{
    (void)state;
    struct arena *a = arena_create(1000);
    assert_non_null(arena_alloc(a, 600));
    assert_null(arena_alloc(a, 401));
    assert_non_null(arena_alloc(a, 400));
    assert_int_equal(arena_used(a), 1000);
    assert_null(arena_alloc(a, 1));
    arena_reset(a);
    assert_non_null(arena_alloc(a, 1000));
    arena_destroy(a);
}

static void large_blocks_leave_the_current_one_in_use(void **state)
{
    (void)state;
    struct arena *a = arena_create(SIZE_MAX);
    char *small = arena_alloc(a, 16);
    char *large = arena_alloc(a, 1 << 20);
    char *next = arena_alloc(a, 16);
    assert_ptr_equal(next, small + 16);
    memset(large, 1, 1 << 20);
    assert_int_equal(small[0], 0);
    arena_destroy(a);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct arena *a = arena_create(SIZE_MAX);
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_null(arena_alloc(a, SIZE_MAX - 8));
    assert_null(arena_array(a, SIZE_MAX / 2, 3));
    assert_null(arena_array(a, 3, SIZE_MAX / 2));
    assert_null(arena_strndup(a, "x", SIZE_MAX));
    assert_non_null(arena_array(a, 0, 8));
    assert_non_null(arena_array(a, 8, 0));
    arena_destroy(a);
}

static void strings_are_copied_and_terminated(void **state)
{
    (void)state;
    struct arena *a = arena_create(64);
    assert_string_equal(arena_strdup(a, "두레"), "두레");
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    assert_null(arena_printf(a, "%100d", 7));
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_separate),
        cmocka_unit_test(the_limit_is_exact),
        cmocka_unit_test(large_blocks_leave_the_current_one_in_use),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(strings_are_copied_and_terminated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
