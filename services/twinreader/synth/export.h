/*
 * Labels as files, for us and for others: JSON lines (which `twinreader eval` reads as truth),
 * ICDAR, COCO, cut-out words and lines, and the reading that a perfect reader would give.
 *
 * All but the cut-outs are text appended to a buffer; look at buf_status.  Pure; any thread.
 */
#ifndef TWINREADER_SYNTH_EXPORT_H
#define TWINREADER_SYNTH_EXPORT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "twinreader/synth/label.h"

#include <stddef.h>
#include <stdint.h>

/* A page to be exported; `image` is its path as written. */
struct synth_export_page {
    const struct synth_label *label;
    const char *image;
    const char *const *fonts; /* names, by synth_fonts index */
    size_t font_count;
};

/* One line of JSON: everything the label knows.  Its "words" are those that can be read, "hidden"
 * the others; "fields" has what is printed on the page as data.  ERR_NOMEM. */
int synth_export_json(const struct synth_export_page *p, struct arena *a, struct buf *out,
                      struct err *e) MUST_CHECK;

/* Lines "x1,y1,...,x4,y4,text", one a word, "###" for what cannot be read (ICDAR 2015, task 4.1).
 */
void synth_export_icdar(const struct synth_label *l, struct buf *out);

/* COCO: one object of "images", and objects of "annotations" (words and lines; hidden words as
 * iscrowd), each after a comma and a line end, which the first of a list drops.  `id` is the
 * picture's, from 0. */
void synth_export_coco_head(struct buf *out);
void synth_export_coco_image(const struct synth_export_page *p, uint64_t id, struct buf *out);
void synth_export_coco_boxes(const struct synth_label *l, uint64_t id, struct buf *out);

/* Cut-outs: one rectified picture a readable word or line. */
struct synth_export_crop {
    char name[48];    /* "000012-w0003.png" */
    const char *text; /* lines: words joined by single spaces */
    bool is_line;
    struct buf png;
};

/* Words first, then lines without hidden words.  The crops are the caller's to finish.  ERR_NOMEM.
 */
int synth_export_crops(const struct synth_label *l, const struct image *picture, uint64_t page,
                       struct arena *a, struct synth_export_crop **ret, size_t *ret_count,
                       struct err *e) MUST_CHECK;
void synth_export_crops_finish(struct synth_export_crop *crops, size_t count);

/* What `twinreader read --format json` would print of a perfect engine, without fields: what cannot
 * be read is not there, order and rows are those of the engine (order.h).  ERR_NOMEM. */
int synth_export_reading(const struct synth_export_page *p, struct arena *a, struct buf *out,
                         struct err *e) MUST_CHECK;

/* The same lines as a page of predictions for `twinreader eval --predictions`. */
int synth_export_lines(const struct synth_export_page *p, struct arena *a, struct buf *out,
                       struct err *e) MUST_CHECK;

/* The text of a label's line; hidden words as "###", or left out.  NULL for want of memory. */
const char *synth_export_line_text(const struct synth_label *l, const struct synth_label_line *line,
                                   bool with_hidden, struct arena *a);

#endif
