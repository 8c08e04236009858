/* Errors by name, as tables and as JSON. */
#include "twinreader/eval_report.h"
#include "twinreader/out.h"
#include "twinreader/unicode.h"

static const size_t rows_shown = 15;    /* of a long table on a terminal */
static const size_t rows_written = 200; /* of confusions in JSON */

void eval_report_letter(struct buf *out, uint32_t c)
{
    if (c == 0)
        buf_puts(out, "∅");
    else if (unicode_width(c) < 1)
        buf_printf(out, "U+%04X", (unsigned)c);
    else
        out_utf8(out, c);
}

static double percent(int64_t part, int64_t whole)
{
    return 100 * eval_report_share(part, whole);
}

static void table_boxes(const struct eval_named *n, struct buf *out)
{
    const struct eval_box_counts *b = &n->boxes;
    buf_printf(out, "\nboxes: %lld for %lld entries of the truth\n", (long long)b->boxes,
               (long long)b->words);
    for (int k = 0; k < EVAL_GROUP_KINDS; k++) {
        buf_printf(out, "%-14s %6.2f %%  %lld", eval_group_name((enum eval_group_kind)k),
                   100 * eval_box_rate(b, (enum eval_group_kind)k), (long long)b->share[k]);
        if (k == EVAL_MERGED)
            buf_printf(out, " in %lld boxes", (long long)b->groups[k]);
        if (k == EVAL_FALSE)
            buf_printf(out, " boxes, %lld of them specks", (long long)b->specks);
        buf_putc(out, '\n');
    }
}

static void table_letters(const struct eval_report *r, struct buf *out)
{
    const struct eval_named *n = r->named;
    buf_printf(out, "\nletters%s: %lld, %lld wrong, matched by box: CER %.4f\n",
               r->fold ? " without case" : "", (long long)n->length, (long long)n->edits,
               eval_report_share(n->edits, n->length));
    buf_printf(out, "%-14s %lld\n%-14s %lld\n", "dropped", (long long)n->dropped, "added",
               (long long)n->added);
    buf_printf(
        out, "%-14s %lld, %lld in case only, %lld by look-alikes, %lld in one part of a syllable\n",
        "changed", (long long)n->changed, (long long)n->changed_case, (long long)n->changed_alike,
        (long long)n->changed_jamo);
    buf_printf(out, "%-14s %lld lost, %lld invented\n", "spaces", (long long)n->spaces_lost,
               (long long)n->spaces_invented);
}

/* "각 → 간  final ㄱ → ㄴ" */
static void table_pair(const struct eval_pair *p, struct buf *out)
{
    struct eval_jamo jamo;
    buf_printf(out, "%6lld  ", (long long)p->count);
    eval_report_letter(out, p->truth);
    buf_puts(out, " → ");
    eval_report_letter(out, p->read);
    if (eval_jamo(p->truth, p->read, &jamo)) {
        buf_printf(out, "  %s ", eval_jamo_place_name(jamo.place));
        eval_report_letter(out, jamo.truth);
        buf_puts(out, " → ");
        eval_report_letter(out, jamo.read);
    } else {
        static const char *const notes[] = {"", "  case", "  look-alike", ""};
        buf_puts(out, notes[eval_alike(p->truth, p->read)]);
    }
    buf_putc(out, '\n');
}

static void table_pairs(const struct eval_named *n, struct buf *out)
{
    if (n->pair_count)
        buf_puts(out, "\ntaken for (truth → read, ∅ is none)\n");
    for (size_t i = 0; i < n->pair_count && i < rows_shown; i++)
        table_pair(&n->pair[i], out);
    if (n->pair_count > rows_shown)
        buf_printf(out, "        and %zu other pairs\n", n->pair_count - rows_shown);
}

static void table_tallies(const struct eval_named *n, enum eval_dimension d, struct buf *out)
{
    if (!n->tally_count[d])
        return;
    buf_printf(out, "\n   CER   words right  missed  by %s\n", eval_dimension_name(d));
    for (size_t i = 0; i < n->tally_count[d] && i < rows_shown; i++) {
        const struct eval_tally *t = &n->tally[d][i];
        buf_printf(out, "%.4f %7lld %4.1f%% %5.1f%%   ", eval_report_share(t->edits, t->length),
                   (long long)t->words, percent(t->right, t->words), percent(t->missed, t->words));
        out_plain(out, t->name);
        buf_putc(out, '\n');
    }
    if (n->tally_count[d] > rows_shown)
        buf_printf(out, "        and %zu better ones\n", n->tally_count[d] - rows_shown);
}

/* A name from outside, made as wide as the column. */
static void table_name(const char *name, size_t width, struct buf *out)
{
    size_t start = out->len;
    out_plain(out, name);
    for (size_t len = out->len - start; len < width; len++)
        buf_putc(out, ' ');
}

static void table_field(const struct eval_field_count *n, struct buf *out)
{
    buf_puts(out, "field ");
    table_name(n->name, 8, out);
    buf_printf(out, " %.4f  %lld of %lld", eval_report_share(n->exact, n->pages),
               (long long)n->exact, (long long)n->pages);
    if (n->spaceless > n->exact)
        buf_printf(out, " (%lld without white space)", (long long)n->spaceless);
    buf_putc(out, '\n');
}

static void table_form(const struct eval_form_count *f, struct buf *out)
{
    for (size_t i = 0; i < f->field_count; i++)
        table_field(&f->field[i], out);
    buf_printf(out, "%-14s %.4f  %lld of %lld values\n", "values",
               eval_report_share(f->exact, f->fields), (long long)f->exact, (long long)f->fields);
    buf_printf(out, "%-14s %.4f  %lld of %lld\n", "all fields",
               eval_report_share(f->complete, f->pages), (long long)f->complete,
               (long long)f->pages);
    if (f->invented)
        buf_printf(out, "%-14s %lld\n", "rows invented", (long long)f->invented);
    if (f->judged)
        buf_printf(out, "%-14s %.4f  %lld of %lld; of their values %.4f right, %lld of %lld\n",
                   "accepted", eval_report_share(f->accepted, f->pages), (long long)f->accepted,
                   (long long)f->pages, eval_report_share(f->accepted_exact, f->accepted_fields),
                   (long long)f->accepted_exact, (long long)f->accepted_fields);
}

static void table_fields(const struct eval_form_sum *s, struct buf *out)
{
    if (s->form_count < 2) {
        buf_puts(out, "\nfields\n");
        table_form(&s->all, out);
    }
    for (size_t i = 0; s->form_count > 1 && i < s->form_count; i++) {
        buf_puts(out, "\nfields of ");
        out_plain(out, s->form[i].name);
        buf_putc(out, '\n');
        table_form(&s->form[i], out);
    }
    if (s->check_count)
        buf_puts(out, "\ncheck            passed  and right  failed  and right\n");
    for (size_t i = 0; i < s->check_count; i++) {
        const struct eval_check_count *c = &s->check[i];
        table_name(c->name, 14, out);
        buf_printf(out, " %8lld   %7.1f%% %7lld   %7.1f%%\n", (long long)c->passed,
                   percent(c->passed_right, c->passed), (long long)c->failed,
                   percent(c->failed_right, c->failed));
    }
}

void eval_report_named_table(const struct eval_report *r, struct buf *out)
{
    if (r->forms && r->forms->all.pages)
        table_fields(r->forms, out);
    table_boxes(r->named, out);
    table_letters(r, out);
    table_pairs(r->named, out);
    for (int d = 0; d < EVAL_DIMENSIONS; d++)
        table_tallies(r->named, (enum eval_dimension)d, out);
}

static void json_int(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    jsonw_int(w, v);
}

static void json_share(struct jsonw *w, const char *key, int64_t part, int64_t whole)
{
    jsonw_key(w, key);
    jsonw_number(w, eval_report_share(part, whole), 6);
}

static void json_string(struct jsonw *w, const char *key, const char *s)
{
    jsonw_key(w, key);
    jsonw_string(w, s);
}

/* A letter as a string; null for none. */
static void json_letter(struct jsonw *w, const char *key, uint32_t c)
{
    struct buf text;
    buf_init(&text, 0);
    out_utf8(&text, c);
    jsonw_key(w, key);
    jsonw_string(w, c && buf_status(&text) == 0 ? text.data : NULL);
    buf_finish(&text);
}

static void json_boxes(struct jsonw *w, const struct eval_box_counts *b)
{
    jsonw_key(w, "detection");
    jsonw_begin_object(w);
    json_int(w, "words", b->words);
    json_int(w, "boxes", b->boxes);
    for (int k = 0; k < EVAL_GROUP_KINDS; k++) {
        jsonw_key(w, eval_group_name((enum eval_group_kind)k));
        jsonw_begin_object(w);
        json_int(w, "times", b->groups[k]);
        json_int(w, k == EVAL_FALSE ? "boxes" : "words", b->share[k]);
        jsonw_key(w, "rate");
        jsonw_number(w, eval_box_rate(b, (enum eval_group_kind)k), 6);
        if (k == EVAL_FALSE)
            json_int(w, "specks", b->specks);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

static void json_letters(struct jsonw *w, const struct eval_report *r)
{
    const struct eval_named *n = r->named;
    jsonw_key(w, "recognition");
    jsonw_begin_object(w);
    jsonw_key(w, "fold");
    jsonw_bool(w, r->fold);
    json_int(w, "letters", n->length);
    json_int(w, "edits", n->edits);
    json_share(w, "cer", n->edits, n->length);
    json_int(w, "dropped", n->dropped);
    json_int(w, "added", n->added);
    json_int(w, "changed", n->changed);
    json_int(w, "changed_case", n->changed_case);
    json_int(w, "changed_alike", n->changed_alike);
    json_int(w, "changed_jamo", n->changed_jamo);
    json_int(w, "spaces", n->spaces);
    json_int(w, "spaces_lost", n->spaces_lost);
    json_int(w, "spaces_invented", n->spaces_invented);
    jsonw_end_object(w);
}

static void json_jamo(struct jsonw *w, const struct eval_jamo *j)
{
    json_string(w, "place", eval_jamo_place_name(j->place));
    json_letter(w, "truth", j->truth);
    json_letter(w, "read", j->read);
}

static void json_pairs(struct jsonw *w, const struct eval_named *n)
{
    static const char *const alike[] = {NULL, "case", "shape", "jamo"};
    jsonw_key(w, "confusions");
    jsonw_begin_array(w);
    for (size_t i = 0; i < n->pair_count && i < rows_written; i++) {
        const struct eval_pair *p = &n->pair[i];
        struct eval_jamo jamo;
        jsonw_begin_object(w);
        json_letter(w, "truth", p->truth);
        json_letter(w, "read", p->read);
        json_int(w, "count", p->count);
        json_string(w, "alike", alike[eval_alike(p->truth, p->read)]);
        if (eval_jamo(p->truth, p->read, &jamo)) {
            jsonw_key(w, "jamo");
            jsonw_begin_object(w);
            json_jamo(w, &jamo);
            jsonw_end_object(w);
        }
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_key(w, "jamo");
    jsonw_begin_array(w);
    for (size_t i = 0; i < n->jamo_count && i < rows_written; i++) {
        jsonw_begin_object(w);
        json_jamo(w, &n->jamo[i].jamo);
        json_int(w, "count", n->jamo[i].count);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void json_tallies(struct jsonw *w, const struct eval_named *n)
{
    jsonw_key(w, "by");
    jsonw_begin_object(w);
    for (int d = 0; d < EVAL_DIMENSIONS; d++) {
        jsonw_key(w, eval_dimension_name((enum eval_dimension)d));
        jsonw_begin_array(w);
        for (size_t i = 0; i < n->tally_count[d]; i++) {
            const struct eval_tally *t = &n->tally[d][i];
            jsonw_begin_object(w);
            json_string(w, "name", t->name);
            json_int(w, "words", t->words);
            json_int(w, "right", t->right);
            json_int(w, "missed", t->missed);
            json_int(w, "letters", t->length);
            json_int(w, "edits", t->edits);
            json_share(w, "cer", t->edits, t->length);
            jsonw_end_object(w);
        }
        jsonw_end_array(w);
    }
    jsonw_end_object(w);
}

static void json_fields(struct jsonw *w, const struct eval_form_count *f)
{
    jsonw_key(w, "fields");
    jsonw_begin_object(w);
    for (size_t i = 0; i < f->field_count; i++) {
        const struct eval_field_count *n = &f->field[i];
        jsonw_key(w, n->name);
        jsonw_begin_object(w);
        json_int(w, "pages", n->pages);
        json_int(w, "exact", n->exact);
        json_int(w, "spaceless", n->spaceless);
        json_share(w, "share", n->exact, n->pages);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    jsonw_key(w, "all_fields");
    jsonw_begin_object(w);
    json_int(w, "pages", f->pages);
    json_int(w, "exact", f->complete);
    json_share(w, "share", f->complete, f->pages);
    jsonw_end_object(w);
    jsonw_key(w, "values");
    jsonw_begin_object(w);
    json_int(w, "count", f->fields);
    json_int(w, "exact", f->exact);
    json_share(w, "share", f->exact, f->fields);
    json_int(w, "rows_invented", f->invented);
    jsonw_end_object(w);
    jsonw_key(w, "verdict");
    jsonw_begin_object(w);
    json_int(w, "judged", f->judged);
    json_int(w, "accepted", f->accepted);
    json_share(w, "share", f->accepted, f->pages);
    json_int(w, "accepted_complete", f->accepted_complete);
    json_int(w, "accepted_values", f->accepted_fields);
    json_int(w, "accepted_exact", f->accepted_exact);
    json_share(w, "accepted_right", f->accepted_exact, f->accepted_fields);
    jsonw_end_object(w);
}

static void json_forms(struct jsonw *w, const struct eval_form_sum *s)
{
    json_fields(w, &s->all);
    jsonw_key(w, "forms");
    jsonw_begin_object(w);
    for (size_t i = 0; i < s->form_count; i++) {
        jsonw_key(w, s->form[i].name);
        jsonw_begin_object(w);
        json_fields(w, &s->form[i]);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    jsonw_key(w, "checks");
    jsonw_begin_object(w);
    for (size_t i = 0; i < s->check_count; i++) {
        const struct eval_check_count *c = &s->check[i];
        jsonw_key(w, c->name);
        jsonw_begin_object(w);
        json_int(w, "passed", c->passed);
        json_int(w, "passed_right", c->passed_right);
        json_int(w, "failed", c->failed);
        json_int(w, "failed_right", c->failed_right);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

void eval_report_named_json(const struct eval_report *r, struct jsonw *w)
{
    if (r->forms && r->forms->all.pages)
        json_forms(w, r->forms);
    json_boxes(w, &r->named->boxes);
    json_letters(w, r);
    json_pairs(w, r->named);
    json_tallies(w, r->named);
}
