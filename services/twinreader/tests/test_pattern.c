#include "twinreader/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What the pattern finds in the text, group `group` of it; "-" for nothing. */
static void finds_group(const char *source, const char *text, int group, const char *expected)
{
    struct arena *a = arena_create(1 << 20);
    struct err e = ERR_INIT;
    const struct pattern *p;
    struct pattern_match m;
    if (pattern_compile(a, source, &p, &e) < 0)
        fail_msg("%s: %s", source, e.message);
    char got[256] = "-";
    if (pattern_search(p, text, strlen(text), 0, &m) && m.start[group] >= 0) {
        size_t n = (size_t)(m.end[group] - m.start[group]);
        memcpy(got, text + m.start[group], n);
        got[n] = '\0';
    }
    assert_string_equal(got, expected);
    arena_destroy(a);
}

static void finds(const char *source, const char *text, const char *expected)
{
    finds_group(source, text, 0, expected);
}

static void refused(const char *source, int code, const char *reason)
{
    struct arena *a = arena_create(1 << 20);
    struct err e = ERR_INIT;
    const struct pattern *p;
    assert_int_equal(pattern_compile(a, source, &p, &e), code);
    assert_non_null(strstr(e.message, reason));
    arena_destroy(a);
}

static void literals_classes_and_anchors(void **state)
{
    (void)state;
    finds("b", "abc", "b");
    finds("B", "abc", "b");
    finds("a.c", "xa원c", "a원c");
    finds("[0-9]+", "ab123", "123");
    finds("[^0-9]+", "12ab3", "ab");
    finds("[]x]+", "a]x]", "]x]");
    finds("[가-힣]+", "5원정", "원정");
    finds("^b", "ab", "-");
    finds("b$", "ab", "b");
    finds("\\bcd\\b", "abcd cd", "cd");
    finds("\\d\\s\\w", "a1 b", "1 b");
    finds("\\D+", "12ab", "ab");
    finds("\\.", "a.b", ".");
    finds("", "abc", "");
}

static void repetition_and_choice(void **state)
{
    (void)state;
    finds("ab*c", "ac abbc", "ac");
    finds("ab+c", "ac abbc", "abbc");
    finds("ab?c", "abbc abc", "abc");
    finds("a{2}", "a aaa", "aa");
    finds("a{2,}", "a aaaa", "aaaa");
    finds("a{1,2}", "aaa", "aa");
    finds("(?:ab){2,3}", "abababab", "ababab");
    finds("cat|dog|d", "a dog", "dog");
    finds("^(?:a|b)*$", "abba", "abba");
    finds("a.*b", "a1b2b", "a1b2b");
    finds("a.*?b", "a1b2b", "a1b");
    finds("(a|ab)(c|bcd)", "abcd", "abcd");
}

static void groups_hold_what_perl_would_hold(void **state)
{
    (void)state;
    finds_group("(\\d+) x (\\d+)", "a 12 x 34", 1, "12");
    finds_group("(\\d+) x (\\d+)", "a 12 x 34", 2, "34");
    finds_group("(a)|(b)", "b", 1, "-");
    finds_group("(a)|(b)", "b", 2, "b");
    finds_group("(?:(\\d)|x)+", "1x2", 1, "2");
    finds_group("^(.*?) ?(\\d+)$", "tea 12", 1, "tea");
}

static void mistakes_are_named(void **state)
{
    (void)state;
    refused("a(b", ERR_FORMAT, "without )");
    refused("a)b", ERR_FORMAT, "without (");
    refused("[a", ERR_FORMAT, "without ]");
    refused("[z-a]", ERR_FORMAT, "backwards");
    refused("*a", ERR_FORMAT, "repetition of nothing at character 1");
    refused("a**", ERR_FORMAT, "repetition of nothing at character 3");
    refused("a{2,1}", ERR_FORMAT, "{count}");
    refused("a{61}", ERR_LIMIT, "above 60");
    refused("a\\", ERR_FORMAT, "backslash");
    refused("\\q", ERR_FORMAT, "unknown escape");
    refused("((((((((((a))))))))))", ERR_LIMIT, "nine groups");
}

static void what_makes_other_matchers_slow_is_fast_or_refused(void **state)
{
    (void)state;
    char text[1900];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    finds("^(?:a*)*b$", text, "-");
    finds("(?:a|aa)+$", "aaaa", "aaaa");
    finds("(?:a?){30}a{30}b", text, "-");
    refused("(?:(?:(?:a{50}){50}){50}){50}", ERR_LIMIT, "too much repetition");
    refused("(?:(?:(?:){60}){60}){60}", ERR_FORMAT, "repetition of nothing");
    refused("(?:(?:a{60}){0}){60}", ERR_FORMAT, "repetition of nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_classes_and_anchors),
        cmocka_unit_test(repetition_and_choice),
        cmocka_unit_test(groups_hold_what_perl_would_hold),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(what_makes_other_matchers_slow_is_fast_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
