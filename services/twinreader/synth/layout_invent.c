/* The values of one paper, one after the other, as its form says. */
#include "twinreader/synth/layout_run.h"

#include "base/text.h"
#include "twinreader/synth/value.h"
#include "twinreader/synth/value_maker.h"

#include <stdio.h>
#include <string.h>

static int nomem(struct layout_run *l)
{
    return err_set(l->e, ERR_NOMEM, "no memory for a paper");
}

/* Column `column` of the row that the run is at. */
static struct layout_value *cell(const struct layout_run *l, int list, int column)
{
    size_t columns = l->form->value[list].column_count;
    return &l->rows[list].value[(size_t)l->row * columns + (size_t)column];
}

const struct layout_value *synth_layout_value(const struct layout_run *l,
                                              const struct layout_piece *p)
{
    return p->list < 0 ? &l->value[p->value] : cell(l, p->list, p->value);
}

const char *synth_layout_text(const struct layout_run *l, const struct layout_template *t)
{
    const char *out = "";
    for (size_t i = 0; i < t->count && out; i++) {
        const struct layout_piece *p = &t->piece[i];
        const char *s = p->kind == LAYOUT_LITERAL ? p->text
                        : p->kind == LAYOUT_VALUE ? synth_layout_value(l, p)->text
                        : p->kind == LAYOUT_KEY   ? l->name[p->name]
                                                  : "";
        if (*s)
            out = arena_printf(l->a, "%s%s%s", out, *out ? " " : "", s);
    }
    return out;
}

static bool number_of(void *context, const char *name, int64_t *ret)
{
    const struct layout_run *l = context;
    int list, value;
    if (l->list >= 0 && strcmp(name, "row") == 0) {
        *ret = l->row + 1;
        return true;
    }
    if (!synth_layout_find(l->form, l->list, name, strlen(name), &list, &value))
        return false;
    const struct layout_value *v = list < 0 ? &l->value[value] : cell(l, list, value);
    *ret = v->number;
    return v->has_number;
}

static bool sum_of(void *context, const char *name, const char *column_name, int64_t *ret)
{
    const struct layout_run *l = context;
    int unused, list, column;
    int64_t sum = 0;
    if (!synth_layout_find(l->form, -1, name, strlen(name), &unused, &list) ||
        !synth_layout_find(l->form, list, column_name, strlen(column_name), &unused, &column))
        return false;
    const struct layout_def *d = &l->form->value[list];
    for (size_t i = 0; i < l->rows[list].count; i++)
        if (__builtin_add_overflow(
                sum, l->rows[list].value[i * d->column_count + (size_t)column].number, &sum))
            return false;
    *ret = sum;
    return true;
}

static int calculate(struct layout_run *l, const struct layout_def *d, int64_t *ret)
{
    struct layout_calc_scope scope = {number_of, sum_of, l, l->r};
    const char *wrong;
    if (synth_layout_calc(d->what, &scope, ret, &wrong))
        return 0;
    return yaml_error(d->node, l->e, "\"%s\": %s", d->what, wrong);
}

static int make(struct layout_run *l, const struct layout_def *d, struct layout_value *v)
{
    const char *option = d->text.count ? synth_layout_text(l, &d->text) : NULL, *out = NULL;
    int64_t times = synth_rng_range(l->r, (int64_t)d->repeat.low, (int64_t)d->repeat.high);
    for (int64_t i = 0; i < times; i++) {
        struct synth_value one;
        int r = synth_value_make(d->what, option, l->r, l->a, &one, l->e);
        if (r < 0)
            return r;
        v->normalised = times == 1 ? one.normalised : NULL;
        out = out ? arena_printf(l->a, "%s %s", out, one.text) : one.text;
        if (!out)
            return nomem(l);
    }
    v->text = out;
    v->has_number = text_to_int(v->normalised ? v->normalised : v->text, &v->number);
    return 0;
}

static int put_date(struct layout_run *l, const struct layout_def *d, struct layout_value *v)
{
    struct synth_value_maker m = {.r = l->r};
    synth_value_put_date(&m, v->number, d->style ? d->style : l->date);
    if (m.failed)
        return yaml_error(d->node, l->e, "no way to write dates is called \"%s\"",
                          d->style ? d->style : l->date);
    v->text = arena_strdup(l->a, m.text);
    v->normalised = arena_strdup(l->a, m.normalised);
    return v->normalised ? 0 : nomem(l);
}

static int put_number(struct layout_run *l, const struct layout_def *d, struct layout_value *v)
{
    if (d->kind == LAYOUT_AMOUNT && v->number == 0)
        v->text = l->list >= 0 ? l->zero : "0"; /* sums are always printed */
    else if (d->kind == LAYOUT_AMOUNT)
        v->text = synth_value_amount(v->number, d->style ? d->style : l->amount, l->a);
    else
        v->text = arena_printf(l->a, "%lld", (long long)v->number);
    v->normalised = arena_printf(l->a, "%lld", (long long)v->number);
    return v->text && v->normalised ? 0 : nomem(l);
}

static int invent(struct layout_run *l, const struct layout_def *d, struct layout_value *v)
{
    int r = 0;
    v->text = "";
    switch (d->kind) {
    case LAYOUT_MAKE:
        return make(l, d, v);
    case LAYOUT_CALC:
    case LAYOUT_AMOUNT:
    case LAYOUT_NUMBER:
    case LAYOUT_DATE:
        r = calculate(l, d, &v->number);
        v->has_number = r == 0;
        if (r < 0 || d->kind == LAYOUT_CALC)
            return r;
        return d->kind == LAYOUT_DATE ? put_date(l, d, v) : put_number(l, d, v);
    case LAYOUT_TEXT:
        v->text = synth_layout_text(l, &d->text);
        return v->text ? 0 : nomem(l);
    case LAYOUT_CHOOSE:
        v->text = d->choice[synth_rng_below(l->r, (uint32_t)d->choice_count)];
        return 0;
    case LAYOUT_NTH:
        v->text = d->choice[(size_t)l->row % d->choice_count];
        v->has_number = text_to_int(v->text, &v->number);
        return 0;
    case LAYOUT_LIST:
        break;
    }
    return 0;
}

/* The same article twice in a list would make the data ambiguous. */
static bool is_repeated(const struct layout_run *l, int list, int column)
{
    const struct layout_def *d = &l->form->value[list];
    const struct layout_value *v = cell(l, list, column);
    if (d->column[column].kind != LAYOUT_MAKE || strcmp(d->column[column].name, "name") != 0)
        return false;
    for (const struct layout_value *w = v; w - l->rows[list].value >= (long)d->column_count;) {
        w -= d->column_count;
        if (strcmp(w->text, v->text) == 0)
            return true;
    }
    return false;
}

static int invent_row(struct layout_run *l, int list, int *data)
{
    const struct layout_def *d = &l->form->value[list];
    int r = 0;
    for (size_t c = 0; r == 0 && c < d->column_count; c++) {
        struct layout_value *v = cell(l, list, (int)c);
        for (int tries = 0; r == 0 && (tries == 0 || (tries < 8 && is_repeated(l, list, (int)c)));
             tries++) {
            *v = (struct layout_value){0};
            r = invent(l, &d->column[c], v);
        }
    }
    if (r < 0)
        return r;
    bool filled = d->filled < 0 || cell(l, list, d->filled)->number != 0;
    l->rows[list].filled[l->row] = filled;
    for (size_t c = 0; c < d->column_count; c++) {
        struct layout_value *v = cell(l, list, (int)c);
        if (!filled && v->has_number)
            v->text = ""; /* a row that is no data shows its name and nothing else */
        if (filled && d->column[c].field) {
            v->field = arena_printf(l->a, "%s[%d].%s", d->name, *data, d->column[c].field);
            if (!v->field)
                return nomem(l);
        }
    }
    *data += filled;
    return 0;
}

static int invent_list(struct layout_run *l, int list)
{
    const struct layout_def *d = &l->form->value[list];
    struct layout_rows *rows = &l->rows[list];
    int data = 0, r = 0;
    rows->count = (size_t)synth_rng_range(l->r, (int64_t)d->rows.low, (int64_t)d->rows.high);
    rows->filled = arena_array(l->a, rows->count, sizeof *rows->filled);
    rows->value = arena_array(l->a, rows->count * d->column_count + 1, sizeof *rows->value);
    if (!rows->filled || !rows->value)
        return nomem(l);
    l->list = list;
    for (l->row = 0; r == 0 && l->row < (int)rows->count; l->row++)
        r = invent_row(l, list, &data);
    l->list = -1;
    l->row = -1;
    return r;
}

static const char *one_of(struct layout_run *l, const char *const *choice, size_t count)
{
    return choice[synth_rng_below(l->r, (uint32_t)count)];
}

int synth_layout_invent(struct layout_run *l)
{
    const struct layout_form *f = l->form;
    const struct layout_styles *s = &l->sheet->styles;
    l->list = l->row = -1;
    l->value = arena_array(l->a, f->value_count, sizeof *l->value);
    l->rows = arena_array(l->a, f->value_count, sizeof *l->rows);
    l->name = arena_array(l->a, f->name_count + 1, sizeof *l->name);
    if (!l->value || !l->rows || !l->name)
        return nomem(l);
    l->amount = one_of(l, s->amount, s->amount_count);
    l->date = one_of(l, s->date, s->date_count);
    l->zero = one_of(l, s->zero, s->zero_count);
    for (size_t i = 0; i < f->name_count; i++)
        l->name[i] = one_of(l, l->sheet->names[i].choice, l->sheet->names[i].count);
    int r = 0;
    for (size_t i = 0; r == 0 && i < f->value_count; i++) {
        const struct layout_def *d = &f->value[i];
        if (d->kind == LAYOUT_LIST)
            r = invent_list(l, (int)i);
        else
            r = invent(l, d, &l->value[i]);
        if (d->field)
            l->value[i].field = d->field;
    }
    return r;
}
