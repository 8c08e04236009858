#include "twinreader/eval_report.h"

#include "base/jsonw.h"

/* The figures under their names in bench/ocr_score.py. */
struct figure {
    const char *name;
    double value;
};

enum { FIGURES = 9 };

static void figures(const struct eval_counts *c, struct figure out[FIGURES])
{
    struct eval_rates exact = eval_rates(&c->exact), boxes = eval_rates(&c->boxes);
    out[0] = (struct figure){"word_p", exact.precision};
    out[1] = (struct figure){"word_r", exact.recall};
    out[2] = (struct figure){"word_f1", exact.f1};
    out[3] = (struct figure){"word_f1_fold", eval_rates(&c->fold).f1};
    out[4] = (struct figure){"char_f1_fold", eval_rates(&c->chars).f1};
    out[5] = (struct figure){"cer_fold", eval_cer(c)};
    out[6] = (struct figure){"det_p", boxes.precision};
    out[7] = (struct figure){"det_r", boxes.recall};
    out[8] = (struct figure){"det_h", boxes.f1};
}

static double share(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static void write_pages(const struct eval_report *r, struct buf *out)
{
    buf_puts(out, "word_f1_fold  cer_fold  det_h        ms  image\n");
    for (int64_t i = 0; r->page && i < r->counts.pages; i++) {
        const struct eval_page_report *p = &r->page[i];
        buf_printf(out, "      %.4f    %.4f %.4f ", eval_rates(&p->counts.fold).f1,
                   eval_cer(&p->counts), eval_rates(&p->counts.boxes).f1);
        if (p->ms >= 0)
            buf_printf(out, "%9.1f", p->ms);
        else
            buf_puts(out, "        -");
        buf_printf(out, "  %s%s", p->image, p->counts.missing ? " (missing)" : "");
        if (p->fields && *p->fields)
            buf_printf(out, "  not exact: %s", p->fields);
        buf_putc(out, '\n');
    }
    buf_putc(out, '\n');
}

void eval_report_table(const struct eval_report *r, struct buf *out)
{
    struct figure f[FIGURES];
    if (r->page)
        write_pages(r, out);
    buf_printf(out, "%-14s %lld\n", "pages", (long long)r->counts.pages);
    buf_printf(out, "%-14s %lld\n", "pages_missing", (long long)r->counts.missing);
    figures(&r->counts, f);
    for (int i = 0; i < FIGURES; i++)
        buf_printf(out, "%-14s %.4f\n", f[i].name, f[i].value);
    for (size_t i = 0; i < r->field_count; i++) {
        const struct eval_field_count *n = &r->field[i];
        buf_printf(out, "field %-8s %.4f  %lld of %lld", n->name, share(n->exact, n->pages),
                   (long long)n->exact, (long long)n->pages);
        if (n->spaceless > n->exact)
            buf_printf(out, " (%lld without white space)", (long long)n->spaceless);
        buf_putc(out, '\n');
    }
    if (r->field_count)
        buf_printf(out, "all fields     %.4f  %lld of %lld\n", share(r->complete, r->with_fields),
                   (long long)r->complete, (long long)r->with_fields);
    if (r->timed) {
        buf_printf(out, "%-14s %.1f\n", "median_ms", r->median_ms);
        buf_printf(out, "%-14s %.1f\n", "p95_ms", r->p95_ms);
        buf_printf(out, "%-14s %.3f\n", "pages_per_s", r->pages_per_s);
        buf_printf(out, "%-14s %d\n", "jobs", r->jobs);
        buf_printf(out, "%-14s %s\n", "engine", r->engine);
    }
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
    struct figure f[FIGURES];
    figures(c, f);
    for (int i = 0; i < FIGURES; i++)
        json_number(w, f[i].name, f[i].value);
}

static void json_fields(struct jsonw *w, const struct eval_report *r)
{
    jsonw_key(w, "fields");
    jsonw_begin_object(w);
    for (size_t i = 0; i < r->field_count; i++) {
        const struct eval_field_count *n = &r->field[i];
        jsonw_key(w, n->name);
        jsonw_begin_object(w);
        json_int(w, "pages", n->pages);
        json_int(w, "exact", n->exact);
        json_int(w, "spaceless", n->spaceless);
        json_number(w, "share", share(n->exact, n->pages));
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    jsonw_key(w, "all_fields");
    jsonw_begin_object(w);
    json_int(w, "pages", r->with_fields);
    json_int(w, "exact", r->complete);
    json_number(w, "share", share(r->complete, r->with_fields));
    jsonw_end_object(w);
}

static void json_page(struct jsonw *w, const struct eval_page_report *p)
{
    jsonw_begin_object(w);
    jsonw_key(w, "image");
    jsonw_string(w, p->image);
    jsonw_key(w, "missing");
    jsonw_bool(w, p->counts.missing);
    json_figures(w, &p->counts);
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
    if (r->field_count)
        json_fields(&w, r);
    if (r->timed) {
        json_number(&w, "median_ms", r->median_ms);
        json_number(&w, "p95_ms", r->p95_ms);
        json_number(&w, "pages_per_s", r->pages_per_s);
        json_int(&w, "jobs", r->jobs);
        jsonw_key(&w, "engine");
        jsonw_string(&w, r->engine);
    }
    if (r->page) {
        jsonw_key(&w, "per_page");
        jsonw_begin_array(&w);
        for (int64_t i = 0; i < r->counts.pages; i++)
            json_page(&w, &r->page[i]);
        jsonw_end_array(&w);
    }
    jsonw_end_object(&w);
    buf_putc(out, '\n');
}
