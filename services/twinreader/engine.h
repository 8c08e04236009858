/*
 * The engine: a document in, a reading out.
 *
 *     decode -> detect -> orient -> crop -> recognise -> words -> order -> fields
 *
 * Lifetime: engine_create loads the packages and keeps them; engine_destroy after the last reading.
 * Threads: engine_read may be called from many threads at once; each call runs on its caller's
 * thread and uses one inference thread, so a program runs one call per core.
 */
#ifndef TWINREADER_ENGINE_H
#define TWINREADER_ENGINE_H

#include "base/err.h"
#include "image/document.h"
#include "twinreader/page.h"

struct engine;
struct forms;

struct engine_options {
    const char *models_dir; /* folder of packages */
    const char *detector;   /* package names */
    const char *recogniser;
    const char *angle;     /* "" for none */
    const char *forms_dir; /* form definitions; NULL: no fields */
    struct document_limits limits;
    int threads; /* inside one inference run */
};

int engine_create(const struct engine_options *o, struct engine **ret, struct err *e) MUST_CHECK;
void engine_destroy(struct engine *en);

/* Called after each page (from the reading thread); a non-zero return cancels (ERR_CANCELLED).
 * `picture` is the page as it was read, turned upright; it lives until the call returns. */
typedef int engine_page_fn(void *user, const struct reading *r, const struct page *p,
                           const struct image *picture, int page_total);

/* One file of a document: a path, or bytes in memory (when `bytes` is not NULL). */
struct engine_source {
    const char *name; /* shown to people; kept as page->source */
    const char *path;
    const void *bytes;
    size_t len;
};

/* Reads all pages of all sources, in order, as one reading whose name is the first source's.
 * A page that fails has `error` set and the others are read, likewise a source that cannot be
 * opened when there are several (it counts as one page); the call fails when a single source cannot
 * be opened, when it is cancelled, or when memory runs out.  `on_page` may be NULL. */
int engine_read(struct engine *en, const struct engine_source *sources, size_t count,
                engine_page_fn *on_page, void *user, struct reading **ret,
                struct err *e) MUST_CHECK;

/* The form definitions it was given; NULL for none. */
const struct forms *engine_forms(const struct engine *en);

/* "ppocrv6-det-small 6.0 (onnxruntime 1.32.0)" style description of what is loaded. */
const char *engine_description(const struct engine *en);

#endif
