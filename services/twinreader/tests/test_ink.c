#include "twinreader/ink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { W = 120, H = 48, STRIDE = 128 };

struct canvas {
    float v[H * STRIDE], contrast[W], scratch[W + H];
    struct ink_plane plane;
};

static void paint(struct canvas *c, int x0, int x1, int y0, int y1, float value)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            c->v[y * STRIDE + x] = value;
}

static struct canvas *paper(float value)
{
    static struct canvas c;
    c.plane = (struct ink_plane){.samples = c.v, .width = W, .height = H, .stride = STRIDE};
    memset(c.v, 0, sizeof c.v);
    paint(&c, 0, W, 0, H, value);
    return &c;
}

/* Strokes four columns wide, eight apart. */
static void strokes(struct canvas *c, int x0, int x1, int y0, int y1, float value)
{
    for (int x = x0; x + 4 <= x1; x += 8)
        paint(c, x, x + 4, y0, y1, value);
}

static void rows_are(struct canvas *c, int top, int bottom)
{
    int got_top, got_bottom;
    ink_rows(&c->plane, c->scratch, &got_top, &got_bottom);
    assert_int_equal(got_top, top);
    assert_int_equal(got_bottom, bottom);
}

static void rows_hug_dark_ink_and_light_ink(void **state)
{
    (void)state;
    struct canvas *c = paper(0.9f);
    strokes(c, 4, 116, 12, 36, -0.8f);
    rows_are(c, 12, 36);
    c = paper(-0.9f);
    strokes(c, 4, 116, 12, 36, 0.8f);
    rows_are(c, 12, 36);
}

static void a_neighbour_line_beyond_quiet_rows_is_left_out(void **state)
{
    (void)state;
    struct canvas *c = paper(0.9f);
    strokes(c, 4, 116, 14, 34, -0.8f);
    strokes(c, 4, 116, 0, 4, -0.8f);
    strokes(c, 4, 116, 44, 48, -0.8f);
    rows_are(c, 14, 34);
}

static void descenders_of_a_few_letters_belong_to_the_line(void **state)
{
    (void)state;
    struct canvas *c = paper(0.9f);
    strokes(c, 4, 116, 12, 32, -0.8f);
    strokes(c, 4, 20, 32, 38, -0.8f);
    rows_are(c, 12, 38);
}

static void flat_paper_keeps_all_rows(void **state)
{
    (void)state;
    rows_are(paper(0.3f), 0, H);
}

static void columns_tell_ink_from_paper(void **state)
{
    (void)state;
    struct canvas *c = paper(0.9f);
    paint(c, 40, 50, 10, 40, -0.8f);
    paint(c, 80, 90, 0, 4, -0.8f); /* only in the outer rows: a neighbour */
    ink_columns(&c->plane, c->contrast);
    assert_true(c->contrast[45] > 1.6f);
    assert_true(c->contrast[20] < 0.01f);
    assert_true(c->contrast[85] < 0.01f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hug_dark_ink_and_light_ink),
        cmocka_unit_test(a_neighbour_line_beyond_quiet_rows_is_left_out),
        cmocka_unit_test(descenders_of_a_few_letters_belong_to_the_line),
        cmocka_unit_test(flat_paper_keeps_all_rows),
        cmocka_unit_test(columns_tell_ink_from_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
