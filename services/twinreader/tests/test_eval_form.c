/* Fields by form and by name, lists row by row, and what a verdict is worth. */
#include "twinreader/eval_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena, *scratch;
    struct eval_form_sum sum;
    struct err e;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_create(64 << 20);
    f->scratch = arena_create(64 << 20);
    *state = f;
    return f->arena && f->scratch ? eval_form_init(f->arena, &f->sum, &f->e) : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_destroy(f->arena);
    arena_destroy(f->scratch);
    free(f);
    return 0;
}

static const struct eval_page *load(struct fixture *f, const char *json)
{
    struct eval_set s = {0};
    if (eval_load(f->arena, "test.jsonl", json, strlen(json), &s, &f->e))
        fail_msg("%s: %s", f->e.message, f->e.cause);
    return &s.page[0];
}

/* Compares one page; returns the names of what does not agree. */
static const char *add(struct fixture *f, const char *truth, const char *predicted)
{
    const char *wrong = NULL;
    int rc = eval_form_add(&f->sum, f->scratch, load(f, truth),
                           predicted ? load(f, predicted) : NULL, &wrong, &f->e);
    assert_int_equal(rc, 0);
    return wrong;
}

#define PAGE(facts, fields) "{\"image\":\"a\",\"words\":[]," facts "\"fields\":{" fields "}}"

static const struct eval_field_count *column(const struct eval_form_count *f, const char *name)
{
    for (size_t i = 0; i < f->field_count; i++)
        if (strcmp(f->field[i].name, name) == 0)
            return &f->field[i];
    fail_msg("there is no field %s", name);
    return NULL;
}

static void fields_count_by_the_kind_of_paper(void **state)
{
    struct fixture *f = *state;
    const char *truth = PAGE("\"kind\":\"claim\",", "\"name\":\"김가\",\"bank\":\"두레\"");
    assert_string_equal(add(f, truth, PAGE("", "\"name\":\"김가\",\"bank\":\"두래\"")), "bank");
    add(f, PAGE("", "\"name\":\"이나\""), PAGE("\"form\":\"receipt\",", "\"name\":\"이나\""));
    assert_int_equal(f->sum.form_count, 2);
    assert_string_equal(f->sum.form[0].name, "claim");
    assert_string_equal(f->sum.form[1].name, "receipt"); /* found, where the truth does not say */
    assert_int_equal(f->sum.form[0].exact, 1);
    assert_int_equal(f->sum.form[0].complete, 0);
    assert_int_equal(f->sum.form[1].complete, 1);
    assert_int_equal(column(&f->sum.all, "name")->exact, 2);
    assert_int_equal(column(&f->sum.all, "bank")->exact, 0);
}

static void normal_forms_that_agree_are_enough(void **state)
{
    struct fixture *f = *state;
    const char *truth = PAGE("", "\"day\":{\"value\":\"2026년 3월 4일\","
                                 "\"normalised\":\"2026-03-04\"}");
    assert_string_equal(add(f, truth,
                            PAGE("", "\"day\":{\"value\":\"2026 년3월 4일\","
                                     "\"normalised\":\"2026-03-04\"}")),
                        "");
    assert_string_equal(add(f, truth,
                            PAGE("", "\"day\":{\"value\":\"2026 년3월 4일\","
                                     "\"normalised\":\"2026-03-14\"}")),
                        "day");
}

#define ROW(name, amount)                                                                          \
    "[{\"name\":\"name\",\"value\":\"" name "\"},{\"name\":\"amount\",\"value\":\"" amount "\"}]"
#define LIST(rows) "\"items\":{\"type\":\"list\",\"rows\":[" rows "]}"

static void a_missed_row_costs_its_own_cells_only(void **state)
{
    struct fixture *f = *state;
    const char *truth =
        PAGE("\"kind\":\"r\",",
             LIST(ROW("진찰료", "100") "," ROW("주사료", "200") "," ROW("식대", "300")));
    const char *read = PAGE("", LIST(ROW("진찰료", "100") "," ROW("식대", "300")));
    assert_string_equal(add(f, truth, read), "items[1].name items[1].amount");
    assert_int_equal(column(&f->sum.all, "items[].name")->pages, 3);
    assert_int_equal(column(&f->sum.all, "items[].name")->exact, 2);
    assert_int_equal(f->sum.all.invented, 0);
}

static void an_invented_row_is_no_complete_page(void **state)
{
    struct fixture *f = *state;
    add(f, PAGE("", LIST(ROW("진찰료", "100"))),
        PAGE("", LIST(ROW("합계", "999") "," ROW("진찰료", "100"))));
    assert_int_equal(f->sum.all.exact, 2);
    assert_int_equal(f->sum.all.invented, 1);
    assert_int_equal(f->sum.all.complete, 0);
}

static void a_misread_row_is_compared_with_the_row_in_its_place(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(add(f, PAGE("", LIST(ROW("진찰료", "100") "," ROW("주사료", "200"))),
                            PAGE("", LIST(ROW("진찰료", "100") "," ROW("주시료", "200")))),
                        "items[1].name");
    assert_int_equal(f->sum.all.invented, 0);
    /* Also when none of its cells agrees. */
    add(f, PAGE("", LIST(ROW("진찰료", "100") "," ROW("CT 진단료", "200"))),
        PAGE("", LIST(ROW("진찰료", "100") "," ROW("CT진단료", "700"))));
    assert_int_equal(column(&f->sum.all, "items[].name")->spaceless, 3);
}

static void what_was_accepted_is_counted_apart(void **state)
{
    struct fixture *f = *state;
    const char *truth = PAGE("\"kind\":\"r\",", "\"total\":\"100\",\"name\":\"김가\"");
    add(f, truth, PAGE("\"verdict\":\"accept\",", "\"total\":\"100\",\"name\":\"김가\""));
    add(f, truth, PAGE("\"verdict\":\"accept\",", "\"total\":\"700\",\"name\":\"김가\""));
    add(f, truth, PAGE("\"verdict\":\"review\",", "\"total\":\"1\",\"name\":\"?\""));
    add(f, truth, NULL);
    const struct eval_form_count *r = &f->sum.form[0];
    assert_int_equal(r->pages, 4);
    assert_int_equal(r->judged, 3);
    assert_int_equal(r->accepted, 2);
    assert_int_equal(r->accepted_complete, 1);
    assert_int_equal(r->accepted_fields, 4);
    assert_int_equal(r->accepted_exact, 3);
}

static void checks_are_held_against_what_they_checked(void **state)
{
    struct fixture *f = *state;
    const char *truth = PAGE("", "\"total\":\"100\",\"number\":\"5\"");
#define CHECKED(value, passed)                                                                     \
    "{\"value\":\"" value "\",\"checks\":[{\"name\":\"sum\",\"passed\":" passed "}]}"
    add(f, truth, PAGE("", "\"total\":" CHECKED("100", "true") ",\"number\":\"5\""));
    add(f, truth, PAGE("", "\"total\":" CHECKED("100", "false") ",\"number\":\"5\""));
    add(f, truth, PAGE("", "\"total\":" CHECKED("7", "true") ",\"extra\":" CHECKED("1", "true")));
    assert_int_equal(f->sum.check_count, 1);
    const struct eval_check_count *c = &f->sum.check[0];
    assert_true(c->passed == 2 && c->passed_right == 1 && c->failed == 1 && c->failed_right == 1);
}

static void a_page_without_fields_counts_for_nothing(void **state)
{
    struct fixture *f = *state;
    add(f, PAGE("\"kind\":\"letter\",", ""), PAGE("", "\"total\":\"1\""));
    assert_int_equal(f->sum.all.pages, 0);
    assert_int_equal(f->sum.form_count, 0);
}

static void names_that_only_look_like_lists_are_names(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"[1].a", "a[].b", "a[1]", "a[x].b", "a[1]b", "[", "a["};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *page = arena_printf(f->arena, PAGE("", "\"%s\":\"v\""), names[i]);
        assert_string_equal(add(f, page, page), "");
        assert_string_equal(f->sum.all.field[i].name, names[i]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(fields_count_by_the_kind_of_paper),
        TEST(normal_forms_that_agree_are_enough),
        TEST(a_missed_row_costs_its_own_cells_only),
        TEST(an_invented_row_is_no_complete_page),
        TEST(a_misread_row_is_compared_with_the_row_in_its_place),
        TEST(what_was_accepted_is_counted_apart),
        TEST(checks_are_held_against_what_they_checked),
        TEST(a_page_without_fields_counts_for_nothing),
        TEST(names_that_only_look_like_lists_are_names),
    };
    return cmocka_run_group_tests_name("twinreader/eval_form", tests, NULL, NULL);
}
