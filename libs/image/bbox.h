/*
 * The words of one page as poppler's `pdftotext -bbox-layout` writes them, an XHTML-like text of
 * nested flow, block, line and word elements.
 *
 * Private to this library.  Any thread.
 */
#ifndef IMAGE_BBOX_H
#define IMAGE_BBOX_H

#include "base/arena.h"
#include "image/document.h"

/* Parses `len` bytes; words, in points from the page's top left, go into the arena.  Empty words
 * are dropped, boxes are put in order.  ERR_FORMAT, ERR_LIMIT (more than 200,000 words), ERR_NOMEM.
 */
int bbox_parse(const char *text, size_t len, struct arena *a, struct text_layer_word **ret,
               size_t *ret_count, struct err *e) MUST_CHECK;

#endif
