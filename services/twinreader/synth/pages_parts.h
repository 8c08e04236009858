/* One page on its way from the worker that made it to the folder.  Private to pages*.c. */
#ifndef TWINREADER_SYNTH_PAGES_PARTS_H
#define TWINREADER_SYNTH_PAGES_PARTS_H

#include "base/buf.h"
#include "base/hash.h"
#include "twinreader/synth/export.h"
#include "twinreader/synth/files.h"
#include "twinreader/synth/pages.h"

#include <stdbool.h>

enum synth_pages_buf {
    SYNTH_PAGES_IMAGE,
    SYNTH_PAGES_JSON,
    SYNTH_PAGES_QUADS,
    SYNTH_PAGES_COCO_IMAGE,
    SYNTH_PAGES_COCO_BOXES,
    SYNTH_PAGES_READ,
    SYNTH_PAGES_LINES,
    SYNTH_PAGES_BUFS
};

struct synth_pages_made {
    struct arena *arena; /* the label's and the cut-outs' texts */
    char image_name[40], icdar_name[40];
    struct buf bufs[SYNTH_PAGES_BUFS]; /* empty where the format was not asked for */
    char image_sha[HASH_SHA256_HEX], icdar_sha[HASH_SHA256_HEX];
    struct synth_export_crop *crops;
    char (*crop_sha)[HASH_SHA256_HEX];
    size_t crop_count;
    const struct synth_label *label;
};

/* Encodes the picture and writes the label in the formats asked for. */
int synth_pages_export(const struct synth_pages_options *o, const char *const *fonts,
                       size_t font_count, const struct image *picture, int quality,
                       struct synth_pages_made *m, struct err *e) MUST_CHECK;

/* What the folder holds so far.  Lifetime: synth_pages_writer_create to _destroy. */
struct synth_pages_writer;

int synth_pages_writer_create(const struct synth_pages_options *o,
                              const struct synth_papers *papers, const char *const *fonts,
                              size_t font_count, struct synth_pages_writer **ret,
                              struct err *e) MUST_CHECK;
void synth_pages_writer_destroy(struct synth_pages_writer *w);
int synth_pages_writer_add(struct synth_pages_writer *w, const struct synth_pages_made *m,
                           struct err *e) MUST_CHECK;

/* Completes the files and the manifest. */
int synth_pages_writer_finish(struct synth_pages_writer *w, struct synth_pages_summary *ret,
                              struct err *e) MUST_CHECK;

#endif
