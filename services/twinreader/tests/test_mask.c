/* Personal numbers, however they are printed and cut: none of their digits comes out anywhere. */
#include "twinreader/mask.h"

#include "made_page.h"
#include "made_reading.h"
#include "twinreader/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct reading *reading_of(const char *const *rows)
{
    struct arena *a = arena_create(64 << 20);
    assert_non_null(a);
    struct reading *r = arena_alloc(a, sizeof *r);
    assert_non_null(r);
    r->arena = a;
    r->name = "made.png";
    r->pages = arena_array(a, 1, sizeof *r->pages);
    assert_non_null(r->pages);
    r->page_count = 1;
    r->pages[0] = made_page(a, rows);
    r->pages[0].form = "unknown";
    return r;
}

/* Every text of the page, each on a line. */
static void all_texts(const struct page *p, struct buf *out)
{
    for (size_t i = 0; i < p->line_count; i++) {
        buf_printf(out, "%s\n", p->lines[i].text);
        for (size_t k = 0; k < p->lines[i].word_count; k++) {
            const struct word *w = &p->lines[i].words[k];
            buf_printf(out, "%s\n", w->text);
            for (size_t c = 0; c < w->char_count; c++)
                buf_puts(out, w->chars[c].text);
            buf_putc(out, '\n');
        }
    }
    for (size_t i = 0; i < p->field_count; i++)
        buf_printf(out, "%s %s\n", p->fields[i].value ? p->fields[i].value : "",
                   p->fields[i].normalised ? p->fields[i].normalised : "");
    for (size_t i = 0; i < p->reason_count; i++)
        buf_printf(out, "%s\n", p->reasons[i]);
}

static bool has_digit(const char *s)
{
    return strpbrk(s, "0123456789") != NULL;
}

static void no_digit_is_left(const char *const *rows)
{
    struct reading *r = reading_of(rows);
    struct err e = ERR_INIT;
    struct buf text;
    buf_init(&text, 0);
    assert_int_equal(mask_reading(r, &e), 0);
    all_texts(&r->pages[0], &text);
    if (has_digit(text.data))
        fail_msg("%s", text.data);
    buf_finish(&text);
    reading_destroy(r);
}

static void nothing_is_masked(const char *const *rows)
{
    struct reading *r = reading_of(rows);
    struct err e = ERR_INIT;
    struct buf after;
    buf_init(&after, 0);
    assert_int_equal(mask_reading(r, &e), 0);
    all_texts(&r->pages[0], &after);
    if (strchr(after.data, '*'))
        fail_msg("%s", after.data);
    buf_finish(&after);
    reading_destroy(r);
}

static void numbers_are_masked_however_they_are_cut(void **state)
{
    (void)state;
    static const char *const pages[][4] = {
        {"900101-1234567"},
        {"주민등록번호 : 900101-1234567 (본인)"},
        {"900101 - 1234567"},
        {"900101-12 34567"},
        {"9001 01-1234 567"},
        {"900101- | 1234567"},
        {"900101 | -1234567"},
        {"9001011234567"},
        {"9OO101-l234567"},
        {"900101-1******"},
        {"010-1234-5678"},
        {"010 1234 5678"},
        {"01012345678"},
        {"010.1234.5678"},
        {"TEL:02)123-4567"},
        {"031-123- | 4567"},
        {"+82-10-1234-5678"},
        {"110-123-456789"},
        {"국민은행 123456-78-901234 홍길동"},
        {"계좌번호 12345678901"},
        {"계좌번호", "12345678901"},
        {"계좌번호 : 1234 | 5678901"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        no_digit_is_left(pages[i]);
}

static void other_numbers_stay(void **state)
{
    (void)state;
    static const char *const rows[] = {"사업자등록번호 123-45-67890",
                                       "2024-03-05 ~ 2024-03-07",
                                       "진찰료 | 10,030 | 24,500 | 0",
                                       "영수증번호 20240305-0012",
                                       "합계 | 1,234,567원",
                                       "2024. 3. 5. 14:30",
                                       NULL};
    nothing_is_masked(rows);
}

static void a_column_of_figures_is_no_number(void **state)
{
    (void)state;
    static const char *const rows[] = {"900101        1234567", "10 | 20 | 30", NULL};
    nothing_is_masked(rows);
}

static void fields_checks_and_reasons_are_masked_too(void **state)
{
    (void)state;
    static const char *const rows[] = {"900101-1234567", NULL};
    static const struct check checks[] = {{"format", false, "010-1234-5678 is odd"}};
    static const struct field cells[] = {
        {.name = "note", .type = "text", .value = "010-1111-2222"}};
    static const struct field_row table[] = {{.cells = cells, .cell_count = 1}};
    const struct field fields[] = {
        {.name = "resident_number",
         .type = "text",
         .value = "900101-1234567",
         .normalised = "9001011234567",
         .checks = checks,
         .check_count = 1},
        {.name = "account", .type = "text", .value = "98 76 54"},
        {.name = "items", .type = "list", .rows = table, .row_count = 1},
    };
    static const char *const reasons[] = {"phone: 010-1234-5678 fails"};
    struct reading *r = reading_of(rows);
    struct output_options o = {.fields = true};
    struct err e = ERR_INIT;
    struct buf json;
    buf_init(&json, 0);
    r->pages[0].fields = fields;
    r->pages[0].field_count = 3;
    r->pages[0].verdict = "review";
    r->pages[0].reasons = reasons;
    r->pages[0].reason_count = 1;
    assert_int_equal(mask_reading(r, &e), 0);
    assert_int_equal(output_format_find("json")->write(r, &o, &json, &e), 0);
    assert_string_equal(r->pages[0].fields[0].value, "******-*******");
    assert_string_equal(r->pages[0].fields[0].normalised, "*************");
    assert_string_equal(r->pages[0].fields[0].checks[0].detail, "***-****-**** is odd");
    assert_string_equal(r->pages[0].fields[1].value, "** ** **");
    assert_string_equal(r->pages[0].fields[2].rows[0].cells[0].value, "***-****-****");
    assert_string_equal(r->pages[0].reasons[0], "phone: ***-****-**** fails");
    assert_null(strstr(json.data, "1234"));
    assert_null(strstr(json.data, "900101"));
    buf_finish(&json);
    reading_destroy(r);
}

static void no_output_format_shows_a_masked_number(void **state)
{
    (void)state;
    static const char *const rows[] = {"주민 | 900101-1234567", "팩스 | 010-9876-5432", NULL};
    for (const struct output_format *f = output_formats; f->name; f++) {
        struct reading *r = reading_of(rows);
        struct output_options o = {.fields = true, .picture = made_picture};
        struct err e = ERR_INIT;
        struct buf out;
        buf_init(&out, 0);
        assert_int_equal(mask_reading(r, &e), 0);
        assert_int_equal(f->write(r, &o, &out, &e), 0);
        assert_null(memmem(out.data, out.len, "900101", 6));
        assert_null(memmem(out.data, out.len, "1234567", 7));
        assert_null(memmem(out.data, out.len, "9876", 4));
        assert_null(memmem(out.data, out.len, "5432", 4));
        buf_finish(&out);
        reading_destroy(r);
    }
}

static void the_picture_is_painted_over_where_the_number_is(void **state)
{
    (void)state;
    static const char *const rows[] = {"name | 900101-1234567", NULL};
    struct reading *r = reading_of(rows);
    struct err e = ERR_INIT;
    struct mask_places places;
    struct image *im = image_create(400, 1000, 3);
    assert_non_null(im);
    memset(im->pixels, 255, im->stride * (size_t)im->height);
    assert_int_equal(mask_find(r->arena, &r->pages[0], &places, &e), 0);
    assert_int_equal(places.count, 1);
    mask_paint(im, 0.5, &places); /* the page is 800 wide */
    /* Columns 7 to 20 of 10 pixels each, 20 high, halved. */
    for (int x = 36; x < 104; x++)
        assert_int_equal(im->pixels[5 * im->stride + (size_t)x * 3], 0);
    assert_int_equal(im->pixels[5 * im->stride + 10 * 3], 255);
    assert_int_equal(im->pixels[40 * im->stride + 50 * 3], 255);
    image_destroy(im);
    reading_destroy(r);
}

static void a_place_off_the_picture_is_cut(void **state)
{
    (void)state;
    struct quad box[] = {{{{-50, -50}, {900, -50}, {900, 20}, {-50, 20}}},
                         {{{5000, 5000}, {6000, 5000}, {6000, 6000}, {5000, 6000}}}};
    struct mask_places places = {box, 2};
    struct image *im = image_create(30, 30, 1);
    assert_non_null(im);
    memset(im->pixels, 255, im->stride * 30);
    mask_paint(im, 1, &places);
    assert_int_equal(im->pixels[0], 0);
    assert_int_equal(im->pixels[im->stride * 29 + 29], 255);
    image_destroy(im);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_masked_however_they_are_cut),
        cmocka_unit_test(other_numbers_stay),
        cmocka_unit_test(a_column_of_figures_is_no_number),
        cmocka_unit_test(fields_checks_and_reasons_are_masked_too),
        cmocka_unit_test(no_output_format_shows_a_masked_number),
        cmocka_unit_test(the_picture_is_painted_over_where_the_number_is),
        cmocka_unit_test(a_place_off_the_picture_is_cut),
    };
    return cmocka_run_group_tests_name("twinreader/mask", tests, NULL, NULL);
}
