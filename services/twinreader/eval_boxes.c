#include "base/buf.h"
#include "twinreader/eval.h"

#include <stdlib.h>

static double iou(const struct eval_rect *a, const struct eval_rect *b)
{
    double w = (a->x1 < b->x1 ? a->x1 : b->x1) - (a->x0 > b->x0 ? a->x0 : b->x0);
    double h = (a->y1 < b->y1 ? a->y1 : b->y1) - (a->y0 > b->y0 ? a->y0 : b->y0);
    if (w <= 0 || h <= 0)
        return 0;
    double inter = w * h;
    return inter / ((a->x1 - a->x0) * (a->y1 - a->y0) + (b->x1 - b->x0) * (b->y1 - b->y0) - inter);
}

struct pair {
    double score;
    size_t truth, predicted;
};

/* Best first; of equals the later ones first, as the script sorts. */
static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->truth != y->truth)
        return x->truth > y->truth ? -1 : 1;
    return (x->predicted < y->predicted) - (x->predicted > y->predicted);
}

int eval_match_boxes(struct arena *scratch, const struct eval_page *truth,
                     const struct eval_page *predicted, int64_t *ret, struct err *e)
{
    struct buf pairs; /* few of all possible ones reach one half */
    bool *truth_used = arena_array(scratch, truth->count + 1, sizeof *truth_used);
    bool *predicted_used = arena_array(scratch, predicted->count + 1, sizeof *predicted_used);
    if (!truth_used || !predicted_used)
        return err_set(e, ERR_NOMEM, "a page has too many boxes to be scored");
    buf_init(&pairs, 0);
    for (size_t i = 0; i < truth->count; i++) {
        for (size_t j = 0; j < predicted->count; j++) {
            struct pair p = {iou(&truth->item[i].box, &predicted->item[j].box), i, j};
            if (p.score >= 0.5)
                buf_append(&pairs, &p, sizeof p);
        }
    }
    int rc = buf_status(&pairs);
    if (rc) {
        rc = err_set(e, rc, "a page has too many boxes to be scored");
        goto out;
    }
    size_t count = pairs.len / sizeof(struct pair);
    struct pair *pair = (struct pair *)(void *)pairs.data;
    int64_t hits = 0;
    if (count)
        qsort(pair, count, sizeof *pair, compare_pairs);
    for (size_t i = 0; i < count; i++) {
        if (truth_used[pair[i].truth] || predicted_used[pair[i].predicted])
            continue;
        truth_used[pair[i].truth] = predicted_used[pair[i].predicted] = true;
        hits++;
    }
    *ret = hits;
out:
    buf_finish(&pairs);
    return rc;
}
