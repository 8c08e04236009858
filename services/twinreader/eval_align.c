#include "twinreader/eval_align.h"

#include "twinreader/eval.h"
#include "twinreader/eval_alike.h"

static const size_t most_cells = (size_t)4 << 20;

/* Edits count first; among equals, what is unlikely to be one character taken for another. */
static const int64_t edit = INT64_C(1) << 32;

enum { SAME = 1, DROP, ADD }; /* how the best way into a cell came: diagonally, down, across */

int eval_letters(struct arena *a, const char *s, bool fold, struct eval_letters *ret, struct err *e)
{
    struct unicode_text t;
    int rc = unicode_normalise(a, s, fold, &t, e);
    if (rc)
        return rc;
    struct eval_letters l = {.c = t.c, .space = arena_array(a, t.len + 1, sizeof *l.space)};
    bool gap = false;
    if (!l.space)
        return err_set(e, ERR_NOMEM, "a text is too long to be compared");
    for (size_t i = 0; i < t.len; i++) {
        if (unicode_is_space(t.c[i])) {
            gap = l.len > 0;
            continue;
        }
        l.space[l.len] = gap;
        l.c[l.len++] = t.c[i];
        gap = false;
    }
    *ret = l;
    return 0;
}

static int64_t substitution(uint32_t truth, uint32_t read)
{
    if (truth == read)
        return 0;
    return edit + (eval_alike(truth, read) == EVAL_ALIKE_NOT ? 3 : 0);
}

/* Fills the matrix row by row, keeping only the ways. */
static void fill(const struct eval_letters *t, const struct eval_letters *r, int64_t *row,
                 unsigned char *way)
{
    size_t wide = r->len + 1;
    for (size_t j = 0; j <= r->len; j++) {
        row[j] = (int64_t)j * (edit + 2);
        way[j] = ADD;
    }
    for (size_t i = 1; i <= t->len; i++) {
        int64_t diagonal = row[0];
        row[0] += edit + 2;
        way[i * wide] = DROP;
        for (size_t j = 1; j <= r->len; j++) {
            int64_t up = row[j] + edit + 2, left = row[j - 1] + edit + 2;
            int64_t best = diagonal + substitution(t->c[i - 1], r->c[j - 1]);
            unsigned char from = SAME;
            diagonal = row[j];
            if (up < best) {
                best = up;
                from = DROP;
            }
            if (left < best) {
                best = left;
                from = ADD;
            }
            row[j] = best;
            way[i * wide + j] = from;
        }
    }
}

/* Walks back from the end; steps come out in the order of the texts. */
static int trace(struct arena *a, const struct eval_letters *t, const struct eval_letters *r,
                 const unsigned char *way, struct eval_alignment *al)
{
    size_t i = t->len, j = r->len, n = i + j, wide = j + 1, most = n;
    struct eval_step *step = arena_array(a, n + 1, sizeof *step);
    if (!step)
        return ERR_NOMEM;
    while (i || j) {
        unsigned char from = way[i * wide + j];
        i -= from != ADD;
        j -= from != DROP;
        step[--n] = (struct eval_step){.truth = from == ADD ? 0 : t->c[i],
                                       .read = from == DROP ? 0 : r->c[j],
                                       .truth_at = i,
                                       .read_at = j};
        al->edits += step[n].truth != step[n].read;
    }
    al->step = step + n;
    al->count = most - n;
    return 0;
}

/* The way through the matrix passes each boundary between letters of one text at one or more
 * boundaries of the other; a space that is at none of them was lost, or invented.  `mark` and the
 * return value are for `text`; its letters passed before step k are at[k]. */
static int64_t judge_spaces(const struct eval_alignment *al, const struct eval_letters *text,
                            const struct eval_letters *other, bool of_truth, bool *mark)
{
    int64_t count = 0;
    for (size_t k = 0; k < al->count;) {
        const struct eval_step *s = &al->step[k];
        size_t here = of_truth ? s->truth_at : s->read_at;
        bool inside = false, kept = false;
        for (; k < al->count; k++) {
            s = &al->step[k];
            size_t there = of_truth ? s->read_at : s->truth_at;
            if ((of_truth ? s->truth_at : s->read_at) != here)
                break;
            inside |= there > 0 && there < other->len;
            kept |= there < other->len && other->space[there];
        }
        if (here < text->len && text->space[here] && inside && !kept) {
            mark[here] = true;
            count++;
        }
    }
    return count;
}

static int count_only(struct arena *a, const struct eval_letters *t, const struct eval_letters *r,
                      struct eval_alignment *al, struct err *e)
{
    struct unicode_text x = {.c = t->c, .len = t->len}, y = {.c = r->c, .len = r->len};
    return eval_distance(a, &x, &y, &al->edits, e);
}

int eval_align(struct arena *a, const struct eval_letters *truth, const struct eval_letters *read,
               struct eval_alignment *ret, struct err *e)
{
    struct eval_alignment al = {.lost = arena_array(a, truth->len + 1, sizeof *al.lost),
                                .invented = arena_array(a, read->len + 1, sizeof *al.invented)};
    int rc = 0;
    if (!al.lost || !al.invented)
        return err_set(e, ERR_NOMEM, "a text is too long to be compared");
    if (truth->len + 1 > most_cells / (read->len + 1)) {
        rc = count_only(a, truth, read, &al, e);
        if (rc == 0)
            *ret = al;
        return rc;
    }
    int64_t *row = arena_array(a, read->len + 1, sizeof *row);
    unsigned char *way = arena_array(a, (truth->len + 1) * (read->len + 1), sizeof *way);
    if (!row || !way)
        return err_set(e, ERR_NOMEM, "a text is too long to be compared");
    fill(truth, read, row, way);
    if (trace(a, truth, read, way, &al))
        return err_set(e, ERR_NOMEM, "a text is too long to be compared");
    al.spaces_lost = judge_spaces(&al, truth, read, true, al.lost);
    al.spaces_invented = judge_spaces(&al, read, truth, false, al.invented);
    *ret = al;
    return 0;
}
