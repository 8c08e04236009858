/* Corrections and the reading they speak of: finding their places, and putting values there. */
#include "twinreader/corrections.h"
#include "twinreader/value.h"

#include <string.h>

static const struct page *find_page(const struct reading *r, int number)
{
    for (size_t i = 0; i < r->page_count; i++)
        if (r->pages[i].number == number)
            return &r->pages[i];
    return NULL;
}

static const struct field *find_named(const struct field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

/* A form that misses a field says so in the page's reasons; then a person may add it. */
static bool named_by_reason(const struct page *p, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < p->reason_count; i++)
        if (strncmp(p->reasons[i], name, len) == 0 &&
            (strcmp(p->reasons[i] + len, ": not found") == 0 ||
             strcmp(p->reasons[i] + len, ": its label has no value") == 0))
            return true;
    return false;
}

bool corrections_find(const struct reading *r, int page, const struct corrections_target *t,
                      struct corrections_place *ret)
{
    const struct page *p = find_page(r, page);
    struct corrections_place at = {0};
    if (!p)
        return false;
    if (!t->is_field) {
        if (t->line >= p->line_count || t->word >= p->lines[t->line].word_count)
            return false;
        at.line = &p->lines[t->line];
        at.word = &at.line->words[t->word];
    } else {
        at.field = find_named(p->fields, p->field_count, t->name);
        if (at.field && t->is_cell) {
            const struct field_row *row =
                t->row < at.field->row_count ? &at.field->rows[t->row] : NULL;
            at.field = row ? find_named(row->cells, row->cell_count, t->cell) : NULL;
        }
        if (!at.field && !t->is_cell && named_by_reason(p, t->name))
            at.missing = p;
        else if (!at.field || at.field->rows)
            return false;
    }
    *ret = at;
    return true;
}

/* A person writes a value as the paper has it, so it is understood as the page's own would be. */
static const char *normalise(struct arena *a, const struct field *f, const char *value)
{
    static const char *const currencies[] = {"₩", "￦", "원", "KRW", "RM", "$", "US$", "€"};
    struct value_rules rules = value_rules_default();
    struct amount m;
    struct date d;
    rules.currencies = currencies;
    rules.currency_count = sizeof currencies / sizeof *currencies;
    if (f->value && strcmp(f->value, value) == 0)
        return f->normalised;
    if (strcmp(f->type, "amount") == 0 && value_amount_next(&rules, value, strlen(value), 0, &m))
        return value_amount_text(a, &m);
    if (strcmp(f->type, "date") == 0 && value_date_next(&rules, value, strlen(value), 0, &d))
        return value_date_text(a, &d);
    return NULL;
}

int corrections_fill(const struct reading *r, const struct corrections_place *at, struct arena *a,
                     struct correction *c, struct err *e)
{
    c->detector = r->detector;
    c->recogniser = r->recogniser;
    if (at->word) {
        c->original = at->word->text;
        c->box = at->word->box;
        c->confidence = at->word->confidence;
        return 0;
    }
    if (at->missing)
        return 0;
    c->original = at->field->value;
    c->box = at->field->box;
    c->confidence = at->field->confidence;
    c->normalised = normalise(a, at->field, c->value);
    (void)e;
    return 0;
}

/* The reading's arrays are its own arena's and were never constant objects: only its readers see
 * them so. */
static void *writable(const void *p)
{
    void *q;
    memcpy(&q, &p, sizeof q);
    return q;
}

/* The words joined again. */
static int join_line(struct reading *r, struct line *l, struct err *e)
{
    size_t size = 1;
    for (size_t i = 0; i < l->word_count; i++)
        size += strlen(l->words[i].text) + 1;
    char *text = arena_alloc(r->arena, size), *p = text;
    if (!text)
        return err_set(e, ERR_NOMEM, "out of memory for the corrections");
    for (size_t i = 0; i < l->word_count; i++) {
        size_t len = strlen(l->words[i].text);
        if (i)
            *p++ = ' ';
        memcpy(p, l->words[i].text, len);
        p += len;
    }
    *p = '\0';
    l->text = text;
    return 0;
}

/* Adds a field that was not found. */
static int add_field(const struct correction *c, struct reading *r, struct page *p,
                     const char *name, struct err *e)
{
    struct field *fields = arena_array(r->arena, p->field_count + 1, sizeof *fields);
    const char *copy = arena_strdup(r->arena, name);
    if (!fields || !copy)
        return err_set(e, ERR_NOMEM, "out of memory for the corrections");
    if (p->field_count)
        memcpy(fields, p->fields, p->field_count * sizeof *fields);
    fields[p->field_count++] = (struct field){
        .name = copy, .type = "text", .value = c->value, .confidence = 1, .corrected = true};
    p->fields = fields;
    return 0;
}

static int apply_one(const struct correction *c, struct reading *r, struct err *e)
{
    struct corrections_target t;
    struct corrections_place at;
    if (!corrections_target_parse(c->target, &t) || !corrections_find(r, c->page, &t, &at))
        return 0;
    if (at.missing)
        return add_field(c, r, writable(at.missing), t.name, e);
    if (at.field) {
        struct field *f = writable(at.field);
        f->value = c->value;
        f->normalised = c->normalised;
        f->confidence = 1;
        f->corrected = true;
        f->original = c->original;
        return 0;
    }
    struct word *w = writable(at.word);
    w->text = c->value;
    w->confidence = 1;
    w->chars = NULL;
    w->char_count = 0;
    w->corrected = true;
    w->original = c->original;
    return join_line(r, writable(at.line), e);
}

int corrections_apply(const struct corrections *c, struct reading *r, struct err *e)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < c->count; i++)
        rc = apply_one(&c->items[i], r, e);
    return rc;
}
