/*
 * What `twinreader eval` prints: a table for people, or JSON.  Any thread.
 *
 * Names and texts come from the files scored and may hold anything: the table shows them without
 * control characters, JSON keeps them.
 */
#ifndef TWINREADER_EVAL_REPORT_H
#define TWINREADER_EVAL_REPORT_H

#include "base/buf.h"
#include "base/jsonw.h"
#include "twinreader/eval.h"
#include "twinreader/eval_form.h"
#include "twinreader/eval_named.h"

struct eval_page_report {
    const char *image;
    struct eval_counts counts;
    struct eval_box_counts boxes;
    double ms;          /* less than 0: not read now */
    const char *fields; /* names of the fields that do not agree, by spaces; NULL: not compared */
};

struct eval_report {
    struct eval_counts counts;
    const struct eval_named *named;
    const struct eval_form_sum *forms; /* NULL: fields were not compared */
    bool timed;                        /* the engine read the pages now: what follows is set */
    double median_ms, p95_ms, pages_per_s;
    int jobs;
    const char *engine;
    bool fold;                           /* letters were compared without case */
    const struct eval_page_report *page; /* counts.pages of them */
    bool with_pages;                     /* show them */
};

/* A figure under its name in bench/ocr_score.py. */
struct eval_figure {
    const char *name;
    double value;
};

enum { EVAL_FIGURES = 10 };

void eval_report_figures(const struct eval_counts *c, struct eval_figure ret[EVAL_FIGURES]);

/* Returns part over whole, 0 of nothing. */
double eval_report_share(int64_t part, int64_t whole);

void eval_report_table(const struct eval_report *r, struct buf *out);
void eval_report_json(const struct eval_report *r, struct buf *out);

/* The parts of both about errors by name, fields and verdicts. */
void eval_report_named_table(const struct eval_report *r, struct buf *out);
void eval_report_named_json(const struct eval_report *r, struct jsonw *w);

/* Appends a letter so that it can be seen: "∅" for none (0), "U+200B" for what has no width. */
void eval_report_letter(struct buf *out, uint32_t c);

#endif
