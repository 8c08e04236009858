/* English of receipts and letters, invented for training samples.  Inside synth/. */
#ifndef TWINREADER_SYNTH_CROPS_ENGLISH_H
#define TWINREADER_SYNTH_CROPS_ENGLISH_H

#include "base/buf.h"
#include "twinreader/synth/rng.h"

/* Appends a word or line: "TOTAL (INCL GST) RM 12.50", "Bremdon Street, 12 Floor". */
void synth_crops_english(struct synth_rng *r, struct buf *out);

#endif
