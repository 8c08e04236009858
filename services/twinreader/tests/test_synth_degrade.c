#include "twinreader/synth/degrade.h"

#include "made_label.h"
#include "twinreader/synth/degrade_parts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WIDTH = 620, HEIGHT = 877, ROWS = 16, PER_ROW = 5, SIZE = 12 };

static void make_page(struct arena *a, struct image **picture, struct synth_label **label)
{
    made_label_page(WIDTH, HEIGHT, ROWS, PER_ROW, SIZE, a, picture, label);
}

static struct arena *new_arena(void)
{
    struct arena *a = arena_create((size_t)256 << 20);
    assert_non_null(a);
    return a;
}

static unsigned char at(const struct image *im, int x, int y)
{
    return im->pixels[(size_t)y * im->stride + (size_t)(x * im->channels)];
}

/* Whether (x, y) is inside the convex clockwise quadrilateral grown by `margin`. */
static bool inside(const struct quad *q, double x, double y, double margin)
{
    for (int i = 0; i < 4; i++) {
        const struct point *a = &q->p[i], *b = &q->p[(i + 1) % 4];
        double dx = (double)b->x - a->x, dy = (double)b->y - a->y, n = hypot(dx, dy);
        if ((dy * (x - a->x) - dx * (y - a->y)) / n > margin)
            return false;
    }
    return true;
}

static void looks_have_names(void **state)
{
    (void)state;
    assert_string_equal(synth_look_name(SYNTH_CLEAN), "clean");
    assert_string_equal(synth_look_name(SYNTH_SCAN), "scan");
    assert_string_equal(synth_look_name(SYNTH_FAX), "fax");
    assert_string_equal(synth_look_name(SYNTH_PHONE), "phone");
}

static void the_way_back_undoes_the_way_there(void **state)
{
    (void)state;
    for (int look = 0; look < SYNTH_LOOK_COUNT; look++)
        for (uint64_t n = 0; n < 50; n++) {
            struct synth_degrade_map m;
            struct synth_rng r;
            synth_rng_init(&r, 1, n);
            synth_degrade_map_init(&m, 1240, 1754);
            synth_degrade_map_draw(&m, (enum synth_look)look, 1, &r);
            for (int i = 0; i < 20; i++) {
                double x = synth_rng_real(&r, 0, 1240), y = synth_rng_real(&r, 0, 1754);
                struct point there = synth_degrade_map_point(&m, x, y);
                struct point here = synth_degrade_map_back(&m, there.x, there.y);
                assert_true(fabs(here.x - x) < 0.01 && fabs(here.y - y) < 0.01);
            }
        }
}

/* Every block of ink must be in its box, and nowhere else. */
static void check_boxes(const struct image *im, const struct synth_label *l)
{
    unsigned char *boxed = calloc(1, (size_t)im->width * (size_t)im->height);
    assert_non_null(boxed);
    for (size_t w = 0; w < l->word_count; w++)
        for (size_t c = 0; c < l->words[w].char_count; c++) {
            const struct quad *q = &l->words[w].chars[c].box;
            int seen = 0, dark = 0;
            for (int y = (int)q->p[0].y - 9; y < (int)q->p[2].y + 9; y++)
                for (int x = (int)q->p[0].x - 9; x < (int)q->p[2].x + 9; x++) {
                    if (x < 0 || y < 0 || x >= im->width || y >= im->height)
                        continue;
                    if (inside(q, x + 0.5, y + 0.5, 1))
                        boxed[(size_t)y * (size_t)im->width + (size_t)x] = 1;
                    if (inside(q, x + 0.5, y + 0.5, -1)) {
                        seen++;
                        dark += at(im, x, y) < 128;
                    }
                }
            assert_true(seen > 30 && dark == seen);
        }
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++)
            if (at(im, x, y) < 200)
                assert_true(boxed[(size_t)y * (size_t)im->width + (size_t)x]);
    free(boxed);
}

static void check_nesting(const struct synth_label *l)
{
    for (size_t i = 0; i < l->line_count; i++)
        for (size_t w = 0; w < l->lines[i].count; w++) {
            const struct synth_label_word *word = &l->words[l->lines[i].first + w];
            for (size_t c = 0; c < word->char_count; c++)
                for (int k = 0; k < 4; k++) {
                    struct point p = word->chars[c].box.p[k];
                    assert_true(inside(&word->box, p.x, p.y, 0.05));
                    assert_true(inside(&l->lines[i].box, p.x, p.y, 0.05));
                }
        }
}

static void boxes_follow_the_ink(void **state)
{
    (void)state;
    static struct synth_degrade_backdrop white;
    memset(&white, 255, sizeof white);
    for (int look = 0; look < SYNTH_LOOK_COUNT; look++)
        for (uint64_t n = 0; n < 6; n++) {
            struct arena *a = new_arena();
            struct image *page, *moved = NULL;
            struct synth_label *label;
            struct synth_degrade_map m;
            struct synth_rng r;
            struct err e = ERR_INIT;
            make_page(a, &page, &label);
            synth_rng_init(&r, 2, n);
            synth_degrade_map_init(&m, page->width, page->height);
            synth_degrade_map_draw(&m, (enum synth_look)look, 1, &r);
            synth_degrade_map_fit(&m, label, 2);
            assert_int_equal(synth_degrade_map_picture(&m, page, &white, &moved, &e), 0);
            synth_degrade_map_label(&m, label);
            check_boxes(moved, label);
            check_nesting(label);
            image_destroy(moved);
            image_destroy(page);
            arena_destroy(a);
        }
}

static void a_page_far_outside_is_brought_back(void **state)
{
    (void)state;
    struct arena *a = new_arena();
    struct image *page;
    struct synth_label *label;
    struct synth_degrade_map m;
    make_page(a, &page, &label);
    synth_degrade_map_init(&m, page->width, page->height);
    struct quad q = {{{-200, -90}, {700, -150}, {760, 1000}, {-100, 1100}}};
    synth_degrade_map_corners(&m, &q);
    synth_degrade_map_fit(&m, label, 2);
    synth_degrade_map_label(&m, label);
    for (size_t i = 0; i < label->word_count; i++)
        for (int k = 0; k < 4; k++) {
            struct point p = label->words[i].box.p[k];
            assert_true(p.x >= 1.9f && p.x <= (float)page->width - 1.9f);
            assert_true(p.y >= 1.9f && p.y <= (float)page->height - 1.9f);
        }
    image_destroy(page);
    arena_destroy(a);
}

static void beside_the_page_its_surroundings_are_seen(void **state)
{
    (void)state;
    static struct synth_degrade_backdrop table;
    const unsigned char brown[3] = {120, 90, 60};
    for (int channels = 1; channels <= 3; channels += 2) {
        struct image *page = image_create(100, 80, channels), *moved = NULL;
        struct synth_degrade_map m;
        struct err e = ERR_INIT;
        struct quad q = {{{20, 20}, {80, 20}, {80, 60}, {20, 60}}};
        assert_non_null(page);
        memset(page->pixels, 255, page->stride * 80);
        synth_degrade_backdrop_plain(&table, brown);
        synth_degrade_map_init(&m, 100, 80);
        synth_degrade_map_corners(&m, &q);
        assert_int_equal(synth_degrade_map_picture(&m, page, &table, &moved, &e), 0);
        for (int y = 0; y < 80; y++)
            for (int x = 0; x < 100; x++) {
                bool on = x > 20 && x < 79 && y > 20 && y < 59;
                bool off = x < 19 || x > 80 || y < 19 || y > 60;
                const unsigned char *p = moved->pixels + (size_t)y * moved->stride;
                for (int c = 0; c < channels; c++) {
                    if (on)
                        assert_int_equal(p[x * channels + c], 255);
                    if (off)
                        assert_int_equal(p[x * channels + c], brown[c]);
                }
            }
        image_destroy(page);
        image_destroy(moved);
    }
}

static double mean_of(const struct image *im, const struct quad *q, double grown)
{
    double sum = 0;
    int n = 0;
    for (int y = (int)q->p[0].y - 9; y < (int)q->p[2].y + 9; y++)
        for (int x = (int)q->p[0].x - 9; x < (int)q->p[2].x + 9; x++)
            if (x >= 0 && y >= 0 && x < im->width && y < im->height &&
                inside(q, x + 0.5, y + 0.5, grown)) {
                sum += at(im, x, y);
                n++;
            }
    return n ? sum / n : -1;
}

static void degraded_pages_keep_their_words_where_the_boxes_are(void **state)
{
    (void)state;
    for (int look = 0; look < SYNTH_LOOK_COUNT; look++)
        for (uint64_t n = 0; n < 8; n++) {
            struct arena *a = new_arena();
            struct image *page;
            struct synth_label *label;
            struct synth_rng r;
            struct err e = ERR_INIT;
            size_t hidden = 0;
            make_page(a, &page, &label);
            label->dpi = 75;
            synth_rng_init(&r, 3, n);
            assert_int_equal(synth_degrade((enum synth_look)look, &r, &page, label, a, &e), 0);
            assert_string_equal(label->degradation, synth_look_name((enum synth_look)look));
            assert_int_equal(page->width, WIDTH);
            assert_int_equal(page->height, HEIGHT);
            for (size_t i = 0; i < label->word_count; i++) {
                const struct synth_label_word *w = &label->words[i];
                hidden += w->hidden;
                if (w->hidden || i % 13)
                    continue;
                /* A block is darker than the gap before the next. */
                const struct quad *c = &w->chars[0].box, *d = &w->chars[1].box;
                struct quad gap = {{c->p[1], d->p[0], d->p[3], c->p[2]}};
                assert_true(mean_of(page, c, -1) < mean_of(page, &gap, -0.5));
            }
            assert_true(hidden < label->word_count / 4);
            image_destroy(page);
            arena_destroy(a);
        }
}

static void the_same_stream_gives_the_same_picture(void **state)
{
    (void)state;
    struct image *page[2];
    struct arena *a = new_arena();
    for (int i = 0; i < 2; i++) {
        struct synth_label *label;
        struct synth_rng r;
        struct err e = ERR_INIT;
        make_page(a, &page[i], &label);
        synth_rng_init(&r, 4, 4);
        assert_int_equal(synth_degrade(SYNTH_PHONE, &r, &page[i], label, a, &e), 0);
    }
    assert_int_equal(page[0]->stride, page[1]->stride);
    assert_memory_equal(page[0]->pixels, page[1]->pixels,
                        page[0]->stride * (size_t)page[0]->height);
    image_destroy(page[0]);
    image_destroy(page[1]);
    arena_destroy(a);
}

static void what_is_covered_or_too_small_is_hidden(void **state)
{
    (void)state;
    struct arena *a = new_arena();
    struct image *page, *worn;
    struct synth_label *label, *other;
    make_page(a, &page, &label);
    make_page(a, &worn, &other);
    const struct quad *q = &label->words[7].box;
    for (int y = (int)q->p[0].y - 4; y < (int)q->p[2].y + 4; y++) /* a blot */
        memset(worn->pixels + (size_t)y * worn->stride + (size_t)(q->p[0].x - 4) * 3, 20,
               (size_t)(q->p[2].x - q->p[0].x + 8) * 3);
    label->words[9].box.p[2].y = label->words[9].box.p[0].y + 4;
    label->words[9].box.p[3].y = label->words[9].box.p[0].y + 4;
    synth_degrade_judge(label, page, worn, 0);
    for (size_t i = 0; i < label->word_count; i++)
        assert_int_equal(label->words[i].hidden, i == 7 || i == 9);
    image_destroy(page);
    image_destroy(worn);
    arena_destroy(a);
}

static void a_fax_is_black_and_white(void **state)
{
    (void)state;
    struct synth_rng r;
    struct err e = ERR_INIT;
    struct image *im = image_create(300, 200, 1);
    struct synth_degrade_fax f = {.rows_per_pixel = 0.6,
                                  .level = 128,
                                  .noise = 20,
                                  .streaks = 1,
                                  .speckles = 1,
                                  .lost_rows = 1};
    assert_non_null(im);
    for (int i = 0; i < 300 * 200; i++)
        im->pixels[i] = (unsigned char)(i % 300 < 150 ? 30 : 220);
    synth_rng_init(&r, 5, 5);
    assert_int_equal(synth_degrade_fax(im, &f, &r, &e), 0);
    int left = 0, right = 0;
    for (int i = 0; i < 300 * 200; i++) {
        assert_true(im->pixels[i] == 0 || im->pixels[i] == 255);
        *(i % 300 < 150 ? &left : &right) += im->pixels[i] == 0;
    }
    assert_true(left > 150 * 200 * 9 / 10 && right < 150 * 200 / 10);
    image_destroy(im);
}

/* Blurs one dot and says where its middle is and how wide it became. */
static void blurred_dot(double sigma, int length, int direction, double *middle, double *width)
{
    struct err e = ERR_INIT;
    struct image *im = image_create(41, 41, 1);
    double sum = 0, x1 = 0, y1 = 0, x2 = 0;
    assert_non_null(im);
    memset(im->pixels, 0, 41 * 41);
    im->pixels[20 * 41 + 20] = 255;
    assert_int_equal(synth_degrade_blur(im, sigma, &e), 0);
    assert_int_equal(synth_degrade_smear(im, length, direction, &e), 0);
    for (int y = 0; y < 41; y++)
        for (int x = 0; x < 41; x++) {
            double v = at(im, x, y);
            sum += v;
            x1 += v * (x - 20);
            y1 += v * (y - 20);
            x2 += v * (x - 20) * (x - 20);
        }
    *middle = fmax(fabs(x1 / sum), fabs(y1 / sum));
    *width = sqrt(x2 / sum);
    image_destroy(im);
}

static void blurring_leaves_ink_where_it_is(void **state)
{
    (void)state;
    double middle, width;
    blurred_dot(1.5, 0, 0, &middle, &width);
    assert_true(middle < 0.1);
    assert_true(fabs(width - 1.5) < 0.25);
    for (int direction = 0; direction < 4; direction++) {
        blurred_dot(0, 5, direction, &middle, &width);
        assert_true(middle < 0.1);
    }
    blurred_dot(0, 5, 0, &middle, &width);
    assert_true(fabs(width - sqrt(2)) < 0.05);
}

static void light_and_noise_are_as_strong_as_asked(void **state)
{
    (void)state;
    struct arena *a = new_arena();
    struct synth_rng r;
    struct err e = ERR_INIT;
    struct image *im = image_create(200, 150, 3);
    float gain[9 * 7];
    struct synth_degrade_light l = {.columns = 9, .rows = 7, .gain = gain, .tint = {1, 1, 0.5}};
    double sum = 0, squares = 0, blue = 0;
    assert_non_null(im);
    for (int i = 0; i < 9 * 7; i++)
        gain[i] = 0.5f;
    memset(im->pixels, 200, im->stride * 150);
    synth_rng_init(&r, 6, 6);
    assert_int_equal(synth_degrade_expose(im, &l, 6, true, &r, a, &e), 0);
    for (int i = 0; i < 200 * 150; i++) {
        double v = im->pixels[3 * i];
        sum += v;
        squares += v * v;
        blue += im->pixels[3 * i + 2];
    }
    double n = 200 * 150, mean = sum / n;
    assert_true(fabs(mean - 100) < 1);
    assert_true(fabs(blue / n - 50) < 1);
    assert_true(fabs(sqrt(squares / n - mean * mean) - 6) < 0.5);
    image_destroy(im);
    arena_destroy(a);
}

static void blocks_are_rounder_at_lower_quality(void **state)
{
    (void)state;
    int change[2] = {0};
    for (int k = 0; k < 2; k++) {
        struct image *im = image_create(50, 20, 1);
        assert_non_null(im);
        for (int i = 0; i < 50 * 20; i++)
            im->pixels[i] = (unsigned char)(i * 37 % 256);
        synth_degrade_blocks(im, k ? 10 : 100, 3, 5);
        for (int i = 0; i < 50 * 20; i++)
            change[k] = (int)fmax(change[k], abs(im->pixels[i] - i * 37 % 256));
        image_destroy(im);
    }
    assert_true(change[0] <= 2);
    assert_true(change[1] > 20);
}

static void pictures_of_a_few_pixels_survive(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {2, 1}, {1, 3}, {5, 4}, {17, 33}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int look = 0; look < SYNTH_LOOK_COUNT; look++)
            for (uint64_t n = 0; n < 24; n++) {
                struct arena *a = new_arena();
                struct synth_rng r;
                struct err e = ERR_INIT;
                struct image *im = image_create(sizes[s][0], sizes[s][1], n % 2 ? 3 : 1);
                struct image *crop = image_create(sizes[s][0], sizes[s][1], 1);
                assert_non_null(im);
                assert_non_null(crop);
                memset(im->pixels, 128, im->stride * (size_t)im->height);
                memset(crop->pixels, 128, crop->stride * (size_t)crop->height);
                synth_rng_init(&r, 7, n);
                assert_int_equal(synth_degrade((enum synth_look)look, &r, &im, NULL, a, &e), 0);
                assert_int_equal(synth_degrade_crop((enum synth_look)look, &r, &crop, NULL, 0, &e),
                                 0);
                assert_int_equal(im->width, sizes[s][0]);
                assert_int_equal(crop->height, sizes[s][1]);
                image_destroy(crop);
                image_destroy(im);
                arena_destroy(a);
            }
}

static void a_picture_too_wide_is_refused(void **state)
{
    (void)state;
    struct arena *a = new_arena();
    struct synth_rng r;
    struct err e = ERR_INIT;
    struct image *im = image_create(30001, 1, 1);
    assert_non_null(im);
    memset(im->pixels, 255, 30001);
    synth_rng_init(&r, 8, 8);
    assert_int_equal(synth_degrade(SYNTH_SCAN, &r, &im, NULL, a, &e), ERR_LIMIT);
    image_destroy(im);
    arena_destroy(a);
}

static void crops_keep_height_and_contrast(void **state)
{
    (void)state;
    for (int look = 0; look < SYNTH_LOOK_COUNT; look++)
        for (uint64_t n = 0; n < 60; n++) {
            struct synth_rng r;
            struct err e = ERR_INIT;
            struct image *im = image_create(300, 40, 1);
            double sum = 0, squares = 0;
            assert_non_null(im);
            memset(im->pixels, 255, 300 * 40);
            for (int y = 6; y < 34; y++)
                for (int x = 6; x < 294; x++)
                    if (x % 12 < 5)
                        im->pixels[y * 300 + x] = 0;
            struct synth_label_span whole = {6, 294};
            synth_rng_init(&r, 9, n);
            assert_int_equal(synth_degrade_crop((enum synth_look)look, &r, &im, &whole, 1, &e), 0);
            assert_int_equal(im->height, 40);
            assert_true(im->width > 140 && im->width < 420);
            assert_true(whole.x0 > -4 && whole.x1 < im->width + 4);
            assert_true(whole.x1 - whole.x0 > 130);
            for (int i = 0; i < im->width * 40; i++) {
                sum += im->pixels[i];
                squares += (double)im->pixels[i] * im->pixels[i];
            }
            double count = im->width * 40.0, mean = sum / count;
            assert_true(sqrt(squares / count - mean * mean) > 6);
            image_destroy(im);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_have_names),
        cmocka_unit_test(the_way_back_undoes_the_way_there),
        cmocka_unit_test(boxes_follow_the_ink),
        cmocka_unit_test(a_page_far_outside_is_brought_back),
        cmocka_unit_test(beside_the_page_its_surroundings_are_seen),
        cmocka_unit_test(degraded_pages_keep_their_words_where_the_boxes_are),
        cmocka_unit_test(the_same_stream_gives_the_same_picture),
        cmocka_unit_test(what_is_covered_or_too_small_is_hidden),
        cmocka_unit_test(a_fax_is_black_and_white),
        cmocka_unit_test(blurring_leaves_ink_where_it_is),
        cmocka_unit_test(light_and_noise_are_as_strong_as_asked),
        cmocka_unit_test(blocks_are_rounder_at_lower_quality),
        cmocka_unit_test(pictures_of_a_few_pixels_survive),
        cmocka_unit_test(a_picture_too_wide_is_refused),
        cmocka_unit_test(crops_keep_height_and_contrast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
