/* The fonts of synthesis: what is listed, what each can draw, and how a wrong list is refused.
 * Needs the font packages that `tools/setup test` installs. */
#include "twinreader/synth/fonts.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

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

static size_t count_style(enum synth_split split, unsigned style, unsigned without)
{
    size_t n = 0;
    for (size_t i = 0; i < synth_fonts_count(fonts); i++) {
        const struct synth_font *f = synth_fonts_at(fonts, i);
        n += f->split == split && (f->style & style) == style && !(f->style & without);
    }
    return n;
}

static void both_splits_have_every_style(void **state)
{
    (void)state;
    const unsigned styles[] = {SYNTH_FONT_SANS, SYNTH_FONT_SERIF, SYNTH_FONT_MONO, SYNTH_FONT_HAND,
                               SYNTH_FONT_BOLD};
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        assert_true(count_style(SYNTH_TRAIN, styles[i] | SYNTH_FONT_HANGUL, 0) > 0);
        assert_true(count_style(SYNTH_HELD, styles[i] | SYNTH_FONT_HANGUL, 0) > 0);
    }
    assert_true(count_style(SYNTH_TRAIN, SYNTH_FONT_MONO, SYNTH_FONT_HANGUL) >= 5);
    assert_true(count_style(SYNTH_HELD, SYNTH_FONT_MONO, SYNTH_FONT_HANGUL) >= 4);
}

static void names_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < synth_fonts_count(fonts); i++) {
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(synth_fonts_at(fonts, i)->name, synth_fonts_at(fonts, k)->name);
    }
}

/* Glyph by glyph, with an outline that is not the one for missing characters. */
static void hangul_fonts_draw_every_syllable_and_all_draw_ascii(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct buf set;
    buf_init(&set, 0);
    assert_int_equal(file_read(SYNTH_DIR "/charset.txt", &set, &e), 0);
    size_t syllables = 0;
    unsigned char missing[256] = {0};
    for (char *line = strtok(set.data, "\n"); line; line = strtok(NULL, "\n")) {
        uint32_t c = 0;
        assert_int_equal(text_utf8_next(line, strlen(line), &c), strlen(line));
        bool hangul = c >= 0xac00 && c <= 0xd7a3;
        syllables += hangul;
        for (size_t i = 0; i < synth_fonts_count(fonts); i++) {
            const struct synth_font *f = synth_fonts_at(fonts, i);
            bool must =
                hangul ? (f->style & SYNTH_FONT_HANGUL) != 0 : c <= '~' && !strchr("\\~`", (int)c);
            if (!must || synth_fonts_cover(fonts, i, line))
                continue;
            if (!hangul || missing[i]++ > 0) /* Baekmuk Dotum has a blank for one */
                fail_msg("%s does not draw %s", f->name, line);
        }
    }
    assert_int_equal(syllables, 2350);
    buf_finish(&set);
}

static void a_missing_glyph_is_told(void **state)
{
    (void)state;
    size_t latin = find("Liberation Mono"), korean = find("NanumGothic");
    assert_true(synth_fonts_cover(fonts, latin, "TOTAL 12.50"));
    assert_false(synth_fonts_cover(fonts, latin, "TOTAL 원"));
    assert_true(synth_fonts_cover(fonts, korean, "합계 12,340원"));
    assert_false(synth_fonts_cover(fonts, korean, "\xf0\x9f\x99\x82"));
    assert_false(synth_fonts_cover(fonts, korean, "a\tb"));
    assert_false(synth_fonts_cover(fonts, korean, "broken \xff"));
    assert_true(synth_fonts_width(fonts, latin, 10, "원") < 0);
    assert_false(synth_fonts_cover(fonts, find("Baekmuk Dotum"), "쏀")); /* listed, but blank */
}

static void a_character_drawn_as_another_counts_as_missing(void **state)
{
    (void)state;
    assert_false(synth_fonts_cover(fonts, find("NanumGothic"), "C:\\")); /* shows a won sign */
    assert_true(synth_fonts_cover(fonts, find("D2Coding"), "C:\\"));
}

static void widths_grow_with_size_and_add_up(void **state)
{
    (void)state;
    size_t f = find("NanumGothicCoding");
    double one = synth_fonts_width(fonts, f, 10, "가");
    assert_true(fabs(one - 10 * 25.4 / 72) < 0.02); /* a syllable is an em wide */
    assert_true(fabs(synth_fonts_width(fonts, f, 20, "가") - 2 * one) < 1e-9);
    assert_true(fabs(synth_fonts_width(fonts, f, 10, "가가 12") - 3.5 * one) < 1e-9);
}

/* Writes a list and tries to open it. */
static int try_list(const char *yaml, struct err *e)
{
    char path[] = "/tmp/synth-fonts-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(file_write_fd(fd, yaml, strlen(yaml)));
    close(fd);
    struct synth_fonts *f = NULL;
    int code = synth_fonts_create(path, &f, e);
    assert_null(f);
    unlink(path);
    return code;
}

#define HEAD "folders: [/nowhere]\nfamilies:\n"
#define FAMILY "  - {family: A, package: fonts-a, split: train, style: [sans, hangul], fonts: [{"

static void fonts_that_are_not_there_name_their_packages(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    int code = try_list(HEAD FAMILY "name: A, file: a.ttf}]}\n", &e);
    assert_int_equal(code, ERR_NOT_FOUND);
    assert_non_null(strstr(e.message, "train font without Hangul"));
    code = try_list(HEAD "  - {family: B, package: fonts-b, split: train, style: [mono], fonts: "
                         "[{name: B, file: b.ttf}]}\n",
                    &e);
    assert_int_equal(code, ERR_NOT_FOUND);
    assert_non_null(strstr(e.message, "fonts-b"));
}

static void a_wrong_list_is_refused_by_line_and_key(void **state)
{
    (void)state;
    const struct {
        const char *yaml, *says;
    } cases[] = {
        {HEAD FAMILY "name: A, file: a.ttf, size: 3}]}\n", ":3: "},
        {HEAD FAMILY "name: A}]}\n", "file"},
        {HEAD FAMILY "name: A, file: a.ttf, style: [pretty]}]}\n", "pretty"},
        {HEAD "  - {family: A, package: a, split: both, style: [sans], fonts: []}\n", "split"},
        {HEAD "  - {family: A, package: a, split: held, style: [sans], fonts: []}\n", "fonts"},
        {"folders: [/nowhere]\n", "families"},
        {"folders: /nowhere\nfamilies: []\n", "folders"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = ERR_INIT;
        assert_int_equal(try_list(cases[i].yaml, &e), ERR_CONFIG);
        if (!strstr(e.message, cases[i].says))
            fail_msg("\"%s\" does not say %s", e.message, cases[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_splits_have_every_style),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(hangul_fonts_draw_every_syllable_and_all_draw_ascii),
        cmocka_unit_test(a_missing_glyph_is_told),
        cmocka_unit_test(a_character_drawn_as_another_counts_as_missing),
        cmocka_unit_test(widths_grow_with_size_and_add_up),
        cmocka_unit_test(fonts_that_are_not_there_name_their_packages),
        cmocka_unit_test(a_wrong_list_is_refused_by_line_and_key),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
