/* What `twinreader eval` prints: a table for people, or JSON.  Any thread. */
#ifndef TWINREADER_EVAL_REPORT_H
#define TWINREADER_EVAL_REPORT_H

#include "base/buf.h"
#include "twinreader/eval.h"

enum { EVAL_MAX_FIELDS = 64 };

struct eval_field_count {
    const char *name;
    int64_t pages, exact, spaceless; /* pages whose truth has it, and where it agrees */
};

struct eval_page_report {
    const char *image;
    struct eval_counts counts;
    double ms;          /* less than 0: not read now */
    const char *fields; /* names of the fields that do not agree, by spaces; NULL: not compared */
};

struct eval_report {
    struct eval_counts counts;
    const struct eval_field_count *field; /* in the order of the truth */
    size_t field_count;
    int64_t complete;    /* pages all of whose fields agree */
    int64_t with_fields; /* pages whose truth has fields */
    bool timed;          /* the engine read the pages now: what follows is set */
    double median_ms, p95_ms, pages_per_s;
    int jobs;
    const char *engine;
    const struct eval_page_report *page; /* counts.pages of them; NULL unless asked for */
};

void eval_report_table(const struct eval_report *r, struct buf *out);
void eval_report_json(const struct eval_report *r, struct buf *out);

#endif
