/*
 * Unicode: normalisation, case folding, display width (utf8proc behind it).
 *
 * Texts are arrays of code points in an arena.  Input must be UTF-8; bytes that are not become
 * U+FFFD. Any thread.
 */
#ifndef TWINREADER_UNICODE_H
#define TWINREADER_UNICODE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unicode_text {
    uint32_t *c;
    size_t len;
};

/* Gives the NFC form of `s`; with `fold`, each of its code points then is replaced by its full case
 * folding (the result is not normalised again, as in Python's str.casefold).  ERR_NOMEM. */
int unicode_normalise(struct arena *a, const char *s, bool fold, struct unicode_text *ret,
                      struct err *e) MUST_CHECK;

/* True for what Python's str.split takes as white space. */
bool unicode_is_space(uint32_t c);

/* Columns that a code point takes on a terminal: 0, 1 or 2. */
int unicode_width(uint32_t c);

#endif
