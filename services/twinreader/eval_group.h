/*
 * Which boxes hold which true words, and what went wrong where it is not one and one.
 *
 * After Wolf and Jolion, "Object count/area graphs for the evaluation of object detection and
 * segmentation algorithms" (IJDAR 8, 2006; DetEval, the measure of ICDAR's contests): a word and a
 * box are related by how much of the word the box covers and how much of the box the word fills,
 * and beside one-to-one there is one-to-many and many-to-one.  Different from there:
 *   - the threshold is one half for both shares, so a word is "in" at most one of several boxes
 * that lie side by side, and a box in at most one word; of several the one that shares most counts,
 * of equals the first;
 *   - many-to-one is looked for first, then one-to-many, then one-to-one, so that a word swallowed
 *     by its neighbour's box is named as merged and not as missed;
 *   - boxes are taken as they lie, not by their bounds: lines of a photographed page slant.
 *
 * "Word" here is an entry of the truth, which may be a line: then a box over a line is right, and a
 * box over two lines is merged.  Truth "###" (nobody could read it) is no error either way; boxes
 * on it are set aside.
 *
 * Everything lives in the arena given.  Any thread.
 */
#ifndef TWINREADER_EVAL_GROUP_H
#define TWINREADER_EVAL_GROUP_H

#include "twinreader/eval.h"

enum eval_group_kind {
    EVAL_FOUND,      /* one word, one box */
    EVAL_SPLIT,      /* one word in several boxes */
    EVAL_MERGED,     /* several words in one box */
    EVAL_CUT,        /* one word of which less than half is in boxes */
    EVAL_MISSED,     /* a word without a box */
    EVAL_FALSE,      /* a box without a word, or a second one around the same part of a word */
    EVAL_WRONG_UNIT, /* words boxed singly where the truth has lines, or lines where it has words,
                        or characters: the text is cut where it may be */
    EVAL_GROUP_KINDS
};

/* Returns "split" for EVAL_SPLIT and so on. */
const char *eval_group_name(enum eval_group_kind kind);

/* Words and boxes that belong together; indices into the pages' items, in reading order. */
struct eval_group {
    enum eval_group_kind kind;
    const size_t *truth, *box;
    size_t truth_count, box_count;
};

struct eval_groups {
    struct eval_group *group;
    size_t count;
};

/* Gives the groups of a page; every word but "###" and every box but those set aside is in exactly
 * one. Never gives EVAL_WRONG_UNIT, which takes the texts: eval_named.h.  `predicted` may be NULL:
 * all is missed.  ERR_NOMEM. */
int eval_group_page(struct arena *a, const struct eval_page *truth,
                    const struct eval_page *predicted, struct eval_groups *ret,
                    struct err *e) MUST_CHECK;

/* Area of a box, and the area that two share, in square pixels.  A box that is not convex counts
 * as its bounds. */
double eval_area(const struct eval_item *item);
double eval_overlap(const struct eval_item *a, const struct eval_item *b);

#endif
