/*
 * The page as rows.  Lines that share a row are joined with single spaces, so that a rule sees
 * "TOTAL : RM 60.30" whether detection saw one box or three.  Boxes are turned back by the page's
 * mean slope, which makes "right of" and "below" comparisons of plain coordinates.
 *
 * A decimal point is the smallest thing on a receipt and the first to be lost: a line that is
 * nothing but "4 24" is read as "4.24".  An amount cut in two lines ("10,0", "30원") is one again.
 */
#include "twinreader/extract.h"

#include "twinreader/glue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sloped {
    float cos, sin;
};

static struct sloped page_slope(const struct page *page)
{
    double dx = 0, dy = 0;
    for (size_t i = 0; i < page->line_count; i++) {
        const struct quad *q = &page->lines[i].box;
        dx += q->p[1].x - q->p[0].x + q->p[2].x - q->p[3].x;
        dy += q->p[1].y - q->p[0].y + q->p[2].y - q->p[3].y;
    }
    double length = hypot(dx, dy);
    if (!(length > 0) || !isfinite(length) || dx <= 0)
        return (struct sloped){1, 0};
    return (struct sloped){(float)(dx / length), (float)(dy / length)};
}

static struct extract_box straighten(const struct quad *q, struct sloped s)
{
    struct extract_box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int i = 0; i < 4; i++) {
        float x = q->p[i].x * s.cos + q->p[i].y * s.sin;
        float y = q->p[i].y * s.cos - q->p[i].x * s.sin;
        b.x0 = fminf(b.x0, x);
        b.x1 = fmaxf(b.x1, x);
        b.y0 = fminf(b.y0, y);
        b.y1 = fmaxf(b.y1, y);
    }
    return b;
}

struct sortable {
    const struct line *line;
    struct extract_box box;
};

static int by_row_then_x(const void *a, const void *b)
{
    const struct sortable *l = a, *r = b;
    if (l->line->row != r->line->row)
        return l->line->row < r->line->row ? -1 : 1;
    if (l->box.x0 != r->box.x0)
        return l->box.x0 < r->box.x0 ? -1 : 1;
    return l->line < r->line ? -1 : l->line > r->line;
}

static int by_float(const void *a, const void *b)
{
    float l = *(const float *)a, r = *(const float *)b;
    return l < r ? -1 : l > r;
}

static size_t digits_at(const char *text, size_t len, size_t i)
{
    size_t n = 0;
    while (i + n < len && text[i + n] >= '0' && text[i + n] <= '9')
        n++;
    return n;
}

/* Puts the lost point of "4 24", "RM 4 24" or "1,204 50" back. */
static void mend_point(char *text, size_t len)
{
    size_t i = 0, n;
    while (i < len && (text[i] < '0' || text[i] > '9'))
        i++;
    if (i > 4) /* more than a currency mark */
        return;
    n = digits_at(text, len, i);
    if (n == 0 || n > 4)
        return;
    for (i += n; i < len && text[i] == ','; i += 4)
        if (digits_at(text, len, i + 1) != 3)
            return;
    if (i + 3 == len && text[i] == ' ' && digits_at(text, len, i + 1) == 2)
        text[i] = '.';
}

/* Joins `count` sorted lines into one row. */
static int row_init(struct extract_row *row, struct arena *a, const struct sortable *lines,
                    size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(lines[i].line->text) + 1;
    char *text = arena_alloc(a, size);
    row->pieces = arena_array(a, count, sizeof *row->pieces);
    if (!text || !row->pieces)
        return ERR_NOMEM;
    row->box = lines[0].box;
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(lines[i].line->text);
        const struct extract_box *own = &lines[i].box;
        float height = fmaxf(own->y1 - own->y0, 1);
        if (i > 0 && !glue_amount(text, row->len, lines[i].line->text, len,
                                  (own->x0 - lines[i - 1].box.x1) / height))
            text[row->len++] = ' ';
        memcpy(text + row->len, lines[i].line->text, len);
        mend_point(text + row->len, len);
        row->pieces[row->piece_count++] =
            (struct extract_piece){lines[i].line, row->len, row->len + len, lines[i].box};
        row->len += len;
        row->box.x0 = fminf(row->box.x0, lines[i].box.x0);
        row->box.x1 = fmaxf(row->box.x1, lines[i].box.x1);
        row->box.y0 = fminf(row->box.y0, lines[i].box.y0);
        row->box.y1 = fmaxf(row->box.y1, lines[i].box.y1);
    }
    row->text = text;
    return fuzzy_text_init(&row->folded, a, text, row->len);
}

int extract_view_init(struct extract_view *v, struct arena *a, const struct page *page)
{
    size_t count = 0;
    struct sortable *lines = arena_array(a, page->line_count + 1, sizeof *lines);
    float *heights = arena_array(a, page->line_count + 1, sizeof *heights);
    if (!lines || !heights)
        return ERR_NOMEM;
    struct sloped slope = page_slope(page);
    for (size_t i = 0; i < page->line_count; i++) {
        if (!page->lines[i].text || !*page->lines[i].text)
            continue;
        lines[count].line = &page->lines[i];
        lines[count].box = straighten(&page->lines[i].box, slope);
        heights[count] = lines[count].box.y1 - lines[count].box.y0;
        count++;
    }
    qsort(lines, count, sizeof *lines, by_row_then_x);
    qsort(heights, count, sizeof *heights, by_float);

    struct extract_view out = {.line_height = count ? heights[count / 2] : 0};
    out.rows = arena_array(a, count + 1, sizeof *out.rows);
    if (!out.rows)
        return ERR_NOMEM;
    for (size_t i = 0, j; i < count && out.row_count < EXTRACT_ROWS_MAX; i = j) {
        for (j = i + 1;
             j < count && lines[j].line->row == lines[i].line->row && j - i < EXTRACT_ROW_PIECES;)
            j++;
        int r = row_init(&out.rows[out.row_count++], a, lines + i, j - i);
        if (r < 0)
            return r;
    }
    *v = out;
    return 0;
}

int extract_view_values(struct extract_view *v, struct arena *a, const struct value_rules *rules)
{
    enum { PER_ROW = 24 };
    for (size_t i = 0; i < v->row_count; i++) {
        struct extract_row *row = &v->rows[i];
        struct amount amounts[PER_ROW];
        struct date dates[PER_ROW];
        size_t amount_count = 0, date_count = 0, from = 0;
        while (date_count < PER_ROW &&
               value_date_next(rules, row->text, row->len, from, &dates[date_count]))
            from = dates[date_count++].end;
        from = 0;
        while (amount_count < PER_ROW &&
               value_amount_next(rules, row->text, row->len, from, &amounts[amount_count])) {
            from = amounts[amount_count].end;
            bool in_date = false;
            for (size_t d = 0; d < date_count; d++)
                in_date = in_date || (amounts[amount_count].start < dates[d].end &&
                                      amounts[amount_count].end > dates[d].start);
            amount_count += !in_date;
        }
        row->amounts = arena_array(a, amount_count + 1, sizeof *row->amounts);
        row->dates = arena_array(a, date_count + 1, sizeof *row->dates);
        if (!row->amounts || !row->dates)
            return ERR_NOMEM;
        memcpy(row->amounts, amounts, amount_count * sizeof *amounts);
        memcpy(row->dates, dates, date_count * sizeof *dates);
        row->amount_count = amount_count;
        row->date_count = date_count;
    }
    return 0;
}

const struct extract_piece *extract_row_piece(const struct extract_row *row, size_t at)
{
    size_t i = row->piece_count;
    while (i > 1 && row->pieces[i - 1].start > at)
        i--;
    return &row->pieces[i - 1];
}

static bool quad_empty(const struct quad *q)
{
    for (int i = 0; i < 4; i++)
        if (q->p[i].x != 0 || q->p[i].y != 0)
            return false;
    return true;
}

struct quad extract_quad_join(struct quad a, struct quad b)
{
    if (quad_empty(&a))
        return b;
    if (quad_empty(&b))
        return a;
    float x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int i = 0; i < 8; i++) {
        struct point p = i < 4 ? a.p[i] : b.p[i - 4];
        x0 = fminf(x0, p.x);
        x1 = fmaxf(x1, p.x);
        y0 = fminf(y0, p.y);
        y1 = fmaxf(y1, p.y);
    }
    return (struct quad){{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
}

/* From the first box's left edge to the last one's right edge: keeps the line's slope. */
static struct quad quad_span(const struct quad *first, const struct quad *last)
{
    return (struct quad){{first->p[0], last->p[1], last->p[2], first->p[3]}};
}

/* Characters of a line within [start, end) bytes of its text; words stand one space apart. */
static size_t line_place(const struct line *line, size_t start, size_t end, struct quad *box,
                         double *confidence)
{
    const struct quad *first = NULL, *last = NULL;
    size_t at = 0, count = 0;
    for (size_t w = 0; w < line->word_count; w++) {
        const struct word *word = &line->words[w];
        size_t len = strlen(word->text);
        if (at < end && at + len > start) {
            size_t c_at = at;
            for (size_t c = 0; c < word->char_count; c++) {
                size_t c_len = strlen(word->chars[c].text);
                if (c_at >= start && c_at < end) {
                    first = first ? first : &word->chars[c].box;
                    last = &word->chars[c].box;
                    *confidence += (double)word->chars[c].confidence;
                    count++;
                }
                c_at += c_len;
            }
            if (word->char_count == 0) {
                first = first ? first : &word->box;
                last = &word->box;
                *confidence += (double)word->confidence;
                count++;
            }
        }
        at += len + 1;
    }
    if (count == 0) {
        *box = line->box;
        *confidence += (double)line->confidence;
        return 1;
    }
    *box = quad_span(first, last);
    return count;
}

struct quad extract_view_place(const struct extract_row *row, size_t start, size_t end,
                               float *ret_confidence)
{
    struct quad all = {0};
    double confidence = 0;
    size_t count = 0;
    bool first = true;
    for (size_t i = 0; i < row->piece_count; i++) {
        const struct extract_piece *p = &row->pieces[i];
        if (p->start >= end || p->end <= start)
            continue;
        struct quad box;
        size_t from = start > p->start ? start - p->start : 0;
        count += line_place(p->line, from, end - p->start, &box, &confidence);
        all = first ? box : extract_quad_join(all, box);
        first = false;
    }
    *ret_confidence = count ? (float)(confidence / (double)count) : 0;
    return all;
}
