/*
 * Two texts side by side, character by character, and where spaces were lost or invented.
 *
 * Texts are NFC code points; a Hangul syllable is one.  White space is left out of the comparison
 * of characters and judged apart: a Korean reader's most frequent mistake is a space, and it must
 * not hide what else went wrong.  Of the alignments with the fewest edits (Levenshtein; Wagner and
 * Fischer, J. ACM 21, 1974) the one is taken that pairs most look-alikes, so that "l0" read as "O"
 * is a lost l and a 0 taken for an O.  The same two texts always give the same steps.  Any thread.
 */
#ifndef TWINREADER_EVAL_ALIGN_H
#define TWINREADER_EVAL_ALIGN_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/unicode.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text without its white space, and where that was. */
struct eval_letters {
    uint32_t *c;
    bool *space; /* space[i]: white space stood before c[i]; false for the first */
    size_t len;
};

/* Gives the NFC letters of `s`, case-folded when asked for.  ERR_NOMEM. */
int eval_letters(struct arena *a, const char *s, bool fold, struct eval_letters *ret,
                 struct err *e) MUST_CHECK;

/* One character of either text or one of each: kept when they are the same. */
struct eval_step {
    uint32_t truth, read;     /* 0: none */
    size_t truth_at, read_at; /* letters passed before this step */
};

struct eval_alignment {
    struct eval_step *step; /* NULL when the texts are too long to be laid side by side */
    size_t count;
    int64_t edits;
    bool *lost;     /* by letter of the truth: the space before it is not in the reading */
    bool *invented; /* by letter of the reading: the space before it is not in the truth */
    int64_t spaces_lost, spaces_invented;
};

/* Aligns two texts.  A space is judged only where both texts have letters on both sides of it.
 * Texts whose lengths multiply to more than 4 million have their edits counted, and no steps or
 * spaces. ERR_NOMEM. */
int eval_align(struct arena *a, const struct eval_letters *truth, const struct eval_letters *read,
               struct eval_alignment *ret, struct err *e) MUST_CHECK;

#endif
