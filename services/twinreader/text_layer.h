/*
 * A PDF page's own words as lines, without recognition.  Threads: the arena's.
 */
#ifndef TWINREADER_TEXT_LAYER_H
#define TWINREADER_TEXT_LAYER_H

#include "image/document.h"
#include "twinreader/recognise.h"

/* Turns the page's words into one recognised line per line number, boxes in source pixels.  Words
 * are certain (confidence 1) and their characters share a word's width evenly.  Results live in the
 * arena.  ERR_NOMEM. */
int text_layer_lines(const struct document_page *dp, struct arena *a, struct recognised **ret,
                     struct quad **ret_boxes, size_t *ret_count, struct err *e) MUST_CHECK;

#endif
