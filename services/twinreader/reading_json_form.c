/* The form and its fields, of the JSON format read back. */
#include "twinreader/reading_json.h"

#include <math.h>

enum { MAX_FIELDS = 1000, MAX_ROWS = 10000, MAX_CELLS = 100, MAX_CHECKS = 100, MAX_REASONS = 1000 };

static int read_check(struct reading_reader *rd, const struct reading_place *here,
                      const struct jsonr_value *v, struct check *c)
{
    int rc = reading_json_object(rd, here, v);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "name", false, &c->name);
    if (rc == 0)
        rc = reading_json_bool(rd, here, v, "passed", &c->passed);
    if (rc == 0 && jsonr_kind(jsonr_get(v, "detail")) != JSONR_MISSING)
        rc = reading_json_text(rd, here, v, "detail", true, &c->detail);
    return rc;
}

static int read_checks(struct reading_reader *rd, const struct reading_place *here,
                       const struct jsonr_value *v, struct field *f)
{
    const struct jsonr_value *array = NULL;
    struct check *checks = NULL;
    if (jsonr_kind(jsonr_get(v, "checks")) == JSONR_MISSING)
        return 0;
    int rc = reading_json_array(rd, here, v, "checks", MAX_CHECKS, sizeof *checks, &array, &checks,
                                &f->check_count);
    if (rc)
        return rc;
    f->checks = checks;
    struct reading_place up = {.up = here, .key = "checks"};
    for (size_t i = 0; i < f->check_count && rc == 0; i++)
        rc = read_check(rd, &(struct reading_place){.up = &up, .index = i}, jsonr_at(array, i),
                        &checks[i]);
    return rc;
}

static int read_field(struct reading_reader *rd, const struct reading_place *here,
                      const struct jsonr_value *v, struct field *f)
{
    int rc = reading_json_object(rd, here, v);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "name", false, &f->name);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "type", false, &f->type);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "value", true, &f->value);
    if (rc == 0)
        rc = reading_json_text(rd, here, v, "normalised", true, &f->normalised);
    if (rc == 0)
        rc = reading_json_confidence(rd, here, v, &f->confidence);
    if (rc == 0 && jsonr_kind(jsonr_get(v, "box")) != JSONR_NULL)
        rc = reading_json_box(rd, here, v, &f->box);
    if (rc == 0)
        rc = reading_json_corrected(rd, here, v, &f->corrected, &f->original);
    if (rc == 0)
        rc = read_checks(rd, here, v, f);
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

static int read_row(struct reading_reader *rd, const struct reading_place *here,
                    const struct jsonr_value *v, struct field_row *row)
{
    if (jsonr_kind(v) != JSONR_ARRAY)
        return reading_json_refuse(rd, here, NULL, "must be an array of cells");
    size_t count = jsonr_count(v);
    if (count > MAX_CELLS)
        return reading_json_refuse(rd, here, NULL, "has too many elements");
    struct field *cells = arena_array(rd->arena, count + 1, sizeof *cells);
    if (!cells)
        return reading_json_no_memory(rd);
    for (size_t i = 0; i < count; i++) {
        int rc = read_field(rd, &(struct reading_place){.up = here, .index = i}, jsonr_at(v, i),
                            &cells[i]);
        if (rc)
            return rc;
    }
    row->cells = cells;
    row->cell_count = count;
    row->box = around_cells(cells, count);
    return 0;
}

static int read_list_field(struct reading_reader *rd, const struct reading_place *here,
                           const struct jsonr_value *v, struct field *f)
{
    int rc = read_field(rd, here, v, f);
    if (rc || jsonr_kind(jsonr_get(v, "rows")) == JSONR_MISSING)
        return rc;
    const struct jsonr_value *array = NULL;
    struct field_row *rows = NULL;
    rc = reading_json_array(rd, here, v, "rows", MAX_ROWS, sizeof *rows, &array, &rows,
                            &f->row_count);
    if (rc)
        return rc;
    if (!rows) { /* an empty list is still a list */
        rows = arena_alloc(rd->arena, sizeof *rows);
        if (!rows)
            return reading_json_no_memory(rd);
    }
    f->rows = rows;
    struct reading_place up = {.up = here, .key = "rows"};
    for (size_t i = 0; i < f->row_count; i++) {
        rc = read_row(rd, &(struct reading_place){.up = &up, .index = i}, jsonr_at(array, i),
                      &rows[i]);
        if (rc)
            return rc;
    }
    return 0;
}

/* Readings from before there were verdicts have neither. */
static int read_verdict(struct reading_reader *rd, const struct reading_place *here,
                        const struct jsonr_value *v, struct page *p)
{
    const struct jsonr_value *array = NULL;
    const char **reasons = NULL;
    int rc = 0;
    if (jsonr_kind(jsonr_get(v, "verdict")) != JSONR_MISSING)
        rc = reading_json_text(rd, here, v, "verdict", true, &p->verdict);
    if (rc || jsonr_kind(jsonr_get(v, "reasons")) == JSONR_MISSING)
        return rc;
    rc = reading_json_array(rd, here, v, "reasons", MAX_REASONS, sizeof *reasons, &array, &reasons,
                            &p->reason_count);
    if (rc)
        return rc;
    p->reasons = reasons;
    struct reading_place up = {.up = here, .key = "reasons"};
    for (size_t i = 0; i < p->reason_count; i++) {
        const struct jsonr_value *one = jsonr_at(array, i);
        if (jsonr_kind(one) != JSONR_STRING)
            return reading_json_refuse(rd, &(struct reading_place){.up = &up, .index = i}, NULL,
                                       "must be a string");
        reasons[i] = arena_strdup(rd->arena, jsonr_as_string(one, ""));
        if (!reasons[i])
            return reading_json_no_memory(rd);
    }
    return 0;
}

int reading_json_form(struct reading_reader *rd, const struct reading_place *up,
                      const struct jsonr_value *page, struct page *p)
{
    const struct jsonr_value *v = jsonr_get(page, "form");
    struct reading_place here = {.up = up, .key = "form"};
    p->form = "unknown";
    if (!v) /* written without fields */
        return 0;
    int rc = reading_json_object(rd, &here, v);
    if (rc == 0)
        rc = reading_json_text(rd, &here, v, "type", false, &p->form);
    if (rc == 0)
        rc = reading_json_confidence(rd, &here, v, &p->form_confidence);
    if (rc)
        return rc;
    const struct jsonr_value *array = NULL;
    struct field *fields = NULL;
    rc = reading_json_array(rd, &here, v, "fields", MAX_FIELDS, sizeof *fields, &array, &fields,
                            &p->field_count);
    if (rc)
        return rc;
    p->fields = fields;
    struct reading_place list = {.up = &here, .key = "fields"};
    for (size_t i = 0; i < p->field_count; i++) {
        rc = read_list_field(rd, &(struct reading_place){.up = &list, .index = i},
                             jsonr_at(array, i), &fields[i]);
        if (rc)
            return rc;
    }
    return read_verdict(rd, &here, v, p);
}
