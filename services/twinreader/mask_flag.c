/*
 * Looking for personal numbers: by their look in lines and in chains of neighbouring words, by the
 * label of an account, and by the names of fields.
 */
#include "twinreader/mask_flag.h"

#include "base/text.h"
#include "twinreader/mask_look.h"
#include "twinreader/sheet.h"

#include <math.h>
#include <string.h>

/* Words further apart than this, in heights, are not parts of one number. */
static const float APART = 2.2f;
/* A value below its label begins within so many heights. */
static const float UNDER = 2.8f;

static const char *const personal_fields[] = {"resident_number", "phone", "account"};
static const char *const account_labels[] = {"계좌번호",    "계좌 번호",     "입금계좌",
                                             "지급계좌",    "송금계좌",      "은행계좌",
                                             "account no*", "account number"};

struct masker {
    struct arena *arena;
    const struct page *page;
    struct mask_word *words; /* line by line */
    size_t count;
    char *folded; /* room for the longest sequence of words */
    bool *marked;
    struct unit {
        struct mask_word *word;
        size_t at;
    } *units;
    size_t len, room;
};

static size_t word_length(const struct word *w)
{
    return w->char_count > 0 ? w->char_count : strlen(w->text);
}

static char fold_at(const struct word *w, size_t i)
{
    uint32_t code = '#';
    if (w->char_count == 0)
        return mask_look_fold((unsigned char)w->text[i]);
    const char *text = w->chars[i].text;
    if (text_utf8_next(text, strlen(text), &code) == 0)
        return '#';
    return mask_look_fold(code);
}

static int masker_init(struct masker *m, struct arena *a, const struct page *page)
{
    size_t words = 0, characters = 0;
    for (size_t i = 0; i < page->line_count; i++)
        for (size_t k = 0; k < page->lines[i].word_count; k++) {
            words++;
            characters += word_length(&page->lines[i].words[k]);
        }
    struct masker out = {.arena = a, .page = page, .room = characters + words + 1};
    out.words = arena_array(a, words + 1, sizeof *out.words);
    out.folded = arena_alloc(a, out.room);
    out.marked = arena_array(a, out.room, sizeof *out.marked);
    out.units = arena_array(a, out.room, sizeof *out.units);
    bool *flags = arena_array(a, characters + 1, sizeof *flags);
    if (!out.words || !out.folded || !out.marked || !out.units || !flags)
        return ERR_NOMEM;
    for (size_t i = 0; i < page->line_count; i++)
        for (size_t k = 0; k < page->lines[i].word_count; k++) {
            struct mask_word *w = &out.words[out.count++];
            w->word = &page->lines[i].words[k];
            w->count = word_length(w->word);
            w->flag = flags;
            flags += w->count;
        }
    *m = out;
    return 0;
}

static void push(struct masker *m, char c, struct mask_word *word, size_t at)
{
    if (m->len < m->room) {
        m->folded[m->len] = c;
        m->units[m->len++] = (struct unit){word, at};
    }
}

static void push_word(struct masker *m, struct mask_word *w)
{
    for (size_t i = 0; i < w->count; i++)
        push(m, fold_at(w->word, i), w, i);
}

/* Looks at what was pushed and flags the characters found. */
static void look(struct masker *m, bool accounts)
{
    memset(m->marked, 0, m->len * sizeof *m->marked);
    mask_look_digits(m->folded, m->len);
    mask_look(m->folded, m->len, accounts, m->marked);
    for (size_t i = 0; i < m->len; i++)
        if (m->marked[i] && m->units[i].word)
            m->units[i].word->flag[m->units[i].at] = true;
    m->len = 0;
}

/* The blank between two words of a line, in heights. */
static float blank(const struct word *left, const struct word *right)
{
    const struct point *a = left->box.p, *b = right->box.p;
    float h = hypotf(a[3].x - a[0].x, a[3].y - a[0].y);
    return hypotf(b[0].x - a[1].x, b[0].y - a[1].y) / fmaxf(h, 1);
}

static void look_at_lines(struct masker *m)
{
    /* Blanks left out, and blanks as dashes: "010 1234 5678", "9001 01-1234567". */
    for (int dashes = 0; dashes < 2; dashes++) {
        struct mask_word *w = m->words;
        for (size_t i = 0; i < m->page->line_count; i++) {
            for (size_t k = 0; k < m->page->lines[i].word_count; k++, w++) {
                if (k > 0 && blank(w[-1].word, w->word) > APART)
                    look(m, dashes == 0);
                else if (k > 0 && dashes)
                    push(m, '-', NULL, 0);
                push_word(m, w);
            }
            look(m, dashes == 0);
        }
    }
}

static struct mask_word *flagged_of(struct masker *m, const struct word *w)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->words[i].word == w)
            return &m->words[i];
    return NULL;
}

static void look_at_chains(struct masker *m, const struct sheet *s, struct mask_word **of)
{
    for (int dashes = 0; dashes < 2; dashes++)
        for (size_t c = 0; c < s->chain_count; c++) {
            const struct sheet_chain *chain = &s->chains[c];
            for (size_t i = chain->first; i < chain->first + chain->count; i++) {
                bool apart =
                    i > chain->first && sheet_gap(s, &s->words[i - 1], &s->words[i]) > APART;
                if (apart)
                    look(m, dashes == 0);
                else if (i > chain->first && dashes)
                    push(m, '-', NULL, 0);
                if (of[i])
                    push_word(m, of[i]);
            }
            look(m, dashes == 0);
        }
}

static size_t flag_digits(struct mask_word *w)
{
    size_t n = 0;
    char folded[64];
    size_t len = w->count < sizeof folded ? w->count : sizeof folded;
    for (size_t i = 0; i < len; i++)
        folded[i] = fold_at(w->word, i);
    mask_look_digits(folded, len);
    for (size_t i = 0; i < len; i++)
        if (folded[i] >= '0' && folded[i] <= '9') {
            w->flag[i] = true;
            n++;
        }
    return n;
}

static size_t count_digits(const struct word *w)
{
    size_t n = 0;
    for (const char *p = w->text; *p; p++)
        n += *p >= '0' && *p <= '9';
    return n;
}

/* Flags the number beside a label: the words with digits up to the first without behind them. */
static void flag_right(struct masker *m, const struct sheet *s, struct mask_word **of, size_t last)
{
    size_t digits = 0;
    for (int i = s->words[last].right; i >= 0; i = s->words[i].right) {
        size_t n = count_digits(s->words[i].word);
        if ((n == 0 && digits > 0) || (n == 0 && strlen(s->words[i].word->text) > 40))
            return;
        if (n > 0 && of[i])
            digits += flag_digits(of[i]);
    }
    (void)m;
}

static void flag_below(const struct sheet *s, struct mask_word **of, const struct sheet_hit *h)
{
    for (size_t i = 0; i < s->word_count; i++) {
        const struct extract_box *b = &s->words[i].box;
        float below = (b->y0 - h->box.y1) / s->height;
        bool under = b->x1 > h->box.x0 - 2 * s->height && b->x0 < h->box.x1 + 2 * s->height;
        if (under && below > -0.3f && below < UNDER && count_digits(s->words[i].word) >= 3 && of[i])
            flag_digits(of[i]);
    }
}

static int look_at_labels(struct masker *m, const struct sheet *s, struct mask_word **of)
{
    enum { LABELS = sizeof account_labels / sizeof *account_labels, HITS = 64 };
    struct fuzzy_phrase phrases[LABELS];
    struct sheet_hit room[HITS];
    struct form_labels labels = {phrases, LABELS};
    struct sheet_hits hits = {.item = room, .max = HITS};
    for (size_t i = 0; i < LABELS; i++)
        if (fuzzy_phrase_init(&phrases[i], account_labels[i]) < 0)
            return ERR_FORMAT;
    int r = sheet_find(s, m->arena, &labels, 0, &hits);
    for (size_t i = 0; i < hits.count && r == 0; i++) {
        const struct sheet_hit *h = &hits.item[i];
        /* The number may stand in the label's own last word ("계좌번호:110-..."). */
        if (of[h->last] && count_digits(s->words[h->last].word) > 0)
            flag_digits(of[h->last]);
        flag_right(m, s, of, h->last);
        flag_below(s, of, h);
    }
    return r;
}

bool mask_is_personal(const char *name)
{
    for (size_t i = 0; i < sizeof personal_fields / sizeof *personal_fields; i++)
        if (name && strcmp(name, personal_fields[i]) == 0)
            return true;
    return false;
}

static void bounds(const struct quad *q, struct extract_box *b)
{
    *b = (struct extract_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int i = 0; i < 4; i++) {
        b->x0 = fminf(b->x0, q->p[i].x);
        b->y0 = fminf(b->y0, q->p[i].y);
        b->x1 = fmaxf(b->x1, q->p[i].x);
        b->y1 = fmaxf(b->y1, q->p[i].y);
    }
}

/* The words that stand in the place of a field that is personal by its name. */
static void look_at_fields(struct masker *m)
{
    for (size_t f = 0; f < m->page->field_count; f++) {
        struct extract_box place, w;
        if (!mask_is_personal(m->page->fields[f].name))
            continue;
        bounds(&m->page->fields[f].box, &place);
        for (size_t i = 0; i < m->count; i++) {
            bounds(&m->words[i].word->box, &w);
            float shared_x = fminf(w.x1, place.x1) - fmaxf(w.x0, place.x0);
            float shared_y = fminf(w.y1, place.y1) - fmaxf(w.y0, place.y0);
            if (shared_x > 0 && shared_y > 0.4f * (w.y1 - w.y0))
                flag_digits(&m->words[i]);
        }
    }
}

int mask_flag(struct arena *a, const struct page *page, struct mask_word **ret, size_t *ret_count)
{
    struct sheet s;
    struct masker m;
    int r = masker_init(&m, a, page);
    if (r == 0)
        r = sheet_init(&s, a, page);
    struct mask_word **of = r == 0 ? arena_array(a, s.word_count + 1, sizeof *of) : NULL;
    if (!of)
        return ERR_NOMEM;
    for (size_t i = 0; i < s.word_count; i++)
        of[i] = flagged_of(&m, s.words[i].word);
    look_at_lines(&m);
    look_at_chains(&m, &s, of);
    look_at_fields(&m);
    r = look_at_labels(&m, &s, of);
    *ret = m.words;
    *ret_count = m.count;
    return r;
}
