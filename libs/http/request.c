#include "http/exchange.h"
#include "http/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void *request_user(const struct request *rq)
{
    return server_user(rq->server);
}

const char *request_param(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->match.param_count; i++) {
        const struct router_param *p = &rq->match.param[i];
        if (strlen(name) == p->name_len && memcmp(name, p->name, p->name_len) == 0)
            return rq->param[i];
    }
    return NULL;
}

const char *request_query(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->query_count; i++)
        if (strcmp(rq->query[i].name, name) == 0)
            return rq->query[i].value;
    return NULL;
}

int request_query_only(const struct request *rq, const char *const *names, struct err *e)
{
    for (size_t i = 0; i < rq->query_count; i++) {
        const char *const *known = names;
        while (*known && strcmp(*known, rq->query[i].name) != 0)
            known++;
        if (!*known)
            return err_set(e, ERR_USAGE, "there is no parameter \"%.64s\" here", rq->query[i].name);
        if (request_query(rq, rq->query[i].name) != rq->query[i].value)
            return err_set(e, ERR_USAGE, "the parameter \"%.64s\" is there twice",
                           rq->query[i].name);
    }
    return 0;
}

int request_query_int(const struct request *rq, const char *name, int64_t min, int64_t max,
                      int64_t fallback, int64_t *ret, struct err *e)
{
    const char *text = request_query(rq, name);
    int64_t value = fallback;
    if (text) {
        char *end;
        errno = 0;
        value = strtoll(text, &end, 10);
        bool digits = *text && strspn(*text == '-' ? text + 1 : text, "0123456789") > 0;
        if (!digits || *end || errno || value < min || value > max)
            return err_set(e, ERR_USAGE, "%s must be a number from %lld to %lld, is \"%.64s\"",
                           name, (long long)min, (long long)max, text);
    }
    *ret = value;
    return 0;
}

int request_query_bool(const struct request *rq, const char *name, bool fallback, bool *ret,
                       struct err *e)
{
    const char *text = request_query(rq, name);
    if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return err_set(e, ERR_USAGE, "%s must be true or false, is \"%.64s\"", name, text);
    *ret = text ? *text == 't' : fallback;
    return 0;
}

const char *request_header(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->header_count; i++)
        if (strcasecmp(rq->header[i].name, name) == 0)
            return rq->header[i].value;
    return NULL;
}

const void *request_body(const struct request *rq, size_t *ret_len)
{
    *ret_len = rq->len;
    return rq->bytes ? rq->bytes : "";
}

bool request_type_is(const struct request *rq, const char *type)
{
    const char *sent = request_header(rq, "Content-Type");
    const char *const accepts[] = {type, NULL};
    return sent && guard_type_accepted(sent, accepts);
}

int request_parts(struct request *rq, size_t max_parts, struct multipart_part **ret,
                  size_t *ret_count, struct err *e)
{
    char boundary[MULTIPART_BOUNDARY_MAX + 1];
    const char *type = request_header(rq, "Content-Type");
    int rc = multipart_boundary(type ? type : "", boundary, e);
    if (rc)
        return rc;
    size_t len;
    const void *bytes = request_body(rq, &len);
    return multipart_parse(rq->arena, boundary, bytes, len, max_parts, ret, ret_count, e);
}

const char *request_id(const struct request *rq)
{
    return rq->id;
}

const char *request_key_name(const struct request *rq)
{
    return rq->key_name;
}

struct arena *request_arena(struct request *rq)
{
    return rq->arena;
}

bool request_cancelled(const struct request *rq)
{
    return atomic_load(&rq->cancelled) || atomic_load(&rq->server->aborting);
}
