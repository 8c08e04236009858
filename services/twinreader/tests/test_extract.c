/* The shipped receipt form on made-up receipts. */
#include "twinreader/form.h"

#include "made_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct case_page {
    struct arena *arena;
    struct page page;
};

static int load(void **state)
{
    struct forms *forms;
    struct err e = ERR_INIT;
    if (forms_load(getenv("FORMS_DIR"), &forms, &e) < 0) {
        print_message("%s\n", e.message);
        return -1;
    }
    *state = forms;
    return 0;
}

static int unload(void **state)
{
    forms_destroy(*state);
    return 0;
}

static struct case_page extract(void **state, const char *const *rows)
{
    struct case_page c = {.arena = arena_create(16 << 20)};
    struct err e = ERR_INIT;
    assert_non_null(c.arena);
    c.page = made_page(c.arena, rows);
    assert_int_equal(forms_extract(*state, c.arena, &c.page, &e), 0);
    return c;
}

static void field_is(const struct page *p, const char *name, const char *normalised)
{
    const struct field *f = made_field(p, name);
    if (!f || strcmp(f->normalised, normalised) != 0)
        print_message("%s is %s\n", name, f ? f->normalised : "missing");
    assert_non_null(f);
    assert_string_equal(f->normalised, normalised);
}

static void total_is(void **state, const char *const *rows, const char *expected)
{
    struct case_page c = extract(state, rows);
    field_is(&c.page, "total", expected);
    arena_destroy(c.arena);
}

static const char *const shop[] = {
    "HANBIT TRADING SDN BHD (123456-X)",
    "12, JALAN CONTOH 3/4,",
    "47100 TAMAN UJIAN, SELANGOR.",
    "TEL : 03-12345678 | FAX : 03-12345679",
    "GST ID : 000123456789",
    "TAX INVOICE",
    "",
    "Doc No : CS0001 | Date : 03/04/2018",
    "Cashier : USER | Time : 12:40:00",
    "Item | Qty | S/Price | Amount | Tax",
    "1264 | 2 | 12.50 | 25.00 | SR",
    "PAPER MASK",
    "1265 | 1 | 1.00 | 1.00 | SR",
    "CLIP",
    "Total Qty : | 3 | 26.00",
    "Total Sales (Excluding GST) : | 24.53",
    "Discount : | 0.00",
    "Total GST : | 1.47",
    "Rounding : | 0.00",
    "Total Sales (Inclusive of GST) : | 26.00",
    "CASH : | 50.00",
    "CHANGE : | 24.00",
    "GST SUMMARY",
    "SR | 6 | 24.53 | 1.47",
    "Total : | 24.53 | 1.47",
    "THANK YOU",
    NULL,
};

static void a_receipt_gives_all_its_fields(void **state)
{
    struct case_page c = extract(state, shop);
    assert_string_equal(c.page.form, "receipt");
    assert_true(c.page.form_confidence > 0.8f);
    field_is(&c.page, "company", "HANBIT TRADING SDN BHD");
    field_is(&c.page, "date", "2018-04-03");
    field_is(&c.page, "address", "12, JALAN CONTOH 3/4, 47100 TAMAN UJIAN, SELANGOR.");
    field_is(&c.page, "total", "26.00");
    field_is(&c.page, "tax", "1.47");
    assert_null(made_field(&c.page, "cash")); /* hidden */
    arena_destroy(c.arena);
}

static void a_value_has_its_place_and_confidence(void **state)
{
    struct case_page c = extract(state, shop);
    const struct field *f = made_field(&c.page, "date");
    assert_string_equal(f->value, "03/04/2018");
    assert_string_equal(f->type, "date");
    /* Row 7, from column 25 for ten characters. */
    assert_true(f->box.p[0].x == 250 && f->box.p[1].x == 350);
    assert_true(f->box.p[0].y == 210 && f->box.p[2].y == 230);
    assert_true(f->confidence > 0.5f && f->confidence <= 0.9f);
    f = made_field(&c.page, "address");
    assert_true(f->box.p[0].y == 30 && f->box.p[2].y == 80);
    arena_destroy(c.arena);
}

static void items_take_their_text_from_the_row_beside(void **state)
{
    struct case_page c = extract(state, shop);
    const struct field *items = made_field(&c.page, "items");
    assert_non_null(items);
    assert_null(items->value);
    assert_int_equal(items->row_count, 2);
    const struct field *cells = items->rows[0].cells;
    assert_int_equal(items->rows[0].cell_count, 4);
    assert_string_equal(cells[0].name, "description");
    assert_string_equal(cells[0].value, "PAPER MASK");
    assert_string_equal(cells[1].normalised, "2");
    assert_string_equal(cells[2].normalised, "12.50");
    assert_string_equal(cells[3].normalised, "25.00");
    arena_destroy(c.arena);
}

static void items_in_other_layouts(void **state)
{
    static const char *const above[] = {"CORNER CAFE",     "Qty | Description | Price | Amount",
                                        "GREEN TEA (HOT)", "2 x | 3.00 | 6.00",
                                        "TOAST",           "1 x | 4.50 | 4.50",
                                        "Total | 10.50",   "Cash | 11.00",
                                        "Change | 0.50",   NULL};
    static const char *const one_row[] = {
        "CORNER CAFE",   "Description | Amount", "SCONE | 5.20", "COCOA 12 | 7.10",
        "Total | 12.30", "Cash | 12.30",         "Thank you",    NULL};
    struct case_page c = extract(state, above);
    const struct field *items = made_field(&c.page, "items");
    assert_int_equal(items->row_count, 2);
    assert_string_equal(items->rows[1].cells[0].value, "TOAST");
    assert_string_equal(items->rows[1].cells[1].normalised, "1");
    arena_destroy(c.arena);
    c = extract(state, one_row);
    items = made_field(&c.page, "items");
    assert_int_equal(items->row_count, 2);
    assert_string_equal(items->rows[0].cells[0].value, "SCONE");
    assert_string_equal(items->rows[0].cells[1].normalised, "5.20");
    arena_destroy(c.arena);
}

static void the_total_after_rounding_is_the_total(void **state)
{
    static const char *const rows[] = {"CORNER CAFE",
                                       "TEA | 23.26",
                                       "Total (inclusive of GST): | 23.26",
                                       "Rounding Adj: | -0.01",
                                       "Total: | 23.25",
                                       "Thank you",
                                       NULL};
    total_is(state, rows, "23.25");
}

static void the_last_of_equal_labels_is_the_total(void **state)
{
    static const char *const rows[] = {
        "CORNER CAFE",          "Receipt no 5",  "TEA | 20.00", "Total | 20.00",
        "Member price | -2.00", "Total | 18.00", "Thank you",   NULL};
    total_is(state, rows, "18.00");
}

static void cash_minus_change_finds_a_total_without_a_label(void **state)
{
    static const char *const rows[] = {"CORNER CAFE",
                                       "LAMP | 60.31",
                                       "TOTAL AMT....... RM | 60.31",
                                       "ROUNDING ADJ... | -0.01",
                                       "RM | 60.30",
                                       "CASH...... RM | 70.30",
                                       "CHANGE..... RM | 10.00",
                                       NULL};
    total_is(state, rows, "60.30");
}

static void the_sum_of_the_items_finds_a_total_without_a_label(void **state)
{
    static const char *const rows[] = {"CORNER CAFE",
                                       "TAX INVOICE",
                                       "Description | Qty | Price | Amount",
                                       "LAMP | 2 | 10.00 | 20.00",
                                       "PIE | 1 | 4.00 | 4.00",
                                       "",
                                       "24.00",
                                       "24.00",
                                       "GST 6% | 1.36",
                                       "Thank you",
                                       NULL};
    total_is(state, rows, "24.00");
}

static void other_totals_are_not_the_total(void **state)
{
    static const char *const rows[] = {
        "CORNER CAFE",           "Total Qty | 7",           "Total items | 3.00",
        "Subtotal | 20.00",      "Total excl. GST | 18.87", "Total GST | 1.13",
        "Total savings | 99.00", "Grand total | 20.00",     "Visa | 20.00",
        "Tax summary",           "Total | 18.87 | 1.13",    NULL};
    total_is(state, rows, "20.00");
}

static void a_total_may_stand_below_its_label_or_beside_another(void **state)
{
    static const char *const below[] = {"CORNER CAFE",  "Receipt no 5", "Cashier Kim", "PIE | 4.00",
                                        "TOTAL AMOUNT", "RM 4.00",      NULL};
    static const char *const beside[] = {"CORNER CAFE",
                                         "Receipt no 5",
                                         "PIE | 4.00",
                                         "TEA | 3.00",
                                         "Qty : 2 | Total RM | 7.00",
                                         "CASH | 7.00",
                                         NULL};
    static const char *const joined[] = {"CORNER CAFE", "Receipt no 5",         "PIE | 4.00",
                                         "TEA | 3.00",  "Qty : 2 Total : 7.00", "CASH | 7.00",
                                         NULL};
    total_is(state, below, "4.00");
    total_is(state, beside, "7.00");
    total_is(state, joined, "7.00");
}

static void a_misread_label_still_counts(void **state)
{
    static const char *const rows[] = {
        "CORNER CAFE",      "Tax lnvoice",  "PIE | 4.00",    "TEA | 3.00",
        "T0TAI: | RM7. 00", "CASH | 10.00", "CHANCE | 3.00", NULL};
    total_is(state, rows, "7.00");
}

static void a_lost_decimal_point_comes_back(void **state)
{
    static const char *const rows[] = {
        "CORNER CAFE",         "Receipt no 5", "PIE | 4 00", "TEA | RM 1,003 50",
        "Total | RM 1,007 50", "Tel 12 34",    NULL};
    struct case_page c = extract(state, rows);
    field_is(&c.page, "total", "1007.50");
    assert_int_equal(made_field(&c.page, "items")->row_count, 2);
    arena_destroy(c.arena);
}

static void a_korean_receipt_is_read(void **state)
{
    static const char *const rows[] = {"두레마트 (주)",
                                       "사업자등록번호 123-45-67890",
                                       "영수증",
                                       "거래일시 2018-10-19 12:30",
                                       "상품명 | 단가 | 수량 | 금액",
                                       "우유 | 2,500 | 2 | 5,000",
                                       "합계금액 | 5,000원",
                                       "현금 | 10,000",
                                       "거스름돈 | 5,000",
                                       NULL};
    struct case_page c = extract(state, rows);
    assert_string_equal(c.page.form, "receipt");
    field_is(&c.page, "date", "2018-10-19");
    field_is(&c.page, "total", "5000");
    arena_destroy(c.arena);
}

static void the_company_is_not_a_title_or_a_scribble(void **state)
{
    static const char *const title[] = {"TAX INVOICE",
                                        "MARU KITCHEN",
                                        "12, JALAN CONTOH",
                                        "TOTAL | 5.00",
                                        "CASH | 5.00",
                                        "Thank you",
                                        NULL};
    static const char *const two_rows[] = {
        "MARU BOOK",   "CO. (M) SDN BHD", "(123456-W)", "TOTAL | 5.00",
        "CASH | 5.00", "Thank you",       NULL};
    static const char *const scribble[] = {"min su",
                                           "",
                                           "",
                                           "",
                                           "MARU GIFT & DECO",
                                           "27, JALAN CONTOH 13,",
                                           "TEL:07-1234567",
                                           "RECEIPT",
                                           "TOTAL | 5.00",
                                           "CASH | 5.00",
                                           NULL};
    struct case_page c = extract(state, title);
    field_is(&c.page, "company", "MARU KITCHEN");
    arena_destroy(c.arena);
    c = extract(state, two_rows);
    field_is(&c.page, "company", "MARU BOOK CO. (M) SDN BHD");
    arena_destroy(c.arena);
    c = extract(state, scribble);
    field_is(&c.page, "company", "MARU GIFT & DECO");
    arena_destroy(c.arena);
}

static size_t item_count(const struct page *p)
{
    const struct field *items = made_field(p, "items");
    return items ? items->row_count : 0;
}

static void a_product_whose_name_starts_like_a_label_is_an_item(void **state)
{
    static const char *const rows[] = {"CORNER CAFE",
                                       "Receipt no 5",
                                       "Total care shampoo | 3.50",
                                       "Cash box | 12.00",
                                       "Net curtain | 2.00",
                                       "Card holder | 1.00",
                                       "Tax free gin | 3.50",
                                       "Change purse | 1.19",
                                       "Sanding disc P120 | 1.50",
                                       "Discount | -0.00",
                                       "TOTAL | 24.69",
                                       "CASH | 30.00",
                                       "CHANGE | 5.31",
                                       NULL};
    struct case_page c = extract(state, rows);
    assert_int_equal(item_count(&c.page), 7);
    field_is(&c.page, "total", "24.69");
    assert_null(made_field(&c.page, "tax"));
    arena_destroy(c.arena);
}

static void rebates_and_the_sums_of_a_tax_rate_are_no_items(void **state)
{
    static const char *const rows[] = {"CORNER CAFE",
                                       "Receipt no 5",
                                       "PIE | 4.00",
                                       "VIP Disc. 10.00% | -0.40",
                                       "Total 0% supplies: | 3.60",
                                       "TEA | 3.00",
                                       "Member discount | -0.50",
                                       "Total 6% supplies (excl. GST): | 2.50",
                                       "Total | 6.10",
                                       "Cash | 6.10",
                                       NULL};
    struct case_page c = extract(state, rows);
    assert_int_equal(item_count(&c.page), 2);
    field_is(&c.page, "total", "6.10");
    arena_destroy(c.arena);
}

static void a_label_with_other_words_still_counts_when_it_is_the_only_one(void **state)
{
    static const char *const rows[] = {"CORNER CAFE",
                                       "Receipt no 5",
                                       "PIE | 4.00",
                                       "TEA | 3.00",
                                       "Total everything | 7.00",
                                       "Thank you",
                                       NULL};
    struct case_page c = extract(state, rows);
    field_is(&c.page, "total", "7.00");
    assert_int_equal(item_count(&c.page), 2);
    arena_destroy(c.arena);
}

static void the_address_ends_where_the_items_start(void **state)
{
    static const char *const no_head[] = {
        "CORNER CAFE LTD", "12 Mill Street", "Port Ellery", "PIE | 4.00",
        "TEA | 3.00",      "Total | 7.00",   "Cash | 7.00", NULL};
    static const char *const head[] = {"CORNER CAFE LTD",
                                       "12 Mill Street",
                                       "Port Ellery",
                                       "Description | Qty | Amount",
                                       "GREEN TEA",
                                       "2 x | 3.50 | 7.00",
                                       "Total | 7.00",
                                       "Cash | 7.00",
                                       NULL};
    struct case_page c = extract(state, no_head);
    field_is(&c.page, "address", "12 Mill Street Port Ellery");
    arena_destroy(c.arena);
    c = extract(state, head);
    field_is(&c.page, "address", "12 Mill Street Port Ellery");
    arena_destroy(c.arena);
}

static void a_tax_that_is_included_is_a_tax(void **state)
{
    static const char *const rows[] = {"CORNER CAFE",
                                       "Receipt no 5",
                                       "PIE | 29.85",
                                       "Subtotal | 29.85",
                                       "VAT 20% included | 4.98",
                                       "TOTAL | 29.85",
                                       "Thank you",
                                       NULL};
    struct case_page c = extract(state, rows);
    field_is(&c.page, "tax", "4.98");
    field_is(&c.page, "total", "29.85");
    arena_destroy(c.arena);
}

static void a_quantity_has_its_own_column_when_the_head_says_so(void **state)
{
    static const char *const rows[] = {"CORNER CAFE",
                                       "Receipt no 5",
                                       "Item | Qty | Amount",
                                       "Green tea | 2 | 10.60",
                                       "Cocoa 20 ml | 1 | 4.35",
                                       "Total | 14.95",
                                       "Cash | 14.95",
                                       NULL};
    static const char *const without[] = {"CORNER CAFE",
                                          "Receipt no 5",
                                          "Description | Amount",
                                          "COCOA 12 | 7.10",
                                          "Total | 7.10",
                                          "Cash | 7.10",
                                          NULL};
    struct case_page c = extract(state, rows);
    assert_int_equal(item_count(&c.page), 2);
    const struct field_row *row = made_field(&c.page, "items")->rows;
    assert_string_equal(row[0].cells[0].value, "Green tea");
    assert_string_equal(row[0].cells[1].name, "quantity");
    assert_string_equal(row[0].cells[1].normalised, "2");
    assert_string_equal(row[0].cells[2].normalised, "10.60");
    assert_string_equal(row[1].cells[0].value, "Cocoa 20 ml");
    arena_destroy(c.arena);
    c = extract(state, without);
    assert_string_equal(made_field(&c.page, "items")->rows[0].cells[0].value, "COCOA 12");
    arena_destroy(c.arena);
}

static void a_letter_is_unknown(void **state)
{
    static const char *const rows[] = {"Maru Insurance Ltd",
                                       "12 Example Street",
                                       "19 October 2018",
                                       "Dear Ms Kim,",
                                       "we have received your claim of 3 October 2018 and will",
                                       "pay a total of three hundred within fourteen days. Please",
                                       "return the enclosed statement.",
                                       "Yours sincerely,",
                                       "J. Park",
                                       NULL};
    struct case_page c = extract(state, rows);
    assert_string_equal(c.page.form, "unknown");
    assert_int_equal(c.page.field_count, 0);
    arena_destroy(c.arena);
}

static void a_blank_page_is_unknown(void **state)
{
    static const char *const rows[] = {NULL};
    struct case_page c = extract(state, rows);
    assert_string_equal(c.page.form, "unknown");
    assert_true(c.page.form_confidence == 1.0f);
    arena_destroy(c.arena);
}

static void a_sloping_page_reads_the_same(void **state)
{
    struct case_page c = extract(state, shop);
    struct line *lines = arena_array(c.arena, c.page.line_count, sizeof *lines);
    assert_non_null(lines);
    memcpy(lines, c.page.lines, c.page.line_count * sizeof *lines);
    for (size_t i = 0; i < c.page.line_count; i++)
        for (int k = 0; k < 4; k++)
            lines[i].box.p[k].y += 0.1f * lines[i].box.p[k].x;
    c.page.lines = lines;
    struct err e = ERR_INIT;
    assert_int_equal(forms_extract(*state, c.arena, &c.page, &e), 0);
    field_is(&c.page, "company", "HANBIT TRADING SDN BHD");
    field_is(&c.page, "total", "26.00");
    arena_destroy(c.arena);
}

static void a_full_arena_is_an_error_and_not_a_crash(void **state)
{
    struct arena *pages = arena_create(16 << 20);
    struct page p = made_page(pages, shop);
    bool worked = false;
    for (size_t limit = 64; limit < (4 << 20) && !worked; limit *= 2) {
        struct arena *a = arena_create(limit);
        struct err e = ERR_INIT;
        assert_non_null(a);
        int r = forms_extract(*state, a, &p, &e);
        worked = r == 0;
        assert_true(worked || r == ERR_NOMEM);
        arena_destroy(a);
    }
    assert_true(worked);
    arena_destroy(pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_gives_all_its_fields),
        cmocka_unit_test(a_value_has_its_place_and_confidence),
        cmocka_unit_test(items_take_their_text_from_the_row_beside),
        cmocka_unit_test(items_in_other_layouts),
        cmocka_unit_test(the_total_after_rounding_is_the_total),
        cmocka_unit_test(the_last_of_equal_labels_is_the_total),
        cmocka_unit_test(cash_minus_change_finds_a_total_without_a_label),
        cmocka_unit_test(the_sum_of_the_items_finds_a_total_without_a_label),
        cmocka_unit_test(other_totals_are_not_the_total),
        cmocka_unit_test(a_total_may_stand_below_its_label_or_beside_another),
        cmocka_unit_test(a_misread_label_still_counts),
        cmocka_unit_test(a_lost_decimal_point_comes_back),
        cmocka_unit_test(a_korean_receipt_is_read),
        cmocka_unit_test(the_company_is_not_a_title_or_a_scribble),
        cmocka_unit_test(a_product_whose_name_starts_like_a_label_is_an_item),
        cmocka_unit_test(rebates_and_the_sums_of_a_tax_rate_are_no_items),
        cmocka_unit_test(a_label_with_other_words_still_counts_when_it_is_the_only_one),
        cmocka_unit_test(the_address_ends_where_the_items_start),
        cmocka_unit_test(a_tax_that_is_included_is_a_tax),
        cmocka_unit_test(a_quantity_has_its_own_column_when_the_head_says_so),
        cmocka_unit_test(a_letter_is_unknown),
        cmocka_unit_test(a_blank_page_is_unknown),
        cmocka_unit_test(a_sloping_page_reads_the_same),
        cmocka_unit_test(a_full_arena_is_an_error_and_not_a_crash),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
