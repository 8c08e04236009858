/*
 * What recogniser training samples say: a mix of invented text in which every character of the
 * character set comes often enough.
 *
 * Inside synth/.  Lifetime: a charset from load to destroy.  Threads: immutable once loaded.
 */
#ifndef TWINREADER_SYNTH_CROPS_TEXT_H
#define TWINREADER_SYNTH_CROPS_TEXT_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/synth/rng.h"

#include <stdbool.h>
#include <stdint.h>

struct synth_crops_charset;

/* Reads a file of one character a line (NULL: the shipped one); the space always belongs to it.
 * ERR_CONFIG, ERR_IO, ERR_NOT_FOUND. */
int synth_crops_charset_load(const char *path, struct synth_crops_charset **ret,
                             struct err *e) MUST_CHECK;
void synth_crops_charset_destroy(struct synth_crops_charset *c);

/* True when all of `text` (UTF-8) is in the character set. */
bool synth_crops_charset_has(const struct synth_crops_charset *c, const char *text);

/* Invents a word or line out of the character set: no space at the ends, single spaces within. */
int synth_crops_text(const struct synth_crops_charset *c, struct synth_rng *r, struct arena *a,
                     const char **ret, struct err *e) MUST_CHECK;

/* True when `text` holds a Hangul syllable or letter. */
bool synth_crops_text_hangul(const char *text);

#endif
