#include "twinreader/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const int64_t UNIT = 100000; /* value_amount_scaled */

/* How a part of a sum is found: */
enum state { ABSENT, BROKEN, PRESENT };

static bool amount_of(const struct field *f, int64_t *ret)
{
    struct value_rules rules = value_rules_default();
    struct amount m;
    if (!f->normalised || !value_amount_next(&rules, f->normalised, strlen(f->normalised), 0, &m))
        return false;
    *ret = value_amount_scaled(&m);
    return true;
}

static enum state sum_column(const struct field *list, const char *column, int64_t *ret)
{
    int64_t total = 0;
    size_t count = 0;
    for (size_t i = 0; i < list->row_count; i++)
        for (size_t c = 0; c < list->rows[i].cell_count; c++) {
            const struct field *cell = &list->rows[i].cells[c];
            int64_t v;
            if (strcmp(cell->name, column) != 0)
                continue;
            if (!amount_of(cell, &v) || __builtin_add_overflow(total, v, &total))
                return BROKEN;
            count++;
        }
    *ret = total;
    return count > 0 ? PRESENT : ABSENT;
}

static enum state part_amount(const struct check_values *v, const struct form_part *p, int64_t *ret)
{
    const struct field *f = &v->field[p->field];
    if (!f->name)
        return ABSENT;
    if (p->column >= 0)
        return sum_column(f, v->form->fields[p->field].list.columns[p->column].name, ret);
    return amount_of(f, ret) ? PRESENT : BROKEN;
}

/* Whether the sum can be made, and by how much its parts miss the total. */
static bool sum_parts(const struct check_values *v, const struct form_check *c, int64_t *ret_total,
                      int64_t *ret_sum)
{
    int64_t sum = 0, one;
    size_t present = 0;
    if (part_amount(v, &c->part[0], ret_total) != PRESENT)
        return false;
    for (size_t i = 1; i < c->count; i++) {
        enum state state = part_amount(v, &c->part[i], &one);
        if (state == ABSENT && c->part[i].optional)
            continue;
        if (state != PRESENT)
            return false;
        present++;
        if (c->part[i].minus ? __builtin_sub_overflow(sum, one, &sum)
                             : __builtin_add_overflow(sum, one, &sum))
            return false;
    }
    *ret_sum = sum;
    return present > 0;
}

static bool sum_holds(const struct form_check *c, int64_t total, int64_t sum)
{
    return fabs((double)total - (double)sum) <= c->within * (double)UNIT;
}

/* A sum whose total is a column holds row by row. */
static bool by_rows(const struct form_check *c)
{
    return c->kind == FORM_CHECK_SUM && c->part[0].column >= 0;
}

/* The cell of a part's column; ABSENT when it is blank. */
static enum state row_amount(const struct check_values *v, const struct form_part *p, size_t row,
                             int64_t *ret)
{
    const struct field_row *r = &v->field[p->field].rows[row];
    const char *column = v->form->fields[p->field].list.columns[p->column].name;
    for (size_t i = 0; i < r->cell_count; i++)
        if (strcmp(r->cells[i].name, column) == 0)
            return amount_of(&r->cells[i], ret) ? PRESENT : BROKEN;
    return ABSENT;
}

/* The first row whose sum fails, -1 when all hold; false when no row can be summed. */
static bool sum_rows(const struct check_values *v, const struct form_check *c, int *ret_wrong)
{
    size_t summed = 0, count = v->field[c->part[0].field].row_count;
    *ret_wrong = -1;
    for (size_t row = 0; row < count && *ret_wrong < 0; row++) {
        int64_t total, sum = 0, one;
        size_t present = 0;
        bool good = row_amount(v, &c->part[0], row, &total) == PRESENT;
        for (size_t i = 1; i < c->count && good; i++) {
            enum state state = row_amount(v, &c->part[i], row, &one);
            present += state == PRESENT;
            good =
                state != BROKEN &&
                (state == ABSENT || !(c->part[i].minus ? __builtin_sub_overflow(sum, one, &sum)
                                                       : __builtin_add_overflow(sum, one, &sum)));
        }
        if (!good || present == 0)
            continue;
        summed++;
        *ret_wrong = sum_holds(c, total, sum) ? -1 : (int)row;
    }
    return summed > 0;
}

/* Whether a sum can be made, and holds. */
static bool sum_tells(const struct check_values *v, const struct form_check *c, bool *ret_holds)
{
    int64_t total, sum;
    int wrong;
    if (c->kind != FORM_CHECK_SUM)
        return false;
    if (by_rows(c)) {
        bool made = sum_rows(v, c, &wrong);
        *ret_holds = wrong < 0;
        return made;
    }
    if (!sum_parts(v, c, &total, &sum))
        return false;
    *ret_holds = sum_holds(c, total, sum);
    return true;
}

int check_sum_score(const struct check_values *v)
{
    int score = 0;
    for (size_t i = 0; i < v->form->check_count; i++) {
        bool holds;
        if (sum_tells(v, &v->form->checks[i], &holds))
            score += holds ? 1 : -1;
    }
    return score;
}

bool check_column_holds(const struct check_values *v, size_t field, size_t column)
{
    for (size_t i = 0; i < v->form->check_count; i++) {
        const struct form_check *c = &v->form->checks[i];
        bool over = false, holds;
        for (size_t p = 0; c->kind == FORM_CHECK_SUM && p < c->count; p++)
            over = over || (c->part[p].field == (int)field && c->part[p].column == (int)column);
        if (over && sum_tells(v, c, &holds) && holds)
            return true;
    }
    return false;
}

bool check_absence_holds(const struct check_values *v, size_t field)
{
    for (size_t i = 0; i < v->form->check_count; i++) {
        const struct form_check *c = &v->form->checks[i];
        bool optional = false, holds;
        for (size_t p = 1; c->kind == FORM_CHECK_SUM && p < c->count; p++)
            optional = optional || (c->part[p].field == (int)field && c->part[p].optional);
        if (optional && sum_tells(v, c, &holds) && holds)
            return true;
    }
    return false;
}

/* Adds a check to a field's own. */
static int add_check(const struct check_values *v, int field, const char *name, bool passed,
                     const char *detail)
{
    struct field *f = &v->field[field];
    struct check *checks = arena_array(v->arena, f->check_count + 1, sizeof *checks);
    if (!checks)
        return ERR_NOMEM;
    if (f->check_count > 0)
        memcpy(checks, f->checks, f->check_count * sizeof *checks);
    checks[f->check_count++] = (struct check){name, passed, detail};
    f->checks = checks;
    return 0;
}

static const char *part_name(const struct check_values *v, const struct form_part *p)
{
    const struct form_field *f = &v->form->fields[p->field];
    return p->column < 0
               ? f->name
               : arena_printf(v->arena, "%s.%s", f->name, f->list.columns[p->column].name);
}

/* "total = insured + fund", and when it fails what both sides are. */
static const char *sum_detail(const struct check_values *v, const struct form_check *c,
                              int64_t total, int64_t sum, bool holds)
{
    const char *text = part_name(v, &c->part[0]);
    for (size_t i = 1; i < c->count && text; i++) {
        const char *name = part_name(v, &c->part[i]);
        text = !name ? NULL
                     : arena_printf(v->arena, "%s %s %s", text,
                                    c->part[i].minus ? "-"
                                    : i == 1         ? "="
                                                     : "+",
                                    name);
    }
    if (!text || holds)
        return text;
    return arena_printf(v->arena, "%s: %.10g is not %.10g", text, (double)total / (double)UNIT,
                        (double)sum / (double)UNIT);
}

/* All of a row's parts are columns of one list. */
static int run_rows(const struct check_values *v, const struct form_check *c)
{
    int wrong;
    if (!v->field[c->part[0].field].name || !sum_rows(v, c, &wrong))
        return 0;
    const char *column = part_name(v, &c->part[0]);
    const char *detail = !column     ? NULL
                         : wrong < 0 ? arena_printf(v->arena, "%s of every row", column)
                                     : arena_printf(v->arena, "%s of row %d", column, wrong + 1);
    return detail ? add_check(v, c->part[0].field, "sum", wrong < 0, detail) : ERR_NOMEM;
}

static int run_sum(const struct check_values *v, const struct form_check *c)
{
    int64_t total, sum;
    if (by_rows(c))
        return run_rows(v, c);
    if (!sum_parts(v, c, &total, &sum))
        return 0;
    bool holds = sum_holds(c, total, sum);
    const char *detail = sum_detail(v, c, total, sum, holds);
    int r = detail ? 0 : ERR_NOMEM;
    for (size_t i = 0; i < c->count && r == 0; i++)
        if (v->field[c->part[i].field].name)
            r = add_check(v, c->part[i].field, "sum", holds, detail);
    return r;
}

static int run_order(const struct check_values *v, const struct form_check *c)
{
    const struct field *before = NULL;
    int r = 0;
    for (size_t i = 0; i < c->count && r == 0; i++) {
        const struct field *f = &v->field[c->part[i].field];
        if (!f->name || !f->normalised)
            continue;
        /* ISO dates sort as text. */
        if (before) {
            bool good = strcmp(before->normalised, f->normalised) <= 0;
            const char *detail =
                good ? NULL : arena_printf(v->arena, "before %s", before->normalised);
            if (!good && !detail)
                return ERR_NOMEM;
            r = add_check(v, c->part[i].field, "order", good, detail);
        }
        before = f;
    }
    return r;
}

static bool nearest_known(const struct form_field *f, const char *text)
{
    for (size_t i = 0; i < f->words.count; i++)
        if (strcmp(f->words.item[i].text, text) == 0)
            return true;
    return false;
}

static bool cell_known(const struct form_labels *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++)
        if (text && strcmp(names->item[i].text, text) == 0)
            return true;
    return false;
}

/* Whether all cells of a column are in its vocabulary. */
static int run_known_column(const struct check_values *v, const struct form_part *p)
{
    const struct form_list *list = &v->form->fields[p->field].list;
    const struct field *f = &v->field[p->field];
    const char *unknown = NULL;
    for (size_t i = 0; i < f->row_count; i++)
        for (size_t c = 0; c < f->rows[i].cell_count; c++) {
            const struct field *cell = &f->rows[i].cells[c];
            if (strcmp(cell->name, list->columns[p->column].name) == 0 && !cell->corrected &&
                !cell_known(&list->grid.names, cell->normalised))
                unknown = cell->value ? cell->value : "";
        }
    const char *detail = unknown ? arena_printf(v->arena, "\"%s\" is not known", unknown) : NULL;
    if (unknown && !detail)
        return ERR_NOMEM;
    return add_check(v, p->field, "vocabulary", !unknown, detail);
}

static bool matches(const char *text, const struct form_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (pattern_search(patterns->item[i], text, strlen(text), 0, NULL))
            return true;
    return false;
}

static int run_one(const struct check_values *v, const struct form_check *c,
                   const struct form_part *p)
{
    const struct field *f = &v->field[p->field];
    if (!f->name)
        return 0;
    if (p->column >= 0)
        return c->kind == FORM_CHECK_KNOWN ? run_known_column(v, p) : 0;
    const char *text = f->normalised ? f->normalised : f->value ? f->value : "";
    if (c->kind == FORM_CHECK_CHECKSUM) {
        enum checksum_answer answer = checksum_test(c->checksum, text);
        if (answer == CHECKSUM_UNKNOWN)
            return 0;
        return add_check(v, p->field, "checksum", answer == CHECKSUM_RIGHT,
                         answer == CHECKSUM_RIGHT ? NULL : "the check digit is another");
    }
    if (c->kind == FORM_CHECK_FORMAT)
        return add_check(v, p->field, "format", matches(text, &c->match), NULL);
    if (c->kind == FORM_CHECK_KNOWN)
        return add_check(v, p->field, "vocabulary", nearest_known(&v->form->fields[p->field], text),
                         NULL);
    int year = 0;
    bool good = sscanf(text, "%4d-", &year) == 1 && year >= c->from_year && year <= c->to_year;
    return add_check(v, p->field, "date", good, good ? NULL : "not a likely year");
}

int check_run(const struct check_values *v)
{
    int r = 0;
    for (size_t i = 0; i < v->form->check_count && r == 0; i++) {
        const struct form_check *c = &v->form->checks[i];
        if (c->kind == FORM_CHECK_SUM)
            r = run_sum(v, c);
        else if (c->kind == FORM_CHECK_ORDER)
            r = run_order(v, c);
        for (size_t p = 0; p < c->count && r == 0; p++)
            if (c->kind != FORM_CHECK_SUM && c->kind != FORM_CHECK_ORDER)
                r = run_one(v, c, &c->part[p]);
    }
    return r;
}
