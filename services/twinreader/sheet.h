/*
 * A page as words on a sheet, for papers that are boxes and tables rather than lines of text.
 *
 * However the page was cut into lines, its words are linked anew: a word's neighbour on the right
 * is the nearest that stands at its height, and words that are each other's neighbours make a
 * chain, one text with the way back to boxes and confidences.  Boxes are straightened: slope,
 * perspective and curl are taken out, along rows and along columns.  Labels are found in chains
 * and, wrapped in a narrow cell, over chains that stand on one another.
 *
 * Lifetime: all in the arena of the call.  Threads: immutable once made.
 */
#ifndef TWINREADER_SHEET_H
#define TWINREADER_SHEET_H

#include "twinreader/extract.h"

enum { SHEET_WORDS_MAX = 4000, SHEET_HITS_MAX = 2000 };

struct sheet_word {
    const struct word *word;
    struct extract_box box;
    size_t start, end; /* bytes in the chain's text */
    float low;         /* least confident character */
    int chain;
    int left, right; /* neighbours, -1: none */
};

struct sheet_chain {
    const char *text; /* words one space apart, or none where an amount was cut */
    size_t len;
    size_t first, count; /* words */
    struct fuzzy_text folded;
};

struct sheet {
    struct sheet_word *words; /* chain by chain, left to right */
    size_t word_count;
    struct sheet_chain *chains; /* top to bottom */
    size_t chain_count;
    float height; /* usual height of a word */
};

/* A stretch of a chain. */
struct sheet_span {
    int chain;
    size_t start, end; /* bytes */
};

/* A label found. */
struct sheet_hit {
    struct sheet_span span; /* of a wrapped label: its last line */
    struct extract_box box; /* all of it */
    size_t first, last;     /* words on the span's chain */
    float similarity;
    size_t letters;
    int owner; /* whose label it is, as given */
    bool stacked;
    bool beaten; /* a longer one stands there */
};

struct sheet_hits {
    struct sheet_hit *item;
    size_t count, max;
};

/* ERR_NOMEM. */
int sheet_init(struct sheet *s, struct arena *a, const struct page *page) MUST_CHECK;

/* Appends where the labels stand; past `max` nothing is added.  ERR_NOMEM. */
int sheet_find(const struct sheet *s, struct arena *a, const struct form_labels *labels, int owner,
               struct sheet_hits *hits) MUST_CHECK;
/* Whether one of the labels stands anywhere in letters `tall` times as high as usual; want of
 * memory counts as no. */
bool sheet_has(const struct sheet *s, struct arena *a, const struct form_labels *labels,
               float tall);
/* Marks the hits that a longer hit covers. */
void sheet_settle(struct sheet_hits *hits);

/* The words that the span touches: first and one past the last. */
void sheet_span_words(const struct sheet *s, struct sheet_span span, size_t *ret_first,
                      size_t *ret_end);
/* Box around those words. */
struct extract_box sheet_span_box(const struct sheet *s, struct sheet_span span);
/* Box in the page's own pixels of the span's characters, and how sure its least sure one is. */
struct quad sheet_span_place(const struct sheet *s, struct sheet_span span, float *ret_low);
/* Blank between two words in usual heights, negative when they overlap. */
float sheet_gap(const struct sheet *s, const struct sheet_word *left,
                const struct sheet_word *right);

#endif
