/* Counting a TIFF's pages: what libvips says, and what it must never be asked. */
#include "image/tiff.h"

#include "base/clock.h"
#include "image/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "library.h"

struct kind {
    bool big_endian, big; /* BigTIFF has wider numbers */
};

static void put(unsigned char *at, uint64_t v, int size, bool big_endian)
{
    for (int i = 0; i < size; i++)
        at[big_endian ? size - 1 - i : i] = (unsigned char)(v >> (8 * i));
}

/* Makes a TIFF of `pages` directories, each of one white pixel; the last leads to `last`. */
static unsigned char *make(struct kind k, int pages, uint64_t last, size_t *ret_len)
{
    static const int tags[][2] = {{256, 1}, {257, 1}, {258, 8}, {259, 1},
                                  {262, 1}, {273, 0}, {278, 1}, {279, 1}};
    enum { TAGS = sizeof tags / sizeof *tags };
    int wide = k.big ? 8 : 4;
    size_t head = k.big ? 16 : 8, count = k.big ? 8 : 2, entry = k.big ? 20 : 12;
    size_t one = count + TAGS * entry + (size_t)wide;
    size_t len = head + (size_t)pages * one + 1;
    unsigned char *b = calloc(1, len);
    assert_non_null(b);
    memcpy(b, k.big_endian ? "MM" : "II", 2);
    put(b + 2, k.big ? 43 : 42, 2, k.big_endian);
    if (k.big)
        put(b + 4, 8, 2, k.big_endian);
    put(b + head - (size_t)wide, head, wide, k.big_endian);
    for (int i = 0; i < pages; i++) {
        unsigned char *d = b + head + (size_t)i * one;
        put(d, TAGS, (int)count, k.big_endian);
        for (size_t n = 0; n < TAGS; n++) {
            unsigned char *at = d + count + n * entry;
            put(at, (uint64_t)tags[n][0], 2, k.big_endian);
            put(at + 2, tags[n][0] == 273 ? 4 : 3, 2, k.big_endian);
            put(at + 4, 1, wide, k.big_endian);
            if (tags[n][0] == 273)
                put(at + 4 + wide, len - 1, 4, k.big_endian);
            else
                put(at + 4 + wide, (uint64_t)tags[n][1], 2, k.big_endian);
        }
        put(d + one - (size_t)wide, i + 1 < pages ? head + (size_t)(i + 1) * one : last, wide,
            k.big_endian);
    }
    *ret_len = len;
    return b;
}

static void pages_are_counted_as_the_decoder_counts_them(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct kind k = {i & 1, i & 2};
        struct err e = ERR_INIT;
        struct document *d;
        struct document_limits limits = document_limits_default();
        size_t len;
        unsigned char *b = make(k, 150, 0, &len);
        assert_int_equal(tiff_count_pages(b, len), 150);
        assert_int_equal(document_open_memory(b, len, &limits, &d, &e), 0);
        assert_int_equal(document_page_count(d), 150);
        document_close(d);
        free(b);
    }
}

static void a_tiff_of_very_many_pages_is_refused_at_once(void **state)
{
    (void)state;
    static const int pages[] = {201, 9999, 10000, 65536, 100000};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct err e = ERR_INIT;
        struct document *d = NULL;
        struct document_limits limits = document_limits_default();
        char message[128];
        size_t len;
        unsigned char *b = make((struct kind){false, false}, pages[i], 0, &len);
        uint64_t begin = clock_monotonic_ns();
        assert_int_equal(document_open_memory(b, len, &limits, &d, &e), ERR_LIMIT);
        assert_true(clock_monotonic_ns() - begin < 1000000000u);
        snprintf(message, sizeof message, "the document has %d pages, more than the limit of 200",
                 pages[i]);
        assert_string_equal(e.message, message);
        assert_null(d);
        free(b);
    }
}

/* A limit above the 10,000 from which libvips's own function answers 1. */
static void ten_thousand_pages_may_be_allowed(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct document *d;
    struct document_limits limits = document_limits_default();
    size_t len;
    unsigned char *b = make((struct kind){false, false}, 10000, 0, &len);
    limits.max_pages = 20000;
    assert_int_equal(document_open_memory(b, len, &limits, &d, &e), 0);
    assert_int_equal(document_page_count(d), 10000);
    document_close(d);
    free(b);
}

static void a_chain_without_an_end_is_refused(void **state)
{
    (void)state;
    struct document_limits limits = document_limits_default();
    struct err e = ERR_INIT;
    struct document *d = NULL;
    size_t len;
    unsigned char *b = make((struct kind){false, false}, 3, 8, &len);
    assert_int_equal(tiff_count_pages(b, len), TIFF_MOST_PAGES);
    assert_int_equal(document_open_memory(b, len, &limits, &d, &e), ERR_LIMIT);
    free(b);
}

static void a_chain_that_leaves_the_file_ends_there(void **state)
{
    (void)state;
    size_t len;
    unsigned char *b = make((struct kind){true, true}, 3, ~(uint64_t)0, &len);
    assert_int_equal(tiff_count_pages(b, len), 3);
    for (size_t cut = 0; cut < len; cut++) {
        unsigned char *part = malloc(cut ? cut : 1); /* exact, so that a sanitizer sees the end */
        memcpy(part, b, cut);
        assert_in_range(tiff_count_pages(part, cut), 0, 3);
        free(part);
    }
    memset(b + 16, 0xff, 8); /* that many entries */
    assert_int_equal(tiff_count_pages(b, len), 1);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_counted_as_the_decoder_counts_them),
        cmocka_unit_test(a_tiff_of_very_many_pages_is_refused_at_once),
        cmocka_unit_test(ten_thousand_pages_may_be_allowed),
        cmocka_unit_test(a_chain_without_an_end_is_refused),
        cmocka_unit_test(a_chain_that_leaves_the_file_ends_there),
    };
    return cmocka_run_group_tests(tests, library_start, library_stop);
}
