/*
 * Tables by the heads of their columns, ruled or not.
 *
 * The head is where most of the columns' labels stand together.  Between two heads the border is
 * the widest blank that the body's words leave free, so that names on the left and figures on the
 * right need not stand under the middle of their heads.  A row is where figures stand at one
 * height; the texts nearest to it belong to it, whether they take one line or two.
 */
#include "twinreader/extract_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEADS_MAX = 64, ROWS_MAX = 200, CELL_WORDS = 48, END_HITS = 200 };

/* Rows of a head, and a body's row, in usual heights. */
static const float HEAD_DEPTH = 3.2f, SAME_ROW = 0.55f, OUTER = 6;

struct head {
    struct extract_box box;
    int column; /* -1: one of no interest */
    float similarity;
};

struct table {
    struct extract_sheet *x;
    const struct form_list *list;
    struct extract_grid *grid;
    struct head heads[HEADS_MAX]; /* left to right */
    size_t head_count;
    float row[ROWS_MAX]; /* middles */
    size_t row_count;
    float pitch;
};

static float middle(float a, float b)
{
    return (a + b) / 2;
}

static int head_column(const struct table *t, size_t field, const struct sheet_hit *h)
{
    for (size_t c = 0; c < t->list->column_count; c++)
        if (h->owner == extract_head_owner(field, c))
            return (int)c;
    return h->owner == extract_head_owner(field, EXTRACT_COLUMNS_MAX) ? -1 : -2;
}

/* How many columns have a head that ends near `y`. */
static size_t columns_at(const struct table *t, size_t field, float y)
{
    bool seen[EXTRACT_COLUMNS_MAX] = {false};
    size_t n = 0;
    for (size_t i = 0; i < t->x->hits.count; i++) {
        const struct sheet_hit *h = &t->x->hits.item[i];
        int c = h->beaten ? -2 : head_column(t, field, h);
        if (c < 0 || seen[c] ||
            fabsf(middle(h->box.y0, h->box.y1) - y) > HEAD_DEPTH * t->x->sheet->height)
            continue;
        seen[c] = true;
        n++;
    }
    return n;
}

static int by_left(const void *a, const void *b)
{
    const struct head *l = a, *r = b;
    float x = l->box.x0 + l->box.x1, y = r->box.x0 + r->box.x1;
    return x < y ? -1 : x > y;
}

/* Takes the heads near `y`, of each column the one that stands lowest: groups stand above. */
static void take_heads(struct table *t, size_t field, float y)
{
    const float depth = HEAD_DEPTH * t->x->sheet->height;
    for (size_t i = 0; i < t->x->hits.count && t->head_count < HEADS_MAX; i++) {
        const struct sheet_hit *h = &t->x->hits.item[i];
        int c = h->beaten ? -2 : head_column(t, field, h);
        if (c < -1 || fabsf(middle(h->box.y0, h->box.y1) - y) > depth)
            continue;
        struct head *same = NULL;
        for (size_t k = 0; k < t->head_count && c >= 0; k++)
            if (t->heads[k].column == c)
                same = &t->heads[k];
        if (same && same->box.y1 >= h->box.y1)
            continue;
        if (!same)
            same = &t->heads[t->head_count++];
        *same = (struct head){h->box, c, h->similarity};
    }
    qsort(t->heads, t->head_count, sizeof *t->heads, by_left);
    t->grid->top = -INFINITY;
    for (size_t i = 0; i < t->head_count; i++)
        if (t->heads[i].column >= 0)
            t->grid->top = fmaxf(t->grid->top, t->heads[i].box.y1);
}

static bool find_head(struct table *t, size_t field)
{
    size_t most = 0;
    float best = 0;
    for (size_t i = 0; i < t->x->hits.count; i++) {
        const struct sheet_hit *h = &t->x->hits.item[i];
        if (h->beaten || head_column(t, field, h) < 0)
            continue;
        float y = middle(h->box.y0, h->box.y1);
        size_t n = columns_at(t, field, y);
        if (n > most) {
            most = n;
            best = y;
        }
    }
    if (most < (size_t)t->list->header_least)
        return false;
    take_heads(t, field, best);
    return true;
}

/* Where the body ends: at a row that starts with an end label, else with the sheet. */
static int find_bottom(struct table *t)
{
    struct sheet_hit room[END_HITS];
    struct sheet_hits hits = {.item = room, .max = END_HITS};
    float right = t->heads[t->head_count - 1].box.x0;
    int r = sheet_find(t->x->sheet, t->x->arena, &t->list->end, 0, &hits);
    sheet_settle(&hits);
    t->grid->bottom = INFINITY;
    for (size_t i = 0; i < hits.count; i++) {
        const struct sheet_hit *h = &hits.item[i];
        float y = middle(h->box.y0, h->box.y1);
        if (!h->beaten && h->owner == 0 && y > t->grid->top && h->box.x1 < right &&
            h->box.y0 < t->grid->bottom)
            t->grid->bottom = h->box.y0;
    }
    return r;
}

static bool in_body(const struct table *t, const struct sheet_word *w)
{
    float y = middle(w->box.y0, w->box.y1);
    return y > t->grid->top && y < t->grid->bottom;
}

/* The middle of the widest stretch between two heads that the fewest words of the body cross. */
static float border(const struct table *t, const struct head *left, const struct head *right)
{
    const struct sheet *s = t->x->sheet;
    float from = middle(left->box.x0, left->box.x1), to = middle(right->box.x0, right->box.x1);
    float step = s->height / 4, best = middle(left->box.x1, right->box.x0), best_width = 0;
    size_t fewest = SIZE_MAX;
    float start = from;
    size_t before = SIZE_MAX;
    for (float x = from; x <= to + step; x += step) {
        size_t crossed = (x < left->box.x1 ? 100u : 0u) + (x > right->box.x0 ? 100u : 0u);
        for (size_t i = 0; i < s->word_count; i++) {
            const struct sheet_word *w = &s->words[i];
            crossed += w->box.x0 < x && w->box.x1 > x && in_body(t, w);
        }
        if (crossed != before)
            start = x;
        before = crossed;
        float width = x - start;
        if (crossed < fewest || (crossed == fewest && width > best_width)) {
            fewest = crossed;
            best_width = width;
            best = middle(start, x);
        }
    }
    return best;
}

/* How far a column goes that no other follows: to the next label on its right, or to `end`. */
static float right_end(const struct table *t, const struct head *last, float end)
{
    for (size_t i = 0; i < t->x->hits.count; i++) {
        const struct sheet_hit *h = &t->x->hits.item[i];
        float y = middle(h->box.y0, h->box.y1);
        if (!h->beaten && h->box.x0 > last->box.x1 && h->box.x0 < end && y > t->grid->top &&
            y < t->grid->bottom)
            end = h->box.x0;
    }
    return end;
}

/* A table whose first column has no head: names stand left of all others. */
static void add_name_head(struct table *t)
{
    int name = t->list->grid.name;
    const struct sheet *s = t->x->sheet;
    float left = INFINITY;
    for (size_t i = 0; i < t->head_count; i++)
        if (t->heads[i].column == name)
            return;
    if (name < 0 || t->head_count == HEADS_MAX)
        return;
    for (size_t i = 0; i < s->word_count; i++)
        if (in_body(t, &s->words[i]))
            left = fminf(left, s->words[i].box.x0);
    if (left >= t->heads[0].box.x0)
        return;
    memmove(&t->heads[1], &t->heads[0], t->head_count++ * sizeof *t->heads);
    struct extract_box box = t->heads[1].box;
    box.x0 = box.x1 = left;
    t->heads[0] = (struct head){box, name, 1};
}

static void find_columns(struct table *t)
{
    float x = -INFINITY;
    add_name_head(t);
    for (size_t i = 0; i < t->head_count; i++) {
        bool last = i + 1 == t->head_count;
        const struct head *h = &t->heads[i];
        float next =
            last ? right_end(t, h, h->box.x1 + OUTER * t->x->sheet->height) : border(t, h, h + 1);
        int c = h->column;
        /* What is of no interest beside the table has labels of its own, left of its head's
         * middle. */
        if (!last && h[1].column < 0 && right_end(t, h, h[1].box.x0) < h[1].box.x0)
            next = right_end(t, h, h[1].box.x0);
        if (c >= 0) {
            t->grid->x0[c] = x;
            t->grid->x1[c] = next;
        }
        x = next;
    }
    t->grid->found = true;
}

static int column_at(const struct table *t, const struct sheet_word *w)
{
    float x = middle(w->box.x0, w->box.x1);
    for (size_t c = 0; c < t->list->column_count; c++)
        if (x > t->grid->x0[c] && x < t->grid->x1[c])
            return (int)c;
    return -1;
}

static bool is_figure(const struct table *t, const struct sheet_word *w)
{
    int c = column_at(t, w);
    return c >= 0 && t->list->columns[c].type == FORM_AMOUNT &&
           (strpbrk(w->word->text, "0123456789") != NULL ||
            extract_is_dash(w->word->text, strlen(w->word->text)));
}

static int by_value(const void *a, const void *b)
{
    float l = *(const float *)a, r = *(const float *)b;
    return l < r ? -1 : l > r;
}

/* Rows are where figures stand. */
static void find_rows(struct table *t)
{
    const struct sheet *s = t->x->sheet;
    float y[SHEET_WORDS_MAX], gaps[ROWS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < s->word_count; i++)
        if (in_body(t, &s->words[i]) && is_figure(t, &s->words[i]))
            y[count++] = middle(s->words[i].box.y0, s->words[i].box.y1);
    qsort(y, count, sizeof *y, by_value);
    for (size_t i = 0, end; i < count && t->row_count < ROWS_MAX; i = end) {
        float sum = y[i];
        for (end = i + 1; end < count && y[end] - sum / (float)(end - i) < SAME_ROW * s->height;
             end++)
            sum += y[end];
        t->row[t->row_count++] = sum / (float)(end - i);
    }
    size_t gap_count = 0;
    for (size_t i = 1; i < t->row_count; i++)
        gaps[gap_count++] = t->row[i] - t->row[i - 1];
    qsort(gaps, gap_count, sizeof *gaps, by_value);
    t->pitch = gap_count ? gaps[gap_count / 4] : 1.8f * s->height;
    t->pitch = fminf(t->pitch, 3.5f * s->height);
}

/* The row whose middle is nearest, when it is near enough. */
static int row_at(const struct table *t, const struct sheet_word *w, bool figure)
{
    float y = middle(w->box.y0, w->box.y1), nearest = INFINITY;
    float most = figure ? SAME_ROW * t->x->sheet->height : 0.52f * t->pitch;
    int best = -1;
    for (size_t i = 0; i < t->row_count; i++)
        if (fabsf(t->row[i] - y) < nearest) {
            nearest = fabsf(t->row[i] - y);
            best = (int)i;
        }
    return nearest < most ? best : -1;
}

/* Reading order inside a cell. */
static void sort_words(const struct table *t, size_t *words, size_t count)
{
    const struct sheet *s = t->x->sheet;
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0; k--) {
            const struct extract_box *a = &s->words[words[k - 1]].box;
            const struct extract_box *b = &s->words[words[k]].box;
            float down = middle(b->y0, b->y1) - middle(a->y0, a->y1);
            if (down > 0.5f * s->height || (down > -0.5f * s->height && b->x0 >= a->x0))
                break;
            size_t swap = words[k];
            words[k] = words[k - 1];
            words[k - 1] = swap;
        }
}

/* A name: the nearest of those known, or what stands there. */
static int name_cell(struct table *t, const char *text, struct field *cell, bool *ret_known)
{
    const struct form_labels *names = &t->list->grid.names;
    float similarity = 1;
    int r = 0;
    const struct fuzzy_phrase *p =
        names->count ? extract_nearest(t->x, names, text, &similarity, &r) : NULL;
    if (r == 0 && !p && names->count) {
        /* The name of a group may stand before it. */
        struct fuzzy_text folded;
        struct fuzzy_match m;
        r = fuzzy_text_init(&folded, t->x->arena, text, strlen(text));
        for (size_t i = 0; i < names->count && r == 0; i++)
            if (fuzzy_find(&folded, &names->item[i], 0, &m) &&
                (!p || names->item[i].count > p->count)) {
                p = &names->item[i];
                similarity = m.similarity;
            }
    }
    *ret_known = p != NULL;
    cell->value = cell->normalised = p ? arena_strdup(t->x->arena, p->text) : text;
    cell->confidence *= 0.5f + 0.5f * similarity;
    if (!p && names->count)
        cell->confidence *= 0.6f;
    return r == 0 && !cell->value ? ERR_NOMEM : r;
}

static int fill_cell(struct table *t, size_t column, const size_t *words, size_t count,
                     struct field *cell, bool *ret_good)
{
    static const char *const types[] = {"text", "amount", "date", "list"};
    const struct sheet *s = t->x->sheet;
    const struct form_column *c = &t->list->columns[column];
    struct field out = {.type = types[c->type], .confidence = 1};
    struct extract_value v = {0};
    size_t start, end;
    int r = 0;
    char *text = extract_words_text(t->x, words, count);
    out.name = arena_strdup(t->x->arena, c->name);
    if (!text || !out.name)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct sheet_word *w = &s->words[words[i]];
        out.box = i ? extract_quad_join(out.box, w->word->box) : w->word->box;
        out.confidence = fminf(out.confidence, w->low);
    }
    *ret_good = true;
    if ((int)column == t->list->grid.name) {
        bool known;
        r = name_cell(t, text, &out, &known);
        *ret_good = known || !t->list->grid.only_names;
    } else if (c->type == FORM_AMOUNT && extract_is_dash(text, strlen(text))) {
        out.value = text;
        out.normalised = "0";
    } else if (extract_typed(t->x, c->type, text, strlen(text), true, &start, &end, &v, &r)) {
        out.value = v.value;
        out.normalised = v.normalised;
        if (start > 0 || end < strlen(text)) /* something else stood in the cell, too */
            out.confidence *= 0.7f;
    } else {
        out.value = text;
        out.confidence *= 0.3f;
    }
    *cell = out;
    return r;
}

/* Fills one row; false through `ret_good` when it is none. */
static int fill_row(struct table *t, size_t row, struct field_row *out, bool *ret_good,
                    float *ret_confidence)
{
    const struct sheet *s = t->x->sheet;
    size_t count = 0, figures = 0;
    float confidence = 1;
    bool named = t->list->grid.name < 0;
    int r = 0;
    struct field *cells = arena_array(t->x->arena, t->list->column_count, sizeof *cells);
    if (!cells)
        return ERR_NOMEM;
    *ret_good = true;
    for (size_t c = 0; c < t->list->column_count && r == 0 && *ret_good; c++) {
        size_t words[CELL_WORDS], n = 0;
        bool figure = t->list->columns[c].type == FORM_AMOUNT;
        for (size_t i = 0; i < s->word_count && n < CELL_WORDS; i++)
            if (in_body(t, &s->words[i]) && column_at(t, &s->words[i]) == (int)c &&
                row_at(t, &s->words[i], figure) == (int)row)
                words[n++] = i;
        if (n == 0)
            continue;
        sort_words(t, words, n);
        r = fill_cell(t, c, words, n, &cells[count], ret_good);
        figures += figure && cells[count].normalised;
        named = named || (int)c == t->list->grid.name;
        confidence = fminf(confidence, cells[count].confidence);
        out->box = count ? extract_quad_join(out->box, cells[count].box) : cells[count].box;
        count++;
    }
    *ret_good = *ret_good && named && figures > 0;
    out->cells = cells;
    out->cell_count = count;
    *ret_confidence = confidence;
    return r;
}

int extract_grid(struct extract_sheet *x, size_t field)
{
    struct table *t = arena_alloc(x->arena, sizeof *t);
    if (!t)
        return ERR_NOMEM;
    t->x = x;
    t->list = &x->form->fields[field].list;
    t->grid = &x->grids[field];
    struct field *list = &x->lists[field];
    if (!find_head(t, field))
        return 0;
    int r = find_bottom(t);
    if (r < 0)
        return r;
    find_columns(t);
    find_rows(t);
    struct field_row *rows = arena_array(x->arena, t->row_count + 1, sizeof *rows);
    if (!rows)
        return ERR_NOMEM;
    float sum = 0;
    for (size_t i = 0; i < t->row_count && r == 0; i++) {
        struct field_row row = {0};
        bool good = false;
        float confidence = 0;
        r = fill_row(t, i, &row, &good, &confidence);
        if (r < 0 || !good)
            continue;
        list->box = extract_quad_join(list->box, row.box);
        sum += confidence;
        rows[list->row_count++] = row;
    }
    list->rows = rows;
    list->confidence = list->row_count ? sum / (float)list->row_count : 0;
    return r;
}
