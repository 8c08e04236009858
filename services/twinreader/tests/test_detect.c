#include "twinreader/detect.h"

#include "twinreader/geometry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct package detector(void)
{
    struct package p = {.name = "test", .task = PACKAGE_DETECT};
    p.input.pixels.channels = 3;
    p.input.step = 32;
    p.input.enlarge = 1;
    p.input.side = 960;
    p.input.side_is_longer = true;
    p.input.min_side = 32;
    p.input.max_side = 2000;
    p.threshold.binarise = 0.3;
    p.threshold.box = 0.5;
    p.threshold.unclip_ratio = 1.6;
    p.threshold.unclip_along = 1;
    p.threshold.min_size = 3;
    p.threshold.max_boxes = 1000;
    return p;
}

/* Marks the pixels whose centres lie inside a turned rectangle. */
static void mark(float *map, int w, int h, float cx, float cy, float along, float across,
                 float degrees, float value)
{
    float c = cosf(degrees * (float)M_PI / 180), s = sinf(degrees * (float)M_PI / 180);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            float dx = (float)x + 0.5f - cx, dy = (float)y + 0.5f - cy;
            if (fabsf(dx * c + dy * s) <= along / 2 && fabsf(dy * c - dx * s) <= across / 2)
                map[y * w + x] = value;
        }
}

static void near(float a, float b, float tolerance)
{
    if (!(fabsf(a - b) <= tolerance))
        fail_msg("%f is not within %f of %f", a, tolerance, b);
}

static void a_core_grows_back_by_its_area_over_its_perimeter(void **state)
{
    (void)state;
    enum { W = 200, H = 100 };
    static float map[W * H];
    struct package p = detector();
    for (int degrees = -40; degrees <= 40; degrees += 10) {
        struct arena *a = arena_create(8 << 20);
        struct detection *d;
        size_t n;
        memset(map, 0, sizeof map);
        mark(map, W, H, 100, 50, 90, 10, (float)degrees, 0.9f);
        assert_int_equal(detect_boxes_from_map(&p, map, W, H, 2 * W, 2 * H, a, &d, &n, NULL), 0);
        assert_int_equal(n, 1);
        float margin = 90 * 10 * 1.6f / (2 * (90 + 10));
        near(geometry_width(&d[0].box), 2 * (90 + 2 * margin), 8);
        near(geometry_height(&d[0].box), 2 * (10 + 2 * margin), 8);
        /* Pixel corners make a turned core up to a pixel wider, hence a little background inside.
         */
        assert_true(d[0].confidence > 0.75f && d[0].confidence <= 0.9001f);
        arena_destroy(a);
    }
}

static void an_unsure_region_is_dropped(void **state)
{
    (void)state;
    enum { W = 64, H = 64 };
    static float map[W * H];
    struct package p = detector();
    struct arena *a = arena_create(8 << 20);
    struct detection *d;
    size_t n;
    mark(map, W, H, 32, 32, 30, 8, 0, 0.45f);
    assert_int_equal(detect_boxes_from_map(&p, map, W, H, W, H, a, &d, &n, NULL), 0);
    assert_int_equal(n, 0);
    p.threshold.box = 0.4;
    assert_int_equal(detect_boxes_from_map(&p, map, W, H, W, H, a, &d, &n, NULL), 0);
    assert_int_equal(n, 1);
    arena_destroy(a);
}

static void boxes_stay_inside_the_picture_and_under_the_limit(void **state)
{
    (void)state;
    enum { W = 96, H = 96 };
    static float map[W * H];
    struct package p = detector();
    struct arena *a = arena_create(8 << 20);
    struct detection *d;
    size_t n;
    for (int y = 0; y < H; y += 16)
        mark(map, W, H, W / 2, (float)y + 4, W, 8, 0, 1);
    assert_int_equal(detect_boxes_from_map(&p, map, W, H, W, H, a, &d, &n, NULL), 0);
    assert_int_equal(n, 6);
    for (size_t i = 0; i < n; i++) {
        struct geometry_box b = geometry_bounds(&d[i].box);
        assert_true(b.x0 >= 0 && b.y0 >= 0 && b.x1 <= W && b.y1 <= H);
    }
    p.threshold.max_boxes = 6;
    assert_int_equal(detect_boxes_from_map(&p, map, W, H, W, H, a, &d, &n, NULL), 0);
    assert_int_equal(n, 6);
    p.threshold.max_boxes = 5;
    struct err e = ERR_INIT;
    assert_int_equal(detect_boxes_from_map(&p, map, W, H, W, H, a, &d, &n, &e), ERR_LIMIT);
    assert_string_equal(e.message, "the page has 6 pieces of text, more than the limit of 5");
    arena_destroy(a);
}

static void size_is(const struct package *p, int w, int h, int expected_w, int expected_h)
{
    int got_w, got_h;
    detect_input_size(p, w, h, &got_w, &got_h);
    assert_int_equal(got_w, expected_w);
    assert_int_equal(got_h, expected_h);
}

static void input_sizes_follow_the_rule(void **state)
{
    (void)state;
    struct package p = detector();
    size_is(&p, 1920, 960, 960, 480);
    size_is(&p, 320, 640, 320, 640); /* not enlarged */
    p.input.enlarge = 4;
    size_is(&p, 60, 100, 256, 416); /* at most four times, rounded to the step */
    size_is(&p, 320, 640, 480, 960);
    p.input.side_is_longer = false;
    p.input.side = 736;
    size_is(&p, 368, 736, 736, 1472);
    size_is(&p, 100, 4000, 64, 2016); /* max_side holds, rounded to the step */
    p.input.enlarge = 1;
    p.input.side_is_longer = true;
    p.input.side = 960;
    size_is(&p, 1, 1, 32, 32);
    size_is(&p, 30000, 10, 2016, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_core_grows_back_by_its_area_over_its_perimeter),
        cmocka_unit_test(an_unsure_region_is_dropped),
        cmocka_unit_test(boxes_stay_inside_the_picture_and_under_the_limit),
        cmocka_unit_test(input_sizes_follow_the_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
