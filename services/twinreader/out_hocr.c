/* The hOCR format (version 1.2 of its specification) as XHTML: pages, areas, paragraphs, lines and
 * words, each with its bounding box; words with their confidence and that of each character. */
#include "twinreader/out.h"
#include "twinreader/out_formats.h"

#include <math.h>

static void write_box(struct buf *out, const struct out_rect *r)
{
    buf_printf(out, "bbox %d %d %d %d", r->left, r->top, r->right, r->bottom);
}

/* The specification has no escape inside its quoted strings. */
static void write_name(struct buf *out, const char *s)
{
    for (uint32_t c; (c = out_next(&s));) {
        char one[2] = {c == '"' ? '\'' : (char)c};
        if (c < 0x80)
            out_xml(out, one);
        else
            out_utf8(out, c);
    }
}

static void write_word(const struct word *w, int page, int number, struct buf *out)
{
    struct out_rect r = out_bounds(&w->box);
    buf_printf(out, "<span class=\"ocrx_word\" id=\"word_%d_%d\" title=\"", page, number);
    write_box(out, &r);
    buf_printf(out, "; x_wconf %ld", lround(out_percent(w->confidence)));
    if (w->char_count > 0) {
        buf_puts(out, "; x_confs");
        for (size_t i = 0; i < w->char_count; i++) {
            buf_putc(out, ' ');
            out_number(out, out_percent(w->chars[i].confidence), 1);
        }
    }
    buf_puts(out, "\">");
    out_xml(out, w->text);
    buf_puts(out, "</span>");
}

/* The baseline as slope and offset from the box's lower left corner. */
static void write_baseline(const struct line *l, const struct out_rect *r, struct buf *out)
{
    const struct point *a = &l->box.p[3], *b = &l->box.p[2];
    double run = (double)b->x - a->x;
    double slope = fabs(run) > 1 ? ((double)b->y - a->y) / run : 0;
    double offset = (double)a->y - r->bottom - slope * ((double)a->x - r->left);
    if (fabs(slope) > 1) /* upright text: no baseline that a reader would understand */
        return;
    buf_puts(out, "; baseline ");
    out_number(out, slope, 4);
    buf_putc(out, ' ');
    out_number(out, fmin(offset, 0), 1);
}

/* What the identifiers count: pages in the document, blocks and words on the page. */
struct counters {
    int page, block, word;
};

static void write_line(const struct line *l, size_t number, struct counters *n, struct buf *out)
{
    struct out_rect r = out_bounds(&l->box);
    buf_printf(out, "<span class=\"ocr_line\" id=\"line_%d_%zu\" title=\"", n->page, number);
    write_box(out, &r);
    write_baseline(l, &r, out);
    buf_puts(out, "\">");
    for (size_t j = 0; j < l->word_count; j++) {
        if (j > 0)
            buf_putc(out, '\n');
        write_word(&l->words[j], n->page, ++n->word, out);
    }
    buf_puts(out, "</span>\n");
}

static void write_block(const struct page *p, size_t first, size_t end, struct counters *n,
                        struct buf *out)
{
    struct out_rect around = out_lines_bounds(p, first, end);
    buf_printf(out, "<div class=\"ocr_carea\" id=\"block_%d_%d\" title=\"", n->page, ++n->block);
    write_box(out, &around);
    buf_printf(out, "\">\n<p class=\"ocr_par\" id=\"par_%d_%d\" title=\"", n->page, n->block);
    write_box(out, &around);
    buf_puts(out, "\">\n");
    for (size_t i = first; i < end; i++)
        write_line(&p->lines[i], i + 1, n, out);
    buf_puts(out, "</p>\n</div>\n");
}

static void write_page(const struct page *p, int number, struct buf *out)
{
    struct counters n = {.page = number};
    buf_printf(out, "<div class=\"ocr_page\" id=\"page_%d\" title=\"image &quot;", number);
    write_name(out, p->source);
    buf_printf(out, "&quot;; bbox 0 0 %d %d; ppageno %d", p->width, p->height, number - 1);
    if (p->dpi > 0)
        buf_printf(out, "; scan_res %ld %ld", lround(fmin(p->dpi, 1e6)), lround(fmin(p->dpi, 1e6)));
    buf_puts(out, "\">\n");
    for (size_t first = 0, end; first < p->line_count; first = end) {
        end = out_block_end(p, first);
        write_block(p, first, end, &n, out);
    }
    buf_puts(out, "</div>\n");
}

int out_hocr(const struct reading *r, const struct output_options *o, struct buf *out,
             struct err *e)
{
    (void)o;
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" "
                  "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\n"
                  "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<title>");
    out_xml(out, r->name);
    buf_puts(out, "</title>\n"
                  "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\" />\n"
                  "<meta name=\"ocr-system\" content=\"TwinReader ");
    out_xml(out, r->detector);
    buf_puts(out, ", ");
    out_xml(out, r->recogniser);
    buf_puts(out, "\" />\n<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_carea ocr_par "
                  "ocr_line ocrx_word\" />\n</head>\n<body>\n");
    for (size_t i = 0; i < r->page_count; i++)
        write_page(&r->pages[i], (int)i + 1, out);
    buf_puts(out, "</body>\n</html>\n");
    return out_finish(out, e);
}
