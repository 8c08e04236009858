#include "twinreader/sheet.h"

#include "twinreader/geometry.h"
#include "twinreader/glue.h"
#include "twinreader/slope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Neighbours share this part of the lower one's height. */
static const float SHARED = 0.5f;
/* Lines tell the slope when they are this many times as wide as high, and not steeper than this. */
static const float SLOPE_RATIO = 2.5f, SLOPE_MOST = 0.35f;

static int by_float(const void *a, const void *b)
{
    float l = *(const float *)a, r = *(const float *)b;
    return l < r ? -1 : l > r;
}

static float tilt(const struct quad *q)
{
    return atan2f(q->p[1].y - q->p[0].y, q->p[1].x - q->p[0].x);
}

/* How rows run over the page and how columns do: the latter from the lines' own ends, with x and y
 * exchanged. */
struct grain {
    struct slope_field rows, columns;
};

static int find_grain(struct arena *a, const struct page *page, struct grain *ret)
{
    struct slope_sample *rows = arena_array(a, page->line_count + 1, sizeof *rows);
    struct slope_sample *columns = arena_array(a, page->line_count + 1, sizeof *columns);
    size_t n = 0, m = 0;
    if (!rows || !columns)
        return ERR_NOMEM;
    for (size_t i = 0; i < page->line_count; i++) {
        const struct quad *q = &page->lines[i].box;
        float w = geometry_width(q), h = geometry_height(q), angle = tilt(q);
        float x = (q->p[0].x + q->p[2].x) / 2, y = (q->p[0].y + q->p[2].y) / 2;
        float down = q->p[3].y - q->p[0].y + q->p[2].y - q->p[1].y;
        float lean = q->p[3].x - q->p[0].x + q->p[2].x - q->p[1].x;
        if (w > SLOPE_RATIO * h && fabsf(angle) < SLOPE_MOST)
            rows[n++] = (struct slope_sample){x, y, tanf(angle), w};
        if (down > 0 && fabsf(lean) < SLOPE_MOST * down)
            columns[m++] = (struct slope_sample){y, x, lean / down, down};
    }
    *ret = (struct grain){slope_fit(rows, n), slope_fit(columns, m)};
    return 0;
}

static struct extract_box straighten(const struct quad *q, const struct grain *g)
{
    float x = (q->p[0].x + q->p[1].x + q->p[2].x + q->p[3].x) / 4;
    float y = (q->p[0].y + q->p[1].y + q->p[2].y + q->p[3].y) / 4;
    float w = geometry_width(q), h = geometry_height(q);
    float level = slope_level(&g->rows, x, y), plumb = slope_level(&g->columns, y, x);
    if (fabsf(tilt(q)) > 0.8f) { /* text on end */
        float t = w;
        w = h;
        h = t;
    }
    return (struct extract_box){plumb - w / 2, level - h / 2, plumb + w / 2, level + h / 2};
}

static float lowest(const struct word *w)
{
    float low = w->confidence;
    for (size_t i = 0; i < w->char_count; i++)
        low = fminf(low, w->chars[i].confidence);
    return low;
}

static bool level_with(const struct extract_box *a, const struct extract_box *b)
{
    float shared = fminf(a->y1, b->y1) - fmaxf(a->y0, b->y0);
    return shared > SHARED * fminf(a->y1 - a->y0, b->y1 - b->y0);
}

static float middle_x(const struct extract_box *b)
{
    return (b->x0 + b->x1) / 2;
}

/* The nearest word on one side of `i`; words are sorted by their middles. */
static int neighbour(const struct sheet *s, size_t i, int step)
{
    const struct extract_box *own = &s->words[i].box;
    int best = -1;
    float nearest = INFINITY;
    for (size_t j = i + (size_t)step; j < s->word_count; j += (size_t)step) {
        const struct extract_box *b = &s->words[j].box;
        float gap = step > 0 ? b->x0 - own->x1 : own->x0 - b->x1;
        if (level_with(own, b) && gap < nearest) {
            nearest = gap;
            best = (int)j;
        }
    }
    return best;
}

static int by_middle(const void *pa, const void *pb)
{
    const struct sheet_word *a = pa, *b = pb;
    float x = middle_x(&a->box), y = middle_x(&b->box);
    if (x != y)
        return x < y ? -1 : 1;
    return a->box.y0 < b->box.y0 ? -1 : a->box.y0 > b->box.y0;
}

float sheet_gap(const struct sheet *s, const struct sheet_word *left,
                const struct sheet_word *right)
{
    float h = (left->box.y1 - left->box.y0 + right->box.y1 - right->box.y0) / 2;
    return (right->box.x0 - left->box.x1) / fmaxf(h, 0.5f * s->height);
}

static int chain_text(struct sheet *s, struct sheet_chain *c, struct arena *a)
{
    size_t size = 1;
    for (size_t i = 0; i < c->count; i++)
        size += strlen(s->words[c->first + i].word->text) + 1;
    char *text = arena_alloc(a, size);
    if (!text)
        return ERR_NOMEM;
    for (size_t i = 0; i < c->count; i++) {
        struct sheet_word *w = &s->words[c->first + i];
        size_t n = strlen(w->word->text);
        if (i > 0 && !glue_amount(text, c->len, w->word->text, n, sheet_gap(s, w - 1, w)))
            text[c->len++] = ' ';
        memcpy(text + c->len, w->word->text, n);
        w->start = c->len;
        w->end = c->len += n;
    }
    c->text = text;
    return fuzzy_text_init(&c->folded, a, text, c->len);
}

static int by_top(const void *pa, const void *pb)
{
    const struct sheet_word *a = *(struct sheet_word *const *)pa;
    const struct sheet_word *b = *(struct sheet_word *const *)pb;
    if (a->box.y0 != b->box.y0)
        return a->box.y0 < b->box.y0 ? -1 : 1;
    return a->box.x0 < b->box.x0 ? -1 : a->box.x0 > b->box.x0;
}

/* Links words that are each other's nearest, and puts them down chain by chain. */
static int link_words(struct sheet *s, struct arena *a)
{
    struct sheet_word *sorted = arena_array(a, s->word_count + 1, sizeof *sorted);
    struct sheet_word **heads = arena_array(a, s->word_count + 1, sizeof *heads);
    size_t head_count = 0, done = 0;
    s->chains = arena_array(a, s->word_count + 1, sizeof *s->chains);
    if (!sorted || !heads || !s->chains)
        return ERR_NOMEM;
    for (size_t i = 0; i < s->word_count; i++) {
        s->words[i].right = neighbour(s, i, 1);
        s->words[i].left = neighbour(s, i, -1);
    }
    for (size_t i = 0; i < s->word_count; i++) {
        struct sheet_word *w = &s->words[i];
        if (w->left < 0 || s->words[w->left].right != (int)i)
            heads[head_count++] = w;
    }
    qsort(heads, head_count, sizeof *heads, by_top);
    for (size_t h = 0; h < head_count; h++) {
        struct sheet_chain *c = &s->chains[s->chain_count];
        c->first = done;
        for (int i = (int)(heads[h] - s->words), next; i >= 0; i = next) {
            next = s->words[i].right;
            if (next >= 0 && s->words[next].left != i)
                next = -1;
            struct sheet_word *out = &sorted[done];
            *out = s->words[i];
            out->chain = (int)s->chain_count;
            out->left = done > c->first ? (int)done - 1 : -1;
            out->right = next >= 0 ? (int)done + 1 : -1;
            done++;
            c->count++;
        }
        s->chain_count++;
    }
    s->words = sorted;
    for (size_t i = 0; i < s->chain_count; i++) {
        int r = chain_text(s, &s->chains[i], a);
        if (r < 0)
            return r;
    }
    return 0;
}

int sheet_init(struct sheet *s, struct arena *a, const struct page *page)
{
    struct sheet out = {0};
    size_t room = 0;
    for (size_t i = 0; i < page->line_count; i++)
        room += page->lines[i].word_count;
    room = room < SHEET_WORDS_MAX ? room : SHEET_WORDS_MAX;
    out.words = arena_array(a, room + 1, sizeof *out.words);
    float *heights = arena_array(a, room + 1, sizeof *heights);
    if (!out.words || !heights)
        return ERR_NOMEM;
    struct grain grain;
    int r = find_grain(a, page, &grain);
    if (r < 0)
        return r;
    for (size_t i = 0; i < page->line_count; i++)
        for (size_t k = 0; k < page->lines[i].word_count && out.word_count < room; k++) {
            const struct word *w = &page->lines[i].words[k];
            struct extract_box box = straighten(&w->box, &grain);
            if (!w->text || !*w->text || !isfinite(box.x0 + box.x1 + box.y0 + box.y1))
                continue;
            heights[out.word_count] = box.y1 - box.y0;
            out.words[out.word_count++] = (struct sheet_word){
                .word = w, .box = box, .low = lowest(w), .left = -1, .right = -1};
        }
    qsort(heights, out.word_count, sizeof *heights, by_float);
    out.height = out.word_count ? fmaxf(heights[out.word_count / 2], 1) : 1;
    qsort(out.words, out.word_count, sizeof *out.words, by_middle);
    r = link_words(&out, a);
    if (r == 0)
        *s = out;
    return r;
}

void sheet_span_words(const struct sheet *s, struct sheet_span span, size_t *ret_first,
                      size_t *ret_end)
{
    const struct sheet_chain *c = &s->chains[span.chain];
    size_t first = c->first, end = c->first + c->count;
    while (first < end && s->words[first].end <= span.start)
        first++;
    while (end > first && s->words[end - 1].start >= span.end)
        end--;
    *ret_first = first;
    *ret_end = end;
}

struct extract_box sheet_span_box(const struct sheet *s, struct sheet_span span)
{
    size_t first, end;
    sheet_span_words(s, span, &first, &end);
    struct extract_box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = first; i < end; i++) {
        const struct sheet_word *w = &s->words[i];
        float bytes = (float)(w->end - w->start), width = w->box.x1 - w->box.x0;
        float from = span.start > w->start ? (float)(span.start - w->start) / bytes : 0;
        float to = span.end < w->end ? (float)(span.end - w->start) / bytes : 1;
        b.x0 = fminf(b.x0, w->box.x0 + from * width);
        b.x1 = fmaxf(b.x1, w->box.x0 + to * width);
        b.y0 = fminf(b.y0, w->box.y0);
        b.y1 = fmaxf(b.y1, w->box.y1);
    }
    return b;
}

struct quad sheet_span_place(const struct sheet *s, struct sheet_span span, float *ret_low)
{
    struct quad all = {0};
    float low = 1;
    size_t first, end, count = 0;
    sheet_span_words(s, span, &first, &end);
    for (size_t i = first; i < end; i++) {
        const struct sheet_word *w = &s->words[i];
        size_t at = w->start;
        for (size_t k = 0; k < w->word->char_count; k++) {
            const struct character *c = &w->word->chars[k];
            if (at >= span.start && at < span.end) {
                all = count++ ? extract_quad_join(all, c->box) : c->box;
                low = fminf(low, c->confidence);
            }
            at += strlen(c->text);
        }
        if (w->word->char_count == 0) {
            all = count++ ? extract_quad_join(all, w->word->box) : w->word->box;
            low = fminf(low, w->low);
        }
    }
    *ret_low = count ? low : 0;
    return all;
}
