#include "twinreader/lookalike.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const float POSSIBLE = 0.05f;

/* A digit and the letters that may be it. */
static const struct {
    char digit, letters[4];
} pairs[] = {{'0', "Oo"}, {'1', "lI"}, {'2', "Zz"}, {'5', "Ss"}, {'8', "B"}};

enum { PAIRS = sizeof pairs / sizeof *pairs };

enum kind { OTHER, DIGIT, LETTER };

struct line {
    const char *const *charset;
    int classes;
    const float *probabilities;
    struct ctc_symbol *symbols;
    size_t count;
};

/* The symbol's character where it is ASCII, else 0. */
static char char_of(const struct line *l, size_t i)
{
    const char *text = l->charset[l->symbols[i].class_index];
    return (unsigned char)text[0] < 0x80 && text[0] && !text[1] ? text[0] : '\0';
}

static enum kind kind_of(char c)
{
    unsigned char u = (unsigned char)c;
    return isdigit(u) ? DIGIT : isalpha(u) ? LETTER : OTHER;
}

static float probability(const struct line *l, size_t i, int class_index)
{
    size_t row = (size_t)l->symbols[i].best_step * (size_t)l->classes;
    return l->probabilities[row + (size_t)class_index];
}

/* The class of a character, if the recogniser thought it possible for symbol `i`; else -1. */
static int possible(const struct line *l, size_t i, char c)
{
    for (int k = 0; k < l->classes; k++) {
        if (l->charset[k][0] == c && !l->charset[k][1])
            return probability(l, i, k) >= POSSIBLE ? k : -1;
    }
    return -1;
}

/* The digit that a letter may be, or 0. */
static char digit_of(char letter)
{
    for (size_t k = 0; k < PAIRS; k++) {
        if (letter && strchr(pairs[k].letters, letter))
            return pairs[k].digit;
    }
    return '\0';
}

/* What stands next to symbol `i` in its word on one side, punctuation and undecided letters passed
 * over. */
static enum kind neighbour(const struct line *l, size_t i, int by)
{
    for (size_t k = i + (size_t)by; k < l->count; k += (size_t)by) { /* below 0 wraps */
        char c = char_of(l, k), digit = digit_of(c);
        if (!c || c == ' ')
            return OTHER;
        if (kind_of(c) != OTHER && !(digit && possible(l, k, digit) >= 0))
            return kind_of(c);
    }
    return OTHER;
}

static int digit_instead(const struct line *l, size_t i, char letter)
{
    char digit = digit_of(letter);
    if (!digit)
        return -1;
    enum kind left = neighbour(l, i, -1), right = neighbour(l, i, 1);
    bool number = (left == DIGIT && right != LETTER) || (right == DIGIT && left != LETTER);
    return number ? possible(l, i, digit) : -1;
}

/* The likelier of the letters that a digit may be. */
static int letter_instead(const struct line *l, size_t i, char digit)
{
    int best = -1;
    if (neighbour(l, i, -1) != LETTER || neighbour(l, i, 1) != LETTER)
        return -1;
    for (size_t k = 0; k < PAIRS; k++) {
        for (const char *c = pairs[k].letters; pairs[k].digit == digit && *c; c++) {
            int other = possible(l, i, *c);
            if (other >= 0 && (best < 0 || probability(l, i, other) > probability(l, i, best)))
                best = other;
        }
    }
    return best;
}

/* A ring alone is a nought: tables are full of them, and a letter O stands alone nowhere.  Returns
 * whether the symbol is one; it is as sure as all that looks like it together. */
static bool settle_ring(struct line *l, size_t i)
{
    static const char *const rings[] = {"0", "O", "o", "○", "〇", "◯", "ㅇ"};
    enum { RINGS = sizeof rings / sizeof *rings };
    const char *text = l->charset[l->symbols[i].class_index];
    bool ring = false;
    for (size_t k = 0; k < RINGS; k++)
        ring = ring || strcmp(text, rings[k]) == 0;
    if (!ring || (i > 0 && char_of(l, i - 1) != ' ') ||
        (i + 1 < l->count && char_of(l, i + 1) != ' '))
        return false;
    int nought = possible(l, i, '0');
    float sum = 0;
    for (int c = 0; c < l->classes && nought >= 0; c++)
        for (size_t k = 0; k < RINGS; k++)
            if (strcmp(l->charset[c], rings[k]) == 0)
                sum += probability(l, i, c);
    if (nought < 0)
        return false;
    l->symbols[i].class_index = nought;
    l->symbols[i].confidence = sum < 1 ? sum : 1;
    return true;
}

void lookalike_settle(const char *const *charset, int classes, const float *probabilities,
                      struct ctc_symbol *symbols, size_t count)
{
    struct line l = {charset, classes, probabilities, symbols, count};
    for (size_t i = 0; i < count; i++) {
        if (settle_ring(&l, i))
            continue;
        char c = char_of(&l, i);
        enum kind kind = kind_of(c);
        int other = kind == LETTER  ? digit_instead(&l, i, c)
                    : kind == DIGIT ? letter_instead(&l, i, c)
                                    : -1;
        if (other >= 0) { /* it is one of the two, as surely as both together */
            float both = probability(&l, i, symbols[i].class_index) + probability(&l, i, other);
            symbols[i].class_index = other;
            symbols[i].confidence = both < 1 ? both : 1;
        }
    }
}
