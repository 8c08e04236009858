#include "base/child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct child_limits usual = {.memory = (size_t)1 << 30,
                                          .cpu_seconds = 10,
                                          .wall_ms = 10000,
                                          .output = 4 << 20,
                                          .file_size = 1 << 20};

static int shell(const char *script, const struct child_limits *l, struct buf *out,
                 struct child_result *r, struct err *e)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    return child_run(argv, NULL, 0, l, out, r, e);
}

static void input_goes_in_and_output_comes_out(void **state)
{
    (void)state;
    const char *const argv[] = {"cat", NULL};
    struct buf out;
    struct child_result r;
    size_t len = 1000000; /* more than both pipes hold */
    char *bytes = malloc(len);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)(i * 31 >> 3);
    buf_init(&out, 0);
    assert_int_equal(child_run(argv, bytes, len, &usual, &out, &r, NULL), 0);
    assert_int_equal(r.exit_code, 0);
    assert_int_equal(r.term_signal, 0);
    assert_int_equal(out.len, len);
    assert_memory_equal(out.data, bytes, len);
    buf_finish(&out);
    free(bytes);
}

static void exit_code_signal_and_messages_are_told(void **state)
{
    (void)state;
    struct child_result r;
    assert_int_equal(shell("echo one >&2; echo two >&2; exit 3", &usual, NULL, &r, NULL), 0);
    assert_int_equal(r.exit_code, 3);
    assert_string_equal(r.errors, "one\ntwo\n");
    assert_int_equal(shell("kill -9 $$", &usual, NULL, &r, NULL), 0);
    assert_int_equal(r.exit_code, -1);
    assert_int_equal(r.term_signal, SIGKILL);
    assert_int_equal(shell("yes x | head -c 100000 >&2", &usual, NULL, &r, NULL), 0);
    assert_int_equal(strlen(r.errors), sizeof r.errors - 1);
}

static void a_missing_program_is_not_found(void **state)
{
    (void)state;
    const char *const argv[] = {"no-such-program-anywhere", NULL};
    const char *const path[] = {"/no/such/program", NULL};
    const char *const text[] = {"/etc/passwd", NULL};
    struct child_result r = {.exit_code = 77};
    struct err e = ERR_INIT;
    assert_int_equal(child_run(argv, NULL, 0, &usual, NULL, &r, &e), ERR_NOT_FOUND);
    assert_string_equal(e.message, "program no-such-program-anywhere is not installed");
    assert_int_equal(child_run(path, NULL, 0, &usual, NULL, &r, &e), ERR_NOT_FOUND);
    assert_int_not_equal(child_run(text, NULL, 0, &usual, NULL, &r, &e), 0);
    assert_int_equal(r.exit_code, 77);
}

static void time_runs_out_for_the_whole_group(void **state)
{
    (void)state;
    struct child_limits l = usual;
    struct child_result r;
    struct err e = ERR_INIT;
    uint64_t start = clock_monotonic_ns();
    l.wall_ms = 200;
    assert_int_equal(shell("sleep 30 | sleep 30", &l, NULL, &r, &e), ERR_TIMEOUT);
    assert_string_equal(e.cause, "took longer than 200 ms");
    assert_true(clock_monotonic_ns() - start < 5000000000u);
}

static void a_child_that_leaves_others_behind_does_not_hold_us(void **state)
{
    (void)state;
    struct buf out;
    struct child_result r;
    uint64_t start = clock_monotonic_ns();
    buf_init(&out, 0);
    assert_int_equal(shell("echo done; sleep 30 & exit 0", &usual, &out, &r, NULL), 0);
    assert_true(clock_monotonic_ns() - start < 5000000000u);
    assert_string_equal(out.data, "done\n");
    buf_finish(&out);
}

static void output_is_bounded(void **state)
{
    (void)state;
    struct child_limits l = usual;
    struct child_result r;
    struct buf small;
    buf_init(&small, 10);
    l.output = 5;
    assert_int_equal(shell("printf 12345", &l, NULL, &r, NULL), 0);
    assert_int_equal(shell("printf 123456", &l, NULL, &r, NULL), ERR_LIMIT);
    assert_int_equal(shell("yes", &usual, NULL, &r, NULL), ERR_LIMIT);
    assert_int_equal(shell("printf 12345678901", &usual, &small, &r, NULL), ERR_LIMIT);
    buf_finish(&small);
}

static void resources_are_bounded(void **state)
{
    (void)state;
    struct child_limits l = usual;
    struct child_result r;
    struct buf out;
    struct rlimit core;
    getrlimit(RLIMIT_CORE, &core);
    core.rlim_cur = core.rlim_max;
    setrlimit(RLIMIT_CORE, &core);
    buf_init(&out, 0);
    assert_int_equal(shell("ulimit -v; ulimit -t; ulimit -c; ulimit -f", &usual, &out, &r, NULL),
                     0);
    assert_string_equal(out.data, "1048576\n10\n0\n2048\n");
    buf_finish(&out);
    l.cpu_seconds = 1;
    assert_int_equal(shell("while :; do :; done", &l, NULL, &r, NULL), 0);
    assert_int_equal(r.term_signal, SIGXCPU); /* SIGKILL is what a lack of memory looks like */
}

static void one_file_may_be_lent(void **state)
{
    (void)state;
    struct child_limits l = usual;
    struct buf out;
    struct child_result r;
    char name[] = "/tmp/test_child_XXXXXX";
    int fd = mkostemp(name, O_CLOEXEC);
    assert_true(fd > 2 && write(fd, "lent\n", 5) == 5);
    unlink(name);
    buf_init(&out, 0);
    for (int i = 0; i < 2; i++) { /* each child reads it from its start */
        l.file = fd;
        buf_clear(&out);
        assert_int_equal(shell("cat " CHILD_FILE_PATH "; f=0; while [ $f -lt 256 ]; do"
                               " [ -e /proc/$$/fd/$f ] && echo $f; f=$((f+1)); done",
                               &l, &out, &r, NULL),
                         0);
        assert_string_equal(out.data, "lent\n0\n1\n2\n3\n");
    }
    buf_finish(&out);
    close(fd);
}

static void the_child_inherits_nothing(void **state)
{
    (void)state;
    struct buf out;
    struct child_result r;
    int leak = open("/dev/null", O_RDONLY); /* without close-on-exec */
    dup2(leak, 200);
    setenv("SECRET", "x", 1);
    buf_init(&out, 0);
    assert_int_equal(shell("f=0; while [ $f -lt 256 ]; do [ -e /proc/$$/fd/$f ] && echo $f;"
                           " f=$((f+1)); done; echo ${SECRET-none} $LC_ALL",
                           &usual, &out, &r, NULL),
                     0);
    assert_string_equal(out.data, "0\n1\n2\nnone C.UTF-8\n");
    buf_finish(&out);
    close(leak);
    close(200);
}

static void a_child_that_does_not_read_is_no_error(void **state)
{
    (void)state;
    const char *const argv[] = {"true", NULL};
    struct child_result r;
    static const char bytes[300000];
    for (int i = 0; i < 20; i++) {
        assert_int_equal(child_run(argv, bytes, sizeof bytes, &usual, NULL, &r, NULL), 0);
        assert_int_equal(r.exit_code, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_goes_in_and_output_comes_out),
        cmocka_unit_test(exit_code_signal_and_messages_are_told),
        cmocka_unit_test(a_missing_program_is_not_found),
        cmocka_unit_test(time_runs_out_for_the_whole_group),
        cmocka_unit_test(a_child_that_leaves_others_behind_does_not_hold_us),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(resources_are_bounded),
        cmocka_unit_test(one_file_may_be_lent),
        cmocka_unit_test(the_child_inherits_nothing),
        cmocka_unit_test(a_child_that_does_not_read_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
