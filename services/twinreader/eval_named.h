/*
 * Errors by name: what an engine does wrong, counted by kind, with the worst kept to be looked at.
 *
 * Detection: eval_group.h, and here the wrong unit.  Where several words are in one box, or one in
 * several, and every cut is at a space of the other side's text (all words of a line apart; or the
 * text of a line in one box, with its spaces; or a word's characters one by one), nothing was torn
 * or glued: the boxes are of another unit than the truth's.
 *
 * Recognition: the texts of each group are aligned (eval_align.h), so figures here do not depend on
 * reading order.  The character error rate is edits over the letters of the truth: NFC code points
 * (a Hangul syllable is one), case kept or folded, white space left out; what was missed is deleted
 * letters, what a false box says is inserted letters.  A word, between spaces, is right when no
 * edit is in it and no space was lost or invented at it.  An inserted letter counts against the
 * word before it.
 *
 * Lifetime: eval_named_create to eval_named_destroy, what eval_named_finish gives included.  One
 * thread.
 */
#ifndef TWINREADER_EVAL_NAMED_H
#define TWINREADER_EVAL_NAMED_H

#include "twinreader/eval.h"
#include "twinreader/eval_alike.h"
#include "twinreader/eval_group.h"

enum eval_dimension {
    EVAL_BY_FONT,
    EVAL_BY_DEGRADATION,
    EVAL_BY_KIND,
    EVAL_BY_LAYOUT,
    EVAL_BY_LENGTH, /* of the word: "1", "2", "3-4", "5-8", "9+" letters */
    EVAL_DIMENSIONS
};

/* Returns "font" for EVAL_BY_FONT and so on. */
const char *eval_dimension_name(enum eval_dimension d);

/* Words that have something in common. */
struct eval_tally {
    const char *name;
    int64_t words, right, missed; /* missed: in no box */
    int64_t length, edits;        /* letters */
};

struct eval_box_counts {
    int64_t words;                    /* entries of the truth that can be read */
    int64_t boxes;                    /* without those set aside */
    int64_t groups[EVAL_GROUP_KINDS]; /* how often it happened */
    int64_t
        share[EVAL_GROUP_KINDS]; /* entries of the truth that it happened to; EVAL_FALSE: boxes */
    int64_t specks; /* false boxes with both sides shorter than half a usual line's height */
};

/* Returns share over words, or over boxes for EVAL_FALSE; 0 where there are none. */
double eval_box_rate(const struct eval_box_counts *c, enum eval_group_kind kind);

/* A letter taken for another; 0: none (lost, or made up). */
struct eval_pair {
    uint32_t truth, read;
    int64_t count;
};

/* The same by the letters of syllables that differ in one. */
struct eval_jamo_pair {
    struct eval_jamo jamo;
    int64_t count;
};

/* Something to look at. */
struct eval_finding {
    enum eval_group_kind kind; /* EVAL_FOUND: misread */
    size_t page;               /* index in the truth */
    double weight;
    const char *truth, *read; /* entries and boxes joined by " | " */
    double confidence;        /* mean of the boxes; less than 0: not known */
    const struct quad *truth_box, *read_box;
    size_t truth_count, read_count;
};

enum { EVAL_WORST = 12 };

struct eval_named {
    struct eval_box_counts boxes;
    int64_t length, edits, dropped, added,
        changed; /* letters; edits are the sum of the last three */
    /* `spaces` are those of the truth within what was compared: none between words boxed singly. */
    int64_t spaces, spaces_lost, spaces_invented;
    int64_t changed_case, changed_alike, changed_jamo; /* of `changed`; at most one each */
    const struct eval_tally *tally[EVAL_DIMENSIONS];   /* worst first; by length: in that order */
    size_t tally_count[EVAL_DIMENSIONS];
    const struct eval_pair *pair; /* most frequent first */
    size_t pair_count;
    const struct eval_jamo_pair *jamo;
    size_t jamo_count;
    const struct eval_finding *worst[EVAL_GROUP_KINDS]; /* worst first, EVAL_WORST at most */
    size_t worst_count[EVAL_GROUP_KINDS];
};

struct eval_namer;

/* With `fold`, letters are compared without case: for truths that are printed in capitals only. */
int eval_named_create(bool fold, struct eval_namer **ret, struct err *e) MUST_CHECK;
void eval_named_destroy(struct eval_namer *n); /* NULL is allowed */

/* Adds one page, the `index`th of the truth; `predicted` is NULL for a page that is missing: its
 * words are missed, and none of them is worth looking at.  `scratch` is left filled.  Strings of
 * the pages must live as long as the namer.  *ret_boxes gets the page's own counts.  ERR_NOMEM. */
int eval_named_add(struct eval_namer *n, struct arena *scratch, size_t index,
                   const struct eval_page *truth, const struct eval_page *predicted,
                   struct eval_box_counts *ret_boxes, struct err *e) MUST_CHECK;

/* Sorts what was counted.  ERR_NOMEM. */
int eval_named_finish(struct eval_namer *n, struct eval_named *ret, struct err *e) MUST_CHECK;

#endif
