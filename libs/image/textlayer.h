/*
 * Is a PDF page's own text worth trusting, or must its picture be read?
 *
 * Private to this library.  Any thread.
 */
#ifndef IMAGE_TEXTLAYER_H
#define IMAGE_TEXTLAYER_H

#include "image/document.h"

/* `scale`: picture pixels per unit of the words' boxes. */
bool textlayer_usable(const struct text_layer_word *word, size_t count, const struct image *picture,
                      double scale);

#endif
