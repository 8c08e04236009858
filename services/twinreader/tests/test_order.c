#include "twinreader/order.h"

#include "twinreader/geometry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sheet {
    struct line line[64];
    size_t count;
};

static void put(struct sheet *s, const char *text, float x, float y, float w, float h)
{
    s->line[s->count++] = (struct line){
        .text = text, .box = geometry_box_quad((struct geometry_box){x, y, x + w, y + h})};
}

/* Deterministic shuffle, so that the input's order cannot help. */
static void shuffle(struct sheet *s)
{
    uint32_t seed = 7;
    for (size_t i = s->count; i > 1; i--) {
        seed = seed * 1664525u + 1013904223u;
        size_t k = (seed >> 8) % i;
        struct line t = s->line[i - 1];
        s->line[i - 1] = s->line[k];
        s->line[k] = t;
    }
}

static void order_is(struct sheet *s, const char *expected)
{
    struct arena *a = arena_create(1 << 20);
    char got[1024] = "";
    shuffle(s);
    double skew = order_skew(s->line, s->count, a);
    assert_int_equal(order_lines(s->line, s->count, skew, a, NULL), 0);
    for (size_t i = 0; i < s->count; i++) {
        if (i)
            strcat(got, s->line[i].block != s->line[i - 1].block ? " / "
                        : s->line[i].row != s->line[i - 1].row   ? " | "
                                                                 : " ");
        strcat(got, s->line[i].text);
    }
    assert_string_equal(got, expected);
    arena_destroy(a);
}

static void prices_are_read_with_their_items(void **state)
{
    (void)state;
    struct sheet s = {0};
    for (int i = 0; i < 5; i++) {
        static const char *const item[] = {"a", "b", "c", "d", "e"};
        static const char *const price[] = {"1", "2", "3", "4", "5"};
        put(&s, item[i], 10, (float)(20 + i * 25), 200, 20);
        put(&s, price[i], 400, (float)(23 + i * 25), 60, 20);
    }
    order_is(&s, "a 1 | b 2 | c 3 | d 4 | e 5");
}

static void columns_of_running_text_are_read_one_after_the_other(void **state)
{
    (void)state;
    struct sheet s = {0};
    put(&s, "title", 200, 0, 400, 30);
    for (int i = 0; i < 5; i++) {
        static const char *const left[] = {"l1", "l2", "l3", "l4", "l5"};
        static const char *const right[] = {"r1", "r2", "r3", "r4", "r5"};
        put(&s, left[i], 10, (float)(80 + i * 25), 380, 20);
        put(&s, right[i], 420, (float)(80 + i * 25), 370, 20);
    }
    order_is(&s, "title / l1 | l2 | l3 | l4 | l5 / r1 | r2 | r3 | r4 | r5");
}

static void a_wide_gap_parts_blocks(void **state)
{
    (void)state;
    struct sheet s = {0};
    put(&s, "a", 10, 0, 200, 20);
    put(&s, "b", 10, 25, 200, 20);
    put(&s, "c", 10, 90, 200, 20);
    order_is(&s, "a | b / c");
}

static void a_skewed_page_keeps_its_rows(void **state)
{
    (void)state;
    struct sheet s = {0};
    for (int i = 0; i < 4; i++) {
        static const char *const item[] = {"a", "b", "c", "d"};
        static const char *const price[] = {"1", "2", "3", "4"};
        put(&s, item[i], 10, (float)(20 + i * 25), 200, 20);
        put(&s, price[i], 500, (float)(20 + i * 25), 90, 20);
    }
    /* 4 degrees: over 500 pixels a row falls by more than its height. */
    float t = 4 * (float)M_PI / 180;
    for (size_t i = 0; i < s.count; i++)
        for (int k = 0; k < 4; k++) {
            struct point p = s.line[i].box.p[k];
            s.line[i].box.p[k] =
                (struct point){p.x * cosf(t) - p.y * sinf(t), p.x * sinf(t) + p.y * cosf(t)};
        }
    order_is(&s, "a 1 | b 2 | c 3 | d 4");
}

static void skew_is_the_usual_slope_of_long_lines(void **state)
{
    (void)state;
    struct arena *a = arena_create(1 << 16);
    struct line l[3] = {{.box = {{{0, 0}, {100, 2}, {100, 12}, {0, 10}}}},
                        {.box = {{{0, 50}, {200, 54}, {200, 64}, {0, 60}}}},
                        {.box = {{{0, 90}, {10, 95}, {10, 105}, {0, 100}}}}};
    double skew = order_skew(l, 3, a);
    assert_true(skew > 1.0 && skew < 1.3);
    assert_true(order_skew(l + 2, 1, a) == 0);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_are_read_with_their_items),
        cmocka_unit_test(columns_of_running_text_are_read_one_after_the_other),
        cmocka_unit_test(a_wide_gap_parts_blocks),
        cmocka_unit_test(a_skewed_page_keeps_its_rows),
        cmocka_unit_test(skew_is_the_usual_slope_of_long_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
