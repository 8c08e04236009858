#include "twinreader/extract_sheet.h"

#include "twinreader/glue.h"

#include <string.h>

enum { FIELD_OWNERS = 256, HEAD_OWNERS = 128, KEY_OWNER = -1 };

int extract_place_owner(size_t field, size_t place)
{
    return (int)(field * FIELD_OWNERS + place);
}

int extract_head_owner(size_t field, size_t column)
{
    return (int)(field * FIELD_OWNERS + HEAD_OWNERS + column);
}

bool extract_owned_by_place(int owner)
{
    return owner >= 0 && owner % FIELD_OWNERS < HEAD_OWNERS;
}

static int typed_amount(struct extract_sheet *x, const char *text, size_t len, bool last,
                        size_t *ret_start, size_t *ret_end, struct extract_value *ret, bool *found)
{
    const struct value_rules *rules = &x->form->values;
    struct amount m, best;
    size_t from = 0;
    *found = false;
    while ((!*found || last) && value_amount_next(rules, text, len, from, &m)) {
        best = m;
        from = m.end;
        *found = true;
    }
    if (!*found)
        return 0;
    *ret_start = best.start;
    *ret_end = best.end;
    ret->scaled = value_amount_scaled(&best);
    ret->value = arena_strndup(x->arena, text + best.start, best.end - best.start);
    ret->normalised = value_amount_text(x->arena, &best);
    return ret->value && ret->normalised ? 0 : ERR_NOMEM;
}

static int typed_date(struct extract_sheet *x, const char *text, size_t len, bool last,
                      size_t *ret_start, size_t *ret_end, struct extract_value *ret, bool *found)
{
    struct date d, best = {0};
    size_t from = 0;
    *found = false;
    while ((!*found || last) && value_date_next(&x->form->values, text, len, from, &d)) {
        from = d.end;
        /* Eight digits in a row are a date only where there is no other. */
        if (*found && d.certainty < best.certainty - 0.3f)
            continue;
        best = d;
        *found = true;
    }
    if (!*found)
        return 0;
    /* "5일" is one with its sign. */
    if (best.end + 3 <= len && memcmp(text + best.end, "일", 3) == 0)
        best.end += 3;
    *ret_start = best.start;
    *ret_end = best.end;
    ret->value = arena_strndup(x->arena, text + best.start, best.end - best.start);
    ret->normalised = value_date_text(x->arena, &best);
    return ret->value && ret->normalised ? 0 : ERR_NOMEM;
}

bool extract_typed(struct extract_sheet *x, enum form_type type, const char *text, size_t len,
                   bool last, size_t *ret_start, size_t *ret_end, struct extract_value *ret,
                   int *ret_r)
{
    bool found = false;
    *ret_start = 0;
    *ret_end = len;
    if (type == FORM_AMOUNT) {
        *ret_r = typed_amount(x, text, len, last, ret_start, ret_end, ret, &found);
    } else if (type == FORM_DATE) {
        *ret_r = typed_date(x, text, len, last, ret_start, ret_end, ret, &found);
    } else {
        ret->value = ret->normalised = arena_strndup(x->arena, text, len);
        *ret_r = ret->value ? 0 : ERR_NOMEM;
        found = len > 0;
    }
    return found && *ret_r == 0;
}

/* Length of the first of `list` that stands at `text`, or 0. */
static size_t stands_at(const char *text, size_t len, const char *const *list, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        size_t n = strlen(list[k]);
        if (n <= len && memcmp(text, list[k], n) == 0)
            return n;
    }
    return 0;
}

const char *extract_nothing(const char *text, size_t len)
{
    static const char *const dashes[] = {"-", "–", "—", "ㅡ", "－"};
    static const char *const rings[] = {"O", "o", "○", "〇", "◯", "ㅇ"};
    static const char *const beside[] = {" ", ":", "원"};
    size_t dash = 0, ring = 0;
    for (size_t i = 0, n; i < len; i += n) {
        n = stands_at(text + i, len - i, dashes, sizeof dashes / sizeof *dashes);
        dash += n > 0;
        if (n == 0) {
            n = stands_at(text + i, len - i, rings, sizeof rings / sizeof *rings);
            ring += n > 0;
        }
        if (n == 0)
            n = stands_at(text + i, len - i, beside, sizeof beside / sizeof *beside);
        if (n == 0)
            return NULL;
    }
    return ring == 1 && dash == 0 ? "0" : dash > 0 && ring == 0 ? "-" : NULL;
}

char *extract_words_text(struct extract_sheet *x, const size_t *words, size_t count)
{
    const struct sheet *s = x->sheet;
    size_t size = 1, len = 0;
    for (size_t i = 0; i < count; i++)
        size += strlen(s->words[words[i]].word->text) + 1;
    char *text = arena_alloc(x->arena, size);
    for (size_t i = 0; text && i < count; i++) {
        const struct sheet_word *w = &s->words[words[i]];
        size_t n = strlen(w->word->text);
        if (i > 0 &&
            !glue_amount(text, len, w->word->text, n, sheet_gap(s, &s->words[words[i - 1]], w)))
            text[len++] = ' ';
        memcpy(text + len, w->word->text, n);
        len += n;
    }
    return text;
}

const struct fuzzy_phrase *extract_nearest(struct extract_sheet *x, const struct form_labels *words,
                                           const char *text, float *ret_similarity, int *ret_r)
{
    struct fuzzy_text folded;
    const struct fuzzy_phrase *best = NULL;
    uint32_t least = UINT32_MAX;
    bool tie = false;
    *ret_r = fuzzy_text_init(&folded, x->arena, text, strlen(text));
    if (*ret_r < 0)
        return NULL;
    for (size_t i = 0; i < words->count; i++) {
        const struct fuzzy_phrase *p = &words->item[i];
        uint32_t cost = fuzzy_distance(&folded, p);
        /* A quarter of its letters may be misread. */
        if (4 * cost > 3 * p->count || cost > least)
            continue;
        tie = cost == least && cost > 0;
        best = p;
        least = cost;
    }
    if (!best || tie)
        return NULL;
    *ret_similarity = 1.0f - (float)least / (float)(3 * best->count);
    return best;
}

/* Finds every label of the form, so that each also ends the value before it. */
static int find_labels(struct extract_sheet *x)
{
    const struct form *form = x->form;
    int r = sheet_find(x->sheet, x->arena, &form->keys, KEY_OWNER, &x->hits);
    for (size_t i = 0; i < form->field_count && r == 0; i++) {
        const struct form_field *f = &form->fields[i];
        for (size_t p = 0; p < f->place_count && r == 0; p++)
            if (f->places[p].labels.count > 0)
                r = sheet_find(x->sheet, x->arena, &f->places[p].labels, extract_place_owner(i, p),
                               &x->hits);
        for (size_t c = 0; f->list.grid.used && c < f->list.column_count && r == 0; c++)
            r = sheet_find(x->sheet, x->arena, &f->list.grid.heads[c], extract_head_owner(i, c),
                           &x->hits);
        if (f->list.grid.used && r == 0)
            r = sheet_find(x->sheet, x->arena, &f->list.grid.ignored,
                           extract_head_owner(i, EXTRACT_COLUMNS_MAX), &x->hits);
    }
    sheet_settle(&x->hits);
    return r;
}

bool extract_has_column(const struct extract_grid *g, size_t column)
{
    return g->x1[column] > g->x0[column];
}

static int find_all(struct extract_sheet *x)
{
    size_t count = x->form->field_count;
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++)
        if (x->form->fields[i].list.grid.used)
            r = extract_grid(x, i);
    for (size_t i = 0; i < count && r == 0; i++)
        if (x->form->fields[i].place_count > 0)
            r = extract_places(x, i);
    return r;
}

int extract_sheet(struct extract_sheet *x)
{
    size_t count = x->form->field_count;
    x->hits.max = SHEET_HITS_MAX;
    x->hits.item = arena_array(x->arena, SHEET_HITS_MAX, sizeof *x->hits.item);
    x->grids = arena_array(x->arena, count + 1, sizeof *x->grids);
    x->values = arena_array(x->arena, count + 1, sizeof *x->values);
    if (!x->hits.item || !x->grids || !x->values)
        return ERR_NOMEM;
    int r = find_labels(x);
    return r < 0 ? r : find_all(x);
}

int extract_sheet_again(struct extract_sheet *x)
{
    for (size_t i = 0; i < x->form->field_count; i++) {
        struct extract_grid fresh = {.doubted = x->grids[i].doubted};
        memcpy(fresh.assigned, x->grids[i].assigned, sizeof fresh.assigned);
        x->grids[i] = fresh;
        x->values[i].count = 0;
        if (x->form->fields[i].list.grid.used)
            x->lists[i] = (struct field){0};
    }
    return find_all(x);
}
