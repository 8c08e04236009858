/* The ALTO format, version 4.4: pages, blocks, lines, strings and glyphs with their places in
 * pixels and confidences.  One Description names the document; each Page stands for one page of it.
 */
#include "twinreader/out.h"
#include "twinreader/out_formats.h"

#include <stdbool.h>

/* The schema demands sizes and positions as numbers; ours are whole pixels. */
static void write_place(struct buf *out, const struct out_rect *r)
{
    buf_printf(out, " HPOS=\"%d\" VPOS=\"%d\" WIDTH=\"%d\" HEIGHT=\"%d\"", r->left, r->top,
               r->right - r->left, r->bottom - r->top);
}

static void write_attribute(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, " %s=\"", name);
    out_xml(out, text);
    buf_putc(out, '"');
}

static void write_confidence(struct buf *out, const char *name, float v)
{
    buf_printf(out, " %s=\"", name);
    out_number(out, out_percent(v) / 100, 4);
    buf_putc(out, '"');
}

/* A glyph's content must be exactly one character; false when nothing visible is left of it. */
static bool glyph_text(const struct character *c, uint32_t *ret)
{
    const char *s = c->text;
    uint32_t first = out_next(&s);
    if (!first || out_next(&s))
        return false;
    *ret = first;
    return true;
}

static void write_glyph(const struct character *c, int page, int string, size_t number,
                        struct buf *out)
{
    uint32_t code;
    if (!glyph_text(c, &code))
        return;
    struct out_rect r = out_bounds(&c->box);
    buf_printf(out, "<Glyph ID=\"glyph_%d_%d_%zu\"", page, string, number);
    write_place(out, &r);
    write_confidence(out, "GC", c->confidence);
    write_attribute(out, "CONTENT", c->text);
    buf_puts(out, "/>\n");
}

static void write_string(const struct word *w, int page, int number, struct buf *out)
{
    struct out_rect r = out_bounds(&w->box);
    buf_printf(out, "<String ID=\"string_%d_%d\"", page, number);
    write_place(out, &r);
    write_confidence(out, "WC", w->confidence);
    write_attribute(out, "CONTENT", w->text);
    if (w->char_count == 0) {
        buf_puts(out, "/>\n");
        return;
    }
    buf_puts(out, ">\n");
    for (size_t i = 0; i < w->char_count; i++)
        write_glyph(&w->chars[i], page, number, i + 1, out);
    buf_puts(out, "</String>\n");
}

/* The space between two words, as wide as the gap. */
static void write_space(const struct word *before, const struct word *after, struct buf *out)
{
    struct out_rect a = out_bounds(&before->box), b = out_bounds(&after->box);
    int width = b.left > a.right ? b.left - a.right : 0;
    buf_printf(out, "<SP HPOS=\"%d\" VPOS=\"%d\" WIDTH=\"%d\"/>\n", a.right, a.top, width);
}

/* What the identifiers count: pages in the document, blocks and strings on the page. */
struct counters {
    int page, block, string;
};

static void write_line(const struct line *l, size_t number, struct counters *n, struct buf *out)
{
    struct out_rect r = out_bounds(&l->box);
    buf_printf(out, "<TextLine ID=\"line_%d_%zu\"", n->page, number);
    write_place(out, &r);
    buf_puts(out, ">\n");
    for (size_t j = 0; j < l->word_count; j++) {
        if (j > 0)
            write_space(&l->words[j - 1], &l->words[j], out);
        write_string(&l->words[j], n->page, ++n->string, out);
    }
    if (l->word_count == 0) { /* the schema wants at least one */
        struct word whole = {.text = l->text, .confidence = l->confidence, .box = l->box};
        write_string(&whole, n->page, ++n->string, out);
    }
    buf_puts(out, "</TextLine>\n");
}

static void write_block(const struct page *p, size_t first, size_t end, struct counters *n,
                        struct buf *out)
{
    struct out_rect around = out_lines_bounds(p, first, end);
    buf_printf(out, "<TextBlock ID=\"block_%d_%d\"", n->page, ++n->block);
    write_place(out, &around);
    buf_puts(out, ">\n");
    for (size_t i = first; i < end; i++)
        write_line(&p->lines[i], i + 1, n, out);
    buf_puts(out, "</TextBlock>\n");
}

static void write_page(const struct page *p, int number, struct buf *out)
{
    struct counters n = {.page = number};
    struct out_rect whole = {.right = p->width, .bottom = p->height};
    buf_printf(out,
               "<Page ID=\"page_%d\" PHYSICAL_IMG_NR=\"%d\" WIDTH=\"%d\" HEIGHT=\"%d\">\n"
               "<PrintSpace",
               number, number, p->width, p->height);
    write_place(out, &whole);
    buf_puts(out, ">\n");
    for (size_t first = 0, end; first < p->line_count; first = end) {
        end = out_block_end(p, first);
        write_block(p, first, end, &n, out);
    }
    buf_puts(out, "</PrintSpace>\n</Page>\n");
}

int out_alto(const struct reading *r, const struct output_options *o, struct buf *out,
             struct err *e)
{
    (void)o;
    buf_puts(out,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\" "
             "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
             "xsi:schemaLocation=\"http://www.loc.gov/standards/alto/ns-v4# "
             "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd\" SCHEMAVERSION=\"4.4\">\n"
             "<Description>\n<MeasurementUnit>pixel</MeasurementUnit>\n<sourceImageInformation>"
             "<fileName>");
    out_xml(out, r->name);
    buf_puts(out, "</fileName></sourceImageInformation>\n<Processing ID=\"reading\">"
                  "<processingStepSettings>");
    out_xml(out, r->detector);
    buf_puts(out, ", ");
    out_xml(out, r->recogniser);
    buf_puts(out, "</processingStepSettings><processingSoftware><softwareName>TwinReader"
                  "</softwareName></processingSoftware></Processing>\n</Description>\n<Layout>\n");
    for (size_t i = 0; i < r->page_count; i++)
        write_page(&r->pages[i], (int)i + 1, out);
    buf_puts(out, "</Layout>\n</alto>\n");
    return out_finish(out, e);
}
