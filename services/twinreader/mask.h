/*
 * Masking of what identifies a person: resident registration numbers, telephone numbers, accounts.
 *
 * They are found by their look in each line and in each chain of neighbouring words, so that a
 * number that was cut over words or boxes is found, too; by the label beside or above them
 * (accounts look like anything); and by name among the fields (resident_number, phone, account).
 * Each of their digits becomes "*" in characters, words, lines, fields, checks and reasons, and
 * their place can be painted over.  What is masked too much costs less than what is not.
 *
 * Lifetime: new texts live in the arena given.  Threads: a reading's.
 */
#ifndef TWINREADER_MASK_H
#define TWINREADER_MASK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "twinreader/page.h"

struct mask_places {
    struct quad *box; /* in pixels of the page */
    size_t count;
};

/* Finds what would be masked, changing nothing.  ERR_NOMEM. */
int mask_find(struct arena *a, const struct page *page, struct mask_places *ret,
              struct err *e) MUST_CHECK;

/* Masks all texts of a page, or of all pages.  ERR_NOMEM. */
int mask_page(struct arena *a, struct page *page, struct err *e) MUST_CHECK;
int mask_reading(struct reading *r, struct err *e) MUST_CHECK;

/* Masks a text that stands alone; NULL gives NULL through `ret`.  ERR_NOMEM. */
int mask_text(struct arena *a, const char *text, const char **ret, struct err *e) MUST_CHECK;

/* Paints the places black on a picture `scale` of whose pixels make one of the page's. */
void mask_paint(struct image *picture, double scale, const struct mask_places *places);

/* Makes a JPEG of the page's picture with its places painted over; the picture stays as it is.
 * ERR_NOMEM and errors of the encoder. */
int mask_encode(struct arena *a, const struct page *page, const struct image *picture, int quality,
                struct buf *out, struct err *e) MUST_CHECK;

#endif
