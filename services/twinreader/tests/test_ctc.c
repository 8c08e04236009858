#include "twinreader/ctc.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CLASSES = 40 };

/* Rows in which class best[t] has probability p[t] and the rest share what is left. */
static void fill(float *rows, const int *best, const float *p, int steps)
{
    for (int t = 0; t < steps; t++) {
        for (int c = 0; c < CLASSES; c++)
            rows[t * CLASSES + c] = (1 - p[t]) / (CLASSES - 1);
        rows[t * CLASSES + best[t]] = p[t];
    }
}

static void repeats_merge_and_blanks_part(void **state)
{
    (void)state;
    const int best[] = {0, 5, 5, 0, 5, 7, 7, 0};
    const float p[] = {.9f, .6f, .8f, .9f, .7f, .9f, .4f, .9f};
    float rows[8 * CLASSES];
    struct ctc_symbol s[8];
    fill(rows, best, p, 8);
    assert_int_equal(ctc_decode(rows, 8, CLASSES, 0, s), 3);
    assert_int_equal(s[0].class_index, 5);
    assert_int_equal(s[1].class_index, 5);
    assert_int_equal(s[2].class_index, 7);
    assert_true(fabsf(s[0].confidence - .8f) < 1e-6f);
    assert_true(s[0].step > 2.0f &&
                s[0].step < 2.5f); /* nearer to the surer step 2, centred at 2.5 */
    assert_true(fabsf(s[1].step - 4.5f) < 1e-6f);
}

static void a_best_class_below_one_half_is_found(void **state)
{
    (void)state;
    for (int c = 1; c < CLASSES; c++) {
        const int best[] = {c};
        const float p[] = {.2f};
        float row[CLASSES];
        struct ctc_symbol s[1];
        fill(row, best, p, 1);
        assert_int_equal(ctc_decode(row, 1, CLASSES, 0, s), 1);
        assert_int_equal(s[0].class_index, c);
    }
}

static void the_blank_may_be_any_class(void **state)
{
    (void)state;
    const int best[] = {CLASSES - 1, 3, CLASSES - 1};
    const float p[] = {.9f, .9f, .9f};
    float rows[3 * CLASSES];
    struct ctc_symbol s[3];
    fill(rows, best, p, 3);
    assert_int_equal(ctc_decode(rows, 3, CLASSES, CLASSES - 1, s), 1);
    assert_int_equal(s[0].class_index, 3);
}

static void rows_of_not_a_number_read_as_blank(void **state)
{
    (void)state;
    float rows[2 * CLASSES];
    struct ctc_symbol s[2];
    for (int i = 0; i < 2 * CLASSES; i++)
        rows[i] = NAN;
    assert_int_equal(ctc_decode(rows, 2, CLASSES, 0, s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_merge_and_blanks_part),
        cmocka_unit_test(a_best_class_below_one_half_is_found),
        cmocka_unit_test(the_blank_may_be_any_class),
        cmocka_unit_test(rows_of_not_a_number_read_as_blank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
