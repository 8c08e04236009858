/*
 * The PDF format: each page's picture with its words over it in invisible ink, so that the picture
 * is what people see and the words are what they search, select and copy.  PDF 1.7 (ISO 32000-1),
 * written directly: objects, then a cross-reference table.
 *
 * A word is placed by a text matrix along the lower edge of its box, as high as the box, and
 * stretched to the box's width; between the words of a line stands a space as wide as the gap.
 * Pages follow the source's resolution, or 150 dpi when it is unknown.  The same reading gives the
 * same bytes.
 */
#include "base/clock.h"
#include "twinreader/out.h"
#include "twinreader/out_formats.h"
#include "twinreader/out_pdf_font.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

enum {
    CATALOG = 1,
    PAGES,
    INFO,
    FONT,
    CID_FONT,
    FONT_DESCRIPTOR,
    FONT_PROGRAM,
    FONT_GLYPHS,
    FONT_UNICODE,
    FIRST_FREE,
    OBJECTS_PER_PAGE = 3, /* page, content, picture */
    FONT_MEMORY = 16 * 1024 * 1024,
};

static const double min_dpi = 36, max_dpi = 2400; /* others are no resolution of a scan */
static const double a4_height = 842;              /* points */
static const double level_sine = 0.2;             /* about 11 degrees */
static const double least_gap = 0.15;             /* between words, of the font's size */
static const double most_rise = 0.5;              /* of a line's baseline, of the size */
static const double max_side = 14400;             /* points; more is outside the standard */

struct pdf {
    struct buf *out;
    size_t start;   /* of the document in `out` */
    size_t *offset; /* by object number, from `start` */
    int next_object;
    int *page_object;
    struct arena *arena;
    struct out_pdf_font *font;
    struct buf scratch; /* a stream being made */
    struct buf jpeg;
};

/* One line of text has one direction and one size; a word's own box gives both. */
struct placed {
    double x, y;   /* start of the baseline, points from the lower left */
    double dx, dy; /* direction */
    double width, size;
};

static void begin_object(struct pdf *w, int number)
{
    w->offset[number] = w->out->len - w->start;
    buf_printf(w->out, "%d 0 obj\n", number);
}

static void end_object(struct pdf *w)
{
    buf_puts(w->out, "endobj\n");
}

/* Writes `content` as a stream; `entries` go into its dictionary. */
static void write_stream(struct pdf *w, int number, const char *entries, const struct buf *content)
{
    begin_object(w, number);
    buf_printf(w->out, "<< %s/Length %zu >>\nstream\n", entries, content->len);
    buf_append(w->out, content->data, content->len);
    buf_puts(w->out, "\nendstream\n");
    end_object(w);
}

struct jpeg_shape {
    int width, height, components;
};

/* Reads the frame header: the picture's size and its number of colour components. */
static int jpeg_shape(const struct buf *jpeg, struct jpeg_shape *ret, struct err *e)
{
    const unsigned char *b = (const unsigned char *)jpeg->data;
    if (jpeg->len < 4 || b[0] != 0xFF || b[1] != 0xD8)
        return err_set(e, ERR_FORMAT, "the picture for the PDF is not a JPEG");
    for (size_t i = 2; i + 9 < jpeg->len;) {
        if (b[i] != 0xFF)
            break;
        unsigned marker = b[i + 1];
        if (marker == 0xFF) { /* fill byte */
            i++;
            continue;
        }
        bool frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) {
            *ret = (struct jpeg_shape){.height = b[i + 5] << 8 | b[i + 6],
                                       .width = b[i + 7] << 8 | b[i + 8],
                                       .components = b[i + 9]};
            return 0;
        }
        i += 2 + (size_t)(b[i + 2] << 8 | b[i + 3]);
    }
    return err_set(e, ERR_FORMAT, "the picture for the PDF is a JPEG without a frame");
}

static int write_picture(struct pdf *w, int number, const struct output_options *o, size_t index,
                         struct err *e)
{
    int width = 0, height = 0;
    buf_clear(&w->jpeg);
    int rc = o->picture(o->user, index, &w->jpeg, &width, &height, e);
    if (rc)
        return rc;
    rc = buf_status(&w->jpeg);
    if (rc)
        return err_set(e, rc, "no memory for a page's picture");
    struct jpeg_shape shape = {0};
    rc = jpeg_shape(&w->jpeg, &shape, e);
    if (rc)
        return rc;
    char entries[256];
    snprintf(entries, sizeof entries,
             "/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%s "
             "/BitsPerComponent 8 %s/Filter /DCTDecode ",
             shape.width, shape.height,
             shape.components == 1   ? "DeviceGray"
             : shape.components == 4 ? "DeviceCMYK"
                                     : "DeviceRGB",
             shape.components == 4 ? "/Decode [1 0 1 0 1 0 1 0] " : "");
    write_stream(w, number, entries, &w->jpeg);
    return 0;
}

static void write_numbers(struct buf *out, const double *v, size_t count, const char *operator)
{
    for (size_t i = 0; i < count; i++) {
        out_number(out, v[i], 4);
        buf_putc(out, ' ');
    }
    buf_puts(out, operator);
    buf_putc(out, '\n');
}

static double length(double x, double y)
{
    return sqrt(x * x + y * y);
}

/* The direction of a word, (1, 0) being to the right.  Nearly level and nearly upright ones are
 * made so: readers break a word whose baseline rises, and a skewed scan is full of them. */
static void direction(double x, double y, double *ret_x, double *ret_y)
{
    double l = length(x, y);
    *ret_x = l > 0 ? x / l : 1;
    *ret_y = l > 0 ? y / l : 0;
    if (fabs(*ret_y) < level_sine) {
        *ret_x = copysign(1, *ret_x);
        *ret_y = 0;
    } else if (fabs(*ret_x) < level_sine) {
        *ret_x = 0;
        *ret_y = copysign(1, *ret_y);
    }
}

/* Where a word goes: around the middle of its box, as long and as high as the box is on average.
 * `scale` is points per pixel, `height` the page's in points. */
static struct placed place(const struct quad *q, double scale, double height)
{
    double x[4], y[4], middle_x = 0, middle_y = 0;
    for (int i = 0; i < 4; i++) {
        x[i] = (double)q->p[i].x * scale;
        y[i] = height - (double)q->p[i].y * scale;
        middle_x += x[i] / 4;
        middle_y += y[i] / 4;
    }
    double wide = (length(x[1] - x[0], y[1] - y[0]) + length(x[2] - x[3], y[2] - y[3])) / 2;
    double high = (length(x[3] - x[0], y[3] - y[0]) + length(x[2] - x[1], y[2] - y[1])) / 2;
    struct placed at = {.width = fmax(wide, 0.01), .size = fmax(high, 0.01)};
    direction(x[1] - x[0] + x[2] - x[3], y[1] - y[0] + y[2] - y[3], &at.dx, &at.dy);
    /* The baseline lies above the lower edge by the descent. */
    double down = at.size * (0.5 - OUT_PDF_DESCENT / 1000.0);
    at.x = middle_x - at.dx * at.width / 2 + at.dy * down;
    at.y = middle_y - at.dy * at.width / 2 - at.dx * down;
    return at;
}

/* Shows `text` stretched to `width`; `width` is in points, `size` the font's. */
static void show(struct pdf *w, const char *text, double width, double size)
{
    struct buf *out = &w->scratch;
    const char *s = text;
    size_t count = 0;
    while (out_next(&s))
        count++;
    if (count == 0)
        return;
    double natural = (double)count * size * OUT_PDF_ADVANCE / 1000;
    write_numbers(out, (double[]){fmin(100 * width / natural, 1e6)}, 1, "Tz");
    buf_putc(out, '<');
    for (uint32_t c; (c = out_next(&text));)
        buf_printf(out, "%04X", out_pdf_font_cid(w->font, c));
    buf_puts(out, "> Tj\n");
}

/* A line whose words are level and lean little as a whole has one baseline for all, the mean of
 * theirs: readers take words on different baselines for different lines. */
struct baseline {
    bool shared;
    double dx, dy, offset; /* along the line, and across it from the origin */
};

static double across(const struct placed *at, double dx, double dy)
{
    return at->y * dx - at->x * dy;
}

static struct baseline find_baseline(const struct word *words, size_t count, double scale,
                                     double height)
{
    struct placed first = place(&words[0].box, scale, height);
    struct baseline b = {.dx = first.dx, .dy = first.dy, .shared = first.dx == 0 || first.dy == 0};
    double low = across(&first, b.dx, b.dy), high = low;
    for (size_t i = 0; i < count; i++) {
        struct placed at = place(&words[i].box, scale, height);
        double offset = across(&at, b.dx, b.dy);
        low = fmin(low, offset);
        high = fmax(high, offset);
        b.offset += offset / (double)count;
        b.shared = b.shared && at.dx == b.dx && at.dy == b.dy;
    }
    b.shared = b.shared && high - low <= most_rise * first.size;
    return b;
}

static struct placed place_on(const struct baseline *b, const struct quad *q, double scale,
                              double height)
{
    struct placed at = place(q, scale, height);
    if (b->shared) {
        double shift = b->offset - across(&at, b->dx, b->dy);
        at.x -= b->dy * shift;
        at.y += b->dx * shift;
    }
    return at;
}

static void write_line(struct pdf *w, const struct word *words, size_t count, double scale,
                       double height, double *size)
{
    struct buf *out = &w->scratch;
    struct baseline b = find_baseline(words, count, scale, height);
    for (size_t i = 0; i < count; i++) {
        struct placed at = place_on(&b, &words[i].box, scale, height);
        if (at.size != *size) {
            buf_puts(out, "/F ");
            write_numbers(out, &at.size, 1, "Tf");
            *size = at.size;
        }
        write_numbers(out, (double[]){at.dx, at.dy, -at.dy, at.dx, at.x, at.y}, 6, "Tm");
        if (i + 1 == count) {
            show(w, words[i].text, at.width, at.size);
            continue;
        }
        /* Readers take words closer than a tenth of the size as one: a word gives way for that. */
        struct placed next = place_on(&b, &words[i + 1].box, scale, height);
        double room = (next.x - at.x) * at.dx + (next.y - at.y) * at.dy;
        double width = fmax(fmin(at.width, room - least_gap * at.size), at.width / 2);
        show(w, words[i].text, width, at.size);
        show(w, " ", fmax(room - width, at.size / 100), at.size);
    }
}

static void write_text(struct pdf *w, const struct page *p, double scale, double height)
{
    double size = 0;
    buf_puts(&w->scratch, "BT\n3 Tr\n");
    for (size_t i = 0; i < p->line_count; i++) {
        const struct line *l = &p->lines[i];
        struct word whole = {.text = l->text, .box = l->box};
        if (l->word_count > 0)
            write_line(w, l->words, l->word_count, scale, height, &size);
        else
            write_line(w, &whole, 1, scale, height, &size);
    }
    buf_puts(&w->scratch, "ET\n");
}

/* Points per pixel. */
static double page_scale(const struct page *p)
{
    double side = fmax(fmax(p->width, p->height), 1);
    bool known = p->dpi >= min_dpi && p->dpi <= max_dpi;
    return fmin(known ? 72 / p->dpi : fmin(1, a4_height / side), max_side / side);
}

static int write_page(struct pdf *w, const struct reading *r, size_t index,
                      const struct output_options *o, struct err *e)
{
    const struct page *p = &r->pages[index];
    int page = w->next_object++, content = w->next_object++, picture = 0;
    double scale = page_scale(p);
    double width = 595, height = a4_height; /* an unreadable page is an empty A4 sheet */
    bool readable = !p->error && p->width > 0 && p->height > 0;
    if (readable) {
        width = fmax(p->width * scale, 1);
        height = fmax(p->height * scale, 1);
        picture = w->next_object++;
        int rc = write_picture(w, picture, o, index, e);
        if (rc)
            return rc;
    }
    buf_clear(&w->scratch);
    if (picture) {
        buf_puts(&w->scratch, "q\n");
        write_numbers(&w->scratch, (double[]){width, 0, 0, height, 0, 0}, 6, "cm");
        buf_puts(&w->scratch, "/P Do\nQ\n");
        write_text(w, p, scale, height);
    }
    if (buf_status(&w->scratch))
        return err_set(e, buf_status(&w->scratch), "no memory for a page's text");
    write_stream(w, content, "", &w->scratch);

    w->page_object[index] = page;
    begin_object(w, page);
    buf_printf(w->out, "<< /Type /Page /Parent %d 0 R /MediaBox [0 0 ", PAGES);
    write_numbers(w->out, (double[]){width, height}, 2, "]");
    buf_printf(w->out, "/Contents %d 0 R /Resources << /Font << /F %d 0 R >> ", content, FONT);
    if (picture)
        buf_printf(w->out, "/XObject << /P %d 0 R >> ", picture);
    buf_puts(w->out, ">> >>\n");
    end_object(w);
    return 0;
}

static int write_font(struct pdf *w, struct err *e)
{
    begin_object(w, FONT);
    buf_printf(w->out,
               "<< /Type /Font /Subtype /Type0 /BaseFont /Invisible /Encoding /Identity-H "
               "/DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>\n",
               CID_FONT, FONT_UNICODE);
    end_object(w);
    begin_object(w, CID_FONT);
    buf_printf(w->out,
               "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Invisible /DW %d /CIDSystemInfo "
               "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap %d 0 R "
               "/FontDescriptor %d 0 R >>\n",
               OUT_PDF_ADVANCE, FONT_GLYPHS, FONT_DESCRIPTOR);
    end_object(w);
    begin_object(w, FONT_DESCRIPTOR);
    buf_printf(w->out,
               "<< /Type /FontDescriptor /FontName /Invisible /Flags 5 /FontBBox [0 %d %d %d] "
               "/ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 %d 0 R "
               ">>\n",
               -OUT_PDF_DESCENT, OUT_PDF_ADVANCE, OUT_PDF_ASCENT, OUT_PDF_ASCENT, -OUT_PDF_DESCENT,
               OUT_PDF_ASCENT, FONT_PROGRAM);
    end_object(w);

    char entries[32];
    buf_clear(&w->scratch);
    out_pdf_font_program(&w->scratch);
    snprintf(entries, sizeof entries, "/Length1 %zu ", w->scratch.len);
    write_stream(w, FONT_PROGRAM, entries, &w->scratch);
    int rc = buf_status(&w->scratch);
    buf_clear(&w->scratch);
    out_pdf_font_glyphs(w->font, &w->scratch);
    write_stream(w, FONT_GLYPHS, "", &w->scratch);
    rc = rc ? rc : buf_status(&w->scratch);
    buf_clear(&w->scratch);
    out_pdf_font_unicode(w->font, &w->scratch);
    write_stream(w, FONT_UNICODE, "", &w->scratch);
    rc = rc ? rc : buf_status(&w->scratch);
    return rc ? err_set(e, rc, "no memory for the PDF's font") : 0;
}

static void write_info(struct pdf *w, const struct reading *r)
{
    begin_object(w, INFO);
    buf_puts(w->out, "<< /Producer (TwinReader) ");
    if (r->name) {
        const char *s = r->name;
        buf_puts(w->out, "/Title <FEFF");
        for (uint32_t c; (c = out_next(&s));)
            out_pdf_utf16(w->out, c);
        buf_puts(w->out, "> ");
    }
    if (r->read_at_ms > 0) {
        char t[32]; /* 2026-11-23T14:00:00.000Z */
        clock_format_utc(r->read_at_ms, t, sizeof t);
        buf_printf(w->out, "/CreationDate (D:%.4s%.2s%.2s%.2s%.2s%.2sZ) ", t, t + 5, t + 8, t + 11,
                   t + 14, t + 17);
    }
    buf_puts(w->out, ">>\n");
    end_object(w);
}

static void write_end(struct pdf *w, const struct reading *r)
{
    begin_object(w, PAGES);
    buf_puts(w->out, "<< /Type /Pages /Kids [");
    for (size_t i = 0; i < r->page_count; i++)
        buf_printf(w->out, "%d 0 R ", w->page_object[i]);
    buf_printf(w->out, "] /Count %zu >>\n", r->page_count);
    end_object(w);
    begin_object(w, CATALOG);
    buf_printf(w->out, "<< /Type /Catalog /Pages %d 0 R >>\n", PAGES);
    end_object(w);
    write_info(w, r);

    size_t xref = w->out->len - w->start;
    buf_printf(w->out, "xref\n0 %d\n0000000000 65535 f \n", w->next_object);
    for (int i = 1; i < w->next_object; i++)
        buf_printf(w->out, "%010zu 00000 n \n", w->offset[i]);
    buf_printf(w->out,
               "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
               w->next_object, CATALOG, INFO, xref);
}

int out_pdf(const struct reading *r, const struct output_options *o, struct buf *out, struct err *e)
{
    if (!o->picture)
        return err_set(e, ERR_USAGE, "a PDF needs the pages' pictures");
    int rc = 0;
    struct pdf w = {.out = out, .start = out->len, .next_object = FIRST_FREE};
    buf_init(&w.scratch, 0);
    buf_init(&w.jpeg, 0);
    /* The arena holds a few numbers per page and the font's tables. */
    w.arena = arena_create(FONT_MEMORY + r->page_count * 64);
    if (w.arena) {
        w.offset =
            arena_array(w.arena, FIRST_FREE + OBJECTS_PER_PAGE * r->page_count, sizeof *w.offset);
        w.page_object = arena_array(w.arena, r->page_count + 1, sizeof *w.page_object);
        w.font = out_pdf_font_create(w.arena);
    }
    if (!w.arena || !w.offset || !w.page_object || !w.font) {
        rc = err_set(e, ERR_NOMEM, "no memory for a PDF");
        goto out;
    }
    buf_puts(out, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    for (size_t i = 0; i < r->page_count; i++) {
        rc = write_page(&w, r, i, o, e);
        if (rc)
            goto out;
    }
    rc = write_font(&w, e);
    if (rc)
        goto out;
    write_end(&w, r);
    rc = out_finish(out, e);
out:
    arena_destroy(w.arena);
    buf_finish(&w.jpeg);
    buf_finish(&w.scratch);
    return rc;
}
