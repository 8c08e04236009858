/* What of libvips a stranger's bytes can reach, asked of libvips itself. */
#include "image/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "library.h"

#include <vips/vips.h>

static const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
static const char ppm[] = "P6\n1 1\n255\nabc";
static const char hdr[] = "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\nabcd";
static const char gif[] = "GIF89a\1\0\1\0\x80\0\0abcdef,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

/* libvips finds the loader by content; a blocked one is found, but does not run. */
static bool loads(const char *bytes, size_t len)
{
    VipsSource *s = vips_source_new_from_memory(bytes, len);
    VipsImage *im = vips_image_new_from_source(s, "", NULL);
    bool loaded = im != NULL;
    if (im)
        g_object_unref(im);
    g_object_unref(s);
    vips_error_clear();
    return loaded;
}

static void only_the_loaders_we_name_run(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_false(loads(svg, sizeof svg - 1));
    assert_false(loads(ppm, sizeof ppm - 1));
    assert_false(loads(hdr, sizeof hdr - 1));
    assert_true(loads(gif, sizeof gif - 1));
    /* It is the block that stops them: without it they run. */
    vips_operation_block_set("VipsForeignLoad", FALSE);
    assert_true(loads(ppm, sizeof ppm - 1));
    assert_true(loads(hdr, sizeof hdr - 1));
    assert_int_equal(document_library_init(&e), 0);
    assert_false(loads(ppm, sizeof ppm - 1));
}

/* Not even when asked for by name. */
static void a_blocked_loader_does_not_run_by_name(void **state)
{
    (void)state;
    VipsImage *im = NULL;
    VipsSource *s = vips_source_new_from_memory(ppm, sizeof ppm - 1);
    assert_int_not_equal(vips_ppmload_source(s, &im, NULL), 0);
    assert_null(im);
    g_object_unref(s);
    vips_error_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_loaders_we_name_run),
        cmocka_unit_test(a_blocked_loader_does_not_run_by_name),
    };
    return cmocka_run_group_tests(tests, library_start, library_stop);
}
