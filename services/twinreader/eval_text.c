/* Words and characters as multisets, and a page's text in reading order. */
#include "twinreader/eval.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "a page has too much text to be scored");
}

static size_t drop_spaces(struct unicode_text *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->len; i++)
        if (!unicode_is_space(t->c[i]))
            t->c[n++] = t->c[i];
    t->len = n;
    return n;
}

static int compare_texts(const void *a, const void *b)
{
    const struct unicode_text *x = a, *y = b;
    size_t shorter = x->len < y->len ? x->len : y->len;
    for (size_t i = 0; i < shorter; i++)
        if (x->c[i] != y->c[i])
            return x->c[i] < y->c[i] ? -1 : 1;
    return (x->len > y->len) - (x->len < y->len);
}

static int compare_codes(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Sorts both and returns how many elements they share, counting repeats. */
static int64_t common(void *a, size_t a_count, void *b, size_t b_count, size_t size,
                      int (*compare)(const void *, const void *))
{
    const char *x = a, *y = b;
    int64_t shared = 0;
    if (a_count)
        qsort(a, a_count, size, compare);
    if (b_count)
        qsort(b, b_count, size, compare);
    for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
        int order = compare(x + i * size, y + j * size);
        shared += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return shared;
}

struct words {
    struct unicode_text *word;
    size_t count;
};

/* The items' texts split on white space. */
static int split_words(struct arena *a, const struct eval_page *p, bool fold, struct words *ret,
                       struct err *e)
{
    size_t most = 0, n = 0;
    for (size_t i = 0; i < p->count; i++)
        most += strlen(p->item[i].text) / 2 + 1;
    /* Full case folding makes a letter at most three, never white space. */
    struct unicode_text *word = arena_array(a, most + 1, sizeof *word);
    if (!word)
        return no_memory(e);
    for (size_t i = 0; i < p->count; i++) {
        struct unicode_text t;
        int rc = unicode_normalise(a, p->item[i].text, fold, &t, e);
        if (rc)
            return rc;
        for (size_t at = 0; at < t.len;) {
            size_t start = at;
            while (at < t.len && !unicode_is_space(t.c[at]))
                at++;
            if (at > start)
                word[n++] = (struct unicode_text){.c = t.c + start, .len = at - start};
            at++;
        }
    }
    *ret = (struct words){.word = word, .count = n};
    return 0;
}

static int score_words(struct arena *a, const struct eval_page *truth,
                       const struct eval_page *predicted, bool fold, struct eval_match *add,
                       struct err *e)
{
    struct words t, p;
    int rc = split_words(a, truth, fold, &t, e);
    if (rc == 0)
        rc = split_words(a, predicted, fold, &p, e);
    if (rc)
        return rc;
    add->hit += common(t.word, t.count, p.word, p.count, sizeof *t.word, compare_texts);
    add->truth += (int64_t)t.count;
    add->predicted += (int64_t)p.count;
    return 0;
}

/* All folded characters of the page's words. */
static int all_characters(struct arena *a, const struct eval_page *p, struct unicode_text *ret,
                          struct err *e)
{
    struct words w;
    int rc = split_words(a, p, true, &w, e);
    if (rc)
        return rc;
    size_t len = 0, at = 0;
    for (size_t i = 0; i < w.count; i++)
        len += w.word[i].len;
    uint32_t *c = arena_array(a, len + 1, sizeof *c);
    if (!c)
        return no_memory(e);
    for (size_t i = 0; i < w.count; i++) {
        memcpy(c + at, w.word[i].c, w.word[i].len * sizeof *c);
        at += w.word[i].len;
    }
    *ret = (struct unicode_text){.c = c, .len = len};
    return 0;
}

static int score_characters(struct arena *a, const struct eval_page *truth,
                            const struct eval_page *predicted, struct eval_match *add,
                            struct err *e)
{
    struct unicode_text t, p;
    int rc = all_characters(a, truth, &t, e);
    if (rc == 0)
        rc = all_characters(a, predicted, &p, e);
    if (rc)
        return rc;
    add->hit += common(t.c, t.len, p.c, p.len, sizeof *t.c, compare_codes);
    add->truth += (int64_t)t.len;
    add->predicted += (int64_t)p.len;
    return 0;
}

/* An item on its way into a row. */
struct placed {
    const struct eval_item *item;
    size_t index; /* in the page: equal ones keep their order */
    size_t row;
};

static int compare_middles(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    double p = (x->item->box.y0 + x->item->box.y1) / 2, q = (y->item->box.y0 + y->item->box.y1) / 2;
    if (p != q)
        return p < q ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int compare_places(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    if (x->item->box.x0 != y->item->box.x0)
        return x->item->box.x0 < y->item->box.x0 ? -1 : 1;
    return strcmp(x->item->text, y->item->text);
}

/* Gives each item its row: one of the last three rows that it overlaps by more than half of the
 * smaller height, else a new one.  A row is as high as its first item. */
static int assign_rows(struct arena *a, struct placed *item, size_t count, struct err *e)
{
    const struct eval_rect **row = arena_array(a, count + 1, sizeof *row);
    size_t rows = 0;
    if (!row)
        return no_memory(e);
    for (size_t i = 0; i < count; i++) {
        const struct eval_rect *b = &item[i].item->box;
        size_t back = 0;
        for (; back < 3 && back < rows; back++) {
            const struct eval_rect *r = row[rows - 1 - back];
            double overlap = (r->y1 < b->y1 ? r->y1 : b->y1) - (r->y0 > b->y0 ? r->y0 : b->y0);
            double h = r->y1 - r->y0, g = b->y1 - b->y0;
            if (overlap > 0.5 * (h < g ? h : g))
                break;
        }
        if (back < 3 && back < rows) {
            item[i].row = rows - 1 - back;
        } else {
            item[i].row = rows;
            row[rows++] = b;
        }
    }
    return 0;
}

int eval_page_text(struct arena *scratch, const struct eval_page *p, bool fold,
                   struct unicode_text *ret, struct err *e)
{
    size_t len = 0, at = 0;
    struct placed *item = arena_array(scratch, p->count + 1, sizeof *item);
    if (!item)
        return no_memory(e);
    for (size_t i = 0; i < p->count; i++) {
        item[i] = (struct placed){.item = &p->item[i], .index = i};
        len += strlen(p->item[i].text);
    }
    qsort(item, p->count, sizeof *item, compare_middles);
    int rc = assign_rows(scratch, item, p->count, e);
    if (rc)
        return rc;
    qsort(item, p->count, sizeof *item, compare_places);
    char *joined = arena_alloc(scratch, len + 1);
    if (!joined)
        return no_memory(e);
    for (size_t i = 0; i < p->count; i++) {
        size_t n = strlen(item[i].item->text);
        memcpy(joined + at, item[i].item->text, n);
        at += n;
    }
    /* Normalised after joining, as the script does: a mark may begin a text. */
    struct unicode_text t;
    rc = unicode_normalise(scratch, joined, fold, &t, e);
    if (rc)
        return rc;
    drop_spaces(&t);
    *ret = t;
    return 0;
}

static int score_text(struct arena *a, const struct eval_page *truth,
                      const struct eval_page *predicted, bool fold, int64_t *edits, int64_t *length,
                      struct err *e)
{
    struct unicode_text t, p;
    int64_t distance = 0;
    int rc = eval_page_text(a, truth, fold, &t, e);
    if (rc == 0)
        rc = eval_page_text(a, predicted, fold, &p, e);
    if (rc == 0)
        rc = eval_distance(a, &t, &p, &distance, e);
    if (rc)
        return rc;
    *edits += distance;
    *length += (int64_t)t.len;
    return 0;
}

bool eval_is_unreadable(const struct eval_item *item)
{
    return strcmp(item->text, "###") == 0;
}

/* Whether half of the box or more lies on something unreadable. */
static bool is_on_unreadable(const struct eval_rect *box, const struct eval_page *truth)
{
    double half = (box->x1 - box->x0) * (box->y1 - box->y0) / 2;
    for (size_t i = 0; i < truth->count; i++) {
        const struct eval_rect *b = &truth->item[i].box;
        double w = (box->x1 < b->x1 ? box->x1 : b->x1) - (box->x0 > b->x0 ? box->x0 : b->x0);
        double h = (box->y1 < b->y1 ? box->y1 : b->y1) - (box->y0 > b->y0 ? box->y0 : b->y0);
        if (w >= 0 && h >= 0 && w * h >= half && eval_is_unreadable(&truth->item[i]))
            return true;
    }
    return false;
}

/* Leaves out what is unreadable and what was read there; does nothing for most truths. */
static int set_aside(struct arena *a, struct eval_page *truth, struct eval_page *predicted,
                     struct err *e)
{
    size_t unreadable = 0, kept = 0, boxes = 0;
    for (size_t i = 0; i < truth->count; i++)
        unreadable += eval_is_unreadable(&truth->item[i]);
    if (!unreadable)
        return 0;
    struct eval_item *word = arena_array(a, truth->count, sizeof *word);
    struct eval_item *box = arena_array(a, predicted->count + 1, sizeof *box);
    if (!word || !box)
        return no_memory(e);
    for (size_t j = 0; j < predicted->count; j++)
        if (!is_on_unreadable(&predicted->item[j].box, truth))
            box[boxes++] = predicted->item[j];
    for (size_t i = 0; i < truth->count; i++)
        if (!eval_is_unreadable(&truth->item[i]))
            word[kept++] = truth->item[i];
    truth->item = word;
    truth->count = kept;
    predicted->item = box;
    predicted->count = boxes;
    return 0;
}

int eval_score(struct arena *scratch, const struct eval_page *truth,
               const struct eval_page *predicted, struct eval_counts *add, struct err *e)
{
    static const struct eval_page nothing = {0};
    struct eval_counts sum = *add;
    int64_t boxes = 0;
    struct eval_page t = *truth, p = predicted ? *predicted : nothing;
    int rc = set_aside(scratch, &t, &p, e);
    if (rc == 0)
        rc = score_words(scratch, &t, &p, false, &sum.exact, e);
    if (rc == 0)
        rc = score_words(scratch, &t, &p, true, &sum.fold, e);
    if (rc == 0)
        rc = score_characters(scratch, &t, &p, &sum.chars, e);
    if (rc == 0)
        rc = score_text(scratch, &t, &p, true, &sum.edits, &sum.length, e);
    if (rc == 0)
        rc = score_text(scratch, &t, &p, false, &sum.edits_exact, &sum.length_exact, e);
    if (rc == 0)
        rc = eval_match_boxes(scratch, &t, &p, &boxes, e);
    if (rc)
        return rc;
    sum.boxes.hit += boxes;
    sum.boxes.truth += (int64_t)t.count;
    sum.boxes.predicted += (int64_t)p.count;
    sum.pages++;
    sum.missing += !predicted;
    *add = sum;
    return 0;
}

struct eval_rates eval_rates(const struct eval_match *m)
{
    double p = m->predicted ? (double)m->hit / (double)m->predicted : 0;
    double r = m->truth ? (double)m->hit / (double)m->truth : 0;
    return (struct eval_rates){
        .precision = p, .recall = r, .f1 = p + r > 0 ? 2 * p * r / (p + r) : 0};
}

double eval_cer(const struct eval_counts *c, bool fold)
{
    int64_t edits = fold ? c->edits : c->edits_exact, length = fold ? c->length : c->length_exact;
    return length ? (double)edits / (double)length : 0;
}
