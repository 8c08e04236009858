#include "made_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void to_json(const struct reading *r, struct buf *out)
{
    struct output_options o = {.fields = true, .timings = true};
    struct err e = ERR_INIT;
    buf_init(out, 0);
    assert_int_equal(output_format_find("json")->write(r, &o, out, &e), 0);
}

static void what_was_written_reads_back_to_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; made_reading_names[i]; i++) {
        struct reading *r = made_reading(made_reading_names[i]), *back = NULL;
        struct err e = ERR_INIT;
        struct buf first, second;
        to_json(r, &first);
        if (reading_from_json(first.data, first.len, &back, &e))
            fail_msg("%s: %s", made_reading_names[i], e.message);
        to_json(back, &second);
        assert_string_equal(first.data, second.data);
        buf_finish(&first);
        buf_finish(&second);
        reading_destroy(r);
        reading_destroy(back);
    }
}

static void every_part_of_a_receipt_comes_back(void **state)
{
    (void)state;
    struct reading *r = made_reading("receipt"), *back = NULL;
    struct err e = ERR_INIT;
    struct buf json;
    to_json(r, &json);
    assert_int_equal(reading_from_json(json.data, json.len, &back, &e), 0);
    assert_string_equal(back->id, r->id);
    assert_int_equal(back->read_at_ms, r->read_at_ms);
    assert_int_equal(back->page_count, 2);
    const struct page *p = &back->pages[0];
    assert_int_equal(p->line_count, 8);
    assert_string_equal(p->lines[7].words[1].chars[2].text, "0");
    assert_int_equal(p->lines[7].row, 4);
    assert_int_equal(p->lines[7].block, 2);
    assert_true(p->lines[0].box.p[2].x == 348);
    assert_string_equal(p->form, "receipt");
    assert_int_equal(p->field_count, 3);
    assert_string_equal(p->fields[0].normalised, "1003.70");
    assert_int_equal(p->fields[0].check_count, 2);
    assert_string_equal(p->fields[0].checks[0].name, "sum");
    assert_true(p->fields[0].checks[0].passed);
    assert_null(p->fields[0].checks[0].detail);
    assert_false(p->fields[0].checks[1].passed);
    assert_string_equal(p->fields[0].checks[1].detail, "no \"shop\" is known by that name");
    assert_int_equal(p->fields[2].check_count, 0);
    assert_string_equal(p->verdict, "review");
    assert_int_equal(p->reason_count, 2);
    assert_string_equal(p->reasons[1], "tax: not found");
    assert_null(back->pages[1].verdict);
    assert_null(p->fields[1].value);
    assert_int_equal(p->fields[2].row_count, 1);
    assert_string_equal(p->fields[2].rows[0].cells[1].value, "1.20");
    assert_true(p->fields[2].rows[0].box.p[2].x == 448);
    assert_int_equal(p->timings.ns[STAGE_DETECT_RUN], 150000000);
    assert_int_equal(p->timings.columns, 4096);
    assert_int_equal(back->pages[1].rotation, 180);
    assert_true(back->pages[1].text_layer);
    assert_true(back->pages[1].dpi == 0);
    buf_finish(&json);
    reading_destroy(r);
    reading_destroy(back);
}

#define HEAD                                                                                       \
    "{\"schema\":\"reading/1\",\"id\":null,\"name\":\"a\",\"format\":null,"                        \
    "\"models\":{\"detector\":null,\"recogniser\":null},\"read_at\":\"2026-11-23T14:00:00.000Z\","
#define PAGE                                                                                       \
    "\"pages\":[{\"number\":1,\"source\":null,\"width\":1,\"height\":1,\"dpi\":null,"              \
    "\"rotation\":0,\"skew\":0,\"text_layer\":false,\"error\":null,"

static void assert_refused(const char *json, const char *message)
{
    struct reading *r = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(reading_from_json(json, strlen(json), &r, &e), ERR_FORMAT);
    assert_string_equal(e.message, message);
    assert_null(r);
}

static void unknown_keys_are_passed_over(void **state)
{
    (void)state;
    const char *json = HEAD PAGE "\"lines\":[],\"later\":{\"x\":[1,{}]}}],\"more\":1}";
    struct reading *r = NULL;
    struct err e = ERR_INIT;
    if (reading_from_json(json, strlen(json), &r, &e))
        fail_msg("%s", e.message);
    assert_string_equal(r->pages[0].form, "unknown");
    reading_destroy(r);
}

static void a_wrong_document_is_refused(void **state)
{
    (void)state;
    assert_refused("[]", "reading: document: must be an object");
    assert_refused("{}", "reading: schema: must be a string");
    assert_refused("{\"schema\":\"reading/2\"}", "reading: schema: must be \"reading/1\"");
    assert_refused(HEAD "\"pages\":{}}", "reading: pages: must be an array");
    assert_refused(HEAD "\"pages\":[3]}", "reading: pages[0]: must be an object");
}

static void a_mistake_is_reported_with_its_place(void **state)
{
    (void)state;
    assert_refused(HEAD PAGE "\"lines\":null}]}", "reading: pages[0].lines: must be an array");
    assert_refused(HEAD PAGE "\"lines\":[{\"text\":5}]}]}",
                   "reading: pages[0].lines[0].text: must be a string");
    assert_refused(HEAD PAGE "\"lines\":[{\"text\":\"\",\"confidence\":1.5}]}]}",
                   "reading: pages[0].lines[0].confidence: is out of range");
    assert_refused(HEAD PAGE "\"lines\":[{\"text\":\"\",\"confidence\":1,\"box\":[1,2,3]}]}]}",
                   "reading: pages[0].lines[0].box: must be an array of 8 numbers");
    assert_refused(HEAD PAGE
                   "\"lines\":[{\"text\":\"\",\"confidence\":1,\"box\":[1,2,3,4,5,6,7,\"8\"]}]}]}",
                   "reading: pages[0].lines[0].box: must be an array of 8 numbers");
    assert_refused(HEAD PAGE "\"lines\":[{\"text\":\"\",\"confidence\":1,\"box\":[1,2,3,4,5,6,7,8],"
                             "\"row\":1.5}]}]}",
                   "reading: pages[0].lines[0].row: must be a whole number");
    assert_refused(HEAD PAGE "\"lines\":[],\"form\":{\"type\":\"x\",\"confidence\":1,\"fields\":"
                             "[{\"name\":\"n\",\"type\":\"t\",\"value\":1}]}}]}",
                   "reading: pages[0].form.fields[0].value: must be a string or null");
    assert_refused(HEAD PAGE "\"lines\":[],\"form\":{\"type\":\"x\",\"confidence\":1,\"fields\":"
                             "[{\"name\":\"n\",\"type\":\"t\",\"value\":null,\"normalised\":null,"
                             "\"confidence\":0,\"box\":null,\"rows\":[[],7]}]}}]}",
                   "reading: pages[0].form.fields[0].rows[1]: must be an array of cells");
    assert_refused(HEAD PAGE "\"lines\":[],\"form\":{\"type\":\"x\",\"confidence\":1,\"fields\":"
                             "[{\"name\":\"n\",\"type\":\"t\",\"value\":null,\"normalised\":null,"
                             "\"confidence\":0,\"box\":null,\"checks\":[{\"name\":\"sum\","
                             "\"passed\":1}]}]}}]}",
                   "reading: pages[0].form.fields[0].checks[0].passed: must be true or false");
    assert_refused(HEAD PAGE "\"lines\":[],\"form\":{\"type\":\"x\",\"confidence\":1,\"fields\":"
                             "[],\"verdict\":\"accept\",\"reasons\":[\"a\",2]}}]}",
                   "reading: pages[0].form.reasons[1]: must be a string");
}

static void an_instant_must_be_exact(void **state)
{
    (void)state;
    static const char *const bad[] = {"2026-11-23",
                                      "2026-13-01T00:00:00.000Z",
                                      "2026-11-23T14:00:00.000+",
                                      "2026-11-23T24:00:00.000Z",
                                      "2026-11-23T23:59:60.000Z",
                                      "0219-11-23T14:00:00.123Z",
                                      ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char json[400];
        snprintf(json, sizeof json,
                 "{\"schema\":\"reading/1\",\"id\":null,\"name\":null,\"format\":null,\"models\":"
                 "{\"detector\":null,\"recogniser\":null},\"read_at\":\"%s\",\"pages\":[]}",
                 bad[i]);
        assert_refused(json, "reading: read_at: must be an instant like "
                             "\"2026-11-23T14:00:00.000Z\"");
    }
}

static void instants_of_all_times_come_back(void **state)
{
    (void)state;
    static const int64_t instants[] = {0, INT64_C(951782399999), /* 2000-02-28 */
                                       INT64_C(951868800000),    /* 2000-03-01 */
                                       INT64_C(4107542400000),   /* 2100-03-01 */
                                       INT64_C(253402300799999) /* 9999-12-31 */};
    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        struct reading *r = made_reading("blank"), *back = NULL;
        struct err e = ERR_INIT;
        struct buf json;
        r->read_at_ms = instants[i];
        to_json(r, &json);
        assert_int_equal(reading_from_json(json.data, json.len, &back, &e), 0);
        assert_int_equal(back->read_at_ms, instants[i]);
        buf_finish(&json);
        reading_destroy(r);
        reading_destroy(back);
    }
}

static void endless_counts_are_refused(void **state)
{
    (void)state;
    struct buf json;
    buf_init(&json, 0);
    buf_puts(&json, HEAD "\"pages\":[0");
    for (int i = 0; i < 10000; i++)
        buf_puts(&json, ",0");
    buf_puts(&json, "]}");
    assert_refused(json.data, "reading: pages: has too many elements");
    buf_finish(&json);
}

static void destroying_nothing_is_allowed(void **state)
{
    (void)state;
    reading_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_reads_back_to_the_same),
        cmocka_unit_test(every_part_of_a_receipt_comes_back),
        cmocka_unit_test(unknown_keys_are_passed_over),
        cmocka_unit_test(a_wrong_document_is_refused),
        cmocka_unit_test(a_mistake_is_reported_with_its_place),
        cmocka_unit_test(an_instant_must_be_exact),
        cmocka_unit_test(instants_of_all_times_come_back),
        cmocka_unit_test(endless_counts_are_refused),
        cmocka_unit_test(destroying_nothing_is_allowed),
    };
    return cmocka_run_group_tests_name("twinreader/reading_json", tests, NULL, NULL);
}
