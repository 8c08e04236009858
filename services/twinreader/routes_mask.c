/* ?mask=true: documents and pictures without what identifies a person.  What is stored keeps it. */
#include "twinreader/routes.h"

#include "http/request.h"
#include "image/document.h"
#include "twinreader/mask.h"

#include <string.h>

enum { JPEG_QUALITY = 85 };
static const size_t scratch_memory = (size_t)64 << 20;

int routes_mask_query(const struct request *rq, bool *ret, struct err *e)
{
    return request_query_bool(rq, "mask", false, ret, e);
}

int routes_mask_copy(struct reading *r, struct page **ret_plain, struct err *e)
{
    struct page *plain = r->pages, *copy = NULL;
    if (r->page_count > 0) {
        copy = arena_array(r->arena, r->page_count, sizeof *copy);
        if (!copy)
            return err_set(e, ERR_NOMEM, "out of memory for the document");
        memcpy(copy, plain, r->page_count * sizeof *copy);
    }
    r->pages = copy;
    int rc = mask_reading(r, e);
    if (rc)
        r->pages = plain;
    else
        *ret_plain = plain;
    return rc;
}

int routes_mask_picture(const struct service *s, const struct page *page, struct buf *jpeg,
                        struct err *e)
{
    const struct engine_options eo = config_engine_options(s->config);
    struct document *d = NULL;
    struct document_page dp = {0};
    struct arena *a = arena_create(scratch_memory);
    struct buf masked;
    buf_init(&masked, 0);
    int rc = a ? document_open_memory(jpeg->data ? jpeg->data : "", jpeg->len, &eo.limits, &d, e)
               : err_set(e, ERR_NOMEM, "out of memory for the picture");
    if (!rc)
        rc = document_read_page(d, 0, a, &dp, e);
    if (!rc)
        rc = mask_encode(a, page, dp.picture, JPEG_QUALITY, &masked, e);
    if (!rc) {
        buf_clear(jpeg);
        buf_append(jpeg, masked.data, masked.len);
        if (buf_status(jpeg))
            rc = err_set(e, ERR_NOMEM, "out of memory for the picture");
    }
    image_destroy(dp.picture);
    document_close(d);
    buf_finish(&masked);
    arena_destroy(a);
    return rc;
}
