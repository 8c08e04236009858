/*
 * TwinReader's HTTP interface: one table of routes over the engine and the store.
 *
 * Lifetime: a service outlives the server that is given its routes.  Threads: handlers run on the
 * server's pools; the service is immutable but for what guards itself.
 */
#ifndef TWINREADER_ROUTES_H
#define TWINREADER_ROUTES_H

#include "base/buf.h"
#include "base/metrics.h"
#include "http/router.h"
#include "twinreader/config.h"
#include "twinreader/engine.h"
#include "twinreader/store.h"

#define ROUTES_COUNT 9
#define ROUTES_PAGE_LIMIT 100                 /* most documents in one list */
#define ROUTES_PAGE_MAX 100000                /* highest number of a page in an address */
#define ROUTES_EDIT_MEMORY ((size_t)64 << 20) /* to change the corrections of a document */
#define ROUTES_FILE_LIMIT 1000 /* most files in one upload, whatever limits.max_pages says */

struct service {
    const struct config *config;
    struct engine *engine;
    struct store *store;
    struct metrics *metrics;
    struct route routes[ROUTES_COUNT]; /* the table with this configuration's limits */
    const char *openapi;               /* JSON text */
};

/* Returns how many files one upload may have: each is a page at least. */
int routes_max_files(const struct config *c);

/* Fills in the routes. */
void routes_init(struct service *s);

/* Appends the OpenAPI document with this program's version and the configuration's limits. */
int routes_openapi(const struct config *c, struct buf *out, struct err *e) MUST_CHECK;

/* Handlers, one file each. */
route_fn routes_read_document;  /* routes_read.c */
route_fn routes_list_documents; /* routes_documents.c */
route_fn routes_get_document;
route_fn routes_delete_document;
route_fn routes_get_image;
route_fn routes_get_info;         /* routes_info.c */
route_fn routes_list_corrections; /* routes_corrections.c */
route_fn routes_put_correction;
route_fn routes_delete_correction;

/* Loads a stored reading as it was read.  ERR_NOT_FOUND; ERR_INTERNAL: it is damaged. */
int routes_load_reading(const struct service *s, const char *id, struct reading **ret,
                        struct err *e) MUST_CHECK;

/* Tells whether a document has corrections; one that is not there has none. */
int routes_has_corrections(const struct service *s, const char *id, bool *ret,
                           struct err *e) MUST_CHECK;

/* Puts the stored corrections into the document's reading, if there are any. */
int routes_apply_corrections(const struct service *s, const char *id, struct reading *r,
                             struct err *e) MUST_CHECK;

/* Parses ?format= and ?fields=; ERR_USAGE. */
struct output_format;
struct request;
int routes_output_query(const struct request *rq, const struct output_format **ret_format,
                        bool *ret_fields, struct err *e) MUST_CHECK;

/* Parses ?mask=; ERR_USAGE. */
int routes_mask_query(const struct request *rq, bool *ret, struct err *e) MUST_CHECK;
/* Masks the reading (mask.h); its pages as they were read come back through `ret_plain`. ERR_NOMEM.
 */
int routes_mask_copy(struct reading *r, struct page **ret_plain, struct err *e) MUST_CHECK;
/* Replaces a page's JPEG by one with its personal numbers painted over; `page` is as it was read.
 * Errors of decoding and encoding. */
int routes_mask_picture(const struct service *s, const struct page *page, struct buf *jpeg,
                        struct err *e) MUST_CHECK;

/* Writes a page's file name, "page-7.jpg". */
#define ROUTES_PAGE_NAME 32
void routes_page_name(char name[ROUTES_PAGE_NAME], size_t number);

#endif
