#include "twinreader/read_save.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/test_read_save_XXXXXX";
static char dir[64];

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(root))
        return -1;
    snprintf(dir, sizeof dir, "%s/out", root);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static void no_two_inputs_share_a_name(void **state)
{
    (void)state;
    struct read_save *s = NULL;
    assert_int_equal(read_save_create(dir, ".json", &s, NULL), 0);
    static const struct {
        const char *input, *name;
        bool renamed;
    } cases[] = {
        {"a.jpg", "a.json", false},       {"b/a.jpg", "a-2.json", true},
        {"a.png", "a-3.json", true},      {"a-2.jpg", "a-2-2.json", true},
        {"-", "stdin.json", false},       {".jpg", ".jpg.json", false},
        {"x/noext", "noext.json", false}, {"a.b.jpg", "a.b.json", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool renamed = !cases[i].renamed;
        assert_string_equal(read_save_name(s, cases[i].input, &renamed), cases[i].name);
        assert_int_equal(renamed, cases[i].renamed);
    }
    char big[NAME_MAX + 5];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    bool renamed;
    const char *name = read_save_name(s, big, &renamed);
    assert_int_equal(read_save_write(s, name, "x", 1, NULL), 0);
    read_save_destroy(s);
    read_save_destroy(NULL);
}

static void a_file_is_replaced_as_a_whole(void **state)
{
    (void)state;
    struct read_save *s = NULL;
    char path[128], text[16] = "";
    assert_int_equal(read_save_create(dir, ".txt", &s, NULL), 0);
    assert_int_equal(read_save_write(s, "r.txt", "long before", 11, NULL), 0);
    assert_int_equal(read_save_write(s, "r.txt", "now", 3, NULL), 0);
    snprintf(path, sizeof path, "%s/r.txt", dir);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    assert_string_equal(text, "now");
    struct err e = ERR_INIT;
    assert_int_equal(read_save_write(s, "no/such.txt", "x", 1, &e), ERR_IO);
    assert_string_equal(e.message, "cannot make no/such.txt: No such file or directory");
    /* A directory stands where the file should: the unfinished file does not stay behind. */
    snprintf(path, sizeof path, "%s/taken", dir);
    mkdir(path, 0777);
    assert_int_equal(read_save_write(s, "taken", "x", 1, &e), ERR_IO);
    snprintf(path, sizeof path, "%s/.taken.%ld.part", dir, (long)getpid());
    assert_int_not_equal(access(path, F_OK), 0);
    read_save_destroy(s);
}

static void no_result_replaces_an_input(void **state)
{
    (void)state;
    struct read_save *s = NULL;
    struct err e = ERR_INIT;
    char path[128], link[128];
    assert_int_equal(read_save_create(dir, ".pdf", &s, NULL), 0);
    assert_int_equal(read_save_write(s, "scan.pdf", "the original", 12, NULL), 0);
    snprintf(path, sizeof path, "%s/scan.pdf", dir);
    snprintf(link, sizeof link, "%s/link.pdf", dir);
    assert_int_equal(symlink("scan.pdf", link), 0);
    assert_int_equal(read_save_spare(s, link, NULL), 0);
    assert_int_equal(read_save_spare(s, path, NULL), 0);
    assert_int_equal(read_save_spare(s, "/nonexistent", NULL), 0);
    assert_int_equal(read_save_write(s, "scan.pdf", "x", 1, &e), ERR_USAGE);
    assert_string_equal(e.message,
                        "scan.pdf would replace a document that is read: give another -o DIR");
    assert_int_equal(read_save_write(s, "link.pdf", "x", 1, NULL), ERR_USAGE);
    assert_int_equal(read_save_write(s, "other.pdf", "x", 1, NULL), 0);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 12);
    read_save_destroy(s);
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
    (void)state;
    struct read_save *s = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(read_save_create("/nonexistent/out", ".json", &s, &e), ERR_NOT_FOUND);
    assert_string_equal(e.message,
                        "cannot make directory /nonexistent/out: No such file or directory");
    assert_int_equal(read_save_create("/etc/passwd", ".json", &s, &e), ERR_IO);
    assert_null(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_inputs_share_a_name),
        cmocka_unit_test(a_file_is_replaced_as_a_whole),
        cmocka_unit_test(no_result_replaces_an_input),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
