/* Papers: what is on them adds up, fits, and is the same for the same seed; form files with a
 * mistake are refused by file, line and key. */
#include "twinreader/synth/layout.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct synth_papers *papers;
static struct synth_fonts *fonts;

static int open_papers(void **state)
{
    struct err e = ERR_INIT;
    char text[1100];
    (void)state;
    if (synth_papers_create(NULL, &papers, &e) == 0 && synth_fonts_create(NULL, &fonts, &e) == 0)
        return 0;
    print_error("%s\n", err_text(&e, text, sizeof text));
    return -1;
}

static int close_papers(void **state)
{
    (void)state;
    synth_fonts_destroy(fonts);
    synth_papers_destroy(papers);
    return 0;
}

static struct synth_scene *make(size_t kind, enum synth_split split, uint64_t page, struct arena *a)
{
    struct synth_rng r;
    struct synth_scene *s = NULL;
    struct err e = ERR_INIT;
    char text[1100];
    synth_rng_init(&r, 11, page);
    if (synth_papers_make(papers, kind, split, fonts, &r, a, &s, &e) != 0)
        fail_msg("%s, page %d: %s", synth_papers_name(papers, kind), (int)page,
                 err_text(&e, text, sizeof text));
    return s;
}

static size_t kind_of(const char *name)
{
    for (size_t i = 0; i < synth_papers_count(papers); i++)
        if (strcmp(synth_papers_name(papers, i), name) == 0)
            return i;
    fail_msg("no paper %s", name);
    return 0;
}

static const struct synth_fact *find(const struct synth_scene *s, const char *field)
{
    for (size_t i = 0; i < s->fact_count; i++)
        if (strcmp(s->facts[i].field, field) == 0)
            return &s->facts[i];
    return NULL;
}

/* The amount of a field; 0 where nothing is printed. */
static int64_t amount(const struct synth_scene *s, const char *field)
{
    const struct synth_fact *f = find(s, field);
    int64_t v = 0;
    if (f && !text_to_int(f->normalised ? f->normalised : f->value, &v))
        fail_msg("%s is no number: %s", field, f->value);
    return v;
}

static int64_t cell(const struct synth_scene *s, int row, const char *column)
{
    char field[64];
    snprintf(field, sizeof field, "items[%d].%s", row, column);
    return amount(s, field);
}

static int rows_of(const struct synth_scene *s)
{
    char field[64];
    for (int n = 0; n < 100; n++) {
        snprintf(field, sizeof field, "items[%d].name", n);
        if (!find(s, field))
            return n;
    }
    return 100;
}

static int64_t sum(const struct synth_scene *s, const char *column)
{
    int64_t v = 0;
    for (int i = 0, n = rows_of(s); i < n; i++)
        v += cell(s, i, column);
    return v;
}

static void each_paper(const char *kind, void (*check)(const struct synth_scene *s))
{
    for (uint64_t page = 0; page < 200; page++) {
        struct arena *a = arena_create(16u << 20);
        check(make(kind_of(kind), page % 2 ? SYNTH_HELD : SYNTH_TRAIN, page, a));
        arena_destroy(a);
    }
}

static void check_medical_receipt(const struct synth_scene *s)
{
    int64_t own = amount(s, "insured_own_total"), fund = amount(s, "insured_fund_total"),
            full = amount(s, "full_own_total"), rest = amount(s, "uninsured_total");
    assert_true(rows_of(s) >= 1);
    if (find(s, "insured_own_total")) {
        assert_int_equal(sum(s, "insured_own"), own);
        assert_int_equal(sum(s, "insured_fund"), fund);
        assert_int_equal(sum(s, "full_own"), full);
        assert_int_equal(sum(s, "uninsured"), rest);
    }
    assert_int_equal(sum(s, "insured_own") + sum(s, "insured_fund") + sum(s, "full_own") +
                         sum(s, "uninsured"),
                     amount(s, "total"));
    assert_int_equal(amount(s, "total") - sum(s, "insured_fund"), amount(s, "patient_total"));
    assert_int_equal(amount(s, "patient_total") - amount(s, "paid_before"), amount(s, "due"));
    assert_true(amount(s, "paid") <= amount(s, "due"));
    assert_true(amount(s, "total") > 0);
    assert_non_null(find(s, "hospital"));
    assert_non_null(find(s, "patient"));
    assert_true(strcmp(find(s, "period_start")->normalised, find(s, "period_end")->normalised) <=
                0);
}

static void medical_receipts_add_up(void **state)
{
    (void)state;
    each_paper("medical-receipt", check_medical_receipt);
}

static void check_detail(const struct synth_scene *s)
{
    for (int i = 0, n = rows_of(s); i < n; i++)
        assert_int_equal(cell(s, i, "unit_price") * cell(s, i, "count") * cell(s, i, "days"),
                         cell(s, i, "amount"));
    assert_int_equal(sum(s, "amount"), amount(s, "total"));
    assert_true(rows_of(s) >= 7);
}

static void detail_statements_add_up(void **state)
{
    (void)state;
    each_paper("medical-detail", check_detail);
}

static void check_estimate(const struct synth_scene *s)
{
    assert_true(rows_of(s) >= 4);
    assert_int_equal(sum(s, "parts"), amount(s, "parts_total"));
    assert_int_equal(sum(s, "labour"), amount(s, "labour_total"));
    assert_int_equal(amount(s, "parts_total") + amount(s, "labour_total"), amount(s, "subtotal"));
    assert_int_equal(amount(s, "subtotal") / 10, amount(s, "tax"));
    assert_int_equal(amount(s, "subtotal") + amount(s, "tax"), amount(s, "total"));
    if (find(s, "items[0].amount"))
        for (int i = 0, n = rows_of(s); i < n; i++)
            assert_int_equal(cell(s, i, "parts") + cell(s, i, "labour"), cell(s, i, "amount"));
    assert_non_null(find(s, "plate"));
}

static void repair_estimates_add_up(void **state)
{
    (void)state;
    each_paper("repair-estimate", check_estimate);
}

static void check_shop(const struct synth_scene *s)
{
    assert_true(rows_of(s) >= 2);
    assert_non_null(find(s, "company"));
    assert_int_equal(sum(s, "amount"), amount(s, "total"));
    assert_int_equal(amount(s, "total") / 11, amount(s, "tax"));
    if (find(s, "items[0].price"))
        for (int i = 0, n = rows_of(s); i < n; i++)
            assert_int_equal(cell(s, i, "price") * cell(s, i, "quantity"), cell(s, i, "amount"));
}

static void till_receipts_add_up(void **state)
{
    (void)state;
    each_paper("shop-receipt", check_shop);
}

static void check_claim(const struct synth_scene *s)
{
    static const char *const fields[] = {
        "insurer",        "policy_number", "insured",    "resident_number",
        "phone",          "address",       "bank",       "account",
        "account_holder", "accident_date", "claim_date", "disease_code",
        "hospital",       "claim_type",    "amount",     "disease_name"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!find(s, fields[i]))
            fail_msg("layout %s has no %s", s->layout, fields[i]);
    assert_true(strcmp(find(s, "accident_date")->normalised, find(s, "claim_date")->normalised) <
                0);
    size_t boxes = 0, ticked = 0;
    for (size_t i = 0; i < s->shape_count; i++) {
        boxes += s->shapes[i].kind == SYNTH_CHECK_BOX;
        ticked += s->shapes[i].kind == SYNTH_CHECK_BOX && s->shapes[i].on;
    }
    assert_true(boxes >= 4 && ticked >= 1 && ticked < boxes);
}

static void claim_forms_have_every_field_and_one_ticked_box(void **state)
{
    (void)state;
    each_paper("claim-form", check_claim);
}

struct extent {
    double left, top, right, bottom;
};

static size_t characters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static struct extent extent_of(const struct synth_text *t)
{
    double em = t->size * 25.4 / 72;
    double width = synth_fonts_width(fonts, t->font, t->size, t->text) * t->stretch +
                   t->spacing * (double)characters(t->text);
    return (struct extent){t->x, t->y - 0.74 * em, t->x + width, t->y + 0.12 * em};
}

static void nothing_overlaps_or_leaves_the_paper(void **state)
{
    (void)state;
    static struct extent box[4000];
    for (size_t kind = 0; kind < synth_papers_count(papers); kind++)
        for (uint64_t page = 0; page < 24; page++) {
            struct arena *a = arena_create(16u << 20);
            const struct synth_scene *s = make(kind, page % 2, page, a);
            assert_in_range(s->text_count, 1, 4000);
            for (size_t i = 0; i < s->text_count; i++) {
                const struct extent *b = &box[i];
                box[i] = extent_of(&s->texts[i]);
                if (b->left < 0 || b->top < 0 || b->right > s->width || b->bottom > s->height)
                    fail_msg("%s, %s, page %d: \"%s\" leaves the paper", s->kind, s->layout,
                             (int)page, s->texts[i].text);
                for (size_t k = 0; k < i; k++)
                    if (b->left < box[k].right - 0.05 && box[k].left < b->right - 0.05 &&
                        b->top < box[k].bottom && box[k].top < b->bottom)
                        fail_msg("%s, %s, page %d: \"%s\" and \"%s\" overlap", s->kind, s->layout,
                                 (int)page, s->texts[i].text, s->texts[k].text);
            }
            for (size_t i = 0; i < s->shape_count; i++) {
                const struct synth_shape *p = &s->shapes[i];
                assert_true(p->x >= 0 && p->y >= 0 && p->x2 <= s->width && p->y2 <= s->height);
            }
            arena_destroy(a);
        }
}

static void every_text_is_in_a_font_of_its_split_that_has_it(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < synth_papers_count(papers); kind++)
        for (uint64_t page = 0; page < 12; page++) {
            struct arena *a = arena_create(16u << 20);
            enum synth_split split = page % 2 ? SYNTH_HELD : SYNTH_TRAIN;
            const struct synth_scene *s = make(kind, split, page, a);
            for (size_t i = 0; i < s->text_count; i++) {
                const struct synth_text *t = &s->texts[i];
                assert_true(synth_fonts_cover(fonts, t->font, t->text));
                assert_int_equal(synth_fonts_at(fonts, t->font)->split, split);
                assert_true(t->text[0] && t->text[0] != ' ' && !strstr(t->text, "  "));
            }
            arena_destroy(a);
        }
}

static void every_fact_is_printed_as_it_says(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < synth_papers_count(papers); kind++)
        for (uint64_t page = 0; page < 20; page++) {
            struct arena *a = arena_create(16u << 20);
            const struct synth_scene *s = make(kind, page % 2, page, a);
            for (size_t i = 0; i < s->fact_count; i++) {
                const char *value = s->facts[i].value;
                size_t found = 0;
                for (size_t k = 0; k < s->text_count; k++) {
                    const struct synth_text *t = &s->texts[k];
                    found += t->field && !t->is_key && strcmp(t->field, s->facts[i].field) == 0 &&
                             strstr(value, t->text);
                }
                if (found == 0)
                    fail_msg("%s, %s: %s is not printed", s->kind, s->layout, s->facts[i].field);
                for (size_t k = 0; k < i; k++)
                    assert_string_not_equal(s->facts[k].field, s->facts[i].field);
            }
            arena_destroy(a);
        }
}

static void the_same_seed_makes_the_same_scene(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < synth_papers_count(papers); kind++)
        for (uint64_t page = 0; page < 4; page++) {
            struct arena *a = arena_create(32u << 20);
            const struct synth_scene *s = make(kind, SYNTH_TRAIN, page, a);
            make(kind, SYNTH_TRAIN, page + 1, a); /* what is made between does not matter */
            const struct synth_scene *t = make(kind, SYNTH_TRAIN, page, a);
            assert_int_equal(s->text_count, t->text_count);
            assert_int_equal(s->shape_count, t->shape_count);
            assert_int_equal(s->fact_count, t->fact_count);
            assert_true(s->width == t->width && s->height == t->height);
            for (size_t i = 0; i < s->text_count; i++) {
                assert_string_equal(s->texts[i].text, t->texts[i].text);
                assert_true(s->texts[i].x == t->texts[i].x && s->texts[i].y == t->texts[i].y);
                assert_int_equal(s->texts[i].font, t->texts[i].font);
            }
            for (size_t i = 0; i < s->shape_count; i++)
                assert_int_equal(s->shapes[i].seed, t->shapes[i].seed);
            arena_destroy(a);
        }
}

static size_t layouts_seen(const char *kind, enum synth_split split, char names[16][64])
{
    size_t count = 0;
    for (uint64_t page = 0; page < 60; page++) {
        struct arena *a = arena_create(16u << 20);
        const struct synth_scene *s = make(kind_of(kind), split, page, a);
        size_t i = 0;
        while (i < count && strcmp(names[i], s->layout) != 0)
            i++;
        if (i == count && count < 16)
            snprintf(names[count++], 64, "%s", s->layout);
        arena_destroy(a);
    }
    return count;
}

static void insurance_forms_have_layouts_to_learn_and_others_held_out(void **state)
{
    (void)state;
    static const char *const kinds[] = {"medical-receipt", "claim-form", "repair-estimate"};
    for (size_t k = 0; k < 3; k++) {
        char train[16][64], held[16][64];
        size_t trained = layouts_seen(kinds[k], SYNTH_TRAIN, train);
        size_t kept = layouts_seen(kinds[k], SYNTH_HELD, held);
        assert_true(trained >= 3 && kept >= 2);
        for (size_t i = 0; i < trained; i++)
            for (size_t j = 0; j < kept; j++)
                assert_string_not_equal(train[i], held[j]);
    }
}

static void a_full_medical_receipt_has_about_two_hundred_words(void **state)
{
    (void)state;
    size_t words = 0, pages = 0;
    for (uint64_t page = 0; page < 60; page++) {
        struct arena *a = arena_create(16u << 20);
        const struct synth_scene *s = make(kind_of("medical-receipt"), SYNTH_TRAIN, page, a);
        if (strcmp(s->layout, "statutory") == 0) {
            pages++;
            for (size_t i = 0; i < s->text_count; i++) {
                words++;
                for (const char *c = s->texts[i].text; *c; c++)
                    words += *c == ' ';
            }
        }
        arena_destroy(a);
    }
    assert_true(pages > 5);
    assert_in_range(words / pages, 150, 260);
}

#define VALUES "values:\n  a: {make: person}\n  n: {calc: \"1\"}\n"
#define NAMES "names:\n  a: [who]\n"
#define HELD "  - name: held\n    split: held\n    body:\n      - {text: \"{a}\"}\n"
#define LAYOUTS(body) "layouts:\n  - name: one\n    body:\n" body HELD
#define GOOD "      - {text: \"{@a}: {a}\"}\n"

static int load(const char *yaml, struct synth_papers **ret, struct err *e)
{
    char folder[] = "papers-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.yaml", folder);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(yaml, out) >= 0);
    assert_int_equal(fclose(out), 0);
    int r = synth_papers_create(folder, ret, e);
    unlink(path);
    rmdir(folder);
    return r;
}

static void refused(const char *yaml, const char *place, const char *reason)
{
    struct synth_papers *p = NULL;
    struct err e = ERR_INIT;
    char text[1100];
    int r = load(yaml, &p, &e);
    err_text(&e, text, sizeof text);
    if (r != ERR_CONFIG || !strstr(text, place) || !strstr(text, reason))
        fail_msg("%d, for \"%s\" and \"%s\": %s", r, place, reason, text);
    assert_null(p);
}

static void a_small_form_loads(void **state)
{
    (void)state;
    struct synth_papers *p = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(load("kind: x\n" VALUES NAMES LAYOUTS(GOOD), &p, &e), 0);
    assert_int_equal(synth_papers_count(p), 1);
    assert_string_equal(synth_papers_name(p, 0), "x");
    synth_papers_destroy(p);
    synth_papers_destroy(NULL);
}

static void the_example_of_the_documentation_loads(void **state)
{
    (void)state;
    struct buf b;
    struct synth_papers *p = NULL;
    struct err e = ERR_INIT;
    buf_init(&b, 1 << 20);
    assert_int_equal(file_read(SYNTH_DIR "/forms/README.md", &b, &e), 0);
    char *yaml = strstr(b.data, "```yaml\n");
    assert_non_null(yaml);
    char *end = strstr(yaml + 8, "```");
    assert_non_null(end);
    *end = '\0';
    if (load(yaml + 8, &p, &e) != 0)
        fail_msg("%s", e.message);
    struct arena *a = arena_create(1 << 20);
    struct synth_scene *s;
    struct synth_rng r;
    synth_rng_init(&r, 1, 1);
    assert_int_equal(synth_papers_make(p, 0, SYNTH_TRAIN, fonts, &r, a, &s, &e), 0);
    assert_int_equal(sum(s, "amount"), amount(s, "total"));
    arena_destroy(a);
    synth_papers_destroy(p);
    buf_finish(&b);
}

static void a_mark_wider_than_its_place_is_drawn_narrower(void **state)
{
    (void)state;
    struct synth_papers *p = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(
        load("kind: x\n" VALUES NAMES LAYOUTS("      - {text: \"{!bars:290x20}\"}\n"), &p, &e), 0);
    struct arena *a = arena_create(1 << 20);
    struct synth_scene *s = NULL;
    struct synth_rng r;
    synth_rng_init(&r, 1, 1);
    assert_int_equal(synth_papers_make(p, 0, SYNTH_TRAIN, fonts, &r, a, &s, &e), 0);
    assert_int_equal(s->shape_count, 1);
    assert_int_equal(s->shapes[0].kind, SYNTH_BARS);
    assert_true(s->shapes[0].x2 < s->width && s->shapes[0].x2 > s->width * 0.8);
    arena_destroy(a);
    synth_papers_destroy(p);
}

static void every_mistake_names_file_line_and_reason(void **state)
{
    (void)state;
    refused("kind: x\ncolour: 1\n" VALUES LAYOUTS(GOOD), "a.yaml:2", "colour");
    refused(VALUES NAMES LAYOUTS(GOOD), "a.yaml", "has no kind");
    refused("kind: x\nvalues:\n  a: {make: nobody}\n" LAYOUTS(GOOD), "a.yaml:3: values.a.make",
            "nobody");
    refused("kind: x\nvalues:\n  a: {calc: \"b + 1\"}\n" LAYOUTS(GOOD), "a.yaml:3", "b + 1");
    refused("kind: x\nvalues:\n  a: {calc: \"1 +\"}\n" LAYOUTS(GOOD), "a.yaml:3", "missing");
    refused("kind: x\nvalues:\n  a: {amount: \"sum(b.c)\"}\n" LAYOUTS(GOOD), "a.yaml:3", "sum");
    refused("kind: x\nvalues:\n  a: {make: person, text: x}\n" LAYOUTS(GOOD), "a.yaml:3",
            "one too many");
    refused("kind: x\n" VALUES NAMES LAYOUTS("      - {text: \"{b}\"}\n"), "a.yaml:10", "\"b\"");
    refused("kind: x\n" VALUES NAMES LAYOUTS("      - {text: \"{@n}\"}\n"), "a.yaml:10", "names");
    refused("kind: x\n" VALUES NAMES LAYOUTS("      - {text: \"({a})\"}\n"), "a.yaml:10", "space");
    refused("kind: x\n" VALUES NAMES LAYOUTS("      - {text: \"{a\"}\n"), "a.yaml:10", "brace");
    refused("kind: x\n" VALUES NAMES LAYOUTS("      - {txt: \"{a}\"}\n"), "a.yaml:10", "txt");
    refused("kind: x\n" VALUES NAMES LAYOUTS("      - {text: \"{!ring}\"}\n"), "a.yaml:10",
            "no mark");
    refused(
        "kind: x\n" VALUES NAMES LAYOUTS("      - grid: {columns: [1, 1], rows: [[\"{a}\"]]}\n"),
        "a.yaml:10", "fewer than 2 columns");
    refused(
        "kind: x\n" VALUES NAMES LAYOUTS("      - grid: {columns: [1], rows: [[\"{a}\", x]]}\n"),
        "a.yaml:10", "more than 1 columns");
    refused("kind: x\n" VALUES NAMES LAYOUTS("      - {each: a, do: []}\n"), "a.yaml:10",
            "no list");
    refused("kind: x\n" VALUES NAMES "layouts:\n  - name: one\n    body: []\n", "a.yaml:7",
            "each split");
    refused("kind: x\n" VALUES NAMES "layouts:\n  - name: one\n    size: 9..8\n    body: []\n",
            "a.yaml:9: layouts[0].size", "lower first");
}

static void a_missing_folder_is_not_found(void **state)
{
    (void)state;
    struct synth_papers *p = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(synth_papers_create("no-such-folder", &p, &e), ERR_NOT_FOUND);
    assert_null(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medical_receipts_add_up),
        cmocka_unit_test(detail_statements_add_up),
        cmocka_unit_test(repair_estimates_add_up),
        cmocka_unit_test(till_receipts_add_up),
        cmocka_unit_test(claim_forms_have_every_field_and_one_ticked_box),
        cmocka_unit_test(nothing_overlaps_or_leaves_the_paper),
        cmocka_unit_test(every_text_is_in_a_font_of_its_split_that_has_it),
        cmocka_unit_test(every_fact_is_printed_as_it_says),
        cmocka_unit_test(the_same_seed_makes_the_same_scene),
        cmocka_unit_test(insurance_forms_have_layouts_to_learn_and_others_held_out),
        cmocka_unit_test(a_full_medical_receipt_has_about_two_hundred_words),
        cmocka_unit_test(a_small_form_loads),
        cmocka_unit_test(the_example_of_the_documentation_loads),
        cmocka_unit_test(a_mark_wider_than_its_place_is_drawn_narrower),
        cmocka_unit_test(every_mistake_names_file_line_and_reason),
        cmocka_unit_test(a_missing_folder_is_not_found),
    };
    return cmocka_run_group_tests(tests, open_papers, close_papers);
}
