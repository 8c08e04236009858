/* Every error by its name: small pages made by hand, each with one thing wrong. */
#include "twinreader/eval_align.h"
#include "twinreader/eval_named.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena, *scratch;
    struct eval_namer *namer;
    struct eval_named named;
    struct err e;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_create(64 << 20);
    f->scratch = arena_create(64 << 20);
    *state = f;
    return f->arena && f->scratch ? eval_named_create(false, &f->namer, &f->e) : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    eval_named_destroy(f->namer);
    arena_destroy(f->arena);
    arena_destroy(f->scratch);
    free(f);
    return 0;
}

static struct eval_set load(struct fixture *f, const char *json)
{
    struct eval_set s = {0};
    if (eval_load(f->arena, "test.jsonl", json, strlen(json), &s, &f->e))
        fail_msg("%s: %s", f->e.message, f->e.cause);
    return s;
}

/* Counts one page after another; call `counted` when all are in. */
static struct eval_box_counts add(struct fixture *f, const char *truth, const char *predicted)
{
    struct eval_box_counts boxes = {0};
    struct eval_set t = load(f, truth), p = load(f, predicted);
    arena_reset(f->scratch);
    assert_int_equal(eval_named_add(f->namer, f->scratch, 0, &t.page[0],
                                    p.count ? &p.page[0] : NULL, &boxes, &f->e),
                     0);
    return boxes;
}

static const struct eval_named *counted(struct fixture *f)
{
    assert_int_equal(eval_named_finish(f->namer, &f->named, &f->e), 0);
    return &f->named;
}

/* How many entries had each kind of error, as "found split merged cut missed false unit". */
static void assert_kinds(const struct eval_box_counts *c, const char *expected)
{
    char text[64];
    snprintf(text, sizeof text, "%d %d %d %d %d %d %d", (int)c->share[EVAL_FOUND],
             (int)c->share[EVAL_SPLIT], (int)c->share[EVAL_MERGED], (int)c->share[EVAL_CUT],
             (int)c->share[EVAL_MISSED], (int)c->share[EVAL_FALSE], (int)c->share[EVAL_WRONG_UNIT]);
    assert_string_equal(text, expected);
}

#define BOX(text, x0, y0, x1, y1)                                                                  \
    "{\"text\":\"" text "\",\"box\":[" #x0 "," #y0 "," #x1 "," #y0 "," #x1 "," #y1 "," #x0 "," #y1 \
    "]}"
#define QUAD(text, corners) "{\"text\":\"" text "\",\"box\":[" corners "]}"
#define WORDS(items) "{\"image\":\"a\",\"level\":\"word\",\"words\":[" items "]}\n"
#define LINES(items) "{\"image\":\"a\",\"level\":\"line\",\"words\":[" items "]}\n"

static void a_word_in_its_box_is_found(void **state)
{
    struct fixture *f = *state;
    /* The box is what a detector makes of it: larger than the ink all around. */
    struct eval_box_counts c = add(f, WORDS(BOX("합계", 10, 10, 50, 30)), //
                                   WORDS(BOX("합계", 4, 5, 57, 36)));
    assert_kinds(&c, "1 0 0 0 0 0 0");
    assert_true(eval_box_rate(&c, EVAL_FOUND) == 1);
    assert_int_equal(counted(f)->edits, 0);
}

static void an_amount_cut_in_two_is_split(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, WORDS(BOX("10,030원", 0, 0, 100, 20)), //
            WORDS(BOX("30원", 55, 0, 100, 20) "," BOX("10,0", 0, 0, 50, 20)));
    assert_kinds(&c, "0 1 0 0 0 0 0");
    assert_int_equal(c.groups[EVAL_SPLIT], 1);
    /* Pieces are put together in reading order: nothing is misread, but a space was made up. */
    const struct eval_named *n = counted(f);
    assert_int_equal(n->edits, 0);
    assert_int_equal(n->spaces_invented, 1);
    assert_int_equal(n->tally[EVAL_BY_LENGTH][0].right, 0);
    assert_string_equal(n->worst[EVAL_SPLIT][0].read, "10,0 | 30원");
}

static void words_glued_in_one_box_are_merged(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, WORDS(BOX("진료비", 0, 0, 60, 20) "," BOX("총액", 70, 0, 110, 20)), //
            WORDS(BOX("진료비총액", 0, 0, 110, 20)));
    assert_kinds(&c, "0 0 2 0 0 0 0");
    assert_int_equal(c.groups[EVAL_MERGED], 1);
    const struct eval_named *n = counted(f);
    assert_int_equal(n->spaces_lost, 1);
    assert_int_equal(n->edits, 0);
    assert_int_equal(n->tally[EVAL_BY_LENGTH][0].words, 1);
    assert_int_equal(n->tally[EVAL_BY_LENGTH][0].right, 0);
}

static void a_box_that_reaches_into_the_next_word_has_not_swallowed_it(void **state)
{
    struct fixture *f = *state;
    const char *truth = WORDS(BOX("보험", 0, 0, 40, 20) "," BOX("금", 50, 0, 90, 20));
    struct eval_box_counts c = add(f, truth, WORDS(BOX("보험", 0, 0, 66, 20)));
    assert_kinds(&c, "1 0 0 0 1 0 0");
}

static void a_line_box_over_words_is_the_wrong_unit(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, WORDS(BOX("진료비", 0, 0, 60, 20) "," BOX("총액", 70, 0, 110, 20)),
            WORDS(BOX("진료비 총액", 0, 0, 110, 20)));
    assert_kinds(&c, "0 0 0 0 0 0 2");
    assert_int_equal(counted(f)->spaces_lost, 0);
}

static void a_line_box_over_a_line_is_right(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c = add(f, LINES(BOX("진료비 총액", 0, 0, 110, 20)), //
                                   LINES(BOX("진료비 총액", 0, 0, 110, 20)));
    assert_kinds(&c, "1 0 0 0 0 0 0");
    assert_int_equal(counted(f)->spaces, 1);
}

static void a_box_over_two_lines_of_the_truth_is_merged_with_its_space_or_not(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, LINES(BOX("TOTAL", 0, 0, 50, 20) "," BOX("8.20", 200, 0, 240, 20)),
            LINES(BOX("TOTAL 8.20", 0, 0, 240, 20)));
    assert_kinds(&c, "0 0 2 0 0 0 0");
}

static void word_boxes_over_a_line_are_the_wrong_unit(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, LINES(BOX("진료비 총액", 0, 0, 110, 20)), //
            LINES(BOX("진료비", 0, 0, 60, 20) "," BOX("총액", 70, 0, 110, 20)));
    assert_kinds(&c, "0 0 0 0 0 0 1");
    assert_int_equal(counted(f)->spaces_invented, 0);
}

static void a_line_cut_within_a_word_is_split(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, LINES(BOX("진료비 총액", 0, 0, 110, 20)), //
            LINES(BOX("진료비 총", 0, 0, 88, 20) "," BOX("액", 92, 0, 110, 20)));
    assert_kinds(&c, "0 1 0 0 0 0 0");
}

static void letters_boxed_one_by_one_are_the_wrong_unit(void **state)
{
    struct fixture *f = *state;
    const char *truth = WORDS(BOX("진료비", 0, 0, 60, 20));
    const char *letters = WORDS(BOX("진", 0, 0, 18, 20) "," BOX("료", 20, 0, 38, 20) "," //
                                BOX("비", 40, 0, 60, 20));
    struct eval_box_counts c = add(f, truth, letters);
    assert_kinds(&c, "0 0 0 0 0 0 1");
    assert_int_equal(counted(f)->spaces_invented, 0);
    assert_int_equal(f->named.tally[EVAL_BY_LENGTH][0].right, 1);
}

static void a_word_without_a_box_is_missed(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, WORDS(BOX("보험", 0, 0, 40, 20) "," BOX("청구", 100, 0, 140, 20)), //
            WORDS(BOX("보험", 0, 0, 40, 20)));
    assert_kinds(&c, "1 0 0 0 1 0 0");
    const struct eval_named *n = counted(f);
    assert_int_equal(n->dropped, 2);
    assert_int_equal(n->tally[EVAL_BY_LENGTH][0].missed, 1);
    assert_int_equal(n->pair_count, 0); /* letters nobody saw were not taken for anything */
    assert_string_equal(n->worst[EVAL_MISSED][0].truth, "청구");
}

static void a_missing_page_is_missed_words_and_nothing_to_look_at(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c = add(f, WORDS(BOX("보험", 0, 0, 40, 20)), "");
    assert_kinds(&c, "0 0 0 0 1 0 0");
    assert_int_equal(counted(f)->worst_count[EVAL_MISSED], 0);
    assert_int_equal(f->named.edits, 2);
}

static void a_box_on_nothing_is_false_and_a_small_one_a_speck(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, WORDS(BOX("보험", 0, 0, 40, 20)),                                    //
            WORDS(BOX("보험", 0, 0, 40, 20) "," BOX("도장", 300, 300, 360, 330) "," //
                  BOX(".", 200, 200, 204, 204) "," BOX("", 250, 200, 254, 260) ","  //
                  BOX("", 250, 280, 290, 284)));
    assert_kinds(&c, "1 0 0 0 0 4 0");
    assert_int_equal(c.specks, 1); /* a rule is none, standing or lying */
    assert_true(eval_box_rate(&c, EVAL_FALSE) == 0.8);
    const struct eval_named *n = counted(f);
    assert_int_equal(n->added, 3);
    assert_string_equal(n->worst[EVAL_FALSE][0].read, "도장");
}

static void a_second_box_around_a_word_is_false(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c = add(f, WORDS(BOX("보험", 0, 0, 40, 20)), //
                                   WORDS(BOX("보험", 0, 0, 40, 20) ","  //
                                         BOX("보험", 2, 1, 38, 19)));
    assert_kinds(&c, "1 0 0 0 0 1 0");
}

static void a_box_on_a_smaller_part_of_a_word_cuts_it(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, WORDS(BOX("1234567890", 0, 0, 100, 20)), WORDS(BOX("1234", 0, 0, 40, 20)));
    assert_kinds(&c, "0 0 0 1 0 0 0");
    assert_int_equal(counted(f)->dropped, 6);
}

static void what_nobody_could_read_is_no_error_either_way(void **state)
{
    struct fixture *f = *state;
    struct eval_box_counts c =
        add(f, WORDS(BOX("###", 0, 0, 40, 20) "," BOX("###", 100, 0, 140, 20)),
            WORDS(BOX("보헝", 0, 0, 40, 20)));
    assert_kinds(&c, "0 0 0 0 0 0 0");
    assert_int_equal(c.words, 0);
    assert_int_equal(c.boxes, 0);
    assert_int_equal(counted(f)->edits, 0);
}

static void slanted_neighbours_are_told_apart_though_their_bounds_overlap(void **state)
{
    struct fixture *f = *state;
    /* Two lines 300 wide and 20 high, 30 apart, falling by 60: each one's bounds hold half of the
     * other. */
    const char *page = LINES(QUAD("첫째 줄", "0,0,300,60,300,80,0,20") "," //
                             QUAD("둘째 줄", "0,30,300,90,300,110,0,50"));
    struct eval_box_counts c = add(f, page, page);
    assert_kinds(&c, "2 0 0 0 0 0 0");
    assert_int_equal(counted(f)->edits, 0);
    /* The second is missed and not in the first one's box, as their bounds would have it. */
    c = add(f, page, LINES(QUAD("첫째 줄", "0,0,300,60,300,80,0,20")));
    assert_kinds(&c, "1 0 0 0 1 0 0");
}

static int64_t times(const struct eval_named *n, uint32_t truth, uint32_t read)
{
    for (size_t i = 0; i < n->pair_count; i++)
        if (n->pair[i].truth == truth && n->pair[i].read == read)
            return n->pair[i].count;
    return 0;
}

static void letters_taken_for_others_are_counted_by_pair(void **state)
{
    struct fixture *f = *state;
    add(f, WORDS(BOX("1050", 0, 0, 40, 20) "," BOX("각", 50, 0, 70, 20)),
        WORDS(BOX("lO5O", 0, 0, 40, 20) "," BOX("간", 50, 0, 70, 20)));
    add(f, WORDS(BOX("10", 0, 0, 20, 20)), WORDS(BOX("1ㅇ", 0, 0, 20, 20)));
    const struct eval_named *n = counted(f);
    assert_int_equal(times(n, '0', 'O'), 2);
    assert_int_equal(times(n, '1', 'l'), 1);
    assert_int_equal(times(n, '0', 0x3147), 1);
    assert_int_equal(n->pair[0].truth, '0'); /* the most frequent comes first */
    assert_int_equal(n->changed, 5);
    assert_int_equal(n->changed_alike, 4);
    assert_int_equal(n->changed_jamo, 1);
    assert_int_equal(n->jamo_count, 1);
    assert_int_equal(n->jamo[0].jamo.place, EVAL_JAMO_FINAL);
    assert_int_equal(n->jamo[0].jamo.truth, 0x3131);
    assert_int_equal(n->jamo[0].jamo.read, 0x3134);
}

static void look_alikes_are_what_people_would_call_so(void **state)
{
    (void)state;
    static const uint32_t alike[][2] = {{'0', 'O'},    {'0', 0x3147}, {'1', 'l'}, {'1', 'I'},
                                        {'l', 0x3163}, {'8', 'B'},    {'5', 'S'}, {'2', 'Z'},
                                        {'-', 0x3161}, {0x20A9, 'W'}};
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        assert_int_equal(eval_alike(alike[i][0], alike[i][1]), EVAL_ALIKE_SHAPE);
        assert_int_equal(eval_alike(alike[i][1], alike[i][0]), EVAL_ALIKE_SHAPE);
    }
    assert_int_equal(eval_alike('s', 'S'), EVAL_ALIKE_CASE);
    assert_int_equal(eval_alike('0', '0'), EVAL_ALIKE_NOT);
    assert_int_equal(eval_alike('0', '1'), EVAL_ALIKE_NOT);
    assert_int_equal(eval_alike(0xAC00, '7'), EVAL_ALIKE_NOT);
    assert_int_equal(eval_alike(0, 0), EVAL_ALIKE_NOT);
}

static void syllables_are_compared_by_their_letters(void **state)
{
    (void)state;
    struct eval_jamo j;
    assert_true(eval_jamo(0xD55C /* 한 */, 0xC548 /* 안 */, &j));
    assert_int_equal(j.place, EVAL_JAMO_INITIAL);
    assert_int_equal(j.truth, 0x314E);
    assert_int_equal(j.read, 0x3147);
    assert_true(eval_jamo(0xAC00 /* 가 */, 0xAC1C /* 개 */, &j));
    assert_int_equal(j.place, EVAL_JAMO_VOWEL);
    assert_int_equal(j.truth, 0x314F);
    assert_int_equal(j.read, 0x3150);
    assert_true(eval_jamo(0xAC12 /* 값 */, 0xAC00 /* 가 */, &j));
    assert_int_equal(j.place, EVAL_JAMO_FINAL);
    assert_int_equal(j.truth, 0x3144);
    assert_int_equal(j.read, 0);
    assert_false(eval_jamo(0xAC00, 0xAC00, &j));
    assert_false(eval_jamo(0xD55C, 0xAC00, &j)); /* 한 가: two differences */
    assert_false(eval_jamo(0xAC00, 'A', &j));
}

static struct eval_alignment align(struct fixture *f, const char *truth, const char *read)
{
    struct eval_letters t, r;
    struct eval_alignment al;
    assert_int_equal(eval_letters(f->arena, truth, false, &t, &f->e), 0);
    assert_int_equal(eval_letters(f->arena, read, false, &r, &f->e), 0);
    assert_int_equal(eval_align(f->arena, &t, &r, &al, &f->e), 0);
    return al;
}

static void of_equal_alignments_the_one_with_look_alikes_is_taken(void **state)
{
    struct fixture *f = *state;
    struct eval_alignment al = align(f, "l0", "O");
    assert_int_equal(al.edits, 2);
    assert_int_equal(al.count, 2);
    assert_true(al.step[0].truth == 'l' && al.step[0].read == 0);
    assert_true(al.step[1].truth == '0' && al.step[1].read == 'O');
    al = align(f, "0l", "O");
    assert_true(al.step[0].truth == '0' && al.step[0].read == 'O');
    assert_true(al.step[1].truth == 'l' && al.step[1].read == 0);
}

static void texts_are_compared_composed(void **state)
{
    struct fixture *f = *state;
    /* 한 as three jamo; a syllable is one letter however it is written. */
    struct eval_alignment al = align(f, "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한");
    assert_int_equal(al.edits, 0);
    assert_int_equal(al.count, 1);
}

static void spaces_are_judged_apart_from_letters(void **state)
{
    struct fixture *f = *state;
    struct eval_alignment al = align(f, "보험금 청구서 제출", "보험 금 청구사제출");
    assert_int_equal(al.edits, 1);
    assert_int_equal(al.spaces_lost, 1);
    assert_int_equal(al.spaces_invented, 1);
    assert_true(al.lost[6] && al.invented[2]);
    al = align(f, "보험금 청구서", "청구서"); /* a space next to nothing was not lost */
    assert_int_equal(al.spaces_lost, 0);
    al = align(f, " a  b ", "a b");
    assert_true(al.edits == 0 && al.spaces_lost == 0 && al.spaces_invented == 0);
}

static void alignments_have_as_many_edits_as_the_distance(void **state)
{
    struct fixture *f = *state;
    uint32_t seed = 3, a[60], b[60];
    bool none[61] = {false};
    for (int round = 0; round < 300; round++) {
        struct eval_letters t = {.c = a, .space = none}, r = {.c = b, .space = none};
        uint32_t kinds = 2 + (uint32_t)round % 12;
        t.len = (size_t)round % 61;
        seed = seed * 1664525 + 1013904223;
        r.len = (seed >> 16) % 61;
        for (size_t i = 0; i < 60; i++) {
            seed = seed * 1664525 + 1013904223;
            a[i] = '0' + (seed >> 16) % kinds;
            b[i] = (seed >> 24) % 3 ? a[i] : 'l' + (seed >> 20) % kinds;
        }
        struct eval_alignment al;
        struct unicode_text x = {a, t.len}, y = {b, r.len};
        int64_t distance = -1, edits = 0;
        size_t truth = 0, read = 0;
        arena_reset(f->scratch);
        assert_int_equal(eval_align(f->scratch, &t, &r, &al, &f->e), 0);
        assert_int_equal(eval_distance(f->scratch, &x, &y, &distance, &f->e), 0);
        assert_int_equal(al.edits, distance);
        for (size_t i = 0; i < al.count; i++) {
            assert_int_equal(al.step[i].truth_at, truth);
            assert_int_equal(al.step[i].read_at, read);
            edits += al.step[i].truth != al.step[i].read;
            truth += al.step[i].truth != 0;
            read += al.step[i].read != 0;
        }
        assert_int_equal(edits, distance);
        assert_true(truth == t.len && read == r.len);
    }
}

static void very_long_texts_have_their_edits_counted(void **state)
{
    struct fixture *f = *state;
    enum { LONG = 5000 };
    char *truth = arena_alloc(f->arena, LONG + 1), *read = arena_alloc(f->arena, LONG + 1);
    memset(truth, 'a', LONG);
    memset(read, 'a', LONG);
    read[2500] = 'b';
    struct eval_alignment al = align(f, truth, read);
    assert_null(al.step);
    assert_int_equal(al.edits, 1);
}

static const struct eval_tally *row(const struct eval_named *n, enum eval_dimension d,
                                    const char *name)
{
    for (size_t i = 0; i < n->tally_count[d]; i++)
        if (strcmp(n->tally[d][i].name, name) == 0)
            return &n->tally[d][i];
    fail_msg("there is no row %s", name);
    return NULL;
}

static void errors_are_counted_by_what_the_truth_knows(void **state)
{
    struct fixture *f = *state;
    add(f,
        "{\"image\":\"a\",\"level\":\"word\",\"kind\":\"receipt\",\"layout\":\"wide\","
        "\"degradation\":\"fax\",\"font\":\"Batang\",\"words\":["
        "{\"text\":\"가나다라\",\"font\":\"Dotum\",\"box\":[0,0,80,20]}," //
        "{\"text\":\"마바\",\"box\":[90,0,130,20]},{\"text\":\"사\",\"box\":[140,0,160,20]}]}\n",
        WORDS(BOX("가나댜라", 0, 0, 80, 20) "," BOX("마바", 90, 0, 130, 20)));
    const struct eval_named *n = counted(f);
    const struct eval_tally *t = row(n, EVAL_BY_FONT, "Dotum");
    assert_true(t->words == 1 && t->right == 0 && t->length == 4 && t->edits == 1);
    t = row(n, EVAL_BY_FONT, "Batang"); /* the page's font, where a word has none of its own */
    assert_true(t->words == 2 && t->right == 1 && t->length == 3 && t->edits == 1);
    assert_int_equal(t->missed, 1);
    assert_string_equal(n->tally[EVAL_BY_FONT][0].name, "Batang"); /* 1 of 3 is worse than of 4 */
    assert_int_equal(row(n, EVAL_BY_DEGRADATION, "fax")->words, 3);
    assert_int_equal(row(n, EVAL_BY_KIND, "receipt")->edits, 2);
    assert_int_equal(row(n, EVAL_BY_LAYOUT, "wide")->length, 7);
    assert_int_equal(n->tally_count[EVAL_BY_LENGTH], 3);
    assert_int_equal(row(n, EVAL_BY_LENGTH, "3-4")->edits, 1);
    assert_int_equal(row(n, EVAL_BY_LENGTH, "2")->right, 1);
    assert_int_equal(row(n, EVAL_BY_LENGTH, "1")->missed, 1);
}

static void words_of_a_line_are_judged_one_by_one(void **state)
{
    struct fixture *f = *state;
    add(f, LINES(BOX("환자부담 총액 12,340원", 0, 0, 200, 20)),
        LINES(BOX("환자부담 총액 12,840원", 0, 0, 200, 20)));
    const struct eval_named *n = counted(f);
    assert_int_equal(row(n, EVAL_BY_LENGTH, "3-4")->right, 1);
    assert_int_equal(row(n, EVAL_BY_LENGTH, "2")->right, 1);
    assert_int_equal(row(n, EVAL_BY_LENGTH, "5-8")->right, 0);
    assert_int_equal(row(n, EVAL_BY_LENGTH, "5-8")->edits, 1);
}

static void the_surest_mistakes_are_the_worst(void **state)
{
    struct fixture *f = *state;
    add(f, WORDS(BOX("가", 0, 0, 20, 20) "," BOX("나", 100, 0, 120, 20)),
        WORDS("{\"text\":\"갸\",\"confidence\":0.2,\"box\":[0,0,20,20]}," //
              "{\"text\":\"냐\",\"confidence\":0.9,\"box\":[100,0,120,20]}"));
    const struct eval_named *n = counted(f);
    assert_int_equal(n->worst_count[EVAL_FOUND], 2);
    assert_string_equal(n->worst[EVAL_FOUND][0].read, "냐");
    assert_true(n->worst[EVAL_FOUND][0].confidence == 0.9);
    assert_true(n->worst[EVAL_FOUND][1].truth_box[0].p[1].x == 20);
}

static void case_counts_unless_it_is_folded(void **state)
{
    struct fixture *f = *state;
    add(f, WORDS(BOX("TOTAL", 0, 0, 50, 20)), WORDS(BOX("Total", 0, 0, 50, 20)));
    assert_int_equal(counted(f)->changed_case, 4);
    assert_int_equal(f->named.changed_alike, 0);
    eval_named_destroy(f->namer);
    assert_int_equal(eval_named_create(true, &f->namer, &f->e), 0);
    add(f, WORDS(BOX("TOTAL", 0, 0, 50, 20)), WORDS(BOX("Total", 0, 0, 50, 20)));
    assert_int_equal(counted(f)->edits, 0);
}

static void one_page_does_not_fill_the_list_of_the_worst(void **state)
{
    struct fixture *f = *state;
    const char *words = WORDS(BOX("가", 0, 0, 20, 20) "," BOX("나나", 100, 0, 120, 20) "," //
                              BOX("다다다", 200, 0, 220, 20) ","                           //
                              BOX("라라라라", 300, 0, 320, 20));
    add(f, words, WORDS(""));
    const struct eval_named *n = counted(f);
    assert_int_equal(n->worst_count[EVAL_MISSED], 3);
    assert_string_equal(n->worst[EVAL_MISSED][0].truth, "라라라라");
    assert_string_equal(n->worst[EVAL_MISSED][2].truth, "나나");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_word_in_its_box_is_found),
        TEST(an_amount_cut_in_two_is_split),
        TEST(words_glued_in_one_box_are_merged),
        TEST(a_box_that_reaches_into_the_next_word_has_not_swallowed_it),
        TEST(a_line_box_over_words_is_the_wrong_unit),
        TEST(a_line_box_over_a_line_is_right),
        TEST(a_box_over_two_lines_of_the_truth_is_merged_with_its_space_or_not),
        TEST(word_boxes_over_a_line_are_the_wrong_unit),
        TEST(a_line_cut_within_a_word_is_split),
        TEST(letters_boxed_one_by_one_are_the_wrong_unit),
        TEST(a_word_without_a_box_is_missed),
        TEST(a_missing_page_is_missed_words_and_nothing_to_look_at),
        TEST(a_box_on_nothing_is_false_and_a_small_one_a_speck),
        TEST(a_second_box_around_a_word_is_false),
        TEST(a_box_on_a_smaller_part_of_a_word_cuts_it),
        TEST(what_nobody_could_read_is_no_error_either_way),
        TEST(slanted_neighbours_are_told_apart_though_their_bounds_overlap),
        TEST(letters_taken_for_others_are_counted_by_pair),
        TEST(look_alikes_are_what_people_would_call_so),
        TEST(syllables_are_compared_by_their_letters),
        TEST(of_equal_alignments_the_one_with_look_alikes_is_taken),
        TEST(texts_are_compared_composed),
        TEST(spaces_are_judged_apart_from_letters),
        TEST(alignments_have_as_many_edits_as_the_distance),
        TEST(very_long_texts_have_their_edits_counted),
        TEST(errors_are_counted_by_what_the_truth_knows),
        TEST(words_of_a_line_are_judged_one_by_one),
        TEST(the_surest_mistakes_are_the_worst),
        TEST(case_counts_unless_it_is_folded),
        TEST(one_page_does_not_fill_the_list_of_the_worst),
    };
    return cmocka_run_group_tests_name("twinreader/eval_named", tests, NULL, NULL);
}
