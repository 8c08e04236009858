/*
 * Pages made up for tests of forms: text drawn on a grid, every character its own box; and forms
 * made of text.
 */
#ifndef TWINREADER_TESTS_MADE_PAGE_H
#define TWINREADER_TESTS_MADE_PAGE_H

#include "base/arena.h"
#include "twinreader/form.h"
#include "twinreader/page.h"

/* Rows of text from top to bottom, NULL-terminated; " | " parts a row into lines side by side, an
 * empty string leaves a gap.  A character is 10 wide and 20 high, a row 30 apart; a row's first
 * line starts at x 0, the others where the text stands in the string.  Confidence 0.9 everywhere.
 * Aborts when the arena is full. */
struct page made_page(struct arena *a, const char *const *rows);

/* Loads one definition, which must be right, or hands back what forms_load says of a wrong one. The
 * file is in a folder of its own and gone again. */
struct forms *made_forms(const char *yaml);
int made_forms_load(const char *yaml, struct forms **ret, struct err *e);

/* The field called `name`, or NULL. */
const struct field *made_field(const struct page *p, const char *name);

#endif
