/* The writers behind the table of output.h, one per file.  Each appends a whole document. */
#ifndef TWINREADER_OUT_FORMATS_H
#define TWINREADER_OUT_FORMATS_H

#include "twinreader/output.h"

int out_json(const struct reading *r, const struct output_options *o, struct buf *out,
             struct err *e) MUST_CHECK;
int out_text(const struct reading *r, const struct output_options *o, struct buf *out,
             struct err *e) MUST_CHECK;
int out_tsv(const struct reading *r, const struct output_options *o, struct buf *out,
            struct err *e) MUST_CHECK;
int out_hocr(const struct reading *r, const struct output_options *o, struct buf *out,
             struct err *e) MUST_CHECK;
int out_alto(const struct reading *r, const struct output_options *o, struct buf *out,
             struct err *e) MUST_CHECK;
int out_pdf(const struct reading *r, const struct output_options *o, struct buf *out,
            struct err *e) MUST_CHECK;

/* Returns the buffer's status, with the sentence in `e` when it is a failure. */
int out_finish(const struct buf *out, struct err *e) MUST_CHECK;

#endif
