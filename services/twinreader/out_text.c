/*
 * The text format: one output line per row of the page, a blank line between blocks, a form feed
 * between pages.
 *
 * Lines that stand side by side share a row.  They are kept apart by spaces: the second starts at
 * the column where it stood on the page, counted in the page's typical character width, so that the
 * amounts of a receipt line up, and never closer than two spaces.  A row's first line is not
 * indented: headings are mostly centred, and leading space helps nobody.
 */
#include "twinreader/out.h"
#include "twinreader/out_formats.h"
#include "twinreader/unicode.h"

#include <stdlib.h>

enum { MAX_COLUMN = 240, MIN_GAP = 2, MAX_SAMPLES = 1024 };

static int text_columns(const char *s)
{
    int n = 0;
    for (uint32_t c; n < INT16_MAX && (c = out_next(&s));)
        n += unicode_width(c);
    return n;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median over lines of width by columns; a page of one odd line cannot spoil it. */
static double column_width(const struct page *p)
{
    double sample[MAX_SAMPLES];
    size_t n = 0;
    for (size_t i = 0; i < p->line_count && n < MAX_SAMPLES; i++) {
        struct out_rect r = out_bounds(&p->lines[i].box);
        int columns = text_columns(p->lines[i].text);
        if (columns > 0 && r.right > r.left)
            sample[n++] = (double)(r.right - r.left) / columns;
    }
    if (n == 0)
        return 0;
    qsort(sample, n, sizeof sample[0], compare_doubles);
    return sample[n / 2];
}

static void write_page(const struct page *p, struct buf *out)
{
    double width = column_width(p);
    int left = out_lines_bounds(p, 0, p->line_count).left;
    int column = 0; /* where the output line stands */
    for (size_t i = 0; i < p->line_count; i++) {
        const struct line *l = &p->lines[i];
        if (i > 0 && l->row == p->lines[i - 1].row) {
            double place = width > 0 ? (out_bounds(&l->box).left - left) / width : 0;
            int start = place < MAX_COLUMN ? (int)place : MAX_COLUMN;
            if (start < column + MIN_GAP)
                start = column + MIN_GAP;
            for (; column < start; column++)
                buf_putc(out, ' ');
        } else if (i > 0) {
            buf_puts(out, l->block != p->lines[i - 1].block ? "\n\n" : "\n");
            column = 0;
        }
        out_plain(out, l->text);
        column += text_columns(l->text);
    }
    if (p->line_count > 0)
        buf_putc(out, '\n');
}

int out_text(const struct reading *r, const struct output_options *o, struct buf *out,
             struct err *e)
{
    (void)o;
    for (size_t i = 0; i < r->page_count; i++) {
        if (i > 0)
            buf_putc(out, '\f');
        write_page(&r->pages[i], out);
    }
    return out_finish(out, e);
}
