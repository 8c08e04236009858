/*
 * The sessions here are played: the "recogniser" reads a line well only when the cut's left end is
 * bright and its right end dark, which is how the test paints upright lines.  The "angle
 * classifier" says what the test tells it to, and checks that lines reach it with their own
 * proportions.
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
    float says_180; /* angle classifier: probability of "180" */
};

struct session_result {
    int64_t dim[3];
    float *data;
};

const struct package *session_package(const struct session *s)
{
    return &s->package;
}

/* The painted lines are ten times as wide as high: they fill the 192 columns, bright to dark. */
static struct session_result *classify(struct session *s, const float *input,
                                       const int64_t shape[4])
{
    struct session_result *r = calloc(1, sizeof *r);
    const float *middle = input + shape[2] / 2 * shape[3];
    assert_non_null(r);
    r->data = calloc(2, sizeof *r->data);
    assert_non_null(r->data);
    assert_int_equal(shape[3], 192);
    assert_true(fabsf(middle[8]) > 0.3f && fabsf(middle[184]) > 0.3f);
    assert_true(middle[8] * middle[184] < 0);
    r->data[0] = 1 - s->says_180;
    r->data[1] = s->says_180;
    s->runs++;
    return r;
}

int session_run(struct session *s, const float *input, const int64_t shape[4],
                struct session_result **ret, struct err *e)
{
    (void)e;
    if (s->package.task == PACKAGE_ANGLE) {
        *ret = classify(s, input, shape);
        return 0;
    }
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
    s.package.input.pixels =
        (struct pixel_format){.channels = 3, .mean = {.5f, .5f, .5f}, .std = {.5f, .5f, .5f}};
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

static struct session classifier(float says_180)
{
    static const char *const classes[] = {"0", "180"};
    struct session s = {.package = {.name = "played", .task = PACKAGE_ANGLE}, .says_180 = says_180};
    s.package.input.pixels =
        (struct pixel_format){.channels = 3, .mean = {.5f, .5f, .5f}, .std = {.5f, .5f, .5f}};
    s.package.input.height = 48;
    s.package.input.width = 192;
    s.package.output.classes = classes;
    s.package.output.class_count = 2;
    s.package.threshold.angle = 0.9;
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

static void page_turned_by(int degrees, int expected, int most_runs, struct session *angle)
{
    struct quad boxes[LINES];
    struct recognised read[LINES] = {{0}};
    struct image *im = page(boxes, degrees);
    struct session s = recogniser();
    struct arena *a = arena_create(64 << 20);
    struct timings t = {0};
    int turned = -1;
    assert_int_equal(orient_lines(&s, angle, &im, boxes, LINES, a, &t, read, &turned, NULL), 0);
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
    page_turned_by(0, 0, 2, NULL);
}

static void a_page_upside_down_is_turned(void **state)
{
    (void)state;
    page_turned_by(180, 180, 4, NULL);
}

static void a_page_on_either_side_is_turned(void **state)
{
    (void)state;
    page_turned_by(90, 270, 4, NULL);
    page_turned_by(270, 90, 4, NULL);
}

static void the_classifier_is_heard_when_sure(void **state)
{
    (void)state;
    struct session turned = classifier(0.99f), unsure = classifier(0.5f);
    page_turned_by(180, 180, 4, &turned);
    page_turned_by(90, 270, 4, &turned);
    page_turned_by(180, 180, 4, &unsure); /* then the recogniser alone decides */
    assert_int_equal(turned.runs, 8);
    assert_int_equal(unsure.runs, 4);
}

static void an_upright_page_does_not_ask_the_classifier(void **state)
{
    (void)state;
    struct session angle = classifier(0.99f);
    page_turned_by(0, 0, 2, &angle);
    assert_int_equal(angle.runs, 0);
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
        cmocka_unit_test(the_classifier_is_heard_when_sure),
        cmocka_unit_test(an_upright_page_does_not_ask_the_classifier),
        cmocka_unit_test(a_page_without_lines_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
