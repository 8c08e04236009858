#include "twinreader/synth/export.h"

#include "base/jsonr.h"
#include "image/document.h"
#include "made_label.h"
#include "twinreader/eval.h"
#include "twinreader/output.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const fonts[] = {"Gothic", "Myeongjo \"1\""};

static const struct synth_fact facts[] = {
    {"total", "12,340원", "12340"},         {"items[0].name", "진찰료", NULL},
    {"items[0].amount", "12,000", "12000"}, {"items[1].name", "주사료", NULL},
    {"items[1].amount", "340", "340"},      {"date", "2026년 3월 9일", "2026-03-09"},
};

struct fixture {
    struct arena *a;
    struct image *picture;
    struct synth_label *label;
    struct synth_export_page export;
    struct buf out;
    struct err e;
};

/* Three lines of two words; word 1 is hidden, line 1 is "total: value". */
static int setup(void **state)
{
    struct fixture *p = calloc(1, sizeof *p);
    if (!p)
        return -1;
    p->a = arena_create((size_t)64 << 20);
    made_label_page(300, 200, 3, 2, 20, p->a, &p->picture, &p->label);
    struct synth_label *l = p->label;
    l->seed = 7;
    l->page = 12;
    l->facts = facts;
    l->fact_count = sizeof facts / sizeof *facts;
    l->words[0].text = "<\"&,\\>";
    l->words[1].hidden = true;
    l->words[2].field = l->words[3].field = "total";
    l->words[2].is_key = true;
    l->words[2].text = "총액";
    l->words[3].text = "12,340원";
    l->words[3].font = 1;
    p->export = (struct synth_export_page){l, "images/000012.jpg", fonts, 2};
    buf_init(&p->out, 0);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *p = *state;
    image_destroy(p->picture);
    buf_finish(&p->out);
    arena_destroy(p->a);
    free(p);
    return 0;
}

static const struct jsonr_value *parse(struct fixture *p, struct jsonr_doc **doc)
{
    assert_int_equal(buf_status(&p->out), 0);
    assert_int_equal(jsonr_parse(p->out.data, p->out.len, doc, &p->e), 0);
    return jsonr_root(*doc);
}

static const char *text_at(const struct jsonr_value *list, size_t i, const char *key)
{
    return jsonr_as_string(jsonr_get(jsonr_at(list, i), key), "?");
}

static int number_at(const struct jsonr_value *list, size_t i)
{
    return (int)jsonr_as_number(jsonr_at(list, i), -1);
}

static void json_has_every_level(void **state)
{
    struct fixture *p = *state;
    struct jsonr_doc *doc = NULL;
    assert_int_equal(synth_export_json(&p->export, p->a, &p->out, &p->e), 0);
    const struct jsonr_value *root = parse(p, &doc), *words = jsonr_get(root, "words");
    assert_string_equal(jsonr_as_string(jsonr_get(root, "kind"), ""), "made");
    assert_int_equal((int)jsonr_as_number(jsonr_get(root, "page"), 0), 12);
    assert_int_equal(jsonr_count(words), 5);
    assert_string_equal(text_at(words, 0, "text"), "<\"&,\\>");
    assert_string_equal(text_at(words, 2, "font"), "Myeongjo \"1\"");
    assert_int_equal(jsonr_count(jsonr_get(jsonr_at(words, 0), "chars")), 4);
    assert_int_equal(jsonr_count(jsonr_get(jsonr_at(words, 0), "box")), 8);
    assert_int_equal(jsonr_count(jsonr_get(root, "hidden")), 1);
    const struct jsonr_value *lines = jsonr_get(root, "lines");
    assert_int_equal(jsonr_count(lines), 3);
    assert_string_equal(text_at(lines, 0, "text"), "<\"&,\\> ###");
    assert_string_equal(text_at(lines, 1, "text"), "총액 12,340원");
    const struct jsonr_value *second = jsonr_get(jsonr_at(lines, 1), "words");
    assert_int_equal(jsonr_count(second), 2);
    assert_int_equal(number_at(second, 0), 1);
    assert_int_equal(number_at(second, 1), 2);
    assert_int_equal(jsonr_count(jsonr_get(root, "blocks")), 3);
    jsonr_doc_destroy(doc);
}

static void json_links_keys_to_values(void **state)
{
    struct fixture *p = *state;
    struct jsonr_doc *doc = NULL;
    assert_int_equal(synth_export_json(&p->export, p->a, &p->out, &p->e), 0);
    const struct jsonr_value *links = jsonr_get(parse(p, &doc), "links");
    assert_int_equal(jsonr_count(links), 1);
    assert_string_equal(text_at(links, 0, "field"), "total");
    assert_int_equal(number_at(jsonr_get(jsonr_at(links, 0), "key"), 0), 1);
    assert_int_equal(number_at(jsonr_get(jsonr_at(links, 0), "value"), 0), 2);
    jsonr_doc_destroy(doc);
}

static void lists_among_the_fields_have_rows(void **state)
{
    struct fixture *p = *state;
    struct jsonr_doc *doc = NULL;
    assert_int_equal(synth_export_json(&p->export, p->a, &p->out, &p->e), 0);
    const struct jsonr_value *fields = jsonr_get(parse(p, &doc), "fields");
    const struct jsonr_value *rows = jsonr_get(jsonr_get(fields, "items"), "rows");
    assert_int_equal(jsonr_count(rows), 2);
    assert_int_equal(jsonr_count(jsonr_at(rows, 1)), 2);
    assert_string_equal(text_at(jsonr_at(rows, 1), 0, "name"), "name");
    assert_string_equal(text_at(jsonr_at(rows, 1), 0, "value"), "주사료");
    assert_string_equal(text_at(jsonr_at(rows, 1), 1, "name"), "amount");
    assert_string_equal(text_at(jsonr_at(rows, 1), 1, "normalised"), "340");
    jsonr_doc_destroy(doc);
}

static void eval_takes_the_json_as_truth(void **state)
{
    struct fixture *p = *state;
    struct eval_set set;
    assert_int_equal(synth_export_json(&p->export, p->a, &p->out, &p->e), 0);
    assert_int_equal(eval_load(p->a, "truth", p->out.data, p->out.len, &set, &p->e), 0);
    assert_int_equal(set.count, 1);
    const struct eval_page *page = &set.page[0];
    assert_string_equal(page->image, "images/000012.jpg");
    assert_true(page->words);
    assert_int_equal(page->count, 6);
    assert_true(eval_is_unreadable(&page->item[5])); /* the hidden one */
    assert_string_equal(page->item[2].text, "12,340원");
    assert_true(fabs(page->item[0].box.x0 - 25) < 0.01);
    const struct eval_field *total = eval_find_field(page, "total");
    const struct eval_field *date = eval_find_field(page, "date");
    assert_non_null(total);
    assert_non_null(date);
    assert_string_equal(total->value, "12,340원");
    assert_string_equal(total->normalised, "12340");
    assert_string_equal(date->normalised, "2026-03-09");
}

static void icdar_marks_what_cannot_be_read(void **state)
{
    struct fixture *p = *state;
    synth_export_icdar(p->label, &p->out);
    assert_int_equal(buf_status(&p->out), 0);
    const char *second = strchr(p->out.data, '\n') + 1;
    assert_memory_equal(p->out.data, "25,25,120,25,120,45,25,45,<\"&,\\>\n", 33);
    assert_non_null(strstr(second, ",###\n"));
    assert_int_equal(strchr(second, '\n') - strstr(second, ",###"), 4);
}

static void coco_is_json_with_upright_boxes(void **state)
{
    struct fixture *p = *state;
    struct buf part;
    struct jsonr_doc *doc = NULL;
    buf_init(&part, 0);
    synth_export_coco_head(&p->out);
    synth_export_coco_boxes(p->label, 12, &part);
    buf_puts(&p->out, "\"annotations\":[");
    buf_append(&p->out, part.data + 2, part.len - 2);
    buf_clear(&part);
    synth_export_coco_image(&p->export, 12, &part);
    buf_puts(&p->out, "],\"images\":[");
    buf_append(&p->out, part.data + 2, part.len - 2);
    buf_puts(&p->out, "]}");
    const struct jsonr_value *root = parse(p, &doc), *boxes = jsonr_get(root, "annotations");
    assert_int_equal(jsonr_count(boxes), 6 + 3);
    const struct jsonr_value *first = jsonr_at(boxes, 0), *box = jsonr_get(first, "bbox");
    assert_int_equal((int)jsonr_as_number(jsonr_get(first, "image_id"), 0), 13);
    assert_int_equal((int)jsonr_as_number(jsonr_get(first, "iscrowd"), -1), 0);
    assert_int_equal((int)jsonr_as_number(jsonr_get(jsonr_at(boxes, 1), "iscrowd"), -1), 1);
    assert_int_equal(number_at(box, 0), 25);
    assert_int_equal(number_at(box, 2), 95);
    assert_int_equal((int)jsonr_as_number(jsonr_get(first, "area"), 0), 95 * 20);
    assert_string_equal(text_at(jsonr_get(root, "images"), 0, "file_name"), "images/000012.jpg");
    buf_finish(&part);
    jsonr_doc_destroy(doc);
}

static void a_reading_has_what_can_be_read_in_order(void **state)
{
    struct fixture *p = *state;
    struct reading *r = NULL;
    assert_int_equal(synth_export_reading(&p->export, p->a, &p->out, &p->e), 0);
    assert_int_equal(reading_from_json(p->out.data, p->out.len, &r, &p->e), 0);
    assert_int_equal(r->page_count, 1);
    assert_int_equal(r->pages[0].line_count, 3);
    assert_string_equal(r->pages[0].lines[0].text, "<\"&,\\>");
    assert_int_equal(r->pages[0].lines[0].word_count, 1);
    assert_true(r->pages[0].lines[0].box.p[1].x < 130); /* as far as it can be read */
    assert_string_equal(r->pages[0].lines[1].text, "총액 12,340원");
    assert_int_equal(r->pages[0].lines[1].row, 1);
    assert_int_equal(r->pages[0].width, 300);
    reading_destroy(r);
}

static void lines_are_predictions_that_eval_reads(void **state)
{
    struct fixture *p = *state;
    struct eval_set set;
    assert_int_equal(synth_export_lines(&p->export, p->a, &p->out, &p->e), 0);
    assert_int_equal(eval_load(p->a, "lines", p->out.data, p->out.len, &set, &p->e), 0);
    assert_int_equal(set.page[0].count, 3);
    assert_false(set.page[0].words);
    assert_false(set.page[0].has_fields);
    assert_string_equal(set.page[0].item[1].text, "총액 12,340원");
}

static void cut_outs_hold_the_ink_of_their_words(void **state)
{
    struct fixture *p = *state;
    struct synth_export_crop *crops = NULL;
    struct document_limits limits = document_limits_default();
    size_t count = 0;
    assert_int_equal(document_library_init(&p->e), 0);
    assert_int_equal(synth_export_crops(p->label, p->picture, 12, p->a, &crops, &count, &p->e), 0);
    assert_int_equal(count, 5 + 2);
    assert_string_equal(crops[0].name, "000012-w0000.png");
    assert_string_equal(crops[1].name, "000012-w0002.png"); /* 1 is hidden */
    assert_string_equal(crops[5].name, "000012-l0001.png"); /* and line 0 with it */
    assert_string_equal(crops[5].text, "총액 12,340원");
    for (size_t i = 0; i < count; i++) {
        struct document *d = NULL;
        struct document_page page;
        assert_int_equal(
            document_open_memory(crops[i].png.data, crops[i].png.len, &limits, &d, &p->e), 0);
        assert_int_equal(document_read_page(d, 0, p->a, &page, &p->e), 0);
        const struct image *im = page.picture;
        int dark = 0;
        for (int k = 0; k < im->width * im->height; k++)
            dark += im->pixels[3 * k] < 128;
        assert_true(im->height >= 24 && im->height <= 26);
        /* Four blocks of 20 × 20 a word. */
        assert_int_equal((dark + 40) / 400, crops[i].is_line ? 8 : 4);
        image_destroy(page.picture);
        document_close(d);
    }
    synth_export_crops_finish(crops, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(json_has_every_level, setup, teardown),
        cmocka_unit_test_setup_teardown(json_links_keys_to_values, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_among_the_fields_have_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(eval_takes_the_json_as_truth, setup, teardown),
        cmocka_unit_test_setup_teardown(icdar_marks_what_cannot_be_read, setup, teardown),
        cmocka_unit_test_setup_teardown(coco_is_json_with_upright_boxes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reading_has_what_can_be_read_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_are_predictions_that_eval_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(cut_outs_hold_the_ink_of_their_words, setup, teardown),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    document_library_shutdown();
    return failed;
}
