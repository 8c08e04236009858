/* Predictions as a file that eval_load reads again.  Any thread. */
#ifndef TWINREADER_EVAL_SAVE_H
#define TWINREADER_EVAL_SAVE_H

#include "twinreader/eval.h"

/* Writes one line for each of `count` pages that is not NULL, with its fields when asked for.
 * ERR_IO, ERR_NOMEM. */
int eval_save(const char *path, const struct eval_page *const *page, size_t count, bool fields,
              struct err *e) MUST_CHECK;

#endif
