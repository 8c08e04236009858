/*
 * Greedy decoding of connectionist temporal classification (Graves et al., ICML 2006): the best
 * class of each time step, repeats merged, blanks removed.
 *
 * Pure; any thread.
 */
#ifndef TWINREADER_CTC_H
#define TWINREADER_CTC_H

#include <stddef.h>

struct ctc_symbol {
    int class_index;
    int best_step;    /* where it is surest */
    float confidence; /* highest probability over the symbol's steps */
    float step; /* middle of its steps weighted by probability; the first step is centred at 0.5 */
};

/* Decodes `steps` rows of `classes` probabilities.  `symbols` has room for `steps`.
 * Returns how many were written. */
size_t ctc_decode(const float *probabilities, int steps, int classes, int blank,
                  struct ctc_symbol *symbols);

#endif
