/*
 * Pages made up for tests of forms: text drawn on a grid, every character its own box.
 */
#ifndef TWINREADER_TESTS_MADE_PAGE_H
#define TWINREADER_TESTS_MADE_PAGE_H

#include "base/arena.h"
#include "twinreader/page.h"

/* Rows of text from top to bottom, NULL-terminated; " | " parts a row into lines side by side, an
 * empty string leaves a gap.  A character is 10 wide and 20 high, a row 30 apart; a row's first
 * line starts at x 0, the others where the text stands in the string.  Confidence 0.9 everywhere.
 * Aborts when the arena is full. */
struct page made_page(struct arena *a, const char *const *rows);

/* The field called `name`, or NULL. */
const struct field *made_field(const struct page *p, const char *name);

#endif
