/* The shipped Korean forms on made-up papers: labels spread and wrapped, tables, ticked boxes. */
#include "twinreader/form.h"

#include "made_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

enum { WIDTH = 10, HEIGHT = 20, STEP = 34, TITLE = 40 };

static void *need(void *p)
{
    assert_non_null(p);
    return p;
}

/* Hangul is two wide. */
static int width_of(const char *s, size_t n)
{
    int w = 0;
    for (size_t i = 0; i < n; i++)
        w += ((unsigned char)s[i] & 0xc0) == 0x80 ? 0 : (unsigned char)s[i] < 0x80 ? 1 : 2;
    return w * WIDTH;
}

static struct quad box_at(int x, int y, int width, int height)
{
    float l = (float)x, t = (float)y, r = (float)(x + width), b = (float)(y + height);
    return (struct quad){{{l, t}, {r, t}, {r, b}, {l, b}}};
}

static struct line line_at(struct arena *a, const char *text, size_t len, int x, int row)
{
    int y = row * STEP, height = row ? HEIGHT : TITLE;
    struct word *words = need(arena_array(a, len + 1, sizeof *words));
    struct line out = {need(arena_strndup(a, text, len)), 0.95f, {{{0, 0}}}, words, 0, row, 0};
    out.box = box_at(x, y, width_of(text, len), height);
    for (size_t i = 0, n; i < len; i += n + 1) {
        n = strcspn(text + i, " ");
        n = n < len - i ? n : len - i;
        if (n > 0)
            words[out.word_count++] = (struct word){
                need(arena_strndup(a, text + i, n)), 0.95f,
                box_at(x + width_of(text, i), y, width_of(text + i, n), height), NULL, 0};
    }
    return out;
}

/* Rows of cells: "20:text" begins at x 20, "<300:text" ends at x 300; '|' parts them. */
static struct page paper(struct arena *a, const char *const *rows)
{
    struct line *lines = need(arena_array(a, 400, sizeof *lines));
    struct page p = {.number = 1, .width = 1400, .height = 800, .lines = lines};
    for (int row = 0; rows[row]; row++)
        for (const char *at = rows[row]; *at;) {
            bool right = *at == '<';
            char *text;
            int x = (int)strtol(at + right, &text, 10);
            size_t len = strcspn(++text, "|");
            lines[p.line_count++] = line_at(a, text, len, right ? x - width_of(text, len) : x, row);
            at = text + len + (text[len] == '|');
        }
    return p;
}

/* The first row is the title, twice as high. */
static struct page extracted(void **state, struct arena *a, const char *const *rows,
                             const struct form_picture *picture)
{
    struct page p = paper(a, rows);
    struct err e = ERR_INIT;
    assert_int_equal(forms_extract_seen(*state, a, &p, picture, &e), 0);
    return p;
}

static void value_is(const struct page *p, const char *name, const char *expected)
{
    const struct field *f = made_field(p, name);
    if (!f || !f->normalised || strcmp(f->normalised, expected) != 0)
        fail_msg("%s is %s, not %s", name, f && f->normalised ? f->normalised : "missing",
                 expected);
}

static const char *const receipt[] = {
    "400:진료비 계산서·영수증",
    "0:환자등록번호|200:00123456|500:환 자 성 명|700:홍길동",
    "0:진료기간|200:2024. 3. 5. ~ 2024. 3. 7.|500:진료과목|700:정형외과",
    "0:영수증번호|200:2024-000123|500:발행일|700:2024년 3월 7일",
    "60:항목|300:본인부담금|500:공단부담금|680:전액본인부담|900:비급여",
    "0:진찰료|<400:3,000|<600:7,000|<960:0",
    "0:처치 및 수술료|<400:1,500|<600:3,500|<960:20,000",
    "0:합    계|<400:4,500|<600:10,500|<960:20,000",
    "0:비고",
    "0:진료비 총액|<400:35,000|500:환자부담 총액|<960:24,500",
    "0:이미 납부한 금액|<400:4,500|500:납부할 금액|<960:20,000",
    "0:납부한 금액|<400:20,000",
    "0:사업자등록번호|200:124-81-00998|500:요양기관명|700:가나병원",
    NULL,
};

static void a_medical_receipt_gives_all_its_fields(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = extracted(state, a, receipt, NULL);
    assert_string_equal(p.form, "medical-receipt");
    value_is(&p, "patient", "홍길동");
    value_is(&p, "patient_number", "00123456");
    value_is(&p, "period_start", "2024-03-05");
    value_is(&p, "period_end", "2024-03-07");
    value_is(&p, "date", "2024-03-07");
    value_is(&p, "department", "정형외과");
    value_is(&p, "receipt_number", "2024-000123");
    value_is(&p, "insured_own_total", "4500");
    value_is(&p, "insured_fund_total", "10500");
    value_is(&p, "uninsured_total", "20000");
    value_is(&p, "total", "35000");
    value_is(&p, "patient_total", "24500");
    value_is(&p, "paid_before", "4500");
    value_is(&p, "due", "20000");
    value_is(&p, "paid", "20000");
    value_is(&p, "business_number", "124-81-00998");
    value_is(&p, "hospital", "가나병원");
    arena_destroy(a);
}

static const char *cell(const struct field_row *row, const char *name)
{
    for (size_t i = 0; i < row->cell_count; i++)
        if (strcmp(row->cells[i].name, name) == 0)
            return row->cells[i].normalised;
    return NULL;
}

static void its_table_gives_rows_by_the_heads_of_columns(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = extracted(state, a, receipt, NULL);
    const struct field *items = made_field(&p, "items");
    assert_non_null(items);
    assert_int_equal(items->row_count, 2);
    assert_string_equal(cell(&items->rows[0], "name"), "진찰료");
    assert_string_equal(cell(&items->rows[0], "insured_own"), "3000");
    assert_string_equal(cell(&items->rows[0], "insured_fund"), "7000");
    assert_string_equal(cell(&items->rows[0], "uninsured"), "0");
    assert_null(cell(&items->rows[0], "full_own"));
    assert_string_equal(cell(&items->rows[1], "name"), "처치 및 수술료");
    assert_string_equal(cell(&items->rows[1], "uninsured"), "20000");
    arena_destroy(a);
}

static void its_sums_are_checked(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = extracted(state, a, receipt, NULL);
    const struct field *total = made_field(&p, "total");
    bool summed = false;
    for (size_t i = 0; i < total->check_count; i++)
        summed = summed || (strcmp(total->checks[i].name, "sum") == 0 && total->checks[i].passed);
    assert_true(summed);
    assert_non_null(p.verdict);
    arena_destroy(a);
}

static void a_value_that_lost_figures_is_not_accepted(void **state)
{
    struct arena *a = arena_create(16 << 20);
    const char *rows[32];
    size_t n = 0;
    for (; receipt[n]; n++)
        rows[n] = receipt[n];
    rows[n] = NULL;
    struct page p = extracted(state, a, rows, NULL);
    assert_string_equal(p.verdict, "accept");
    rows[3] = "0:영수증번호|200:2024~000123|500:발행일|700:2024년 3월 7일";
    p = extracted(state, a, rows, NULL);
    assert_string_equal(p.verdict, "review");
    assert_int_equal(p.reason_count, 1);
    assert_non_null(strstr(p.reasons[0], "receipt_number: "));
    arena_destroy(a);
}

static void a_name_between_two_rows_is_not_accepted(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = paper(a, receipt);
    struct line *lines = (struct line *)(uintptr_t)p.lines;
    struct err e = ERR_INIT;
    for (size_t i = 0; i < p.line_count; i++)
        if (strcmp(lines[i].text, "진찰료") == 0) {
            struct word *w = (struct word *)(uintptr_t)lines[i].words;
            for (int c = 0; c < 4; c++)
                w->box.p[c].y += 0.4f * STEP;
        }
    assert_int_equal(forms_extract(*state, a, &p, &e), 0);
    assert_string_equal(p.verdict, "review");
    assert_non_null(strstr(p.reasons[0], "items: name"));
    arena_destroy(a);
}

static void a_label_wrapped_in_its_cell_is_found(void **state)
{
    struct arena *a = arena_create(16 << 20);
    const char *rows[32];
    size_t n = 0;
    for (; receipt[n]; n++)
        rows[n] = receipt[n];
    rows[n] = NULL;
    rows[8] = "0:진료비|500:환자부담";
    rows[9] = "0:총액|500:총액";
    rows[10] = "<400:35,000|<960:24,500";
    rows[11] = "0:비고";
    struct page p = extracted(state, a, rows, NULL);
    struct line *lines = (struct line *)(uintptr_t)p.lines;
    struct err e = ERR_INIT;
    /* The value stands half-way down its cell, beside both lines of the label. */
    for (size_t i = 0; i < p.line_count; i++)
        if (lines[i].row == 10)
            for (size_t k = 0; k < lines[i].word_count; k++) {
                struct word *w = (struct word *)(uintptr_t)&lines[i].words[k];
                for (int c = 0; c < 4; c++)
                    w->box.p[c].y -= 1.5f * STEP;
            }
    assert_int_equal(forms_extract(*state, a, &p, &e), 0);
    value_is(&p, "total", "35000");
    value_is(&p, "patient_total", "24500");
    arena_destroy(a);
}

static const char *const claim[] = {
    "400:보 험 금 청 구 서",
    "0:피보험자|200:홍길동|500:주민등록번호|700:900101-1234568",
    "0:주소|200:서울특별시 가나구 다라로 12,",
    "200:101동 203호",
    "0:연락처|200:010-1234-5678|500:증권번호|700:1234-5678-90",
    "0:사고일자|200:24.3.5|500:질병코드|700:S82.1",
    "0:청구사유|230:상해|330:질병|430:교통사고|570:기타",
    "0:진단명|200:정강이뼈의 골절|500:청구금액|700:금 1,234,000원정",
    "0:은행명|200:가나은행|400:계좌번호|520:110-123-456789|800:예금주|900:홍길동",
    "0:위와 같이 청구합니다.",
    "400:2024년 3월 9일",
    "400:참보험손해보험(주) 귀중",
    NULL,
};

static void a_claim_form_gives_its_fields(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = extracted(state, a, claim, NULL);
    assert_string_equal(p.form, "claim-form");
    value_is(&p, "insured", "홍길동");
    value_is(&p, "resident_number", "900101-1234568");
    value_is(&p, "address", "서울특별시 가나구 다라로 12, 101동 203호");
    value_is(&p, "phone", "010-1234-5678");
    value_is(&p, "accident_date", "2024-03-05");
    value_is(&p, "claim_date", "2024-03-09");
    value_is(&p, "disease_code", "S82.1");
    value_is(&p, "amount", "1234000");
    value_is(&p, "account", "110-123-456789");
    value_is(&p, "account_holder", "홍길동");
    value_is(&p, "insurer", "참보험손해보험(주)");
    assert_null(made_field(&p, "claim_type")); /* without a picture nobody can tell */
    arena_destroy(a);
}

/* Labels over their values. */
static const char *const headed[] = {
    "400:보 험 금 청 구 서",
    "0:피보험자|300:주민등록번호|700:연락처",
    "0:홍길동|300:900101-1234568|700:010-1234-5678",
    "0:사고일자|300:치료병원|700:질병코드",
    "0:2024. 3. 5.|300:의료법인 나라의료재단 가나다라마바사병원|800:S82.1",
    "0:진단명|300:계좌번호|700:예금주",
    "0:정강이뼈의 골절|300:110-123-456789|700:홍길동",
    "400:2024년 3월 9일",
    "400:참보험손해보험(주) 귀중",
    NULL,
};

static void a_value_may_be_wider_than_the_label_over_it(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = extracted(state, a, headed, NULL);
    value_is(&p, "hospital", "의료법인 나라의료재단 가나다라마바사병원");
    value_is(&p, "disease_code", "S82.1");
    value_is(&p, "disease_name", "정강이뼈의 골절");
    arena_destroy(a);
}

/* Turns the page by a slope, about its corner. */
static void turn(struct page *p, float slope)
{
    for (size_t i = 0; i < p->line_count; i++) {
        struct line *line = (struct line *)(uintptr_t)&p->lines[i];
        for (size_t k = 0; k <= line->word_count; k++) {
            struct quad *q =
                k < line->word_count ? (struct quad *)(uintptr_t)&line->words[k].box : &line->box;
            for (int c = 0; c < 4; c++) {
                struct point was = q->p[c];
                q->p[c] = (struct point){was.x - slope * was.y, was.y + slope * was.x};
            }
        }
    }
}

/* Long enough for a column to lean by more than its dashes are wide. */
static void columns_of_a_page_askew_keep_their_dashes(void **state)
{
    static const float slopes[] = {-0.045f, -0.03f, 0.03f, 0.045f};
    static const char *const items_of[] = {"0:식대|<400:3,000|<550:7,000|<720:-|<800:-",
                                           "0:주사료|<400:3,000|<550:7,000|<720:-|<800:-"};
    const char *rows[40] = {receipt[0], receipt[1], receipt[2], receipt[3],
                            "60:항목|300:본인부담금|450:공단부담금|"
                            "600:전액본인부담|740:비급여"};
    for (size_t i = 5; i < 25; i++)
        rows[i] = items_of[i % 2];
    rows[25] = "0:합    계|<400:60,000|<550:140,000|<720:-|<800:-";
    for (size_t i = 26; i < 31; i++)
        rows[i] = receipt[i - 18];
    for (size_t s = 0; s < 4; s++) {
        struct arena *a = arena_create(16 << 20);
        struct page p = paper(a, rows);
        struct err e = ERR_INIT;
        turn(&p, slopes[s]);
        assert_int_equal(forms_extract(*state, a, &p, &e), 0);
        const struct field *items = made_field(&p, "items");
        assert_non_null(items);
        if (items->row_count != 20)
            fail_msg("%zu rows at slope %g", items->row_count, (double)slopes[s]);
        for (size_t i = 0; i < items->row_count; i++)
            assert_int_equal(items->rows[i].cell_count, 5);
        arena_destroy(a);
    }
}

static void draw_box(struct image *im, int x, int y, int side, bool on)
{
    for (int i = 0; i <= side; i++) {
        unsigned char *row = im->pixels + (size_t)(y + i) * im->stride + x;
        row[0] = row[side] = 0;
        if (i == 0 || i == side)
            memset(row, 0, (size_t)side + 1);
        if (on)
            row[i] = row[side - i] = 0;
    }
}

static void the_ticked_box_tells_the_option(void **state)
{
    static const char *const options[] = {"상해", "질병", "교통사고", "기타"};
    for (size_t ticked = 0; ticked < 4; ticked++) {
        struct arena *a = arena_create(16 << 20);
        struct image *im = image_create(1400, 500, 1);
        assert_non_null(im);
        memset(im->pixels, 255, im->stride * 500);
        for (size_t i = 0; i < 4; i++) {
            static const int x[] = {230, 330, 430, 570};
            draw_box(im, x[i] - 26, 6 * STEP + 2, 16, i == ticked);
        }
        struct page p = extracted(state, a, claim, &(struct form_picture){im, 1});
        value_is(&p, "claim_type", options[ticked]);
        image_destroy(im);
        arena_destroy(a);
    }
}

static void without_a_tick_there_is_no_option(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct image *im = image_create(1400, 500, 1);
    assert_non_null(im);
    memset(im->pixels, 255, im->stride * 500);
    for (int i = 0; i < 3; i++)
        draw_box(im, 204 + 100 * i, 6 * STEP + 2, 16, false);
    draw_box(im, 544, 6 * STEP + 2, 16, false);
    struct page p = extracted(state, a, claim, &(struct form_picture){im, 1});
    assert_null(made_field(&p, "claim_type"));
    image_destroy(im);
    arena_destroy(a);
}

static const char *const estimate[] = {
    "400:자동차 수리 견적서",
    "0:업체명|200:가나모터스|500:사업자등록번호|700:124-81-00998",
    "0:차량번호|200:12가 3456|400:차종|520:아반떼|700:주행거리|820:45,678 km",
    "0:견적일|200:2024-03-05|500:차주|700:홍길동",
    "60:작업내용|400:부품비|600:공임|800:금액",
    "0:앞범퍼 교환|<480:120,000|<660:50,000|<860:170,000",
    "0:앞휀더 판금|<480:0|<660:80,000|<860:80,000",
    "0:소계|<480:120,000|<660:130,000|<860:250,000",
    "500:부가세|<860:25,000",
    "500:총 견적금액|<860:275,000",
    NULL,
};

static void a_repair_estimate_gives_its_fields(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = extracted(state, a, estimate, NULL);
    assert_string_equal(p.form, "repair-estimate");
    value_is(&p, "shop", "가나모터스");
    value_is(&p, "plate", "12가3456");
    value_is(&p, "model", "아반떼");
    value_is(&p, "mileage", "45,678 km");
    value_is(&p, "owner", "홍길동");
    value_is(&p, "parts_total", "120000");
    value_is(&p, "labour_total", "130000");
    value_is(&p, "subtotal", "250000");
    value_is(&p, "tax", "25000");
    value_is(&p, "total", "275000");
    assert_int_equal(made_field(&p, "items")->row_count, 2);
    arena_destroy(a);
}

/* Sums left of the table, level with its rows. */
static const char *const panelled[] = {
    "400:진료비 영수증",
    "0:환자명|200:홍길동|500:진료과|700:내과",
    "560:항목|800:비급여|950:본인부담금|1150:공단부담금",
    "0:진료비 합계|<400:35,000|560:진찰료|<1030:3,000|<1240:7,000",
    "0:환자부담 총액|<400:24,500|560:주사료|<870:20,000|<1030:1,500|<1240:3,500",
    "560:합계|<870:20,000|<1030:4,500|<1240:10,500",
    "0:사업자등록번호|200:124-81-00998|500:요양기관명|700:가나병원",
    NULL,
};

static void sums_beside_a_table_neither_end_it_nor_stand_in_it(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = extracted(state, a, panelled, NULL);
    const struct field *items = made_field(&p, "items");
    assert_non_null(items);
    assert_int_equal(items->row_count, 2);
    assert_string_equal(items->rows[0].cells[0].value, "진찰료");
    assert_string_equal(items->rows[1].cells[0].value, "주사료");
    assert_string_equal(cell(&items->rows[1], "uninsured"), "20000");
    value_is(&p, "total", "35000");
    value_is(&p, "patient_total", "24500");
    value_is(&p, "uninsured_total", "20000");
    arena_destroy(a);
}

static const char unknown_heads[] = "60:항목|300:보험공제분|500:청구할몫|"
                                    "680:전액본인부담|900:비급여";

/* The receipt with other heads over the columns of the insured part. */
static struct page with_heads(void **state, struct arena *a, const char *heads, const char *totals)
{
    const char *rows[32];
    size_t n = 0;
    for (; receipt[n]; n++)
        rows[n] = receipt[n];
    rows[n] = NULL;
    rows[4] = heads;
    rows[9] = totals ? totals : rows[9];
    return extracted(state, a, rows, NULL);
}

static void sums_tell_what_stands_under_heads_that_the_form_does_not_know(void **state)
{
    struct arena *a = arena_create(16 << 20);
    struct page p = with_heads(state, a, unknown_heads, NULL);
    const struct field *items = made_field(&p, "items");
    assert_non_null(items);
    assert_int_equal(items->row_count, 2);
    assert_string_equal(cell(&items->rows[0], "insured_own"), "3000");
    assert_string_equal(cell(&items->rows[0], "insured_fund"), "7000");
    value_is(&p, "insured_fund_total", "10500");
    assert_string_equal(p.verdict, "accept");
    arena_destroy(a);
}

static void where_no_sum_tells_they_are_nobodys_and_the_page_is_not_accepted(void **state)
{
    struct arena *a = arena_create(16 << 20);
    /* Without the patient's part the two are alike. */
    struct page p = with_heads(state, a, unknown_heads, "0:진료비 총액|<400:35,000");
    const struct field *items = made_field(&p, "items");
    assert_non_null(items);
    assert_null(cell(&items->rows[0], "insured_own"));
    assert_null(cell(&items->rows[0], "insured_fund"));
    assert_string_equal(cell(&items->rows[1], "uninsured"), "20000");
    assert_string_equal(p.verdict, "review");
    arena_destroy(a);
}

static void names_may_stand_right_of_figures_and_close_to_them(void **state)
{
    struct arena *a = arena_create(16 << 20);
    const char *rows[32];
    size_t n = 0;
    for (; estimate[n]; n++)
        rows[n] = estimate[n];
    rows[n] = NULL;
    rows[4] = "60:공임|250:부품비|450:금액|900:작업내용";
    rows[5] = "<160:50,000|<390:120,000|<600:170,000|612:앞범퍼 작업";
    rows[6] = "<160:80,000|<390:0|<600:80,000|612:앞휀더 판금";
    rows[7] = "0:공임 합계|<350:130,000|500:부품비 합계|<860:120,000";
    struct page p = extracted(state, a, rows, NULL);
    const struct field *items = made_field(&p, "items");
    assert_non_null(items);
    assert_int_equal(items->row_count, 2);
    assert_string_equal(cell(&items->rows[0], "name"), "앞범퍼 작업");
    assert_string_equal(cell(&items->rows[0], "amount"), "170000");
    assert_string_equal(cell(&items->rows[1], "name"), "앞휀더 판금");
    assert_string_equal(cell(&items->rows[1], "labour"), "80000");
    arena_destroy(a);
}

static void a_letter_is_of_no_form(void **state)
{
    struct arena *a = arena_create(16 << 20);
    static const char *const letter[] = {"0:안녕하십니까", "0:자료를 잘 받았습니다.",
                                         "0:다음 주에 다시 연락드리겠습니다.", NULL};
    struct page p = extracted(state, a, letter, NULL);
    assert_string_equal(p.form, "unknown");
    assert_null(p.verdict);
    arena_destroy(a);
}

static void a_full_arena_is_an_error_and_not_a_crash(void **state)
{
    for (size_t limit = 60000; limit < 3000000; limit += 70001) {
        struct arena *own = arena_create(4 << 20), *a = arena_create(limit);
        struct page p = paper(own, receipt);
        struct err e = ERR_INIT;
        int r = forms_extract(*state, a, &p, &e);
        assert_true(r == 0 || r == ERR_NOMEM);
        arena_destroy(a);
        arena_destroy(own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_medical_receipt_gives_all_its_fields),
        cmocka_unit_test(its_table_gives_rows_by_the_heads_of_columns),
        cmocka_unit_test(its_sums_are_checked),
        cmocka_unit_test(a_value_that_lost_figures_is_not_accepted),
        cmocka_unit_test(a_name_between_two_rows_is_not_accepted),
        cmocka_unit_test(a_label_wrapped_in_its_cell_is_found),
        cmocka_unit_test(a_claim_form_gives_its_fields),
        cmocka_unit_test(a_value_may_be_wider_than_the_label_over_it),
        cmocka_unit_test(columns_of_a_page_askew_keep_their_dashes),
        cmocka_unit_test(the_ticked_box_tells_the_option),
        cmocka_unit_test(without_a_tick_there_is_no_option),
        cmocka_unit_test(a_repair_estimate_gives_its_fields),
        cmocka_unit_test(sums_beside_a_table_neither_end_it_nor_stand_in_it),
        cmocka_unit_test(sums_tell_what_stands_under_heads_that_the_form_does_not_know),
        cmocka_unit_test(where_no_sum_tells_they_are_nobodys_and_the_page_is_not_accepted),
        cmocka_unit_test(names_may_stand_right_of_figures_and_close_to_them),
        cmocka_unit_test(a_letter_is_of_no_form),
        cmocka_unit_test(a_full_arena_is_an_error_and_not_a_crash),
    };
    return cmocka_run_group_tests_name("twinreader/sheet", tests, load, unload);
}
