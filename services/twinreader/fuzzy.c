#include "twinreader/fuzzy.h"

#include <string.h>

/* Reads one code point; an invalid byte counts as itself. */
static uint32_t next_code(const char *s, size_t len, size_t *pos)
{
    unsigned char c = (unsigned char)s[*pos];
    size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    uint32_t code = n == 1 ? c : c & (0xffu >> (n + 1));
    if (*pos + n > len)
        n = 1;
    for (size_t i = 1; i < n; i++)
        code = code << 6 | ((unsigned char)s[*pos + i] & 0x3f);
    *pos += n;
    return code;
}

enum kind { OTHER, LETTER, DIGIT };

static enum kind kind_of(uint32_t c)
{
    if (c >= '0' && c <= '9')
        return DIGIT;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return LETTER;
    /* Beyond ASCII everything is a letter but Latin-1's signs, general and CJK punctuation, circled
     * numbers, shapes and the full-width marks. */
    bool sign = c < 0xc0 || (c >= 0x2000 && c <= 0x206f) || (c >= 0x20a0 && c <= 0x20cf) ||
                (c >= 0x2460 && c <= 0x24ff) || (c >= 0x25a0 && c <= 0x25ff) ||
                (c >= 0x3000 && c <= 0x303f) || (c >= 0xff00 && c <= 0xff0f) || c == 0xff1a;
    return sign ? OTHER : LETTER;
}

static uint32_t fold(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        c += 32;
    else if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x410 && c <= 0x42f))
        c += 32;
    switch (c) {
    case '0':
        return 'o';
    case '1':
    case 'i':
        return 'l';
    case '5':
        return 's';
    case '8':
        return 'b';
    default:
        return c;
    }
}

enum { EDIT = 3, FIRST_SYLLABLE = 0xac00, LAST_SYLLABLE = 0xd7a3 };

static bool is_syllable(uint32_t c)
{
    return c >= FIRST_SYLLABLE && c <= LAST_SYLLABLE;
}

uint32_t fuzzy_cost(uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    if (!is_syllable(a) || !is_syllable(b))
        return EDIT;
    a -= FIRST_SYLLABLE;
    b -= FIRST_SYLLABLE;
    return (uint32_t)(a / 588 != b / 588) + (a % 588 / 28 != b % 588 / 28) + (a % 28 != b % 28);
}

static uint64_t bit_of(uint32_t code)
{
    return (uint64_t)1 << (code % 61);
}

int fuzzy_text_init(struct fuzzy_text *t, struct arena *a, const char *text, size_t len)
{
    size_t most = len < FUZZY_TEXT_MAX ? len : FUZZY_TEXT_MAX;
    struct fuzzy_text out = {.chars = arena_array(a, most + 1, sizeof *out.chars)};
    if (!out.chars)
        return ERR_NOMEM;
    enum kind before = OTHER;
    size_t pos = 0;
    while (pos < len && out.count < most) {
        size_t start = pos;
        uint32_t c = next_code(text, len, &pos);
        enum kind kind = kind_of(c);
        if (kind != before && out.count > 0)
            out.chars[out.count - 1].word_end |= before != OTHER;
        if (kind != OTHER) {
            out.chars[out.count++] = (struct fuzzy_char){
                .code = fold(c),
                .start = (uint32_t)start,
                .end = (uint32_t)pos,
                .word_start = kind != before,
                .digit = kind == DIGIT,
            };
            out.present |= bit_of(fold(c));
        }
        before = kind;
    }
    if (out.count > 0)
        out.chars[out.count - 1].word_end = true;
    *t = out;
    return 0;
}

int fuzzy_phrase_init(struct fuzzy_phrase *p, const char *phrase)
{
    struct fuzzy_phrase out = {.text = phrase};
    size_t len = strlen(phrase), pos = 0;
    bool exact = len > 0 && phrase[0] == '=';
    out.open_end = len > 0 && phrase[len - 1] == '*';
    while (pos < len) {
        uint32_t c = next_code(phrase, len, &pos);
        if (kind_of(c) == OTHER)
            continue;
        if (out.count == FUZZY_PHRASE_MAX)
            return ERR_LIMIT;
        out.codes[out.count++] = fold(c);
        out.letters |= kind_of(c) == LETTER;
        out.present |= bit_of(fold(c));
    }
    if (out.count == 0)
        return ERR_FORMAT;
    size_t syllables = 0;
    for (size_t i = 0; i < out.count; i++)
        syllables += is_syllable(out.codes[i]);
    size_t edits = exact ? 0 : out.count >= 17 ? 3 : out.count >= 11 ? 2 : out.count >= 5 ? 1 : 0;
    /* Hangul is denser: a syllable more or another one is another word. */
    bool hangul = !exact && syllables == out.count;
    out.budget = !hangul ? (uint32_t)edits * EDIT : out.count >= 11 ? 4 : out.count >= 5 ? 2 : 0;
    if (hangul && (out.count == 3 || out.count == 4))
        out.budget = 1;
    out.missing = syllables > 0 ? out.budget : edits;
    *p = out;
    return 0;
}

/* Edit distance of the phrase against every stretch of the text that starts at a word (Sellers'
 * algorithm); each cell carries where its stretch began. */
struct cell {
    uint32_t cost, start;
};

static struct cell cell_after(struct cell c, uint32_t cost)
{
    return (struct cell){c.cost + cost, c.start};
}

static struct cell cell_min(struct cell a, struct cell b)
{
    return b.cost < a.cost ? b : a;
}

/* "58" is not "S/B". */
static bool only_digits(const struct fuzzy_text *t, size_t from, size_t to)
{
    while (from <= to && t->chars[from].digit)
        from++;
    return from > to;
}

bool fuzzy_find(const struct fuzzy_text *t, const struct fuzzy_phrase *p, size_t from,
                struct fuzzy_match *ret)
{
    enum { FAR = 1000 };
    /* More characters missing than edits allowed: no match anywhere. */
    if ((size_t)__builtin_popcountll(p->present & ~t->present) > p->missing)
        return false;
    struct cell column[FUZZY_PHRASE_MAX + 1]; /* [j]: first j characters, up to before text i */
    for (size_t j = 0; j <= p->count; j++)
        column[j] = (struct cell){FAR, 0};
    struct cell best = {FAR, 0};
    size_t best_end = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (t->chars[i].start < from)
            continue;
        if (t->chars[i].word_start) {
            column[0] = (struct cell){0, (uint32_t)i};
            for (size_t j = 1; j <= p->count; j++)
                column[j] = cell_min(column[j], cell_after(column[j - 1], EDIT));
        }
        struct cell diagonal = column[0];
        column[0] = (struct cell){FAR, 0};
        for (size_t j = 1; j <= p->count; j++) {
            struct cell same = cell_after(diagonal, fuzzy_cost(t->chars[i].code, p->codes[j - 1]));
            diagonal = column[j];
            column[j] = cell_min(
                same, cell_min(cell_after(column[j], EDIT), cell_after(column[j - 1], EDIT)));
        }
        bool may_end = p->open_end || t->chars[i].word_end;
        struct cell whole = column[p->count];
        if (may_end && whole.cost < best.cost &&
            !(p->letters && whole.cost <= p->budget && only_digits(t, whole.start, i))) {
            best = whole;
            best_end = i;
        }
    }
    if (best.cost > p->budget)
        return false;
    *ret = (struct fuzzy_match){
        .start = t->chars[best.start].start,
        .end = t->chars[best_end].end,
        .similarity = 1.0f - (float)best.cost / (float)(EDIT * p->count),
    };
    return true;
}

uint32_t fuzzy_distance(const struct fuzzy_text *x, const struct fuzzy_phrase *p)
{
    uint32_t row[FUZZY_PHRASE_MAX + 1];
    for (size_t j = 0; j <= p->count; j++)
        row[j] = (uint32_t)j * EDIT;
    for (size_t i = 0; i < x->count; i++) {
        uint32_t diagonal = row[0];
        row[0] = (uint32_t)(i + 1) * EDIT;
        for (size_t j = 1; j <= p->count; j++) {
            uint32_t best = diagonal + fuzzy_cost(x->chars[i].code, p->codes[j - 1]);
            diagonal = row[j];
            best = best < row[j] + EDIT ? best : row[j] + EDIT;
            row[j] = best < row[j - 1] + EDIT ? best : row[j - 1] + EDIT;
        }
    }
    return row[p->count];
}
