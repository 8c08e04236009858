#include "twinreader/routes.h"

#include "base/jsonr.h"
#include "http/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static struct arena *arena;
static struct config config;
static struct service service = {.config = &config};
static struct buf text;
static struct jsonr_doc *document;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(4 << 20);
    buf_init(&text, 0);
    if (!arena || config_load(arena, NULL, &config, NULL) || routes_openapi(&config, &text, NULL))
        return -1;
    routes_init(&service);
    return jsonr_parse(text.data, text.len, &document, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    jsonr_doc_destroy(document);
    buf_finish(&text);
    arena_destroy(arena);
    return 0;
}

/* That nothing is described which is not there is tested against the running server. */
static void every_route_is_described(void **state)
{
    (void)state;
    struct metrics *m = metrics_create();
    const struct server_config c = {.listen = "127.0.0.1",
                                    .routes = service.routes,
                                    .route_count = ROUTES_COUNT,
                                    .metrics = m,
                                    .openapi = text.data};
    struct server *s;
    size_t count;
    assert_int_equal(server_create(&c, &s, NULL), 0);
    const struct route *routes = server_routes(s, &count);
    const struct jsonr_value *paths = jsonr_get(jsonr_root(document), "paths");
    assert_int_equal(count, ROUTES_COUNT + 4);
    for (size_t i = 0; i < count; i++) {
        char method[16] = "";
        for (size_t k = 0; routes[i].method[k]; k++)
            method[k] = (char)tolower((unsigned char)routes[i].method[k]);
        if (!jsonr_get(jsonr_get(paths, routes[i].path), method))
            fail_msg("%s %s is not in openapi.json", routes[i].method, routes[i].path);
    }
    server_destroy(s);
    metrics_destroy(m);
}

static void every_route_that_needs_a_key_says_so(void **state)
{
    (void)state;
    const struct jsonr_value *paths = jsonr_get(jsonr_root(document), "paths");
    for (size_t i = 0; i < ROUTES_COUNT; i++) {
        char method[16] = "";
        for (size_t k = 0; service.routes[i].method[k]; k++)
            method[k] = (char)tolower((unsigned char)service.routes[i].method[k]);
        const struct jsonr_value *operation =
            jsonr_get(jsonr_get(paths, service.routes[i].path), method);
        assert_false(service.routes[i].flags & ROUTE_OPEN);
        assert_non_null(jsonr_get(jsonr_get(operation, "responses"), "401"));
        assert_null(jsonr_get(operation, "security"));
    }
}

static void the_limit_of_an_upload_is_the_configured_one(void **state)
{
    (void)state;
    assert_int_equal(service.routes[0].max_body, config.server.max_body);
    assert_non_null(strstr(text.data, "At most 67108864 bytes"));
    assert_non_null(strstr(text.data, "\"maxItems\":200,"));
    assert_null(strchr(text.data, '@'));
}

static void the_published_schema_is_part_of_the_description(void **state)
{
    (void)state;
    const struct jsonr_value *schemas =
        jsonr_get(jsonr_get(jsonr_root(document), "components"), "schemas");
    assert_non_null(jsonr_get(jsonr_get(schemas, "Reading"), "properties"));
    assert_non_null(jsonr_get(schemas, "page"));
    assert_null(strstr(text.data, "#/$defs/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described),
        cmocka_unit_test(every_route_that_needs_a_key_says_so),
        cmocka_unit_test(the_limit_of_an_upload_is_the_configured_one),
        cmocka_unit_test(the_published_schema_is_part_of_the_description),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
