/*
 * Forms: YAML definitions of what to look for on a kind of page, and the extraction that follows
 * them.  A new form is a new file, no code.
 *
 * Lifetime: forms_load to forms_destroy.  Threads: immutable after loading; forms_extract by many.
 */
#ifndef TWINREADER_FORM_H
#define TWINREADER_FORM_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/page.h"

struct forms;

/* The page as a picture, upright; `scale` of its pixels make one of the page's. */
struct form_picture {
    const struct image *image;
    double scale;
};

/* Loads every *.yaml of `dir`, in name order.  ERR_CONFIG with file, line, key and reason. */
int forms_load(const char *dir, struct forms **ret, struct err *e) MUST_CHECK;
void forms_destroy(struct forms *f);

/* Decides which form fits the page's lines (setting page->form, "unknown" when none, and
 * form_confidence) and extracts its fields into the arena (page->fields, field_count).
 * ERR_NOMEM. */
int forms_extract(const struct forms *f, struct arena *a, struct page *page,
                  struct err *e) MUST_CHECK;
/* The same with the page's picture at hand, which ticked boxes are looked for in. */
int forms_extract_seen(const struct forms *f, struct arena *a, struct page *page,
                       const struct form_picture *picture, struct err *e) MUST_CHECK;

/* Runs the checks of the page's form again, as after corrections: corrected values are normalised
 * by the form's rules, checks and verdict set anew in the arena.  A page whose form is not known,
 * or which needs the page itself for its checks, stays as it is.  ERR_NOMEM. */
int forms_recheck(const struct forms *f, struct arena *a, struct page *page,
                  struct err *e) MUST_CHECK;

#endif
