/*
 * What the two halves of looking for values by places share: extract_place.c finds where a value
 * may stand, extract_lines.c where it ends.
 *
 * Lifetime: the arena of the call.  Threads: an arena's.
 */
#ifndef TWINREADER_EXTRACT_SEARCH_H
#define TWINREADER_EXTRACT_SEARCH_H

#include "twinreader/extract_sheet.h"

struct extract_search {
    struct extract_sheet *x;
    const struct form_field *field;
    const struct form_place *place;
    const struct sheet_hit *label; /* that is looked beside; NULL: none */
    struct extract_values *out;
};

/* Narrows a stretch of text by the blanks and marks around it. */
void extract_trim(const char *text, size_t *start, size_t *end);
/* The first label on the chain at or behind byte `from`; the chain's end when there is none. */
size_t extract_next_label(const struct extract_sheet *x, int chain, size_t from);
/* Cuts [start, end) where a blank is too wide, or empties it when the first one is. */
size_t extract_cut_at_blank(const struct extract_search *f, int chain, size_t start, size_t end);
/* Whether another label stands at the word or ends right before it. */
bool extract_labelled(const struct extract_search *f, const struct sheet_word *w);
/* Goes up to where a value beside a label begins: its lines stand around the label's middle. */
struct sheet_span extract_first_line(const struct extract_search *f, struct sheet_span span);
/* Appends the lines below to a text value.  ERR_NOMEM. */
int extract_add_lines(struct extract_search *f, struct sheet_span first, char **text,
                      struct extract_value *v) MUST_CHECK;

#endif
