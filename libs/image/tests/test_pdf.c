/* PDF through the real poppler tools: text layers, rendering, and every way a PDF can be bad. */
#include "image/document.h"

#include "base/buf.h"
#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "library.h"

static int open_named(const char *name, const struct document_limits *limits, struct document **ret,
                      struct err *e)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
    return document_open_file(path, limits, ret, e);
}

static struct arena *read_first(const char *name, const struct document_limits *limits,
                                struct document_page *page)
{
    char text[1100];
    struct err e = ERR_INIT;
    struct document *d;
    struct arena *a = arena_create(16 << 20);
    if (open_named(name, limits, &d, &e) || document_read_page(d, 0, a, page, &e))
        fail_msg("%s: %s", name, err_text(&e, text, sizeof text));
    assert_string_equal(document_format(d), "pdf");
    document_close(d);
    return a;
}

static double darkness(const struct image *im, const struct text_layer_word *w, double scale)
{
    double sum = 0.0, n = 0.0;
    for (int y = (int)(w->y0 * scale); y < (int)(w->y1 * scale) && y < im->height; y++) {
        for (int x = (int)(w->x0 * scale); x < (int)(w->x1 * scale) && x < im->width; x++) {
            sum += 255 - im->pixels[(size_t)y * im->stride + (size_t)x * 3];
            n++;
        }
    }
    return n > 0.0 ? sum / n : 0.0;
}

/* Whatever the crop box, rotation and resolution, the words lie on their ink. */
static void words_lie_on_their_ink(void **state)
{
    (void)state;
    static const char *const words[] = {"Receipt", "total",   "12.50", "Second",
                                        "&",       "<third>", "Thank", "you"};
    static const struct {
        const char *name;
        int dpi, max_side, width, height;
    } cases[] = {{"text.pdf", 200, 4096, 1700, 2200}, {"text.pdf", 72, 4096, 612, 792},
                 {"text.pdf", 300, 1000, 2550, 3300}, {"turned.pdf", 200, 4096, 834, 1250},
                 {"turned.pdf", 200, 500, 834, 1250}, {"owner_only.pdf", 200, 4096, 1700, 2200}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct document_limits limits = document_limits_default();
        struct document_page p;
        limits.pdf_dpi = cases[i].dpi;
        limits.max_side = cases[i].max_side;
        struct arena *a = read_first(cases[i].name, &limits, &p);
        assert_int_equal(p.source_width, cases[i].width);
        assert_int_equal(p.source_height, cases[i].height);
        assert_true(p.dpi == cases[i].dpi);
        assert_true(p.picture->width <= cases[i].max_side);
        assert_true(p.picture->height <= cases[i].max_side);
        assert_true(fabs(p.picture->height - p.scale * p.source_height) <= 1.0);
        assert_int_equal(p.text_count, 8);
        for (size_t k = 0; k < 8; k++) {
            assert_string_equal(p.text[k].text, words[k]);
            assert_true(darkness(p.picture, &p.text[k], p.scale) > 15.0);
        }
        assert_true(p.text[2].line < p.text[3].line);
        image_destroy(p.picture);
        arena_destroy(a);
    }
}

static void the_text_layer_can_be_switched_off(void **state)
{
    (void)state;
    struct document_limits limits = document_limits_default();
    struct document_page p;
    limits.pdf_text_layer = false;
    struct arena *a = read_first("text.pdf", &limits, &p);
    assert_null(p.text);
    assert_int_equal(p.text_count, 0);
    image_destroy(p.picture);
    arena_destroy(a);
}

/* No text, or only the mark of a scanner's program under a picture: the picture is to be read. */
static void a_layer_that_is_not_the_page_is_left_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"drawing.pdf", "stamped.pdf"};
    struct document_limits limits = document_limits_default();
    for (int i = 0; i < 2; i++) {
        struct document_page p;
        struct arena *a = read_first(names[i], &limits, &p);
        assert_null(p.text);
        assert_int_equal(p.picture->width, 1700);
        image_destroy(p.picture);
        arena_destroy(a);
    }
}

static void a_poster_is_rendered_within_the_side_asked_for(void **state)
{
    (void)state;
    struct document_limits limits = document_limits_default();
    struct document_page p;
    struct arena *a = read_first("poster.pdf", &limits, &p);
    assert_int_equal(p.source_width, 40000);
    assert_int_equal(p.source_height, 20000);
    assert_int_equal(p.picture->width, 4096);
    assert_int_equal(p.picture->height, 2048);
    image_destroy(p.picture);
    arena_destroy(a);
    struct err e = ERR_INIT;
    struct document *d;
    limits.max_side = 0;
    assert_int_equal(open_named("poster.pdf", &limits, &d, &e), 0);
    assert_int_equal(document_read_page(d, 0, NULL, &p, &e), ERR_LIMIT);
    assert_string_equal(e.message,
                        "page 1 of the PDF has 40000 x 20000 pixels, more than the limit "
                        "of 200000000");
    document_close(d);
}

static void bad_documents_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int code;
        const char *message;
    } cases[] = {
        {"encrypted.pdf", ERR_ENCRYPTED, "the PDF is encrypted and needs a password"},
        {"loop.pdf", ERR_FORMAT, "page 1 of the PDF has no size: its page tree is damaged"},
        {"loop2.pdf", ERR_FORMAT, "page 1 of the PDF has no size: its page tree is damaged"},
        {"liar.pdf", ERR_FORMAT, "the PDF is damaged or too complex"},
    };
    struct document_limits limits = document_limits_default();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = ERR_INIT;
        struct document *d = NULL;
        uint64_t begin = clock_monotonic_ns();
        assert_int_equal(open_named(cases[i].name, &limits, &d, &e), cases[i].code);
        assert_string_equal(e.message, cases[i].message);
        assert_null(d);
        assert_true(clock_monotonic_ns() - begin < 10u * 1000000000u);
    }
}

static void ten_thousand_pages_are_refused_at_once(void **state)
{
    (void)state;
    enum { PAGES = 10000 };
    struct buf b;
    struct err e = ERR_INIT;
    struct document *d = NULL;
    struct document_limits limits = document_limits_default();
    buf_init(&b, 0);
    buf_puts(&b, "%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
                 "2 0 obj\n<</Type/Pages/MediaBox[0 0 99 99]/Kids[");
    for (int i = 0; i < PAGES; i++)
        buf_printf(&b, "%d 0 R ", i + 3);
    buf_printf(&b, "]/Count %d>>\nendobj\n", PAGES);
    for (int i = 0; i < PAGES; i++)
        buf_printf(&b, "%d 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n", i + 3);
    buf_printf(&b, "trailer\n<</Size %d/Root 1 0 R>>\n%%%%EOF\n", PAGES + 3);
    assert_int_equal(buf_status(&b), 0);
    assert_int_equal(document_open_memory(b.data, b.len, &limits, &d, &e), ERR_LIMIT);
    assert_string_equal(e.message, "the document has 10000 pages, more than the limit of 200");
    buf_finish(&b);
}

static size_t entries(const char *folder)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

/* The linker sends this program's writes here (--wrap=write). */
static int write_errno;
ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
    if (!write_errno)
        return __real_write(fd, bytes, len);
    errno = write_errno;
    return -1;
}

static void a_full_disk_has_its_own_code(void **state)
{
    (void)state;
    static const struct {
        int number, code;
        const char *message;
    } cases[] = {
        {ENOSPC, ERR_NO_SPACE, "a temporary file cannot be written: No space left on device"},
        {EDQUOT, ERR_NO_SPACE, "a temporary file cannot be written: Disk quota exceeded"},
        {EIO, ERR_IO, "a temporary file cannot be written: Input/output error"},
    };
    struct document_limits limits = document_limits_default();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = ERR_INIT;
        struct document *d = NULL;
        write_errno = cases[i].number;
        int rc = document_open_memory("%PDF-1.5\n", 9, &limits, &d, &e);
        write_errno = 0;
        assert_int_equal(rc, cases[i].code);
        assert_string_equal(e.message, cases[i].message);
        assert_null(d);
    }
}

/* A stand-in for pdfinfo ends as the real one would. */
static void a_killed_child_is_not_said_to_be_slow(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        int code;
        const char *message;
    } cases[] = {
        {"kill -9 $$", ERR_NOMEM, "pdfinfo was killed, most likely because memory ran out"},
        {"kill -XCPU $$", ERR_TIMEOUT, "the PDF took more processor time than allowed"},
    };
    struct document_limits limits = document_limits_default();
    char folder[] = P_tmpdir "/dure-test-XXXXXX", path[64], search[4096];
    char *old = strdup(getenv("PATH"));
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/pdfinfo", folder);
    snprintf(search, sizeof search, "%s:%s", folder, old);
    setenv("PATH", search, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = ERR_INIT;
        struct document *d;
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fprintf(f, "#!/bin/sh\n%s\n", cases[i].script);
        fclose(f);
        assert_int_equal(chmod(path, 0700), 0);
        assert_int_equal(open_named("text.pdf", &limits, &d, &e), cases[i].code);
        assert_string_equal(e.message, cases[i].message);
    }
    setenv("PATH", old, 1);
    unlink(path);
    rmdir(folder);
    free(old);
}

static void a_pdf_in_memory_leaves_no_file_behind(void **state)
{
    (void)state;
    char folder[] = P_tmpdir "/dure-test-XXXXXX", path[1024];
    unsigned char bytes[4096];
    struct err e = ERR_INIT;
    struct document *d;
    struct document_page p;
    struct document_limits limits = document_limits_default();
    struct arena *a = arena_create(1 << 20);
    assert_non_null(mkdtemp(folder));
    setenv("TMPDIR", folder, 1);
    snprintf(path, sizeof path, "%s/text.pdf", TEST_DATA);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_int_equal(document_open_memory(bytes, len, &limits, &d, &e), 0);
    assert_int_equal(entries(folder), 2); /* nor would a killed process leave one */
    assert_int_equal(document_read_page(d, 0, a, &p, &e), 0);
    assert_int_equal(p.text_count, 8);
    image_destroy(p.picture);
    document_close(d);
    assert_int_equal(entries(folder), 2);
    int input = dup(0);
    close(0); /* the copy must not become standard input */
    int rc = document_open_memory(bytes, len, &limits, &d, &e);
    dup2(input, 0);
    close(input);
    assert_int_equal(rc, 0);
    document_close(d);
    assert_int_equal(document_open_memory(bytes, 20, &limits, &d, &e), ERR_FORMAT);
    assert_int_equal(entries(folder), 2);
    setenv("TMPDIR", "/nonexistent", 1);
    assert_int_equal(document_open_memory(bytes, len, &limits, &d, &e), ERR_IO);
    assert_string_equal(e.message, "a temporary file cannot be made: No such file or directory");
    unsetenv("TMPDIR");
    rmdir(folder);
    arena_destroy(a);
}

static void a_child_that_takes_too_long_is_stopped(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct document *d;
    struct document_limits limits = document_limits_default();
    limits.pdf_wall_ms = 1;
    assert_int_equal(open_named("text.pdf", &limits, &d, &e), ERR_TIMEOUT);
    assert_string_equal(e.message, "the PDF took longer than the limit of 1 ms");
}

static void missing_tools_are_named(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct document *d;
    struct document_limits limits = document_limits_default();
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    assert_int_equal(open_named("text.pdf", &limits, &d, &e), ERR_UNSUPPORTED);
    assert_string_equal(e.message, "reading PDF needs poppler's pdfinfo, which is not installed");
    setenv("PATH", path, 1);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_lie_on_their_ink),
        cmocka_unit_test(the_text_layer_can_be_switched_off),
        cmocka_unit_test(a_layer_that_is_not_the_page_is_left_alone),
        cmocka_unit_test(a_poster_is_rendered_within_the_side_asked_for),
        cmocka_unit_test(bad_documents_say_what_is_wrong),
        cmocka_unit_test(ten_thousand_pages_are_refused_at_once),
        cmocka_unit_test(a_pdf_in_memory_leaves_no_file_behind),
        cmocka_unit_test(a_full_disk_has_its_own_code),
        cmocka_unit_test(a_killed_child_is_not_said_to_be_slow),
        cmocka_unit_test(a_child_that_takes_too_long_is_stopped),
        cmocka_unit_test(missing_tools_are_named),
    };
    return cmocka_run_group_tests(tests, library_start, library_stop);
}
