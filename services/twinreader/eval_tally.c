#include "twinreader/eval_tally.h"

#include <stdlib.h>
#include <string.h>

static const size_t of_one_page = 3;

static struct eval_tally *row_of(struct eval_tallies *t, const char *name)
{
    if (t->last < t->count && strcmp(t->row[t->last].name, name) == 0)
        return &t->row[t->last];
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->row[i].name, name) == 0) {
            t->last = i;
            return &t->row[i];
        }
    }
    if (t->count >= EVAL_MAX_TALLIES) {
        t->row[EVAL_MAX_TALLIES].name = "(others)";
        t->count = EVAL_MAX_TALLIES + 1;
        return &t->row[EVAL_MAX_TALLIES];
    }
    t->last = t->count;
    t->row[t->count].name = name;
    return &t->row[t->count++];
}

void eval_tally_add(struct eval_tallies *t, const char *name, const struct eval_tally *word)
{
    if (!name)
        return;
    struct eval_tally *row = row_of(t, name);
    row->words += word->words;
    row->right += word->right;
    row->missed += word->missed;
    row->length += word->length;
    row->edits += word->edits;
}

static int compare_tallies(const void *a, const void *b)
{
    const struct eval_tally *x = a, *y = b;
    double p = x->length ? (double)x->edits / (double)x->length : 0;
    double q = y->length ? (double)y->edits / (double)y->length : 0;
    if (p != q)
        return p > q ? -1 : 1;
    return strcmp(x->name, y->name);
}

void eval_tally_sort(struct eval_tallies *t)
{
    if (t->count)
        qsort(t->row, t->count, sizeof *t->row, compare_tallies);
}

const char *eval_tally_length(size_t letters, size_t *ret_number)
{
    static const char *const names[] = {"1", "2", "3-4", "5-8", "9+"};
    size_t n = letters <= 1 ? 0 : letters == 2 ? 1 : letters <= 4 ? 2 : letters <= 8 ? 3 : 4;
    *ret_number = n;
    return names[n];
}

struct seen {
    uint32_t truth, read;
};

void eval_tally_pair(struct buf *pairs, uint32_t truth, uint32_t read)
{
    struct seen s = {truth, read};
    buf_append(pairs, &s, sizeof s);
}

static int compare_seen(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    if (x->truth != y->truth)
        return x->truth < y->truth ? -1 : 1;
    return (x->read > y->read) - (x->read < y->read);
}

static int compare_pairs(const void *a, const void *b)
{
    const struct eval_pair *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->truth != y->truth)
        return x->truth < y->truth ? -1 : 1;
    return (x->read > y->read) - (x->read < y->read);
}

static int compare_jamo(const void *a, const void *b)
{
    const struct eval_jamo_pair *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->jamo.place != y->jamo.place)
        return x->jamo.place < y->jamo.place ? -1 : 1;
    if (x->jamo.truth != y->jamo.truth)
        return x->jamo.truth < y->jamo.truth ? -1 : 1;
    return (x->jamo.read > y->jamo.read) - (x->jamo.read < y->jamo.read);
}

static bool same_jamo(const struct eval_jamo *a, const struct eval_jamo *b)
{
    return a->place == b->place && a->truth == b->truth && a->read == b->read;
}

/* Sums the pairs of syllables up by the letters that differ; there are few such letters. */
static int count_jamo(struct arena *a, struct eval_named *ret)
{
    size_t count = 0;
    struct eval_jamo_pair *row = arena_array(a, ret->pair_count + 1, sizeof *row);
    if (!row)
        return ERR_NOMEM;
    for (size_t i = 0; i < ret->pair_count; i++) {
        struct eval_jamo jamo;
        size_t at = 0;
        if (!eval_jamo(ret->pair[i].truth, ret->pair[i].read, &jamo))
            continue;
        while (at < count && !same_jamo(&row[at].jamo, &jamo))
            at++;
        count += at == count;
        row[at].jamo = jamo;
        row[at].count += ret->pair[i].count;
    }
    if (count)
        qsort(row, count, sizeof *row, compare_jamo);
    ret->jamo = row;
    ret->jamo_count = count;
    return 0;
}

int eval_tally_pairs(struct arena *a, struct buf *pairs, struct eval_named *ret)
{
    size_t count = pairs->len / sizeof(struct seen), different = 0;
    struct seen *seen = (struct seen *)(void *)pairs->data;
    if (count)
        qsort(seen, count, sizeof *seen, compare_seen);
    for (size_t i = 0; i < count; i++)
        different += i == 0 || compare_seen(&seen[i - 1], &seen[i]) != 0;
    struct eval_pair *pair = arena_array(a, different + 1, sizeof *pair);
    if (!pair)
        return ERR_NOMEM;
    for (size_t i = 0, at = 0; i < count; i++) {
        at += i > 0 && compare_seen(&seen[i - 1], &seen[i]) != 0;
        pair[at].truth = seen[i].truth;
        pair[at].read = seen[i].read;
        pair[at].count++;
    }
    if (different)
        qsort(pair, different, sizeof *pair, compare_pairs);
    ret->pair = pair;
    ret->pair_count = different;
    return count_jamo(a, ret);
}

/* Which finding one of this weight and page replaces; the count when there is room, EVAL_WORST when
 * it is not worth it. */
static size_t place(const struct eval_worst *w, size_t page, double weight)
{
    size_t same = 0, least = EVAL_WORST;
    for (size_t i = 0; i < w->count; i++) {
        if (w->finding[i].page == page) {
            same++;
            least = i; /* they are sorted: the last of the page is its least */
        }
    }
    if (same < of_one_page && w->count < EVAL_WORST)
        return w->count;
    if (same < of_one_page)
        least = EVAL_WORST - 1;
    return weight > w->finding[least].weight ? least : EVAL_WORST;
}

bool eval_worst_wants(const struct eval_worst *w, size_t page, double weight)
{
    return place(w, page, weight) < EVAL_WORST;
}

void eval_worst_keep(struct eval_worst *w, const struct eval_finding *f)
{
    size_t at = place(w, f->page, f->weight);
    if (at == EVAL_WORST)
        return;
    w->count += at == w->count;
    for (; at > 0 && w->finding[at - 1].weight < f->weight; at--)
        w->finding[at] = w->finding[at - 1];
    w->finding[at] = *f;
}
