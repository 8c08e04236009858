/*
 * Labels on a sheet.  A label may be spread over its cell ("성      명"), be one word of several
 * in a chain, or be wrapped: two or three short chains on one another whose texts together are the
 * label.  A wrapped label must begin with its first line and end with its last.
 */
#include "twinreader/sheet.h"

#include <math.h>
#include <string.h>

/* The letters of one label stand no further apart, in heights; one with a letter misread less. */
static const float SPREAD = 3.2f, SPREAD_MISREAD = 1.6f;
/* Words of one line of a wrapped label. */
static const float CLOSE = 0.9f;
/* Lines of one wrapped label. */
static const float LINE_GAP = 0.75f;

enum { STACK_MAX = 3, STACK_TEXT = 96 };

static bool spread_too_far(const struct sheet *s, size_t first, size_t end, float most)
{
    for (size_t i = first + 1; i < end; i++)
        if (sheet_gap(s, &s->words[i - 1], &s->words[i]) > most)
            return true;
    return false;
}

/* Phrases of one owner that stand at one place are one hit. */
static void add_hit(struct sheet_hits *hits, struct sheet_hit hit)
{
    for (size_t i = hits->count; i-- > 0 && hits->item[i].owner == hit.owner;) {
        struct sheet_hit *h = &hits->item[i];
        if (h->span.chain != hit.span.chain || h->span.start != hit.span.start ||
            h->span.end != hit.span.end || h->stacked != hit.stacked)
            continue;
        if ((float)hit.letters * hit.similarity > (float)h->letters * h->similarity)
            *h = hit;
        return;
    }
    if (hits->count < hits->max)
        hits->item[hits->count++] = hit;
}

static void find_in_chain(const struct sheet *s, int chain, const struct fuzzy_phrase *p, int owner,
                          struct sheet_hits *hits)
{
    const struct sheet_chain *c = &s->chains[chain];
    struct fuzzy_match m;
    for (size_t from = 0; fuzzy_find(&c->folded, p, from, &m); from = m.end) {
        struct sheet_span span = {chain, m.start, m.end};
        size_t first, end;
        sheet_span_words(s, span, &first, &end);
        float most = m.similarity < 1 ? SPREAD_MISREAD : SPREAD;
        if (first < end && !spread_too_far(s, first, end, most))
            add_hit(hits, (struct sheet_hit){.span = span,
                                             .box = sheet_span_box(s, span),
                                             .first = first,
                                             .last = end - 1,
                                             .similarity = m.similarity,
                                             .letters = p->count,
                                             .owner = owner});
    }
}

/* Words [first, end) of a chain that stand close together. */
struct run {
    size_t first, end;
    struct extract_box box;
};

static struct run run_at(const struct sheet *s, size_t word)
{
    const struct sheet_chain *c = &s->chains[s->words[word].chain];
    struct run r = {word, word + 1, {0, 0, 0, 0}};
    while (r.first > c->first && sheet_gap(s, &s->words[r.first - 1], &s->words[r.first]) < CLOSE)
        r.first--;
    while (r.end < c->first + c->count &&
           sheet_gap(s, &s->words[r.end - 1], &s->words[r.end]) < CLOSE)
        r.end++;
    r.box = s->words[r.first].box;
    for (size_t i = r.first; i < r.end; i++) {
        const struct extract_box *b = &s->words[i].box;
        r.box = (struct extract_box){fminf(r.box.x0, b->x0), fminf(r.box.y0, b->y0),
                                     fmaxf(r.box.x1, b->x1), fmaxf(r.box.y1, b->y1)};
    }
    return r;
}

/* The run that goes on a wrapped text: right below, over most of the narrower one's width. */
static bool run_below(const struct sheet *s, const struct run *above, struct run *ret)
{
    float h = above->box.y1 - above->box.y0, nearest = LINE_GAP * h;
    bool found = false;
    for (size_t i = 0; i < s->word_count; i++) {
        const struct extract_box *b = &s->words[i].box;
        float gap = b->y0 - above->box.y1;
        if (gap < -0.35f * h || gap >= nearest || s->words[i].chain == s->words[above->first].chain)
            continue;
        if (fminf(b->x1, above->box.x1) <= fmaxf(b->x0, above->box.x0))
            continue;
        struct run r = run_at(s, i);
        float shared = fminf(r.box.x1, above->box.x1) - fmaxf(r.box.x0, above->box.x0);
        float narrow = fminf(r.box.x1 - r.box.x0, above->box.x1 - above->box.x0);
        if (shared > 0.6f * narrow) {
            *ret = r;
            nearest = gap;
            found = true;
        }
    }
    return found;
}

static bool has_letter(const struct sheet *s, const struct run *r)
{
    const struct fuzzy_text *t = &s->chains[s->words[r->first].chain].folded;
    size_t from = s->words[r->first].start, to = s->words[r->end - 1].end;
    for (size_t i = 0; i < t->count; i++)
        if (t->chars[i].start >= from && t->chars[i].start < to)
            return true;
    return false;
}

static size_t append_run(const struct sheet *s, const struct run *r, char *text, size_t len)
{
    for (size_t i = r->first; i < r->end; i++) {
        size_t n = strlen(s->words[i].word->text);
        if (len + n >= STACK_TEXT)
            return STACK_TEXT;
        memcpy(text + len, s->words[i].word->text, n);
        len += n;
    }
    return len;
}

/* Whether the text as a whole is the phrase, with one misread letter at most: what stands on one
 * another by chance must not become a label. */
static bool whole(const struct fuzzy_text *t, const struct fuzzy_phrase *p, float *ret_similarity)
{
    if ((size_t)__builtin_popcountll(p->present & ~t->present) > p->missing)
        return false;
    uint32_t cost = fuzzy_distance(t, p);
    *ret_similarity = 1.0f - (float)cost / (float)(3 * p->count);
    return cost <= (p->count >= 5 && p->budget > 0 ? 1u : 0u);
}

static void add_stacked(const struct sheet *s, const struct run *runs, size_t count,
                        const struct fuzzy_text *t, const struct form_labels *labels, int owner,
                        struct sheet_hits *hits)
{
    const struct run *last = &runs[count - 1];
    struct extract_box box = runs[0].box;
    for (size_t i = 1; i < count; i++)
        box = (struct extract_box){fminf(box.x0, runs[i].box.x0), fminf(box.y0, runs[i].box.y0),
                                   fmaxf(box.x1, runs[i].box.x1), fmaxf(box.y1, runs[i].box.y1)};
    for (size_t i = 0; i < labels->count; i++) {
        float similarity;
        if (!whole(t, &labels->item[i], &similarity))
            continue;
        for (size_t k = 0; k < count; k++) {
            /* On each of its chains, so that no line of it counts as a shorter label. */
            struct sheet_span span = {s->words[runs[k].first].chain, s->words[runs[k].first].start,
                                      s->words[runs[k].end - 1].end};
            add_hit(hits, (struct sheet_hit){.span = span,
                                             .box = box,
                                             .first = runs[k].first,
                                             .last = runs[k].end - 1,
                                             .similarity = similarity,
                                             .letters = labels->item[i].count,
                                             .owner = &runs[k] == last ? owner : -1,
                                             .stacked = true});
        }
        return;
    }
}

static int find_stacked(const struct sheet *s, struct arena *a, const struct form_labels *labels,
                        int owner, struct sheet_hits *hits)
{
    uint64_t letters = 0;
    for (size_t i = 0; i < labels->count; i++)
        letters |= labels->item[i].present;
    for (size_t w = 0; w < s->word_count; w++) {
        struct run runs[STACK_MAX];
        char text[STACK_TEXT];
        runs[0] = run_at(s, w);
        if (runs[0].first != w || !(letters & s->chains[s->words[w].chain].folded.present))
            continue;
        size_t len = append_run(s, &runs[0], text, 0);
        for (size_t n = 1; n < STACK_MAX && len < STACK_TEXT; n++) {
            /* A dash in the cell below is no line of a label. */
            if (!run_below(s, &runs[n - 1], &runs[n]) || !has_letter(s, &runs[n]))
                break;
            len = append_run(s, &runs[n], text, len);
            struct fuzzy_text folded;
            if (len >= STACK_TEXT)
                break;
            if (fuzzy_text_init(&folded, a, text, len) < 0)
                return ERR_NOMEM;
            add_stacked(s, runs, n + 1, &folded, labels, owner, hits);
        }
    }
    return 0;
}

int sheet_find(const struct sheet *s, struct arena *a, const struct form_labels *labels, int owner,
               struct sheet_hits *hits)
{
    for (size_t c = 0; c < s->chain_count; c++)
        for (size_t i = 0; i < labels->count; i++)
            find_in_chain(s, (int)c, &labels->item[i], owner, hits);
    return find_stacked(s, a, labels, owner, hits);
}

bool sheet_has(const struct sheet *s, struct arena *a, const struct form_labels *labels, float tall)
{
    enum { LOOKED_AT = 16 };
    struct sheet_hit room[LOOKED_AT];
    struct sheet_hits hits = {.item = room, .max = LOOKED_AT};
    if (sheet_find(s, a, labels, 0, &hits) < 0)
        return false;
    for (size_t i = 0; i < hits.count; i++)
        if (!hits.item[i].stacked && hits.item[i].box.y1 - hits.item[i].box.y0 >= tall * s->height)
            return true;
    return tall <= 0 && hits.count > 0;
}

void sheet_settle(struct sheet_hits *hits)
{
    for (size_t i = 0; i < hits->count; i++) {
        struct sheet_hit *a = &hits->item[i];
        for (size_t k = 0; k < hits->count && !a->beaten; k++) {
            const struct sheet_hit *b = &hits->item[k];
            bool covers = b->span.chain == a->span.chain && b->span.start < a->span.end &&
                          b->span.end > a->span.start;
            a->beaten = covers && (float)b->letters * b->similarity >
                                      (float)a->letters * a->similarity + 0.05f;
        }
    }
}
