#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LARGE = 300000 }; /* more than a pipe or one read takes */

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    char path[] = "/tmp/dure-file-XXXXXX", *bytes = malloc(LARGE);
    struct err e = ERR_INIT;
    struct buf b;
    assert_non_null(bytes);
    for (int i = 0; i < LARGE; i++)
        bytes[i] = (char)(i * 7);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(file_write_fd(fd, bytes, LARGE));
    close(fd);
    buf_init(&b, 0);
    buf_puts(&b, "+");
    assert_int_equal(file_read(path, &b, &e), 0);
    assert_int_equal(b.len, LARGE + 1);
    assert_memory_equal(b.data + 1, bytes, LARGE);
    buf_finish(&b);
    unlink(path);
    free(bytes);
}

static void *drain(void *user)
{
    char chunk[1000];
    size_t total = 0;
    ssize_t n;
    while ((n = read(*(int *)user, chunk, sizeof chunk)) > 0)
        total += (size_t)n;
    return (void *)total;
}

static void a_write_goes_on_where_a_pipe_cut_it_short(void **state)
{
    (void)state;
    int ends[2];
    pthread_t reader;
    void *total;
    char *bytes = calloc(1, LARGE);
    assert_non_null(bytes);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&reader, NULL, drain, &ends[0]), 0);
    assert_true(file_write_fd(ends[1], bytes, LARGE));
    close(ends[1]);
    pthread_join(reader, &total);
    assert_int_equal((size_t)total, LARGE);
    close(ends[0]);
    free(bytes);
}

static void failures_name_the_file_and_the_reason(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct buf b;
    buf_init(&b, 4);
    assert_int_equal(file_read("/nowhere/at/all", &b, &e), ERR_NOT_FOUND);
    assert_string_equal(e.message, "/nowhere/at/all: No such file or directory");
    assert_int_equal(file_read("/", &b, &e), ERR_IO);
    assert_string_equal(e.message, "/: Is a directory");
    assert_int_equal(file_read("/proc/self/stat", &b, &e), ERR_LIMIT);
    assert_string_equal(e.message, "/proc/self/stat: too large");
    buf_finish(&b);
    errno = 0;
    assert_false(file_write_fd(-1, "x", 1));
    assert_int_equal(errno, EBADF);
}

static void reading_stops_where_the_buffer_is_full(void **state)
{
    (void)state;
    char path[] = "/dev/zero"; /* has no end */
    struct err e = ERR_INIT;
    struct buf b;
    buf_init(&b, 100000);
    assert_int_equal(file_read(path, &b, &e), ERR_LIMIT);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_write_goes_on_where_a_pipe_cut_it_short),
        cmocka_unit_test(failures_name_the_file_and_the_reason),
        cmocka_unit_test(reading_stops_where_the_buffer_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
