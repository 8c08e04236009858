#include "http/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/test_files.XXXXXX";
static char dir[64];

static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", top, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void link_to(const char *target, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", top, name);
    assert_int_equal(symlink(target, path), 0);
}

static int set_up(void **state)
{
    (void)state;
    char path[128];
    if (!mkdtemp(top))
        return -1;
    snprintf(dir, sizeof dir, "%s/www", top);
    mkdir(dir, 0700);
    snprintf(path, sizeof path, "%s/app", dir);
    mkdir(path, 0700);
    put("secret.txt", "secret");
    put("www/index.html", "<p>");
    put("www/app/main.js", "1");
    put("www/.hidden.txt", "hidden");
    put("www/program", "no ending");
    link_to("../secret.txt", "www/link.txt");
    link_to("..", "www/up");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", top);
    return system(command);
}

static void assert_nothing(const char *path)
{
    struct files_found f = {.fd = -2};
    assert_int_equal(files_open(dir, path, &f, NULL), ERR_NOT_FOUND);
    assert_int_equal(f.fd, -2);
}

static void files_have_a_type_and_a_tag(void **state)
{
    (void)state;
    struct files_found f;
    assert_int_equal(files_open(dir, "app/main.js", &f, NULL), 0);
    assert_string_equal(f.type, "text/javascript; charset=utf-8");
    assert_int_equal(f.size, 1);
    assert_int_equal(f.etag[0], '"');
    assert_int_equal(f.etag[strlen(f.etag) - 1], '"');
    close(f.fd);
}

static void the_folder_itself_is_its_index(void **state)
{
    (void)state;
    struct files_found f;
    assert_int_equal(files_open(dir, "", &f, NULL), 0);
    assert_string_equal(f.type, "text/html; charset=utf-8");
    assert_true(f.page);
    close(f.fd);
}

static void nothing_outside_is_served(void **state)
{
    (void)state;
    assert_nothing("../secret.txt");
    assert_nothing("app/../../secret.txt");
    assert_nothing("/../secret.txt");
    assert_nothing("app/..");
    assert_nothing("..\\secret.txt");
    assert_nothing("//secret.txt");
}

static void links_are_not_followed(void **state)
{
    (void)state;
    assert_nothing("link.txt");
    assert_nothing("up/secret.txt");
}

static void hidden_unknown_and_missing_files_are_not_served(void **state)
{
    (void)state;
    assert_nothing(".hidden.txt");
    assert_nothing("program");
    assert_nothing("missing.js");
    assert_nothing("app");
    assert_nothing("app/");
    assert_nothing("index.html/");
}

static void the_tag_changes_with_the_file(void **state)
{
    (void)state;
    struct files_found a, b;
    put("www/changing.txt", "1");
    assert_int_equal(files_open(dir, "changing.txt", &a, NULL), 0);
    put("www/changing.txt", "22");
    assert_int_equal(files_open(dir, "changing.txt", &b, NULL), 0);
    assert_string_not_equal(a.etag, b.etag);
    close(a.fd);
    close(b.fd);
}

static void known_tags_are_recognised(void **state)
{
    (void)state;
    assert_true(files_etag_matches("\"a\"", "\"a\""));
    assert_true(files_etag_matches("W/\"a\"", "\"a\""));
    assert_true(files_etag_matches("\"b\", \"a\"", "\"a\""));
    assert_true(files_etag_matches("*", "\"a\""));
    assert_false(files_etag_matches("\"b\"", "\"a\""));
    assert_false(files_etag_matches("", "\"a\""));
    assert_false(files_etag_matches("\"x", "\"a\""));
    assert_false(files_etag_matches("a", "\"a\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_have_a_type_and_a_tag),
        cmocka_unit_test(the_folder_itself_is_its_index),
        cmocka_unit_test(nothing_outside_is_served),
        cmocka_unit_test(links_are_not_followed),
        cmocka_unit_test(hidden_unknown_and_missing_files_are_not_served),
        cmocka_unit_test(the_tag_changes_with_the_file),
        cmocka_unit_test(known_tags_are_recognised),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
