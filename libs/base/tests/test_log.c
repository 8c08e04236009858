#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What `write_lines` put on standard error. */
static char *captured(void (*write_lines)(void))
{
    int keep = dup(STDERR_FILENO), ends[2];
    static char text[8192];
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    write_lines();
    dup2(keep, STDERR_FILENO);
    close(keep);
    close(ends[1]);
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], text + n, sizeof text - 1 - n)) > 0;)
        n += (size_t)got;
    text[n] = '\0';
    close(ends[0]);
    return text;
}

static void write_forged(void)
{
    log_info("http", "path %s", "/a\n2026-01-01T00:00:00.000Z error fake\x1b[2J");
}

static void a_message_cannot_forge_a_line(void **state)
{
    (void)state;
    char *text = captured(write_forged);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    assert_non_null(strstr(text, "Z info    http path /a\\x0a2026"));
    assert_non_null(strstr(text, "fake\\x1b[2J\n"));
    assert_int_equal(text[10], 'T');
}

static void write_levels(void)
{
    log_set_level(LOG_WARNING);
    log_error("a", "one");
    log_warning("a", "two");
    log_info("a", "three");
    log_debug("a", "four");
    log_set_level(LOG_INFO);
}

static void lines_above_the_level_are_dropped(void **state)
{
    (void)state;
    char *text = captured(write_levels);
    assert_non_null(strstr(text, "error   a one\n"));
    assert_non_null(strstr(text, "warning a two\n"));
    assert_null(strstr(text, "three"));
    assert_null(strstr(text, "four"));
}

static void write_long(void)
{
    char big[5000];
    memset(big, '\n', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    log_error("area", "%s", big);
    memset(big, 'a', sizeof big - 1);
    log_write(LOG_ERROR, big, "%s", "x");
}

static void long_messages_are_cut_to_whole_lines(void **state)
{
    (void)state;
    char *text = captured(write_long);
    char *first = strchr(text, '\n');
    assert_non_null(first);
    assert_ptr_equal(strchr(first + 1, '\n'), text + strlen(text) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_cannot_forge_a_line),
        cmocka_unit_test(lines_above_the_level_are_dropped),
        cmocka_unit_test(long_messages_are_cut_to_whole_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
