#include "twinreader/slope.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COLUMNS = 3, ROWS = 12, LINES = COLUMNS * ROWS };

/* A page of 1000 by 1400 whose rows follow `bend`: the height of a row at x. */
static void made(float (*bend)(float row, float x), struct slope_sample *samples)
{
    for (int i = 0; i < LINES; i++) {
        float row = 100 + 100 * (float)(i / COLUMNS), x = 150 + 350 * (float)(i % COLUMNS);
        float slope = (bend(row, x + 40) - bend(row, x - 40)) / 80;
        samples[i] = (struct slope_sample){x, bend(row, x), slope, 80};
    }
}

static float converging(float row, float x)
{
    return row + (row - 700) * (x - 500) / 4000;
}

static float curled(float row, float x)
{
    return row - 60 * sinf((float)M_PI * x / 1000);
}

static float straight(float row, float x)
{
    return row + 0.03f * x;
}

/* The most that places on one row differ in level, where rows are 100 apart. */
static float worst(float (*bend)(float row, float x), const struct slope_field *f)
{
    float most = 0;
    for (float row = 100; row <= 1200; row += 100) {
        float left = slope_level(f, 120, bend(row, 120));
        float right = slope_level(f, 880, bend(row, 880));
        most = fmaxf(most, fabsf(left - right));
    }
    return most;
}

static void lines_that_converge_are_level_on_each_row(void **state)
{
    (void)state;
    struct slope_sample samples[LINES];
    made(converging, samples);
    struct slope_field f = slope_fit(samples, LINES), flat = {.scale = 1};
    assert_true(worst(converging, &flat) > 100);
    assert_true(worst(converging, &f) < 10);
}

static void lines_that_bend_are_level_on_each_row(void **state)
{
    (void)state;
    struct slope_sample samples[LINES];
    made(curled, samples);
    struct slope_field f = slope_fit(samples, LINES);
    float edge = slope_level(&f, 120, curled(500, 120)), middle = slope_level(&f, 500, 440);
    assert_true(fabsf(edge - middle) < 12);
    assert_true(fabsf(curled(500, 120) - 440) > 30);
}

static void an_evenly_sloping_page_has_no_perspective_and_no_curl(void **state)
{
    (void)state;
    struct slope_sample samples[LINES];
    made(straight, samples);
    struct slope_field f = slope_fit(samples, LINES);
    assert_true(fabsf(f.a - 0.03f) < 1e-4f && fabsf(f.b) < 1e-3f && fabsf(f.c) < 1e-3f);
}

static void a_few_odd_lines_do_not_tilt_the_page(void **state)
{
    (void)state;
    struct slope_sample samples[LINES];
    made(straight, samples);
    for (int i = 0; i < LINES; i += 9)
        samples[i].slope = 0.3f;
    struct slope_field f = slope_fit(samples, LINES);
    assert_true(worst(straight, &f) < 25);
}

static void few_lines_leave_the_page_as_it_is(void **state)
{
    (void)state;
    struct slope_sample samples[LINES];
    made(converging, samples);
    struct slope_field f = slope_fit(samples, 5);
    assert_true(f.a == 0 && f.b == 0 && f.c == 0);
    assert_true(fabsf(slope_level(&f, 10, 77) - 77) < 1e-3f);
    f = slope_fit(NULL, 0);
    assert_true(slope_level(&f, 3, 4) == 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_converge_are_level_on_each_row),
        cmocka_unit_test(lines_that_bend_are_level_on_each_row),
        cmocka_unit_test(an_evenly_sloping_page_has_no_perspective_and_no_curl),
        cmocka_unit_test(a_few_odd_lines_do_not_tilt_the_page),
        cmocka_unit_test(few_lines_leave_the_page_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
