/*
 * How many pages a TIFF has, without its decoder.
 *
 * Private to this library.  Any thread.
 */
#ifndef IMAGE_TIFF_H
#define IMAGE_TIFF_H

#include <stddef.h>

enum { TIFF_MOST_PAGES = 1 << 20 };

/* Follows the chain of directories and returns how many there are, 0 when there is none; it stops
 * at TIFF_MOST_PAGES, where a chain that leads back into itself also ends.  The decoder may give up
 * on one of them, so it finds as many or fewer. */
int tiff_count_pages(const unsigned char *bytes, size_t len);

#endif
