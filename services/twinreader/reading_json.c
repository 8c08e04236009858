/*
 * Reads the JSON format back.  Strict where a mistake would pass on nonsense (types, ranges, a
 * missing key), tolerant of keys it does not know, which newer writers may add.  A mistake is
 * reported with its place: "pages[0].lines[3].box: must be an array of 8 numbers".
 */
#include "base/jsonr.h"
#include "twinreader/output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* No document we read comes near these; a hostile one stops here. */
enum {
    MAX_PAGES = 10000,
    MAX_LINES = 100000,
    MAX_WORDS = 10000,
    MAX_CHARS = 10000,
    MAX_FIELDS = 1000,
    MAX_ROWS = 10000,
    MAX_CELLS = 100,
    MAX_COORDINATE = 100000000,
    MAX_COUNT = 1000000000,
    MAX_PLACE = 160,
};

static const size_t max_bytes = (size_t)512 << 20;
static const size_t max_arena = (size_t)512 << 20;

/* Where in the document we are: an element of an array or a member, below `up`. */
struct place {
    const struct place *up;
    const char *key; /* NULL for an element */
    size_t index;
};

struct reader {
    struct arena *arena;
    struct err *e;
};

static void place_print(const struct place *p, char *out, size_t size)
{
    if (!p)
        return;
    place_print(p->up, out, size);
    size_t used = strlen(out);
    if (p->key)
        snprintf(out + used, size - used, "%s%s", used ? "." : "", p->key);
    else
        snprintf(out + used, size - used, "[%zu]", p->index);
}

static int refuse(struct reader *rd, const struct place *up, const char *key, const char *what)
{
    char text[MAX_PLACE] = "";
    struct place here = {.up = up, .key = key};
    place_print(key ? &here : up, text, sizeof text);
    return err_set(rd->e, ERR_FORMAT, "reading: %s: %s", *text ? text : "document", what);
}

static int no_memory(struct reader *rd)
{
    return err_set(rd->e, ERR_NOMEM, "the reading is too large");
}

static int get_text(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                    const char *key, bool nullable, const char **ret)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    if (nullable && jsonr_kind(m) == JSONR_NULL) {
        *ret = NULL;
        return 0;
    }
    if (jsonr_kind(m) != JSONR_STRING)
        return refuse(rd, up, key, nullable ? "must be a string or null" : "must be a string");
    const char *copy = arena_strdup(rd->arena, jsonr_as_string(m, ""));
    if (!copy)
        return no_memory(rd);
    *ret = copy;
    return 0;
}

static int get_number(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                      const char *key, double min, double max, double *ret)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    double n = jsonr_as_number(m, NAN);
    if (jsonr_kind(m) != JSONR_NUMBER)
        return refuse(rd, up, key, "must be a number");
    if (!(n >= min && n <= max))
        return refuse(rd, up, key, "is out of range");
    *ret = n;
    return 0;
}

static int get_integer(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                       const char *key, int64_t max, int64_t *ret)
{
    double n = 0;
    int rc = get_number(rd, up, v, key, 0, (double)max, &n);
    if (rc)
        return rc;
    if (n != floor(n))
        return refuse(rd, up, key, "must be a whole number");
    *ret = (int64_t)n;
    return 0;
}

static int get_int(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                   const char *key, int *ret)
{
    int64_t n = 0;
    int rc = get_integer(rd, up, v, key, MAX_COUNT, &n);
    if (rc == 0)
        *ret = (int)n;
    return rc;
}

static int get_confidence(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                          float *ret)
{
    double n = 0;
    int rc = get_number(rd, up, v, "confidence", 0, 1, &n);
    if (rc == 0)
        *ret = (float)n;
    return rc;
}

static int get_bool(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                    const char *key, bool *ret)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    if (jsonr_kind(m) != JSONR_BOOL)
        return refuse(rd, up, key, "must be true or false");
    *ret = jsonr_as_bool(m, false);
    return 0;
}

static int get_box(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                   struct quad *ret)
{
    const struct jsonr_value *m = jsonr_get(v, "box");
    struct quad q;
    if (jsonr_count(m) != 8)
        return refuse(rd, up, "box", "must be an array of 8 numbers");
    for (size_t i = 0; i < 8; i++) {
        double n = jsonr_as_number(jsonr_at(m, i), NAN);
        if (!(fabs(n) <= MAX_COORDINATE))
            return refuse(rd, up, "box", "must be an array of 8 numbers");
        if (i % 2)
            q.p[i / 2].y = (float)n;
        else
            q.p[i / 2].x = (float)n;
    }
    *ret = q;
    return 0;
}

/* An array member: gives it and its length, and room for as many elements of `size` bytes. */
static int get_array(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                     const char *key, size_t max, size_t size, const struct jsonr_value **ret_array,
                     void *ret_room, size_t *ret_count)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    if (jsonr_kind(m) != JSONR_ARRAY)
        return refuse(rd, up, key, "must be an array");
    size_t count = jsonr_count(m);
    if (count > max)
        return refuse(rd, up, key, "has too many elements");
    void *room = NULL;
    if (count > 0) {
        room = arena_array(rd->arena, count, size);
        if (!room)
            return no_memory(rd);
    }
    memcpy(ret_room, &room, sizeof room);
    *ret_array = m;
    *ret_count = count;
    return 0;
}

static int need_object(struct reader *rd, const struct place *here, const struct jsonr_value *v)
{
    return jsonr_kind(v) == JSONR_OBJECT ? 0 : refuse(rd, here, NULL, "must be an object");
}

static int read_character(struct reader *rd, const struct place *here, const struct jsonr_value *v,
                          struct character *c)
{
    int rc = need_object(rd, here, v);
    if (rc == 0)
        rc = get_text(rd, here, v, "text", false, &c->text);
    if (rc == 0)
        rc = get_confidence(rd, here, v, &c->confidence);
    if (rc == 0)
        rc = get_box(rd, here, v, &c->box);
    return rc;
}

static int read_word(struct reader *rd, const struct place *here, const struct jsonr_value *v,
                     struct word *w)
{
    int rc = need_object(rd, here, v);
    if (rc == 0)
        rc = get_text(rd, here, v, "text", false, &w->text);
    if (rc == 0)
        rc = get_confidence(rd, here, v, &w->confidence);
    if (rc == 0)
        rc = get_box(rd, here, v, &w->box);
    if (rc)
        return rc;
    const struct jsonr_value *array = NULL;
    struct character *chars = NULL;
    rc = get_array(rd, here, v, "chars", MAX_CHARS, sizeof *chars, &array, &chars, &w->char_count);
    if (rc)
        return rc;
    w->chars = chars;
    struct place up = {.up = here, .key = "chars"};
    for (size_t i = 0; i < w->char_count; i++) {
        rc = read_character(rd, &(struct place){.up = &up, .index = i}, jsonr_at(array, i),
                            &chars[i]);
        if (rc)
            return rc;
    }
    return 0;
}

static int read_line(struct reader *rd, const struct place *here, const struct jsonr_value *v,
                     struct line *l)
{
    int rc = need_object(rd, here, v);
    if (rc == 0)
        rc = get_text(rd, here, v, "text", false, &l->text);
    if (rc == 0)
        rc = get_confidence(rd, here, v, &l->confidence);
    if (rc == 0)
        rc = get_box(rd, here, v, &l->box);
    if (rc == 0)
        rc = get_int(rd, here, v, "row", &l->row);
    if (rc == 0)
        rc = get_int(rd, here, v, "block", &l->block);
    if (rc)
        return rc;
    const struct jsonr_value *array = NULL;
    struct word *words = NULL;
    rc = get_array(rd, here, v, "words", MAX_WORDS, sizeof *words, &array, &words, &l->word_count);
    if (rc)
        return rc;
    l->words = words;
    struct place up = {.up = here, .key = "words"};
    for (size_t i = 0; i < l->word_count; i++) {
        rc = read_word(rd, &(struct place){.up = &up, .index = i}, jsonr_at(array, i), &words[i]);
        if (rc)
            return rc;
    }
    return 0;
}

static int read_field(struct reader *rd, const struct place *here, const struct jsonr_value *v,
                      struct field *f)
{
    int rc = need_object(rd, here, v);
    if (rc == 0)
        rc = get_text(rd, here, v, "name", false, &f->name);
    if (rc == 0)
        rc = get_text(rd, here, v, "type", false, &f->type);
    if (rc == 0)
        rc = get_text(rd, here, v, "value", true, &f->value);
    if (rc == 0)
        rc = get_text(rd, here, v, "normalised", true, &f->normalised);
    if (rc == 0)
        rc = get_confidence(rd, here, v, &f->confidence);
    if (rc == 0 && jsonr_kind(jsonr_get(v, "box")) != JSONR_NULL)
        rc = get_box(rd, here, v, &f->box);
    return rc;
}

/* A row's box is not written: it is the rectangle around its cells. */
static struct quad around_cells(const struct field *cells, size_t count)
{
    float left = 0, top = 0, right = 0, bottom = 0;
    bool any = false;
    for (size_t i = 0; i < 4 * count; i++) {
        const struct quad *q = &cells[i / 4].box;
        if (q->p[0].x == 0 && q->p[0].y == 0 && q->p[2].x == 0 && q->p[2].y == 0)
            continue; /* a cell without a place */
        struct point p = q->p[i % 4];
        left = any ? fminf(left, p.x) : p.x;
        right = any ? fmaxf(right, p.x) : p.x;
        top = any ? fminf(top, p.y) : p.y;
        bottom = any ? fmaxf(bottom, p.y) : p.y;
        any = true;
    }
    return (struct quad){{{left, top}, {right, top}, {right, bottom}, {left, bottom}}};
}

static int read_row(struct reader *rd, const struct place *here, const struct jsonr_value *v,
                    struct field_row *row)
{
    if (jsonr_kind(v) != JSONR_ARRAY)
        return refuse(rd, here, NULL, "must be an array of cells");
    size_t count = jsonr_count(v);
    if (count > MAX_CELLS)
        return refuse(rd, here, NULL, "has too many elements");
    struct field *cells = arena_array(rd->arena, count + 1, sizeof *cells);
    if (!cells)
        return no_memory(rd);
    for (size_t i = 0; i < count; i++) {
        int rc = read_field(rd, &(struct place){.up = here, .index = i}, jsonr_at(v, i), &cells[i]);
        if (rc)
            return rc;
    }
    row->cells = cells;
    row->cell_count = count;
    row->box = around_cells(cells, count);
    return 0;
}

static int read_list_field(struct reader *rd, const struct place *here, const struct jsonr_value *v,
                           struct field *f)
{
    int rc = read_field(rd, here, v, f);
    if (rc || jsonr_kind(jsonr_get(v, "rows")) == JSONR_MISSING)
        return rc;
    const struct jsonr_value *array = NULL;
    struct field_row *rows = NULL;
    rc = get_array(rd, here, v, "rows", MAX_ROWS, sizeof *rows, &array, &rows, &f->row_count);
    if (rc)
        return rc;
    if (!rows) { /* an empty list is still a list */
        rows = arena_alloc(rd->arena, sizeof *rows);
        if (!rows)
            return no_memory(rd);
    }
    f->rows = rows;
    struct place up = {.up = here, .key = "rows"};
    for (size_t i = 0; i < f->row_count; i++) {
        rc = read_row(rd, &(struct place){.up = &up, .index = i}, jsonr_at(array, i), &rows[i]);
        if (rc)
            return rc;
    }
    return 0;
}

static int read_form(struct reader *rd, const struct place *up, const struct jsonr_value *page,
                     struct page *p)
{
    const struct jsonr_value *v = jsonr_get(page, "form");
    struct place here = {.up = up, .key = "form"};
    p->form = "unknown";
    if (!v) /* written without fields */
        return 0;
    int rc = need_object(rd, &here, v);
    if (rc == 0)
        rc = get_text(rd, &here, v, "type", false, &p->form);
    if (rc == 0)
        rc = get_confidence(rd, &here, v, &p->form_confidence);
    if (rc)
        return rc;
    const struct jsonr_value *array = NULL;
    struct field *fields = NULL;
    rc = get_array(rd, &here, v, "fields", MAX_FIELDS, sizeof *fields, &array, &fields,
                   &p->field_count);
    if (rc)
        return rc;
    p->fields = fields;
    struct place list = {.up = &here, .key = "fields"};
    for (size_t i = 0; i < p->field_count; i++) {
        rc = read_list_field(rd, &(struct place){.up = &list, .index = i}, jsonr_at(array, i),
                             &fields[i]);
        if (rc)
            return rc;
    }
    return 0;
}

static int get_ns(struct reader *rd, const struct place *up, const struct jsonr_value *v,
                  const char *key, uint64_t *ret)
{
    double ms = 0;
    int rc = get_number(rd, up, v, key, 0, 1e12, &ms);
    if (rc == 0)
        *ret = (uint64_t)llround(ms * 1e6);
    return rc;
}

static int read_timings(struct reader *rd, const struct place *up, const struct jsonr_value *page,
                        struct timings *t)
{
    const struct jsonr_value *v = jsonr_get(page, "timings");
    struct place here = {.up = up, .key = "timings"};
    if (!v)
        return 0;
    int rc = need_object(rd, &here, v);
    if (rc == 0)
        rc = get_ns(rd, &here, v, "total_ms", &t->total_ns);
    if (rc == 0)
        rc = get_int(rd, &here, v, "boxes", &t->boxes);
    if (rc == 0)
        rc = get_int(rd, &here, v, "batches", &t->batches);
    if (rc == 0)
        rc = get_integer(rd, &here, v, "columns", INT64_C(1) << 53, &t->columns);
    if (rc == 0)
        rc = get_integer(rd, &here, v, "columns_text", INT64_C(1) << 53, &t->columns_text);
    const struct jsonr_value *stages = jsonr_get(v, "stages_ms");
    struct place list = {.up = &here, .key = "stages_ms"};
    if (rc == 0)
        rc = need_object(rd, &list, stages);
    for (enum stage s = 0; rc == 0 && s < STAGE_COUNT; s++)
        if (jsonr_get(stages, stage_name(s))) /* writers may know fewer stages */
            rc = get_ns(rd, &list, stages, stage_name(s), &t->ns[s]);
    return rc;
}

static int read_page_error(struct reader *rd, const struct place *up,
                           const struct jsonr_value *page, struct page *p)
{
    const struct jsonr_value *v = jsonr_get(page, "error");
    struct place here = {.up = up, .key = "error"};
    if (jsonr_kind(v) == JSONR_NULL)
        return 0;
    int rc = need_object(rd, &here, v);
    if (rc == 0)
        rc = get_text(rd, &here, v, "code", false, &p->error_code);
    if (rc == 0)
        rc = get_text(rd, &here, v, "message", false, &p->error);
    return rc;
}

static int read_page(struct reader *rd, const struct place *here, const struct jsonr_value *v,
                     struct page *p)
{
    int rc = need_object(rd, here, v);
    if (rc == 0)
        rc = get_int(rd, here, v, "number", &p->number);
    if (rc == 0)
        rc = get_text(rd, here, v, "source", true, &p->source);
    if (rc == 0)
        rc = get_int(rd, here, v, "width", &p->width);
    if (rc == 0)
        rc = get_int(rd, here, v, "height", &p->height);
    if (rc == 0 && jsonr_kind(jsonr_get(v, "dpi")) != JSONR_NULL)
        rc = get_number(rd, here, v, "dpi", 0, 1e9, &p->dpi);
    if (rc == 0)
        rc = get_int(rd, here, v, "rotation", &p->rotation);
    if (rc == 0)
        rc = get_number(rd, here, v, "skew", -360, 360, &p->skew);
    if (rc == 0)
        rc = get_bool(rd, here, v, "text_layer", &p->text_layer);
    if (rc)
        return rc;
    const struct jsonr_value *array = NULL;
    struct line *lines = NULL;
    rc = get_array(rd, here, v, "lines", MAX_LINES, sizeof *lines, &array, &lines, &p->line_count);
    if (rc)
        return rc;
    p->lines = lines;
    struct place up = {.up = here, .key = "lines"};
    for (size_t i = 0; i < p->line_count; i++) {
        rc = read_line(rd, &(struct place){.up = &up, .index = i}, jsonr_at(array, i), &lines[i]);
        if (rc)
            return rc;
    }
    rc = read_form(rd, here, v, p);
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

static int read_head(struct reader *rd, const struct jsonr_value *root, struct reading *r)
{
    const char *schema = NULL, *read_at = NULL;
    int rc = need_object(rd, NULL, root);
    if (rc == 0)
        rc = get_text(rd, NULL, root, "schema", false, &schema);
    if (rc == 0 && strcmp(schema, "reading/1") != 0)
        rc = refuse(rd, NULL, "schema", "must be \"reading/1\"");
    if (rc == 0)
        rc = get_text(rd, NULL, root, "id", true, &r->id);
    if (rc == 0)
        rc = get_text(rd, NULL, root, "name", true, &r->name);
    if (rc == 0)
        rc = get_text(rd, NULL, root, "format", true, &r->format);
    const struct jsonr_value *models = jsonr_get(root, "models");
    struct place here = {.key = "models"};
    if (rc == 0)
        rc = need_object(rd, &here, models);
    if (rc == 0)
        rc = get_text(rd, &here, models, "detector", true, &r->detector);
    if (rc == 0)
        rc = get_text(rd, &here, models, "recogniser", true, &r->recogniser);
    if (rc == 0)
        rc = get_text(rd, NULL, root, "read_at", false, &read_at);
    if (rc == 0 && !parse_instant(read_at, &r->read_at_ms))
        rc = refuse(rd, NULL, "read_at", "must be an instant like \"2026-11-23T14:00:00.000Z\"");
    return rc;
}

static int read_reading(struct reader *rd, const struct jsonr_value *root, struct reading *r)
{
    const struct jsonr_value *array = NULL;
    int rc = read_head(rd, root, r);
    if (rc == 0)
        rc = get_array(rd, NULL, root, "pages", MAX_PAGES, sizeof *r->pages, &array, &r->pages,
                       &r->page_count);
    if (rc)
        return rc;
    struct place up = {.key = "pages"};
    for (size_t i = 0; i < r->page_count; i++) {
        rc =
            read_page(rd, &(struct place){.up = &up, .index = i}, jsonr_at(array, i), &r->pages[i]);
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
    rc = read_reading(&(struct reader){.arena = a, .e = e}, jsonr_root(doc), r);
    if (rc)
        goto out;
    *ret = r;
    a = NULL;
out:
    arena_destroy(a);
    jsonr_doc_destroy(doc);
    return rc;
}
