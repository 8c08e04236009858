/*
 * Inventing what stands on papers: names, addresses, hospitals, numbers with right check digits,
 * dates, amounts. No list of real people or places of residence: syllables are put together.
 *
 * Threads: the tables are constant, the random numbers are the caller's.
 */
#ifndef TWINREADER_SYNTH_VALUE_H
#define TWINREADER_SYNTH_VALUE_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/synth/rng.h"

#include <stddef.h>

/* A value as printed and as data. */
struct synth_value {
    const char *text;
    const char *normalised; /* NULL: as printed */
};

/* Invents a value by the generator's name ("person", "hospital", "resident-number", "date",
 * "phrase-ko" ...), with `option` from the form file or NULL.  ERR_NOT_FOUND when there is no such
 * generator. */
int synth_value_make(const char *generator, const char *option, struct synth_rng *r,
                     struct arena *a, struct synth_value *ret, struct err *e) MUST_CHECK;

/* The names of all generators, sorted; ends with NULL. */
const char *const *synth_value_generators(void);

/* "12,340" and the like, for an amount in won, in one of the ways papers print it (with 원 or ₩,
 * spaced or not). */
const char *synth_value_amount(int64_t won, const char *style, struct arena *a);

#endif
