/* The formats against golden files (tests/golden), and what golden files cannot say.  With
 * TEST_UPDATE=1 the golden files are written instead; look at the difference before committing. */
#include "made_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void write_reading(const struct reading *r, const char *format,
                          const struct output_options *o, struct buf *out)
{
    struct err e = ERR_INIT;
    const struct output_format *f = output_format_find(format);
    assert_non_null(f);
    if (f->write(r, o, out, &e))
        fail_msg("%s: %s", format, e.message);
}

/* The caller frees `out`. */
static void write_made(const char *name, const char *format, struct buf *out)
{
    struct output_options o = {.fields = true, .timings = true, .picture = made_picture};
    struct reading *r = made_reading(name);
    assert_non_null(r);
    buf_init(out, 0);
    buf_puts(out, "");
    write_reading(r, format, &o, out);
    reading_destroy(r);
}

static void assert_golden(const char *name, const char *format)
{
    char path[4096];
    struct buf out, golden;
    snprintf(path, sizeof path, "%s/golden/%s.%s", getenv("TEST_DATA"), name, format);
    write_made(name, format, &out);
    FILE *f = fopen(path, getenv("TEST_UPDATE") ? "wb" : "rb");
    if (!f)
        fail_msg("%s cannot be opened", path);
    if (getenv("TEST_UPDATE")) {
        assert_int_equal(fwrite(out.data, 1, out.len, f), out.len);
    } else {
        char block[4096];
        buf_init(&golden, 0);
        for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
            buf_append(&golden, block, n);
        if (golden.len != out.len || memcmp(golden.data, out.data, out.len) != 0)
            fail_msg("%s differs from what is written now:\n%s", path, out.data);
        buf_finish(&golden);
    }
    fclose(f);
    buf_finish(&out);
}

static void a_receipt_is_written_as_before_in_every_format(void **state)
{
    (void)state;
    for (const struct output_format *f = output_formats; f->name; f++)
        assert_golden("receipt", f->name);
}

static void hostile_text_is_written_as_before_in_every_format(void **state)
{
    (void)state;
    for (const struct output_format *f = output_formats; f->name; f++)
        assert_golden("hostile", f->name);
}

static void the_same_reading_gives_the_same_bytes(void **state)
{
    (void)state;
    for (const struct output_format *f = output_formats; f->name; f++) {
        struct buf a, b;
        write_made("korean", f->name, &a);
        write_made("korean", f->name, &b);
        assert_int_equal(a.len, b.len);
        assert_memory_equal(a.data, b.data, a.len);
        buf_finish(&a);
        buf_finish(&b);
    }
}

static void assert_text(const char *name, const char *expected)
{
    struct buf out;
    write_made(name, "text", &out);
    assert_string_equal(out.data, expected);
    buf_finish(&out);
}

static void a_blank_page_is_an_empty_text(void **state)
{
    (void)state;
    assert_text("blank", "");
}

static void columns_count_wide_characters_twice(void **state)
{
    (void)state;
    assert_text("korean", "진료비 계산서·영수증\n\n"
                          "진찰료                   10,030원\n𠀀 é ß\n");
}

static void pages_are_parted_by_form_feeds(void **state)
{
    (void)state;
    assert_text("failed", "\fread well\n");
}

static void a_blank_page_has_a_page_row_and_no_words_in_tsv(void **state)
{
    (void)state;
    struct buf out;
    write_made("blank", "tsv", &out);
    const char *row = strchr(out.data, '\n');
    assert_non_null(row);
    assert_string_equal(row + 1, "1\t1\t0\t0\t0\t0\t0\t0\t600\t800\t-1\t\n");
    buf_finish(&out);
}

static void a_failed_page_says_why_in_json(void **state)
{
    (void)state;
    struct buf out;
    write_made("failed", "json", &out);
    assert_non_null(strstr(out.data, "\"error\":{\"code\":\"bad_format\",\"message\":"
                                     "\"the picture is cut off after 12 rows\"}"));
    assert_non_null(strstr(out.data, "\"error\":null"));
    buf_finish(&out);
}

static void fields_and_timings_are_left_out_unless_asked_for(void **state)
{
    (void)state;
    struct reading *r = made_reading("receipt");
    struct output_options o = {0};
    struct buf out;
    buf_init(&out, 0);
    write_reading(r, "json", &o, &out);
    assert_null(strstr(out.data, "\"form\""));
    assert_null(strstr(out.data, "\"timings\""));
    buf_finish(&out);
    reading_destroy(r);
}

static void writing_appends_to_what_is_there(void **state)
{
    (void)state;
    struct reading *r = made_reading("receipt");
    struct output_options o = {.picture = made_picture};
    struct buf alone, after;
    buf_init(&alone, 0);
    buf_init(&after, 0);
    buf_puts(&after, "before");
    write_reading(r, "pdf", &o, &alone);
    write_reading(r, "pdf", &o, &after);
    assert_int_equal(after.len, alone.len + 6);
    assert_memory_equal(after.data + 6, alone.data, alone.len);
    buf_finish(&alone);
    buf_finish(&after);
    reading_destroy(r);
}

static void a_full_buffer_is_an_error(void **state)
{
    (void)state;
    struct output_options o = {.picture = made_picture};
    struct reading *r = made_reading("receipt");
    for (const struct output_format *f = output_formats; f->name; f++) {
        struct err e = ERR_INIT;
        struct buf out;
        buf_init(&out, 64);
        assert_int_equal(f->write(r, &o, &out, &e), ERR_LIMIT);
        assert_int_equal(e.code, ERR_LIMIT);
        buf_finish(&out);
    }
    reading_destroy(r);
}

static int broken_picture(void *user, size_t index, struct buf *jpeg, int *ret_width,
                          int *ret_height, struct err *e)
{
    (void)index, (void)ret_width, (void)ret_height, (void)e;
    const char *bytes = user;
    buf_puts(jpeg, bytes);
    return 0;
}

static int no_picture(void *user, size_t index, struct buf *jpeg, int *ret_width, int *ret_height,
                      struct err *e)
{
    (void)user, (void)index, (void)jpeg, (void)ret_width, (void)ret_height;
    return err_set(e, ERR_IO, "the picture is gone");
}

static void a_pdf_needs_jpeg_pictures(void **state)
{
    (void)state;
    static char png[] = "\x89PNG", cut[] = "\xff\xd8\xff\xe1\xff\xff";
    struct reading *r = made_reading("receipt");
    const struct {
        struct output_options o;
        int code;
    } cases[] = {
        {{.picture = NULL}, ERR_USAGE},
        {{.picture = no_picture}, ERR_IO},
        {{.picture = broken_picture, .user = png}, ERR_FORMAT},
        {{.picture = broken_picture, .user = cut}, ERR_FORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err e = ERR_INIT;
        struct buf out;
        buf_init(&out, 0);
        int rc = output_format_find("pdf")->write(r, &cases[i].o, &out, &e);
        assert_int_equal(rc, cases[i].code);
        assert_true(e.message[0] != '\0');
        buf_finish(&out);
    }
    reading_destroy(r);
}

static void only_known_formats_are_found(void **state)
{
    (void)state;
    assert_non_null(output_format_find("alto"));
    assert_null(output_format_find("docx"));
    assert_null(output_format_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_is_written_as_before_in_every_format),
        cmocka_unit_test(hostile_text_is_written_as_before_in_every_format),
        cmocka_unit_test(the_same_reading_gives_the_same_bytes),
        cmocka_unit_test(a_blank_page_is_an_empty_text),
        cmocka_unit_test(columns_count_wide_characters_twice),
        cmocka_unit_test(pages_are_parted_by_form_feeds),
        cmocka_unit_test(a_blank_page_has_a_page_row_and_no_words_in_tsv),
        cmocka_unit_test(a_failed_page_says_why_in_json),
        cmocka_unit_test(fields_and_timings_are_left_out_unless_asked_for),
        cmocka_unit_test(writing_appends_to_what_is_there),
        cmocka_unit_test(a_full_buffer_is_an_error),
        cmocka_unit_test(a_pdf_needs_jpeg_pictures),
        cmocka_unit_test(only_known_formats_are_found),
    };
    return cmocka_run_group_tests_name("twinreader/output", tests, NULL, NULL);
}
