/*
 * Characters that look the same, told apart by what stands beside them: the O of "3O.00" is a zero,
 * the 0 of "C0LA" an O.  Only where the recogniser itself thought the other possible.
 *
 * Pure; any thread.
 */
#ifndef TWINREADER_LOOKALIKE_H
#define TWINREADER_LOOKALIKE_H

#include "twinreader/ctc.h"

/* Changes the classes of `symbols`, decoded from rows of `classes` probabilities; `charset` has the
 * text of each class. */
void lookalike_settle(const char *const *charset, int classes, const float *probabilities,
                      struct ctc_symbol *symbols, size_t count);

#endif
