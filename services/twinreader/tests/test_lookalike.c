#include "twinreader/lookalike.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const charset[] = {"",  " ", "0", "1", "2", "3", "5", "8", "O", "o", "l", "I",
                                      "S", "B", "C", "L", "A", "a", "k", ".", ":", "$", "-", "가"};

enum { CLASSES = sizeof charset / sizeof *charset, MOST = 16 };

static int class_of(const char *text)
{
    for (int k = 0; k < CLASSES; k++)
        if (strcmp(charset[k], text) == 0)
            return k;
    fail_msg("\"%s\" is not in the charset", text);
    return 0;
}

/* What becomes of the ASCII line `read` when the recogniser gave character `i` the rest of its
 * probability to `others[i]` ('.' for nobody). */
static void settles(const char *read, const char *others, float second, const char *expected)
{
    float p[MOST * CLASSES] = {0};
    struct ctc_symbol s[MOST];
    size_t n = strlen(read);
    for (size_t i = 0; i < n; i++) {
        const char first[] = {read[i], '\0'}, other[] = {others[i], '\0'};
        s[i] = (struct ctc_symbol){class_of(first), (int)i, 1 - second, (float)i + .5f};
        p[i * CLASSES + (size_t)class_of(first)] = 1 - second;
        if (others[i] != '_')
            p[i * CLASSES + (size_t)class_of(other)] += second;
    }
    lookalike_settle(charset, CLASSES, p, s, n);
    char got[MOST + 1] = {0};
    for (size_t i = 0; i < n; i++)
        got[i] = *charset[s[i].class_index];
    assert_string_equal(got, expected);
}

static void a_letter_among_digits_is_the_digit_it_may_be(void **state)
{
    (void)state;
    settles("3O.00", "_0___", .3f, "30.00");
    settles("$O.00", "_0___", .3f, "$0.00");
    settles("O8:30", "0____", .3f, "08:30");
    settles("1S0", "_5_", .3f, "150");
    settles("$OO.50", "_00___", .3f, "$00.50");
}

static void a_digit_between_letters_is_the_likelier_letter(void **state)
{
    (void)state;
    settles("C0LA", "_O__", .3f, "COLA");
    settles("a0k", "_o_", .3f, "aok");
}

static void what_the_recogniser_was_sure_of_stays(void **state)
{
    (void)state;
    settles("3O.00", "_0___", .01f, "3O.00");
    settles("C0LA", "_O__", .01f, "C0LA");
}

static void what_stands_at_the_edge_of_letters_and_digits_stays(void **state)
{
    (void)state;
    settles("AO1", "_0_", .3f, "AO1");
    settles("0A", "O_", .3f, "0A");
}

static void a_ring_alone_is_a_nought(void **state)
{
    (void)state;
    settles("O", "0", .3f, "0");
    settles("1 O", "__0", .3f, "1 0");
    settles("O A", "0__", .3f, "0 A");
    settles("O A", "0__", .01f, "O A");
}

static void the_confidence_is_that_of_both(void **state)
{
    (void)state;
    float p[2 * CLASSES] = {0};
    struct ctc_symbol s[2] = {{class_of("3"), 0, .9f, .5f}, {class_of("O"), 1, .6f, 1.5f}};
    p[class_of("3")] = .9f;
    p[CLASSES + class_of("O")] = .6f;
    p[CLASSES + class_of("0")] = .3f;
    lookalike_settle(charset, CLASSES, p, s, 2);
    assert_int_equal(s[1].class_index, class_of("0"));
    assert_true(s[1].confidence > .89f && s[1].confidence < .91f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_among_digits_is_the_digit_it_may_be),
        cmocka_unit_test(a_digit_between_letters_is_the_likelier_letter),
        cmocka_unit_test(what_the_recogniser_was_sure_of_stays),
        cmocka_unit_test(what_stands_at_the_edge_of_letters_and_digits_stays),
        cmocka_unit_test(a_ring_alone_is_a_nought),
        cmocka_unit_test(the_confidence_is_that_of_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
