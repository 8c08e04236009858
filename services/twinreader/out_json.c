/*
 * The JSON format, described by schema/reading-1.schema.json.  reading_json.c reads it back.
 *
 * Whatever is added later goes into new keys, so that readers of "reading/1" keep working; a change
 * of meaning is "reading/2".
 */
#include "base/clock.h"
#include "base/jsonw.h"
#include "twinreader/out_formats.h"

#include <math.h>

enum { BOX_DECIMALS = 1, CONFIDENCE_DECIMALS = 4, MS_DECIMALS = 3, ANGLE_DECIMALS = 2 };

static void write_string(struct jsonw *w, const char *key, const char *s)
{
    jsonw_key(w, key);
    jsonw_string(w, s);
}

static void write_int(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    jsonw_int(w, v);
}

static void write_confidence(struct jsonw *w, float v)
{
    jsonw_key(w, "confidence");
    jsonw_number(w, v >= 0 && v <= 1 ? v : v > 1 ? 1 : 0, CONFIDENCE_DECIMALS);
}

/* The schema promises numbers, so a coordinate that is none becomes 0. */
static void write_coordinate(struct jsonw *w, float v)
{
    jsonw_number(w, isfinite(v) ? v : 0, BOX_DECIMALS);
}

static void write_box(struct jsonw *w, const struct quad *q)
{
    jsonw_key(w, "box");
    jsonw_begin_array(w);
    for (int i = 0; i < 4; i++) {
        write_coordinate(w, q->p[i].x);
        write_coordinate(w, q->p[i].y);
    }
    jsonw_end_array(w);
}

/* Only where a person had a hand in it. */
static void write_corrected(struct jsonw *w, bool corrected, const char *original)
{
    if (!corrected)
        return;
    jsonw_key(w, "corrected");
    jsonw_bool(w, true);
    write_string(w, "original", original);
}

static void write_word(struct jsonw *w, const struct word *word)
{
    jsonw_begin_object(w);
    write_string(w, "text", word->text);
    write_confidence(w, word->confidence);
    write_box(w, &word->box);
    jsonw_key(w, "chars");
    jsonw_begin_array(w);
    for (size_t i = 0; i < word->char_count; i++) {
        jsonw_begin_object(w);
        write_string(w, "text", word->chars[i].text);
        write_confidence(w, word->chars[i].confidence);
        write_box(w, &word->chars[i].box);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    write_corrected(w, word->corrected, word->original);
    jsonw_end_object(w);
}

static void write_line(struct jsonw *w, const struct line *line)
{
    jsonw_begin_object(w);
    write_string(w, "text", line->text);
    write_confidence(w, line->confidence);
    write_box(w, &line->box);
    write_int(w, "row", line->row);
    write_int(w, "block", line->block);
    jsonw_key(w, "words");
    jsonw_begin_array(w);
    for (size_t i = 0; i < line->word_count; i++)
        write_word(w, &line->words[i]);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static bool has_place(const struct quad *q)
{
    for (int i = 0; i < 4; i++)
        if (q->p[i].x != 0 || q->p[i].y != 0)
            return true;
    return false;
}

static void write_checks(struct jsonw *w, const struct field *f)
{
    if (f->check_count == 0)
        return;
    jsonw_key(w, "checks");
    jsonw_begin_array(w);
    for (size_t i = 0; i < f->check_count; i++) {
        jsonw_begin_object(w);
        write_string(w, "name", f->checks[i].name);
        jsonw_key(w, "passed");
        jsonw_bool(w, f->checks[i].passed);
        write_string(w, "detail", f->checks[i].detail);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* A cell cannot be a list itself: `with_rows` is true at the top only, so depth is bounded. */
static void write_field(struct jsonw *w, const struct field *f, bool with_rows)
{
    jsonw_begin_object(w);
    write_string(w, "name", f->name);
    write_string(w, "type", f->type);
    write_string(w, "value", f->value);
    write_string(w, "normalised", f->normalised);
    write_confidence(w, f->confidence);
    if (has_place(&f->box)) {
        write_box(w, &f->box);
    } else {
        jsonw_key(w, "box");
        jsonw_null(w);
    }
    write_corrected(w, f->corrected, f->original);
    write_checks(w, f);
    if (with_rows && f->rows) {
        jsonw_key(w, "rows");
        jsonw_begin_array(w);
        for (size_t i = 0; i < f->row_count; i++) {
            jsonw_begin_array(w);
            for (size_t j = 0; j < f->rows[i].cell_count; j++)
                write_field(w, &f->rows[i].cells[j], false);
            jsonw_end_array(w);
        }
        jsonw_end_array(w);
    }
    jsonw_end_object(w);
}

static void write_form(struct jsonw *w, const struct page *p)
{
    jsonw_key(w, "form");
    jsonw_begin_object(w);
    write_string(w, "type", p->form ? p->form : "unknown");
    write_confidence(w, p->form_confidence);
    jsonw_key(w, "fields");
    jsonw_begin_array(w);
    for (size_t i = 0; i < p->field_count; i++)
        write_field(w, &p->fields[i], true);
    jsonw_end_array(w);
    write_string(w, "verdict", p->verdict);
    jsonw_key(w, "reasons");
    jsonw_begin_array(w);
    for (size_t i = 0; i < p->reason_count; i++)
        jsonw_string(w, p->reasons[i]);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void write_ms(struct jsonw *w, const char *key, uint64_t ns)
{
    jsonw_key(w, key);
    jsonw_number(w, (double)ns / 1e6, MS_DECIMALS);
}

static void write_timings(struct jsonw *w, const struct timings *t)
{
    jsonw_key(w, "timings");
    jsonw_begin_object(w);
    write_ms(w, "total_ms", t->total_ns);
    jsonw_key(w, "stages_ms");
    jsonw_begin_object(w);
    for (enum stage s = 0; s < STAGE_COUNT; s++)
        write_ms(w, stage_name(s), t->ns[s]);
    jsonw_end_object(w);
    write_int(w, "boxes", t->boxes);
    write_int(w, "batches", t->batches);
    write_int(w, "columns", t->columns);
    write_int(w, "columns_text", t->columns_text);
    jsonw_end_object(w);
}

static void write_error(struct jsonw *w, const struct page *p)
{
    jsonw_key(w, "error");
    if (!p->error) {
        jsonw_null(w);
        return;
    }
    jsonw_begin_object(w);
    write_string(w, "code", p->error_code ? p->error_code : "internal");
    write_string(w, "message", p->error);
    jsonw_end_object(w);
}

static void write_page(struct jsonw *w, const struct page *p, const struct output_options *o)
{
    jsonw_begin_object(w);
    write_int(w, "number", p->number);
    write_string(w, "source", p->source);
    write_int(w, "width", p->width);
    write_int(w, "height", p->height);
    jsonw_key(w, "dpi");
    if (p->dpi >= 0.01) /* less would be written as 0 */
        jsonw_number(w, p->dpi, ANGLE_DECIMALS);
    else
        jsonw_null(w);
    write_int(w, "rotation", p->rotation);
    jsonw_key(w, "skew");
    jsonw_number(w, p->skew, ANGLE_DECIMALS);
    jsonw_key(w, "text_layer");
    jsonw_bool(w, p->text_layer);
    jsonw_key(w, "lines");
    jsonw_begin_array(w);
    for (size_t i = 0; i < p->line_count; i++)
        write_line(w, &p->lines[i]);
    jsonw_end_array(w);
    if (o->fields)
        write_form(w, p);
    if (o->timings)
        write_timings(w, &p->timings);
    write_error(w, p);
    jsonw_end_object(w);
}

int out_json(const struct reading *r, const struct output_options *o, struct buf *out,
             struct err *e)
{
    struct jsonw w;
    char instant[32];
    jsonw_init(&w, out);
    jsonw_begin_object(&w);
    write_string(&w, "schema", "reading/1");
    write_string(&w, "id", r->id);
    write_string(&w, "name", r->name);
    write_string(&w, "format", r->format);
    jsonw_key(&w, "models");
    jsonw_begin_object(&w);
    write_string(&w, "detector", r->detector);
    write_string(&w, "recogniser", r->recogniser);
    jsonw_end_object(&w);
    write_string(&w, "read_at", clock_format_utc(r->read_at_ms, instant, sizeof instant));
    jsonw_key(&w, "pages");
    jsonw_begin_array(&w);
    for (size_t i = 0; i < r->page_count; i++)
        write_page(&w, &r->pages[i], o);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    buf_putc(out, '\n');
    return out_finish(out, e);
}
