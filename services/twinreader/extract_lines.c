/*
 * Where a value beside or below its label ends: at the next label, at a blank too wide to be inside
 * it, and, when it takes several lines, with the last that goes on the one above.
 */
#include "twinreader/extract_search.h"

#include <math.h>
#include <string.h>

static const float CENTRED = 0.9f; /* certainty left when lines share only their middles */

static bool skip_before(const char *s)
{
    return strchr(" :;.,-)]>*=_~|", *s) != NULL;
}

static bool skip_behind(char c)
{
    return strchr(" :;,-([<*=_~|", c) != NULL;
}

void extract_trim(const char *text, size_t *start, size_t *end)
{
    while (*start < *end && skip_before(text + *start))
        (*start)++;
    /* "：" and "·", in two and three bytes */
    while (*start + 3 <= *end && memcmp(text + *start, "：", 3) == 0)
        *start += 3;
    while (*start < *end && skip_before(text + *start))
        (*start)++;
    while (*end > *start && skip_behind(text[*end - 1]))
        (*end)--;
}

/* The first label on the chain at or behind byte `from`; the chain's end when there is none. */
size_t extract_next_label(const struct extract_sheet *x, int chain, size_t from)
{
    size_t stop = x->sheet->chains[chain].len;
    for (size_t i = 0; i < x->hits.count; i++) {
        const struct sheet_hit *h = &x->hits.item[i];
        if (!h->beaten && h->span.chain == chain && h->span.start >= from && h->span.start < stop)
            stop = h->span.start;
    }
    return stop;
}

/* Cuts [start, end) where a blank is too wide, or empties it when the first one is. */
size_t extract_cut_at_blank(const struct extract_search *f, int chain, size_t start, size_t end)
{
    const struct sheet *s = f->x->sheet;
    const struct sheet_chain *c = &s->chains[chain];
    bool inside = false;
    for (size_t i = c->first; i < c->first + c->count; i++) {
        const struct sheet_word *w = &s->words[i];
        if (w->end <= start)
            continue;
        if (w->start >= end)
            break;
        if (i > c->first && w->start >= start) {
            double most = inside ? f->place->gap : f->place->reach;
            if ((double)sheet_gap(s, w - 1, w) > most)
                return inside ? w->start : start;
        }
        /* A mark alone (":") is not yet the value, nor is what explains the label of a figure. */
        size_t from = w->start > start ? w->start : start;
        inside =
            inside || (f->field->type == FORM_TEXT ? w->end - from > 1
                                                   : strpbrk(w->word->text, "0123456789") != NULL);
    }
    return end;
}

/* Whether another label stands at the word or ends right before it. */
bool extract_labelled(const struct extract_search *f, const struct sheet_word *w)
{
    for (size_t i = 0; i < f->x->hits.count; i++) {
        const struct sheet_hit *h = &f->x->hits.item[i];
        bool own = f->label && h->span.chain == f->label->span.chain &&
                   h->span.start < f->label->span.end && h->span.end > f->label->span.start;
        if (h->beaten || own || h->span.chain != w->chain)
            continue;
        bool inside = h->span.start < w->end && h->span.end > w->start;
        if (inside || (w->left >= 0 && h->last == (size_t)w->left))
            return true;
    }
    return false;
}

/* The line that goes on a text below, or above: next to it, aligned with it at its left or its
 * middle, with no label of its own. */
static bool next_line(const struct extract_search *f, const struct extract_box *own, bool below,
                      struct sheet_span *ret, bool *ret_left)
{
    const struct sheet *s = f->x->sheet;
    float h = s->height;
    for (size_t i = 0; i < s->word_count; i++) {
        const struct sheet_word *w = &s->words[i];
        float gap = below ? w->box.y0 - own->y1 : own->y0 - w->box.y1;
        if (gap < -0.3f * h || gap > 0.9f * h || extract_labelled(f, w))
            continue;
        if (w->left >= 0 && (double)sheet_gap(s, &s->words[w->left], w) < f->place->gap)
            continue; /* not the first of its line */
        size_t end = extract_next_label(f->x, w->chain, w->start);
        end = extract_cut_at_blank(f, w->chain, w->start, end);
        struct sheet_span span = {w->chain, w->start, end};
        if (w->start >= end)
            continue;
        struct extract_box b = sheet_span_box(s, span);
        bool left = fabsf(b.x0 - own->x0) < 1.2f * h;
        bool centre = fabsf(b.x0 + b.x1 - own->x0 - own->x1) < 2.4f * h;
        if (!left && !centre)
            continue;
        *ret = span;
        *ret_left = left;
        return true;
    }
    return false;
}

/* Goes up to where a value beside a label begins: its lines stand around the label's middle. */
struct sheet_span extract_first_line(const struct extract_search *f, struct sheet_span span)
{
    struct sheet_span above;
    bool left;
    if (!f->label || f->place->lines < 2)
        return span;
    struct extract_box own = sheet_span_box(f->x->sheet, span);
    bool beside = own.x0 > f->label->box.x1 && own.y0 < f->label->box.y1;
    if (beside && next_line(f, &own, false, &above, &left)) {
        struct extract_box b = sheet_span_box(f->x->sheet, above);
        float middle = (f->label->box.y0 + f->label->box.y1) / 2;
        if (b.y1 > f->label->box.y0 - 0.5f * f->x->sheet->height && own.y1 > middle &&
            fabsf((b.y0 + own.y1) / 2 - middle) < 0.9f * f->x->sheet->height)
            return above;
    }
    return span;
}

/* Where a value ends that begins above its label's middle: as far below it. */
static float lowest_line(const struct extract_search *f, const struct extract_box *first)
{
    float h = f->x->sheet->height;
    if (!f->label || first->x0 < f->label->box.x1 || first->y0 > f->label->box.y0 - 0.4f * h)
        return INFINITY;
    return f->label->box.y0 + f->label->box.y1 - first->y0 + 0.4f * h;
}

/* Appends the lines below to a text value. */
int extract_add_lines(struct extract_search *f, struct sheet_span first, char **text,
                      struct extract_value *v)
{
    struct extract_box above = sheet_span_box(f->x->sheet, first);
    const float most = lowest_line(f, &above);
    struct sheet_span next;
    bool left;
    for (int64_t n = 1; n < f->place->lines && next_line(f, &above, true, &next, &left); n++) {
        if (sheet_span_box(f->x->sheet, next).y1 > most)
            break;
        v->low *= left ? 1 : CENTRED;
        const char *source = f->x->sheet->chains[next.chain].text;
        float low;
        size_t start = next.start, end = next.end;
        extract_trim(source, &start, &end);
        if (start >= end)
            break;
        /* The comma that a line ends with belongs to the text once it goes on. */
        const char *mark = f->x->sheet->chains[first.chain].text[first.end] == ',' ? "," : "";
        *text =
            arena_printf(f->x->arena, "%s%s %.*s", *text, mark, (int)(end - start), source + start);
        first = (struct sheet_span){next.chain, start, end};
        if (!*text)
            return ERR_NOMEM;
        v->box = extract_quad_join(v->box, sheet_span_place(f->x->sheet, next, &low));
        v->low = fminf(v->low, low);
        above = sheet_span_box(f->x->sheet, next);
    }
    return 0;
}
