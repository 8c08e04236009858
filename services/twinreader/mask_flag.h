/* Which characters of a page are personal.  Inside the mask module only. */
#ifndef TWINREADER_MASK_FLAG_H
#define TWINREADER_MASK_FLAG_H

#include "twinreader/page.h"

/* One flag a character of a word; a word without characters has one a byte. */
struct mask_word {
    const struct word *word;
    bool *flag;
    size_t count;
};

/* Gives the page's words, line by line, with what is to be masked flagged.  ERR_NOMEM. */
int mask_flag(struct arena *a, const struct page *page, struct mask_word **ret,
              size_t *ret_count) MUST_CHECK;

/* Whether a field of this name is personal as a whole. */
bool mask_is_personal(const char *name);

#endif
