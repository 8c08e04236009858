/*
 * What `twinreader eval --html FILE` writes: one page that needs nothing else, with the figures,
 * the errors by name, and crops of the worst.
 *
 * No script, no address of another place: styles are in it and pictures are data URIs, at most
 * EVAL_WORST of each kind, each at most 640 x 320 pixels.  Interface texts are Korean and English,
 * either shown by a switch.  Names and texts from the files scored are escaped; a policy in the
 * page forbids scripts besides.  Any thread.
 */
#ifndef TWINREADER_EVAL_HTML_H
#define TWINREADER_EVAL_HTML_H

#include "base/buf.h"
#include "image/document.h"
#include "twinreader/eval_report.h"

/* Appends the page.  `truth` is what was scored, `dir` the folder that its images' paths are
 * relative to; an image that cannot be read leaves its errors without a crop.  ERR_NOMEM. */
int eval_html(const struct eval_report *r, const struct eval_set *truth, const char *dir,
              const struct document_limits *limits, struct buf *out, struct err *e) MUST_CHECK;

#endif
