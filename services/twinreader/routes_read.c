#include "twinreader/routes.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "http/request.h"
#include "http/response.h"
#include "image/encode.h"
#include "twinreader/output.h"

#include <stdio.h>
#include <string.h>

/* POST /v1/documents: everything the client will be told is on disk before it is told.  The draft
 * also serves a client that does not want its document kept but asked for a format with pictures.
 */

enum { JPEG_QUALITY = 85, MAX_NAME = 200 };

struct upload {
    struct service *service;
    struct request *rq;
    const struct output_format *format;
    bool fields, store, mask;
    const struct page *plain; /* the pages as they were read, once they are masked */
    struct engine_source *sources;
    size_t source_count;
    struct store_draft *draft; /* NULL when nothing needs to be written */
    struct buf scratch;
    struct err draft_error;
};

/* Counts code points of valid UTF-8. */
static size_t characters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static int take_parts(struct upload *u, struct err *e)
{
    struct multipart_part *parts;
    size_t count;
    int most = routes_max_files(u->service->config);
    int rc = request_parts(u->rq, (size_t)most, &parts, &count, e);
    if (rc == ERR_LIMIT)
        return err_set(e, ERR_USAGE, "at most %d files make one document", most);
    if (rc)
        return rc;
    u->sources = arena_array(request_arena(u->rq), count + 1, sizeof *u->sources);
    if (!u->sources)
        return err_set(e, ERR_NOMEM, "out of memory for the upload");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(parts[i].name, "file") != 0)
            return err_set(e, ERR_USAGE, "the parts must be called \"file\", not \"%.64s\"",
                           parts[i].name);
        const char *name = parts[i].filename;
        if (name && characters(name) > MAX_NAME)
            return err_set(e, ERR_USAGE, "filename must have at most %d characters", MAX_NAME);
        u->sources[u->source_count++] = (struct engine_source){
            .name = name && *name ? name : "document",
            .bytes = parts[i].bytes,
            .len = parts[i].len,
        };
    }
    if (!u->source_count)
        return err_set(e, ERR_USAGE, "the upload has no part called \"file\"");
    return 0;
}

static int take_raw(struct upload *u, struct err *e)
{
    size_t len;
    const void *bytes = request_body(u->rq, &len);
    const char *name = request_query(u->rq, "name");
    if (!len)
        return err_set(e, ERR_USAGE, "the request has no body");
    u->sources = arena_array(request_arena(u->rq), 1, sizeof *u->sources);
    if (!u->sources)
        return err_set(e, ERR_NOMEM, "out of memory for the upload");
    u->sources[u->source_count++] = (struct engine_source){
        .name = name && *name ? name : "document", .bytes = bytes, .len = len};
    return 0;
}

static int parse(struct upload *u, struct err *e)
{
    static const char *const known[] = {"format", "fields", "store", "name", "mask", NULL};
    const char *name = request_query(u->rq, "name");
    int rc = request_query_only(u->rq, known, e);
    if (!rc && name && characters(name) > MAX_NAME)
        rc = err_set(e, ERR_USAGE, "name must have at most %d characters", MAX_NAME);
    if (!rc)
        rc = routes_output_query(u->rq, &u->format, &u->fields, e);
    if (!rc)
        rc = request_query_bool(u->rq, "store", true, &u->store, e);
    if (!rc)
        rc = routes_mask_query(u->rq, &u->mask, e);
    if (!rc)
        rc = request_type_is(u->rq, "multipart/form-data") ? take_parts(u, e) : take_raw(u, e);
    return rc;
}

static int on_page(void *user, const struct reading *r, const struct page *p,
                   const struct image *picture, int page_total)
{
    struct upload *u = user;
    char name[ROUTES_PAGE_NAME];
    (void)r;
    (void)page_total;
    if (request_cancelled(u->rq))
        return 1;
    if (!u->draft || !picture)
        return 0;
    buf_clear(&u->scratch);
    int rc = image_encode_jpeg(picture, JPEG_QUALITY, &u->scratch, &u->draft_error);
    routes_page_name(name, (size_t)p->number);
    if (!rc)
        rc = store_draft_write(u->draft, name, u->scratch.data, u->scratch.len, &u->draft_error);
    return rc;
}

static int draft_picture(void *user, size_t index, struct buf *jpeg, int *ret_width,
                         int *ret_height, struct err *e)
{
    struct upload *u = user;
    char name[ROUTES_PAGE_NAME];
    routes_page_name(name, index + 1);
    *ret_width = *ret_height = 0;
    int rc = store_draft_read(u->draft, name, jpeg, e);
    return rc || !u->plain ? rc : routes_mask_picture(u->service, &u->plain[index], jpeg, e);
}

static void count_page(struct metrics *m, const struct page *p)
{
    static const double bounds[] = {0.1, 0.25, 0.5, 1, 2, 4, 8, 16};
    char labels[64];
    metric_add(metrics_counter(m, "twinreader_pages_total",
                               p->error ? "result=\"failed\"" : "result=\"read\"", "Pages"),
               1);
    if (p->error)
        return;
    metric_observe(metrics_histogram(m, "twinreader_page_seconds", NULL, "Time to read a page",
                                     bounds, sizeof bounds / sizeof *bounds),
                   (double)p->timings.total_ns / 1e9);
    for (int s = 0; s < STAGE_COUNT; s++) {
        snprintf(labels, sizeof labels, "stage=\"%s\"", stage_name((enum stage)s));
        metric_add(metrics_counter(m, "twinreader_stage_seconds_total", labels,
                                   "Time spent in each stage"),
                   (double)p->timings.ns[s] / 1e9);
    }
}

/* A document of which no page could be read was not read.  Returns whether that is so. */
static bool none_read(const struct reading *r)
{
    for (size_t i = 0; i < r->page_count; i++)
        if (!r->pages[i].error)
            return false;
    return r->page_count > 0;
}

static void refuse_document(struct response *rs, const char *code, const char *why)
{
    response_problem(rs, 422, code, "The document cannot be read: %s.", why);
}

static int write_meta(const struct reading *r, struct buf *out)
{
    struct jsonw w;
    size_t words = 0;
    char time[32];
    for (size_t i = 0; i < r->page_count; i++)
        for (size_t k = 0; k < r->pages[i].line_count; k++)
            words += r->pages[i].lines[k].word_count;
    buf_clear(out);
    jsonw_init(&w, out);
    jsonw_begin_object(&w);
    jsonw_key(&w, "id");
    jsonw_string(&w, r->id);
    jsonw_key(&w, "name");
    jsonw_string(&w, r->name);
    jsonw_key(&w, "format");
    jsonw_string(&w, r->format);
    jsonw_key(&w, "read_at");
    jsonw_string(&w, clock_format_utc(r->read_at_ms, time, sizeof time));
    jsonw_key(&w, "pages");
    jsonw_int(&w, (int64_t)r->page_count);
    jsonw_key(&w, "words");
    jsonw_int(&w, (int64_t)words);
    jsonw_key(&w, "form");
    jsonw_string(&w, r->page_count && r->pages[0].form ? r->pages[0].form : "unknown");
    jsonw_end_object(&w);
    return buf_status(out);
}

/* Writes the reading and moves the draft to its place.  The draft is gone afterwards. */
static int keep(struct upload *u, const struct reading *r, struct err *e)
{
    const struct output_options all = {.fields = true, .timings = true};
    struct store_draft *d = u->draft;
    u->draft = NULL;
    buf_clear(&u->scratch);
    int rc = output_format_find("json")->write(r, &all, &u->scratch, e);
    if (!rc)
        rc = store_draft_write(d, "reading.json", u->scratch.data, u->scratch.len, e);
    if (!rc && (rc = write_meta(r, &u->scratch)))
        err_set(e, rc, "out of memory for the result");
    if (!rc)
        rc = store_draft_write(d, "meta.json", u->scratch.data, u->scratch.len, e);
    if (rc)
        store_draft_drop(d);
    else
        rc = store_draft_commit(d, e);
    return rc;
}

/* Answers when the disk is full; other failures go to the server. */
static int disk_error(struct response *rs, int rc, const struct err *from, struct err *e)
{
    *e = *from;
    if (rc != ERR_NO_SPACE)
        return rc;
    response_problem(rs, 507, err_name(rc), "There is no room to keep the result.");
    return 0;
}

static int answer(struct upload *u, struct reading *r, struct response *rs, struct err *e)
{
    struct err disk = ERR_INIT;
    struct buf out;
    char id[HASH_ULID], location[64];
    if (u->store) {
        memcpy(id, store_draft_id(u->draft), sizeof id);
        r->id = id;
    }
    const struct output_options o = {
        .fields = u->fields, .timings = true, .picture = draft_picture, .user = u};
    struct page *plain = r->pages;
    buf_init(&out, 0);
    int rc = u->mask ? routes_mask_copy(r, &plain, e) : 0;
    u->plain = u->mask ? plain : NULL;
    if (!rc)
        rc = u->format->write(r, &o, &out, e);
    r->pages = plain; /* what is stored is not masked */
    if (!rc && u->store && (rc = keep(u, r, &disk))) {
        rc = disk_error(rs, rc, &disk, e);
        goto out;
    }
    if (rc)
        goto out;
    response_status(rs, u->store ? 201 : 200);
    response_body(rs, u->format->mime, &out);
    if (u->store) {
        snprintf(location, sizeof location, "/v1/documents/%s", id);
        response_header(rs, "Location", location);
    }
out:
    r->id = NULL;
    buf_finish(&out);
    return rc;
}

static int read_upload(struct upload *u, struct response *rs, struct err *e)
{
    struct reading *r = NULL;
    int rc = 0;
    if (u->store || u->format->needs_picture) {
        struct err disk = ERR_INIT;
        rc = store_begin(u->service->store, &u->draft, &disk);
        if (rc)
            return disk_error(rs, rc, &disk, e);
    }
    rc = engine_read(u->service->engine, u->sources, u->source_count, on_page, u, &r, e);
    if (rc && u->draft_error.code)
        return disk_error(rs, u->draft_error.code, &u->draft_error, e);
    if (rc == ERR_NO_SPACE) {
        response_problem(rs, 507, err_name(rc), "There is no room to read the document.");
        return 0;
    }
    if (rc == ERR_FORMAT || rc == ERR_UNSUPPORTED || rc == ERR_LIMIT || rc == ERR_ENCRYPTED ||
        rc == ERR_TIMEOUT) {
        char why[sizeof e->message + sizeof e->cause];
        refuse_document(rs, err_name(rc), err_text(e, why, sizeof why));
        return 0;
    }
    if (rc)
        return rc;
    for (size_t i = 0; i < r->page_count; i++)
        count_page(u->service->metrics, &r->pages[i]);
    if (none_read(r))
        refuse_document(rs, r->pages[0].error_code ? r->pages[0].error_code : "bad_format",
                        r->pages[0].error);
    else
        rc = answer(u, r, rs, e);
    reading_destroy(r);
    return rc;
}

int routes_read_document(struct request *rq, struct response *rs, struct err *e)
{
    struct upload u = {.service = request_user(rq), .rq = rq};
    buf_init(&u.scratch, 0);
    int rc = parse(&u, e);
    if (!rc)
        rc = read_upload(&u, rs, e);
    store_draft_drop(u.draft);
    buf_finish(&u.scratch);
    return rc;
}
