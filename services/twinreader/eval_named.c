#include "twinreader/eval_named.h"

#include "twinreader/eval_align.h"
#include "twinreader/eval_tally.h"
#include "twinreader/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t max_kept = (size_t)1 << 30;  /* what is counted, and the worst's texts */
static const size_t max_pairs = (size_t)1 << 29; /* bytes */
static const size_t max_work = (size_t)1 << 30;  /* while a group is compared */

struct eval_namer {
    struct arena *arena;
    struct arena *work; /* emptied after each group */
    bool fold;
    struct buf pairs;
    struct eval_named sum; /* the plain counts */
    struct eval_tallies tally[EVAL_DIMENSIONS];
    struct eval_tally length[5];
    struct eval_worst worst[EVAL_GROUP_KINDS];
};

/* A group with its texts laid side by side. */
struct work {
    struct arena *arena;
    bool fold;
    const struct eval_page *truth, *predicted; /* predicted: NULL when missing */
    const struct eval_group *group;
    enum eval_group_kind kind; /* the group's, or the wrong unit */
    struct eval_letters t, r;
    struct eval_alignment al;
    size_t *owner; /* by letter of the truth: its entry in the group */
    size_t *box;   /* by letter of the reading: its box in the group */
};

const char *eval_dimension_name(enum eval_dimension d)
{
    static const char *const names[] = {"font", "degradation", "kind", "layout", "length"};
    return names[d];
}

double eval_box_rate(const struct eval_box_counts *c, enum eval_group_kind kind)
{
    int64_t whole = kind == EVAL_FALSE ? c->boxes : c->words;
    return whole ? (double)c->share[kind] / (double)whole : 0;
}

int eval_named_create(bool fold, struct eval_namer **ret, struct err *e)
{
    struct eval_namer *n = calloc(1, sizeof *n);
    if (!n)
        return err_set(e, ERR_NOMEM, "not enough memory to count errors");
    n->fold = fold;
    buf_init(&n->pairs, max_pairs);
    n->arena = arena_create(max_kept);
    n->work = arena_create(max_work);
    if (!n->arena || !n->work) {
        eval_named_destroy(n);
        return err_set(e, ERR_NOMEM, "not enough memory to count errors");
    }
    *ret = n;
    return 0;
}

void eval_named_destroy(struct eval_namer *n)
{
    if (!n)
        return;
    buf_finish(&n->pairs);
    arena_destroy(n->arena);
    arena_destroy(n->work);
    free(n);
}

/* The texts of several entries as one, a space between them; *ret_owner says whose each letter is.
 */
static int join(const struct work *w, const struct eval_item *item, const size_t *index,
                size_t count, struct eval_letters *ret, size_t **ret_owner, struct err *e)
{
    struct arena *a = w->arena;
    size_t len = 0;
    struct eval_letters *part = arena_array(a, count + 1, sizeof *part);
    if (!part)
        return err_set(e, ERR_NOMEM, "a page has too much text to be compared");
    for (size_t i = 0; i < count; i++) {
        int rc = eval_letters(a, item[index[i]].text, w->fold, &part[i], e);
        if (rc)
            return rc;
        len += part[i].len;
    }
    struct eval_letters all = {.c = arena_array(a, len + 1, sizeof *all.c),
                               .space = arena_array(a, len + 1, sizeof *all.space)};
    size_t *owner = arena_array(a, len + 1, sizeof *owner);
    if (!all.c || !all.space || !owner)
        return err_set(e, ERR_NOMEM, "a page has too much text to be compared");
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < part[i].len; k++) {
            all.c[all.len] = part[i].c[k];
            all.space[all.len] = part[i].space[k] || (k == 0 && all.len > 0);
            owner[all.len++] = i;
        }
    }
    *ret = all;
    *ret_owner = owner;
    return 0;
}

/* Merged words whose text has a space wherever two of them meet. */
static bool only_lines(const struct work *w)
{
    for (size_t i = 1; i < w->t.len; i++)
        if (w->owner[i] != w->owner[i - 1] && w->al.lost[i])
            return false;
    return w->truth->words && 2 * w->al.edits <= (int64_t)w->t.len;
}

/* A line of which every word has a box of its own. */
static bool only_words(const struct work *w)
{
    size_t words = w->t.len > 0;
    for (size_t i = 1; i < w->t.len; i++)
        words += w->t.space[i];
    for (size_t i = 1; i < w->r.len; i++)
        if (w->box[i] != w->box[i - 1] && w->al.invented[i])
            return false;
    return !w->truth->words && words == w->group->box_count && 2 * w->al.edits <= (int64_t)w->t.len;
}

/* A word of which every letter has a box of its own. */
static bool only_characters(const struct work *w)
{
    for (size_t i = 1; i < w->r.len; i++)
        if (w->box[i] == w->box[i - 1])
            return false;
    return w->truth->words && w->group->box_count >= 3 && w->t.len == w->group->box_count &&
           w->r.len == w->t.len;
}

static int compare(struct work *w, struct err *e)
{
    static const struct eval_item none[1];
    const struct eval_group *g = w->group;
    const struct eval_item *items = w->predicted ? w->predicted->item : none;
    int rc = join(w, w->truth->item, g->truth, g->truth_count, &w->t, &w->owner, e);
    if (rc == 0)
        rc = join(w, items, g->box, g->box_count, &w->r, &w->box, e);
    if (rc == 0)
        rc = eval_align(w->arena, &w->t, &w->r, &w->al, e);
    if (rc)
        return rc;
    w->kind = g->kind;
    if (w->al.step && ((g->kind == EVAL_MERGED && only_lines(w)) ||
                       (g->kind == EVAL_SPLIT && (only_words(w) || only_characters(w)))))
        w->kind = EVAL_WRONG_UNIT;
    return 0;
}

/* Counts letters and spaces of all words together. */
static void count_letters(struct eval_namer *n, const struct work *w)
{
    struct eval_named *s = &n->sum;
    s->length += (int64_t)w->t.len;
    s->edits += w->al.edits;
    for (size_t i = 0; i < w->t.len; i++)
        s->spaces += w->t.space[i];
    s->spaces_lost += w->al.spaces_lost;
    if (w->kind != EVAL_WRONG_UNIT) /* else characters were boxed one by one */
        s->spaces_invented += w->al.spaces_invented;
    for (size_t k = 0; k < w->al.count; k++) {
        const struct eval_step *step = &w->al.step[k];
        if (step->truth == step->read)
            continue;
        s->dropped += step->read == 0;
        s->added += step->truth == 0;
        if (step->truth && step->read) {
            enum eval_alike alike = eval_alike(step->truth, step->read);
            s->changed++;
            s->changed_case += alike == EVAL_ALIKE_CASE;
            s->changed_alike += alike == EVAL_ALIKE_SHAPE;
            s->changed_jamo += alike == EVAL_ALIKE_JAMO;
        }
        /* A word that was never seen, or seen where none is, says nothing about letters. */
        if (w->kind != EVAL_MISSED && w->kind != EVAL_FALSE)
            eval_tally_pair(&n->pairs, step->truth, step->read);
    }
}

static void add_word(struct eval_namer *n, const struct work *w, const struct eval_item *item,
                     size_t letters, int64_t edits, bool broken)
{
    struct eval_tally word = {.words = 1,
                              .right = edits == 0 && !broken && w->kind != EVAL_MISSED,
                              .missed = w->kind == EVAL_MISSED,
                              .length = (int64_t)letters,
                              .edits = edits};
    size_t class;
    const char *name = eval_tally_length(letters, &class);
    eval_tally_add(&n->tally[EVAL_BY_FONT], item->font, &word);
    eval_tally_add(&n->tally[EVAL_BY_DEGRADATION], w->truth->degradation, &word);
    eval_tally_add(&n->tally[EVAL_BY_KIND], w->truth->kind, &word);
    eval_tally_add(&n->tally[EVAL_BY_LAYOUT], w->truth->layout, &word);
    struct eval_tally *l = &n->length[class];
    l->name = name;
    l->words += word.words;
    l->right += word.right;
    l->missed += word.missed;
    l->length += word.length;
    l->edits += word.edits;
}

/* By letter of the truth: the edits at it, inserted ones with the letter before; and, by letter
 * too, whether a space was invented before it. */
static void spread_edits(const struct work *w, int64_t *edits, bool *torn)
{
    for (size_t k = 0; k < w->al.count; k++) {
        const struct eval_step *s = &w->al.step[k];
        size_t at = s->truth ? s->truth_at : s->truth_at ? s->truth_at - 1 : 0;
        edits[at] += s->truth != s->read;
        if (s->read && w->al.invented[s->read_at])
            torn[at] = true;
    }
}

static int count_words(struct eval_namer *n, const struct work *w, struct err *e)
{
    int64_t *edits = arena_array(w->arena, w->t.len + 1, sizeof *edits);
    bool *torn = arena_array(w->arena, w->t.len + 1, sizeof *torn);
    if (!edits || !torn)
        return err_set(e, ERR_NOMEM, "a page has too much text to be compared");
    if (w->al.step)
        spread_edits(w, edits, torn);
    else if (w->t.len > 0)
        edits[0] = w->al.edits; /* too long to know where */
    bool characters = w->kind == EVAL_WRONG_UNIT;
    for (size_t from = 0, to; from < w->t.len; from = to) {
        bool broken = w->al.lost[from];
        int64_t sum = edits[from];
        for (to = from + 1; to < w->t.len && !w->t.space[to]; to++) {
            sum += edits[to];
            broken |= torn[to] && !characters;
        }
        broken |= to < w->t.len && w->al.lost[to];
        add_word(n, w, &w->truth->item[w->group->truth[w->owner[from]]], to - from, sum, broken);
    }
    return 0;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static int usual_height(struct arena *a, const struct eval_page *p, float *ret)
{
    float *height = arena_array(a, p->count + 1, sizeof *height);
    if (!height)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->count; i++) {
        float h = geometry_height(&p->item[i].quad), w = geometry_width(&p->item[i].quad);
        height[i] = h < w ? h : w; /* a lone "1", or text that runs downwards */
    }
    if (p->count)
        qsort(height, p->count, sizeof *height, compare_floats);
    *ret = p->count ? height[p->count / 2] : 0;
    return 0;
}

static bool is_speck(const struct eval_item *box, float usual)
{
    return geometry_height(&box->quad) < usual / 2 && geometry_width(&box->quad) < usual / 2;
}

static void count_boxes(const struct work *w, float usual, struct eval_box_counts *c)
{
    const struct eval_group *g = w->group;
    c->words += (int64_t)g->truth_count;
    c->boxes += (int64_t)g->box_count;
    c->groups[w->kind]++;
    c->share[w->kind] += (int64_t)(w->kind == EVAL_FALSE ? g->box_count : g->truth_count);
    if (w->kind == EVAL_FALSE)
        c->specks += is_speck(&w->predicted->item[g->box[0]], usual);
}

/* Mean over the boxes that have one; less than 0 when none has. */
static double confidence(const struct work *w)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < w->group->box_count; i++) {
        double c = w->predicted->item[w->group->box[i]].confidence;
        sum += c >= 0 ? c : 0;
        count += c >= 0;
    }
    return count ? sum / (double)count : -1;
}

/* How much a person should want to see it: what costs most letters, and of these what the engine
 * was surest of.  0: nothing is wrong. */
static double weigh(const struct work *w, float usual)
{
    double sure = confidence(w), edits = (double)w->al.edits;
    double factor = sure < 0 ? 1 : 0.25 + sure;
    switch (w->kind) {
    case EVAL_FOUND:
        return (edits + 0.5 * (double)(w->al.spaces_lost + w->al.spaces_invented)) * factor;
    case EVAL_SPLIT:
        return (double)w->group->box_count + edits;
    case EVAL_MERGED:
    case EVAL_WRONG_UNIT:
        return (double)(w->group->truth_count + w->group->box_count) + edits;
    case EVAL_FALSE:
        if (is_speck(&w->predicted->item[w->group->box[0]], usual))
            return 0.1;
        return (1 + (double)w->r.len) * factor;
    default:
        return 1 + (double)w->t.len;
    }
}

static int keep_texts(struct arena *a, const struct eval_item *item, const size_t *index,
                      size_t count, const char **ret_text, const struct quad **ret_quad)
{
    struct quad *quad = arena_array(a, count + 1, sizeof *quad);
    const char *text = "";
    if (!quad)
        return ERR_NOMEM;
    for (size_t i = 0; i < count && text; i++) {
        quad[i] = item[index[i]].quad;
        text = i ? arena_printf(a, "%s | %.400s", text, item[index[i]].text)
                 : arena_printf(a, "%.400s", item[index[i]].text);
    }
    *ret_text = text;
    *ret_quad = quad;
    return text ? 0 : ERR_NOMEM;
}

static int keep_worst(struct eval_namer *n, const struct work *w, size_t page, float usual,
                      struct err *e)
{
    enum { MOST = 24 }; /* boxes of a finding that are worth drawing */
    const struct eval_group *g = w->group;
    struct eval_finding f = {.kind = w->kind, .page = page, .weight = weigh(w, usual)};
    struct eval_worst *worst = &n->worst[w->kind];
    if (f.weight <= 0 || !w->predicted || !eval_worst_wants(worst, page, f.weight))
        return 0;
    f.confidence = confidence(w);
    f.truth_count = g->truth_count < MOST ? g->truth_count : MOST;
    f.read_count = g->box_count < MOST ? g->box_count : MOST;
    int rc = keep_texts(n->arena, w->truth->item, g->truth, f.truth_count, &f.truth, &f.truth_box);
    if (rc == 0)
        rc = keep_texts(n->arena, w->predicted->item, g->box, f.read_count, &f.read, &f.read_box);
    if (rc)
        return err_set(e, rc, "the errors found do not fit in memory");
    eval_worst_keep(worst, &f);
    return 0;
}

static void add_box_counts(struct eval_box_counts *sum, const struct eval_box_counts *c)
{
    sum->words += c->words;
    sum->boxes += c->boxes;
    sum->specks += c->specks;
    for (int k = 0; k < EVAL_GROUP_KINDS; k++) {
        sum->groups[k] += c->groups[k];
        sum->share[k] += c->share[k];
    }
}

int eval_named_add(struct eval_namer *n, struct arena *scratch, size_t index,
                   const struct eval_page *truth, const struct eval_page *predicted,
                   struct eval_box_counts *ret_boxes, struct err *e)
{
    struct eval_groups groups;
    struct eval_box_counts boxes = {0};
    float usual = 0;
    int rc = eval_group_page(scratch, truth, predicted, &groups, e);
    if (rc == 0 && usual_height(scratch, truth, &usual))
        rc = err_set(e, ERR_NOMEM, "a page has too many boxes to be matched");
    for (size_t i = 0; rc == 0 && i < groups.count; i++) {
        struct work w = {.arena = n->work,
                         .fold = n->fold,
                         .truth = truth,
                         .predicted = predicted,
                         .group = &groups.group[i]};
        rc = compare(&w, e);
        if (rc == 0) {
            count_boxes(&w, usual, &boxes);
            count_letters(n, &w);
            rc = count_words(n, &w, e);
        }
        if (rc == 0)
            rc = keep_worst(n, &w, index, usual, e);
        arena_reset(n->work);
    }
    if (rc == 0 && buf_status(&n->pairs))
        rc = err_set(e, buf_status(&n->pairs), "there are too many errors to be counted");
    if (rc)
        return rc;
    add_box_counts(&n->sum.boxes, &boxes);
    *ret_boxes = boxes;
    return 0;
}

int eval_named_finish(struct eval_namer *n, struct eval_named *ret, struct err *e)
{
    struct eval_named r = n->sum;
    for (int d = 0; d < EVAL_DIMENSIONS; d++) {
        eval_tally_sort(&n->tally[d]);
        r.tally[d] = n->tally[d].row;
        r.tally_count[d] = n->tally[d].count;
    }
    struct eval_tally *length = arena_array(n->arena, 5, sizeof *length);
    if (!length || eval_tally_pairs(n->arena, &n->pairs, &r))
        return err_set(e, ERR_NOMEM, "the errors found do not fit in memory");
    r.tally[EVAL_BY_LENGTH] = length;
    for (int i = 0; i < 5; i++)
        if (n->length[i].words)
            length[r.tally_count[EVAL_BY_LENGTH]++] = n->length[i];
    for (int k = 0; k < EVAL_GROUP_KINDS; k++) {
        r.worst[k] = n->worst[k].finding;
        r.worst_count[k] = n->worst[k].count;
    }
    *ret = r;
    return 0;
}
