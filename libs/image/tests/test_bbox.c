#include "image/bbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct parsed {
    struct arena *a;
    struct text_layer_word *word;
    size_t count;
    struct err e;
    int rc;
};

static struct parsed parse(const char *text)
{
    struct parsed p = {.a = arena_create(1 << 20)};
    size_t len = strlen(text);
    char *exact = malloc(len + 1);
    assert_non_null(exact);
    memcpy(exact, text, len);
    p.rc = bbox_parse(exact, len, p.a, &p.word, &p.count, &p.e);
    free(exact);
    return p;
}

#define BOX(a, b, c, d) "xMin=\"" a "\" yMin=\"" b "\" xMax=\"" c "\" yMax=\"" d "\""

static void words_come_with_boxes_lines_and_blocks(void **state)
{
    (void)state;
    struct parsed p = parse(
        "<!DOCTYPE html>\n<html><head><title>word &lt;</title></head>\n<body><doc>\n"
        "  <page width=\"612.0\" height=\"792.0\">\n<flow>\n"
        "<block " BOX("0", "0", "9", "9") ">\n<line " BOX(
            "0", "0", "9",
            "9") ">\n"
                 "<word " BOX(
                     "1.5", "2.25", "-3",
                     "4") ">Total</word>\n"
                          "<word " BOX(
                              "5", "6", "7",
                              "8") ">12.50</word>\n</line>\n"
                                   "<line " BOX("0", "0", "9", "9") ">\n<word " BOX(
                                       "1", "2", "3",
                                       "4") ">thanks</word>"
                                            "</line></block>\n<block " BOX(
                                                "0", "0", "9",
                                                "9") "><line " BOX("0", "0", "9",
                                                                   "9") ">"
                                                                        "<word " BOX(
                                                                            "1", "2", "3",
                                                                            "4") ">bye</word></"
                                                                                 "line></block></"
                                                                                 "flow></page></"
                                                                                 "doc></body>");
    assert_int_equal(p.rc, 0);
    assert_int_equal(p.count, 4);
    assert_string_equal(p.word[0].text, "Total");
    assert_true(p.word[0].x0 == -3.0f && p.word[0].x1 == 1.5f); /* put in order */
    assert_true(p.word[0].y0 == 2.25f && p.word[0].y1 == 4.0f);
    assert_int_equal(p.word[1].line, 0);
    assert_int_equal(p.word[2].line, 1);
    assert_int_equal(p.word[2].block, 0);
    assert_int_equal(p.word[3].line, 2);
    assert_int_equal(p.word[3].block, 1);
    arena_destroy(p.a);
}

static void entities_and_bad_bytes_are_decoded(void **state)
{
    (void)state;
    struct parsed p = parse("<word " BOX(
        "1", "2", "3", "4") ">a&amp;b&lt;&gt;&quot;&#39;&apos;"
                            "&#x20AC;&#8364;\xed\x95\x9c\x01\xff&#13;</word>"
                            "<word " BOX("1", "2", "3", "4") ">&#7;</word>"
                                                             "<word " BOX("1", "2", "3",
                                                                          "4") "></word>");
    assert_int_equal(p.rc, 0);
    assert_int_equal(p.count, 1); /* what is empty is dropped */
    assert_string_equal(p.word[0].text,
                        "a&b<>\"''\xe2\x82\xac\xe2\x82\xac\xed\x95\x9c\xef\xbf\xbd");
    assert_int_equal(p.word[0].line, 0);
    arena_destroy(p.a);
}

static void a_page_without_words_has_none(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "<doc><page width=\"1\" height=\"1\"></page></doc>",
                                        "no markup at all", "<"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct parsed p = parse(texts[i]);
        assert_int_equal(p.rc, 0);
        assert_int_equal(p.count, 0);
        arena_destroy(p.a);
    }
}

static void anything_unexpected_refuses_the_page(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"<word " BOX("1", "2", "3", "4"),
         "the text layer is malformed: a word's tag does not end"},
        {"<word xMin=\"1\">a</word>", "the text layer is malformed: a word has no box"},
        {"<word " BOX("1", "2", "nan", "4") ">a</word>",
         "the text layer is malformed: a word has no box"},
        {"<word " BOX("1", "2", "1e9", "4") ">a</word>",
         "the text layer is malformed: a word has no box"},
        {"<word " BOX("1", "2", "00000000000000000000000000000000000003", "4") ">a</word>",
         "the text layer is malformed: a word has no box"},
        {"<word " BOX("1", "2", "3", "4") ">a",
         "the text layer is malformed: a word's text does not end"},
        {"<word " BOX("1", "2", "3", "4") ">a<b></b></word>",
         "the text layer is malformed: a word contains an element"},
        {"<word " BOX("1", "2", "3", "4") ">a&b</word>",
         "the text layer is malformed: a word's text is not as expected"},
        {"<word " BOX("1", "2", "3", "4") ">&#xD800;</word>",
         "the text layer is malformed: a word's text is not as expected"},
        {"<word " BOX("1", "2", "3", "4") ">&nosuch;</word>",
         "the text layer is malformed: a word's text is not as expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p = parse(cases[i].text);
        assert_int_equal(p.rc, ERR_FORMAT);
        assert_string_equal(p.e.message, cases[i].message);
        assert_null(p.word);
        arena_destroy(p.a);
    }
}

static void too_many_words_are_a_limit(void **state)
{
    (void)state;
    size_t n = 200001 * 6;
    char *text = malloc(n + 1);
    assert_non_null(text);
    for (size_t i = 0; i < 200001; i++)
        memcpy(text + 6 * i, "<word ", 7);
    struct parsed p = parse(text);
    assert_int_equal(p.rc, ERR_LIMIT);
    assert_string_equal(p.e.message, "the page has 200001 words, more than 200000");
    arena_destroy(p.a);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_come_with_boxes_lines_and_blocks),
        cmocka_unit_test(entities_and_bad_bytes_are_decoded),
        cmocka_unit_test(a_page_without_words_has_none),
        cmocka_unit_test(anything_unexpected_refuses_the_page),
        cmocka_unit_test(too_many_words_are_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
