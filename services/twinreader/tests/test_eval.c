#include "twinreader/eval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct err e;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_create(256 << 20);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_destroy(f->arena);
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

static struct eval_counts score(struct fixture *f, const char *truth, const char *predicted)
{
    struct eval_counts c = {0};
    struct eval_set t = load(f, truth), p = load(f, predicted);
    for (size_t i = 0; i < t.count; i++)
        assert_int_equal(
            eval_score(f->arena, &t.page[i], eval_find(&p, t.page[i].image), &c, &f->e), 0);
    return c;
}

#define WORD(text, x0, y0, x1, y1)                                                                 \
    "{\"text\":\"" text "\",\"box\":[" #x0 "," #y0 "," #x1 "," #y0 "," #x1 "," #y1 "," #x0 "," #y1 \
    "]}"
#define PAGE(words) "{\"image\":\"a\",\"words\":[" words "]}\n"

static void a_perfect_page_scores_one(void **state)
{
    struct fixture *f = *state;
    const char *page = PAGE(WORD("Total 8.20", 0, 0, 50, 10) "," WORD("한글", 0, 20, 30, 30));
    struct eval_counts c = score(f, page, page);
    assert_true(eval_rates(&c.exact).f1 == 1 && eval_rates(&c.boxes).f1 == 1);
    assert_true(eval_rates(&c.chars).f1 == 1 && eval_cer(&c, true) == 0);
    assert_int_equal(c.exact.truth, 3);
    assert_int_equal(c.length, 11);
}

static void a_missing_page_costs_all_its_text(void **state)
{
    struct fixture *f = *state;
    struct eval_counts c = score(f, PAGE(WORD("four", 0, 0, 5, 5)), "");
    assert_int_equal(c.missing, 1);
    assert_int_equal(c.edits, 4);
    assert_true(eval_rates(&c.exact).f1 == 0 && eval_cer(&c, true) == 1);
}

static void nothing_at_all_divides_by_nothing(void **state)
{
    struct fixture *f = *state;
    struct eval_counts c = score(f, PAGE(""), PAGE(""));
    assert_true(eval_rates(&c.exact).f1 == 0 && eval_cer(&c, true) == 0);
}

static void case_and_composition_are_folded(void **state)
{
    struct fixture *f = *state;
    struct eval_counts c = score(f, PAGE(WORD("CAF\xc3\x89 STRASSE", 0, 0, 9, 9)),
                                 PAGE(WORD("cafe\xcc\x81 stra\xc3\x9f"
                                           "e",
                                           0, 0, 9, 9)));
    assert_int_equal(c.exact.hit, 0);
    assert_int_equal(c.fold.hit, 2);
    assert_int_equal(c.edits, 0);
}

static void repeated_words_count_as_often_as_they_stand(void **state)
{
    struct fixture *f = *state;
    struct eval_counts c =
        score(f, PAGE(WORD("a a b", 0, 0, 9, 9)), PAGE(WORD("a b b c", 0, 0, 9, 9)));
    assert_int_equal(c.exact.hit, 2);
    assert_int_equal(c.exact.truth, 3);
    assert_int_equal(c.exact.predicted, 4);
}

static void rows_are_read_from_left_to_right(void **state)
{
    struct fixture *f = *state;
    struct eval_set s = load(
        f, PAGE(WORD("C", 0, 20, 5, 30) "," WORD("B", 50, 0, 60, 10) "," WORD("a", 0, 2, 10, 12)));
    struct unicode_text t;
    assert_int_equal(eval_page_text(f->arena, &s.page[0], true, &t, &f->e), 0);
    assert_int_equal(t.len, 3);
    assert_true(t.c[0] == 'a' && t.c[1] == 'b' && t.c[2] == 'c');
}

static void boxes_match_one_to_one_from_half_overlap_on(void **state)
{
    struct fixture *f = *state;
    struct eval_counts c = score(
        f, PAGE(WORD("x", 0, 0, 10, 10) "," WORD("y", 20, 0, 30, 10)),
        PAGE(WORD("x", 0, 0, 10, 5) "," WORD("x", 0, 0, 10, 10) "," WORD("y", 26, 0, 36, 10)));
    assert_int_equal(c.boxes.hit, 1);
    assert_int_equal(c.boxes.truth, 2);
    assert_int_equal(c.boxes.predicted, 3);
}

/* The matrix, row by row, as in a textbook. */
static int64_t slow_distance(const struct unicode_text *a, const struct unicode_text *b)
{
    int64_t *row = calloc(b->len + 1, sizeof *row);
    for (size_t j = 0; j <= b->len; j++)
        row[j] = (int64_t)j;
    for (size_t i = 1; i <= a->len; i++) {
        int64_t diagonal = row[0];
        row[0] = (int64_t)i;
        for (size_t j = 1; j <= b->len; j++) {
            int64_t up = row[j], best = diagonal + (a->c[i - 1] != b->c[j - 1]);
            best = up + 1 < best ? up + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = up;
            row[j] = best;
        }
    }
    int64_t d = row[b->len];
    free(row);
    return d;
}

static void distances_agree_with_the_textbook(void **state)
{
    struct fixture *f = *state;
    uint32_t seed = 7, a[300], b[300];
    for (int round = 0; round < 400; round++) {
        struct unicode_text x = {.c = a}, y = {.c = b};
        uint32_t letters = 2 + (uint32_t)round % 90;
        seed = seed * 1664525 + 1013904223;
        x.len = (seed >> 16) % (round % 4 ? 140 : 300);
        seed = seed * 1664525 + 1013904223;
        y.len = (seed >> 16) % (round % 3 ? 140 : 300);
        for (size_t i = 0; i < x.len; i++) {
            seed = seed * 1664525 + 1013904223;
            a[i] = 0xAC00 + (seed >> 16) % letters;
        }
        for (size_t i = 0; i < y.len; i++) {
            seed = seed * 1664525 + 1013904223;
            /* mostly the same text, so that distances are of all sizes */
            b[i] = i < x.len && (seed >> 24) % 4 ? a[i] : 0xAC00 + (seed >> 16) % letters;
        }
        int64_t d = -1;
        assert_int_equal(eval_distance(f->arena, &x, &y, &d, &f->e), 0);
        assert_int_equal(d, slow_distance(&x, &y));
        assert_int_equal(eval_distance(f->arena, &y, &x, &d, &f->e), 0);
        assert_int_equal(d, slow_distance(&x, &y));
    }
}

static void the_last_page_of_an_image_counts(void **state)
{
    struct fixture *f = *state;
    struct eval_set s =
        load(f, PAGE(WORD("first", 0, 0, 1, 1)) "{\"image\":\"b\",\"words\":[]}\n\n" PAGE(
                    WORD("second", 0, 0, 1, 1)));
    assert_int_equal(s.count, 2);
    assert_string_equal(s.page[0].item[0].text, "second");
    assert_string_equal(s.page[1].image, "b");
}

static void assert_refused(struct fixture *f, const char *json, const char *message)
{
    struct eval_set s;
    f->e = (struct err){0};
    assert_int_equal(eval_load(f->arena, "t.jsonl", json, strlen(json), &s, &f->e), ERR_FORMAT);
    assert_string_equal(f->e.message, message);
}

static void mistakes_are_reported_with_their_line(void **state)
{
    struct fixture *f = *state;
    assert_refused(f, PAGE("") "{", "t.jsonl:2");
    assert_refused(f, "\n{\"words\":[]}", "t.jsonl:2: a page must have an \"image\"");
    assert_refused(f, "{\"image\":\"a\"}", "t.jsonl:1: \"words\" must be an array");
    assert_refused(f, PAGE("{\"text\":1}"), "t.jsonl:1: a word must have a \"text\"");
    assert_refused(f, PAGE("{\"text\":\"\",\"box\":[1,2,3]}"),
                   "t.jsonl:1: a box must be an array of x1, y1, x2, y2 ...");
    assert_refused(f, PAGE("{\"text\":\"\",\"box\":[1,2,3,null]}"),
                   "t.jsonl:1: a box must have numbers only");
    assert_refused(f, "{\"image\":\"a\",\"words\":[],\"fields\":[]}",
                   "t.jsonl:1: \"fields\" must be an object");
}

static bool agrees(struct fixture *f, const char *name, const char *truth, const char *value,
                   const char *normalised, const char *type)
{
    struct eval_field t = {.name = name, .value = truth};
    struct eval_field p = {.name = name, .value = value, .normalised = normalised, .type = type};
    struct eval_agreement a = {false, false};
    assert_int_equal(eval_compare_field(f->arena, &t, &p, &a, &f->e), 0);
    return a.exact;
}

static void amounts_agree_by_value(void **state)
{
    struct fixture *f = *state;
    assert_true(agrees(f, "total", "$8.20", "8.20", "8.20", "amount"));
    assert_true(agrees(f, "total", "RM1,234.50", "RM 1.234,50", "1234.50", "amount"));
    assert_true(agrees(f, "total", "10,030", "10,030원", NULL, NULL));
    assert_true(agrees(f, "total", "60", "60.00", "60.00", "amount"));
    assert_false(agrees(f, "total", "8.20", "8.2O", "82.00", "amount"));
    assert_false(agrees(f, "total", "8.20", "-8.20", "-8.20", "amount"));
    assert_false(agrees(f, "address", "12 34", "1234", NULL, "text"));
}

static void dates_agree_by_day_or_as_printed(void **state)
{
    struct fixture *f = *state;
    assert_true(agrees(f, "date", "19/10/2018", "19 OCT 2018", "2018-10-19", "date"));
    assert_true(agrees(f, "date", "19/10/2018 20:49:59", "19/10/18", "2018-10-19", "date"));
    assert_true(agrees(f, "date", "Easter", "EASTER", NULL, "date"));
    assert_false(agrees(f, "date", "19/10/2018", "18/10/2018", "2018-10-18", "date"));
}

static void texts_agree_without_case_and_runs_of_space(void **state)
{
    struct fixture *f = *state;
    assert_true(agrees(f, "company", "PAPER  & PENS ", " Paper &\tPens", NULL, "text"));
    assert_false(agrees(f, "company", "PAPER & PENS", "PAPER&PENS", NULL, "text"));
    struct eval_field t = {.name = "company", .value = "PAPER & PENS"};
    struct eval_field p = {.name = "company", .value = "paper&pens"};
    struct eval_agreement a = {false, false};
    assert_int_equal(eval_compare_field(f->arena, &t, &p, &a, &f->e), 0);
    assert_true(a.spaceless && !a.exact);
    assert_int_equal(eval_compare_field(f->arena, &t, NULL, &a, &f->e), 0);
    assert_false(a.spaceless || a.exact);
}

static void fields_are_strings_or_objects(void **state)
{
    struct fixture *f = *state;
    struct eval_set s =
        load(f, "{\"image\":\"a\",\"words\":[],\"fields\":{\"x\":\"1\",\"y\":{\"value\":\"2\","
                "\"normalised\":\"2.00\",\"type\":\"amount\"},\"z\":{\"value\":null}}}");
    assert_true(s.page[0].has_fields);
    assert_int_equal(s.page[0].field_count, 2);
    assert_string_equal(eval_find_field(&s.page[0], "y")->normalised, "2.00");
    assert_null(eval_find_field(&s.page[0], "z"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_perfect_page_scores_one),
        TEST(a_missing_page_costs_all_its_text),
        TEST(nothing_at_all_divides_by_nothing),
        TEST(case_and_composition_are_folded),
        TEST(repeated_words_count_as_often_as_they_stand),
        TEST(rows_are_read_from_left_to_right),
        TEST(boxes_match_one_to_one_from_half_overlap_on),
        TEST(distances_agree_with_the_textbook),
        TEST(the_last_page_of_an_image_counts),
        TEST(mistakes_are_reported_with_their_line),
        TEST(amounts_agree_by_value),
        TEST(dates_agree_by_day_or_as_printed),
        TEST(texts_agree_without_case_and_runs_of_space),
        TEST(fields_are_strings_or_objects),
    };
    return cmocka_run_group_tests_name("twinreader/eval", tests, NULL, NULL);
}
