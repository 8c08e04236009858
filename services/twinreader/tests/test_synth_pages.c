/* Whole pages: what is labelled is there, what is there is labelled, and the same page comes out
 * again. */
#include "twinreader/synth/pages.h"

#include "twinreader/synth/degrade_parts.h"
#include "twinreader/synth/draw.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGES = 2, PAPERS = 24, DPI = 150, INK = 100, FAINT = 64 };

struct shop {
    struct synth_papers *papers;
    struct synth_fonts *fonts;
};

static int open_shop(void **state)
{
    struct shop *s = calloc(1, sizeof *s);
    struct err e = ERR_INIT;
    *state = s;
    if (!s || synth_papers_create(NULL, &s->papers, &e) ||
        synth_fonts_create(NULL, &s->fonts, &e)) {
        print_error("%s\n", e.message);
        return -1;
    }
    return 0;
}

static int close_shop(void **state)
{
    struct shop *s = *state;
    if (!s)
        return 0;
    synth_papers_destroy(s->papers);
    synth_fonts_destroy(s->fonts);
    free(s);
    return 0;
}

static struct arena *new_arena(void)
{
    struct arena *a = arena_create((size_t)512 << 20);
    assert_non_null(a);
    return a;
}

/* A paper's text alone: no ruling, no stamps, black on white. */
static void draw_text(const struct shop *s, size_t kind, enum synth_split split, uint64_t n,
                      struct arena *a, struct image **picture, struct synth_label **label)
{
    struct synth_scene *scene;
    struct synth_rng r;
    struct err e = ERR_INIT;
    synth_rng_init(&r, 11, n);
    if (synth_papers_make(s->papers, kind, split, s->fonts, &r, a, &scene, &e))
        fail_msg("%s %d: %s: %s", synth_papers_name(s->papers, kind), (int)n, e.message, e.cause);
    scene->shape_count = 0;
    scene->paper = (struct synth_colour){255, 255, 255, 255};
    for (size_t i = 0; i < scene->text_count; i++)
        scene->texts[i].colour = (struct synth_colour){0, 0, 0, 255};
    if (synth_draw(scene, s->fonts, DPI, a, picture, label, &e))
        fail_msg("%s %d: %s: %s", synth_papers_name(s->papers, kind), (int)n, e.message, e.cause);
    size_t words = 0;
    for (size_t i = 0; i < scene->text_count; i++)
        for (const char *t = scene->texts[i].text; *t; t++)
            words += *t != ' ' && (t[1] == ' ' || !t[1]);
    assert_int_equal((*label)->word_count, words);
}

static int at(const struct image *im, int x, int y)
{
    return im->pixels[(size_t)y * im->stride + (size_t)(x * im->channels)];
}

static bool inside(const struct quad *q, double x, double y, double margin)
{
    for (int i = 0; i < 4; i++) {
        const struct point *a = &q->p[i], *b = &q->p[(i + 1) % 4];
        double dx = (double)b->x - a->x, dy = (double)b->y - a->y, n = hypot(dx, dy);
        if (n > 1e-3 && (dy * (x - a->x) - dx * (y - a->y)) / n > margin)
            return false;
    }
    return true;
}

static void window(const struct quad *q, const struct image *im, int out[4])
{
    double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
    for (int i = 0; i < 4; i++) {
        x0 = fmin(x0, q->p[i].x);
        x1 = fmax(x1, q->p[i].x);
        y0 = fmin(y0, q->p[i].y);
        y1 = fmax(y1, q->p[i].y);
    }
    out[0] = (int)fmax(0, x0 - 2);
    out[1] = (int)fmax(0, y0 - 2);
    out[2] = (int)fmin(im->width, x1 + 3);
    out[3] = (int)fmin(im->height, y1 + 3);
}

/* Marks the characters' boxes; every one of them must hold ink. */
static void mark_boxes(const struct image *im, const struct synth_label *l, unsigned char *boxed)
{
    for (size_t w = 0; w < l->word_count; w++)
        for (size_t c = 0; c < l->words[w].char_count; c++) {
            const struct quad *q = &l->words[w].chars[c].box;
            int area[4], darkest = 255;
            window(q, im, area);
            for (int y = area[1]; y < area[3]; y++)
                for (int x = area[0]; x < area[2]; x++)
                    if (inside(q, x + 0.5, y + 0.5, 1)) {
                        boxed[(size_t)y * (size_t)im->width + (size_t)x] = 1;
                        darkest = at(im, x, y) < darkest ? at(im, x, y) : darkest;
                    }
            if (darkest > 255 - FAINT)
                fail_msg("%s %d: no ink in the box of \"%s\" of \"%s\"", l->kind, (int)l->page,
                         l->words[w].chars[c].text, l->words[w].text);
        }
}

static void check_ink(const struct image *im, const struct synth_label *l)
{
    unsigned char *boxed = calloc(1, (size_t)im->width * (size_t)im->height);
    assert_non_null(boxed);
    mark_boxes(im, l, boxed);
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++)
            if (at(im, x, y) < 255 - INK && !boxed[(size_t)y * (size_t)im->width + (size_t)x])
                fail_msg("%s, layout %s: ink outside all boxes at %d, %d", l->kind, l->layout, x,
                         y);
    free(boxed);
}

static void each_page(void **state, void (*check)(struct image *, struct synth_label *))
{
    const struct shop *s = *state;
    for (size_t kind = 0; kind < synth_papers_count(s->papers); kind++)
        for (int split = 0; split < 2; split++)
            for (uint64_t n = 0; n < PAGES; n++) {
                struct arena *a = new_arena();
                struct image *im = NULL;
                struct synth_label *label = NULL;
                draw_text(s, kind, (enum synth_split)split, n, a, &im, &label);
                check(im, label);
                image_destroy(im);
                arena_destroy(a);
            }
}

static void check_flat(struct image *im, struct synth_label *label)
{
    assert_true(label->word_count > 5);
    check_ink(im, label);
}

static void all_ink_is_labelled_and_every_label_has_ink(void **state)
{
    each_page(state, check_flat);
}

static void check_moved(struct image *im, struct synth_label *label)
{
    static struct synth_degrade_backdrop white;
    memset(&white, 255, sizeof white);
    struct synth_degrade_map m;
    struct synth_rng r;
    struct image *moved = NULL;
    struct err e = ERR_INIT;
    synth_rng_init(&r, 12, label->word_count);
    synth_degrade_map_init(&m, im->width, im->height);
    synth_degrade_map_draw(&m, SYNTH_PHONE, 1, &r);
    synth_degrade_map_fit(&m, label, 2);
    assert_int_equal(synth_degrade_map_picture(&m, im, &white, &moved, &e), 0);
    synth_degrade_map_label(&m, label);
    check_ink(moved, label);
    image_destroy(moved);
}

static void so_it_stays_when_the_page_is_photographed(void **state)
{
    each_page(state, check_moved);
}

static void held_out_fonts_and_layouts_are_not_for_training(void **state)
{
    const struct shop *s = *state;
    for (size_t kind = 0; kind < synth_papers_count(s->papers); kind++) {
        struct arena *a = new_arena();
        const char *seen[2][PAPERS];
        for (int split = 0; split < 2; split++)
            for (uint64_t n = 0; n < PAPERS; n++) {
                struct synth_scene *scene;
                struct synth_rng r;
                struct err e = ERR_INIT;
                synth_rng_init(&r, 13, n);
                assert_int_equal(synth_papers_make(s->papers, kind, (enum synth_split)split,
                                                   s->fonts, &r, a, &scene, &e),
                                 0);
                seen[split][n] = scene->layout;
                for (size_t i = 0; i < scene->text_count; i++)
                    assert_int_equal(synth_fonts_at(s->fonts, scene->texts[i].font)->split, split);
            }
        for (int i = 0; i < PAPERS; i++)
            for (int k = 0; k < PAPERS; k++)
                assert_string_not_equal(seen[SYNTH_TRAIN][i], seen[SYNTH_HELD][k]);
        arena_destroy(a);
    }
}

struct made {
    struct arena *arena;
    struct image *picture;
    struct synth_label *label;
    int quality;
};

static struct made make(const struct shop *s, int look, uint64_t n)
{
    struct made m = {.arena = new_arena()};
    struct synth_pages_options o = synth_pages_options_default();
    struct err e = ERR_INIT;
    o.seed = 14;
    o.look = look;
    o.dpi = 100;
    if (synth_pages_make(&o, s->papers, s->fonts, n, m.arena, &m.picture, &m.label, &m.quality, &e))
        fail_msg("%s: %s", e.message, e.cause);
    return m;
}

static void drop(struct made *m)
{
    image_destroy(m->picture);
    arena_destroy(m->arena);
}

static void a_page_depends_on_seed_and_number_alone(void **state)
{
    struct shop *s = *state, other = *s;
    struct err e = ERR_INIT;
    assert_int_equal(synth_fonts_create(NULL, &other.fonts, &e), 0);
    for (uint64_t n = 0; n < 4; n++) {
        struct made before = make(&other, -1, n + 4), here = make(s, -1, n);
        struct made there = make(&other, -1, n);
        assert_int_equal(here.picture->width, there.picture->width);
        assert_int_equal(here.picture->channels, there.picture->channels);
        assert_memory_equal(here.picture->pixels, there.picture->pixels,
                            here.picture->stride * (size_t)here.picture->height);
        assert_int_equal(here.label->word_count, there.label->word_count);
        assert_int_equal(here.quality, there.quality);
        drop(&before);
        drop(&here);
        drop(&there);
    }
    synth_fonts_destroy(other.fonts);
}

static void a_paper_is_the_same_in_every_look(void **state)
{
    const struct shop *s = *state;
    struct made clean = make(s, SYNTH_CLEAN, 3);
    for (int look = SYNTH_SCAN; look < SYNTH_LOOK_COUNT; look++) {
        struct made m = make(s, look, 3);
        assert_string_equal(m.label->degradation, synth_look_name((enum synth_look)look));
        assert_int_equal(m.label->word_count, clean.label->word_count);
        for (size_t i = 0; i < m.label->word_count; i++)
            assert_string_equal(m.label->words[i].text, clean.label->words[i].text);
        drop(&m);
    }
    drop(&clean);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_ink_is_labelled_and_every_label_has_ink),
        cmocka_unit_test(so_it_stays_when_the_page_is_photographed),
        cmocka_unit_test(held_out_fonts_and_layouts_are_not_for_training),
        cmocka_unit_test(a_page_depends_on_seed_and_number_alone),
        cmocka_unit_test(a_paper_is_the_same_in_every_look),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
