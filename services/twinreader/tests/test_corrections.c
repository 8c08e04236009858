#include "made_reading.h"
#include "twinreader/corrections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct arena *arena;
static struct reading *reading;

/* A reading that was stored and read back, as the server applies corrections to. */
static int set_up(void **state)
{
    (void)state;
    struct output_options o = {.fields = true};
    struct reading *made = made_reading("receipt");
    struct buf json;
    buf_init(&json, 0);
    arena = arena_create(1 << 20);
    int rc = output_format_find("json")->write(made, &o, &json, NULL);
    if (!rc)
        rc = reading_from_json(json.data, json.len, &reading, NULL);
    buf_finish(&json);
    reading_destroy(made);
    return rc;
}

static int tear_down(void **state)
{
    (void)state;
    reading_destroy(reading);
    arena_destroy(arena);
    return 0;
}

/* A correction as the server makes it. */
static struct correction made(int page, const char *target, const char *value)
{
    struct correction c = {
        .page = page, .target = target, .value = value, .key = "desk", .at = "now", .revision = 7};
    struct corrections_target t;
    struct corrections_place at;
    assert_true(corrections_target_parse(target, &t));
    assert_true(corrections_find(reading, page, &t, &at));
    assert_int_equal(corrections_fill(reading, &at, arena, &c, NULL), 0);
    return c;
}

static void apply(struct correction *items, size_t count)
{
    const struct corrections set = {.revision = 9, .items = items, .count = count};
    assert_int_equal(corrections_apply(&set, reading, NULL), 0);
}

static void a_target_is_a_word_a_field_or_a_cell(void **state)
{
    (void)state;
    struct corrections_target t;
    assert_true(corrections_target_parse("word:3:12", &t));
    assert_false(t.is_field);
    assert_int_equal(t.line, 3);
    assert_int_equal(t.word, 12);
    assert_true(corrections_target_parse("field:total", &t));
    assert_true(t.is_field);
    assert_false(t.is_cell);
    assert_string_equal(t.name, "total");
    assert_true(corrections_target_parse("field:항목:0:금액", &t));
    assert_true(t.is_cell);
    assert_string_equal(t.name, "항목");
    assert_int_equal(t.row, 0);
    assert_string_equal(t.cell, "금액");
}

static void a_target_has_one_name_only(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "word",
        "word:",
        "word:1",
        "word:1:",
        "word:1:2:",
        "word:1:2:3",
        "word:01:2",
        "word:1:02",
        "word:+1:2",
        "word:-1:2",
        "word: 1:2",
        "word:1:2 ",
        "word:x:2",
        "word:100000:0",
        "word:1:99999999999999999999",
        "Word:1:2",
        "field",
        "field:",
        "field::0:a",
        "field:a:",
        "field:a:0",
        "field:a:0:",
        "field:a:0:b:",
        "field:a:0:b:c",
        "field:a:00:b",
        "field:a:x:b",
        "field:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    struct corrections_target t = {.line = 5};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (corrections_target_parse(bad[i], &t))
            fail_msg("\"%s\" is a target", bad[i]);
    assert_int_equal(t.line, 5);
}

static void a_value_is_text_of_limited_length(void **state)
{
    (void)state;
    assert_true(corrections_text_valid("1,000원 <b>&", 100));
    assert_true(corrections_text_valid("가나다", 3));
    assert_false(corrections_text_valid("가나다라", 3));
    static const char *const bad[] = {"",          " a",           "a ",       "a\tb",
                                      "a\nb",      "\x7f",         "\xc2\x85", "\xff",
                                      "a\xe2\x82", "\xed\xa0\x80", " "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (corrections_text_valid(bad[i], 100))
            fail_msg("%zu is valid", i);
}

static void a_correction_remembers_what_was_read_and_by_whom(void **state)
{
    (void)state;
    struct correction c = made(1, "word:7:1", "1,008.70");
    assert_string_equal(c.original, "1,003.70");
    assert_string_equal(c.recogniser, reading->recogniser);
    assert_string_equal(c.detector, reading->detector);
    assert_true(c.box.p[0].x == reading->pages[0].lines[7].words[1].box.p[0].x);
    assert_true(c.confidence == reading->pages[0].lines[7].words[1].confidence);
    c = made(1, "field:items:0:amount", "1.25");
    assert_string_equal(c.original, "1.20");
    assert_true(c.box.p[2].x == 448);
}

static void lists_and_what_is_not_there_cannot_be_corrected(void **state)
{
    (void)state;
    static const char *const bad[] = {"word:8:0",
                                      "word:7:2",
                                      "field:nothing",
                                      "field:items",
                                      "field:items:1:amount",
                                      "field:items:0:x",
                                      "field:total:0:x",
                                      "field:tota",
                                      "field:totals"};
    struct corrections_place at;
    struct corrections_target t;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_true(corrections_target_parse(bad[i], &t));
        if (corrections_find(reading, 1, &t, &at))
            fail_msg("%s is there", bad[i]);
    }
    assert_true(corrections_target_parse("word:0:0", &t));
    assert_false(corrections_find(reading, 3, &t, &at));
    assert_false(corrections_find(reading, 0, &t, &at));
}

static void a_corrected_word_changes_its_line(void **state)
{
    (void)state;
    struct correction c[] = {made(1, "word:7:1", "1,008.70"), made(2, "word:0:0", "I thank")};
    apply(c, 2);
    const struct line *l = &reading->pages[0].lines[7];
    assert_string_equal(l->text, "RM 1,008.70");
    assert_true(l->words[1].corrected);
    assert_string_equal(l->words[1].original, "1,003.70");
    assert_int_equal(l->words[1].char_count, 0);
    assert_false(l->words[0].corrected);
    assert_string_equal(reading->pages[1].lines[0].text, "I thank you");
}

static void a_corrected_field_is_normalised_again(void **state)
{
    (void)state;
    struct correction c[] = {made(1, "field:total", "RM 1,008.75"),
                             made(1, "field:items:0:amount", "nothing")};
    apply(c, 2);
    const struct field *f = reading->pages[0].fields;
    assert_string_equal(f[0].value, "RM 1,008.75");
    assert_string_equal(f[0].normalised, "1008.75");
    assert_string_equal(f[0].original, "RM 1,003.70");
    assert_true(f[0].confidence == 1);
    assert_null(f[2].rows[0].cells[1].normalised);
    assert_string_equal(f[2].rows[0].cells[1].value, "nothing");
}

static void a_confirmed_value_keeps_its_normalised_form(void **state)
{
    (void)state;
    struct correction c = made(1, "field:total", "RM 1,003.70");
    apply(&c, 1);
    assert_string_equal(reading->pages[0].fields[0].normalised, "1003.70");
    assert_true(reading->pages[0].fields[0].corrected);
}

static void a_field_that_a_reason_names_may_be_added(void **state)
{
    (void)state;
    static const char *const reasons[] = {"number: not found"};
    reading->pages[0].reasons = reasons;
    reading->pages[0].reason_count = 1;
    struct correction c = made(1, "field:number", "A-17");
    assert_null(c.original);
    apply(&c, 1);
    const struct page *p = &reading->pages[0];
    assert_int_equal(p->field_count, 4);
    assert_string_equal(p->fields[0].name, "total");
    assert_string_equal(p->fields[3].name, "number");
    assert_string_equal(p->fields[3].value, "A-17");
    assert_true(p->fields[3].corrected);
}

static void what_lost_its_place_is_passed_over(void **state)
{
    (void)state;
    struct correction c[] = {{.page = 9, .target = "word:0:0", .value = "x"},
                             {.page = 1, .target = "word:99:0", .value = "x"},
                             {.page = 1, .target = "field:gone", .value = "x"},
                             {.page = 1, .target = "nonsense", .value = "x"}};
    apply(c, 4);
    assert_string_equal(reading->pages[0].lines[7].text, "RM 1,003.70");
}

static void what_was_written_reads_back_to_the_same(void **state)
{
    (void)state;
    struct correction c[] = {made(1, "word:7:1", "a\"b\\<c>"), made(1, "field:tax", "0.00")};
    struct corrections set = {.revision = 12, .items = c, .count = 2}, back;
    struct buf first, second;
    c[0].by = "Kim";
    buf_init(&first, 0);
    buf_init(&second, 0);
    corrections_to_json(&set, &first);
    assert_int_equal(corrections_from_json(arena, first.data, first.len, &back, NULL), 0);
    assert_int_equal(back.revision, 12);
    assert_int_equal(back.count, 2);
    assert_string_equal(corrections_get(&back, 1, "word:7:1")->value, "a\"b\\<c>");
    assert_string_equal(back.items[0].by, "Kim");
    assert_null(back.items[1].by);
    assert_null(back.items[1].original);
    assert_null(corrections_get(&back, 2, "word:7:1"));
    corrections_to_json(&back, &second);
    assert_string_equal(first.data, second.data);
    buf_finish(&first);
    buf_finish(&second);
}

static void no_file_is_no_corrections(void **state)
{
    (void)state;
    struct corrections set = {.count = 5};
    assert_int_equal(corrections_from_json(arena, "", 0, &set, NULL), 0);
    assert_int_equal(set.count, 0);
    assert_int_equal(set.revision, 0);
    assert_non_null(set.items); /* room for the first */
}

static void a_damaged_file_is_refused(void **state)
{
    (void)state;
#define HEAD "{\"schema\":\"corrections/1\",\"revision\":1,\"corrections\":["
    static const char *const bad[] = {
        "{",
        "[]",
        "{}",
        "{\"schema\":\"corrections/2\",\"revision\":1,\"corrections\":[]}",
        "{\"schema\":\"corrections/1\",\"revision\":-1,\"corrections\":[]}",
        "{\"schema\":\"corrections/1\",\"revision\":1,\"corrections\":{}}",
        HEAD "{}]}",
        HEAD "3]}",
        HEAD "{\"page\":1,\"target\":\"x\",\"original\":null,\"value\":\"v\",\"normalised\":null,"
             "\"box\":null,\"confidence\":0,\"detector\":null,\"recogniser\":null,\"key\":\"k\","
             "\"by\":null,\"at\":\"t\",\"revision\":1}]}",
        HEAD "{\"page\":1,\"target\":\"word:0:0\",\"original\":null,\"value\":\"v\","
             "\"normalised\":null,\"box\":[1,2],\"confidence\":0,\"detector\":null,"
             "\"recogniser\":null,\"key\":\"k\",\"by\":null,\"at\":\"t\",\"revision\":1}]}",
    };
    struct corrections set = {.revision = 3};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (corrections_from_json(arena, bad[i], strlen(bad[i]), &set, NULL) != ERR_FORMAT)
            fail_msg("%s is read", bad[i]);
    assert_int_equal(set.revision, 3);
}

static void too_many_corrections_are_refused(void **state)
{
    (void)state;
    struct corrections set;
    struct buf b;
    buf_init(&b, 0);
    buf_puts(&b, HEAD "0");
    for (int i = 0; i < CORRECTIONS_MAX; i++)
        buf_puts(&b, ",0");
    buf_puts(&b, "]}");
    assert_int_equal(corrections_from_json(arena, b.data, b.len, &set, NULL), ERR_LIMIT);
    buf_finish(&b);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_target_is_a_word_a_field_or_a_cell),
        TEST(a_target_has_one_name_only),
        TEST(a_value_is_text_of_limited_length),
        TEST(a_correction_remembers_what_was_read_and_by_whom),
        TEST(lists_and_what_is_not_there_cannot_be_corrected),
        TEST(a_corrected_word_changes_its_line),
        TEST(a_corrected_field_is_normalised_again),
        TEST(a_confirmed_value_keeps_its_normalised_form),
        TEST(a_field_that_a_reason_names_may_be_added),
        TEST(what_lost_its_place_is_passed_over),
        TEST(what_was_written_reads_back_to_the_same),
        TEST(no_file_is_no_corrections),
        TEST(a_damaged_file_is_refused),
        TEST(too_many_corrections_are_refused),
    };
    return cmocka_run_group_tests_name("twinreader/corrections", tests, NULL, NULL);
}
