#include "twinreader/geometry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void near(float a, float b, float tolerance)
{
    if (!(fabsf(a - b) <= tolerance))
        fail_msg("%f is not within %f of %f", a, tolerance, b);
}

static void hull_drops_inner_and_collinear_points(void **state)
{
    (void)state;
    struct point p[] = {{0, 0}, {2, 0}, {4, 0}, {4, 4}, {0, 4}, {1, 1}, {2, 2}, {0, 2}, {4, 4}};
    struct point hull[10];
    assert_int_equal(geometry_convex_hull(p, 9, hull), 4);
}

static void hull_of_one_and_of_two_points(void **state)
{
    (void)state;
    struct point one[] = {{3, 4}}, two[] = {{3, 4}, {5, 6}}, hull[4];
    assert_int_equal(geometry_convex_hull(one, 1, hull), 1);
    assert_int_equal(geometry_convex_hull(two, 2, hull), 2);
}

/* Every angle: the rectangle found is the rectangle drawn. */
static void min_area_rect_recovers_a_turned_rectangle(void **state)
{
    (void)state;
    for (int degrees = -80; degrees <= 80; degrees += 5) {
        float t = (float)degrees * (float)M_PI / 180, c = cosf(t), s = sinf(t);
        struct point p[200], hull[201];
        size_t n = 0;
        for (int i = 0; i <= 20; i++)
            for (int k = 0; k <= 4; k++) {
                float x = (float)(i - 10) * 5, y = (float)(k - 2) * 4;
                p[n++] = (struct point){100 + x * c - y * s, 50 + x * s + y * c};
            }
        size_t h = geometry_convex_hull(p, n, hull);
        struct geometry_rect r = geometry_min_area_rect(hull, h);
        near(fmaxf(r.along, r.across), 100, 0.05f);
        near(fminf(r.along, r.across), 16, 0.05f);
        near(r.cx, 100, 0.05f);
        near(r.cy, 50, 0.05f);
    }
}

static void rect_quad_starts_top_left_and_goes_clockwise(void **state)
{
    (void)state;
    for (int degrees = -44; degrees <= 44; degrees += 4) {
        for (int quarter = 0; quarter < 4; quarter++) {
            float t = (float)(degrees + 90 * quarter) * (float)M_PI / 180;
            bool swapped = quarter % 2;
            struct geometry_rect r = {.cx = 10,
                                      .cy = 20,
                                      .ux = cosf(t),
                                      .uy = sinf(t),
                                      .along = swapped ? 4 : 30,
                                      .across = swapped ? 30 : 4};
            struct quad q = geometry_rect_quad(&r, 1, 1);
            near(geometry_width(&q), 32, 0.01f);
            near(geometry_height(&q), 6, 0.01f);
            assert_true(q.p[0].x < q.p[1].x && q.p[3].x < q.p[2].x);
            float area = 0;
            for (int i = 0; i < 4; i++) {
                struct point a = q.p[i], b = q.p[(i + 1) % 4];
                area += a.x * b.y - b.x * a.y;
            }
            near(area / 2, 32 * 6, 0.1f); /* positive: clockwise with y down */
        }
    }
}

static void rotation_four_times_is_none(void **state)
{
    (void)state;
    struct quad q = {{{1, 2}, {30, 3}, {29, 9}, {2, 8}}}, r = q;
    float w = 100, h = 60;
    for (int i = 0; i < 4; i++) {
        r = geometry_rotate(&r, 90, i % 2 ? h : w, i % 2 ? w : h);
        if (i == 1) {
            struct quad half = geometry_rotate(&q, 180, w, h);
            for (int k = 0; k < 4; k++)
                near(half.p[k].x, r.p[k].x, 1e-4f);
        }
    }
    for (int k = 0; k < 4; k++) {
        near(r.p[k].x, q.p[k].x, 1e-4f);
        near(r.p[k].y, q.p[k].y, 1e-4f);
    }
    struct quad back = geometry_rotate(&q, 90, w, h);
    back = geometry_rotate(&back, 270, h, w);
    near(back.p[1].x, q.p[1].x, 1e-4f);
}

static void slice_is_a_part_of_the_reading_direction(void **state)
{
    (void)state;
    struct quad q = {{{0, 0}, {100, 10}, {100, 30}, {0, 20}}};
    struct quad s = geometry_slice(&q, 0.25f, 0.5f);
    near(s.p[0].x, 25, 1e-3f);
    near(s.p[0].y, 2.5f, 1e-3f);
    near(s.p[2].x, 50, 1e-3f);
    near(s.p[2].y, 25, 1e-3f);
}

static void scaling_clamps_to_the_picture(void **state)
{
    (void)state;
    struct quad q = {{{-5, -1}, {60, -1}, {60, 30}, {-5, 30}}};
    struct geometry_box b = {0};
    q = geometry_scale_clamp(&q, 2, 2, 100, 50);
    b = geometry_bounds(&q);
    near(b.x0, 0, 0);
    near(b.y0, 0, 0);
    near(b.x1, 100, 0);
    near(b.y1, 50, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hull_drops_inner_and_collinear_points),
        cmocka_unit_test(hull_of_one_and_of_two_points),
        cmocka_unit_test(min_area_rect_recovers_a_turned_rectangle),
        cmocka_unit_test(rect_quad_starts_top_left_and_goes_clockwise),
        cmocka_unit_test(rotation_four_times_is_none),
        cmocka_unit_test(slice_is_a_part_of_the_reading_direction),
        cmocka_unit_test(scaling_clamps_to_the_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
