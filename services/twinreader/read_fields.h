/* The fields of a reading as a table for people.  Any thread. */
#ifndef TWINREADER_READ_FIELDS_H
#define TWINREADER_READ_FIELDS_H

#include "base/buf.h"
#include "twinreader/page.h"

/* Appends, for each page, its form and one line per field: name, value, what it was normalised to
 * when that differs, confidence in percent; a list as rows with their cells in columns. */
void read_fields_write(const struct reading *r, struct buf *out);

#endif
