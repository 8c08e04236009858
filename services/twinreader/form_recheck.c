/* A form's checks run again, after a person changed values of a page. */
#include "twinreader/check.h"
#include "twinreader/form.h"

#include <string.h>

static const struct form *form_named(const struct forms *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->item[i]->name, name) == 0)
            return f->item[i];
    return NULL;
}

/* A check over a field that is not reported cannot be run without the page. */
static bool can_check(const struct form *form)
{
    for (size_t i = 0; i < form->check_count; i++)
        for (size_t k = 0; k < form->checks[i].count; k++)
            if (form->fields[form->checks[i].part[k].field].hidden)
                return false;
    return form->check_count > 0 || form->verdict.given;
}

/* What a person wrote, as the form understands such values; NULL when it is none. */
static int normalise(const struct form *form, enum form_type type, struct arena *a, struct field *f)
{
    size_t len = f->value ? strlen(f->value) : 0;
    struct amount m;
    struct date d;
    bool is = len > 0;
    if (type == FORM_AMOUNT && is)
        is = value_amount_next(&form->values, f->value, len, 0, &m);
    if (type == FORM_DATE && is)
        is = value_date_next(&form->values, f->value, len, 0, &d);
    f->normalised = !is                   ? NULL
                    : type == FORM_AMOUNT ? value_amount_text(a, &m)
                    : type == FORM_DATE   ? value_date_text(a, &d)
                                          : f->value;
    return is && !f->normalised ? ERR_NOMEM : 0;
}

/* Copies a list's rows, as some cells change. */
static int normalise_cells(const struct form *form, const struct form_list *list, struct arena *a,
                           struct field *f)
{
    struct field_row *rows = arena_array(a, f->row_count + 1, sizeof *rows);
    int r = rows ? 0 : ERR_NOMEM;
    for (size_t i = 0; i < f->row_count && r == 0; i++) {
        rows[i] = f->rows[i];
        struct field *cells = arena_array(a, rows[i].cell_count + 1, sizeof *cells);
        if (!cells)
            return ERR_NOMEM;
        for (size_t k = 0; k < rows[i].cell_count && r == 0; k++) {
            cells[k] = f->rows[i].cells[k];
            for (size_t c = 0; c < list->column_count && cells[k].corrected && r == 0; c++)
                if (strcmp(list->columns[c].name, cells[k].name) == 0)
                    r = normalise(form, list->columns[c].type, a, &cells[k]);
        }
        rows[i].cells = cells;
    }
    f->rows = rows;
    return r;
}

static int take_field(const struct form *form, size_t i, struct arena *a, const struct field *from,
                      struct field *ret)
{
    static const char *const types[] = {"text", "amount", "date", "list"};
    const struct form_field *declared = &form->fields[i];
    *ret = *from;
    ret->name = declared->name;
    ret->checks = NULL;
    ret->check_count = 0;
    if (declared->type == FORM_LIST)
        return from->rows ? normalise_cells(form, &declared->list, a, ret) : 0;
    if (!from->corrected)
        return 0;
    ret->type = types[declared->type];
    return normalise(form, declared->type, a, ret);
}

static const struct field *field_named(const struct page *page, const char *name)
{
    for (size_t i = 0; i < page->field_count; i++)
        if (strcmp(page->fields[i].name, name) == 0)
            return &page->fields[i];
    return NULL;
}

/* Puts the checked fields in the places of those they came from. */
static int put_back(const struct check_values *v, struct page *page)
{
    struct field *fields = arena_array(v->arena, page->field_count + 1, sizeof *fields);
    if (!fields)
        return ERR_NOMEM;
    for (size_t i = 0; i < page->field_count; i++) {
        fields[i] = page->fields[i];
        for (size_t k = 0; k < v->form->field_count; k++)
            if (v->field[k].name && field_named(page, v->field[k].name) == &page->fields[i]) {
                fields[i] = v->field[k];
                fields[i].name = page->fields[i].name;
            }
    }
    page->fields = fields;
    return 0;
}

/* What the page itself told: "due: its label has no value". */
static bool was_labelled(const struct page *page, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < page->reason_count; i++)
        if (strncmp(page->reasons[i], name, len) == 0 &&
            strcmp(page->reasons[i] + len, ": its label has no value") == 0)
            return true;
    return false;
}

int forms_recheck(const struct forms *f, struct arena *a, struct page *page, struct err *e)
{
    const struct form *form = form_named(f, page->form);
    struct check_values v = {.form = form, .arena = a};
    int r = 0;
    if (!form || !can_check(form))
        return 0;
    v.field = arena_array(a, form->field_count + 1, sizeof *v.field);
    bool *labelled = arena_array(a, form->field_count + 1, sizeof *labelled);
    if (!v.field || !labelled)
        r = ERR_NOMEM;
    v.labelled = labelled;
    for (size_t i = 0; i < form->field_count && r == 0; i++) {
        const struct field *from = field_named(page, form->fields[i].name);
        bool list = form->fields[i].type == FORM_LIST;
        labelled[i] = was_labelled(page, form->fields[i].name);
        /* A field without a value was not found, and its type must be what the form says now. */
        if (from && (from->value || from->rows) && list == (from->rows != NULL))
            r = take_field(form, i, a, from, &v.field[i]);
    }
    if (r == 0)
        r = check_run(&v);
    if (r == 0)
        r = check_verdict(&v, page);
    if (r == 0)
        r = put_back(&v, page);
    return r < 0 ? err_set(e, r, "no memory for the checks of a page") : 0;
}
