/*
 * The sessions here are played: the "recogniser" reads a line well only when the cut's left end is
 * bright and its right end dark, which is how the test paints upright lines.
 */
#include "twinreader/orient.h"

#include "twinreader/geometry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE_W = 400, PAGE_H = 600, LINES = 8, STEPS = 4, CLASSES = 3 };

struct session {
    struct package package;
    int runs;
};

struct session_result {
    int64_t dim[3];
    float *data;
};

const struct package *session_package(const struct session *s)
{
    return &s->package;
}

int session_run(struct session *s, const float *input, const int64_t shape[4],
                struct session_result **ret, struct err *e)
{
    (void)e;
    struct session_result *r = calloc(1, sizeof *r);
    size_t volume = (size_t)(shape[1] * shape[2] * shape[3]);
    assert_non_null(r);
    s->runs++;
    r->dim[0] = shape[0];
    r->dim[1] = STEPS;
    r->dim[2] = CLASSES;
    r->data = calloc((size_t)shape[0] * STEPS * CLASSES, sizeof *r->data);
    assert_non_null(r->data);
    for (int64_t b = 0; b < shape[0]; b++) {
        const float *middle = input + (size_t)b * volume + (size_t)(shape[2] / 2 * shape[3]);
        float left = middle[2], right = middle[shape[3] - 3];
        bool well = left > 0.3f && right < -0.3f;
        for (int t = 0; t < STEPS; t++) {
            float *row = r->data + ((size_t)b * STEPS + (size_t)t) * CLASSES;
            row[t % 2] = well ? 0.95f : 0.45f;
            row[2] = well ? 0.05f : 0.40f;
        }
    }
    *ret = r;
    return 0;
}

const float *session_result_data(const struct session_result *r)
{
    return r->data;
}

int session_result_rank(const struct session_result *r)
{
    (void)r;
    return 3;
}

int64_t session_result_dim(const struct session_result *r, int axis)
{
    return r->dim[axis];
}

void session_result_destroy(struct session_result *r)
{
    if (r)
        free(r->data);
    free(r);
}

static struct session recogniser(void)
{
    static const char *const charset[CLASSES] = {"", "A", "B"};
    struct session s = {.package = {.name = "played", .task = PACKAGE_RECOGNISE}};
    s.package.input.pixels = (struct pixel_format){.channels = 3, .mean = {.5f, .5f, .5f},
                                                   .std = {.5f, .5f, .5f}};
    s.package.input.height = 48;
    s.package.input.step = 1;
    s.package.input.min_width = 8;
    s.package.input.max_width = 2000;
    s.package.input.width_factor = 1;
    s.package.output.class_count = CLASSES;
    s.package.codec.charset = charset;
    s.package.batch.max_items = 8;
    s.package.batch.max_columns = 4000;
    return s;
}

/* A page of upright lines, each bright on the left and dark on the right, then turned. */
static struct image *page(struct quad *boxes, int degrees)
{
    struct image *im = image_create(PAGE_W, PAGE_H, 3);
    assert_non_null(im);
    memset(im->pixels, 128, im->stride * PAGE_H);
    for (int i = 0; i < LINES; i++) {
        int y0 = 20 + i * 60, x0 = 30, x1 = 330;
        for (int y = y0; y < y0 + 30; y++)
            for (int x = x0; x < x1; x++)
                memset(im->pixels + (size_t)y * im->stride + (size_t)x * 3,
                       x < (x0 + x1) / 2 ? 255 : 0, 3);
        struct geometry_box b = {(float)x0, (float)y0, (float)x1, (float)y0 + 30};
        struct quad q = geometry_box_quad(b);
        q = geometry_rotate(&q, degrees, PAGE_W, PAGE_H);
        boxes[i] = geometry_box_quad(geometry_bounds(&q)); /* a detector knows no direction */
    }
    struct image *turned = image_rotate(im, degrees);
    assert_non_null(turned);
    image_destroy(im);
    return turned;
}

static void page_turned_by(int degrees, int expected, int most_runs)
{
    struct quad boxes[LINES];
    struct recognised read[LINES] = {{0}};
    struct image *im = page(boxes, degrees);
    struct session s = recogniser();
    struct arena *a = arena_create(64 << 20);
    struct timings t = {0};
    int turned = -1;
    assert_int_equal(orient_lines(&s, NULL, &im, boxes, LINES, a, &t, read, &turned, NULL), 0);
    assert_int_equal(turned, expected);
    assert_int_equal(im->width, PAGE_W);
    assert_int_equal(im->height, PAGE_H);
    for (int i = 0; i < LINES; i++) {
        struct geometry_box b = geometry_bounds(&boxes[i]);
        assert_true(read[i].confidence > 0.9f);
        assert_true(fabsf(b.x0 - 30) < 1 && fabsf(b.x1 - 330) < 1);
        assert_true(fabsf(boxes[i].p[0].x - b.x0) < 1 && fabsf(boxes[i].p[0].y - b.y0) < 1);
    }
    assert_true(s.runs <= most_runs);
    image_destroy(im);
    arena_destroy(a);
}

static void an_upright_page_is_read_once(void **state)
{
    (void)state;
    page_turned_by(0, 0, 2);
}

static void a_page_upside_down_is_turned(void **state)
{
    (void)state;
    page_turned_by(180, 180, 4);
}

static void a_page_on_either_side_is_turned(void **state)
{
    (void)state;
    page_turned_by(90, 270, 4);
    page_turned_by(270, 90, 4);
}

static void a_page_without_lines_is_left_alone(void **state)
{
    (void)state;
    struct quad none[1];
    struct recognised read[1];
    struct image *im = image_create(10, 10, 3);
    struct session s = recogniser();
    struct arena *a = arena_create(1 << 20);
    struct timings t = {0};
    int turned = -1;
    assert_int_equal(orient_lines(&s, NULL, &im, none, 0, a, &t, read, &turned, NULL), 0);
    assert_int_equal(turned, 0);
    assert_int_equal(s.runs, 0);
    image_destroy(im);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upright_page_is_read_once),
        cmocka_unit_test(a_page_upside_down_is_turned),
        cmocka_unit_test(a_page_on_either_side_is_turned),
        cmocka_unit_test(a_page_without_lines_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
