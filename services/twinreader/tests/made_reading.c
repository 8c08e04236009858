#include "made_reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const made_reading_names[] = {"receipt", "hostile", "korean", "turned",
                                          "tight",   "blank",   "failed", NULL};

/* One line to be laid out: every character is `advance` wide and `height` high. */
struct plan {
    const char *text; /* words by single spaces */
    double x, y, advance, height;
    int row, block;
    double degrees; /* turned clockwise around (x, y) */
    bool tight;     /* words touch */
};

static struct quad box(const struct plan *l, double from, double to)
{
    double a = l->degrees * 3.14159265358979 / 180, c = cos(a), s = sin(a);
    double x[4] = {from, to, to, from}, y[4] = {0, 0, l->height, l->height};
    struct quad q;
    for (int i = 0; i < 4; i++) {
        q.p[i].x = (float)(l->x + x[i] * c - y[i] * s);
        q.p[i].y = (float)(l->y + x[i] * s + y[i] * c);
    }
    return q;
}

static size_t sequence(const char *s)
{
    size_t n = 1;
    while ((s[n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* Memory of tests never runs out; if it does, the test ends here. */
static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

/* Characters get confidences 0.99, 0.98 ... in turn, so that means differ from word to word. */
static void lay_out_word(struct arena *a, const struct plan *l, const char *s, size_t len,
                         size_t *column, struct word *w)
{
    size_t first = *column;
    struct character *chars = must(arena_array(a, len, sizeof *chars));
    double sum = 0;
    for (size_t i = 0; i < len; i += sequence(s + i)) {
        struct character *c = &chars[w->char_count++];
        c->text = must(arena_strndup(a, s + i, sequence(s + i)));
        c->confidence = (float)(0.99 - 0.01 * (double)(*column % 7));
        c->box = box(l, (double)*column * l->advance, (double)(*column + 1) * l->advance);
        sum += (double)c->confidence;
        ++*column;
    }
    w->text = must(arena_strndup(a, s, len));
    w->confidence = (float)(sum / (double)w->char_count);
    w->box = box(l, (double)first * l->advance, (double)*column * l->advance);
    w->chars = chars;
}

static void lay_out_line(struct arena *a, const struct plan *plan, struct line *l)
{
    struct word *words = must(arena_array(a, strlen(plan->text) + 1, sizeof *words));
    size_t column = 0;
    double sum = 0;
    for (const char *s = plan->text; *s;) {
        size_t len = strcspn(s, " ");
        struct word *w = &words[l->word_count++];
        lay_out_word(a, plan, s, len, &column, w);
        sum += (double)w->confidence;
        s += len;
        if (*s) {
            s++;
            column += !plan->tight;
        }
    }
    l->text = must(arena_strdup(a, plan->text));
    l->words = words;
    l->confidence = (float)(sum / (double)l->word_count);
    l->box = box(plan, 0, (double)column * plan->advance);
    l->row = plan->row;
    l->block = plan->block;
}

static void lay_out_page(struct arena *a, struct page *p, const struct plan *plans, size_t count)
{
    struct line *lines = must(arena_array(a, count + 1, sizeof *lines));
    for (size_t i = 0; i < count; i++)
        lay_out_line(a, &plans[i], &lines[i]);
    p->lines = lines;
    p->line_count = count;
}

static struct reading *begin(size_t pages)
{
    struct arena *a = must(arena_create(64 << 20));
    struct reading *r = must(arena_alloc(a, sizeof *r));
    *r = (struct reading){.arena = a,
                          .name = "made.png",
                          .format = "png",
                          .detector = "detector 1.0",
                          .recogniser = "recogniser 2.0",
                          .read_at_ms = INT64_C(1795442400123), /* 2026-11-23T14:00:00.123Z */
                          .pages = must(arena_array(a, pages + 1, sizeof *r->pages)),
                          .page_count = pages};
    for (size_t i = 0; i < pages; i++)
        r->pages[i] = (struct page){.number = (int)i + 1,
                                    .source = "made.png",
                                    .width = 600,
                                    .height = 800,
                                    .form = "unknown"};
    return r;
}

static const struct field items_cells[] = {
    {.name = "description",
     .type = "text",
     .value = "Blue pen",
     .confidence = 0.9f,
     .box = {{{40, 200}, {136, 200}, {136, 220}, {40, 220}}}},
    {.name = "amount",
     .type = "amount",
     .value = "1.20",
     .normalised = "1.20",
     .confidence = 0.95f,
     .box = {{{400, 200}, {448, 200}, {448, 220}, {400, 220}}}},
};
static const struct field_row items_rows[] = {
    {.cells = items_cells,
     .cell_count = 2,
     .box = {{{40, 200}, {448, 200}, {448, 220}, {40, 220}}}},
};
static const struct check total_checks[] = {
    {"sum", true, NULL},
    {"known", false, "no \"shop\" is known by that name"},
};
static const char *const receipt_reasons[] = {"total: known fails", "tax: not found"};
static const struct field receipt_fields[] = {
    {.name = "total",
     .type = "amount",
     .value = "RM 1,003.70",
     .normalised = "1003.70",
     .confidence = 0.9734f,
     .checks = total_checks,
     .check_count = 2,
     .box = {{{400, 260}, {532, 260}, {532, 280}, {400, 280}}}},
    {.name = "tax", .type = "amount", .value = NULL, .normalised = NULL, .confidence = 0},
    {.name = "items",
     .type = "list",
     .confidence = 0.925f,
     .rows = items_rows,
     .row_count = 1,
     .box = {{{40, 200}, {448, 200}, {448, 220}, {40, 220}}}},
};

static struct reading *receipt(void)
{
    static const struct plan first[] = {
        {"PAPER & PENS", 180, 40, 14, 28, 0, 0, 0},
        {"12 Invented Road", 160, 90, 12, 20, 1, 1, 0},
        {"Blue pen", 40, 200, 12, 20, 2, 2, 0},
        {"1.20", 400, 200, 12, 20, 2, 2, 0},
        {"Very long description of a thing", 40, 230, 12, 20, 3, 2, 0},
        {"1,002.50", 430, 230, 12, 20, 3, 2, 0},
        {"TOTAL", 40, 260, 12, 20, 4, 2, 0},
        {"RM 1,003.70", 400, 260, 12, 20, 4, 2, 0},
    };
    static const struct plan second[] = {{"Thank you", 100.5, 50.25, 10, 18.5, 0, 0, 0}};
    struct reading *r = begin(2);
    r->id = "01JDCZ7Z8Q4V0N3B2K1M5P6R7S";
    r->name = "receipt.pdf";
    r->format = "pdf";
    lay_out_page(r->arena, &r->pages[0], first, sizeof first / sizeof first[0]);
    lay_out_page(r->arena, &r->pages[1], second, 1);
    r->pages[0].dpi = 200;
    r->pages[0].skew = -0.35;
    r->pages[0].form = "receipt";
    r->pages[0].form_confidence = 0.875f;
    r->pages[0].fields = receipt_fields;
    r->pages[0].field_count = sizeof receipt_fields / sizeof receipt_fields[0];
    r->pages[0].verdict = "review";
    r->pages[0].reasons = receipt_reasons;
    r->pages[0].reason_count = 2;
    r->pages[0].timings =
        (struct timings){.ns = {[STAGE_DECODE] = 12345678, [STAGE_DETECT_RUN] = 150000000},
                         .total_ns = 200000000,
                         .boxes = 9,
                         .batches = 3,
                         .columns = 4096,
                         .columns_text = 4000};
    r->pages[1].rotation = 180;
    r->pages[1].text_layer = true;
    return r;
}

static struct reading *hostile(void)
{
    static const struct plan plans[] = {
        {"<b>&\"'</b> ]]> <!--x--> &amp;", 20, 20, 8, 16, 0, 0, 0},
        {"tab\there line\nbreak return\rend \x01\x1b[31mred\x7f", 20, 60, 8, 16, 1, 0, 0},
        {"bad\xff\xc0\xaf\xed\xa0\x80utf8 cut\xe2\x82", 20, 100, 8, 16, 2, 0, 0},
        {"\xe2\x80\xaegnp.exe\xe2\x80\xac \xf0\x9f\x98\x80\xef\xbf\xbe \xef\xbb\xbf"
         "BOM a\xe2\x80\xa8z",
         20, 140, 8, 16, 3, 0, 0},
        {"(paren) \\slash\\ %percent endstream endobj", 20, 180, 8, 16, 4, 0, 0},
    };
    struct reading *r = begin(1);
    r->name = "a\"b<c>&'\n.png";
    r->pages[0].source = r->name;
    lay_out_page(r->arena, &r->pages[0], plans, sizeof plans / sizeof plans[0]);
    return r;
}

static struct reading *korean(void)
{
    static const struct plan plans[] = {
        {"진료비 계산서·영수증", 100, 40, 24, 28, 0, 0, 0},
        {"진찰료", 40, 100, 20, 24, 1, 1, 0},
        {"10,030원", 400, 100, 16, 24, 1, 1, 0},
        {"𠀀 é ß", 40, 140, 20, 24, 2, 1, 0},
    };
    struct reading *r = begin(1);
    r->name = "영수증.jpg";
    r->format = "jpeg";
    r->pages[0].dpi = 96;
    lay_out_page(r->arena, &r->pages[0], plans, sizeof plans / sizeof plans[0]);
    return r;
}

static struct reading *turned(void)
{
    static const struct plan plans[] = {
        {"slightly down hill", 40, 100, 12, 20, 0, 0, 1.5},
        {"slightly up hill", 40, 300, 12, 20, 1, 0, -2},
        {"read downwards", 1500, 100, 12, 20, 2, 1, 90},
        {"LARGE INTERNATIONAL LETTERS", 40, 900, 44, 74, 3, 2, -1.6},
    };
    struct reading *r = begin(1);
    r->pages[0].width = r->pages[0].height = 1600;
    r->pages[0].dpi = 72;
    lay_out_page(r->arena, &r->pages[0], plans, sizeof plans / sizeof plans[0]);
    return r;
}

static struct reading *tight(void)
{
    static const struct plan plans[] = {
        {.text = "1 so close together",
         .x = 40,
         .y = 100,
         .advance = 9,
         .height = 20,
         .tight = true},
        {.text = "a b c 1.20",
         .x = 40,
         .y = 140,
         .advance = 6,
         .height = 24,
         .row = 1,
         .tight = true},
    };
    struct reading *r = begin(1);
    lay_out_page(r->arena, &r->pages[0], plans, sizeof plans / sizeof plans[0]);
    return r;
}

static struct reading *failed(void)
{
    static const struct plan plans[] = {{"read well", 40, 40, 10, 20, 0, 0, 0}};
    struct reading *r = begin(2);
    lay_out_page(r->arena, &r->pages[1], plans, 1);
    r->pages[0].width = r->pages[0].height = 0;
    r->pages[0].error = "the picture is cut off after 12 rows";
    r->pages[0].error_code = "bad_format";
    return r;
}

struct reading *made_reading(const char *name)
{
    if (strcmp(name, "receipt") == 0)
        return receipt();
    if (strcmp(name, "hostile") == 0)
        return hostile();
    if (strcmp(name, "korean") == 0)
        return korean();
    if (strcmp(name, "turned") == 0)
        return turned();
    if (strcmp(name, "tight") == 0)
        return tight();
    if (strcmp(name, "blank") == 0)
        return begin(1);
    if (strcmp(name, "failed") == 0)
        return failed();
    return NULL;
}

int made_picture(void *user, size_t index, struct buf *jpeg, int *ret_width, int *ret_height,
                 struct err *e)
{
    /* 16 x 16 grey pixels, written by Pillow at quality 30, its APP0 segment cut out. */
    static const unsigned char bytes[] = {
        0xFF, 0xD8, 0xFF, 0xDB, 0x00, 0x43, 0x00, 0x1B, 0x12, 0x14, 0x17, 0x14, 0x11, 0x1B, 0x17,
        0x16, 0x17, 0x1E, 0x1C, 0x1B, 0x20, 0x28, 0x42, 0x2B, 0x28, 0x25, 0x25, 0x28, 0x51, 0x3A,
        0x3D, 0x30, 0x42, 0x60, 0x55, 0x65, 0x64, 0x5F, 0x55, 0x5D, 0x5B, 0x6A, 0x78, 0x99, 0x81,
        0x6A, 0x71, 0x90, 0x73, 0x5B, 0x5D, 0x85, 0xB5, 0x86, 0x90, 0x9E, 0xA3, 0xAB, 0xAD, 0xAB,
        0x67, 0x80, 0xBC, 0xC9, 0xBA, 0xA6, 0xC7, 0x99, 0xA8, 0xAB, 0xA4, 0xFF, 0xC0, 0x00, 0x0B,
        0x08, 0x00, 0x10, 0x00, 0x10, 0x01, 0x01, 0x11, 0x00, 0xFF, 0xC4, 0x00, 0x15, 0x00, 0x01,
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x04, 0x03, 0xFF, 0xC4, 0x00, 0x24, 0x10, 0x00, 0x01, 0x03, 0x03, 0x03, 0x04, 0x03, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x01, 0x03, 0x11, 0x00, 0x12, 0x41,
        0x04, 0x13, 0x51, 0x05, 0x14, 0x15, 0x22, 0x31, 0x91, 0xA1, 0xFF, 0xDA, 0x00, 0x08, 0x01,
        0x01, 0x00, 0x00, 0x3F, 0x00, 0x53, 0x45, 0xE5, 0xE0, 0xC8, 0x76, 0x76, 0xB1, 0x37, 0x4C,
        0xFD, 0x71, 0x4E, 0x7C, 0x1C, 0x7F, 0x4C, 0x42, 0xDB, 0x8A, 0xC1, 0x92, 0x42, 0x1A, 0x24,
        0xAA, 0x73, 0x53, 0x68, 0xBB, 0xB8, 0x32, 0x1B, 0x2D, 0xC4, 0xCC, 0xCD, 0x03, 0xD3, 0xAE,
        0x3A, 0xAA, 0x2B, 0xB6, 0x1A, 0x72, 0x54, 0x12, 0x89, 0xBD, 0x17, 0x38, 0x8F, 0x8F, 0xDA,
        0xFF, 0xD9,
    };
    (void)user, (void)index, (void)e;
    buf_append(jpeg, bytes, sizeof bytes);
    *ret_width = *ret_height = 16;
    return 0;
}
