#include "image/tensor.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct pixel_format plain = {3, false, {0, 0, 0}, {1, 1, 1}};

/* A smooth picture: f(x, y) is known anywhere, so a rectified crop can be compared with the truth.
 */
static double truth(double x, double y)
{
    return 128.0 + 60.0 * sin(x * 0.11) + 50.0 * cos(y * 0.13);
}

static struct image *smooth(int width, int height, int channels)
{
    struct image *im = image_create(width, height, channels);
    assert_non_null(im);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width * channels; x++)
            im->pixels[(size_t)y * im->stride + (size_t)x] =
                (unsigned char)(truth(x / channels + 0.5, y + 0.5) + 0.5);
    }
    return im;
}

static struct image *uniform(int width, int height, unsigned char r, unsigned char g,
                             unsigned char b)
{
    struct image *im = image_create(width, height, 3);
    assert_non_null(im);
    for (int i = 0; i < width * height; i++) {
        im->pixels[3 * i] = r;
        im->pixels[3 * i + 1] = g;
        im->pixels[3 * i + 2] = b;
    }
    return im;
}

static float *tensor_of(const struct image *im, int width, int height, const struct pixel_format *f)
{
    struct err e = ERR_INIT;
    float *t = malloc((size_t)f->channels * (size_t)width * (size_t)height * sizeof *t);
    assert_non_null(t);
    assert_int_equal(tensor_from_image(im, width, height, f, t, &e), 0);
    return t;
}

static void samples_are_normalised_in_tensor_channel_order(void **state)
{
    (void)state;
    const struct pixel_format bgr = {3, true, {0.1f, 0.2f, 0.3f}, {0.5f, 0.25f, 2.0f}};
    struct image *im = uniform(7, 5, 255, 51, 0);
    float *t = tensor_of(im, 4, 3, &bgr);
    for (int i = 0; i < 12; i++) {
        assert_float_equal(t[i], (0.0 - 0.1) / 0.5, 1e-5);
        assert_float_equal(t[12 + i], (0.2 - 0.2) / 0.25, 1e-5);
        assert_float_equal(t[24 + i], (1.0 - 0.3) / 2.0, 1e-5);
    }
    free(t);
    image_destroy(im);
}

static void channels_are_converted_either_way(void **state)
{
    (void)state;
    const struct pixel_format grey = {1, false, {0.5f, 0, 0}, {0.5f, 1, 1}};
    struct image *colour = uniform(6, 6, 255, 0, 255);
    float *t = tensor_of(colour, 6, 6, &grey);
    assert_float_equal(t[35], (0.299 + 0.114 - 0.5) / 0.5, 1e-5);
    free(t);
    image_destroy(colour);
    struct image *im = smooth(8, 8, 1);
    const struct pixel_format three = {3, true, {0, 0.5f, 0}, {1, 1, 2}};
    t = tensor_of(im, 8, 8, &three);
    float v = im->pixels[3 * im->stride + 2] / 255.0f;
    assert_float_equal(t[3 * 8 + 2], v, 1e-5);
    assert_float_equal(t[64 + 3 * 8 + 2], v - 0.5f, 1e-5);
    assert_float_equal(t[128 + 3 * 8 + 2], v / 2, 1e-5);
    free(t);
    image_destroy(im);
}

static void the_same_size_is_an_exact_copy(void **state)
{
    (void)state;
    struct image *im = smooth(33, 21, 3);
    float *t = tensor_of(im, 33, 21, &plain);
    for (int y = 0; y < 21; y++) {
        for (int x = 0; x < 33; x++)
            assert_float_equal(t[y * 33 + x] * 255.0f, im->pixels[(size_t)y * im->stride + 3 * x],
                               1e-3);
    }
    free(t);
    image_destroy(im);
}

static void resizing_keeps_the_mean(void **state)
{
    (void)state;
    struct image *im = image_create(211, 97, 3);
    double want = 0.0;
    srand(7);
    for (size_t i = 0; i < 211 * 97 * 3; i++) {
        im->pixels[i] = (unsigned char)(rand() >> 7);
        want += im->pixels[i] / 255.0 / (211 * 97 * 3);
    }
    static const int sizes[][2] = {{211, 97}, {160, 97}, {105, 48}, {20, 9}, {3, 2}, {400, 200}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        int n = sizes[k][0] * sizes[k][1] * 3;
        float *t = tensor_of(im, sizes[k][0], sizes[k][1], &plain);
        double mean = 0.0;
        for (int i = 0; i < n; i++)
            mean += (double)t[i] / n;
        assert_float_equal(mean, want, 0.01);
        free(t);
    }
    image_destroy(im);
}

/* A black line of one pixel on white, reduced eight times, must leave an eighth of its ink in every
 * column it crosses. */
static void thin_strokes_survive_reduction(void **state)
{
    (void)state;
    struct image *im = uniform(800, 160, 255, 255, 255);
    memset(im->pixels + 83 * im->stride, 0, im->stride);
    float *t = tensor_of(im, 100, 20, &plain);
    for (int x = 0; x < 100; x++) {
        float ink = 0.0f;
        for (int y = 0; y < 20; y++)
            ink += 1.0f - t[y * 100 + x];
        assert_float_equal(ink, 1.0 / 8, 0.01);
    }
    free(t);
    image_destroy(im);
}

static void enlarging_is_linear_between_samples(void **state)
{
    (void)state;
    struct image *im = image_create(2, 1, 1);
    im->pixels[0] = 0;
    im->pixels[1] = 200;
    const struct pixel_format grey = {1, false, {0}, {1}};
    float *t = tensor_of(im, 8, 1, &grey);
    static const double want[8] = {0, 0, 25, 75, 125, 175, 200, 200};
    for (int i = 0; i < 8; i++)
        assert_float_equal(t[i] * 255, want[i], 0.01);
    free(t);
    image_destroy(im);
}

static struct quad turned(double cx, double cy, double w, double h, double angle)
{
    struct quad q;
    static const double sx[4] = {-0.5, 0.5, 0.5, -0.5}, sy[4] = {-0.5, -0.5, 0.5, 0.5};
    for (int i = 0; i < 4; i++) {
        double x = sx[i] * w, y = sy[i] * h;
        q.p[i].x = (float)(cx + x * cos(angle) - y * sin(angle));
        q.p[i].y = (float)(cy + x * sin(angle) + y * cos(angle));
    }
    return q;
}

/* Every angle, enlarged, at natural size and reduced: the crop shows what lies under the
 * quadrilateral, to within what the kernel smooths. */
static void a_turned_quad_shows_what_lies_under_it(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    static const int heights[] = {20, 40, 64};
    for (int channels = 1; channels <= 3; channels += 2) {
        struct image *im = smooth(300, 260, channels);
        for (int step = 0; step < 24; step++) {
            double angle = step * 3.14159265358979 / 12;
            struct quad q = turned(151.3, 129.6, 120, 40, angle);
            for (int k = 0; k < 3; k++) {
                int h = heights[k], w = h * 3;
                struct image *out;
                assert_int_equal(image_from_quad(im, &q, w, h, &out, &e), 0);
                assert_int_equal(out->width, w);
                assert_int_equal(out->channels, channels);
                for (int y = 0; y < h; y += 3) {
                    for (int x = 0; x < w; x += 3) {
                        double u = ((x + 0.5) / w - 0.5) * 120, v = ((y + 0.5) / h - 0.5) * 40;
                        double want = truth(151.3 + u * cos(angle) - v * sin(angle),
                                            129.6 + u * sin(angle) + v * cos(angle));
                        int got = out->pixels[(size_t)y * out->stride + (size_t)(x * channels)];
                        if (fabs(got - want) > 4.0)
                            fail_msg("angle %d, height %d, (%d, %d): %d, not %.1f", step * 15, h, x,
                                     y, got, want);
                    }
                }
                image_destroy(out);
            }
        }
        image_destroy(im);
    }
}

static void perspective_is_undone(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct image *im = smooth(200, 200, 3), *out;
    struct quad q = {{{40, 30}, {170, 50}, {120, 190}, {20, 120}}};
    assert_int_equal(image_from_quad(im, &q, 140, 110, &out, &e), 0);
    /* The diagonals of the quadrilateral meet where those of the rectangle do. */
    double ax = 40, ay = 30, bx = 120 - ax, by = 190 - ay, cx = 170, cy = 50, dx = 20 - cx,
           dy = 120 - cy;
    double t = ((cx - ax) * dy - (cy - ay) * dx) / (bx * dy - by * dx);
    int got = out->pixels[55 * out->stride + 70 * 3];
    assert_true(fabs(got - truth(ax + t * bx, ay + t * by)) < 4.0);
    for (int i = 0; i < 4; i++) {
        size_t x = i == 1 || i == 2 ? 139 : 0, y = i >= 2 ? 109 : 0;
        got = out->pixels[y * out->stride + x * 3];
        assert_true(fabs(got - truth((double)q.p[i].x, (double)q.p[i].y)) < 8.0);
    }
    image_destroy(out);
    image_destroy(im);
}

static void the_edge_repeats_beyond_the_border(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct image *im = uniform(30, 20, 10, 200, 90), *out;
    struct quad upright = {{{-15, -9}, {50, -9}, {50, 40}, {-15, 40}}};
    struct quad turn = turned(2, 2, 60, 40, 0.4);
    struct quad far = turned(5000, -9000, 60, 40, 0.4);
    const struct quad *all[] = {&upright, &turn, &far};
    for (int k = 0; k < 3; k++) {
        assert_int_equal(image_from_quad(im, all[k], 48, 32, &out, &e), 0);
        for (int i = 0; i < 48 * 32; i++) {
            assert_int_equal(out->pixels[3 * i], 10);
            assert_int_equal(out->pixels[3 * i + 1], 200);
            assert_int_equal(out->pixels[3 * i + 2], 90);
        }
        image_destroy(out);
    }
    image_destroy(im);
}

static void a_crop_is_a_window_of_a_wider_tensor(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct image *im = smooth(100, 80, 3);
    struct quad q = {{{10, 10}, {70, 10}, {70, 34}, {10, 34}}};
    const int h = 12, w = 30, wide = 41;
    float t[3 * 12 * 41 + 1];
    t[3 * h * wide] = 1234.0f;
    assert_int_equal(tensor_from_quad(im, &q, w, h, wide, &plain, -7.0f, t, &e), 0);
    for (int c = 0; c < 3; c++) {
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < wide; x++) {
                float v = t[(c * h + y) * wide + x];
                if (x >= w)
                    assert_true(v == -7.0f);
                else
                    assert_float_equal(v * 255, truth(10 + (x + 0.5) * 2, 10 + (y + 0.5) * 2), 4.0);
            }
        }
    }
    assert_true(t[3 * h * wide] == 1234.0f);
    image_destroy(im);
}

/* Strokes two pixels wide, three apart, turned by three degrees: contrast must stay. */
static void fine_text_keeps_its_contrast(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct image *im = uniform(300, 100, 255, 255, 255), *out;
    double c = cos(0.052), s = sin(0.052);
    for (int y = 0; y < 100; y++) {
        for (int x = 0; x < 300; x++) {
            double u = (x - 150) * c + (y - 50) * s;
            if (fmod(u + 300.0, 5.0) < 2.0)
                memset(im->pixels + (size_t)y * im->stride + (size_t)x * 3, 0, 3);
        }
    }
    struct quad q = turned(150, 50, 200, 40, 0.052);
    assert_int_equal(image_from_quad(im, &q, 240, 48, &out, &e), 0);
    int lo = 255, hi = 0;
    for (int x = 100; x < 140; x++) {
        int v = out->pixels[24 * out->stride + (size_t)x * 3];
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
    }
    assert_true(hi - lo > 200);
    image_destroy(out);
    image_destroy(im);
}

static void impossible_requests_are_refused(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct image *im = uniform(5, 5, 0, 0, 0), *out = NULL;
    struct quad q = {{{0, 0}, {5, 0}, {5, 5}, {0, 5}}};
    float t[300];
    assert_int_equal(tensor_from_image(im, 0, 5, &plain, t, &e), ERR_USAGE);
    assert_int_equal(tensor_from_quad(im, &q, 9, 5, 8, &plain, 0, t, &e), ERR_USAGE);
    assert_string_equal(e.message, "9 columns do not fit a tensor of 8");
    q.p[2].x = NAN;
    assert_int_equal(image_from_quad(im, &q, 5, 5, &out, &e), ERR_USAGE);
    q.p[2].x = 2e6f;
    assert_int_equal(tensor_from_quad(im, &q, 5, 5, 8, &plain, 0, t, &e), ERR_USAGE);
    assert_string_equal(e.message, "a quadrilateral lies outside all bounds");
    assert_null(out);
    assert_null(image_create(0, 5, 3));
    assert_null(image_create(5, 5, 4));
    assert_null(image_create(1 << 30, 1 << 30, 3));
    assert_null(image_rotate(im, 45));
    image_destroy(NULL);
    image_destroy(im);
}

static void rotation_is_clockwise(void **state)
{
    (void)state;
    struct image *im = image_create(50, 70, 3);
    for (size_t i = 0; i < 50 * 70 * 3; i++)
        im->pixels[i] = (unsigned char)(i * 7 + i / 256);
    struct image *q = image_rotate(im, 90), *h = image_rotate(im, 180), *t = image_rotate(im, 270);
    struct image *same = image_rotate(im, 0);
    assert_int_equal(q->width, 70);
    assert_int_equal(q->height, 50);
    for (size_t y = 0; y < 70; y++) {
        for (size_t x = 0; x < 50; x++) {
            const unsigned char *p = im->pixels + y * im->stride + x * 3;
            assert_memory_equal(p, q->pixels + x * q->stride + (69 - y) * 3, 3);
            assert_memory_equal(p, h->pixels + (69 - y) * h->stride + (49 - x) * 3, 3);
            assert_memory_equal(p, t->pixels + (49 - x) * t->stride + y * 3, 3);
            assert_memory_equal(p, same->pixels + y * same->stride + x * 3, 3);
        }
    }
    image_destroy(im);
    image_destroy(q);
    image_destroy(h);
    image_destroy(t);
    image_destroy(same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_normalised_in_tensor_channel_order),
        cmocka_unit_test(channels_are_converted_either_way),
        cmocka_unit_test(the_same_size_is_an_exact_copy),
        cmocka_unit_test(resizing_keeps_the_mean),
        cmocka_unit_test(thin_strokes_survive_reduction),
        cmocka_unit_test(enlarging_is_linear_between_samples),
        cmocka_unit_test(a_turned_quad_shows_what_lies_under_it),
        cmocka_unit_test(perspective_is_undone),
        cmocka_unit_test(the_edge_repeats_beyond_the_border),
        cmocka_unit_test(a_crop_is_a_window_of_a_wider_tensor),
        cmocka_unit_test(fine_text_keeps_its_contrast),
        cmocka_unit_test(impossible_requests_are_refused),
        cmocka_unit_test(rotation_is_clockwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
