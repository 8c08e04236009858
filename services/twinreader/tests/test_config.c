#include "twinreader/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

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

static void defaults_are_safe_and_find_the_shipped_folders(void **state)
{
    (void)state;
    struct config c;
    assert_int_equal(config_load(arena, NULL, &c, NULL), 0);
    assert_string_equal(c.server.listen, "127.0.0.1");
    assert_int_equal(c.server.port, 8080);
    assert_string_equal(c.server.keys_file, "");
    assert_int_equal(c.server.max_body, 64 << 20);
    assert_int_equal(c.store.keep, 24 * 3600 * 1000);
    /* This program runs from the build folder. */
    assert_int_equal(c.models.dir[0], '/');
    assert_string_equal(c.models.dir + strlen(c.models.dir) - 7, "/models");
    struct document_limits l = config_document_limits(&c);
    assert_int_equal(l.max_pixels, 200000000);
    assert_int_equal(l.max_pages, 200);
    assert_int_equal(l.pdf_wall_ms, 30000);
    assert_int_equal(l.pdf_memory, 1 << 30);
    assert_true(config_workers(&c) >= 1);
}

static void every_default_is_within_its_own_bounds(void **state)
{
    (void)state;
    struct config c, back;
    struct buf b;
    buf_init(&b, 0);
    assert_int_equal(config_load(arena, NULL, &c, NULL), 0);
    conf_print(config_keys, &c, &b);
    assert_int_equal(buf_status(&b), 0);
    back = c;
    assert_int_equal(conf_read(arena, config_keys, "print", b.data, b.len, &back, NULL), 0);
    buf_finish(&b);
}

static void the_engine_gets_what_was_configured(void **state)
{
    (void)state;
    struct config c;
    setenv("TWINREADER_MODELS_DETECTOR", "other", 1);
    setenv("TWINREADER_FORMS_DIR", "", 1);
    setenv("TWINREADER_LIMITS_MAX_SIDE", "1000", 1);
    setenv("TWINREADER_WORKERS", "3", 1);
    assert_int_equal(config_load(arena, NULL, &c, NULL), 0);
    unsetenv("TWINREADER_MODELS_DETECTOR");
    unsetenv("TWINREADER_FORMS_DIR");
    unsetenv("TWINREADER_LIMITS_MAX_SIDE");
    unsetenv("TWINREADER_WORKERS");
    struct engine_options o = config_engine_options(&c);
    assert_string_equal(o.detector, "other");
    assert_null(o.forms_dir);
    assert_int_equal(o.limits.max_side, 1000);
    assert_int_equal(o.threads, 1);
    assert_int_equal(config_workers(&c), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_safe_and_find_the_shipped_folders),
        cmocka_unit_test(every_default_is_within_its_own_bounds),
        cmocka_unit_test(the_engine_gets_what_was_configured),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
