#include "twinreader/routes.h"

#include "base/jsonw.h"
#include "http/request.h"
#include "http/response.h"
#include "twinreader/openapi.h"
#include "twinreader/output.h"

#include <stdio.h>
#include <string.h>

static void number(struct jsonw *w, const char *key, int64_t value)
{
    jsonw_key(w, key);
    jsonw_int(w, value);
}

static void text(struct jsonw *w, const char *key, const char *value)
{
    jsonw_key(w, key);
    jsonw_string(w, value);
}

int routes_get_info(struct request *rq, struct response *rs, struct err *e)
{
    static const char *const known[] = {NULL};
    const struct service *s = request_user(rq);
    const struct config *c = s->config;
    struct jsonw w;
    struct buf out;
    int rc = request_query_only(rq, known, e);
    if (rc)
        return rc;
    buf_init(&out, 0);
    jsonw_init(&w, &out);
    jsonw_begin_object(&w);
    text(&w, "name", "twinreader");
    text(&w, "version", TWINREADER_VERSION);
    text(&w, "engine", engine_description(s->engine));
    jsonw_key(&w, "models");
    jsonw_begin_object(&w);
    text(&w, "detector", c->models.detector);
    text(&w, "recogniser", c->models.recogniser);
    text(&w, "angle", *c->models.angle ? c->models.angle : NULL);
    jsonw_end_object(&w);
    jsonw_key(&w, "formats");
    jsonw_begin_array(&w);
    for (const struct output_format *f = output_formats; f->name; f++) {
        jsonw_begin_object(&w);
        text(&w, "name", f->name);
        text(&w, "extension", f->extension);
        text(&w, "type", f->mime);
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    jsonw_key(&w, "limits");
    jsonw_begin_object(&w);
    number(&w, "body_bytes", c->server.max_body);
    number(&w, "pages", c->limits.max_pages);
    number(&w, "page_pixels", c->limits.max_pixels);
    number(&w, "workers", config_workers(c));
    number(&w, "queue", c->server.queue);
    number(&w, "documents", c->store.max_documents);
    number(&w, "keep_seconds", c->store.keep / 1000);
    jsonw_end_object(&w);
    number(&w, "documents", (int64_t)store_count(s->store));
    jsonw_end_object(&w);
    response_body(rs, "application/json", &out);
    return 0;
}

int routes_openapi(const struct config *c, struct buf *out, struct err *e)
{
    char max_body[32], max_files[16];
    snprintf(max_files, sizeof max_files, "%d", routes_max_files(c));
    snprintf(max_body, sizeof max_body, "%lld", (long long)c->server.max_body);
    const struct {
        const char *mark, *value;
    } marks[] = {{"@VERSION@", TWINREADER_VERSION},
                 {"@MAX_BODY@", max_body},
                 {"\"@MAX_FILES@\"", max_files}};
    const char *p = openapi_text;
    for (const char *at; (at = strpbrk(p, "@\""));) {
        buf_append(out, p, (size_t)(at - p));
        p = at;
        for (size_t i = 0; p == at && i < sizeof marks / sizeof *marks; i++)
            if (strncmp(at, marks[i].mark, strlen(marks[i].mark)) == 0) {
                buf_puts(out, marks[i].value);
                p = at + strlen(marks[i].mark);
            }
        if (p == at)
            buf_putc(out, *p++);
    }
    buf_puts(out, p);
    return buf_status(out) ? err_set(e, buf_status(out), "out of memory") : 0;
}
