/*
 * Finding a known phrase in recognised text that may be misread.
 *
 * Case, spaces and punctuation are ignored and look-alikes (0/O, 1/l/I, 5/S, 8/B) are one
 * character (but digits alone are no word); beyond that a phrase may differ by one edit from five
 * characters on, by two from eleven, by three from seventeen.  A match starts and ends where a word
 * does ("total" is not in "subtotal"); a phrase that ends in '*' may go on inside a word, one that
 * starts with '=' must be read exactly.
 *
 * A Hangul syllable is its two or three letters: one misread letter is a third of an edit.  A
 * phrase of syllables alone may have one such from three on ("진찰로" is 진찰료), two from
 * five, four from eleven.
 *
 * Lifetime: what is folded lives in the arena given.  Threads: immutable once made.
 */
#ifndef TWINREADER_FUZZY_H
#define TWINREADER_FUZZY_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FUZZY_PHRASE_MAX = 48, FUZZY_TEXT_MAX = 1024 };

struct fuzzy_char {
    uint32_t code;       /* folded code point */
    uint32_t start, end; /* bytes in the text */
    bool word_start, word_end, digit;
};

struct fuzzy_text {
    struct fuzzy_char *chars;
    size_t count;
    uint64_t present; /* which characters occur, hashed to 64 bits */
};

struct fuzzy_phrase {
    const char *text; /* as given, borrowed */
    uint32_t codes[FUZZY_PHRASE_MAX];
    size_t count;
    uint32_t budget; /* most edits allowed, in thirds */
    size_t missing;  /* so many of its characters may be absent */
    bool open_end;
    bool letters; /* it has some */
    uint64_t present;
};

struct fuzzy_match {
    size_t start, end; /* bytes in the text */
    float similarity;  /* 1 - edits / length of the phrase */
};

/* Thirds of an edit that turn one folded character into the other: 0 to 3. */
uint32_t fuzzy_cost(uint32_t a, uint32_t b);

/* Edit distance of the whole text and the phrase, spaces and punctuation left out, in thirds. */
uint32_t fuzzy_distance(const struct fuzzy_text *t, const struct fuzzy_phrase *p);

/* Folds a line of text; its first FUZZY_TEXT_MAX characters count.  ERR_NOMEM. */
int fuzzy_text_init(struct fuzzy_text *t, struct arena *a, const char *text, size_t len) MUST_CHECK;

/* Folds a phrase.  ERR_FORMAT when no letter or digit is left, ERR_LIMIT when it is too long. */
int fuzzy_phrase_init(struct fuzzy_phrase *p, const char *phrase) MUST_CHECK;

/* Finds the best match that starts at or after byte `from` (of equals the first). */
bool fuzzy_find(const struct fuzzy_text *t, const struct fuzzy_phrase *p, size_t from,
                struct fuzzy_match *ret);

#endif
