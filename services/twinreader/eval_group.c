#include "twinreader/eval_group.h"

#include "base/buf.h"

#include <math.h>
#include <stdlib.h>

static const size_t nowhere = SIZE_MAX;

/* A word's box or a box's word: the one that shares most, when that is half of it or more. */
struct home {
    size_t at;
    double area;
};

struct matcher {
    struct arena *arena;
    const struct eval_page *truth, *predicted;
    struct home *of_word, *of_box;
    size_t *guests; /* by box: words whose home it is */
    bool *word_done, *box_done;
    size_t *heap; /* indices of all groups; each word and box is in one at most */
    size_t used;
    struct eval_group *group;
    size_t count;
};

const char *eval_group_name(enum eval_group_kind kind)
{
    static const char *const names[] = {"found",  "split", "merged",    "cut",
                                        "missed", "false", "wrong_unit"};
    return names[kind];
}

static void offer(struct home *h, size_t at, double area, double whole)
{
    if (area >= whole / 2 && area > h->area)
        *h = (struct home){at, area};
}

static void find_homes(struct matcher *m)
{
    for (size_t i = 0; i < m->truth->count; i++)
        m->of_word[i].at = nowhere;
    for (size_t j = 0; j < m->predicted->count; j++)
        m->of_box[j].at = nowhere;
    for (size_t i = 0; i < m->truth->count; i++) {
        const struct eval_item *word = &m->truth->item[i];
        double size = eval_area(word);
        for (size_t j = 0; j < m->predicted->count; j++) {
            const struct eval_item *box = &m->predicted->item[j];
            double shared = eval_overlap(word, box);
            if (shared <= 0)
                continue;
            offer(&m->of_word[i], j, shared, size);
            offer(&m->of_box[j], i, shared, eval_area(box));
        }
    }
}

static bool unreadable(const struct matcher *m, size_t word)
{
    return word != nowhere && eval_is_unreadable(&m->truth->item[word]);
}

/* Takes unreadable words and the boxes on them out of the game, and counts guests. */
static void set_aside(struct matcher *m)
{
    for (size_t i = 0; i < m->truth->count; i++) {
        m->word_done[i] = unreadable(m, i);
        if (!m->word_done[i] && m->of_word[i].at != nowhere)
            m->guests[m->of_word[i].at]++;
    }
    for (size_t j = 0; j < m->predicted->count; j++)
        m->box_done[j] = m->guests[j] == 0 && unreadable(m, m->of_box[j].at);
    for (size_t i = 0; i < m->truth->count; i++) {
        size_t home = m->of_word[i].at;
        if (unreadable(m, i) && home != nowhere && m->guests[home] == 0 &&
            m->of_box[home].at == nowhere)
            m->box_done[home] = true;
    }
}

/* An entry on its way into reading order within its group. */
struct placed {
    size_t index;
    double along, across, half; /* centre in the direction of reading, and half the height */
    size_t row;
};

static int compare_across(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->across != y->across)
        return x->across < y->across ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int compare_along(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    if (x->along != y->along)
        return x->along < y->along ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Sorts indices of `items` by rows and then along the upper side of `frame`, what holds them all.
 */
static int sort_reading(struct arena *a, const struct eval_item *frame,
                        const struct eval_item *items, size_t *index, size_t count)
{
    const struct point *p = frame->quad.p;
    double ux = (double)p[1].x - (double)p[0].x, uy = (double)p[1].y - (double)p[0].y;
    double length = hypot(ux, uy), first = 0;
    struct placed *placed = arena_array(a, count, sizeof *placed);
    if (!placed)
        return ERR_NOMEM;
    ux = length > 0 ? ux / length : 1;
    uy = length > 0 ? uy / length : 0;
    for (size_t i = 0; i < count; i++) {
        struct placed *q = &placed[i];
        double x = 0, y = 0, low = INFINITY, high = -INFINITY;
        for (int k = 0; k < 4; k++) {
            double cx = (double)items[index[i]].quad.p[k].x;
            double cy = (double)items[index[i]].quad.p[k].y, across = cy * ux - cx * uy;
            x += cx / 4;
            y += cy / 4;
            low = fmin(low, across);
            high = fmax(high, across);
        }
        *q = (struct placed){.index = index[i],
                             .along = x * ux + y * uy,
                             .across = y * ux - x * uy,
                             .half = (high - low) / 2};
    }
    qsort(placed, count, sizeof *placed, compare_across);
    for (size_t i = 0, row = 0; i < count; i++) {
        if (i == 0 || placed[i].across - first > placed[i].half) {
            row += i > 0;
            first = placed[i].across;
        }
        placed[i].row = row;
    }
    qsort(placed, count, sizeof *placed, compare_along);
    for (size_t i = 0; i < count; i++)
        index[i] = placed[i].index;
    return 0;
}

static struct eval_group *add_group(struct matcher *m, enum eval_group_kind kind)
{
    struct eval_group *g = &m->group[m->count++];
    *g = (struct eval_group){.kind = kind, .truth = m->heap + m->used, .box = m->heap + m->used};
    return g;
}

static void add_word(struct matcher *m, struct eval_group *g, size_t word)
{
    if (g->truth_count == 0)
        g->truth = m->heap + m->used;
    m->heap[m->used++] = word;
    m->word_done[word] = true;
    g->truth_count++;
}

static void add_box(struct matcher *m, struct eval_group *g, size_t box)
{
    if (g->box_count == 0)
        g->box = m->heap + m->used;
    m->heap[m->used++] = box;
    m->box_done[box] = true;
    g->box_count++;
}

static int find_merged(struct matcher *m)
{
    for (size_t j = 0; j < m->predicted->count; j++) {
        if (m->guests[j] < 2)
            continue;
        struct eval_group *g = add_group(m, EVAL_MERGED);
        size_t *first = m->heap + m->used;
        for (size_t i = 0; i < m->truth->count && g->truth_count < m->guests[j]; i++)
            if (m->of_word[i].at == j && !m->word_done[i])
                add_word(m, g, i);
        if (sort_reading(m->arena, &m->predicted->item[j], m->truth->item, first, g->truth_count))
            return ERR_NOMEM;
        add_box(m, g, j);
    }
    return 0;
}

struct piece {
    size_t box;
    double area;
};

static int compare_pieces(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->area != y->area)
        return x->area > y->area ? -1 : 1;
    return (x->box > y->box) - (x->box < y->box);
}

/* Keeps, largest first, the boxes that do not lie on one kept before; returns how many. */
static size_t drop_doubles(const struct matcher *m, struct piece *piece, size_t count)
{
    size_t kept = 0;
    qsort(piece, count, sizeof *piece, compare_pieces);
    for (size_t i = 0; i < count; i++) {
        const struct eval_item *box = &m->predicted->item[piece[i].box];
        size_t k = 0;
        while (k < kept &&
               eval_overlap(box, &m->predicted->item[piece[k].box]) < eval_area(box) / 2)
            k++;
        if (k == kept)
            piece[kept++] = piece[i];
    }
    return kept;
}

/* A box that belongs to this word: most of it lies in the word, or the word lies in it and in it
 * alone. */
static bool belongs(const struct matcher *m, size_t box, size_t word)
{
    if (m->box_done[box])
        return false;
    size_t home = m->of_box[box].at;
    return home == word || (m->of_word[word].at == box && (home == nowhere || m->word_done[home]));
}

static int find_of_word(struct matcher *m, size_t word, struct piece *piece, const size_t *near,
                        size_t near_count)
{
    size_t count = 0;
    double covered = 0;
    const struct eval_item *item = &m->truth->item[word];
    for (size_t k = 0; k < near_count; k++)
        if (belongs(m, near[k], word))
            piece[count++] =
                (struct piece){near[k], eval_overlap(item, &m->predicted->item[near[k]])};
    if (count > 1)
        count = drop_doubles(m, piece, count);
    for (size_t k = 0; k < count; k++)
        covered += piece[k].area;
    enum eval_group_kind kind = count == 0                      ? EVAL_MISSED
                                : covered < eval_area(item) / 2 ? EVAL_CUT
                                : count == 1                    ? EVAL_FOUND
                                                                : EVAL_SPLIT;
    struct eval_group *g = add_group(m, kind);
    add_word(m, g, word);
    size_t *first = m->heap + m->used;
    for (size_t k = 0; k < count; k++)
        add_box(m, g, piece[k].box);
    return count > 1 ? sort_reading(m->arena, item, m->predicted->item, first, count) : 0;
}

/* For each word the boxes that may belong to it: those it is home to, and its own home. */
static int find_singles(struct matcher *m)
{
    size_t boxes = m->predicted->count, words = m->truth->count;
    size_t *start = arena_array(m->arena, words + 2, sizeof *start);
    size_t *list = arena_array(m->arena, boxes + 1, sizeof *list);
    size_t *near = arena_array(m->arena, boxes + 1, sizeof *near);
    struct piece *piece = arena_array(m->arena, boxes + 1, sizeof *piece);
    if (!start || !list || !near || !piece)
        return ERR_NOMEM;
    /* A counting sort of the boxes by their word. */
    for (size_t j = 0; j < boxes; j++)
        if (m->of_box[j].at != nowhere)
            start[m->of_box[j].at + 2]++;
    for (size_t i = 2; i < words + 2; i++)
        start[i] += start[i - 1];
    for (size_t j = 0; j < boxes; j++)
        if (m->of_box[j].at != nowhere)
            list[start[m->of_box[j].at + 1]++] = j;
    for (size_t i = 0; i < words; i++) {
        size_t count = 0, home = m->of_word[i].at;
        if (m->word_done[i])
            continue;
        for (size_t k = start[i]; k < start[i + 1]; k++)
            near[count++] = list[k];
        if (home != nowhere && m->of_box[home].at != i)
            near[count++] = home;
        int rc = find_of_word(m, i, piece, near, count);
        if (rc)
            return rc;
    }
    return 0;
}

int eval_group_page(struct arena *a, const struct eval_page *truth,
                    const struct eval_page *predicted, struct eval_groups *ret, struct err *e)
{
    static const struct eval_page nothing = {0};
    struct matcher m = {.arena = a, .truth = truth, .predicted = predicted ? predicted : &nothing};
    size_t words = truth->count, boxes = m.predicted->count;
    m.of_word = arena_array(a, words + 1, sizeof *m.of_word);
    m.of_box = arena_array(a, boxes + 1, sizeof *m.of_box);
    m.guests = arena_array(a, boxes + 1, sizeof *m.guests);
    m.word_done = arena_array(a, words + 1, sizeof *m.word_done);
    m.box_done = arena_array(a, boxes + 1, sizeof *m.box_done);
    m.heap = arena_array(a, words + boxes + 1, sizeof *m.heap);
    m.group = arena_array(a, words + boxes + 1, sizeof *m.group);
    if (!m.of_word || !m.of_box || !m.guests || !m.word_done || !m.box_done || !m.heap || !m.group)
        return err_set(e, ERR_NOMEM, "a page has too many boxes to be matched");
    find_homes(&m);
    set_aside(&m);
    if (find_merged(&m) || find_singles(&m))
        return err_set(e, ERR_NOMEM, "a page has too many boxes to be matched");
    for (size_t j = 0; j < boxes; j++)
        if (!m.box_done[j])
            add_box(&m, add_group(&m, EVAL_FALSE), j);
    *ret = (struct eval_groups){.group = m.group, .count = m.count};
    return 0;
}
