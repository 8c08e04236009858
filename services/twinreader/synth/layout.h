/*
 * Papers to be synthesised: a form file (synth/forms/NAME.yaml) says what is on the paper, the
 * generators of value.h invent what stands there, and layout sets it as a scene.
 *
 * Lifetime: synth_papers_create to _destroy.  Threads: immutable once loaded.
 */
#ifndef TWINREADER_SYNTH_LAYOUT_H
#define TWINREADER_SYNTH_LAYOUT_H

#include "base/err.h"
#include "twinreader/synth/fonts.h"
#include "twinreader/synth/rng.h"
#include "twinreader/synth/scene.h"

struct synth_papers;

/* Loads every form of a folder (NULL: the shipped one).  ERR_CONFIG with file, line, key, reason.
 */
int synth_papers_create(const char *folder, struct synth_papers **ret, struct err *e) MUST_CHECK;
void synth_papers_destroy(struct synth_papers *p);

size_t synth_papers_count(const struct synth_papers *p);
const char *synth_papers_name(const struct synth_papers *p, size_t index);

/* Invents one paper of kind `index` in fonts and layouts of `split`: amounts add up, check digits
 * are right, every text is covered by its font and stays on the paper.  All of it in `a`. */
int synth_papers_make(const struct synth_papers *p, size_t index, enum synth_split split,
                      struct synth_fonts *f, struct synth_rng *r, struct arena *a,
                      struct synth_scene **ret, struct err *e) MUST_CHECK;

#endif
