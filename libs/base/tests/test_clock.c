#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

static void instants_are_written_in_utc(void **state)
{
    (void)state;
    char text[32];
    assert_string_equal(clock_format_utc(0, text, sizeof text), "1970-01-01T00:00:00.000Z");
    assert_string_equal(clock_format_utc(1795442645678, text, 25), "2026-11-23T14:04:05.678Z");
    assert_string_equal(clock_format_utc(951782400000, text, 25), "2000-02-29T00:00:00.000Z");
    assert_string_equal(clock_format_utc(-1, text, 25), "1969-12-31T23:59:59.999Z");
}

static void the_wall_clock_is_the_systems(void **state)
{
    (void)state;
    int64_t before = (int64_t)time(NULL) * 1000;
    int64_t now = clock_wall_ms();
    assert_true(now >= before - 1000 && now < before + 5000);
}

static void durations_never_go_back(void **state)
{
    (void)state;
    uint64_t start = clock_monotonic_ns();
    struct timespec pause = {.tv_nsec = 20000000};
    nanosleep(&pause, NULL);
    assert_true(clock_monotonic_ns() - start >= 20000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_written_in_utc),
        cmocka_unit_test(the_wall_clock_is_the_systems),
        cmocka_unit_test(durations_never_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
