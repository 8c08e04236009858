#include "twinreader/eval_report.h"

#include "twinreader/out.h"

void eval_report_figures(const struct eval_counts *c, struct eval_figure ret[EVAL_FIGURES])
{
    struct eval_rates exact = eval_rates(&c->exact), boxes = eval_rates(&c->boxes);
    ret[0] = (struct eval_figure){"word_p", exact.precision};
    ret[1] = (struct eval_figure){"word_r", exact.recall};
    ret[2] = (struct eval_figure){"word_f1", exact.f1};
    ret[3] = (struct eval_figure){"word_f1_fold", eval_rates(&c->fold).f1};
    ret[4] = (struct eval_figure){"char_f1_fold", eval_rates(&c->chars).f1};
    ret[5] = (struct eval_figure){"cer_fold", eval_cer(c, true)};
    ret[6] = (struct eval_figure){"cer", eval_cer(c, false)};
    ret[7] = (struct eval_figure){"det_p", boxes.precision};
    ret[8] = (struct eval_figure){"det_r", boxes.recall};
    ret[9] = (struct eval_figure){"det_h", boxes.f1};
}

double eval_report_share(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static void write_pages(const struct eval_report *r, struct buf *out)
{
    buf_puts(out, "word_f1_fold  cer_fold  det_h split merged   cut missed false  unit        ms  "
                  "image\n");
    for (int64_t i = 0; i < r->counts.pages; i++) {
        static const enum eval_group_kind kinds[] = {EVAL_SPLIT,  EVAL_MERGED, EVAL_CUT,
                                                     EVAL_MISSED, EVAL_FALSE,  EVAL_WRONG_UNIT};
        static const int width[] = {5, 6, 5, 6, 5, 5};
        const struct eval_page_report *p = &r->page[i];
        buf_printf(out, "      %.4f    %.4f %.4f", eval_rates(&p->counts.fold).f1,
                   eval_cer(&p->counts, true), eval_rates(&p->counts.boxes).f1);
        for (int k = 0; k < 6; k++)
            buf_printf(out, " %*lld", width[k], (long long)p->boxes.share[kinds[k]]);
        if (p->ms >= 0)
            buf_printf(out, " %9.1f  ", p->ms);
        else
            buf_puts(out, "         -  ");
        out_plain(out, p->image);
        if (p->counts.missing)
            buf_puts(out, " (missing)");
        if (p->fields && *p->fields) {
            buf_puts(out, "  not exact: ");
            out_plain(out, p->fields);
        }
        buf_putc(out, '\n');
    }
    buf_putc(out, '\n');
}

void eval_report_table(const struct eval_report *r, struct buf *out)
{
    struct eval_figure f[EVAL_FIGURES];
    if (r->with_pages)
        write_pages(r, out);
    buf_printf(out, "%-14s %lld\n", "pages", (long long)r->counts.pages);
    buf_printf(out, "%-14s %lld\n", "pages_missing", (long long)r->counts.missing);
    eval_report_figures(&r->counts, f);
    for (int i = 0; i < EVAL_FIGURES; i++)
        buf_printf(out, "%-14s %.4f\n", f[i].name, f[i].value);
    if (r->timed) {
        buf_printf(out, "%-14s %.1f\n", "median_ms", r->median_ms);
        buf_printf(out, "%-14s %.1f\n", "p95_ms", r->p95_ms);
        buf_printf(out, "%-14s %.3f\n", "pages_per_s", r->pages_per_s);
        buf_printf(out, "%-14s %d\n", "jobs", r->jobs);
        buf_printf(out, "%-14s %s\n", "engine", r->engine);
    }
    eval_report_named_table(r, out);
}

static void json_number(struct jsonw *w, const char *key, double v)
{
    jsonw_key(w, key);
    jsonw_number(w, v, 6);
}

static void json_int(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    jsonw_int(w, v);
}

static void json_figures(struct jsonw *w, const struct eval_counts *c)
{
    struct eval_figure f[EVAL_FIGURES];
    eval_report_figures(c, f);
    for (int i = 0; i < EVAL_FIGURES; i++)
        json_number(w, f[i].name, f[i].value);
}

static void json_page(struct jsonw *w, const struct eval_page_report *p)
{
    jsonw_begin_object(w);
    jsonw_key(w, "image");
    jsonw_string(w, p->image);
    jsonw_key(w, "missing");
    jsonw_bool(w, p->counts.missing);
    json_figures(w, &p->counts);
    jsonw_key(w, "errors");
    jsonw_begin_object(w);
    json_int(w, "words", p->boxes.words);
    json_int(w, "boxes", p->boxes.boxes);
    for (int k = 0; k < EVAL_GROUP_KINDS; k++)
        json_int(w, eval_group_name((enum eval_group_kind)k), p->boxes.share[k]);
    json_int(w, "specks", p->boxes.specks);
    jsonw_end_object(w);
    if (p->ms >= 0)
        json_number(w, "ms", p->ms);
    if (p->fields) {
        jsonw_key(w, "not_exact");
        jsonw_string(w, p->fields);
    }
    jsonw_end_object(w);
}

void eval_report_json(const struct eval_report *r, struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_begin_object(&w);
    json_int(&w, "pages", r->counts.pages);
    json_int(&w, "pages_missing", r->counts.missing);
    json_figures(&w, &r->counts);
    eval_report_named_json(r, &w);
    if (r->timed) {
        json_number(&w, "median_ms", r->median_ms);
        json_number(&w, "p95_ms", r->p95_ms);
        json_number(&w, "pages_per_s", r->pages_per_s);
        json_int(&w, "jobs", r->jobs);
        jsonw_key(&w, "engine");
        jsonw_string(&w, r->engine);
    }
    if (r->with_pages) {
        jsonw_key(&w, "per_page");
        jsonw_begin_array(&w);
        for (int64_t i = 0; i < r->counts.pages; i++)
            json_page(&w, &r->page[i]);
        jsonw_end_array(&w);
    }
    jsonw_end_object(&w);
    buf_putc(out, '\n');
}
