#include "twinreader/read_fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const struct field_row rows[] = {
    {.cells =
         (const struct field[]){
             {.name = "description", .type = "text", .value = "MILK 우유"},
             {.name = "amount", .type = "amount", .value = "RM 3.20", .normalised = "3.20"}},
     .cell_count = 2},
    {.cells = (const struct field[]){{.name = "amount", .type = "amount", .value = "13.20"}},
     .cell_count = 1},
};

static const struct field fields[] = {
    {.name = "company",
     .type = "text",
     .value = "A company whose name is so long that no table of sixty columns could hold all of it",
     .confidence = 0.989f},
    {.name = "date",
     .type = "date",
     .value = "19/10/2018",
     .normalised = "2018-10-19",
     .confidence = 1},
    {.name = "note", .type = "text", .value = "\x1b[2J\nx", .confidence = 0.5f},
    {.name = "items", .type = "list", .rows = rows, .row_count = 2},
};

static void fields_stand_in_columns(void **state)
{
    (void)state;
    struct page page = {.number = 1,
                        .form = "receipt",
                        .form_confidence = 0.937f,
                        .fields = fields,
                        .field_count = 4};
    struct reading r = {.name = "a.jpg", .pages = &page, .page_count = 1};
    struct buf b;
    buf_init(&b, 0);
    read_fields_write(&r, &b);
    assert_string_equal(
        b.data,
        "a.jpg: receipt, 93 %\n"
        "  company  A company whose name is so long that no table of sixty …               98 %\n"
        "  date     19/10/2018                                                2018-10-19  100 %\n"
        "  note     [2J x                                                                  50 %\n"
        "  items    description  amount\n"
        "           MILK 우유      3.20\n"
        "                         13.20\n");
    buf_finish(&b);
}

static void pages_are_named_when_there_are_several(void **state)
{
    (void)state;
    struct page pages[] = {{.number = 1, .form = "unknown"}, {.number = 2, .error = "truncated"}};
    struct reading r = {.name = "b.tif", .pages = pages, .page_count = 2};
    struct buf b;
    buf_init(&b, 0);
    read_fields_write(&r, &b);
    assert_string_equal(b.data, "b.tif, page 1: unknown\nb.tif, page 2: truncated\n");
    buf_finish(&b);
}

/* As on the page: 96.9 % is not 97 %, what is 29 % stays so as a float, and what JSON gives as 0.86
 * is 86 %. */
static void a_percentage_is_rounded_down(void **state)
{
    (void)state;
    static const float confidence[] = {0.969f, 0.29f, 0.9999f, 1, 0.859962f, 0.859940f};
    static const char *const wanted[] = {"96 %", "29 %", "99 %", "100 %", "86 %", "85 %"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct page page = {.number = 1, .form = "receipt", .form_confidence = confidence[i]};
        struct reading r = {.name = "c.jpg", .pages = &page, .page_count = 1};
        char line[40];
        struct buf b;
        snprintf(line, sizeof line, "c.jpg: receipt, %s\n", wanted[i]);
        buf_init(&b, 0);
        read_fields_write(&r, &b);
        assert_string_equal(b.data, line);
        buf_finish(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_stand_in_columns),
        cmocka_unit_test(a_percentage_is_rounded_down),
        cmocka_unit_test(pages_are_named_when_there_are_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
