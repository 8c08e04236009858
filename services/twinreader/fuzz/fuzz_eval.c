/* Any bytes are refused with a reason, or give pages that score fully against themselves. */
#include "twinreader/eval.h"
#include "twinreader/eval_form.h"
#include "twinreader/eval_named.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each page against the next: every word is in one group, every group's letters add up. */
static void name_errors(struct arena *a, const struct eval_set *s)
{
    struct err e = ERR_INIT;
    struct eval_namer *namer = NULL;
    struct eval_form_sum forms;
    struct eval_named named;
    if (eval_named_create(s->count % 2, &namer, &e))
        return;
    bool fine = eval_form_init(a, &forms, &e) == 0;
    for (size_t i = 0; fine && i < s->count; i++) {
        const struct eval_page *truth = &s->page[i], *read = &s->page[(i + 1) % s->count];
        struct eval_box_counts boxes;
        const char *wrong;
        int64_t words = 0;
        fine = eval_named_add(namer, a, i, truth, read, &boxes, &e) == 0 &&
               eval_form_add(&forms, a, truth, read, &wrong, &e) == 0;
        for (int k = 0; fine && k < EVAL_GROUP_KINDS; k++)
            words += k == EVAL_FALSE ? 0 : boxes.share[k];
        if (fine && words != boxes.words)
            abort();
    }
    if (fine && eval_named_finish(namer, &named, &e) == 0 &&
        named.edits < named.dropped + named.added + named.changed)
        abort();
    eval_named_destroy(namer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(16 << 20);
    struct err e = ERR_INIT;
    struct eval_set s = {0};
    struct eval_counts c = {0};
    if (!a)
        return 0;
    if (eval_load(a, "fuzz", (const char *)data, size, &s, &e)) {
        if (s.count || !e.message[0])
            abort();
        goto out;
    }
    for (size_t i = 0; i < s.count; i++) {
        struct eval_agreement agree;
        for (size_t j = 0; j < s.page[i].count; j++)
            if (eval_is_unreadable(&s.page[i].item[j]))
                goto named; /* a page does not score fully where it cannot be read */
        if (eval_score(a, &s.page[i], &s.page[i], &c, &e))
            goto out;
        for (size_t j = 0; j < s.page[i].field_count; j++)
            if (eval_compare_field(a, &s.page[i].field[j], &s.page[i].field[j], &agree, &e) == 0 &&
                !agree.exact)
                abort();
    }
    if (c.edits || c.exact.hit != c.exact.truth || c.chars.hit != c.chars.predicted ||
        c.boxes.hit > c.boxes.truth)
        abort();
named:
    name_errors(a, &s);
out:
    arena_destroy(a);
    return 0;
}
