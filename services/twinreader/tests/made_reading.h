/* Readings made by hand for tests of the output formats.  All names and numbers are invented. */
#ifndef TESTS_MADE_READING_H
#define TESTS_MADE_READING_H

#include "twinreader/output.h"

/* "receipt" (two pages, columns, fields), "hostile" (text that tries to break formats), "korean",
 * "turned" (lines at angles), "tight" (words that touch), "blank", "failed" (a page that could not
 * be read).  The caller's, to be freed with reading_destroy; NULL for an unknown name. */
struct reading *made_reading(const char *name);

/* Ends with NULL. */
extern const char *const made_reading_names[];

/* An output_picture_fn that gives a small grey JPEG, whatever the page. */
int made_picture(void *user, size_t index, struct buf *jpeg, int *ret_width, int *ret_height,
                 struct err *e);

#endif
