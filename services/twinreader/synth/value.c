#include "twinreader/synth/value.h"

#include "twinreader/synth/value_maker.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct synth_value_rule *const rule_tables[] = {
    synth_value_text_rules, synth_value_name_rules, synth_value_item_rules,
    synth_value_english_rules};
static const struct synth_value_generator *const generator_tables[] = {
    synth_value_number_generators, synth_value_date_generators, synth_value_text_generators};

enum {
    RULE_TABLES = sizeof rule_tables / sizeof *rule_tables,
    GENERATOR_TABLES = sizeof generator_tables / sizeof *generator_tables
};

void synth_value_put(struct synth_value_maker *m, const char *text, size_t len)
{
    if (len >= sizeof m->text - m->len) {
        m->failed = true;
        return;
    }
    memcpy(m->text + m->len, text, len);
    m->len += len;
    m->text[m->len] = '\0';
}

void synth_value_puts(struct synth_value_maker *m, const char *text)
{
    synth_value_put(m, text, strlen(text));
}

void synth_value_printf(struct synth_value_maker *m, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text)
        m->failed = true;
    else
        synth_value_put(m, text, (size_t)n);
}

size_t synth_value_alternatives(const char *alternatives)
{
    size_t n = 1;
    for (const char *s = alternatives; (s = strchr(s, '|')); s++)
        n++;
    return n;
}

size_t synth_value_nth(const char *alternatives, size_t index, const char **ret)
{
    const char *s = alternatives;
    while (index-- > 0)
        s = strchr(s, '|') + 1;
    *ret = s;
    return strcspn(s, "|");
}

void synth_value_range(const char *option, int64_t *first, int64_t *last)
{
    if (!option)
        return;
    char *end;
    long long low = strtoll(option, &end, 10), high;
    if (end == option || *end != '~')
        return;
    const char *rest = end + 1;
    high = strtoll(rest, &end, 10);
    if (end != rest && low <= high) {
        *first = low;
        *last = high;
    }
}

/* The final consonant of the last syllable: 0 for none, else 1..27 (8 is ㄹ). */
static int last_final(const struct synth_value_maker *m)
{
    uint32_t code;
    for (size_t back = 1; back <= 4 && back <= m->len; back++)
        if (text_utf8_next(m->text + m->len - back, back, &code) == back)
            return code >= 0xAC00 && code <= 0xD7A3 ? (int)(code - 0xAC00) % 28 : 0;
    return 0;
}

static void put_particle(struct synth_value_maker *m, const char *name, size_t len)
{
    static const struct {
        const char *after_consonant, *after_vowel;
    } pairs[] = {{"은", "는"},   {"이", "가"},   {"을", "를"},   {"과", "와"},
                 {"으로", "로"}, {"이나", "나"}, {"이라", "라"}, {"이며", "며"}};
    int final = last_final(m);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strlen(pairs[i].after_consonant) == len &&
            memcmp(pairs[i].after_consonant, name, len) == 0) {
            bool vowel = final == 0 || (final == 8 && strncmp(name, "으로", len) == 0);
            synth_value_puts(m, vowel ? pairs[i].after_vowel : pairs[i].after_consonant);
            return;
        }
    m->failed = true;
}

/* What stands between braces: a particle, a range, or a name with an option. */
static void put_braces(struct synth_value_maker *m, const char *inside, size_t len)
{
    char name[96];
    if (len == 0 || len >= sizeof name) {
        m->failed = true;
        return;
    }
    if (*inside == '+') {
        put_particle(m, inside + 1, len - 1);
        return;
    }
    memcpy(name, inside, len);
    name[len] = '\0';
    if (*name >= '0' && *name <= '9') {
        int64_t first = 0, last = 9;
        synth_value_range(name, &first, &last);
        synth_value_printf(m, "%lld", (long long)synth_rng_range(m->r, first, last));
        return;
    }
    char *option = strchr(name, ':');
    if (option)
        *option++ = '\0';
    synth_value_call(m, name, option);
}

void synth_value_expand(struct synth_value_maker *m, const char *alternatives)
{
    const char *s;
    size_t count = synth_value_alternatives(alternatives);
    size_t len =
        synth_value_nth(alternatives, count > 1 ? synth_rng_below(m->r, (uint32_t)count) : 0, &s);
    const char *end = s + len;
    while (s < end && !m->failed) {
        if (*s == '{') {
            const char *close = memchr(s, '}', (size_t)(end - s));
            if (!close) {
                m->failed = true;
                return;
            }
            put_braces(m, s + 1, (size_t)(close - s - 1));
            s = close + 1;
        } else if (*s == '#') {
            synth_value_printf(m, "%u", synth_rng_below(m->r, 10));
            s++;
        } else if (*s == '@') {
            synth_value_printf(m, "%c", (char)('A' + synth_rng_below(m->r, 26)));
            s++;
        } else {
            size_t n = (size_t)(end - s), plain = 0;
            while (plain < n && !strchr("{#@", s[plain]))
                plain++;
            synth_value_put(m, s, plain);
            s += plain;
        }
    }
}

static bool find_rule(const char *name, const char **ret)
{
    for (size_t t = 0; t < RULE_TABLES; t++)
        for (const struct synth_value_rule *x = rule_tables[t]; x->name; x++)
            if (strcmp(x->name, name) == 0) {
                *ret = x->alternatives;
                return true;
            }
    return false;
}

void synth_value_call(struct synth_value_maker *m, const char *name, const char *option)
{
    const char *alternatives;
    if (m->failed)
        return;
    if (++m->depth > SYNTH_VALUE_DEPTH)
        m->failed = true;
    else if (find_rule(name, &alternatives)) {
        synth_value_expand(m, alternatives);
        m->depth--;
        return;
    }
    for (size_t t = 0; !m->failed && t < GENERATOR_TABLES; t++)
        for (const struct synth_value_generator *g = generator_tables[t]; g->name; g++)
            if (strcmp(g->name, name) == 0) {
                g->make(m, option);
                m->depth--;
                return;
            }
    m->failed = true;
    if (!*m->missing)
        snprintf(m->missing, sizeof m->missing, "%s", name);
}

int synth_value_make(const char *generator, const char *option, struct synth_rng *r,
                     struct arena *a, struct synth_value *ret, struct err *e)
{
    struct synth_value_maker m = {.r = r};
    synth_value_call(&m, generator, option);
    if (m.failed && *m.missing)
        return err_set(e, ERR_NOT_FOUND, "no generator is called \"%s\"", m.missing);
    if (m.failed)
        return err_set(e, ERR_LIMIT, "the generator \"%s\" writes too much", generator);
    while (m.len > 0 && m.text[m.len - 1] == ' ')
        m.len--;
    struct synth_value v = {.text = arena_strndup(a, m.text, m.len)};
    if (*m.normalised)
        v.normalised = arena_strdup(a, m.normalised);
    if (!v.text || (*m.normalised && !v.normalised))
        return err_set(e, ERR_NOMEM, "no memory for a value");
    *ret = v;
    return 0;
}

const char *synth_value_amount(int64_t won, const char *style, struct arena *a)
{
    char digits[32], grouped[48];
    size_t g = 0;
    int n = snprintf(digits, sizeof digits, "%llu",
                     won < 0 ? 0ULL - (unsigned long long)won : (unsigned long long)won);
    const char *s = style ? style : "";
    bool bare = strcmp(s, "bare") == 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0 && !bare)
            grouped[g++] = ',';
        grouped[g++] = digits[i];
    }
    grouped[g] = '\0';
    static const struct {
        const char *style, *before, *after;
    } marks[] = {{"won", "", "원"},        {"won-space", "", " 원"}, {"sign", "₩", ""},
                 {"sign-space", "₩ ", ""}, {"krw", "KRW ", ""},      {"final", "금 ", "원정"}};
    const char *before = "", *after = "";
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strcmp(marks[i].style, s) == 0) {
            before = marks[i].before;
            after = marks[i].after;
        }
    return arena_printf(a, "%s%s%s%s", before, won < 0 ? "-" : "", grouped, after);
}
