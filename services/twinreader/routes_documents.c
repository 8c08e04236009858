#include "twinreader/routes.h"

#include "base/jsonr.h"
#include "base/text.h"
#include "http/request.h"
#include "http/response.h"
#include "twinreader/output.h"

#include <string.h>

/* Appends what the list says of a document.  False when it was removed meanwhile, or when the disk
 * gave back something else than was stored. */
static bool append_meta(const struct service *s, const char *id, struct buf *out)
{
    size_t before = out->len;
    struct jsonr_doc *doc = NULL;
    if (store_read(s->store, id, "meta.json", out, NULL))
        return false;
    bool sound = !jsonr_parse(out->data + before, out->len - before, &doc, NULL) &&
                 jsonr_kind(jsonr_root(doc)) == JSONR_OBJECT;
    jsonr_doc_destroy(doc);
    return sound;
}

int routes_list_documents(struct request *rq, struct response *rs, struct err *e)
{
    static const char *const known[] = {"limit", "after", NULL};
    const struct service *s = request_user(rq);
    char ids[ROUTES_PAGE_LIMIT][HASH_ULID];
    const char *after = request_query(rq, "after");
    int64_t limit;
    bool more;
    struct buf out;
    int rc = request_query_only(rq, known, e);
    if (!rc)
        rc = request_query_int(rq, "limit", 1, ROUTES_PAGE_LIMIT, 20, &limit, e);
    if (!rc && after && !store_id_valid(after))
        rc = err_set(e, ERR_USAGE, "after must be the id of a document, is \"%.64s\"", after);
    if (rc)
        return rc;
    size_t count = store_list(s->store, after, (size_t)limit, ids, &more);
    buf_init(&out, 0);
    buf_puts(&out, "{\"documents\":[");
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        size_t start = out.len;
        if (!first)
            buf_putc(&out, ',');
        if (append_meta(s, ids[i], &out))
            first = false;
        else
            out.len = start;
    }
    buf_puts(&out, "],\"next\":");
    if (more)
        buf_printf(&out, "\"%s\"", ids[count - 1]);
    else
        buf_puts(&out, "null");
    buf_putc(&out, '}');
    response_body(rs, "application/json", &out);
    return 0;
}

struct stored {
    const struct service *service;
    const char *id;
    const struct page *plain; /* the pages as they were read, to mask their pictures; or NULL */
};

static int stored_picture(void *user, size_t index, struct buf *jpeg, int *ret_width,
                          int *ret_height, struct err *e)
{
    const struct stored *d = user;
    char name[ROUTES_PAGE_NAME];
    routes_page_name(name, index + 1);
    *ret_width = *ret_height = 0;
    int rc = store_read(d->service->store, d->id, name, jpeg, e);
    return rc || !d->plain ? rc : routes_mask_picture(d->service, &d->plain[index], jpeg, e);
}

static int answer_file(const struct service *s, const char *id, const char *mime,
                       struct response *rs, struct err *e)
{
    int64_t size;
    int fd;
    int rc = store_file(s->store, id, "reading.json", &fd, &size, e);
    if (!rc)
        response_file(rs, mime, fd, size);
    return rc;
}

int routes_get_document(struct request *rq, struct response *rs, struct err *e)
{
    static const char *const known[] = {"format", "fields", "mask", NULL};
    const struct service *s = request_user(rq);
    struct stored d = {.service = s, .id = request_param(rq, "id")};
    struct page *plain = NULL;
    const struct output_format *format;
    struct reading *r = NULL;
    struct buf out;
    bool fields, corrected, mask;
    int rc = request_query_only(rq, known, e);
    if (!rc)
        rc = routes_output_query(rq, &format, &fields, e);
    if (!rc)
        rc = routes_mask_query(rq, &mask, e);
    if (rc)
        return rc;
    /* As it was read it is there as it is sent. */
    if (fields && !mask && strcmp(format->name, "json") == 0) {
        rc = routes_has_corrections(s, d.id, &corrected, e);
        if (rc || !corrected)
            return rc ? rc : answer_file(s, d.id, format->mime, rs, e);
    }
    const struct output_options o = {
        .fields = fields, .timings = true, .picture = stored_picture, .user = &d};
    buf_init(&out, 0);
    rc = routes_load_reading(s, d.id, &r, e);
    if (!rc)
        rc = routes_apply_corrections(s, d.id, r, e);
    if (!rc && mask)
        rc = routes_mask_copy(r, &plain, e);
    d.plain = plain;
    if (!rc)
        rc = format->write(r, &o, &out, e);
    if (!rc)
        response_body(rs, format->mime, &out);
    reading_destroy(r);
    buf_finish(&out);
    return rc;
}

int routes_delete_document(struct request *rq, struct response *rs, struct err *e)
{
    static const char *const known[] = {NULL};
    const struct service *s = request_user(rq);
    int rc = request_query_only(rq, known, e);
    if (!rc)
        rc = store_remove(s->store, request_param(rq, "id"), e);
    if (!rc)
        response_status(rs, 204);
    return rc;
}

/* A page's picture with its personal numbers painted over. */
static int masked_image(const struct service *s, const char *id, size_t number, struct response *rs,
                        struct err *e)
{
    struct reading *r = NULL;
    struct buf jpeg;
    char name[ROUTES_PAGE_NAME];
    routes_page_name(name, number);
    buf_init(&jpeg, 0);
    int rc = store_read(s->store, id, name, &jpeg, e);
    if (!rc)
        rc = routes_load_reading(s, id, &r, e);
    if (!rc)
        rc = routes_apply_corrections(s, id, r, e);
    if (!rc && number > r->page_count)
        rc = err_set(e, ERR_NOT_FOUND, "there is no such document or page");
    if (!rc)
        rc = routes_mask_picture(s, &r->pages[number - 1], &jpeg, e);
    if (!rc)
        response_body(rs, "image/jpeg", &jpeg);
    reading_destroy(r);
    buf_finish(&jpeg);
    return rc;
}

int routes_get_image(struct request *rq, struct response *rs, struct err *e)
{
    static const char *const known[] = {"mask", NULL};
    const struct service *s = request_user(rq);
    char name[ROUTES_PAGE_NAME];
    int64_t number, size;
    int fd;
    bool mask;
    int rc = request_query_only(rq, known, e);
    if (!rc)
        rc = routes_mask_query(rq, &mask, e);
    if (!rc &&
        (!text_to_int(request_param(rq, "n"), &number) || number < 1 || number > ROUTES_PAGE_MAX))
        rc = err_set(e, ERR_NOT_FOUND, "there is no such document or page");
    if (rc)
        return rc;
    if (mask)
        return masked_image(s, request_param(rq, "id"), (size_t)number, rs, e);
    routes_page_name(name, (size_t)number);
    rc = store_file(s->store, request_param(rq, "id"), name, &fd, &size, e);
    if (rc)
        return rc;
    response_file(rs, "image/jpeg", fd, size);
    response_header(rs, "Cache-Control", "private, max-age=3600, immutable");
    return 0;
}
