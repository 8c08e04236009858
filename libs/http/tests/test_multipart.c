#include "http/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct arena *arena;
static struct multipart_part *part;
static size_t count;
static struct err e;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(1 << 20);
    part = NULL;
    count = 0;
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static int parse(const char *body)
{
    return multipart_parse(arena, "XX", body, strlen(body), 3, &part, &count, &e);
}

static void assert_refused(const char *body, int code, const char *message)
{
    assert_int_equal(parse(body), code);
    assert_string_equal(e.message, message);
    assert_null(part);
}

static void parts_are_slices_of_the_body(void **state)
{
    (void)state;
    const char *body = "--XX\r\n"
                       "Content-Disposition: form-data; name=\"file\"; filename=\"a b.jpg\"\r\n"
                       "Content-Type: image/jpeg\r\n\r\n"
                       "one\r\n--X\r\ntwo\r\n"
                       "--XX\r\n"
                       "content-disposition:form-data;name=note\r\n\r\n"
                       "hello\r\n"
                       "--XX--\r\n";
    assert_int_equal(parse(body), 0);
    assert_int_equal(count, 2);
    assert_string_equal(part[0].name, "file");
    assert_string_equal(part[0].filename, "a b.jpg");
    assert_string_equal(part[0].type, "image/jpeg");
    assert_int_equal(part[0].len, 13);
    assert_ptr_equal(part[0].bytes, strstr(body, "one"));
    assert_string_equal(part[1].name, "note");
    assert_null(part[1].filename);
    assert_null(part[1].type);
    assert_memory_equal(part[1].bytes, "hello", part[1].len);
}

static void a_preamble_and_an_epilogue_are_passed_over(void **state)
{
    (void)state;
    assert_int_equal(parse("pre\r\n--XX  \r\n\r\n1\r\n--XX--\r\nmore --XX"), 0);
    assert_int_equal(count, 1);
    assert_string_equal(part[0].name, "");
    assert_int_equal(part[0].len, 1);
}

static void a_part_may_be_empty(void **state)
{
    (void)state;
    assert_int_equal(parse("--XX\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\r\n--XX--"),
                     0);
    assert_int_equal(count, 1);
    assert_int_equal(part[0].len, 0);
    assert_int_equal(parse("--XX--\r\n"), 0);
    assert_int_equal(count, 0);
}

static void file_names_lose_folders_and_control_characters(void **state)
{
    (void)state;
    const char *body =
        "--XX\r\nContent-Disposition: form-data; filename=\"../../etc/pass\x01wd\"\r\n\r\n"
        "\r\n--XX\r\nContent-Disposition: form-data; filename=\"C:\\x\\q\\\"uote.png\""
        "\r\n\r\n\r\n--XX\r\nContent-Disposition: form-data; filename=\"\xff\"\r\n\r\n"
        "\r\n--XX--";
    assert_int_equal(parse(body), 0);
    assert_int_equal(count, 3);
    assert_string_equal(part[0].filename, "passwd");
    assert_string_equal(part[1].filename, "q\"uote.png");
    assert_string_equal(part[2].filename, "_");
}

static void malformed_bodies_are_refused(void **state)
{
    (void)state;
    assert_refused("", ERR_USAGE, "the multipart body has no part");
    assert_refused("--YY\r\n\r\n\r\n--YY--", ERR_USAGE, "the multipart body has no part");
    assert_refused("--XXjunk\r\n", ERR_USAGE, "a multipart boundary is followed by junk");
    assert_refused("--XX", ERR_USAGE, "a multipart boundary is followed by junk");
    assert_refused("--XX\r\nContent-Type: a", ERR_USAGE, "a part's header does not end");
    assert_refused("--XX\r\nnonsense\r\n\r\n\r\n--XX--", ERR_USAGE,
                   "a part's header line has no colon");
    assert_refused("--XX\r\nContent-Disposition: attachment\r\n\r\n\r\n--XX--", ERR_USAGE,
                   "a part's Content-Disposition is not form-data");
    assert_refused("--XX\r\nContent-Disposition: form-data; name=\"open\r\n\r\n\r\n--XX--",
                   ERR_USAGE, "a part's Content-Disposition is malformed");
}

static void a_cut_upload_is_refused(void **state)
{
    (void)state;
    assert_refused("--XX\r\n\r\ncut of", ERR_USAGE, "the multipart body is cut off");
    assert_refused("--XX\r\n\r\ncut off\r\n--X", ERR_USAGE, "the multipart body is cut off");
}

static void too_many_parts_are_refused(void **state)
{
    (void)state;
    const char *three = "--XX\r\n\r\n\r\n--XX\r\n\r\n\r\n--XX\r\n\r\n\r\n--XX--";
    assert_refused("--XX\r\n\r\n\r\n--XX\r\n\r\n\r\n--XX\r\n\r\n\r\n--XX\r\n\r\n\r\n--XX--",
                   ERR_LIMIT, "the upload has more than 3 parts");
    assert_int_equal(parse(three), 0);
    assert_int_equal(count, 3);
}

static void the_boundary_comes_from_the_content_type(void **state)
{
    (void)state;
    char b[MULTIPART_BOUNDARY_MAX + 1] = "";
    assert_int_equal(multipart_boundary("multipart/form-data; boundary=----Web'Kit", b, &e), 0);
    assert_string_equal(b, "----Web'Kit");
    assert_int_equal(
        multipart_boundary("multipart/form-data; charset=utf-8; Boundary=\"a,b\"", b, &e), 0);
    assert_string_equal(b, "a,b");
}

static void a_bad_boundary_is_refused(void **state)
{
    (void)state;
    char b[MULTIPART_BOUNDARY_MAX + 1], type[120] = "x/y; boundary=";
    assert_int_equal(multipart_boundary("multipart/form-data", b, &e), ERR_USAGE);
    assert_int_equal(multipart_boundary("x/y; boundary=", b, &e), ERR_USAGE);
    assert_int_equal(multipart_boundary("x/y; boundary=\"a\x01\"", b, &e), ERR_USAGE);
    memset(type + strlen(type), 'a', 71);
    assert_int_equal(multipart_boundary(type, b, &e), ERR_USAGE);
    type[strlen(type) - 1] = '\0';
    assert_int_equal(multipart_boundary(type, b, &e), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_are_slices_of_the_body, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_preamble_and_an_epilogue_are_passed_over, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_part_may_be_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_names_lose_folders_and_control_characters, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(malformed_bodies_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cut_upload_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_many_parts_are_refused, set_up, tear_down),
        cmocka_unit_test(the_boundary_comes_from_the_content_type),
        cmocka_unit_test(a_bad_boundary_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
