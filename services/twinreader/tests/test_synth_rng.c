/* Random numbers: the same for the same seed and stream, even, and within what was asked. */
#include "twinreader/synth/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void the_same_seed_and_stream_give_the_same_numbers(void **state)
{
    (void)state;
    struct synth_rng a, b;
    synth_rng_init(&a, 7, 3);
    synth_rng_init(&b, 7, 3);
    for (int i = 0; i < 1000; i++)
        assert_true(synth_rng_bits(&a) == synth_rng_bits(&b));
}

/* What xoshiro256** gives from the state 1, 2, 3, 4, as its authors' program prints it. */
static void numbers_are_those_of_xoshiro256starstar(void **state)
{
    (void)state;
    struct synth_rng r = {{1, 2, 3, 4}};
    const uint64_t want[] = {11520u, 0u, 1509978240u, 1215971899390074240u};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_true(synth_rng_bits(&r) == want[i]);
}

static void neighbouring_seeds_and_streams_differ(void **state)
{
    (void)state;
    uint64_t seen[64];
    size_t count = 0;
    for (uint64_t seed = 0; seed < 8; seed++) {
        for (uint64_t stream = 0; stream < 8; stream++) {
            struct synth_rng r;
            synth_rng_init(&r, seed, stream);
            uint64_t bits = synth_rng_bits(&r);
            for (size_t i = 0; i < count; i++)
                assert_true(bits != seen[i]);
            seen[count++] = bits;
        }
    }
}

static void small_numbers_are_even(void **state)
{
    (void)state;
    enum { SIDES = 7, ROLLS = 70000 };
    struct synth_rng r;
    synth_rng_init(&r, 1, 1);
    int below[SIDES] = {0}, range[SIDES] = {0};
    for (int i = 0; i < ROLLS; i++) {
        below[synth_rng_below(&r, SIDES)]++;
        range[synth_rng_range(&r, -3, 3) + 3]++;
    }
    for (int i = 0; i < SIDES; i++) { /* 10,000 each, deviation 93 */
        assert_in_range(below[i], 9500, 10500);
        assert_in_range(range[i], 9500, 10500);
    }
}

static void ranges_hold_at_their_ends(void **state)
{
    (void)state;
    struct synth_rng r;
    synth_rng_init(&r, 2, 0);
    bool low = false, high = false;
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(synth_rng_below(&r, 1), 0);
        assert_true(synth_rng_range(&r, INT64_MAX, INT64_MAX) == INT64_MAX);
        int64_t wide = synth_rng_range(&r, INT64_MIN, INT64_MAX);
        low |= wide < 0;
        high |= wide > 0;
        double x = synth_rng_real(&r, 2, 3);
        assert_true(x >= 2 && x < 3);
        assert_true(synth_rng_real(&r, 1, nextafter(1, 2)) == 1);
    }
    assert_true(low && high);
}

static void normal_numbers_have_their_mean_and_deviation(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct synth_rng r;
    synth_rng_init(&r, 3, 0);
    double sum = 0, squares = 0;
    for (int i = 0; i < N; i++) {
        double x = synth_rng_normal(&r);
        assert_true(isfinite(x));
        sum += x;
        squares += x * x;
    }
    assert_true(fabs(sum / N) < 0.02);
    assert_true(fabs(squares / N - 1) < 0.02);
}

static void chances_come_as_often_as_said(void **state)
{
    (void)state;
    struct synth_rng r;
    synth_rng_init(&r, 4, 0);
    int hits = 0;
    for (int i = 0; i < 10000; i++) {
        hits += synth_rng_chance(&r, 0.3);
        assert_false(synth_rng_chance(&r, 0));
        assert_true(synth_rng_chance(&r, 1));
    }
    assert_in_range(hits, 2800, 3200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_and_stream_give_the_same_numbers),
        cmocka_unit_test(numbers_are_those_of_xoshiro256starstar),
        cmocka_unit_test(neighbouring_seeds_and_streams_differ),
        cmocka_unit_test(small_numbers_are_even),
        cmocka_unit_test(ranges_hold_at_their_ends),
        cmocka_unit_test(normal_numbers_have_their_mean_and_deviation),
        cmocka_unit_test(chances_come_as_often_as_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
