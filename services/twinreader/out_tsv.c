/* The TSV format: the twelve columns that Tesseract's users know, a header and one row for each
 * page, block, paragraph, line and word (levels 1 to 5).  Our blocks have one paragraph each. */
#include "twinreader/out.h"
#include "twinreader/out_formats.h"

struct position {
    int page, block, paragraph, line, word;
};

static void write_row(struct buf *out, int level, const struct position *at,
                      const struct out_rect *r)
{
    buf_printf(out, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t", level, at->page, at->block,
               at->paragraph, at->line, at->word, r->left, r->top, r->right - r->left,
               r->bottom - r->top);
}

static void write_container(struct buf *out, int level, const struct position *at,
                            const struct out_rect *r)
{
    write_row(out, level, at, r);
    buf_puts(out, "-1\t\n");
}

static void write_block(const struct page *p, size_t first, size_t end, struct position *at,
                        struct buf *out)
{
    struct out_rect around = out_lines_bounds(p, first, end);
    write_container(out, 2, at, &around);
    at->paragraph = 1;
    write_container(out, 3, at, &around);
    for (size_t i = first; i < end; i++) {
        const struct line *l = &p->lines[i];
        at->line++;
        at->word = 0;
        struct out_rect r = out_bounds(&l->box);
        write_container(out, 4, at, &r);
        for (size_t j = 0; j < l->word_count; j++) {
            at->word++;
            r = out_bounds(&l->words[j].box);
            write_row(out, 5, at, &r);
            out_number(out, out_percent(l->words[j].confidence), 2);
            buf_putc(out, '\t');
            out_plain(out, l->words[j].text);
            buf_putc(out, '\n');
        }
    }
}

int out_tsv(const struct reading *r, const struct output_options *o, struct buf *out, struct err *e)
{
    (void)o;
    buf_puts(out, "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\t"
                  "height\tconf\ttext\n");
    for (size_t i = 0; i < r->page_count; i++) {
        const struct page *p = &r->pages[i];
        int number = (int)i + 1, block = 0;
        struct out_rect whole = {.right = p->width, .bottom = p->height};
        write_container(out, 1, &(struct position){.page = number}, &whole);
        for (size_t first = 0, end; first < p->line_count; first = end) {
            end = out_block_end(p, first);
            struct position at = {.page = number, .block = ++block};
            write_block(p, first, end, &at, out);
        }
    }
    return out_finish(out, e);
}
