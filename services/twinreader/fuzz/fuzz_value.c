/* Any bytes as a line of recognised text: amounts, dates, phrases and patterns found in it lie
 * inside it and the search goes on behind each. */
#include "twinreader/fuzzy.h"
#include "twinreader/pattern.h"
#include "twinreader/value.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void find_values(struct arena *a, const struct value_rules *r, const char *text, size_t len)
{
    struct amount m;
    struct date d;
    for (size_t from = 0; value_amount_next(r, text, len, from, &m); from = m.end) {
        need(m.end > from && m.end <= len && m.start >= from && m.start <= m.number);
        need(value_amount_text(a, &m) != NULL);
        (void)value_amount_scaled(&m);
    }
    for (size_t from = 0; value_date_next(r, text, len, from, &d); from = d.end) {
        need(d.end > from && d.end <= len && d.start >= from);
        need(value_date_text(a, &d) != NULL);
    }
}

/* The text itself as phrase and pattern, held against itself. */
static void find_itself(struct arena *a, char *text, size_t len)
{
    struct fuzzy_text folded;
    struct fuzzy_phrase phrase;
    struct fuzzy_match match;
    struct pattern_match groups;
    const struct pattern *pattern;
    struct err e = ERR_INIT;
    need(fuzzy_text_init(&folded, a, text, len) == 0);
    if (fuzzy_phrase_init(&phrase, text) == 0 && fuzzy_find(&folded, &phrase, 0, &match))
        need(match.start < match.end && match.end <= len && match.similarity > 0);
    if (pattern_compile(a, text, &pattern, &e) == 0 &&
        pattern_search(pattern, text, len, 0, &groups))
        need(groups.start[0] <= groups.end[0] && (size_t)groups.end[0] <= len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const currencies[] = {"RM", "$", "원", "S$"};
    if (size > 1500)
        return 0;
    struct value_rules rules = value_rules_default();
    rules.currencies = currencies;
    rules.currency_count = 4;
    struct arena *a = arena_create(8 << 20);
    char *text = malloc(size + 1);
    need(a && text);
    memcpy(text, data, size);
    text[size] = '\0';
    find_values(a, &rules, text, size);
    find_itself(a, text, strlen(text));
    free(text);
    arena_destroy(a);
    return 0;
}
