#include "base/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
    const char *name;
    int64_t port, size, wait;
    double ratio;
    bool on;
    int level;
    struct conf_strings list;
    int64_t deep;
};

static const char *const levels[] = {"low", "high", NULL};

#define AT(m) offsetof(struct settings, m)
static const struct conf_key table[] = {
    {"server.name", CONF_STRING, AT(name), .help = "Its name."},
    {"server.port", CONF_INT, AT(port), 1, 65535},
    {"server.size", CONF_SIZE, AT(size), 1024, 1 << 30},
    {"server.wait", CONF_MS, AT(wait), 0, 60000},
    {"ratio", CONF_DOUBLE, AT(ratio), 0, 1},
    {"flags.on", CONF_BOOL, AT(on)},
    {"flags.level", CONF_ENUM, AT(level), .names = levels},
    {"flags.list", CONF_STRINGS, AT(list)},
    {"flags.very.deep", CONF_INT, AT(deep), -9e15, 9e15},
    {NULL, 0, 0},
};

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(1 << 20);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static struct settings defaults(void)
{
    return (struct settings){.name = "x", .port = 80, .size = 65536, .wait = 1500, .ratio = 0.1};
}

static int overlay(const char *text, struct settings *s, struct err *e)
{
    return conf_read(arena, table, "f.yaml", text, strlen(text), s, e);
}

static void assert_refused(const char *text, const char *message)
{
    struct settings s = defaults();
    struct err e = ERR_INIT;
    assert_int_equal(overlay(text, &s, &e), ERR_CONFIG);
    assert_string_equal(e.message, message);
}

static void a_file_overlays_the_defaults(void **state)
{
    (void)state;
    struct settings s = defaults();
    const char *text = "server:\n  name: 두레\n  size: 2MiB\n  wait: 30s\nratio: 0.5\n"
                       "flags:\n  on: true\n  level: high\n  list: [a, 'b,c']\n"
                       "  very:\n    deep: -7\n";
    assert_int_equal(overlay(text, &s, NULL), 0);
    assert_string_equal(s.name, "두레");
    assert_int_equal(s.port, 80);
    assert_int_equal(s.size, 2 << 20);
    assert_int_equal(s.wait, 30000);
    assert_true(s.ratio == 0.5 && s.on && s.level == 1);
    assert_int_equal(s.list.count, 2);
    assert_string_equal(s.list.item[1], "b,c");
    assert_int_equal(s.deep, -7);
    assert_int_equal(overlay("server:\n# all commented out\nflags:\n", &s, NULL), 0);
}

static void mistakes_name_file_line_and_key(void **state)
{
    (void)state;
    assert_refused("server:\n  prot: 1\n",
                   "f.yaml:2: server.prot: unknown key; did you mean \"port\"?");
    assert_refused("servers:\n  port: 1\n",
                   "f.yaml:1: servers: unknown key; did you mean \"server\"?");
    assert_refused("server.port: 1\n", "f.yaml:1: server.port: unknown key");
    assert_refused("port: 1\n", "f.yaml:1: port: unknown key");
    assert_refused("\nserver: 5\n", "f.yaml:2: server: must be a section with keys of its own");
    assert_refused("server: {port: 0}",
                   "f.yaml:1: server.port: must be a whole number from 1 to 65535, is 0");
    assert_refused("server: {port: }",
                   "f.yaml:1: server.port: must be a whole number from 1 to 65535, is empty");
    assert_refused("server: {size: 64MB}", "f.yaml:1: server.size: must be a size from 1KiB to "
                                           "1GiB (B, KiB, MiB, GiB), is 64MB");
    assert_refused("server: {size: 1}", "f.yaml:1: server.size: must be a size from 1KiB to "
                                        "1GiB (B, KiB, MiB, GiB), is 1");
    assert_refused("server: {wait: 30}", "f.yaml:1: server.wait: must be a duration from 0ms to "
                                         "1m (ms, s, m, h, d), is 30");
    assert_refused("server: {wait: [1]}", "f.yaml:1: server.wait: must be a duration from 0ms to "
                                          "1m (ms, s, m, h, d), is not one value");
    assert_refused("ratio: 2", "f.yaml:1: ratio: must be a number from 0 to 1, is 2");
    assert_refused("flags: {on: yes}", "f.yaml:1: flags.on: must be true or false, is yes");
    assert_refused("flags: {level: mid}",
                   "f.yaml:1: flags.level: must be one of low, high, is mid");
    assert_refused("flags: {list: a}", "f.yaml:1: flags.list: must be a list");
    assert_refused("flags: {list: [[a]]}", "f.yaml:1: flags.list[0]: must be text, is a list");
}

static void the_environment_comes_last(void **state)
{
    (void)state;
    struct settings s = defaults();
    char path[] = "/tmp/test_conf_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "server: {port: 81, name: file}\n", 31) == 31);
    close(fd);
    setenv("PROG_SERVER_PORT", "82", 1);
    setenv("PROG_FLAGS_VERY_DEEP", "3", 1);
    setenv("PROG_FLAGS_LIST", "a,b,", 1);
    setenv("PROGRAM_X", "not ours", 1);
    assert_int_equal(conf_load(arena, table, "prog", path, &s, NULL), 0);
    assert_int_equal(s.port, 82);
    assert_string_equal(s.name, "file");
    assert_int_equal(s.deep, 3);
    assert_int_equal(s.list.count, 3);
    assert_string_equal(s.list.item[2], "");
    setenv("PROG_FLAGS_LIST", "", 1);
    setenv("PROG_SERVER_NAME", "", 1);
    assert_int_equal(conf_load(arena, table, "prog", NULL, &s, NULL), 0);
    assert_int_equal(s.list.count, 0);
    assert_string_equal(s.name, "");
    unlink(path);
    unsetenv("PROG_SERVER_PORT");
    unsetenv("PROG_FLAGS_VERY_DEEP");
    unsetenv("PROG_FLAGS_LIST");
    unsetenv("PROG_SERVER_NAME");
}

static void mistakes_in_the_environment_name_the_variable(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *message;
    } cases[] = {
        {"PROG_SERVER_PORT", "x",
         "environment: PROG_SERVER_PORT: must be a whole number from 1 to 65535, is x"},
        {"PROG_SERVER_PROT", "1",
         "environment: PROG_SERVER_PROT: unknown variable; did you mean "
         "PROG_SERVER_PORT?"},
        {"PROG_ZZZZZZZZZZZZZZ", "1", "environment: PROG_ZZZZZZZZZZZZZZ: unknown variable"},
        {"PROG_SERVER_NAME", "\xff", "environment: PROG_SERVER_NAME: must be UTF-8"},
        {"PROG_SERVER_SIZE", "",
         "environment: PROG_SERVER_SIZE: must be a size from 1KiB to 1GiB "
         "(B, KiB, MiB, GiB), is empty"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings s = defaults();
        struct err e = ERR_INIT;
        setenv(cases[i].name, cases[i].value, 1);
        assert_int_equal(conf_load(arena, table, "prog", NULL, &s, &e), ERR_CONFIG);
        assert_string_equal(e.message, cases[i].message);
        unsetenv(cases[i].name);
    }
}

static void a_file_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct settings s = defaults();
    assert_int_equal(conf_load(arena, table, "prog", "/nonexistent", &s, NULL), ERR_NOT_FOUND);
}

static void what_is_printed_reads_back_to_the_same(void **state)
{
    (void)state;
    static const char *items[] = {"a\nb", "\"q\" \\ \x01\x7f", "\xc2\x85\xe2\x80\xa8\xef\xbb\xbf",
                                  "", "a \xe2\x80\xa8 b"};
    struct settings s = {.name = "두레: # 'x'",
                         .port = 8080,
                         .size = 3 << 10,
                         .wait = 59999,
                         .ratio = 1.0 / 3,
                         .on = true,
                         .level = 1,
                         .list = {items, 5},
                         .deep = -9000000000000000};
    struct settings back = defaults();
    struct buf b;
    buf_init(&b, 0);
    conf_print(table, &s, &b);
    assert_int_equal(overlay(b.data, &back, NULL), 0);
    assert_string_equal(back.name, s.name);
    assert_true(back.port == s.port && back.size == s.size && back.wait == s.wait);
    assert_true(back.ratio == s.ratio && back.on == s.on && back.level == s.level);
    assert_int_equal(back.deep, s.deep);
    assert_int_equal(back.list.count, 5);
    for (int i = 0; i < 5; i++)
        assert_string_equal(back.list.item[i], items[i]);
    assert_non_null(strstr(b.data, "server:\n  # Its name.\n  name: \"두레"));
    assert_non_null(strstr(b.data, "  size: 3KiB\n"));
    assert_non_null(strstr(b.data, "flags:\n  on: true\n"));
    assert_non_null(strstr(b.data, "  very:\n    deep: -9000000000000000\n"));
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_overlays_the_defaults),
        cmocka_unit_test(mistakes_name_file_line_and_key),
        cmocka_unit_test(the_environment_comes_last),
        cmocka_unit_test(mistakes_in_the_environment_name_the_variable),
        cmocka_unit_test(a_file_that_is_not_there_is_an_error),
        cmocka_unit_test(what_is_printed_reads_back_to_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
