/* Any bytes are refused with a reason, or give pages that score fully against themselves. */
#include "twinreader/eval.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
out:
    arena_destroy(a);
    return 0;
}
