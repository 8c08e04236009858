#include "twinreader/routes.h"

#include "http/request.h"
#include "twinreader/output.h"

#include <stdio.h>
#include <string.h>

/* Stands in the table for the configured limit. */
enum { MAX_BODY = -1, MAX_CORRECTION = 16 * 1024 };

static const char *const upload_types[] = {
    "multipart/form-data", "image/*", "application/pdf", "application/octet-stream", NULL,
};

static const char *const json_types[] = {"application/json", NULL};

static const struct route table[ROUTES_COUNT] = {
    {"POST", "/v1/documents", routes_read_document, ROUTE_SLOW, MAX_BODY, upload_types},
    {"GET", "/v1/documents", routes_list_documents, 0, 0, NULL},
    {"GET", "/v1/documents/{id}", routes_get_document, 0, 0, NULL},
    {"DELETE", "/v1/documents/{id}", routes_delete_document, 0, 0, NULL},
    {"GET", "/v1/documents/{id}/pages/{n}/image", routes_get_image, 0, 0, NULL},
    {"GET", "/v1/documents/{id}/corrections", routes_list_corrections, 0, 0, NULL},
    {"PUT", "/v1/documents/{id}/pages/{n}/corrections/{target}", routes_put_correction, 0,
     MAX_CORRECTION, json_types},
    {"DELETE", "/v1/documents/{id}/pages/{n}/corrections/{target}", routes_delete_correction, 0, 0,
     NULL},
    {"GET", "/v1/info", routes_get_info, 0, 0, NULL},
};

void routes_init(struct service *s)
{
    memcpy(s->routes, table, sizeof table);
    for (size_t i = 0; i < ROUTES_COUNT; i++)
        if (s->routes[i].max_body == MAX_BODY)
            s->routes[i].max_body = s->config->server.max_body;
}

int routes_max_files(const struct config *c)
{
    return c->limits.max_pages < ROUTES_FILE_LIMIT ? (int)c->limits.max_pages : ROUTES_FILE_LIMIT;
}

int routes_output_query(const struct request *rq, const struct output_format **ret_format,
                        bool *ret_fields, struct err *e)
{
    const char *name = request_query(rq, "format");
    const struct output_format *format = output_format_find(name ? name : "json");
    if (!format)
        return err_set(e, ERR_USAGE,
                       "format must be json, text, tsv, hocr, alto or pdf, is \"%.64s\"", name);
    int rc = request_query_bool(rq, "fields", true, ret_fields, e);
    if (!rc)
        *ret_format = format;
    return rc;
}

void routes_page_name(char name[ROUTES_PAGE_NAME], size_t number)
{
    snprintf(name, ROUTES_PAGE_NAME, "page-%zu.jpg", number);
}
