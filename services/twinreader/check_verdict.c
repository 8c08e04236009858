/*
 * The verdict.  Precision is all: a page is accepted only when nothing required is missing, no
 * check fails, and every value is confirmed by a check or was read with certainty.
 */
#include "twinreader/check.h"

#include <string.h>

enum { REASONS_MAX = 64 };

struct judge {
    const struct check_values *v;
    const char **reason;
    size_t count;
    int r;
};

static void add_reason(struct judge *j, const char *text)
{
    if (!text)
        j->r = ERR_NOMEM;
    else if (j->count < REASONS_MAX)
        j->reason[j->count++] = text;
}

static bool said_before(const struct field *f, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (!f->checks[k].passed && strcmp(f->checks[k].name, f->checks[i].name) == 0)
            return true;
    return false;
}

/* Whether a check that tells right from wrong stands behind the value. */
static bool covered(const struct field *f)
{
    if (f->corrected) /* a person stands behind it */
        return true;
    for (size_t i = 0; i < f->check_count; i++)
        if (f->checks[i].passed &&
            (strcmp(f->checks[i].name, "sum") == 0 || strcmp(f->checks[i].name, "checksum") == 0))
            return true;
    return false;
}

static bool in_set(const int *set, size_t count, size_t field)
{
    for (size_t i = 0; i < count; i++)
        if (set[i] == (int)field)
            return true;
    return false;
}

static int percent(float confidence)
{
    return (int)(100 * confidence + 1e-4f);
}

static void judge_cells(struct judge *j, size_t field)
{
    const struct form_verdict *rule = &j->v->form->verdict;
    const struct field *list = &j->v->field[field];
    const struct form_list *table = &j->v->form->fields[field].list;
    for (size_t c = 0; c < table->column_count; c++) {
        const char *name = table->columns[c].name;
        bool sum = check_column_holds(j->v, field, c);
        bool known = (int)c == table->grid.name && table->grid.names.count > 0;
        double least = sum || known ? rule->checked : rule->confidence;
        float lowest = 1;
        for (size_t i = 0; i < list->row_count; i++)
            for (size_t k = 0; k < list->rows[i].cell_count; k++) {
                const struct field *cell = &list->rows[i].cells[k];
                if (strcmp(cell->name, name) == 0 && cell->confidence < lowest)
                    lowest = cell->confidence;
            }
        if ((double)lowest < least)
            add_reason(j, arena_printf(j->v->arena, "%s: %s %d %% sure", list->name, name,
                                       percent(lowest)));
    }
}

static void judge_field(struct judge *j, size_t i)
{
    const struct form_verdict *rule = &j->v->form->verdict;
    const struct form_field *declared = &j->v->form->fields[i];
    const struct field *f = &j->v->field[i];
    if (!f->name) {
        bool labelled = j->v->labelled && j->v->labelled[i];
        /* A blank that a sum confirms is as good as a nought. */
        if (labelled && check_absence_holds(j->v, i))
            return;
        if (in_set(rule->require, rule->require_count, i))
            add_reason(j, arena_printf(j->v->arena, "%s: not found", declared->name));
        else if (labelled && !declared->hidden)
            add_reason(j, arena_printf(j->v->arena, "%s: its label has no value", declared->name));
        return;
    }
    for (size_t k = 0; k < f->check_count; k++)
        if (!f->checks[k].passed && !said_before(f, k))
            add_reason(j, arena_printf(j->v->arena, "%s: %s fails", f->name, f->checks[k].name));
    if (declared->type == FORM_LIST) {
        judge_cells(j, i);
        return;
    }
    bool sure = covered(f);
    if (!sure && in_set(rule->cover, rule->cover_count, i))
        add_reason(j, arena_printf(j->v->arena, "%s: nothing confirms it", f->name));
    else if ((double)f->confidence < (sure ? rule->checked : rule->confidence))
        add_reason(j, arena_printf(j->v->arena, "%s: %d %% sure", f->name, percent(f->confidence)));
}

int check_verdict(const struct check_values *v, struct page *page)
{
    const struct form *form = v->form;
    struct judge j = {.v = v};
    if (!form->verdict.given)
        return 0;
    j.reason = arena_array(v->arena, REASONS_MAX, sizeof *j.reason);
    if (!j.reason)
        return ERR_NOMEM;
    if ((double)page->form_confidence < form->verdict.form)
        add_reason(&j, arena_printf(v->arena, "form: %d %% sure", percent(page->form_confidence)));
    for (size_t i = 0; i < form->field_count && j.r == 0; i++)
        judge_field(&j, i);
    page->reasons = j.reason;
    page->reason_count = j.count;
    page->verdict = j.count ? "review" : "accept";
    return j.r;
}
