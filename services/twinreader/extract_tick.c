/*
 * Ticked boxes.  The options of a field stand side by side, each with a box before it; recognisers
 * read the options and not the boxes.  So the picture is looked at: the sides of the boxes
 * are found, and the box with clearly more ink inside than the others is ticked.  Where a reading
 * has the marks as text ("☑", "■",
 * "[V]") these are believed.
 */
#include "twinreader/extract_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Before an option, in heights of its letters: where its box may be, and how wide a box is. */
static const float NEAR = 0.08f, FAR = 2.2f, NARROW = 0.45f, WIDE = 1.6f;
/* A column this much as dark as the darkest is a side of the box. */
static const float SIDE = 0.6f;
/* Inside of the sides, and of the box's height, to be looked at. */
static const float MARGIN = 0.14f, TOP = 0.2f, BOTTOM = 0.8f;
/* A tick darkens so much of the box, and so many times as much as anything in the other boxes. */
static const float LEAST = 0.025f, MORE = 1.6f, SURELY = 3;

enum { OPTIONS_MAX = 24, COLUMNS = 64, ROWS = 24 };

struct option {
    const struct fuzzy_phrase *word;
    struct sheet_span span;
    struct quad box;
    float similarity, room, ink;
    float near, far; /* the sides of its box; 0: not seen */
    bool marked;
};

static float grey(const struct image *im, float x, float y)
{
    int px = (int)x, py = (int)y;
    px = px < 0 ? 0 : px >= im->width ? im->width - 1 : px;
    py = py < 0 ? 0 : py >= im->height ? im->height - 1 : py;
    const unsigned char *p =
        im->pixels + (size_t)py * im->stride + (size_t)px * (size_t)im->channels;
    return im->channels == 1 ? (float)p[0] : (float)(p[0] + p[1] + p[2]) / 3;
}

/* A place before a word: `u` heights to the left of it, `v` of its height down. */
static float before(const struct extract_sheet *x, const struct quad *word, float u, float v)
{
    const struct point *p = word->p;
    float scale = (float)x->scale;
    float w = fmaxf(hypotf(p[1].x - p[0].x, p[1].y - p[0].y), 1);
    float h = fmaxf(hypotf(p[3].x - p[0].x, p[3].y - p[0].y), 1);
    float px = p[0].x - (p[1].x - p[0].x) / w * u * h + (p[3].x - p[0].x) * v;
    float py = p[0].y - (p[1].y - p[0].y) / w * u * h + (p[3].y - p[0].y) * v;
    return grey(x->picture, px * scale, py * scale);
}

/* Mean darkness of a patch before a word, against its own brightest place. */
static float darkness(const struct extract_sheet *x, const struct quad *word, float near, float far,
                      float top, float bottom, float bright)
{
    enum { STEPS = 20 };
    float sum = 0;
    for (int i = 0; i < STEPS; i++)
        for (int k = 0; k < STEPS; k++)
            sum += before(x, word, near + (far - near) * ((float)i + 0.5f) / STEPS,
                          top + (bottom - top) * ((float)k + 0.5f) / STEPS);
    return bright > 0 ? fmaxf(1 - sum / (STEPS * STEPS) / bright, 0) : 0;
}

static float brightest(const struct extract_sheet *x, const struct quad *word, float far)
{
    float bright = 0;
    for (int i = 0; i < COLUMNS; i++)
        for (int k = 0; k < ROWS; k++)
            bright = fmaxf(bright, before(x, word, far * (float)i / COLUMNS, (float)k / ROWS));
    return bright;
}

/* Finds the two sides of the box before an option: the darkest columns, a box's width apart. */
static void find_box(const struct extract_sheet *x, struct option *o)
{
    float dark[COLUMNS], most = 0, far = fminf(FAR, o->room), step = (far - NEAR) / COLUMNS;
    float bright = brightest(x, &o->box, far);
    if (step <= 0)
        return;
    for (int i = 0; i < COLUMNS; i++) {
        float u = NEAR + step * ((float)i + 0.5f);
        dark[i] = darkness(x, &o->box, u, u, 0.1f, 0.9f, bright);
        most = fmaxf(most, dark[i]);
    }
    int near = 0;
    while (near < COLUMNS && dark[near] < SIDE * most)
        near++;
    for (int i = near; i < COLUMNS && most > 0.1f; i++) {
        float width = step * (float)(i - near);
        if (dark[i] < SIDE * most || width < NARROW || width > WIDE)
            continue;
        o->near = NEAR + step * ((float)near + 0.5f);
        o->far = NEAR + step * ((float)i + 0.5f);
        return;
    }
}

static int by_value(const void *a, const void *b)
{
    float l = *(const float *)a, r = *(const float *)b;
    return l < r ? -1 : l > r;
}

/* The boxes of one field stand alike; a box not seen stands where the others do. */
static void measure(const struct extract_sheet *x, struct option *options, size_t count)
{
    float near[OPTIONS_MAX], far[OPTIONS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        find_box(x, &options[i]);
        if (options[i].far <= 0)
            continue;
        near[n] = options[i].near;
        far[n++] = options[i].far;
    }
    if (n == 0)
        return;
    qsort(near, n, sizeof *near, by_value);
    qsort(far, n, sizeof *far, by_value);
    float from = near[n / 2], to = far[n / 2];
    for (size_t i = 0; i < count; i++) {
        struct option *o = &options[i];
        bool own = o->far > 0 && fabsf(o->near - from) < 0.3f && fabsf(o->far - to) < 0.3f;
        o->ink = darkness(x, &o->box, (own ? o->near : from) + MARGIN, (own ? o->far : to) - MARGIN,
                          TOP, BOTTOM, brightest(x, &o->box, to));
    }
}

static bool is_mark(const char *text, size_t len)
{
    static const char *const marks[] = {"☑", "☒", "■",   "√",   "✓",   "✔",
                                        "●", "◉", "[V]", "[v]", "(V)", "[O]"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i]);
        if (len >= n && memcmp(text + len - n, marks[i], n) == 0)
            return true;
    }
    return false;
}

static int by_start(const struct option *a, const struct option *b)
{
    return a->span.start < b->span.start ? -1 : a->span.start > b->span.start;
}

/* The options that stand on the stretch, longer ones first where they overlap. */
static size_t find_options(const struct extract_sheet *x, const struct form_labels *words,
                           struct sheet_span span, struct option *out)
{
    const struct sheet_chain *c = &x->sheet->chains[span.chain];
    size_t count = 0;
    for (size_t i = 0; i < words->count; i++) {
        struct fuzzy_match m;
        for (size_t from = span.start;
             fuzzy_find(&c->folded, &words->item[i], from, &m) && m.end <= span.end; from = m.end) {
            struct option one = {.word = &words->item[i],
                                 .span = {span.chain, m.start, m.end},
                                 .similarity = m.similarity};
            struct option *overlap = NULL;
            for (size_t k = 0; k < count; k++)
                if (out[k].span.start < m.end && out[k].span.end > m.start)
                    overlap = &out[k];
            if (overlap && overlap->word->count >= one.word->count)
                continue;
            if (overlap)
                *overlap = one;
            else if (count < OPTIONS_MAX)
                out[count++] = one;
        }
    }
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && by_start(&out[k], &out[k - 1]) < 0; k--) {
            struct option swap = out[k];
            out[k] = out[k - 1];
            out[k - 1] = swap;
        }
    return count;
}

static void look(const struct extract_sheet *x, struct option *o)
{
    size_t first, end;
    const struct sheet *s = x->sheet;
    sheet_span_words(s, o->span, &first, &end);
    const struct sheet_word *w = &s->words[first];
    const char *text = s->chains[o->span.chain].text;
    size_t len = o->span.start;
    while (len > 0 && text[len - 1] == ' ')
        len--;
    o->marked = is_mark(text, len);
    float low;
    o->room = FAR;
    if (w->left >= 0)
        o->room = sheet_gap(s, &s->words[w->left], w);
    o->box = sheet_span_place(s, o->span, &low);
}

bool extract_ticked(struct extract_sheet *x, const struct form_labels *words,
                    struct sheet_span span, struct extract_value *ret, int *ret_r)
{
    struct option options[OPTIONS_MAX];
    size_t count = find_options(x, words, span, options), marked = 0;
    const struct option *best = NULL;
    float second = 0, sure = 1;
    *ret_r = 0;
    for (size_t i = 0; i < count; i++) {
        look(x, &options[i]);
        marked += options[i].marked;
    }
    if (x->picture && marked == 0)
        measure(x, options, count);
    for (size_t i = 0; i < count; i++) {
        const struct option *o = &options[i];
        if (marked > 0 ? o->marked && !best : !best || o->ink > best->ink) {
            second = best ? best->ink : 0;
            best = o;
        } else if (o->ink > second) {
            second = o->ink;
        }
    }
    if (count < 2 || marked > 1 || !best ||
        (marked == 0 && (best->ink < LEAST || best->ink <= MORE * second)))
        return false;
    if (marked == 0 && second > 0)
        sure = fminf(1, 0.5f + 0.5f * (best->ink / second - MORE) / (SURELY - MORE));
    ret->value = ret->normalised = arena_strdup(x->arena, best->word->text);
    *ret_r = ret->value ? 0 : ERR_NOMEM;
    ret->box = sheet_span_place(x->sheet, best->span, &ret->low);
    ret->low *= sure;
    return *ret_r == 0;
}
