/*
 * The rows and cells of a table whose columns are known (extract_columns.c).  A row is where
 * figures stand at one height; the texts nearest to it belong to it, whether they take one line or
 * two.
 */
#include "twinreader/extract_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_WORDS = 48 };

/* A body's row, in usual heights. */
static const float SAME_ROW = 0.55f;
/* Names on rows of their own are so far apart; lines of one name are nearer. */
static const float APART = 1.4f;
/* What is left of the certainty of cells when a column of figures is nobody's, and one is missed.
 */
static const float DOUBTED = 0.8f;
/* Of a name's when it stands between two rows, so far off its own in steps of the rows. */
static const float BETWEEN_ROWS = 0.3f, BETWEEN = 0.45f;

static float middle(float a, float b)
{
    return (a + b) / 2;
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
            extract_nothing(w->word->text, strlen(w->word->text)));
}

static int by_value(const void *a, const void *b)
{
    float l = *(const float *)a, r = *(const float *)b;
    return l < r ? -1 : l > r;
}

/* From a line to the next, as most are; 0 when there are too few to tell.  Sorts `y`. */
static float pitch_of(const struct table *t, float *y, size_t count)
{
    size_t gaps = 0;
    qsort(y, count, sizeof *y, by_value);
    for (size_t i = 1; i < count; i++)
        if (y[i] - y[i - 1] > SAME_ROW * t->x->sheet->height)
            y[gaps++] = y[i] - y[i - 1]; /* behind what is still to be read */
    qsort(y, gaps, sizeof *y, by_value);
    return gaps > 2 ? y[gaps / 4] : 0;
}

/* Statutory tables print all names, and figures beside few: then names tell how far rows are apart.
 * Lines nearer than rows are those of one name. */
static void narrow_pitch(struct table *t)
{
    const struct sheet *s = t->x->sheet;
    float y[SHEET_WORDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < s->word_count; i++)
        if (t->list->grid.name >= 0 && table_in_body(t, &s->words[i]) &&
            column_at(t, &s->words[i]) == t->list->grid.name)
            y[count++] = middle(s->words[i].box.y0, s->words[i].box.y1);
    float pitch = pitch_of(t, y, count);
    if (pitch >= APART * s->height)
        t->pitch = fminf(t->pitch, pitch);
}

/* Rows are where figures stand. */
static void find_rows(struct table *t)
{
    const struct sheet *s = t->x->sheet;
    float y[SHEET_WORDS_MAX], gaps[TABLE_ROWS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < s->word_count; i++)
        if (table_in_body(t, &s->words[i]) && is_figure(t, &s->words[i]))
            y[count++] = middle(s->words[i].box.y0, s->words[i].box.y1);
    qsort(y, count, sizeof *y, by_value);
    for (size_t i = 0, end; i < count && t->row_count < TABLE_ROWS_MAX; i = end) {
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
    narrow_pitch(t);
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
    } else if (c->type == FORM_AMOUNT && extract_nothing(text, strlen(text))) {
        out.value = extract_nothing(text, strlen(text));
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
    if (t->grid->doubted)
        out.confidence *= DOUBTED;
    *cell = out;
    return r;
}

/* Whether the words are a field's label: a sum under the table, and no row of it. */
static bool is_label(const struct table *t, const size_t *words, size_t count)
{
    for (size_t i = 0; i < t->x->hits.count; i++) {
        const struct sheet_hit *h = &t->x->hits.item[i];
        bool covers = !h->beaten && extract_owned_by_place(h->owner);
        for (size_t k = 0; k < count && covers; k++)
            covers = words[k] >= h->first && words[k] <= h->last;
        if (covers)
            return true;
    }
    return false;
}

/* Whether the words' middle is so far from the row's that they may be another's. */
static bool between_rows(const struct table *t, size_t row, const size_t *words, size_t count)
{
    float top = INFINITY, bottom = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        const struct extract_box *b = &t->x->sheet->words[words[i]].box;
        top = fminf(top, b->y0);
        bottom = fmaxf(bottom, b->y1);
    }
    return fabsf(middle(top, bottom) - t->row[row]) > BETWEEN_ROWS * t->pitch;
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
            if (table_in_body(t, &s->words[i]) && column_at(t, &s->words[i]) == (int)c &&
                row_at(t, &s->words[i], figure) == (int)row)
                words[n++] = i;
        if (n == 0) {
            bool seen = false;
            if (figure)
                r = extract_nothing_seen(t, c, row, &cells[count], &seen);
            if (seen)
                count++;
            continue;
        }
        sort_words(t, words, n);
        if ((int)c == t->list->grid.name && is_label(t, words, n)) {
            *ret_good = false;
            break;
        }
        r = fill_cell(t, c, words, n, &cells[count], ret_good);
        if ((int)c == t->list->grid.name && between_rows(t, row, words, n))
            cells[count].confidence *= BETWEEN;
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
    t->field = field;
    struct field *list = &x->lists[field];
    int r = table_find_columns(t);
    if (r < 0 || !t->grid->found)
        return r;
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
