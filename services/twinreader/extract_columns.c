/*
 * The columns of a table by their heads, ruled or not.
 *
 * The head is where most of the columns' labels stand together.  Between two heads the border is
 * the widest blank that the body's words leave free, so that names on the left and figures on the
 * right need not stand under the middle of their heads.
 *
 * A head that the form does not know is seen by the figures under it: they make a column of its
 * own, and do not run into the next one.  What it may be is for arithmetic to say
 * (extract_assign.c).
 */
#include "twinreader/extract_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { END_HITS = 200 };

/* Rows of a head, in usual heights, and how far the last column goes. */
static const float HEAD_DEPTH = 3.2f, OUTER = 6;
/* A head over two lines of heads has its middle so much above the lower ones, at most. */
static const float ABOVE_HEADS = 0.9f;
/* Figures of one column overlap, or nearly do. */
static const float COLUMN_GAP = 0.35f;
/* Blank that parts a table from what stands left of it. */
static const float GUTTER = 0.75f;

static float middle(float a, float b)
{
    return (a + b) / 2;
}

static int head_column(const struct table *t, const struct sheet_hit *h)
{
    for (size_t c = 0; c < t->list->column_count; c++)
        if (h->owner == extract_head_owner(t->field, c))
            return (int)c;
    return h->owner == extract_head_owner(t->field, EXTRACT_COLUMNS_MAX) ? TABLE_IGNORED
                                                                         : TABLE_NO_HEAD;
}

/* How many columns have a head that ends near `y`. */
static size_t columns_at(const struct table *t, float y)
{
    bool seen[EXTRACT_COLUMNS_MAX] = {false};
    size_t n = 0;
    for (size_t i = 0; i < t->x->hits.count; i++) {
        const struct sheet_hit *h = &t->x->hits.item[i];
        int c = h->beaten ? TABLE_NO_HEAD : head_column(t, h);
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
    const struct table_head *l = a, *r = b;
    float x = l->box.x0 + l->box.x1, y = r->box.x0 + r->box.x1;
    return x < y ? -1 : x > y;
}

/* Takes a head, of each column the one that stands lowest: groups stand above. */
static void take_head(struct table *t, const struct sheet_hit *h, int column)
{
    struct table_head *same = NULL;
    for (size_t k = 0; k < t->head_count && column >= 0; k++)
        if (t->heads[k].column == column)
            same = &t->heads[k];
    if (same && same->box.y1 >= h->box.y1)
        return;
    if (!same && t->head_count < TABLE_HEADS_MAX)
        same = &t->heads[t->head_count++];
    if (same)
        *same = (struct table_head){h->box, column, h->similarity};
}

/* Takes the heads near `y`; those of no interest not from the body, where they are parts of names.
 */
static void take_heads(struct table *t, float y)
{
    const float depth = HEAD_DEPTH * t->x->sheet->height;
    t->grid->top = -INFINITY;
    for (int ignored = 0; ignored < 2; ignored++)
        for (size_t i = 0; i < t->x->hits.count; i++) {
            const struct sheet_hit *h = &t->x->hits.item[i];
            int c = h->beaten ? TABLE_NO_HEAD : head_column(t, h);
            float own = middle(h->box.y0, h->box.y1);
            if (c == TABLE_NO_HEAD || (c == TABLE_IGNORED) != ignored || fabsf(own - y) > depth ||
                (ignored && own > t->grid->top))
                continue;
            take_head(t, h, c);
            if (!ignored)
                t->grid->top = fmaxf(t->grid->top, h->box.y1);
        }
    qsort(t->heads, t->head_count, sizeof *t->heads, by_left);
}

static bool find_head(struct table *t)
{
    size_t most = 0;
    float best = 0;
    for (size_t i = 0; i < t->x->hits.count; i++) {
        const struct sheet_hit *h = &t->x->hits.item[i];
        if (h->beaten || head_column(t, h) < 0)
            continue;
        float y = middle(h->box.y0, h->box.y1);
        size_t n = columns_at(t, y);
        if (n > most) {
            most = n;
            best = y;
        }
    }
    if (most < (size_t)t->list->header_least)
        return false;
    take_heads(t, best);
    return true;
}

/* Whether nothing but the table's own stands right of an end label: a panel beside the table has
 * sums, too. */
static bool ends_table(const struct table *t, const struct sheet_hit *h)
{
    const struct sheet *s = t->x->sheet;
    float y = middle(h->box.y0, h->box.y1), first = INFINITY;
    for (size_t i = 0; i < t->head_count; i++)
        if (t->heads[i].column >= 0)
            first = fminf(first, t->heads[i].box.x0);
    for (size_t i = 0; i < s->word_count; i++) {
        const struct extract_box *b = &s->words[i].box;
        if (b->x0 > h->box.x1 && b->x1 < first &&
            fabsf(middle(b->y0, b->y1) - y) < 0.5f * s->height)
            return false;
    }
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
            h->box.y0 < t->grid->bottom && ends_table(t, h))
            t->grid->bottom = h->box.y0;
    }
    return r;
}

bool table_in_body(const struct table *t, const struct sheet_word *w)
{
    float y = middle(w->box.y0, w->box.y1);
    return y > t->grid->top && y < t->grid->bottom;
}

bool table_figure(const struct sheet_word *w)
{
    const char *text = w->word->text, *end = text + strspn(text, "0123456789,.-");
    if (extract_nothing(text, strlen(text)))
        return true;
    return strpbrk(text, "0123456789") && (*end == '\0' || strcmp(end, "원") == 0);
}

static int by_x0(const void *a, const void *b)
{
    const struct table_cluster *l = a, *r = b;
    return l->x0 < r->x0 ? -1 : l->x0 > r->x0;
}

/* Clusters of the body's figures, or of its other words. */
static int find_clusters(const struct table *t, bool figures, struct table_cluster *ret,
                         size_t *ret_count)
{
    const struct sheet *s = t->x->sheet;
    struct table_cluster *all = arena_array(t->x->arena, s->word_count + 1, sizeof *all);
    size_t count = 0, made = 0;
    if (!all)
        return ERR_NOMEM;
    for (size_t i = 0; i < s->word_count; i++) {
        const struct sheet_word *w = &s->words[i];
        if (table_in_body(t, w) && table_figure(w) == figures)
            all[count++] = (struct table_cluster){w->box.x0, w->box.x1, 1};
    }
    qsort(all, count, sizeof *all, by_x0);
    for (size_t i = 0; i < count; i++) {
        struct table_cluster *last = made ? &ret[made - 1] : NULL;
        if (last && all[i].x0 < last->x1 + COLUMN_GAP * s->height) {
            last->x1 = fmaxf(last->x1, all[i].x1);
            last->words++;
        } else if (made < TABLE_CLUSTERS_MAX) {
            ret[made++] = all[i];
        }
    }
    *ret_count = made;
    return 0;
}

/* Whether the column is one of amounts (1), of something else (0), or of no interest (-1). */
static int amounts(const struct table *t, const struct table_head *h)
{
    return h->column < 0 ? -1 : t->list->columns[h->column].type == FORM_AMOUNT;
}

/* How many of the body's words a border at `x` cuts, or leaves on the other side of it than their
 * look says: between amounts and names figures belong to the amounts. */
static size_t crossing(const struct table *t, const struct table_head *left,
                       const struct table_head *right, float x)
{
    const struct sheet *s = t->x->sheet;
    bool differ = amounts(t, left) >= 0 && amounts(t, right) == !amounts(t, left);
    bool names = amounts(t, left) < 0 && amounts(t, right) == 0;
    size_t count = 0;
    for (size_t i = 0; i < s->word_count; i++) {
        const struct sheet_word *w = &s->words[i];
        const struct extract_box *b = &w->box;
        if (!table_in_body(t, w))
            continue;
        if (b->x0 < x && b->x1 > x) {
            count++;
        } else if (differ && b->x1 > left->box.x0 && b->x0 < right->box.x1) {
            bool on_left = table_figure(w) == (amounts(t, left) == 1);
            count += on_left ? b->x0 >= x : b->x1 <= x;
        } else if (names && !table_figure(w)) {
            /* What stands behind a head of no interest is not under it. */
            count += b->x0 >= left->box.x1 && b->x1 <= x;
        }
    }
    return count;
}

/* How many figures a border at `x` leaves to a column that has those of two, while the column on
 * its other side has none. */
static size_t unshared(const struct table *t, float from, float x, float to)
{
    size_t left = 0, right = 0, words = 0;
    for (size_t i = 0; i < t->figure_count; i++) {
        float own = middle(t->figures[i].x0, t->figures[i].x1);
        left += own > from && own < x;
        right += own > x && own < to;
        words += own > from && own < to ? t->figures[i].words : 0;
    }
    return (left == 0 && right > 1) || (right == 0 && left > 1) ? words : 0;
}

/* The middle of the widest stretch between two heads that the fewest words of the body cross; the
 * left one's column begins at `begin`. */
static float border(const struct table *t, const struct table_head *left, float begin)
{
    const struct table_head *right = left + 1, *end = t->heads + t->head_count;
    float next = right + 1 < end ? right[1].box.x0 : INFINITY;
    bool both = amounts(t, left) == 1 && amounts(t, right) == 1;
    const struct sheet *s = t->x->sheet;
    float from = middle(left->box.x0, left->box.x1), to = middle(right->box.x0, right->box.x1);
    float step = s->height / 4, best = middle(left->box.x1, right->box.x0), best_width = 0;
    size_t fewest = SIZE_MAX;
    float start = from;
    size_t before = SIZE_MAX;
    for (float x = from; x <= to + step; x += step) {
        size_t crossed = (x < left->box.x1 ? 100u : 0u) + (x > right->box.x0 ? 100u : 0u);
        crossed += crossing(t, left, right, x) + (both ? unshared(t, begin, x, next) : 0);
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
static float right_end(const struct table *t, const struct table_head *last, float end)
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

static bool overlap(const struct extract_box *b, float x0, float x1)
{
    return b->x0 < x1 && b->x1 > x0;
}

/* The lowest stretch of words over a cluster in the head that no known head covers. */
static bool unknown_head(const struct table *t, const struct table_cluster *c,
                         struct extract_box *ret)
{
    const struct sheet *s = t->x->sheet;
    float top = INFINITY, lowest = -INFINITY;
    for (size_t i = 0; i < t->head_count; i++) {
        if (overlap(&t->heads[i].box, c->x0, c->x1))
            return false;
        if (t->heads[i].column >= 0)
            top = fminf(top, t->heads[i].box.y0);
    }
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < s->word_count; i++) {
            const struct extract_box *b = &s->words[i].box;
            float y = middle(b->y0, b->y1);
            if (!overlap(b, c->x0, c->x1) || y < top - ABOVE_HEADS * s->height || y > t->grid->top)
                continue;
            if (turn == 0)
                lowest = fmaxf(lowest, y);
            else if (y > lowest - 0.5f * s->height)
                *ret = (struct extract_box){fminf(ret->x0, b->x0), fminf(ret->y0, b->y0),
                                            fmaxf(ret->x1, b->x1), fmaxf(ret->y1, b->y1)};
        }
    return lowest > -INFINITY;
}

/* Adds a head for each column of figures that has one which the form does not know; it counts as
 * the column that it was assigned to. */
static void add_unknown(struct table *t)
{
    const struct table_cluster *all = t->figures;
    struct extract_grid *g = t->grid;
    g->unknown_count = 0;
    for (size_t i = 0; i < t->figure_count; i++) {
        struct extract_box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
        if (all[i].words < 2 || !unknown_head(t, &all[i], &box) ||
            t->head_count == TABLE_HEADS_MAX || g->unknown_count == EXTRACT_UNKNOWN_MAX)
            continue;
        int column = g->assigned[g->unknown_count++] - 1;
        t->heads[t->head_count++] =
            (struct table_head){box, column < 0 ? TABLE_IGNORED : column, 0.8f};
    }
    qsort(t->heads, t->head_count, sizeof *t->heads, by_left);
}

static bool has_head(const struct table *t, int column)
{
    for (size_t i = 0; i < t->head_count; i++)
        if (t->heads[i].column == column)
            return true;
    return false;
}

/* Names under a head that the form does not know: where most of the body's other words stand. */
static int add_unknown_name(struct table *t)
{
    struct table_cluster all[TABLE_CLUSTERS_MAX];
    size_t count, most = 2;
    struct extract_box best;
    bool found = false;
    int r = 0, name = t->list->grid.name;
    if (name < 0 || has_head(t, name) || t->head_count == TABLE_HEADS_MAX)
        return 0;
    r = find_clusters(t, false, all, &count);
    for (size_t i = 0; i < count && r == 0; i++) {
        struct extract_box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
        if (all[i].words <= most || !unknown_head(t, &all[i], &box))
            continue;
        most = all[i].words;
        best = box;
        found = true;
    }
    if (found)
        t->heads[t->head_count++] = (struct table_head){best, name, 0.8f};
    qsort(t->heads, t->head_count, sizeof *t->heads, by_left);
    return r;
}

/* A table whose first column has no head: names stand left of all others. */
static void add_name_head(struct table *t)
{
    int name = t->list->grid.name;
    const struct sheet *s = t->x->sheet;
    float left = INFINITY;
    if (name < 0 || has_head(t, name) || t->head_count == TABLE_HEADS_MAX)
        return;
    for (size_t i = 0; i < s->word_count; i++)
        if (table_in_body(t, &s->words[i]))
            left = fminf(left, s->words[i].box.x0);
    if (left >= t->heads[0].box.x0)
        return;
    memmove(&t->heads[1], &t->heads[0], t->head_count++ * sizeof *t->heads);
    struct extract_box box = t->heads[1].box;
    box.x0 = box.x1 = left;
    t->heads[0] = (struct table_head){box, name, 1};
}

/* Where the first column begins: behind what stands left of the table, if that has labels and
 * figures. */
static float left_end(const struct table *t)
{
    const struct sheet *s = t->x->sheet;
    float left = t->heads[0].box.x0, before = INFINITY;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < s->word_count; i++) {
            const struct extract_box *b = &s->words[i].box;
            if (table_in_body(t, &s->words[i]) && b->x0 < left &&
                b->x1 > left - GUTTER * s->height) {
                left = b->x0;
                moved = true;
            }
        }
    }
    bool figures = false;
    for (size_t i = 0; i < s->word_count; i++)
        figures = figures || (table_in_body(t, &s->words[i]) && s->words[i].box.x1 < left &&
                              table_figure(&s->words[i]));
    for (size_t i = 0; i < t->x->hits.count && figures; i++) {
        const struct sheet_hit *h = &t->x->hits.item[i];
        float y = middle(h->box.y0, h->box.y1);
        if (!h->beaten && h->box.x1 < left && y > t->grid->top && y < t->grid->bottom &&
            head_column(t, h) == TABLE_NO_HEAD)
            before = left - GUTTER / 2 * s->height;
    }
    return before < INFINITY ? before : -INFINITY;
}

static void find_columns(struct table *t)
{
    float x = left_end(t);
    for (size_t i = 0; i < t->head_count; i++) {
        bool last = i + 1 == t->head_count;
        const struct table_head *h = &t->heads[i];
        float next =
            last ? right_end(t, h, h->box.x1 + OUTER * t->x->sheet->height) : border(t, h, x);
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

/* Whether a column of amounts is missing while another has figures that are nobody's. */
static bool misses_column(const struct table *t)
{
    bool nobodys = false;
    for (size_t i = 0; i < t->grid->unknown_count; i++)
        nobodys = nobodys || t->grid->assigned[i] == 0;
    for (size_t c = 0; c < t->list->column_count; c++)
        if (nobodys && t->list->columns[c].type == FORM_AMOUNT && !has_head(t, (int)c))
            return true;
    return false;
}

int table_find_columns(struct table *t)
{
    if (!find_head(t))
        return 0;
    int r = find_bottom(t);
    if (r == 0)
        r = find_clusters(t, true, t->figures, &t->figure_count);
    if (r < 0)
        return r;
    add_unknown(t);
    r = add_unknown_name(t);
    if (r < 0)
        return r;
    add_name_head(t);
    find_columns(t);
    t->grid->doubted = t->grid->doubted || misses_column(t);
    return 0;
}
