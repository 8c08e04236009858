#include "twinreader/out_pdf_font.h"

enum { PAGE_SIZE = 256, PAGES = 0x110000 / PAGE_SIZE, MAX_CID = 65534, CMAP_BLOCK = 100 };

struct out_pdf_font {
    struct arena *arena;
    uint16_t *cid_of[PAGES];                    /* by code point, a page of them at a time */
    uint32_t *code_of[MAX_CID / PAGE_SIZE + 1]; /* by identifier */
    uint32_t count;                             /* identifiers 1..count are given */
};

struct out_pdf_font *out_pdf_font_create(struct arena *a)
{
    struct out_pdf_font *f = arena_alloc(a, sizeof *f);
    if (f)
        f->arena = a;
    return f;
}

uint16_t out_pdf_font_cid(struct out_pdf_font *f, uint32_t code)
{
    if (code >= 0x110000)
        return 0;
    uint16_t **page = &f->cid_of[code / PAGE_SIZE];
    if (!*page)
        *page = arena_array(f->arena, PAGE_SIZE, sizeof **page);
    if (!*page)
        return 0;
    uint16_t *cid = &(*page)[code % PAGE_SIZE];
    if (*cid || f->count >= MAX_CID)
        return *cid;
    uint32_t next = f->count + 1;
    uint32_t **codes = &f->code_of[next / PAGE_SIZE];
    if (!*codes)
        *codes = arena_array(f->arena, PAGE_SIZE, sizeof **codes);
    if (!*codes)
        return 0;
    (*codes)[next % PAGE_SIZE] = code;
    f->count = next;
    *cid = (uint16_t)next;
    return *cid;
}

static void put16(struct buf *out, unsigned v)
{
    buf_putc(out, (char)(v >> 8));
    buf_putc(out, (char)v);
}

static void put32(struct buf *out, uint32_t v)
{
    put16(out, v >> 16);
    put16(out, v & 0xFFFF);
}

/* Tables of a TrueType font are padded to four bytes; a checksum is the sum of big-endian words. */
static uint32_t checksum(const unsigned char *bytes, size_t len)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum += (uint32_t)bytes[i] << (24 - 8 * (i % 4));
    return sum;
}

static void write_head(struct buf *t)
{
    put32(t, 0x00010000); /* version */
    put32(t, 0x00010000); /* revision */
    put32(t, 0);          /* checksum adjustment, which readers of embedded fonts ignore */
    put32(t, 0x5F0F3CF5); /* magic number */
    put16(t, 0);          /* flags */
    put16(t, 1000);       /* units per em */
    put32(t, 0);          /* created */
    put32(t, 0);
    put32(t, 0); /* modified */
    put32(t, 0);
    put16(t, 0); /* bounding box */
    put16(t, (unsigned)-OUT_PDF_DESCENT & 0xFFFF);
    put16(t, OUT_PDF_ADVANCE);
    put16(t, OUT_PDF_ASCENT);
    put16(t, 0); /* style */
    put16(t, 8); /* smallest readable size */
    put16(t, 2); /* direction */
    put16(t, 0); /* short offsets in loca */
    put16(t, 0); /* glyph format */
}

static void write_hhea(struct buf *t)
{
    put32(t, 0x00010000);
    put16(t, OUT_PDF_ASCENT);
    put16(t, (unsigned)-OUT_PDF_DESCENT & 0xFFFF);
    put16(t, 0);               /* line gap */
    put16(t, OUT_PDF_ADVANCE); /* widest advance */
    put16(t, 0);               /* least bearings */
    put16(t, 0);
    put16(t, OUT_PDF_ADVANCE); /* extent */
    put16(t, 1);               /* caret: upright */
    for (int i = 0; i < 7; i++)
        put16(t, 0);
    put16(t, 2); /* metrics in hmtx */
}

static void write_hmtx(struct buf *t)
{
    for (int i = 0; i < 2; i++) {
        put16(t, OUT_PDF_ADVANCE);
        put16(t, 0);
    }
}

static void write_loca(struct buf *t)
{
    for (int i = 0; i < 4; i++) /* two glyphs, both empty, and padding */
        put16(t, 0);
}

static void write_glyf(struct buf *t)
{
    put32(t, 0); /* an empty table is refused by some readers */
}

static void write_maxp(struct buf *t)
{
    put32(t, 0x00010000);
    put16(t, 2); /* glyphs */
    put16(t, 0); /* points and contours */
    put16(t, 0);
    put16(t, 0);
    put16(t, 0);
    put16(t, 1); /* zones */
    for (int i = 0; i < 8; i++)
        put16(t, 0);
}

void out_pdf_font_program(struct buf *out)
{
    static const struct {
        const char tag[5];
        void (*write)(struct buf *t);
    } tables[] = {{"glyf", write_glyf}, {"head", write_head}, {"hhea", write_hhea},
                  {"hmtx", write_hmtx}, {"loca", write_loca}, {"maxp", write_maxp}};
    enum { COUNT = sizeof tables / sizeof tables[0], DIRECTORY = 12 + 16 * COUNT };
    struct buf body;
    buf_init(&body, 0);
    put32(out, 0x00010000);
    put16(out, COUNT);
    put16(out, 64); /* search range, entry selector, range shift for 6 tables */
    put16(out, 2);
    put16(out, 32);
    for (size_t i = 0; i < COUNT; i++) {
        size_t start = body.len;
        tables[i].write(&body);
        size_t len = body.len - start;
        while (body.len % 4)
            buf_putc(&body, 0);
        buf_append(out, tables[i].tag, 4);
        put32(out, body.data ? checksum((const unsigned char *)body.data + start, len) : 0);
        put32(out, (uint32_t)(DIRECTORY + start));
        put32(out, (uint32_t)len);
    }
    if (buf_status(&body))
        out->status = buf_status(&body);
    else
        buf_append(out, body.data, body.len);
    buf_finish(&body);
}

void out_pdf_font_glyphs(const struct out_pdf_font *f, struct buf *out)
{
    put16(out, 0);
    for (uint32_t i = 1; i <= f->count; i++)
        put16(out, 1);
}

void out_pdf_utf16(struct buf *out, uint32_t code)
{
    if (code < 0x10000)
        buf_printf(out, "%04X", (unsigned)code);
    else
        buf_printf(out, "%04X%04X", 0xD800 + (unsigned)((code - 0x10000) >> 10),
                   0xDC00 + (unsigned)((code - 0x10000) & 0x3FF));
}

void out_pdf_font_unicode(const struct out_pdf_font *f, struct buf *out)
{
    buf_puts(out, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                  "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                  "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                  "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
    for (uint32_t first = 1; first <= f->count; first += CMAP_BLOCK) {
        uint32_t left = f->count - first + 1, n = left < CMAP_BLOCK ? left : CMAP_BLOCK;
        buf_printf(out, "%u beginbfchar\n", (unsigned)n);
        for (uint32_t i = first; i < first + n; i++) {
            buf_printf(out, "<%04X> <", (unsigned)i);
            out_pdf_utf16(out, f->code_of[i / PAGE_SIZE][i % PAGE_SIZE]);
            buf_puts(out, ">\n");
        }
        buf_puts(out, "endbfchar\n");
    }
    buf_puts(out, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
}
