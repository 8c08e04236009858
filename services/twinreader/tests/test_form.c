/* Loading of form definitions: what is right loads, what is wrong is named. */
#include "twinreader/form.h"

#include "made_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder of form definitions; folder_remove takes it away again. */
struct folder {
    char path[64], file[4][96];
    int count;
};

static void folder_add(struct folder *f, const char *name, const char *content)
{
    char path[sizeof f->file[0]];
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    memcpy(f->file[f->count++], path, sizeof path);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(content, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static struct folder folder_with(const char *name, const char *content)
{
    struct folder f = {.path = "forms-XXXXXX"};
    assert_non_null(mkdtemp(f.path));
    folder_add(&f, name, content);
    return f;
}

static void folder_remove(struct folder *f)
{
    for (int i = 0; i < f->count; i++)
        unlink(f->file[i]);
    rmdir(f->path);
}

#define HEAD "form: note\n"
#define FIT "fit: {least: 0.2, signs: [{field: who, weight: 0.5}]}\n"
#define WHO "fields:\n  - {name: who, type: text, rules: [{labels: [dear], where: [right]}]}\n"

static void refused(const char *yaml, const char *place, const char *reason)
{
    struct folder f = folder_with("a.yaml", yaml);
    struct forms *forms = NULL;
    struct err e = ERR_INIT;
    char text[1100];
    int r = forms_load(f.path, &forms, &e);
    folder_remove(&f);
    err_text(&e, text, sizeof text);
    if (r != ERR_CONFIG || !strstr(text, place) || !strstr(text, reason))
        print_message("%s\n", text);
    assert_int_equal(r, ERR_CONFIG);
    assert_null(forms);
    assert_non_null(strstr(text, place));
    assert_non_null(strstr(text, reason));
}

static void a_small_form_loads_and_extracts(void **state)
{
    (void)state;
    static const char *const rows[] = {"Dear Kim Yuna,", "see you", NULL};
    struct folder f = folder_with("a.yaml", HEAD WHO FIT);
    struct forms *forms;
    struct err e = ERR_INIT;
    assert_int_equal(forms_load(f.path, &forms, &e), 0);
    folder_remove(&f);
    struct arena *a = arena_create(1 << 20);
    struct page p = made_page(a, rows);
    assert_int_equal(forms_extract(forms, a, &p, &e), 0);
    forms_destroy(forms); /* what was extracted does not lean on the form */
    assert_string_equal(p.form, "note");
    assert_string_equal(made_field(&p, "who")->value, "Kim Yuna");
    arena_destroy(a);
}

static void a_phrase_stands_for_each_of_its_alternatives(void **state)
{
    (void)state;
    struct forms *forms = made_forms(
        HEAD "phrases: {words: ['(dear|hello) (old|) friend']}\n"
             "fields:\n  - {name: who, type: text, rules: [{labels: ['@words', 'to (all) of'],"
             " where: [right]}]}\n" FIT);
    static const char *const texts[][2] = {{"Dear friend Kim", "Kim"},
                                           {"Hello old friend Lee", "Lee"},
                                           {"To all of Seoul", "Seoul"},
                                           {"Old friend Choi", NULL}};
    for (size_t i = 0; i < 4; i++) {
        struct arena *a = arena_create(1 << 20);
        struct err e = ERR_INIT;
        struct page p = made_page(a, (const char *const[]){texts[i][0], NULL});
        assert_int_equal(forms_extract(forms, a, &p, &e), 0);
        const struct field *who = made_field(&p, "who");
        if (texts[i][1] ? !who || strcmp(who->value, texts[i][1]) != 0 : who != NULL)
            fail_msg("%s: %s", texts[i][0], who ? who->value : "nothing");
        arena_destroy(a);
    }
    forms_destroy(forms);
}

static void an_empty_folder_has_no_forms_and_a_page_is_unknown(void **state)
{
    (void)state;
    static const char *const rows[] = {"TOTAL | 5.00", NULL};
    struct folder f = folder_with("readme.txt", "no form");
    struct forms *forms;
    struct err e = ERR_INIT;
    assert_int_equal(forms_load(f.path, &forms, &e), 0);
    folder_remove(&f);
    struct arena *a = arena_create(1 << 20);
    struct page p = made_page(a, rows);
    assert_int_equal(forms_extract(forms, a, &p, &e), 0);
    assert_string_equal(p.form, "unknown");
    assert_int_equal(p.field_count, 0);
    forms_destroy(forms);
    arena_destroy(a);
}

static void a_missing_folder_is_not_found(void **state)
{
    (void)state;
    struct forms *forms = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(forms_load("no-such-folder", &forms, &e), ERR_NOT_FOUND);
    assert_null(forms);
    forms_destroy(NULL);
}

static void every_mistake_names_file_line_and_reason(void **state)
{
    (void)state;
    refused(HEAD "colour: red\n" WHO FIT, "a.yaml:2", "colour");
    refused(WHO FIT, "a.yaml", "has no form");
    refused("form: unknown\n" WHO FIT, "a.yaml:1: form", "other than");
    refused(HEAD FIT, "a.yaml", "has no fields");
    refused(HEAD WHO, "a.yaml", "has no fit");
    refused(HEAD "fields:\n  - {name: who, rules: []}\n" FIT, "a.yaml:3", "has no type");
    refused(HEAD "fields:\n  - {name: who, type: colour, rules: []}\n" FIT, "a.yaml:3", "colour");
    refused(HEAD "fields:\n  - {name: who, type: text}\n" FIT, "a.yaml:3", "has no rules");
    refused(HEAD "fields:\n  - {name: who, type: list}\n" FIT, "a.yaml:3", "has no table");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{labels: ['!']}]}\n" FIT,
            "fields[0].rules[0].labels", "letter or a digit");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{labels: ['@x']}]}\n" FIT,
            "fields[0].rules[0].labels", "no list of phrases is called \"x\"");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{labels: ['a (b|(c|d)']}]}\n" FIT,
            "fields[0].rules[0].labels", "a bar belongs in brackets");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{labels: ['(a|)']}]}\n" FIT,
            "fields[0].rules[0].labels", "letter or a digit");
    refused(HEAD
            "fields:\n  - {name: who, type: text, places: [{labels: [a], where: [line]}]}\n" FIT,
            "fields[0].places[0].where", "must be one of right, below");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{where: [left]}]}\n" FIT,
            "fields[0].rules[0].where", "left");
    refused(HEAD "fields:\n  - {name: who, type: date, rules: [{lines: 2}]}\n" FIT,
            "fields[0].rules[0].lines", "only for fields of type text");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{at_least: 2}]}\n" FIT,
            "fields[0].rules[0].at_least", "only for fields of type amount");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{in: top}]}\n" FIT,
            "fields[0].rules[0].in", "no region is called \"top\"");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{after: name}]}\n" FIT,
            "fields[0].rules[0].after", "no field called \"name\"");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{score: 2}]}\n" FIT,
            "fields[0].rules[0].score", "2");
    refused(HEAD WHO "  - {name: who, type: text, rules: [{score: 1}]}\n" FIT, "a.yaml:4",
            "defined before");
    refused(HEAD WHO "fit: {signs: [{field: whom, weight: 1}]}\n", "fit.signs[0].field", "whom");
    refused(HEAD WHO "fit: {signs: [{weight: 1}]}\n", "fit.signs[0]", "one of");
    refused(HEAD "values: {date_order: [ydm]}\n" WHO FIT, "values.date_order", "ydm");
    refused(HEAD "values: {months: {mac: 13}}\n" WHO FIT, "values.months.mac", "13");
    refused("- 1\n- 2\n", "a.yaml:1", "map");
}

static void bad_patterns_say_where(void **state)
{
    (void)state;
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{match: 'a(b'}]}\n" FIT,
            "fields[0].rules[0].match", "bad pattern: a group without )");
    refused(HEAD "fields:\n  - {name: who, type: text, rules: [{match: '<x>'}]}\n" FIT,
            "fields[0].rules[0].match", "no pattern is defined as <x>");
    refused(HEAD "define: {x: '<x>'}\n"
                 "fields:\n  - {name: who, type: text, rules: [{match: '<x>'}]}\n" FIT,
            "fields[0].rules[0].match", "too deeply");
}

static void tables_are_checked(void **state)
{
    (void)state;
#define TABLE(columns, rows)                                                                       \
    HEAD "fields:\n  - {name: who, type: list, table: {columns: " columns ", rows: " rows "}}"     \
         "\n" FIT
    refused(TABLE("[{name: a, type: list}]", "[]"), "columns[0]", "cannot be a list");
    refused(TABLE("[{name: a, type: text}]", "[{match: '(x)', columns: [b]}]"),
            "rows[0].columns[0]", "no column is called \"b\"");
    refused(TABLE("[{name: a, type: text}]", "[{match: '(x)(y)', columns: [a]}]"),
            "rows[0].columns", "must name 2 columns");
    refused(HEAD "fields:\n"
                 "  - {name: l, type: list, table: {columns: [{name: a, type: text}],"
                 " rows: [{match: '(x)', columns: [a]}]}}\n"
                 "  - {name: who, type: amount, rules: [{}], agree: [{sum: [l.a]}]}\n" FIT,
            "fields[1].agree[0].sum[0]", "of type amount");
}

static void lists_of_phrases_that_include_one_another_end(void **state)
{
    (void)state;
    refused(HEAD "phrases: {a: ['@b', '@b'], b: ['@a', '@a']}\n"
                 "fields:\n  - {name: who, type: text, rules: [{labels: ['@a']}]}\n" FIT,
            "a.yaml:2", "");
}

static void two_files_cannot_define_one_form(void **state)
{
    (void)state;
    struct folder f = folder_with("a.yaml", HEAD WHO FIT);
    struct forms *forms = NULL;
    struct err e = ERR_INIT;
    folder_add(&f, "b.yaml", HEAD WHO FIT);
    assert_int_equal(forms_load(f.path, &forms, &e), ERR_CONFIG);
    folder_remove(&f);
    assert_non_null(strstr(e.message, "two files define the form \"note\""));
}

static void the_shipped_forms_load(void **state)
{
    (void)state;
    struct forms *forms;
    struct err e = ERR_INIT;
    int r = forms_load(getenv("FORMS_DIR"), &forms, &e);
    if (r < 0)
        print_message("%s\n", e.message);
    assert_int_equal(r, 0);
    forms_destroy(forms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_form_loads_and_extracts),
        cmocka_unit_test(a_phrase_stands_for_each_of_its_alternatives),
        cmocka_unit_test(an_empty_folder_has_no_forms_and_a_page_is_unknown),
        cmocka_unit_test(a_missing_folder_is_not_found),
        cmocka_unit_test(every_mistake_names_file_line_and_reason),
        cmocka_unit_test(bad_patterns_say_where),
        cmocka_unit_test(tables_are_checked),
        cmocka_unit_test(lists_of_phrases_that_include_one_another_end),
        cmocka_unit_test(two_files_cannot_define_one_form),
        cmocka_unit_test(the_shipped_forms_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
