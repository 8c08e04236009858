/*
 * Whole pages, made in parallel and written in order: pictures, labels in the formats asked for, a
 * manifest.
 *
 * Page n of a seed depends on (seed, n) and the options alone, never on how many workers there are.
 */
#ifndef TWINREADER_SYNTH_PAGES_H
#define TWINREADER_SYNTH_PAGES_H

#include "base/arena.h"
#include "base/err.h"
#include "image/image.h"
#include "twinreader/progress.h"
#include "twinreader/synth/degrade.h"
#include "twinreader/synth/fonts.h"
#include "twinreader/synth/layout.h"

/* What is written of each page besides its picture; a set of bits. */
enum synth_pages_format {
    SYNTH_PAGES_JSONL = 1,   /* truth.jsonl */
    SYNTH_PAGES_ICDAR = 2,   /* icdar/000000.txt */
    SYNTH_PAGES_COCO = 4,    /* coco.json */
    SYNTH_PAGES_CROPS = 8,   /* crops/000000-w0000.png, words.tsv, lines.tsv */
    SYNTH_PAGES_READING = 16 /* readings.jsonl, lines.jsonl */
};

struct synth_pages_options {
    const char *dir; /* made; must be empty */
    uint64_t seed, first, count;
    int kind; /* index of synth_papers, or -1: all */
    int look; /* enum synth_look, or -1: mixed */
    enum synth_split split;
    double dpi;
    unsigned formats;
    bool png; /* else JPEG, of a quality that suits the look */
    int workers;
    struct progress *progress; /* may be NULL */
};

/* All kinds and looks, training fonts, 150 dpi, JSON lines, JPEG, one worker; no folder, no pages.
 */
struct synth_pages_options synth_pages_options_default(void);

struct synth_pages_summary {
    uint64_t pages, words, hidden;
};

/* Makes page `n`: its picture (the caller's) and label (in `a`), and the JPEG quality it should be
 * stored with.  One thread per `f`. */
int synth_pages_make(const struct synth_pages_options *o, const struct synth_papers *papers,
                     struct synth_fonts *f, uint64_t n, struct arena *a, struct image **ret_picture,
                     struct synth_label **ret_label, int *ret_quality, struct err *e) MUST_CHECK;

/* Makes all pages and writes them.  SIGINT and SIGTERM must be blocked; they end it with
 * ERR_CANCELLED.  What was complete stays, without a manifest.  ERR_NO_SPACE when the disk is full.
 */
int synth_pages_run(const struct synth_pages_options *o, const struct synth_papers *papers,
                    struct synth_pages_summary *ret, struct err *e) MUST_CHECK;

#endif
