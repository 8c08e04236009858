/*
 * Reads the JSON format back.  Strict where a mistake would pass on nonsense (types, ranges, a
 * missing key), tolerant of keys it does not know, which newer writers may add.  A mistake is
 * reported with its place: "pages[0].lines[3].box: must be an array of 8 numbers".
 */
#include "twinreader/reading_json.h"
#include "twinreader/output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* No document we read comes near these; a hostile one stops here. */
enum { MAX_PAGES = 10000, MAX_LINES = 100000, MAX_WORDS = 10000, MAX_CHARS = 10000 };

static const size_t max_bytes = (size_t)512 << 20;
static const size_t max_arena = (size_t)512 << 20;

static int read_character(struct reading_reader *rd, const struct reading_place *here,
                          const struct jsonr_value *v, struct character *c)
{
    int rc = reading_json_object(rd, here, v);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "text", false, &c->text);
    if (rc == 0)
        rc = reading_json_confidence(rd, here, v, &c->confidence);
    if (rc == 0)
        rc = reading_json_box(rd, here, v, &c->box);
    return rc;
}

static int read_word(struct reading_reader *rd, const struct reading_place *here,
                     const struct jsonr_value *v, struct word *w)
{
    int rc = reading_json_object(rd, here, v);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "text", false, &w->text);
    if (rc == 0)
        rc = reading_json_confidence(rd, here, v, &w->confidence);
    if (rc == 0)
        rc = reading_json_box(rd, here, v, &w->box);
    if (rc == 0)
        rc = reading_json_corrected(rd, here, v, &w->corrected, &w->original);
    if (rc)
        return rc;
    const struct jsonr_value *array = NULL;
    struct character *chars = NULL;
    rc = reading_json_array(rd, here, v, "chars", MAX_CHARS, sizeof *chars, &array, &chars,
                            &w->char_count);
    if (rc)
        return rc;
    w->chars = chars;
    struct reading_place up = {.up = here, .key = "chars"};
    for (size_t i = 0; i < w->char_count; i++) {
        rc = read_character(rd, &(struct reading_place){.up = &up, .index = i}, jsonr_at(array, i),
                            &chars[i]);
        if (rc)
            return rc;
    }
    return 0;
}

static int read_line(struct reading_reader *rd, const struct reading_place *here,
                     const struct jsonr_value *v, struct line *l)
{
    int rc = reading_json_object(rd, here, v);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "text", false, &l->text);
    if (rc == 0)
        rc = reading_json_confidence(rd, here, v, &l->confidence);
    if (rc == 0)
        rc = reading_json_box(rd, here, v, &l->box);
    if (rc == 0)
        rc = reading_json_int(rd, here, v, "row", &l->row);
    if (rc == 0)
        rc = reading_json_int(rd, here, v, "block", &l->block);
    if (rc)
        return rc;
    const struct jsonr_value *array = NULL;
    struct word *words = NULL;
    rc = reading_json_array(rd, here, v, "words", MAX_WORDS, sizeof *words, &array, &words,
                            &l->word_count);
    if (rc)
        return rc;
    l->words = words;
    struct reading_place up = {.up = here, .key = "words"};
    for (size_t i = 0; i < l->word_count; i++) {
        rc = read_word(rd, &(struct reading_place){.up = &up, .index = i}, jsonr_at(array, i),
                       &words[i]);
        if (rc)
            return rc;
    }
    return 0;
}

static int get_ns(struct reading_reader *rd, const struct reading_place *up,
                  const struct jsonr_value *v, const char *key, uint64_t *ret)
{
    double ms = 0;
    int rc = reading_json_number(rd, up, v, key, 0, 1e12, &ms);
    if (rc == 0)
        *ret = (uint64_t)llround(ms * 1e6);
    return rc;
}

static int read_timings(struct reading_reader *rd, const struct reading_place *up,
                        const struct jsonr_value *page, struct timings *t)
{
    const struct jsonr_value *v = jsonr_get(page, "timings");
    struct reading_place here = {.up = up, .key = "timings"};
    if (!v)
        return 0;
    int rc = reading_json_object(rd, &here, v);
    if (rc == 0)
        rc = get_ns(rd, &here, v, "total_ms", &t->total_ns);
    if (rc == 0)
        rc = reading_json_int(rd, &here, v, "boxes", &t->boxes);
    if (rc == 0)
        rc = reading_json_int(rd, &here, v, "batches", &t->batches);
    if (rc == 0)
        rc = reading_json_integer(rd, &here, v, "columns", INT64_C(1) << 53, &t->columns);
    if (rc == 0)
        rc = reading_json_integer(rd, &here, v, "columns_text", INT64_C(1) << 53, &t->columns_text);
    const struct jsonr_value *stages = jsonr_get(v, "stages_ms");
    struct reading_place list = {.up = &here, .key = "stages_ms"};
    if (rc == 0)
        rc = reading_json_object(rd, &list, stages);
    for (enum stage s = 0; rc == 0 && s < STAGE_COUNT; s++)
        if (jsonr_get(stages, stage_name(s))) /* writers may know fewer stages */
            rc = get_ns(rd, &list, stages, stage_name(s), &t->ns[s]);
    return rc;
}

static int read_page_error(struct reading_reader *rd, const struct reading_place *up,
                           const struct jsonr_value *page, struct page *p)
{
    const struct jsonr_value *v = jsonr_get(page, "error");
    struct reading_place here = {.up = up, .key = "error"};
    if (jsonr_kind(v) == JSONR_NULL)
        return 0;
    int rc = reading_json_object(rd, &here, v);
    if (rc == 0)
        rc = reading_json_text(rd, &here, v, "code", false, &p->error_code);
    if (rc == 0)
        rc = reading_json_text(rd, &here, v, "message", false, &p->error);
    return rc;
}

static int read_page(struct reading_reader *rd, const struct reading_place *here,
                     const struct jsonr_value *v, struct page *p)
{
    int rc = reading_json_object(rd, here, v);
    if (rc == 0)
        rc = reading_json_int(rd, here, v, "number", &p->number);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "source", true, &p->source);
    if (rc == 0)
        rc = reading_json_int(rd, here, v, "width", &p->width);
    if (rc == 0)
        rc = reading_json_int(rd, here, v, "height", &p->height);
    if (rc == 0 && jsonr_kind(jsonr_get(v, "dpi")) != JSONR_NULL)
        rc = reading_json_number(rd, here, v, "dpi", 0, 1e9, &p->dpi);
    if (rc == 0)
        rc = reading_json_int(rd, here, v, "rotation", &p->rotation);
    if (rc == 0)
        rc = reading_json_number(rd, here, v, "skew", -360, 360, &p->skew);
    if (rc == 0)
        rc = reading_json_bool(rd, here, v, "text_layer", &p->text_layer);
    if (rc)
        return rc;
    const struct jsonr_value *array = NULL;
    struct line *lines = NULL;
    rc = reading_json_array(rd, here, v, "lines", MAX_LINES, sizeof *lines, &array, &lines,
                            &p->line_count);
    if (rc)
        return rc;
    p->lines = lines;
    struct reading_place up = {.up = here, .key = "lines"};
    for (size_t i = 0; i < p->line_count; i++) {
        rc = read_line(rd, &(struct reading_place){.up = &up, .index = i}, jsonr_at(array, i),
                       &lines[i]);
        if (rc)
            return rc;
    }
    rc = reading_json_form(rd, here, v, p);
    if (rc == 0)
        rc = read_timings(rd, here, v, &p->timings);
    if (rc == 0)
        rc = read_page_error(rd, here, v, p);
    return rc;
}

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar. */
static int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400; /* years are not negative here */
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Exactly what clock_format_utc writes, "2026-11-23T14:00:00.000Z"; nothing was read before 1970.
 */
static bool parse_instant(const char *s, int64_t *ret)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    if (strlen(s) != sizeof shape - 1)
        return false;
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != shape[i])
            return false;
    int year, month, day, hour, minute, second, ms;
    if (sscanf(s, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &year, &month, &day, &hour, &minute, &second,
               &ms) != 7)
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        second > 59)
        return false;
    *ret =
        (((days_from_date(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms;
    return true;
}

static int read_head(struct reading_reader *rd, const struct jsonr_value *root, struct reading *r)
{
    const char *schema = NULL, *read_at = NULL;
    int rc = reading_json_object(rd, NULL, root);
    if (rc == 0)
        rc = reading_json_text(rd, NULL, root, "schema", false, &schema);
    if (rc == 0 && strcmp(schema, "reading/1") != 0)
        rc = reading_json_refuse(rd, NULL, "schema", "must be \"reading/1\"");
    if (rc == 0)
        rc = reading_json_text(rd, NULL, root, "id", true, &r->id);
    if (rc == 0)
        rc = reading_json_text(rd, NULL, root, "name", true, &r->name);
    if (rc == 0)
        rc = reading_json_text(rd, NULL, root, "format", true, &r->format);
    const struct jsonr_value *models = jsonr_get(root, "models");
    struct reading_place here = {.key = "models"};
    if (rc == 0)
        rc = reading_json_object(rd, &here, models);
    if (rc == 0)
        rc = reading_json_text(rd, &here, models, "detector", true, &r->detector);
    if (rc == 0)
        rc = reading_json_text(rd, &here, models, "recogniser", true, &r->recogniser);
    if (rc == 0)
        rc = reading_json_text(rd, NULL, root, "read_at", false, &read_at);
    if (rc == 0 && !parse_instant(read_at, &r->read_at_ms))
        rc = reading_json_refuse(rd, NULL, "read_at",
                                 "must be an instant like \"2026-11-23T14:00:00.000Z\"");
    return rc;
}

static int read_reading(struct reading_reader *rd, const struct jsonr_value *root,
                        struct reading *r)
{
    const struct jsonr_value *array = NULL;
    int rc = read_head(rd, root, r);
    if (rc == 0)
        rc = reading_json_array(rd, NULL, root, "pages", MAX_PAGES, sizeof *r->pages, &array,
                                &r->pages, &r->page_count);
    if (rc)
        return rc;
    struct reading_place up = {.key = "pages"};
    for (size_t i = 0; i < r->page_count; i++) {
        rc = read_page(rd, &(struct reading_place){.up = &up, .index = i}, jsonr_at(array, i),
                       &r->pages[i]);
        if (rc)
            return rc;
    }
    return 0;
}

int reading_from_json(const char *text, size_t len, struct reading **ret, struct err *e)
{
    struct jsonr_doc *doc = NULL;
    struct arena *a = NULL;
    int rc;
    if (len > max_bytes)
        return err_set(e, ERR_LIMIT, "the reading is too large");
    rc = jsonr_parse(text, len, &doc, e);
    if (rc)
        return rc;
    a = arena_create(max_arena);
    struct reading *r = a ? arena_alloc(a, sizeof *r) : NULL;
    if (!r) {
        rc = err_set(e, ERR_NOMEM, "no memory for a reading");
        goto out;
    }
    r->arena = a;
    rc = read_reading(&(struct reading_reader){.arena = a, .e = e}, jsonr_root(doc), r);
    if (rc)
        goto out;
    *ret = r;
    a = NULL;
out:
    arena_destroy(a);
    jsonr_doc_destroy(doc);
    return rc;
}
