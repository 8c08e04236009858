#include "twinreader/routes.h"

#include "base/clock.h"
#include "base/jsonr.h"
#include "base/text.h"
#include "http/request.h"
#include "http/response.h"
#include "twinreader/corrections.h"
#include "twinreader/form.h"
#include "twinreader/output.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Corrections of a document: one resource for each word or field that a person corrected, with an
 * ETag of its own, so that two people who correct different things never hinder each other, and of
 * two who correct the same the second learns of the first (If-Match, If-None-Match: 412).
 */

enum { REVISION_DIGITS = 16, ETAG_SIZE = REVISION_DIGITS + 3 };

/* What a request wants of one target. */
struct edit {
    struct request *rq;
    struct arena *arena;
    const struct reading *reading; /* PUT only */
    struct corrections_place at;
    const char *target;
    int page;
    const char *value, *by;
    bool met;     /* what If-Match and If-None-Match demand */
    bool created; /* it was not there before */
    struct correction done;
};

static void format_etag(int64_t revision, char etag[ETAG_SIZE])
{
    snprintf(etag, ETAG_SIZE, "\"%lld\"", (long long)revision);
}

/* "*" or a list of quoted tags; a weak one never matches, as RFC 9110, 13.1.1 wants, and neither
 * does what is no tag.  `etag` is NULL when there is nothing to match. */
static bool tags_match(const char *p, const char *etag)
{
    if (strcmp(p, "*") == 0)
        return etag != NULL;
    for (;;) {
        p += strspn(p, " \t,");
        bool weak = strncmp(p, "W/", 2) == 0;
        p += weak ? 2 : 0;
        const char *end = *p == '"' ? strchr(p + 1, '"') : NULL;
        if (!end)
            return false;
        size_t len = (size_t)(end + 1 - p);
        if (!weak && etag && len == strlen(etag) && memcmp(p, etag, len) == 0)
            return true;
        p = end + 1;
    }
}

/* Refuses a condition that has no meaning here, before anything is looked at. */
static int check_conditions(const struct request *rq, struct err *e)
{
    const char *none = request_header(rq, "If-None-Match");
    return none && strcmp(none, "*") != 0
               ? err_set(e, ERR_USAGE, "If-None-Match can only be \"*\" here")
               : 0;
}

static bool conditions_met(const struct request *rq, const struct correction *now)
{
    const char *match = request_header(rq, "If-Match");
    char etag[ETAG_SIZE];
    if (now)
        format_etag(now->revision, etag);
    if (match && !tags_match(match, now ? etag : NULL))
        return false;
    return !(now && request_header(rq, "If-None-Match"));
}

static int bad_body(struct err *e, const char *what)
{
    return err_set(e, ERR_USAGE, "the body must be {\"value\": \"...\", \"by\": \"...\"}: %s",
                   what);
}

static int known_key(void *user, const char *key, const struct jsonr_value *value)
{
    (void)user, (void)value;
    return strcmp(key, "value") != 0 && strcmp(key, "by") != 0;
}

static int copy_text(struct edit *d, const struct jsonr_value *v, size_t max, const char *name,
                     const char **ret, struct err *e)
{
    const char *s = jsonr_as_string(v, NULL);
    if (!s || !corrections_text_valid(s, max))
        return err_set(e, ERR_USAGE,
                       "%s must be a text of 1 to %zu characters without control characters or "
                       "spaces around it",
                       name, max);
    *ret = arena_strdup(d->arena, s);
    return *ret ? 0 : err_set(e, ERR_NOMEM, "out of memory for the correction");
}

static int parse_body(struct edit *d, struct err *e)
{
    struct jsonr_doc *doc;
    size_t len;
    const char *text = request_body(d->rq, &len);
    if (jsonr_parse(text, len, &doc, e))
        return e->code == ERR_NOMEM ? e->code : bad_body(e, "it is not JSON");
    const struct jsonr_value *root = jsonr_root(doc), *by = jsonr_get(root, "by");
    int rc = 0;
    if (jsonr_kind(root) != JSONR_OBJECT)
        rc = bad_body(e, "it is no object");
    else if (jsonr_each(root, known_key, NULL))
        rc = bad_body(e, "it has another key");
    if (!rc)
        rc = copy_text(d, jsonr_get(root, "value"), CORRECTIONS_VALUE_MAX, "value", &d->value, e);
    if (!rc && jsonr_kind(by) != JSONR_MISSING && jsonr_kind(by) != JSONR_NULL)
        rc = copy_text(d, by, CORRECTIONS_BY_MAX, "by", &d->by, e);
    jsonr_doc_destroy(doc);
    return rc;
}

static int parse_target(struct edit *d, struct corrections_target *ret, struct err *e)
{
    static const char *const known[] = {NULL};
    int64_t page;
    int rc = request_query_only(d->rq, known, e);
    if (rc)
        return rc;
    d->target = request_param(d->rq, "target");
    if (!text_to_int(request_param(d->rq, "n"), &page) || page < 1 || page > ROUTES_PAGE_MAX ||
        !corrections_target_parse(d->target, ret))
        return err_set(e, ERR_NOT_FOUND, "there is no such word or field");
    d->page = (int)page;
    return check_conditions(d->rq, e);
}

int routes_load_reading(const struct service *s, const char *id, struct reading **ret,
                        struct err *e)
{
    struct buf text;
    buf_init(&text, 0);
    int rc = store_read(s->store, id, "reading.json", &text, e);
    if (!rc && (rc = reading_from_json(text.data ? text.data : "", text.len, ret, e))) {
        err_wrap(e, "a stored result is damaged");
        if (rc == ERR_FORMAT || rc == ERR_LIMIT)
            rc = e->code = ERR_INTERNAL;
    }
    buf_finish(&text);
    return rc;
}

static int load_set(struct arena *a, const struct buf *text, struct corrections *ret, struct err *e)
{
    int rc = corrections_from_json(a, text->data ? text->data : "", text->len, ret, e);
    if (rc)
        err_wrap(e, "stored corrections are damaged");
    return rc == ERR_FORMAT || rc == ERR_LIMIT ? (e->code = ERR_INTERNAL) : rc;
}

/* Loads what is stored; there may be nothing. */
static int load_stored(const struct service *s, const char *id, struct arena *a,
                       struct corrections *ret, struct err *e)
{
    struct buf text;
    buf_init(&text, 0);
    int rc = store_read(s->store, id, CORRECTIONS_FILE, &text, e);
    if (!rc || rc == ERR_NOT_FOUND)
        rc = load_set(a, &text, ret, e);
    buf_finish(&text);
    return rc;
}

int routes_has_corrections(const struct service *s, const char *id, bool *ret, struct err *e)
{
    struct corrections set;
    struct arena *a = arena_create(ROUTES_EDIT_MEMORY);
    int rc = a ? load_stored(s, id, a, &set, e) : err_set(e, ERR_NOMEM, "out of memory");
    if (!rc)
        *ret = set.count > 0;
    arena_destroy(a);
    return rc;
}

static bool on_page(const struct corrections *set, int number)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].page == number)
            return true;
    return false;
}

int routes_apply_corrections(const struct service *s, const char *id, struct reading *r,
                             struct err *e)
{
    struct corrections set;
    const struct forms *forms = engine_forms(s->engine);
    int rc = load_stored(s, id, r->arena, &set, e);
    if (!rc)
        rc = corrections_apply(&set, r, e);
    for (size_t i = 0; !rc && forms && i < r->page_count; i++)
        if (on_page(&set, r->pages[i].number))
            rc = forms_recheck(forms, r->arena, &r->pages[i], e);
    return rc;
}

/* A store_change_fn. */
static int put(void *user, const struct buf *before, struct buf *after, struct err *e)
{
    struct edit *d = user;
    struct corrections set;
    char at[32];
    int rc = load_set(d->arena, before, &set, e);
    if (rc)
        return rc;
    struct correction *c = corrections_get(&set, d->page, d->target);
    d->met = conditions_met(d->rq, c);
    if (!d->met)
        return err_set(e, ERR_DENIED, "it was changed meanwhile");
    d->created = !c;
    if (!c && set.count == CORRECTIONS_MAX)
        return err_set(e, ERR_LIMIT, "a document has at most %d corrections", CORRECTIONS_MAX);
    if (!c)
        c = &set.items[set.count++];
    const char *key = request_key_name(d->rq);
    const char *now = arena_strdup(d->arena, clock_format_utc(clock_wall_ms(), at, sizeof at));
    *c = (struct correction){.page = d->page,
                             .target = d->target,
                             .value = d->value,
                             .key = *key ? key : "anonymous",
                             .by = d->by,
                             .at = now,
                             .revision = ++set.revision};
    rc = now ? corrections_fill(d->reading, &d->at, d->arena, c, e)
             : err_set(e, ERR_NOMEM, "out of memory for the correction");
    if (!rc)
        corrections_to_json(&set, after);
    d->done = *c;
    return rc;
}

static int drop(void *user, const struct buf *before, struct buf *after, struct err *e)
{
    struct edit *d = user;
    struct corrections set;
    int rc = load_set(d->arena, before, &set, e);
    if (rc)
        return rc;
    struct correction *c = corrections_get(&set, d->page, d->target);
    if (!c)
        return err_set(e, ERR_NOT_FOUND, "there is no such correction");
    d->met = conditions_met(d->rq, c);
    if (!d->met)
        return err_set(e, ERR_DENIED, "it was changed meanwhile");
    memmove(c, c + 1, (size_t)(set.items + set.count - (c + 1)) * sizeof *c);
    set.count--;
    set.revision++;
    corrections_to_json(&set, after);
    return 0;
}

/* Edits and turns a condition that was not met into its answer. */
static int edit(struct edit *d, store_change_fn *change, struct response *rs, struct err *e)
{
    const struct service *s = request_user(d->rq);
    d->met = true;
    int rc = store_edit(s->store, request_param(d->rq, "id"), CORRECTIONS_FILE, change, d, e);
    if (!d->met) {
        response_problem(rs, 412, "changed_meanwhile",
                         "Somebody else changed this meanwhile: look at it as it is now.");
        return 0;
    }
    return rc;
}

static void answer_put(struct edit *d, struct response *rs)
{
    char etag[ETAG_SIZE];
    struct buf out;
    buf_init(&out, 0);
    corrections_one_to_json(&d->done, &out);
    format_etag(d->done.revision, etag);
    response_status(rs, d->created ? 201 : 200);
    response_body(rs, "application/json", &out);
    response_header(rs, "ETag", etag);
}

int routes_put_correction(struct request *rq, struct response *rs, struct err *e)
{
    struct corrections_target target;
    struct reading *r = NULL;
    struct edit d = {.rq = rq, .arena = arena_create(ROUTES_EDIT_MEMORY)};
    int rc = d.arena ? parse_target(&d, &target, e) : err_set(e, ERR_NOMEM, "out of memory");
    if (!rc)
        rc = parse_body(&d, e);
    if (!rc)
        rc = routes_load_reading(request_user(rq), request_param(rq, "id"), &r, e);
    if (!rc && !corrections_find(r, d.page, &target, &d.at))
        rc = err_set(e, ERR_NOT_FOUND, "there is no such word or field");
    d.reading = r;
    if (!rc)
        rc = edit(&d, put, rs, e);
    if (!rc && d.met)
        answer_put(&d, rs);
    reading_destroy(r);
    arena_destroy(d.arena);
    return rc;
}

int routes_delete_correction(struct request *rq, struct response *rs, struct err *e)
{
    struct corrections_target target;
    struct edit d = {.rq = rq, .arena = arena_create(ROUTES_EDIT_MEMORY)};
    int rc = d.arena ? parse_target(&d, &target, e) : err_set(e, ERR_NOMEM, "out of memory");
    if (!rc)
        rc = edit(&d, drop, rs, e);
    if (!rc && d.met)
        response_status(rs, 204);
    arena_destroy(d.arena);
    return rc;
}

int routes_list_corrections(struct request *rq, struct response *rs, struct err *e)
{
    static const char *const known[] = {NULL};
    static const struct corrections none = {0};
    const struct service *s = request_user(rq);
    const char *id = request_param(rq, "id");
    struct buf out;
    int64_t size;
    int fd;
    int rc = request_query_only(rq, known, e);
    if (!rc)
        rc = store_file(s->store, id, CORRECTIONS_FILE, &fd, &size, e);
    if (!rc) {
        response_file(rs, "application/json", fd, size);
        return 0;
    }
    if (rc != ERR_NOT_FOUND)
        return rc;
    /* Nothing corrected yet, or no such document? */
    rc = store_file(s->store, id, "meta.json", &fd, &size, e);
    if (rc)
        return rc;
    close(fd);
    buf_init(&out, 0);
    corrections_to_json(&none, &out);
    response_body(rs, "application/json", &out);
    return 0;
}
