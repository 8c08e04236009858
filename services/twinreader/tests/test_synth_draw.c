/* Drawing: all ink of a text lies in its boxes, every box holds ink to its edges, and nothing is
 * drawn that a font lacks. */
#include "twinreader/synth/draw.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAPER = 255, DPI = 150 };

static struct synth_fonts *fonts;

static int open_fonts(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    if (synth_fonts_create(NULL, &fonts, &e)) {
        print_error("%s\n", e.message);
        return -1;
    }
    return 0;
}

static int close_fonts(void **state)
{
    (void)state;
    synth_fonts_destroy(fonts);
    return 0;
}

static size_t find(const char *name)
{
    for (size_t i = 0; i < synth_fonts_count(fonts); i++) {
        if (strcmp(synth_fonts_at(fonts, i)->name, name) == 0)
            return i;
    }
    fail_msg("no font %s: run tools/setup test", name);
    return 0;
}

struct drawn {
    struct arena *arena;
    struct synth_scene scene;
    struct image *im;
    struct synth_label *label;
};

static void begin(struct drawn *d)
{
    *d = (struct drawn){.arena = arena_create(16u << 20)};
    d->scene = (struct synth_scene){.kind = "test",
                                    .layout = "plain",
                                    .width = 120,
                                    .height = 100,
                                    .paper = {PAPER, PAPER, PAPER, 255}};
}

static void finish(struct drawn *d)
{
    image_destroy(d->im);
    arena_destroy(d->arena);
}

static struct synth_text *put(struct drawn *d, const char *text, double x, double y)
{
    struct synth_text t = {.text = text,
                           .font = find("NanumGothic"),
                           .size = 12,
                           .x = x,
                           .y = y,
                           .stretch = 1,
                           .colour = {0, 0, 0, 255},
                           .line = (int)d->scene.text_count};
    struct synth_text *at = synth_scene_text(&d->scene, d->arena, &t);
    assert_non_null(at);
    return at;
}

static void put_shape(struct drawn *d, struct synth_shape s)
{
    assert_non_null(synth_scene_shape(&d->scene, d->arena, &s));
}

static void draw(struct drawn *d)
{
    struct err e = ERR_INIT;
    if (synth_draw(&d->scene, fonts, DPI, d->arena, &d->im, &d->label, &e))
        fail_msg("%s: %s", e.message, e.cause);
}

static int draw_fails(struct drawn *d, struct err *e)
{
    int code = synth_draw(&d->scene, fonts, DPI, d->arena, &d->im, &d->label, e);
    assert_null(d->im);
    assert_null(d->label);
    return code;
}

static int darkness(const struct image *im, int x, int y)
{
    if (x < 0 || y < 0 || x >= im->width || y >= im->height)
        return 0;
    return PAPER - im->pixels[(size_t)y * im->stride + (size_t)(x * im->channels)];
}

/* How far a pixel's centre lies within a quadrilateral, in pixels; negative outside. */
static double inside(const struct quad *q, double x, double y)
{
    double least = 1e9;
    for (int i = 0; i < 4; i++) {
        double ax = (double)q->p[i].x, ay = (double)q->p[i].y;
        double bx = (double)q->p[(i + 1) % 4].x, by = (double)q->p[(i + 1) % 4].y;
        double d = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / hypot(bx - ax, by - ay);
        least = d < least ? d : least;
    }
    return least;
}

/* The distance from the edge of `q` of the ink that is nearest to each of its sides, the worst of
 * the four. */
static double looseness(const struct image *im, const struct quad *q)
{
    double worst = 0;
    for (int side = 0; side < 4; side++) {
        double ax = (double)q->p[side].x, ay = (double)q->p[side].y;
        double bx = (double)q->p[(side + 1) % 4].x, by = (double)q->p[(side + 1) % 4].y;
        double nearest = 1e9;
        for (int y = 0; y < im->height; y++) {
            for (int x = 0; x < im->width; x++) {
                if (darkness(im, x, y) < 1 || inside(q, x + 0.5, y + 0.5) < 0)
                    continue;
                double d = ((bx - ax) * (y + 0.5 - ay) - (by - ay) * (x + 0.5 - ax)) /
                           hypot(bx - ax, by - ay);
                nearest = d < nearest ? d : nearest;
            }
        }
        worst = nearest > worst ? nearest : worst;
    }
    return worst;
}

static void check_ink(const struct drawn *d)
{
    const struct synth_label *l = d->label;
    for (int y = 0; y < d->im->height; y++) {
        for (int x = 0; x < d->im->width; x++) {
            double best = -1e9;
            for (size_t w = 0; darkness(d->im, x, y) && best < 0 && w < l->word_count; w++) {
                for (size_t c = 0; c < l->words[w].char_count; c++)
                    best = fmax(best, inside(&l->words[w].chars[c].box, x + 0.5, y + 0.5));
            }
            if (darkness(d->im, x, y) && best < 0)
                fail_msg("ink at %d,%d lies outside all boxes by %g", x, y, -best);
        }
    }
    for (size_t w = 0; w < l->word_count; w++) {
        const struct synth_label_word *word = &l->words[w];
        for (size_t c = 0; c < word->char_count; c++) {
            double loose = looseness(d->im, &word->chars[c].box);
            if (!(loose <= 1.5)) /* of pixels' centres: half a pixel is the pixel's own */
                fail_msg("%s of %s: ink ends %g pixels from an edge", word->chars[c].text,
                         word->text, loose);
            for (int i = 0; i < 4; i++)
                assert_true(inside(&word->box, (double)word->chars[c].box.p[i].x,
                                   (double)word->chars[c].box.p[i].y) > -0.01);
        }
    }
}

static void boxes_hold_all_ink_and_little_else(void **state)
{
    (void)state;
    struct drawn d;
    begin(&d);
    put(&d, "진료비 계산서 12,340원 (급여)", 5, 12);
    put(&d, "Total: jgqy |·, RM 0.50", 5.3, 22.7)->font = find("Liberation Serif");
    struct synth_text *t = put(&d, "넓게 spaced", 5, 32);
    t->spacing = 1;
    t->stretch = 1.3;
    put(&d, "손글씨 필기체 fgj", 5, 42)->font = find("Nanum Pen Script");
    draw(&d);
    check_ink(&d);
    finish(&d);
}

static void turned_texts_have_turned_boxes(void **state)
{
    (void)state;
    const double turns[] = {90, 180, 270, 17, -33};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        struct drawn d;
        begin(&d);
        put(&d, "영수증 Ag 30", 60, 50)->turn = turns[i];
        draw(&d);
        check_ink(&d);
        assert_int_equal(d.label->word_count, 3);
        assert_string_equal(d.label->words[0].text, "영수증");
        assert_string_equal(d.label->words[2].text, "30");
        /* The top side runs in the direction of reading. */
        const struct quad *q = &d.label->lines[0].box;
        double angle = atan2((double)(q->p[1].y - q->p[0].y), (double)(q->p[1].x - q->p[0].x));
        double off = remainder(angle * 180 / 3.14159265358979 - turns[i], 360);
        assert_true(fabs(off) < 0.01);
        finish(&d);
    }
}

static void words_and_lines_are_what_was_set(void **state)
{
    (void)state;
    struct drawn d;
    begin(&d);
    struct synth_text *t = put(&d, "12,340 원", 60, 12);
    t->line = 7;
    t->field = "total";
    t->block = 3;
    t = put(&d, "합계 금액", 5, 12);
    t->line = 7;
    t->is_key = true;
    put(&d, "둘째 줄", 5, 30)->line = 2;
    draw(&d);
    const struct synth_label *l = d.label;
    const char *words[] = {"둘째", "줄", "합계", "금액", "12,340", "원"};
    assert_int_equal(l->word_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(l->words[i].text, words[i]);
    assert_int_equal(l->line_count, 2);
    assert_int_equal(l->lines[1].first, 2);
    assert_int_equal(l->lines[1].count, 4);
    assert_int_equal(l->words[5].line, 1);
    assert_true(l->words[2].is_key && !l->words[4].is_key);
    assert_string_equal(l->words[4].field, "total");
    assert_int_equal(l->words[4].block, 3);
    assert_int_equal(l->words[4].char_count, 6);
    assert_string_equal(l->words[4].chars[2].text, ",");
    assert_string_equal(l->kind, "test");
    assert_int_equal(l->width, d.im->width);
    finish(&d);
}

static void a_font_without_the_glyph_is_refused(void **state)
{
    (void)state;
    struct drawn d;
    struct err e = ERR_INIT;
    begin(&d);
    put(&d, "TOTAL 합계", 5, 12)->font = find("Liberation Mono");
    assert_int_equal(draw_fails(&d, &e), ERR_USAGE);
    assert_non_null(strstr(e.message, "TOTAL 합계"));
    assert_non_null(strstr(e.cause, "Liberation Mono"));
    finish(&d);
}

static void a_text_that_leaves_the_paper_is_refused(void **state)
{
    (void)state;
    const double places[][2] = {{100, 12}, {-1, 12}, {5, 2}, {5, 100}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct drawn d;
        struct err e = ERR_INIT;
        begin(&d);
        put(&d, "긴 글자들 가나다", places[i][0], places[i][1]);
        assert_int_equal(draw_fails(&d, &e), ERR_USAGE);
        assert_non_null(strstr(e.cause, "leaves the paper"));
        finish(&d);
    }
}

static void shapes_are_drawn_and_not_labelled(void **state)
{
    (void)state;
    const struct synth_colour black = {0, 0, 0, 255};
    struct drawn d;
    begin(&d);
    for (int kind = SYNTH_LINE; kind <= SYNTH_BARS; kind++)
        put_shape(&d, (struct synth_shape){.kind = (enum synth_shape_kind)kind,
                                           .x = 5 + 15 * kind,
                                           .y = 10,
                                           .x2 = 15 + 15 * kind,
                                           .y2 = 20,
                                           .width = 0.5,
                                           .on = true,
                                           .round = true,
                                           .seed = 4,
                                           .colour = black});
    draw(&d);
    assert_int_equal(d.label->word_count, 0);
    const double mm = DPI / 25.4;
    for (int kind = SYNTH_LINE; kind <= SYNTH_BARS; kind++) {
        int ink = 0;
        for (int y = (int)(9 * mm); y < 21 * mm; y++) {
            for (int x = (int)((4 + 15 * kind) * mm); x < (16 + 15 * kind) * mm; x++)
                ink += darkness(d.im, x, y) > 100;
        }
        assert_true(ink > 100);
    }
    assert_true(darkness(d.im, (int)(40 * mm), (int)(15 * mm)) == PAPER); /* filled */
    assert_true(darkness(d.im, (int)(25 * mm), (int)(15 * mm)) == 0);     /* outline */
    finish(&d);
}

static void what_covers_a_word_hides_it(void **state)
{
    (void)state;
    struct drawn d;
    begin(&d);
    put(&d, "보이는 글", 5, 12);
    put(&d, "가려진 글", 5, 32);
    put(&d, "칠한 글", 5, 52);
    struct synth_shape patch = {.kind = SYNTH_FILL,
                                .x = 4,
                                .y = 25,
                                .x2 = 60,
                                .y2 = 35,
                                .over = true,
                                .colour = {255, 255, 255, 255}};
    put_shape(&d, patch);
    patch.y += 20;
    patch.y2 += 20;
    patch.colour = (struct synth_colour){255, 255, 0, 100}; /* a highlighter */
    put_shape(&d, patch);
    patch.y -= 40;
    patch.y2 -= 40;
    patch.over = false;
    patch.colour = (struct synth_colour){230, 230, 230, 255}; /* a shaded head under its text */
    put_shape(&d, patch);
    draw(&d);
    const bool hidden[] = {false, false, true, true, false, false};
    assert_int_equal(d.label->word_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(d.label->words[i].hidden, hidden[i]);
    assert_true(looseness(d.im, &d.label->words[2].box) > 1e8); /* no ink left */
    finish(&d);
}

struct job {
    struct drawn d;
    int code;
};

static void *draw_elsewhere(void *user)
{
    struct job *j = user;
    struct synth_fonts *own;
    struct err e = ERR_INIT;
    j->code = synth_fonts_create(NULL, &own, &e);
    if (j->code)
        return NULL;
    j->code = synth_draw(&j->d.scene, own, DPI, j->d.arena, &j->d.im, &j->d.label, &e);
    synth_fonts_destroy(own);
    return NULL;
}

static void every_thread_draws_the_same_bytes(void **state)
{
    (void)state;
    enum { THREADS = 3 };
    struct job jobs[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        begin(&jobs[i].d);
        put(&jobs[i].d, "같은 글 Same 12,340", 5, 12);
        put(&jobs[i].d, "기운 글", 60, 50)->turn = 12;
        put_shape(&jobs[i].d, (struct synth_shape){.kind = SYNTH_SCRAWL,
                                                   .x = 5,
                                                   .y = 60,
                                                   .x2 = 60,
                                                   .y2 = 80,
                                                   .width = 0.6,
                                                   .seed = 9,
                                                   .colour = {0, 0, 90, 255}});
        assert_int_equal(pthread_create(&threads[i], NULL, draw_elsewhere, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    const struct image *first = jobs[0].d.im;
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(jobs[i].code, 0);
        const struct image *im = jobs[i].d.im;
        assert_memory_equal(im->pixels, first->pixels, first->stride * (size_t)first->height);
        for (size_t w = 0; w < jobs[0].d.label->word_count; w++)
            assert_memory_equal(&jobs[i].d.label->words[w].box, &jobs[0].d.label->words[w].box,
                                sizeof(struct quad));
    }
    for (int i = 0; i < THREADS; i++)
        finish(&jobs[i].d);
}

static void a_line_alone_is_as_tall_as_asked_with_its_margin(void **state)
{
    (void)state;
    struct synth_text t = {
        .font = find("NanumGothic"), .size = 10, .stretch = 1, .colour = {0, 0, 0, 255}};
    const char *const texts[] = {"합계 12,340원", "가", "gjpq", "-", "힣 | (A)"};
    const size_t points[] = {9, 1, 4, 1, 5};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err e = ERR_INIT;
        struct image *im = NULL;
        struct synth_label_span *spans = NULL;
        size_t count = 0;
        struct arena *a = arena_create(1u << 20);
        t.text = texts[i];
        assert_int_equal(synth_draw_line(&t, fonts, 40, 5, a, &im, &spans, &count, &e), 0);
        assert_int_equal(count, points[i]);
        assert_true(spans[0].x0 == 5 && spans[count - 1].x1 == im->width - 5);
        assert_int_equal(im->channels, 1);
        assert_in_range(im->height, 11, 40 + 1 + 10); /* a fraction of a row more may be touched */
        int x0 = im->width, y0 = im->height, x1 = 0, y1 = 0;
        for (int y = 0; y < im->height; y++) {
            for (int x = 0; x < im->width; x++) {
                if (darkness(im, x, y)) {
                    x0 = x < x0 ? x : x0;
                    y0 = y < y0 ? y : y0;
                    x1 = x > x1 ? x : x1;
                    y1 = y > y1 ? y : y1;
                }
            }
        }
        assert_int_equal(x0, 5);
        assert_int_equal(y0, 5);
        assert_int_equal(x1, im->width - 6);
        assert_int_equal(y1, im->height - 6);
        image_destroy(im);
        arena_destroy(a);
    }
}

static void a_line_without_ink_or_glyph_is_refused(void **state)
{
    (void)state;
    struct synth_text t = {.font = find("Liberation Mono"), .size = 10, .stretch = 1};
    struct image *im = NULL;
    struct synth_label_span *spans = NULL;
    size_t count = 0;
    struct arena *a = arena_create(1u << 20);
    struct err e = ERR_INIT;
    t.text = " ";
    assert_int_equal(synth_draw_line(&t, fonts, 40, 5, a, &im, &spans, &count, &e), ERR_USAGE);
    t.text = "원";
    assert_int_equal(synth_draw_line(&t, fonts, 40, 5, a, &im, &spans, &count, &e), ERR_USAGE);
    assert_null(im);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_hold_all_ink_and_little_else),
        cmocka_unit_test(turned_texts_have_turned_boxes),
        cmocka_unit_test(words_and_lines_are_what_was_set),
        cmocka_unit_test(a_font_without_the_glyph_is_refused),
        cmocka_unit_test(a_text_that_leaves_the_paper_is_refused),
        cmocka_unit_test(shapes_are_drawn_and_not_labelled),
        cmocka_unit_test(what_covers_a_word_hides_it),
        cmocka_unit_test(every_thread_draws_the_same_bytes),
        cmocka_unit_test(a_line_alone_is_as_tall_as_asked_with_its_margin),
        cmocka_unit_test(a_line_without_ink_or_glyph_is_refused),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
