#include "twinreader/read_inputs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/test_read_inputs_XXXXXX";

static void touch(const char *name)
{
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fclose(f);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(root) || chdir(root))
        return -1;
    mkdir("d", 0777);
    mkdir("d/b", 0777);
    mkdir("d/.git", 0777);
    mkdir("empty", 0777);
    touch("d/c.jpg");
    touch("d/a.jpg");
    touch("d/b/x.png");
    touch("d/.hidden");
    touch("d/.git/config");
    touch("z.jpg");
    if (symlink("../z.jpg", "d/link.jpg") || symlink("nowhere", "d/broken") ||
        symlink("..", "d/up") || mkfifo("d/fifo", 0600))
        return -1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", root);
    return chdir("/") || system(command);
}

static void assert_inputs(const char *const *args, int count, const char *const *paths)
{
    struct read_inputs in;
    char *own[8] = {0};
    for (int k = 0; k < count; k++)
        own[k] = strdup(args[k]);
    assert_int_equal(read_inputs_collect(own, count, &in, NULL), 0);
    for (int k = 0; k < count; k++)
        free(own[k]);
    size_t i = 0;
    for (; paths[i]; i++) {
        assert_true(i < in.count);
        bool problem = paths[i][0] == '!';
        assert_string_equal(in.item[i].path, paths[i] + problem);
        assert_int_equal(in.item[i].problem != NULL, problem);
    }
    assert_int_equal(in.count, i);
    read_inputs_finish(&in);
    assert_int_equal(in.count, 0);
}

static void arguments_keep_their_order_and_folders_open_in_name_order(void **state)
{
    (void)state;
    static const char *const args[] = {"z.jpg", "d", "-"};
    static const char *const paths[] = {"z.jpg",   "d/a.jpg",    "d/b/x.png", "!d/broken",
                                        "d/c.jpg", "d/link.jpg", "-",         NULL};
    assert_inputs(args, 3, paths);
}

static void what_cannot_be_read_keeps_its_place(void **state)
{
    (void)state;
    static const char *const args[] = {"missing", "empty", "z.jpg", ""};
    static const char *const paths[] = {"!missing", "!empty", "z.jpg", "!", NULL};
    assert_inputs(args, 4, paths);
}

static void a_named_link_or_hidden_folder_is_opened(void **state)
{
    (void)state;
    static const char *const args[] = {"d/.git", "d/.hidden", "d/up/z.jpg", "d/fifo"};
    static const char *const paths[] = {"d/.git/config", "d/.hidden", "d/up/z.jpg", "d/fifo", NULL};
    assert_inputs(args, 4, paths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_keep_their_order_and_folders_open_in_name_order),
        cmocka_unit_test(what_cannot_be_read_keeps_its_place),
        cmocka_unit_test(a_named_link_or_hidden_folder_is_opened),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
