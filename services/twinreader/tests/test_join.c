#include "twinreader/join.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST = 64 };

struct sheet {
    struct detection found[MOST];
    size_t count;
    struct arena *arena;
    struct image *picture;
};

static int set_up(void **state)
{
    static struct sheet sheet;
    sheet = (struct sheet){.arena = arena_create(1u << 16)};
    *state = &sheet;
    return sheet.arena ? 0 : -1;
}

static int tear_down(void **state)
{
    arena_destroy(((struct sheet *)*state)->arena);
    return 0;
}

/* A word on a line that falls `slope` pixels a pixel. */
static void add(struct sheet *p, float x, float y, float width, float height, float slope)
{
    float y0 = y + slope * x, y1 = y + slope * (x + width);
    p->found[p->count++] = (struct detection){
        {{{x, y0}, {x + width, y1}, {x + width, y1 + height}, {x, y0 + height}}}, 0.9f};
}

static size_t join(struct sheet *p, double gap)
{
    struct err e = {0};
    assert_int_equal(join_words(p->found, &p->count, gap, p->picture, p->arena, &e), 0);
    return p->count;
}

static void words_of_a_row_become_one_line(void **state)
{
    struct sheet *p = *state;
    add(p, 130, 10, 60, 20, 0);
    add(p, 10, 10, 50, 20, 0);
    add(p, 70, 12, 50, 18, 0);
    assert_int_equal(join(p, 0.8), 1);
    const struct quad *q = &p->found[0].box;
    /* With a little air at both ends. */
    assert_true(q->p[0].x > 5 && q->p[0].x < 10 && q->p[1].x > 190 && q->p[1].x < 195);
    assert_true(fabsf(q->p[0].y - 10) < 1 && fabsf(q->p[3].y - 30) < 1);
}

static void a_rule_parts_what_stands_on_its_sides(void **state)
{
    struct sheet *p = *state;
    p->picture = image_create(300, 60, 1);
    assert_non_null(p->picture);
    for (int y = 0; y < 60; y++)
        for (int x = 0; x < 300; x++)
            p->picture->pixels[(size_t)y * p->picture->stride + (size_t)x] =
                x == 66 ? 190 : (unsigned char)(240 + (x + y) % 7);
    add(p, 10, 20, 50, 20, 0);
    add(p, 72, 20, 50, 20, 0);
    add(p, 130, 20, 50, 20, 0);
    assert_int_equal(join(p, 0.8), 2);
    image_destroy(p->picture);
    p->picture = NULL;
}

static void rows_and_columns_stay_apart(void **state)
{
    struct sheet *p = *state;
    for (int row = 0; row < 4; row++) {
        add(p, 10, (float)(10 + 24 * row), 50, 20, 0);
        add(p, 90, (float)(10 + 24 * row), 50, 20, 0);
    }
    assert_int_equal(join(p, 0.8), 8);
}

static void a_row_that_falls_is_joined_along_its_slope(void **state)
{
    struct sheet *p = *state;
    for (int k = 0; k < 6; k++)
        add(p, (float)(10 + 70 * k), 10, 60, 20, 0.05f);
    assert_int_equal(join(p, 0.8), 1);
    const struct quad *q = &p->found[0].box;
    assert_true(fabsf(q->p[1].y - q->p[0].y - 0.05f * (q->p[1].x - q->p[0].x)) < 2);
}

static void a_mark_joins_and_a_heading_does_not(void **state)
{
    struct sheet *p = *state;
    add(p, 10, 10, 60, 20, 0);
    add(p, 75, 20, 4, 9, 0); /* a colon */
    assert_int_equal(join(p, 0.8), 1);
    p->count = 0;
    add(p, 10, 10, 90, 40, 0);
    add(p, 110, 28, 60, 18, 0);
    assert_int_equal(join(p, 0.8), 2);
}

static void a_row_that_bends_is_read_in_pieces(void **state)
{
    struct sheet *p = *state;
    for (int k = 0; k < 12; k++) {
        float x = (float)(10 + 50 * k);
        add(p, x, 200 - 0.0012f * (x - 300) * (x - 300), 44, 16, 0);
    }
    size_t left = join(p, 0.8);
    assert_true(left > 1 && left < 12);
}

static void a_page_on_its_side_is_left_as_it_is(void **state)
{
    struct sheet *p = *state;
    for (int k = 0; k < 5; k++)
        add(p, (float)(10 + 24 * k), 10, 20, 60, 0);
    assert_int_equal(join(p, 0.8), 5);
}

static void nothing_and_one_word_are_fine(void **state)
{
    struct sheet *p = *state;
    assert_int_equal(join(p, 0.8), 0);
    add(p, 10, 10, 60, 20, 0);
    assert_int_equal(join(p, 0.8), 1);
}

/* Boxes on top of each other, as a detector gone wrong gives them: none twice, none invented. */
static void words_on_one_place_do_no_harm(void **state)
{
    struct sheet *p = *state;
    for (int k = 0; k < MOST; k++)
        add(p, (float)(10 + 7 * (k % 5)), (float)(10 + 3 * (k % 7)), 60, 20, 0);
    size_t left = join(p, 4);
    assert_true(left >= 1 && left <= MOST);
    for (size_t i = 0; i < left; i++)
        assert_true(p->found[i].box.p[1].x > p->found[i].box.p[0].x);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(words_of_a_row_become_one_line),      TEST(a_rule_parts_what_stands_on_its_sides),
        TEST(rows_and_columns_stay_apart),         TEST(a_row_that_falls_is_joined_along_its_slope),
        TEST(a_mark_joins_and_a_heading_does_not), TEST(a_row_that_bends_is_read_in_pieces),
        TEST(a_page_on_its_side_is_left_as_it_is), TEST(nothing_and_one_word_are_fine),
        TEST(words_on_one_place_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
