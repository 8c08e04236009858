/* Invented values: right check digits, dates that are what they say, text that can be drawn. */
#include "twinreader/synth/value.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "twinreader/synth/value_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct arena *arena;
static struct synth_rng rng;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_create(64u << 20);
    synth_rng_init(&rng, 4, 2);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static struct synth_value make(const char *generator, const char *option)
{
    struct synth_value v = {0};
    struct err e = ERR_INIT;
    if (synth_value_make(generator, option, &rng, arena, &v, &e) != 0)
        fail_msg("%s: %s", generator, e.message);
    assert_non_null(v.text);
    return v;
}

static int digits_of(const char *text, int *out, int most)
{
    int n = 0;
    for (; *text; text++)
        if (*text >= '0' && *text <= '9' && n < most)
            out[n++] = *text - '0';
    return n;
}

static void resident_numbers_have_a_date_and_the_right_check_digit(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct synth_value v = make("resident-number", NULL);
        int d[16], sum = 0;
        assert_int_equal(strlen(v.text), 14);
        assert_int_equal(v.text[6], '-');
        assert_int_equal(digits_of(v.text, d, 16), 13);
        for (int k = 0; k < 12; k++)
            sum += d[k] * (k % 8 + 2);
        assert_int_equal(d[12], (11 - sum % 11) % 10);
        assert_in_range(d[2] * 10 + d[3], 1, 12);
        assert_in_range(d[4] * 10 + d[5], 1, 31);
        assert_in_range(d[6], 1, 4);
    }
}

static void a_masked_resident_number_shows_seven_digits(void **state)
{
    (void)state;
    struct synth_value v = make("resident-number", "masked");
    int d[16];
    assert_int_equal(digits_of(v.text, d, 16), 7);
    assert_string_equal(v.text + 8, "******");
}

static void business_numbers_have_the_right_check_digit(void **state)
{
    (void)state;
    static const int weight[] = {1, 3, 7, 1, 3, 7, 1, 3, 5};
    for (int i = 0; i < 2000; i++) {
        struct synth_value v = make("business-number", NULL);
        int d[16], sum = 0;
        assert_int_equal(digits_of(v.text, d, 16), 10);
        assert_int_equal(v.text[3], '-');
        assert_int_equal(v.text[6], '-');
        for (int k = 0; k < 9; k++)
            sum += d[k] * weight[k];
        sum += d[8] * 5 / 10;
        assert_int_equal((sum + d[9]) % 10, 0);
    }
}

static void card_numbers_pass_luhn_and_begin_as_no_card_does(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        int d[20], sum = 0;
        assert_int_equal(digits_of(make("card", NULL).text, d, 20), 16);
        for (int k = 0; k < 16; k++) {
            int twice = d[15 - k] * (k % 2 + 1);
            sum += twice / 10 + twice % 10;
        }
        assert_int_equal(sum % 10, 0);
        assert_int_equal(d[0], 9);
    }
}

/* The numbers of a text, whatever stands between them. */
static int numbers_of(const char *text, int *out, int most)
{
    int n = 0;
    for (char *end; *text && n < most; text = end) {
        long v = strtol(text, &end, 10);
        if (end == text)
            end++;
        else
            out[n++] = v < 0 ? (int)-v : (int)v; /* a hyphen is no sign here */
    }
    return n;
}

static void a_date_and_its_iso_form_are_the_same_day(void **state)
{
    (void)state;
    static const char *const styles[] = {"korean", "korean-zero", "dot",   "dot-space",
                                         "iso",    "slash",       "short", "short-dot"};
    for (size_t w = 0; w < sizeof styles / sizeof *styles; w++)
        for (int i = 0; i < 300; i++) {
            struct synth_value v = make("date", styles[w]);
            int ymd[4];
            char iso[48];
            assert_int_equal(numbers_of(v.text, ymd, 4), 3);
            snprintf(iso, sizeof iso, "%04d-%02d-%02d", ymd[0] < 100 ? ymd[0] + 2000 : ymd[0],
                     ymd[1], ymd[2]);
            assert_string_equal(v.normalised, iso);
        }
    struct synth_value plain = make("date", "plain");
    for (const char *a = plain.text, *b = plain.normalised; *b; b++)
        if (*b != '-')
            assert_int_equal(*a++, *b);
}

static void the_calendar_is_the_one_of_the_system(void **state)
{
    (void)state;
    for (int64_t day = -20000; day < 30000; day += 13) {
        time_t t = (time_t)(day * 86400);
        struct tm tm;
        int y, m, d;
        assert_non_null(gmtime_r(&t, &tm));
        synth_value_civil(day, &y, &m, &d);
        assert_int_equal(y, tm.tm_year + 1900);
        assert_int_equal(m, tm.tm_mon + 1);
        assert_int_equal(d, tm.tm_mday);
    }
}

static void amounts_are_printed_in_each_way_and_normalised_to_digits(void **state)
{
    (void)state;
    assert_string_equal(synth_value_amount(0, NULL, arena), "0");
    assert_string_equal(synth_value_amount(999, NULL, arena), "999");
    assert_string_equal(synth_value_amount(1000, NULL, arena), "1,000");
    assert_string_equal(synth_value_amount(-12345678, NULL, arena), "-12,345,678");
    assert_string_equal(synth_value_amount(10030, "won", arena), "10,030원");
    assert_string_equal(synth_value_amount(10030, "won-space", arena), "10,030 원");
    assert_string_equal(synth_value_amount(10030, "sign", arena), "₩10,030");
    assert_string_equal(synth_value_amount(10030, "bare", arena), "10030");
    assert_string_equal(synth_value_amount(10030, "final", arena), "금 10,030원정");
    assert_string_equal(synth_value_amount(INT64_MIN, "bare", arena), "-9223372036854775808");
    for (int i = 0; i < 500; i++) {
        struct synth_value v = make("amount", "300~70000/100/won");
        int64_t won;
        assert_true(text_to_int(v.normalised, &won));
        assert_in_range(won, 300, 70000);
        assert_int_equal(won % 100, 0);
        assert_string_equal(v.text, synth_value_amount(won, "won", arena));
    }
}

static void a_disease_name_goes_with_its_code(void **state)
{
    (void)state;
    assert_string_equal(make("disease-name", "S83.2").text, "반달연골의 찢김");
    for (int i = 0; i < 100; i++) {
        const char *code = make("disease", NULL).text;
        assert_in_range(code[0], 'A', 'Z');
        assert_string_equal(make("disease-name", code).text, make("disease-name", code).text);
    }
}

static void particles_follow_the_last_syllable(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"집{+은}", "집은"},     {"나무{+은}", "나무는"}, {"길{+으로}", "길로"},
        {"집{+으로}", "집으로"}, {"차{+을}", "차를"},     {"책{+과}", "책과"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct synth_value_maker m = {.r = &rng};
        synth_value_expand(&m, cases[i].in);
        assert_false(m.failed);
        assert_string_equal(m.text, cases[i].out);
    }
}

/* The set of all characters that papers may hold, as a recogniser's character set lists them. */
static bool known[0x30000];

static void read_charset(void)
{
    struct buf b;
    struct err e = ERR_INIT;
    uint32_t code;
    buf_init(&b, 1 << 20);
    assert_int_equal(file_read(SYNTH_DIR "/charset.txt", &b, &e), 0);
    for (size_t at = 0, n; (n = text_utf8_next(b.data + at, b.len - at, &code)); at += n)
        if (code < 0x30000)
            known[code] = true;
    known[' '] = true;
    buf_finish(&b);
}

static void every_generator_writes_text_of_the_character_set(void **state)
{
    (void)state;
    read_charset();
    const char *const *names = synth_value_generators();
    for (size_t g = 0; names[g]; g++) {
        if (g > 0)
            assert_true(strcmp(names[g - 1], names[g]) < 0);
        for (int i = 0; i < 150; i++) {
            const char *s = make(names[g], NULL).text;
            size_t len = strlen(s), n;
            uint32_t code;
            assert_true(len > 0 && s[0] != ' ' && s[len - 1] != ' ');
            assert_null(strstr(s, "  "));
            for (; (n = text_utf8_next(s, len, &code)); s += n, len -= n)
                if (code >= 0x30000 || !known[code])
                    fail_msg("%s writes U+%04X", names[g], code);
            assert_int_equal(len, 0);
        }
    }
}

static void the_list_of_generators_is_complete(void **state)
{
    (void)state;
    size_t listed = 0, made = 0;
    const char *const *names = synth_value_generators();
    while (names[listed])
        listed++;
    static const struct synth_value_rule *const rules[] = {
        synth_value_text_rules, synth_value_name_rules, synth_value_item_rules,
        synth_value_english_rules};
    static const struct synth_value_generator *const generators[] = {
        synth_value_number_generators, synth_value_date_generators, synth_value_text_generators};
    for (size_t t = 0; t < 4; t++)
        for (const struct synth_value_rule *r = rules[t]; r->name; r++)
            made++;
    for (size_t t = 0; t < 3; t++)
        for (const struct synth_value_generator *g = generators[t]; g->name; g++)
            made++;
    assert_int_equal(listed, made); /* and every listed one can be made, as tested above */
}

static void every_syllable_of_ks_x_1001_is_written_sooner_or_later(void **state)
{
    (void)state;
    static bool seen[11172];
    int count = 0;
    struct arena *a = arena_create(64u << 20);
    for (int i = 0; i < 12000; i++) {
        struct synth_value v;
        struct err e = ERR_INIT;
        uint32_t code;
        assert_int_equal(synth_value_make("syllables-ko", "6~6", &rng, a, &v, &e), 0);
        for (const char *s = v.text; *s; s += 3) {
            assert_int_equal(text_utf8_next(s, strlen(s), &code), 3);
            assert_in_range(code, 0xAC00, 0xD7A3);
            count += !seen[code - 0xAC00];
            seen[code - 0xAC00] = true;
        }
    }
    arena_destroy(a);
    assert_int_equal(count, 2350);
}

static void an_unknown_generator_is_named(void **state)
{
    (void)state;
    struct synth_value v;
    struct err e = ERR_INIT;
    assert_int_equal(synth_value_make("no-such", NULL, &rng, arena, &v, &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.message, "no-such"));
}

static void the_same_numbers_make_the_same_value(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 50; i++) {
        struct synth_rng a, b;
        struct synth_value v, w;
        struct err e = ERR_INIT;
        synth_rng_init(&a, 9, i);
        synth_rng_init(&b, 9, i);
        assert_int_equal(synth_value_make("line-mixed", NULL, &a, arena, &v, &e), 0);
        assert_int_equal(synth_value_make("line-mixed", NULL, &b, arena, &w, &e), 0);
        assert_string_equal(v.text, w.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resident_numbers_have_a_date_and_the_right_check_digit),
        cmocka_unit_test(a_masked_resident_number_shows_seven_digits),
        cmocka_unit_test(business_numbers_have_the_right_check_digit),
        cmocka_unit_test(card_numbers_pass_luhn_and_begin_as_no_card_does),
        cmocka_unit_test(a_date_and_its_iso_form_are_the_same_day),
        cmocka_unit_test(the_calendar_is_the_one_of_the_system),
        cmocka_unit_test(amounts_are_printed_in_each_way_and_normalised_to_digits),
        cmocka_unit_test(a_disease_name_goes_with_its_code),
        cmocka_unit_test(particles_follow_the_last_syllable),
        cmocka_unit_test(every_generator_writes_text_of_the_character_set),
        cmocka_unit_test(the_list_of_generators_is_complete),
        cmocka_unit_test(every_syllable_of_ks_x_1001_is_written_sooner_or_later),
        cmocka_unit_test(an_unknown_generator_is_named),
        cmocka_unit_test(the_same_numbers_make_the_same_value),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
