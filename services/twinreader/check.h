/*
 * Checks: what a form says must hold between its values, and the verdict that follows.
 *
 * A value is covered when a sum, a check digit or a vocabulary confirms it; "accept" is said only
 * of a page whose values are all covered or surely read.  Inside the forms module only.
 *
 * Lifetime: the arena of the call.  Threads: an arena's.
 */
#ifndef TWINREADER_CHECK_H
#define TWINREADER_CHECK_H

#include "twinreader/form_model.h"
#include "twinreader/page.h"

/* The values of a form's fields, one a field in the form's order; name NULL: not found. */
struct check_values {
    const struct form *form;
    struct arena *arena;
    struct field *field;
    const bool *labelled; /* one a field: its label was seen; NULL: not known */
};

/* How many sums hold less how many fail: what tells one reading of an amount from another. */
int check_sum_score(const struct check_values *v);

/* Runs all checks: sets checks and check_count of the fields.  ERR_NOMEM. */
int check_run(const struct check_values *v) MUST_CHECK;

/* Whether a sum over a list's column holds. */
bool check_column_holds(const struct check_values *v, size_t field, size_t column);

/* Whether a sum holds in which the field counts as nothing because it was not found: it is blank.
 */
bool check_absence_holds(const struct check_values *v, size_t field);

/* Decides: sets page->verdict and reasons from the fields and their checks; NULL when the form
 * declares none.  ERR_NOMEM. */
int check_verdict(const struct check_values *v, struct page *page) MUST_CHECK;

#endif
