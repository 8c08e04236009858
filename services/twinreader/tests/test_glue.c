/* "10,030원" cut in all ways in two and in three, as words, as lines and as boxes a little askew.
 */
#include "twinreader/form.h"

#include "made_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "twinreader/glue.h"

enum { WIDTH = 10, HEIGHT = 20, LABEL_END = 60, VALUE_AT = 200 };

static const char by_place[] =
    "form: note\n"
    "values: {currencies: [원], decimal_mark: none}\n"
    "fields:\n"
    "  - {name: sum, type: amount, places: [{labels: [금액], where: [right]}]}\n"
    "fit: {least: 0.2, signs: [{field: sum, weight: 0.9}]}\n";
static const char by_rule[] =
    "form: note\n"
    "values: {currencies: [원]}\n"
    "fields:\n"
    "  - {name: sum, type: amount, rules: [{labels: [금액], where: [right], score: 0.9}]}\n"
    "fit: {least: 0.2, signs: [{field: sum, weight: 0.9}]}\n";

static struct quad box_at(float x, float y, float width)
{
    return (struct quad){{{x, y}, {x + width, y}, {x + width, y + HEIGHT}, {x, y + HEIGHT}}};
}

static size_t letters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static struct word word_at(const char *text, float x, float y)
{
    return (struct word){text, 0.9f, box_at(x, y, (float)(letters(text) * WIDTH)), NULL, 0};
}

/* A label, and pieces `gap` apart right of it, each `askew` lower than the one before it: as words
 * of one line, or each a line of its own on the same row or on rows of their own. */
static struct page page_of(struct arena *a, const char *const *pieces, float gap, float askew,
                           bool lines, bool rows)
{
    struct line *line = arena_array(a, 8, sizeof *line);
    struct word *words = arena_array(a, 8, sizeof *words);
    char *joined = arena_alloc(a, 64);
    assert_non_null(line);
    assert_non_null(words);
    assert_non_null(joined);
    struct page p = {.number = 1, .width = 800, .height = 400, .lines = line};
    words[0] = word_at("금액", LABEL_END - 2 * WIDTH, 100);
    line[p.line_count++] = (struct line){"금액", 0.9f, words[0].box, words, 1, 0, 0};
    float x = VALUE_AT, y = 100;
    size_t n = 0;
    for (; pieces[n]; n++) {
        words[n + 1] = word_at(pieces[n], x, y);
        x += (float)(letters(pieces[n]) * WIDTH) + gap;
        y += askew;
        if (lines)
            line[p.line_count++] = (struct line){
                pieces[n], 0.9f, words[n + 1].box, &words[n + 1], 1, rows ? (int)n : 0, 0};
        if (n > 0)
            strcat(joined, " ");
        strcat(joined, pieces[n]);
    }
    if (!lines)
        line[p.line_count++] = (struct line){joined, 0.9f, words[1].box, &words[1], n, 0, 0};
    return p;
}

static void sum_is(struct forms *forms, const char *const *pieces, float gap, float askew,
                   bool lines, bool rows, const char *expected)
{
    struct arena *a = arena_create(8 << 20);
    struct err e = ERR_INIT;
    struct page p = page_of(a, pieces, gap, askew, lines, rows);
    assert_int_equal(forms_extract(forms, a, &p, &e), 0);
    const struct field *f = made_field(&p, "sum");
    if (!expected ? f && strcmp(f->normalised, "10030") == 0
                  : !f || strcmp(f->normalised, expected) != 0)
        fail_msg("%s|%s|%s gap %g askew %g lines %d: %s, not %s", pieces[0],
                 pieces[1] ? pieces[1] : "", pieces[1] && pieces[2] ? pieces[2] : "", (double)gap,
                 (double)askew, lines, f ? f->normalised : "nothing",
                 expected ? expected : "another");
    arena_destroy(a);
}

/* Cuts "10,030원" before the characters at `cuts` (0: no cut). */
static void cut(struct arena *a, int first, int second, const char *ret[4])
{
    static const char text[] = "10,030원";
    size_t from = 0, n = 0;
    const int at[] = {first, second, 6 + 3};
    for (size_t i = 0; i < 3; i++) {
        if (at[i] == 0)
            continue;
        ret[n] = arena_strndup(a, text + from, (size_t)at[i] - from);
        assert_non_null(ret[n++]);
        from = (size_t)at[i];
    }
    ret[n] = NULL;
}

/* Six ways in two, and fifteen in three. */
static void an_amount_cut_in_pieces_is_one_amount_by_places(void **state)
{
    (void)state;
    struct forms *forms = made_forms(by_place);
    struct arena *a = arena_create(1 << 16);
    static const float gaps[] = {0, 4, 10, 18};
    int ways = 0;
    for (int first = 0; first < 6; first++)
        for (int second = first + 1; second <= 6; second++, ways++)
            for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
                const char *pieces[4];
                /* "1" and "0" that far apart are two numbers. */
                if (first == 1 && second == 2 && gaps[g] > 4)
                    continue;
                cut(a, first, second, pieces);
                sum_is(forms, pieces, gaps[g], 0, false, false, "10030");
                sum_is(forms, pieces, gaps[g], 0, true, false, "10030");
                sum_is(forms, pieces, gaps[g], 3, true, true, "10030");
                sum_is(forms, pieces, gaps[g], -3, true, true, "10030");
            }
    assert_int_equal(ways, 21);
    arena_destroy(a);
    forms_destroy(forms);
}

static void an_amount_cut_in_two_is_one_amount_by_rules(void **state)
{
    (void)state;
    struct forms *forms = made_forms(by_rule);
    struct arena *a = arena_create(1 << 16);
    for (int at = 1; at <= 6; at++) {
        const char *pieces[4];
        cut(a, 0, at, pieces);
        sum_is(forms, pieces, 6, 0, true, false, "10030");
        sum_is(forms, pieces, 6, 2, true, false, "10030");
        sum_is(forms, pieces, 6, 0, false, false, "10030");
    }
    arena_destroy(a);
    forms_destroy(forms);
}

static void two_columns_are_not_joined(void **state)
{
    (void)state;
    struct forms *forms = made_forms(by_place);
    static const char *const pairs[][4] = {
        {"10,030", "5,000"}, {"10,030", "500"}, {"3", "10,030"}, {"10,030", "030"}};
    static const char *const first[] = {"10030", "10030", "3", "10030"};
    for (size_t i = 0; i < 4; i++) {
        sum_is(forms, pairs[i], 15, 0, true, false, first[i]);
        sum_is(forms, pairs[i], 15, 0, false, false, first[i]);
        sum_is(forms, pairs[i], 40, 0, true, false, first[i]);
    }
    /* Far apart even halves are two. */
    sum_is(forms, (const char *const[]){"10,0", "30", NULL}, 60, 0, true, false, NULL);
    forms_destroy(forms);
}

static bool glued(const char *left, const char *right, float gap)
{
    return glue_amount(left, strlen(left), right, strlen(right), gap);
}

static void dates_codes_and_telephones_are_not_glued(void **state)
{
    (void)state;
    assert_false(glued("2024.", "03.", 0.5f));
    assert_false(glued("12:3", "0", 0.1f));
    assert_false(glued("A-10,0", "30", 0.5f));
    assert_false(glued("010-12", "34", 0.1f) && glued("010-12", "34-", 0.1f));
    assert_false(glued("10,0", "30", 1.5f));
    assert_false(glued("12", "345", 0.8f));
    assert_false(glued("163,", "2층", 0.3f));
    assert_true(glued("12", "345", 0.1f));
    assert_true(glued("합계 10,0", "30원 5,000", 0.8f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_amount_cut_in_pieces_is_one_amount_by_places),
        cmocka_unit_test(an_amount_cut_in_two_is_one_amount_by_rules),
        cmocka_unit_test(two_columns_are_not_joined),
        cmocka_unit_test(dates_codes_and_telephones_are_not_glued),
    };
    return cmocka_run_group_tests_name("twinreader/glue", tests, NULL, NULL);
}
