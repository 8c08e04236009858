/*
 * The fonts that synthesis draws with: files named in synth/fonts.yaml, nothing else that happens
 * to be installed, so that a seed gives the same pages wherever the same font packages are.
 *
 * Fonts are split: `train` and `held` share no family, so that figures on held-out fonts mean
 * something. Lifetime: synth_fonts_create to _destroy.  Threads: one struct synth_fonts per thread;
 * it carries the text engine's caches.
 */
#ifndef TWINREADER_SYNTH_FONTS_H
#define TWINREADER_SYNTH_FONTS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum synth_split { SYNTH_TRAIN, SYNTH_HELD };

/* What a font looks like, or is good for; a set of bits. */
enum synth_font_style {
    SYNTH_FONT_SANS = 1,
    SYNTH_FONT_SERIF = 2,
    SYNTH_FONT_MONO = 4,
    SYNTH_FONT_HAND = 8,     /* handwriting */
    SYNTH_FONT_DISPLAY = 16, /* heads, signs */
    SYNTH_FONT_BOLD = 32,
    SYNTH_FONT_HANGUL = 64 /* draws the 2,350 syllables of KS X 1001; one may be missing */
};

struct synth_font {
    const char *name; /* "NanumGothic Bold"; appears in labels and in figures by font */
    unsigned style;   /* synth_font_style */
    enum synth_split split;
};

struct synth_fonts;

/* Opens every font of `yaml` (NULL: the shipped list).  A listed font that is not installed is left
 * out; no font of a split with Hangul, or without, is ERR_NOT_FOUND naming the Debian packages to
 * install. ERR_CONFIG with file, line, key. */
int synth_fonts_create(const char *yaml, struct synth_fonts **ret, struct err *e) MUST_CHECK;

/* NULL is allowed. */
void synth_fonts_destroy(struct synth_fonts *f);

size_t synth_fonts_count(const struct synth_fonts *f);
const struct synth_font *synth_fonts_at(const struct synth_fonts *f, size_t index);

/* True when font `index` has a glyph for every code point of `text` (UTF-8). */
bool synth_fonts_cover(struct synth_fonts *f, size_t index, const char *text);

/* Advance width of `text` in mm at `size` points, no letter spacing; negative when it cannot be
 * set. */
double synth_fonts_width(struct synth_fonts *f, size_t index, double size, const char *text);

#endif
