#include "twinreader/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A line drawn by hand: '#' is an inked column, '.' is not; under it the symbols stand at their
 * centres.  Each picture character is four columns of a picture 48 rows high. */
enum { ZOOM = 4 };

struct drawn {
    struct arena *arena;
    struct words_word *words;
    size_t count;
};

static struct drawn split(const char *ink, const char *letters)
{
    static float contrast[2048];
    static char texts[512][2];
    struct words_symbol symbols[512];
    size_t n = 0;
    int columns = (int)strlen(ink) * ZOOM;
    for (int x = 0; x < columns; x++)
        contrast[x] = ink[x / ZOOM] == '#' ? 1.5f : 0.05f;
    for (size_t i = 0; letters[i]; i++) {
        if (letters[i] == '.')
            continue;
        texts[n][0] = letters[i] == '_' ? ' ' : letters[i];
        texts[n][1] = '\0';
        symbols[n] = (struct words_symbol){texts[n], 0.9f, ((float)i + 0.5f) * ZOOM};
        n++;
    }
    const struct words_ink field = {contrast, columns, 48};
    struct drawn d = {.arena = arena_create(1 << 20)};
    assert_int_equal(words_split(symbols, n, &field, d.arena, &d.words, &d.count, NULL), 0);
    return d;
}

static void word_is(const struct drawn *d, size_t i, const char *text)
{
    char got[512] = "";
    assert_true(i < d->count);
    for (size_t k = 0; k < d->words[i].count; k++)
        strcat(got, d->words[i].chars[k].text);
    assert_string_equal(got, text);
}

static void a_written_space_parts_words(void **state)
{
    (void)state;
    struct drawn d = split("###.###....###.###", ".A...B..__.C...D..");
    assert_int_equal(d.count, 2);
    word_is(&d, 0, "AB");
    word_is(&d, 1, "CD");
    arena_destroy(d.arena);
}

static void a_wide_gap_brings_a_lost_space_back(void **state)
{
    (void)state;
    struct drawn d = split("###.###.....###.###", ".A...B.......C...D.");
    assert_int_equal(d.count, 2);
    word_is(&d, 0, "AB");
    word_is(&d, 1, "CD");
    arena_destroy(d.arena);
}

static void an_even_pitch_stays_together(void **state)
{
    (void)state;
    /* Fixed pitch: the thin "1" stands in wide gaps, at the usual distance. */
    struct drawn d = split("###.###...#...###.###", ".A...B....1....C...D.");
    assert_int_equal(d.count, 1);
    word_is(&d, 0, "AB1CD");
    arena_destroy(d.arena);
    /* The same where most gaps are narrow: the distance alone tells. */
    d = split("###.###.###...#...###.###.###", ".A...B...C....1....D...E...F.");
    assert_int_equal(d.count, 1);
    word_is(&d, 0, "ABC1DEF");
    arena_destroy(d.arena);
}

static void a_wide_letter_in_spaced_print_stays_in_its_word(void **state)
{
    (void)state;
    struct drawn d = split("#...#...#...#########...#...#", "i...l...i.......M.......l...i");
    assert_int_equal(d.count, 1);
    word_is(&d, 0, "iliMli");
    arena_destroy(d.arena);
}

static void edges_follow_the_ink(void **state)
{
    (void)state;
    struct drawn d = split("..###.###....", "...A...B.....");
    assert_int_equal(d.count, 1);
    assert_true(d.words[0].from > 1.9f / 13 && d.words[0].from < 2.1f / 13);
    assert_true(d.words[0].to > 8.9f / 13 && d.words[0].to < 9.1f / 13);
    assert_true(d.words[0].chars[0].to <= d.words[0].chars[1].from);
    assert_true(d.words[0].chars[0].to > 4.9f / 13 && d.words[0].chars[1].from < 6.1f / 13);
    arena_destroy(d.arena);
}

static void dirt_far_from_the_text_is_left_out(void **state)
{
    (void)state;
    struct drawn d = split("#..........###.###", "............A...B.");
    assert_true(d.words[0].from > 10.0f / 18);
    arena_destroy(d.arena);
}

static void spaces_alone_are_no_words(void **state)
{
    (void)state;
    struct drawn d = split("......", ".__...");
    assert_int_equal(d.count, 0);
    arena_destroy(d.arena);
}

static void a_ruled_line_without_gaps_is_not_split(void **state)
{
    (void)state;
    struct drawn d = split("###################", ".A...B.......C...D.");
    assert_int_equal(d.count, 1);
    arena_destroy(d.arena);
}

static void centres_out_of_order_or_outside_do_no_harm(void **state)
{
    (void)state;
    float contrast[16] = {0};
    struct words_symbol s[] = {{"A", 1, 40}, {"B", 1, -3}, {"C", 1, 7}};
    const struct words_ink ink = {contrast, 16, 48};
    struct arena *a = arena_create(1 << 16);
    struct words_word *w;
    size_t n;
    assert_int_equal(words_split(s, 3, &ink, a, &w, &n, NULL), 0);
    for (size_t i = 0; i < n; i++)
        assert_true(w[i].from >= 0 && w[i].to <= 1);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_written_space_parts_words),
        cmocka_unit_test(a_wide_gap_brings_a_lost_space_back),
        cmocka_unit_test(an_even_pitch_stays_together),
        cmocka_unit_test(a_wide_letter_in_spaced_print_stays_in_its_word),
        cmocka_unit_test(edges_follow_the_ink),
        cmocka_unit_test(dirt_far_from_the_text_is_left_out),
        cmocka_unit_test(spaces_alone_are_no_words),
        cmocka_unit_test(a_ruled_line_without_gaps_is_not_split),
        cmocka_unit_test(centres_out_of_order_or_outside_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
