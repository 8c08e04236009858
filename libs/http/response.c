#include "http/exchange.h"

#include "base/jsonw.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void exchange_answer_init(struct response *rs, struct arena *a, const char *request_id)
{
    *rs = (struct response){.arena = a, .request_id = request_id, .status = 200, .fd = -1};
    buf_init(&rs->body, 0);
}

void exchange_answer_finish(struct response *rs)
{
    buf_finish(&rs->body);
    if (rs->fd >= 0)
        close(rs->fd);
    rs->fd = -1;
}

void response_status(struct response *rs, int status)
{
    rs->status = status;
}

void response_header(struct response *rs, const char *name, const char *value)
{
    for (const unsigned char *p = (const unsigned char *)value; *p; p++)
        if (*p < 0x20 || *p == 0x7f)
            return;
    const char *copy = arena_strdup(rs->arena, value);
    if (!copy || rs->header_count == EXCHANGE_MAX_ANSWER_HEADERS)
        rs->failed = true;
    else
        rs->header[rs->header_count++] = (struct exchange_pair){name, copy};
}

void response_body(struct response *rs, const char *type, struct buf *b)
{
    exchange_answer_finish(rs);
    if (buf_status(b))
        rs->failed = true;
    rs->type = type;
    rs->body = *b;
    buf_init(b, b->limit);
}

void response_file(struct response *rs, const char *type, int fd, int64_t size)
{
    exchange_answer_finish(rs);
    rs->type = type;
    rs->fd = fd;
    rs->fd_size = size;
}

static void problem(struct response *rs, int status, const char *code, const char *detail)
{
    struct buf body;
    struct jsonw w;
    char type[96];
    buf_init(&body, 16384);
    snprintf(type, sizeof type, "urn:dure:problem:%s", code);
    jsonw_init(&w, &body);
    jsonw_begin_object(&w);
    jsonw_key(&w, "type");
    jsonw_string(&w, type);
    jsonw_key(&w, "title");
    jsonw_string(&w, response_reason(status));
    jsonw_key(&w, "status");
    jsonw_int(&w, status);
    jsonw_key(&w, "code");
    jsonw_string(&w, code);
    jsonw_key(&w, "detail");
    jsonw_string(&w, detail);
    jsonw_key(&w, "request_id");
    jsonw_string(&w, rs->request_id);
    jsonw_end_object(&w);
    rs->status = status;
    response_body(rs, "application/problem+json", &body);
}

void response_problem(struct response *rs, int status, const char *code, const char *fmt, ...)
{
    char detail[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    problem(rs, status, code, detail);
}

/* 500 for what a client did not cause. */
static int status_of(int code)
{
    switch (code) {
    case ERR_OK:
        return 200;
    case ERR_USAGE:
        return 400;
    case ERR_DENIED:
        return 403;
    case ERR_NOT_FOUND:
        return 404;
    case ERR_LIMIT:
        return 413;
    case ERR_FORMAT:
    case ERR_UNSUPPORTED:
    case ERR_ENCRYPTED:
        return 422;
    case ERR_NOMEM:
    case ERR_BUSY:
    case ERR_CANCELLED:
        return 503;
    case ERR_TIMEOUT:
        return 504;
    case ERR_NO_SPACE:
        return 507;
    default:
        return 500;
    }
}

/* What a client did not cause is none of its business: paths and inner states stay in the log. */
void response_error(struct response *rs, const struct err *e)
{
    char text[sizeof e->message + sizeof e->cause + 4];
    int status = status_of(e->code);
    err_text(e, text, sizeof text);
    problem(rs, status, err_name(e->code),
            status == 500 ? "The server failed; its log says why under this request's id." : text);
    if (status == 503)
        response_header(rs, "Retry-After", "1");
}

const char *response_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } table[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {507, "Insufficient Storage"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].status == status)
            return table[i].reason;
    return "Unknown";
}
