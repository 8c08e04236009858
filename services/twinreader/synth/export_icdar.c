#include "twinreader/synth/export.h"

#include <math.h>

void synth_export_icdar(const struct synth_label *l, struct buf *out)
{
    for (size_t i = 0; i < l->word_count; i++) {
        const struct synth_label_word *w = &l->words[i];
        for (int k = 0; k < 4; k++)
            buf_printf(out, "%ld,%ld,", lrintf(w->box.p[k].x), lrintf(w->box.p[k].y));
        buf_puts(out, w->hidden ? "###" : w->text);
        buf_putc(out, '\n');
    }
}
