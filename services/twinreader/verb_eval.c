/* twinreader eval: figures on labelled pages, read now or predicted before. */
#include "base/clock.h"
#include "base/file.h"
#include "twinreader/engine.h"
#include "twinreader/eval.h"
#include "twinreader/eval_form.h"
#include "twinreader/eval_html.h"
#include "twinreader/eval_named.h"
#include "twinreader/eval_report.h"
#include "twinreader/eval_run.h"
#include "twinreader/eval_save.h"
#include "twinreader/form.h"
#include "twinreader/progress.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t max_file = (size_t)1 << 30;
static const size_t max_set = (size_t)4 << 30;  /* address space, not memory in use */
static const size_t max_page = (size_t)1 << 30; /* scratch while a page is scored */

struct options {
    const char *predictions, *save, *html;
    bool fields, fold, json, verbose;
    int64_t jobs;
};

/* All that an evaluation holds; everything lives in the arena. */
struct evaluation {
    const struct options *options;
    struct arena *arena;
    struct eval_set truth;
    const struct eval_page **predicted; /* by page of the truth; NULL where missing */
    struct eval_run run;                /* when the engine read the pages */
    const char *engine;
    struct eval_namer *namer;
    struct eval_named named;
    struct eval_form_sum forms;
    struct eval_page_report *page;
    struct eval_report report;
};

static int load_set(struct arena *a, const char *path, struct eval_set *ret, struct err *e)
{
    struct buf text;
    buf_init(&text, max_file);
    int rc = file_read(path, &text, e);
    if (rc == 0)
        rc = eval_load(a, path, text.data, text.len, ret, e);
    buf_finish(&text);
    return rc;
}

/* Looks for fields where the predictions bring none. */
static int extract_fields(struct evaluation *ev, const char *forms_dir, struct eval_set *set,
                          struct err *e)
{
    struct forms *forms = NULL;
    int rc = forms_load(forms_dir, &forms, e);
    for (size_t i = 0; rc == 0 && i < set->count; i++)
        if (!set->page[i].has_fields)
            rc = eval_extract_fields(ev->arena, forms, &set->page[i], e);
    forms_destroy(forms);
    return rc;
}

static int use_predictions(struct evaluation *ev, const struct config *c, struct err *e)
{
    struct eval_set set;
    int rc = load_set(ev->arena, ev->options->predictions, &set, e);
    if (rc == 0 && ev->options->fields)
        rc = extract_fields(ev, c->forms.dir, &set, e);
    for (size_t i = 0; rc == 0 && i < ev->truth.count; i++)
        ev->predicted[i] = eval_find(&set, ev->truth.page[i].image);
    return rc;
}

static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? arena_strndup(a, path, (size_t)(slash - path) + (slash == path)) : ".";
}

static int read_pages(struct evaluation *ev, const struct config *c, const char *truth_path,
                      struct err *e)
{
    struct engine *engine = NULL;
    struct progress *progress = NULL;
    struct engine_options eo = config_engine_options(c);
    const char *dir = folder_of(ev->arena, truth_path);
    int jobs = ev->options->jobs ? (int)ev->options->jobs : config_workers(c);
    if (!ev->options->fields)
        eo.forms_dir = NULL;
    if (!dir)
        return err_set(e, ERR_NOMEM, "not enough memory for a path");
    int rc = engine_create(&eo, &engine, e);
    if (rc)
        return rc;
    progress = progress_create(ev->truth.count, "pages");
    rc = eval_run(ev->arena, engine, &ev->truth, dir, jobs, progress, &ev->run, e);
    progress_destroy(progress);
    for (size_t i = 0; rc == 0 && i < ev->run.count; i++) {
        char text[1100];
        if (ev->run.page[i].error.code)
            verb_say("%s: %s", ev->truth.page[i].image,
                     err_text(&ev->run.page[i].error, text, sizeof text));
        else
            ev->predicted[i] = &ev->run.page[i].page;
    }
    ev->report.jobs = jobs;
    ev->engine = rc == 0 ? arena_strdup(ev->arena, engine_description(engine)) : NULL;
    if (rc == 0 && !ev->engine)
        rc = err_set(e, ERR_NOMEM, "not enough memory");
    engine_destroy(engine);
    return rc;
}

static void add_match(struct eval_match *sum, const struct eval_match *m)
{
    sum->hit += m->hit;
    sum->predicted += m->predicted;
    sum->truth += m->truth;
}

static void add_counts(struct eval_counts *sum, const struct eval_counts *c)
{
    sum->pages += c->pages;
    sum->missing += c->missing;
    add_match(&sum->exact, &c->exact);
    add_match(&sum->fold, &c->fold);
    add_match(&sum->chars, &c->chars);
    add_match(&sum->boxes, &c->boxes);
    sum->edits += c->edits;
    sum->length += c->length;
    sum->edits_exact += c->edits_exact;
    sum->length_exact += c->length_exact;
}

static int score_page(struct evaluation *ev, struct arena *scratch, size_t i, struct err *e)
{
    const struct eval_page *truth = &ev->truth.page[i], *predicted = ev->predicted[i];
    struct eval_page_report *p = &ev->page[i];
    *p = (struct eval_page_report){.image = truth->image,
                                   .ms = ev->run.page ? ev->run.page[i].ms : -1};
    int rc = eval_score(scratch, truth, predicted, &p->counts, e);
    arena_reset(scratch);
    if (rc == 0)
        rc = eval_named_add(ev->namer, scratch, i, truth, predicted, &p->boxes, e);
    arena_reset(scratch);
    if (rc == 0 && ev->options->fields)
        rc = eval_form_add(&ev->forms, scratch, truth, predicted, &p->fields, e);
    arena_reset(scratch);
    if (rc == 0)
        add_counts(&ev->report.counts, &p->counts);
    else
        err_wrap(e, "%s", truth->image);
    return rc;
}

static int score(struct evaluation *ev, struct err *e)
{
    struct arena *scratch = arena_create(max_page);
    int rc = scratch ? 0 : err_set(e, ERR_NOMEM, "not enough memory");
    if (rc == 0)
        rc = eval_named_create(ev->options->fold, &ev->namer, e);
    if (rc == 0)
        rc = eval_form_init(ev->arena, &ev->forms, e);
    for (size_t i = 0; rc == 0 && i < ev->truth.count; i++)
        rc = score_page(ev, scratch, i, e);
    if (rc == 0)
        rc = eval_named_finish(ev->namer, &ev->named, e);
    arena_destroy(scratch);
    ev->report.named = &ev->named;
    ev->report.forms = ev->options->fields ? &ev->forms : NULL;
    ev->report.page = ev->page;
    ev->report.fold = ev->options->fold;
    ev->report.with_pages = ev->options->verbose;
    return rc;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median, the smallest time that 95 of 100 pages do not exceed, and pages a second of all threads.
 */
static int sum_up_times(struct evaluation *ev, struct err *e)
{
    size_t n = 0;
    double *ms = arena_array(ev->arena, ev->run.count + 1, sizeof *ms);
    if (!ms)
        return err_set(e, ERR_NOMEM, "not enough memory");
    for (size_t i = 0; i < ev->run.count; i++)
        if (ev->predicted[i])
            ms[n++] = ev->run.page[i].ms;
    if (n == 0)
        return 0;
    qsort(ms, n, sizeof *ms, compare_doubles);
    ev->report.timed = true;
    ev->report.engine = ev->engine;
    ev->report.median_ms = (ms[(n - 1) / 2] + ms[n / 2]) / 2;
    ev->report.p95_ms = ms[(n * 95 + 99) / 100 - 1];
    ev->report.pages_per_s = ev->run.wall_ms > 0 ? (double)n * 1000 / ev->run.wall_ms : 0;
    return 0;
}

static int print_report(struct evaluation *ev, struct err *e)
{
    struct buf out;
    buf_init(&out, 0);
    if (ev->options->json)
        eval_report_json(&ev->report, &out);
    else
        eval_report_table(&ev->report, &out);
    int rc = buf_status(&out);
    if (rc)
        err_set(e, rc, "not enough memory for the figures");
    else if (fwrite(out.data, out.len, 1, stdout) != 1 || fflush(stdout))
        rc = err_set_errno(e, ERR_IO, errno, "standard output");
    buf_finish(&out);
    return rc;
}

static int write_file(const char *path, const struct buf *text, struct err *e)
{
    int rc = 0;
    FILE *f = fopen(path, "wb");
    if (!f)
        return err_set_errno(e, ERR_IO, errno, "%s", path);
    if (fwrite(text->data, text->len, 1, f) != 1)
        rc = err_set_errno(e, ERR_IO, errno, "%s", path);
    if (fclose(f) && rc == 0)
        rc = err_set_errno(e, ERR_IO, errno, "%s", path);
    return rc;
}

static int write_html(struct evaluation *ev, const struct verb_input *in, struct err *e)
{
    struct buf out;
    struct document_limits limits = config_document_limits(&in->config);
    const char *dir = folder_of(ev->arena, in->args[0]);
    if (!dir)
        return err_set(e, ERR_NOMEM, "not enough memory for a path");
    buf_init(&out, 0);
    int rc = document_library_init(e); /* there may have been no engine to do it */
    if (rc == 0)
        rc = eval_html(&ev->report, &ev->truth, dir, &limits, &out, e);
    if (rc == 0)
        rc = write_file(ev->options->html, &out, e);
    buf_finish(&out);
    return rc;
}

static int evaluate(const struct options *o, const struct verb_input *in)
{
    struct err e = ERR_INIT;
    struct evaluation ev = {.options = o, .arena = arena_create(max_set)};
    int rc = ev.arena ? load_set(ev.arena, in->args[0], &ev.truth, &e)
                      : err_set(&e, ERR_NOMEM, "not enough memory");
    /* Figures of nothing would read as the worst there are. */
    if (rc == 0 && !ev.truth.count)
        rc = err_set(&e, ERR_FORMAT, "%s: there are no pages in it", in->args[0]);
    if (rc == 0) {
        ev.predicted = arena_array(ev.arena, ev.truth.count + 1, sizeof *ev.predicted);
        ev.page = arena_array(ev.arena, ev.truth.count + 1, sizeof *ev.page);
        if (!ev.predicted || !ev.page)
            rc = err_set(&e, ERR_NOMEM, "not enough memory");
    }
    if (rc == 0)
        rc = o->predictions ? use_predictions(&ev, &in->config, &e)
                            : read_pages(&ev, &in->config, in->args[0], &e);
    if (rc == 0 && o->save)
        rc = eval_save(o->save, ev.predicted, ev.truth.count, o->fields, &e);
    if (rc == 0)
        rc = score(&ev, &e);
    if (rc == 0)
        rc = sum_up_times(&ev, &e);
    if (rc == 0 && o->html)
        rc = write_html(&ev, in, &e);
    if (rc == 0)
        rc = print_report(&ev, &e);
    int status = rc ? verb_fail(&e) : VERB_DONE;
    if (rc == 0 && !o->predictions && ev.report.counts.missing)
        status = VERB_FAILED; /* pages that could not be read were reported */
    eval_named_destroy(ev.namer);
    arena_destroy(ev.arena);
    return status;
}

static int run(const struct verb *v, int argc, char **argv)
{
    struct options o = {0};
    const struct verb_option options[] = {
        {"predictions", 0, VERB_TEXT, &o.predictions, "FILE", "score these instead of reading"},
        {"fields", 0, VERB_FLAG, &o.fields, NULL, "compare fields too"},
        {"fold", 0, VERB_FLAG, &o.fold, NULL, "count errors by name without case"},
        {"save", 0, VERB_TEXT, &o.save, "FILE", "write what was read as predictions"},
        {"html", 0, VERB_TEXT, &o.html, "FILE", "write a report with pictures of the worst errors"},
        {"jobs", 'j', VERB_NUMBER, &o.jobs, "N", "pages read at the same time (cores)", .min = 1,
         .max = 1024},
        {"verbose", 'v', VERB_FLAG, &o.verbose, NULL, "a row for each page as well"},
        {"json", 0, VERB_FLAG, &o.json, NULL, "print JSON"},
        {NULL},
    };
    struct verb_input in;
    int status = verb_begin(v, options, argc, argv, &in);
    if (status >= 0)
        return status;
    if (in.arg_count != 1)
        status = verb_misuse(v, "one file with the truth is needed");
    else
        status = evaluate(&o, &in);
    verb_end(&in);
    return status;
}

const struct verb verb_eval = {
    .name = "eval",
    .summary = "Measure: figures and errors by name on labelled pages",
    .usage = "TRUTH.jsonl [options]",
    .text =
        "TRUTH.jsonl has one page a line: {\"image\": \"img/1.jpg\", \"level\": \"line\", "
        "\"words\":\n"
        "[{\"text\": \"TOTAL\", \"box\": [x1,y1,...,x4,y4]}], \"fields\": {\"total\": "
        "\"8.20\"}}, images\n"
        "relative to it.  A page may say its \"kind\", \"layout\", \"degradation\" and a word its\n"
        "\"font\": errors are counted by each.  Predictions look the same.  Words are compared\n"
        "as they are and case-folded, characters and boxes as bench/ocr_score.py compares\n"
        "them.\n",
    .run = run,
};
