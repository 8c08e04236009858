/* Which of a page's own words are believed beside its picture. */
#include "image/textlayer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { WIDTH = 640, HEIGHT = 640, ROWS = 20, COLUMNS = 4, WORDS = ROWS * COLUMNS };

/* A page of words in rows, 20 units high and 140 wide; those from `first` to `last` are printed. */
static struct image *print(struct text_layer_word *words, int first, int last)
{
    struct image *im = image_create(WIDTH, HEIGHT, 1);
    assert_non_null(im);
    memset(im->pixels, 255, im->stride * HEIGHT);
    for (int i = 0; i < WORDS; i++) {
        float x = (float)(i % COLUMNS * 160), y = (float)(i / COLUMNS * 32);
        words[i] = (struct text_layer_word){
            .text = "number", .x0 = x, .y0 = y, .x1 = x + 140, .y1 = y + 20, .line = i / COLUMNS};
        for (int v = 4; v < 16 && i >= first && i < last; v++)
            for (int u = 4; u < 132; u += 6)
                memset(im->pixels + ((size_t)y + (size_t)v) * im->stride + (size_t)x + (size_t)u, 0,
                       3);
    }
    return im;
}

static void words_over_their_ink_are_believed(void **state)
{
    (void)state;
    struct text_layer_word words[WORDS];
    struct image *im = print(words, 0, WORDS);
    assert_true(textlayer_usable(words, WORDS, im, 1));
    assert_true(textlayer_usable(words, 20, im, 1) == false); /* most of the ink has no words */
    image_destroy(im);
}

static void words_that_nobody_sees_do_not_speak_for_the_page(void **state)
{
    (void)state;
    struct text_layer_word words[WORDS];
    struct image *im = print(words, 0, WORDS / 2);
    assert_false(textlayer_usable(words, WORDS, im, 1));
    assert_true(textlayer_usable(words, WORDS / 2, im, 1));
    image_destroy(im);
    im = print(words, 0, 0); /* nothing printed, everything hidden */
    assert_false(textlayer_usable(words, WORDS, im, 1));
    image_destroy(im);
}

static void a_few_pale_words_are_no_reason_to_doubt(void **state)
{
    (void)state;
    struct text_layer_word words[WORDS];
    struct image *im = print(words, 0, WORDS * 9 / 10);
    assert_true(textlayer_usable(words, WORDS, im, 1));
    image_destroy(im);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_over_their_ink_are_believed),
        cmocka_unit_test(words_that_nobody_sees_do_not_speak_for_the_page),
        cmocka_unit_test(a_few_pale_words_are_no_reason_to_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
