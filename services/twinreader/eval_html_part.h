/* Inside eval_html: words in two languages, tables, and crops.  Any thread. */
#ifndef TWINREADER_EVAL_HTML_PART_H
#define TWINREADER_EVAL_HTML_PART_H

#include "twinreader/eval_html.h"

/* A text of the interface. */
struct eval_html_text {
    const char *ko, *en;
};

void eval_html_say(struct buf *out, const char *ko, const char *en);
void eval_html_say_text(struct buf *out, struct eval_html_text t);

/* Opens a table that scrolls within the page; columns `first` <= i < `end` are numbers. */
void eval_html_table(struct buf *out, const struct eval_html_text *column, size_t count,
                     size_t first, size_t end);
void eval_html_table_end(struct buf *out);

/* Cells: a count, a share as per cent, a share with a bar that is full at 1 (at `most` when that is
 * less), text from outside. */
void eval_html_count(struct buf *out, int64_t n);
void eval_html_percent(struct buf *out, int64_t part, int64_t whole);
void eval_html_bar(struct buf *out, double share, double most);
void eval_html_name(struct buf *out, const char *s);

/* Appends the tables of errors, fields and verdicts. */
void eval_html_tables(const struct eval_report *r, struct buf *out);

/* The name of a kind of error; EVAL_FOUND is what was misread. */
struct eval_html_text eval_html_kind(enum eval_group_kind kind);

/* Part of a page as a JPEG in base 64, made for one finding. */
struct eval_html_crop {
    const struct eval_finding *finding;
    struct buf base64; /* empty when there is no picture */
    int width, height; /* of the crop, pixels */
    double x, y;       /* of the source, at its upper left corner */
    double scale;      /* pixels of the crop per pixel of the source */
};

/* Fills `crop`, whose findings are set; each page is decoded once.  ERR_NOMEM. */
int eval_html_crops(struct eval_html_crop *crop, size_t count, const struct eval_set *truth,
                    const char *dir, const struct document_limits *limits,
                    struct err *e) MUST_CHECK;

#endif
