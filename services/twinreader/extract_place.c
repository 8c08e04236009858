/*
 * Values by places.  Right of its label a value goes on to the next label, or to a blank too wide
 * to be inside it; below its label it stands within the label's column, whose borders are taken to
 * be half-way to the labels beside it.
 */
#include "twinreader/extract_search.h"

#include <math.h>
#include <string.h>

static const float ABOVE = 0.35f; /* a value below may begin so much above its label's bottom */
static const float UNDER = 2.8f;  /* and must begin before this, in heights */
static const float PARTED = 2.6f; /* blank between stretches that have nothing to do with another */
static const float BELOW_GAP = 1.7f;  /* under a label another column may be near */
static const float WORD_GAP = 0.6f;   /* between words of one text, however far it goes */
static const float CUT_SHORT = 0.85f; /* certainty left when figures were left out of a value */
static const float OPEN = 5.0f;       /* how far a cell goes on where no label stands beside it */

/* Keeps the best values, one of a kind. */
static void keep(struct extract_values *out, const struct extract_value *v)
{
    size_t at = out->count;
    for (size_t i = 0; i < out->count; i++)
        if (strcmp(out->item[i].normalised, v->normalised) == 0) {
            if (out->item[i].score >= v->score)
                return;
            memmove(&out->item[i], &out->item[i + 1], (out->count - i - 1) * sizeof *out->item);
            at = --out->count;
            break;
        }
    while (at > 0 && out->item[at - 1].score < v->score)
        at--;
    if (at == EXTRACT_VALUES_MAX)
        return;
    size_t kept = out->count < EXTRACT_VALUES_MAX ? out->count : EXTRACT_VALUES_MAX - 1;
    memmove(&out->item[at + 1], &out->item[at], (kept - at) * sizeof *out->item);
    out->item[at] = *v;
    out->count = kept + 1;
}

/* Whether figures touch the stretch [start, end) within [from, to): part of them was left out. */
static bool cut_short(const char *text, size_t from, size_t start, size_t end, size_t to)
{
    static const char digits[] = "0123456789";
    bool left_out = false;
    for (size_t i = start; i > from && text[i - 1] != ' '; i--)
        left_out = left_out || strchr(digits, text[i - 1]);
    for (size_t i = end; i < to && text[i] != ' '; i++)
        left_out = left_out || strchr(digits, text[i]);
    return left_out;
}

/* Narrows a text to what the place's patterns say; false when it is not what is wanted. */
static bool narrow(const struct form_place *p, const char *text, size_t *start, size_t *end,
                   bool *ret_cut)
{
    extract_trim(text, start, end);
    *ret_cut = false;
    if (*start >= *end || extract_matches(text + *start, *end - *start, &p->reject))
        return false;
    for (size_t i = 0; i < p->match.count; i++) {
        struct pattern_match m;
        if (!pattern_search(p->match.item[i], text + *start, *end - *start, 0, &m))
            continue;
        if (pattern_group_count(p->match.item[i]) > 0 && m.start[1] >= 0) {
            size_t from = *start, to = *end;
            *end = from + (size_t)m.end[1];
            *start += (size_t)m.start[1];
            *ret_cut = cut_short(text, from, *start, *end, to);
            extract_trim(text, start, end);
        }
        return *start < *end;
    }
    return p->match.count == 0;
}

static char *without_spaces(struct arena *a, const char *text)
{
    char *out = arena_strdup(a, text);
    size_t n = 0;
    for (const char *p = text; out && *p; p++)
        if (*p != ' ')
            out[n++] = *p;
    if (out)
        out[n] = '\0';
    return out;
}

/* Turns letters that look like digits into them. */
static void only_digits(char *text)
{
    static const char alike[] = "OoDQlI|iSBZ", meant[] = "00001111582";
    for (; *text; text++) {
        const char *at = strchr(alike, *text);
        if (at)
            *text = meant[at - alike];
    }
}

static int text_value(struct extract_search *f, char *text, struct extract_value *v, bool *ret_good)
{
    struct arena *a = f->x->arena;
    int r = 0;
    if (f->place->digits)
        only_digits(text);
    if (f->field->words.count > 0) {
        float similarity;
        const struct fuzzy_phrase *p =
            extract_nearest(f->x, &f->field->words, text, &similarity, &r);
        *ret_good = p != NULL;
        if (!p)
            return r;
        v->value = v->normalised = arena_strdup(a, p->text);
        v->score *= 0.5 + 0.5 * (double)similarity;
        return v->value ? 0 : ERR_NOMEM;
    }
    v->value = text;
    v->normalised = f->place->joined ? without_spaces(a, text) : text;
    *ret_good = true;
    return v->normalised ? 0 : ERR_NOMEM;
}

static bool size_allowed(const struct extract_search *f, int64_t scaled)
{
    double size = fabs((double)scaled) / 1e5;
    return size >= f->place->at_least && size <= f->place->at_most &&
           (!f->field->positive || scaled > 0);
}

/* Whether a line of dates breaks off: "2024년 3월 5일 ~ 2024년". */
static bool goes_on(const struct extract_search *f, const char *text)
{
    struct date d;
    size_t end = 0, len = strlen(text);
    while (value_date_next(&f->x->form->values, text, len, end, &d))
        end = d.end;
    return end == 0 || strpbrk(text + end, "~-0123456789") != NULL;
}

/* A dash where a figure belongs is nothing. */
static int offer_nothing(struct extract_search *f, struct sheet_span span, const char *written,
                         double factor)
{
    struct extract_value v = {
        .value = written, .normalised = "0", .score = f->place->score * factor};
    v.box = sheet_span_place(f->x->sheet, span, &v.low);
    if (!f->field->positive)
        keep(f->out, &v);
    return 0;
}

/* Offers a stretch of a chain as the value. */
static int offer(struct extract_search *f, struct sheet_span span, double factor)
{
    span = extract_first_line(f, span);
    const char *text = f->x->sheet->chains[span.chain].text;
    size_t start = span.start, end = span.end;
    const char *nothing =
        f->field->type == FORM_AMOUNT ? extract_nothing(text + start, end - start) : NULL;
    if (nothing)
        return offer_nothing(f, span, nothing, factor);
    bool cut;
    if (!narrow(f->place, text, &start, &end, &cut))
        return 0;
    struct extract_value v = {.score = f->place->score * factor};
    int r = 0;
    bool good = true;
    if (f->place->ticked) {
        good = extract_ticked(f->x, &f->field->words, (struct sheet_span){span.chain, start, end},
                              &v, &r);
    } else if (f->field->type == FORM_TEXT) {
        struct sheet_span first = {span.chain, start, end};
        char *own = arena_strndup(f->x->arena, text + start, end - start);
        v.box = sheet_span_place(f->x->sheet, first, &v.low);
        r = own ? extract_add_lines(f, first, &own, &v) : ERR_NOMEM;
        if (r == 0)
            r = text_value(f, own, &v, &good);
    } else if (f->place->lines > 1 && f->field->type == FORM_DATE) {
        struct sheet_span first = {span.chain, start, end};
        char *own = arena_strndup(f->x->arena, text + start, end - start);
        size_t from, to;
        v.box = sheet_span_place(f->x->sheet, first, &v.low);
        r = !own ? ERR_NOMEM : goes_on(f, own) ? extract_add_lines(f, first, &own, &v) : 0;
        good = r == 0 && extract_typed(f->x, f->field->type, own, strlen(own), f->place->take_last,
                                       &from, &to, &v, &r);
    } else {
        size_t from, to;
        good = extract_typed(f->x, f->field->type, text + start, end - start, f->place->take_last,
                             &from, &to, &v, &r) &&
               (f->field->type != FORM_AMOUNT || size_allowed(f, v.scaled));
        end = start + to;
        start += from;
        if (good)
            v.box =
                sheet_span_place(f->x->sheet, (struct sheet_span){span.chain, start, end}, &v.low);
    }
    if (cut)
        v.low *= CUT_SHORT;
    if (r == 0 && good)
        keep(f->out, &v);
    return r;
}

static int offer_right(struct extract_search *f, const struct sheet_hit *h, double factor)
{
    size_t start = h->span.end, end = extract_next_label(f->x, h->span.chain, start);
    end = extract_cut_at_blank(f, h->span.chain, start, end);
    if (start >= end)
        return 0;
    return offer(f, (struct sheet_span){h->span.chain, start, end}, factor);
}

/* Beside a label that is wrapped, or whose value is: on no chain of the label. */
static int offer_beside(struct extract_search *f, const struct sheet_hit *h, double factor)
{
    const struct sheet *s = f->x->sheet;
    float near = 0.4f * s->height, nearest = (float)f->place->reach * s->height;
    const struct sheet_word *best = NULL;
    for (size_t i = 0; i < s->word_count; i++) {
        const struct sheet_word *w = &s->words[i];
        float gap = w->box.x0 - h->box.x1;
        bool level = w->box.y0 < h->box.y1 + near && w->box.y1 > h->box.y0 - near;
        if (!level || gap < -0.3f * s->height || gap > nearest + s->height)
            continue;
        /* Of lines that begin at one place the highest. */
        bool aligned = best && fabsf(w->box.x0 - best->box.x0) < s->height;
        if (!best || (aligned ? w->box.y0 < best->box.y0 : gap < nearest)) {
            nearest = aligned ? nearest : gap;
            best = w;
        }
    }
    if (!best || extract_labelled(f, best))
        return 0;
    size_t end = extract_next_label(f->x, best->chain, best->start);
    end = extract_cut_at_blank(f, best->chain, best->start, end);
    return best->start < end ? offer(f, (struct sheet_span){best->chain, best->start, end}, factor)
                             : 0;
}

/* The column that a label heads. */
static void column_of(const struct extract_sheet *x, const struct sheet_hit *h, float *x0,
                      float *x1)
{
    const struct sheet *s = x->sheet;
    int left = s->words[h->first].left, right = s->words[h->last].right;
    float open = OPEN * s->height;
    *x0 = left < 0 ? -INFINITY : h->box.x0 - 2 * open;
    *x1 = right < 0 ? INFINITY : h->box.x1 + 2 * open;
    if (left >= 0)
        *x0 = fmaxf(*x0, (s->words[left].box.x1 + h->box.x0) / 2);
    if (right >= 0)
        *x1 = fminf(*x1, (s->words[right].box.x0 + h->box.x1) / 2);
}

/* The word under a label: on the first line below it the one nearest to its middle. */
static size_t word_below(const struct extract_search *f, const struct sheet_hit *h)
{
    const struct sheet *s = f->x->sheet;
    float x0, x1, top = INFINITY, nearest = INFINITY, middle = (h->box.x0 + h->box.x1) / 2;
    size_t best = s->word_count;
    column_of(f->x, h, &x0, &x1);
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < s->word_count; i++) {
            const struct extract_box *b = &s->words[i].box;
            float x = (b->x0 + b->x1) / 2, below = (b->y0 - h->box.y1) / s->height;
            if (x <= x0 || x >= x1 || below <= -ABOVE || below >= UNDER)
                continue;
            if (turn == 0) {
                top = fminf(top, b->y0);
            } else if (b->y0 < top + 0.6f * s->height && fabsf(x - middle) < nearest) {
                nearest = fabsf(x - middle);
                best = i;
            }
        }
    return best;
}

static int offer_below(struct extract_search *f, const struct sheet_hit *h, double factor)
{
    const struct sheet *s = f->x->sheet;
    size_t first = word_below(f, h), end = first + 1;
    if (first == s->word_count || extract_labelled(f, &s->words[first]))
        return 0;
    const struct sheet_chain *c = &s->chains[s->words[first].chain];
    float gap = f->place->ticked ? (float)f->place->gap : fminf((float)f->place->gap, BELOW_GAP);
    float x0 = -INFINITY, x1 = INFINITY;
    if (f->field->type == FORM_TEXT) /* texts run into those of the next column */
        column_of(f->x, h, &x0, &x1);
    while (first > c->first && sheet_gap(s, &s->words[first - 1], &s->words[first]) < gap &&
           (s->words[first - 1].box.x0 + s->words[first - 1].box.x1 > 2 * x0 ||
            sheet_gap(s, &s->words[first - 1], &s->words[first]) < WORD_GAP))
        first--;
    while (end < c->first + c->count && sheet_gap(s, &s->words[end - 1], &s->words[end]) < gap &&
           (s->words[end].box.x0 + s->words[end].box.x1 < 2 * x1 ||
            sheet_gap(s, &s->words[end - 1], &s->words[end]) < WORD_GAP))
        end++;
    struct sheet_span span = {s->words[first].chain, s->words[first].start, s->words[end - 1].end};
    size_t stop = extract_next_label(f->x, span.chain, span.start);
    if (stop <= span.start)
        return 0;
    span.end = stop < span.end ? stop : span.end;
    return offer(f, span, factor);
}

/* The cell of a table's column at the label's height. */
static int offer_cell(struct extract_search *f, const struct sheet_hit *h, double factor)
{
    const struct sheet *s = f->x->sheet;
    const struct extract_grid *g = &f->x->grids[f->place->of];
    float x0 = g->x0[f->place->column], x1 = g->x1[f->place->column];
    float middle = (h->box.y0 + h->box.y1) / 2;
    size_t words[32], count = 0;
    if (!g->found || x1 <= x0 || middle < g->top || h->box.x1 > x0 + s->height)
        return 0;
    for (size_t i = 0; i < s->word_count && count < 32; i++) {
        const struct extract_box *b = &s->words[i].box;
        float x = (b->x0 + b->x1) / 2, off = fabsf((b->y0 + b->y1) / 2 - middle);
        if (x > x0 && x < x1 && off < 0.6f * s->height && (i < h->first || i > h->last))
            words[count++] = i;
    }
    char *text = count ? extract_words_text(f->x, words, count) : NULL;
    if (!text)
        return count ? ERR_NOMEM : 0;
    struct extract_value v = {.score = f->place->score * factor, .low = 1};
    size_t from, to;
    int r = 0;
    if (extract_nothing(text, strlen(text))) {
        v.value = extract_nothing(text, strlen(text));
        v.normalised = "0";
    } else if (!extract_typed(f->x, f->field->type, text, strlen(text), true, &from, &to, &v, &r) ||
               !size_allowed(f, v.scaled)) {
        return r;
    }
    for (size_t i = 0; i < count; i++) {
        v.box = i ? extract_quad_join(v.box, s->words[words[i]].word->box)
                  : s->words[words[i]].word->box;
        v.low = fminf(v.low, s->words[words[i]].low);
    }
    keep(f->out, &v);
    return 0;
}

/* Every stretch that wide blanks part from the rest; of equals the first, or the last, counts. */
static int offer_anywhere(struct extract_search *f)
{
    const struct sheet *s = f->x->sheet;
    int r = 0;
    for (size_t n = 0; n < s->chain_count && r == 0; n++) {
        const struct sheet_chain *c = &s->chains[f->place->take_last ? s->chain_count - 1 - n : n];
        size_t from = c->first, last = c->first + c->count;
        for (size_t i = from; i < last && r == 0; i++) {
            bool whole = f->field->type == FORM_DATE; /* a date beside something is no date alone */
            if (i + 1 < last && (whole || sheet_gap(s, &s->words[i], &s->words[i + 1]) < PARTED))
                continue;
            struct sheet_span span = {s->words[i].chain, s->words[from].start, s->words[i].end};
            r = offer(f, span, 1);
            from = i + 1;
        }
    }
    return r;
}

static int search_place(struct extract_search *f, int owner)
{
    int r = 0;
    f->label = NULL;
    if (f->place->labels.count == 0)
        return offer_anywhere(f);
    for (size_t i = 0; i < f->x->hits.count && r == 0; i++) {
        const struct sheet_hit *h = &f->x->hits.item[i];
        if (h->owner != owner || h->beaten)
            continue;
        double factor = 0.5 + 0.5 * (double)h->similarity;
        f->label = h;
        if (f->place->of >= 0) {
            r = offer_cell(f, h, factor);
            continue;
        }
        size_t before = f->out->count;
        if (f->place->where & FORM_RIGHT)
            r = h->stacked ? offer_beside(f, h, factor) : offer_right(f, h, factor);
        bool alone = f->x->sheet->words[h->last].right < 0 || f->place->lines > 1 ||
                     f->field->type == FORM_AMOUNT;
        if (r == 0 && (f->place->where & FORM_RIGHT) && f->out->count == before && !h->stacked &&
            alone)
            r = offer_beside(f, h, 0.95 * factor);
        if (r == 0 && (f->place->where & FORM_BELOW))
            r = offer_below(f, h, factor * (f->out->count > before ? 0.8 : 0.95));
    }
    return r;
}

int extract_places(struct extract_sheet *x, size_t field)
{
    struct extract_search f = {.x = x, .field = &x->form->fields[field], .out = &x->values[field]};
    int r = 0;
    for (size_t p = 0; p < f.field->place_count && r == 0; p++) {
        f.place = &f.field->places[p];
        r = search_place(&f, extract_place_owner(field, p));
    }
    while (f.out->count > 0 && f.out->item[f.out->count - 1].score < f.field->least)
        f.out->count--;
    return r;
}
