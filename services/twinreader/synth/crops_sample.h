/*
 * One training sample: a text, in a font, drawn, made to look used, at the height that the network
 * takes.
 *
 * Inside synth/.  Lifetime: create to destroy.  Threads: one maker per thread; its charset may
 * be shared.
 */
#ifndef TWINREADER_SYNTH_CROPS_SAMPLE_H
#define TWINREADER_SYNTH_CROPS_SAMPLE_H

#include "image/image.h"
#include "twinreader/synth/crops.h"
#include "twinreader/synth/crops_text.h"

struct synth_crops_maker;

/* `o` and `c` are borrowed. */
int synth_crops_maker_create(const struct synth_crops_options *o,
                             const struct synth_crops_charset *c, struct synth_crops_maker **ret,
                             struct err *e) MUST_CHECK;
void synth_crops_maker_destroy(struct synth_crops_maker *m);

struct synth_crops_sample {
    struct image *picture; /* grey, o->height rows, o->max_width columns at most; the caller's */
    const char *text;      /* until the maker's next sample */
    const struct synth_label_span *spans; /* of the text's code points but spaces; likewise */
    size_t span_count;
    size_t font;
    enum synth_look look;
};

/* Makes sample `n`, which depends on the seed, the options but `first`, `count` and `workers`, and
 * n. */
int synth_crops_maker_make(struct synth_crops_maker *m, uint64_t n, struct synth_crops_sample *ret,
                           struct err *e) MUST_CHECK;

#endif
