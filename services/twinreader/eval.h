/*
 * Scoring: how well predicted words and boxes agree with the truth.
 *
 * The figures are those of bench/ocr_score.py, to the last digit, so that peers scored by the
 * script and readings scored here compare; tests/test_eval.py holds the two together.  Counts are
 * added up over pages and divided once at the end (micro averages).
 *
 * Lifetime: sets live in the arena they were loaded into.  Any thread.
 */
#ifndef TWINREADER_EVAL_H
#define TWINREADER_EVAL_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/form.h"
#include "twinreader/page.h"
#include "twinreader/unicode.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct eval_rect {
    double x0, y0, x1, y1;
};

/* One entry of a page: a line or a word, as its set's level says. */
struct eval_item {
    const char *text;
    struct eval_rect box; /* axis-aligned bounds */
    struct quad quad;     /* the box as it lies; its bounds when it was given by two corners */
    double confidence;    /* of what was read; less than 0: not known */
    const char *font;     /* of what was printed; NULL: not known */
};

struct eval_field {
    const char *name;       /* "total", and "items[3].amount" for a cell of a list's fourth row */
    const char *value;      /* as printed, never NULL */
    const char *normalised; /* NULL when not known */
    const char *type;       /* "amount", "date", ...; NULL when not known */
    const struct check *checks; /* that a reader made of it */
    size_t check_count;
};

struct eval_page {
    const char *image;
    bool words; /* "level": "word"; else lines */
    const struct eval_item *item;
    size_t count;
    const struct eval_field *field;
    size_t field_count;
    bool has_fields; /* a "fields" member was there, if empty */
    /* What a truth may know of how the page came to be; NULL: not known. */
    const char *kind, *layout, *degradation;
    const char *form;    /* that a reader found to fit; NULL: not known */
    const char *verdict; /* "accept" or "review"; NULL: none */
};

struct eval_set {
    struct eval_page
        *page; /* in file order; a later page of the same image took an earlier's place */
    size_t count;
};

/* Reads one page per line: {"image", "level", "words": [{"text", "box"}], "fields": {}}.  A field
 * is a string or {"value", "normalised", "type", "checks"}, a list {"rows"}, as in a
 * reading, or an array of rows; a word may have "confidence" and "font", a page "kind", "layout",
 * "degradation", "font" (of all its words), "form", "verdict", and "hidden" words, which are taken
 * as "###".  `name` is for messages.  ERR_FORMAT with the line, ERR_NOMEM. */
int eval_load(struct arena *a, const char *name, const char *text, size_t len, struct eval_set *ret,
              struct err *e) MUST_CHECK;

/* Returns the page of `image`, or NULL. */
const struct eval_page *eval_find(const struct eval_set *s, const char *image);

/* Makes a page to be scored of a reading: its lines, or its words, and its fields.  Strings are
 * copied.  ERR_NOMEM. */
int eval_from_reading(struct arena *a, const struct reading *r, const char *image, bool words,
                      struct eval_page *ret, struct err *e) MUST_CHECK;

/* Gives a predicted page the fields that the forms find in its lines.  ERR_NOMEM. */
int eval_extract_fields(struct arena *a, const struct forms *f, struct eval_page *page,
                        struct err *e) MUST_CHECK;

struct eval_match {
    int64_t hit, predicted, truth;
};

struct eval_counts {
    int64_t pages, missing;
    struct eval_match exact, fold, chars, boxes;
    int64_t edits, length; /* case-folded */
    int64_t edits_exact, length_exact;
};

/* Adds one page to the counts; `predicted` is NULL for a page that is missing.  What the truth
 * calls
 * "###" (nobody could read it) is left out, and so are boxes that lie on it with half of their
 * area or more.  Uses `scratch`,
 * which it leaves filled.  ERR_NOMEM. */
int eval_score(struct arena *scratch, const struct eval_page *truth,
               const struct eval_page *predicted, struct eval_counts *add,
               struct err *e) MUST_CHECK;

/* Precision, recall and their harmonic mean; 0 where there is nothing to divide by. */
struct eval_rates {
    double precision, recall, f1;
};

struct eval_rates eval_rates(const struct eval_match *m);

/* Returns edits over length, case-folded or as printed; 0 for no text.  Letters are NFC code
 * points, so a Hangul syllable is one; white space is left out. */
double eval_cer(const struct eval_counts *c, bool fold);

/* Whether a predicted field says the same as the truth. */
struct eval_agreement {
    bool exact;     /* case and runs of white space folded; amounts and dates by value */
    bool spaceless; /* the same when white space is left out altogether */
};

/* `predicted` may be NULL (not found: no agreement).  ERR_NOMEM. */
int eval_compare_field(struct arena *scratch, const struct eval_field *truth,
                       const struct eval_field *predicted, struct eval_agreement *ret,
                       struct err *e) MUST_CHECK;

/* Returns the field called `name`, or NULL. */
const struct eval_field *eval_find_field(const struct eval_page *p, const char *name);

/* Whether the truth says that nobody could read it: "###". */
bool eval_is_unreadable(const struct eval_item *item);

/* Gives the Levenshtein distance of two texts.  ERR_NOMEM. */
int eval_distance(struct arena *scratch, const struct unicode_text *a, const struct unicode_text *b,
                  int64_t *ret, struct err *e) MUST_CHECK;

/* How many boxes match one to one at an intersection over union of at least one half, best pairs
 * first.  ERR_NOMEM. */
int eval_match_boxes(struct arena *scratch, const struct eval_page *truth,
                     const struct eval_page *predicted, int64_t *ret, struct err *e) MUST_CHECK;

/* Gives the page's text, without white space and case-folded or not, in reading order: rows by
 * vertical overlap, then left to right.  ERR_NOMEM. */
int eval_page_text(struct arena *scratch, const struct eval_page *p, bool fold,
                   struct unicode_text *ret, struct err *e) MUST_CHECK;

#endif
