#include "http/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static bool loopback(const char *listen)
{
    struct sockaddr_storage sa;
    socklen_t len;
    assert_true(guard_address(listen, 80, &sa, &len));
    return guard_is_loopback((const struct sockaddr *)&sa);
}

static void only_loopback_addresses_are_loopback(void **state)
{
    (void)state;
    assert_true(loopback("127.0.0.1"));
    assert_true(loopback("127.9.9.9"));
    assert_true(loopback("::1"));
    assert_true(loopback("localhost"));
    assert_false(loopback("0.0.0.0"));
    assert_false(loopback("::"));
    assert_false(loopback("10.0.0.1"));
    assert_false(loopback("128.0.0.1"));
}

static void other_names_are_not_addresses(void **state)
{
    (void)state;
    struct sockaddr_storage sa;
    socklen_t len;
    assert_false(guard_address("example.com", 80, &sa, &len));
    assert_false(guard_address("", 80, &sa, &len));
    assert_false(guard_address("127.0.0.1:80", 80, &sa, &len));
}

static void a_rebound_name_is_not_local(void **state)
{
    (void)state;
    assert_true(guard_host_is_local("localhost"));
    assert_true(guard_host_is_local("LOCALHOST:8080"));
    assert_true(guard_host_is_local("127.0.0.1:1"));
    assert_true(guard_host_is_local("[::1]:8080"));
    assert_false(guard_host_is_local("localhost.evil.com"));
    assert_false(guard_host_is_local("localhost:"));
    assert_false(guard_host_is_local("localhost:80x"));
    assert_false(guard_host_is_local("127.0.0.1.evil.com:80"));
    assert_false(guard_host_is_local("evil.com"));
    assert_false(guard_host_is_local(""));
}

static void an_origin_is_own_only_with_the_same_host_and_port(void **state)
{
    (void)state;
    assert_true(guard_origin_is_own("http://localhost:8080", "localhost:8080"));
    assert_true(guard_origin_is_own("https://ocr.example", "OCR.example"));
    assert_false(guard_origin_is_own("http://localhost:9090", "localhost:8080"));
    assert_false(guard_origin_is_own("http://evil.com", "localhost:8080"));
    assert_false(guard_origin_is_own("http://localhost:80801", "localhost:8080"));
    assert_false(guard_origin_is_own("http://localhost:8080.evil.com", "localhost:8080"));
    assert_false(guard_origin_is_own("https://ocr.example.evil.com", "ocr.example"));
    assert_false(guard_origin_is_own("http://localhost", "localhost:8080"));
    assert_false(guard_origin_is_own("null", "localhost:8080"));
    assert_false(guard_origin_is_own("", ""));
}

static void request_ids_are_plain(void **state)
{
    (void)state;
    char id[GUARD_ID_MAX + 2];
    memset(id, 'a', sizeof id);
    id[GUARD_ID_MAX + 1] = '\0';
    assert_true(guard_id_valid("Abc-1_2.3"));
    assert_false(guard_id_valid(""));
    assert_false(guard_id_valid("a b"));
    assert_false(guard_id_valid("a\"b"));
    assert_false(guard_id_valid(id));
    id[GUARD_ID_MAX] = '\0';
    assert_true(guard_id_valid(id));
}

static void media_types_match_exactly_or_by_family(void **state)
{
    (void)state;
    const char *const accepts[] = {"multipart/form-data", "image/*", NULL};
    assert_true(guard_type_accepted("multipart/form-data; boundary=x", accepts));
    assert_true(guard_type_accepted("IMAGE/Png", accepts));
    assert_false(guard_type_accepted("image/", accepts));
    assert_false(guard_type_accepted("multipart/form-data2", accepts));
    assert_false(guard_type_accepted("text/plain", accepts));
    assert_false(guard_type_accepted("", accepts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_loopback_addresses_are_loopback),
        cmocka_unit_test(other_names_are_not_addresses),
        cmocka_unit_test(a_rebound_name_is_not_local),
        cmocka_unit_test(an_origin_is_own_only_with_the_same_host_and_port),
        cmocka_unit_test(request_ids_are_plain),
        cmocka_unit_test(media_types_match_exactly_or_by_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
