/* Inside eval_named: words counted by what they have in common, letters by what they were taken
 * for, and the worst of each kind kept.  One thread. */
#ifndef TWINREADER_EVAL_TALLY_H
#define TWINREADER_EVAL_TALLY_H

#include "base/buf.h"
#include "twinreader/eval_named.h"

enum { EVAL_MAX_TALLIES = 256 }; /* names of one dimension; what comes later is "(others)" */

struct eval_tallies {
    struct eval_tally row[EVAL_MAX_TALLIES + 1];
    size_t count;
    size_t last; /* the row found last: words of one font follow one another */
};

/* Adds a word's figures to the row of `name`; NULL does nothing. */
void eval_tally_add(struct eval_tallies *t, const char *name, const struct eval_tally *word);

/* Sorts by error rate, the highest first, then by name. */
void eval_tally_sort(struct eval_tallies *t);

/* Returns the class of a word of `letters`: "3-4"; and its number, from 0. */
const char *eval_tally_length(size_t letters, size_t *ret_number);

/* Notes one letter taken for another; buf_status of `pairs` tells of a failure. */
void eval_tally_pair(struct buf *pairs, uint32_t truth, uint32_t read);

/* Sorts and counts the pairs noted.  ERR_NOMEM. */
int eval_tally_pairs(struct arena *a, struct buf *pairs, struct eval_named *ret) MUST_CHECK;

struct eval_worst {
    struct eval_finding finding[EVAL_WORST];
    size_t count;
};

/* Whether a finding of this weight and page would be kept: of one page three at most are. */
bool eval_worst_wants(const struct eval_worst *w, size_t page, double weight);

/* Keeps it, in order, dropping the least. */
void eval_worst_keep(struct eval_worst *w, const struct eval_finding *f);

#endif
