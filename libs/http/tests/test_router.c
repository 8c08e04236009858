#include "http/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct route routes[] = {
    {"POST", "/v1/things", NULL, 0, 0, NULL},
    {"GET", "/v1/things", NULL, 0, 0, NULL},
    {"GET", "/v1/things/{id}", NULL, 0, 0, NULL},
    {"DELETE", "/v1/things/{id}", NULL, 0, 0, NULL},
    {"GET", "/v1/things/{id}/pages/{n}/image", NULL, 0, 0, NULL},
};

static struct router_match found;

static const struct route *find(const char *method, const char *path)
{
    router_find(routes, sizeof routes / sizeof *routes, method, path, strlen(path), &found);
    return found.route;
}

static void a_route_is_found_by_path_and_method(void **state)
{
    (void)state;
    assert_ptr_equal(find("GET", "/v1/things"), &routes[1]);
    assert_ptr_equal(find("POST", "/v1/things"), &routes[0]);
    assert_ptr_equal(find("DELETE", "/v1/things/7"), &routes[3]);
}

static void head_is_answered_by_get(void **state)
{
    (void)state;
    assert_ptr_equal(find("HEAD", "/v1/things"), &routes[1]);
}

static void names_take_one_whole_segment(void **state)
{
    (void)state;
    assert_ptr_equal(find("GET", "/v1/things/a%2fb/pages/12/image"), &routes[4]);
    assert_int_equal(found.param_count, 2);
    assert_memory_equal(found.param[0].name, "id", found.param[0].name_len);
    assert_int_equal(found.param[0].value_len, 5);
    assert_memory_equal(found.param[0].value, "a%2fb", 5);
    assert_memory_equal(found.param[1].value, "12", found.param[1].value_len);
    assert_null(find("GET", "/v1/things/a/b"));
    assert_null(find("GET", "/v1/things/"));
    assert_null(find("GET", "/v1/things//pages/1/image"));
}

static void near_misses_are_not_found(void **state)
{
    (void)state;
    assert_null(find("GET", "/v1/thing"));
    assert_null(find("GET", "/v1/things2"));
    assert_null(find("GET", ""));
    assert_null(find("GET", "/v1/things/x/pages/1/image/"));
    assert_string_equal(found.allow, "");
}

static void another_method_hears_what_is_allowed(void **state)
{
    (void)state;
    assert_null(find("PATCH", "/v1/things"));
    assert_string_equal(found.allow, "POST, GET, HEAD");
    assert_null(find("get", "/v1/things/1"));
    assert_string_equal(found.allow, "GET, HEAD, DELETE");
}

static void only_the_given_bytes_of_the_path_count(void **state)
{
    (void)state;
    router_find(routes, 5, "GET", "/v1/things?x", 10, &found);
    assert_ptr_equal(found.route, &routes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_is_found_by_path_and_method),
        cmocka_unit_test(head_is_answered_by_get),
        cmocka_unit_test(names_take_one_whole_segment),
        cmocka_unit_test(near_misses_are_not_found),
        cmocka_unit_test(another_method_hears_what_is_allowed),
        cmocka_unit_test(only_the_given_bytes_of_the_path_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
