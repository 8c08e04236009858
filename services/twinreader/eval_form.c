#include "twinreader/eval_form.h"

#include <stdlib.h>
#include <string.h>

/* More rows than this are put side by side by their numbers. */
static const size_t most_rows = 128;

/* Of a page of which nothing is right the first names say enough. */
static const size_t most_named = 40;

/* The parts of "items[3].amount": list "items", row 3, cell "amount". */
struct place {
    size_t list_len; /* 0: no list */
    size_t row;
    const char *cell;
};

static struct place parse_name(const char *name)
{
    struct place p = {0, 0, name};
    const char *open = strchr(name, '['), *at = open;
    if (!open || open == name)
        return p;
    for (at++; *at >= '0' && *at <= '9'; at++)
        p.row = p.row < 100000 ? p.row * 10 + (size_t)(*at - '0') : p.row;
    if (at == open + 1 || at[0] != ']' || at[1] != '.')
        return p;
    p.cell = at + 2;
    p.list_len = (size_t)(open - name);
    return p;
}

/* Rows of one list, each with its cells: indices into the page's fields. */
struct row {
    size_t number;
    size_t *cell;
    size_t count;
};

struct list {
    const char *name; /* list_len bytes of it */
    size_t len;
    struct row *row;
    size_t count;
};

struct job {
    struct eval_form_sum *sum;
    struct arena *scratch;
    const struct eval_page *truth, *predicted;
    const struct eval_field **match; /* by field of the truth; NULL: not found */
    int64_t invented;
    struct err *e;
};

static int no_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "not enough memory to compare fields");
}

int eval_form_init(struct arena *a, struct eval_form_sum *ret, struct err *e)
{
    struct eval_form_sum s = {.arena = a};
    s.all.field = arena_array(a, EVAL_MAX_FIELDS, sizeof *s.all.field);
    s.form = arena_array(a, EVAL_MAX_FORMS, sizeof *s.form);
    s.check = arena_array(a, EVAL_MAX_CHECKS, sizeof *s.check);
    if (!s.all.field || !s.form || !s.check)
        return no_memory(e);
    *ret = s;
    return 0;
}

static bool in_list(const struct eval_field *f, const char *name, size_t len, struct place *ret)
{
    *ret = parse_name(f->name);
    return ret->list_len == len && memcmp(f->name, name, len) == 0;
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

/* Gathers a list's rows in the order of their numbers. */
static int gather(struct arena *a, const struct eval_page *p, const char *name, size_t len,
                  struct list *ret)
{
    struct list l = {.name = name, .len = len};
    struct place at;
    size_t cells = 0;
    for (size_t i = 0; i < p->field_count; i++)
        cells += in_list(&p->field[i], name, len, &at);
    l.row = arena_array(a, cells + 1, sizeof *l.row);
    if (!l.row)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->field_count; i++) {
        size_t r = 0;
        if (!in_list(&p->field[i], name, len, &at))
            continue;
        while (r < l.count && l.row[r].number != at.row)
            r++;
        l.count += r == l.count;
        struct row *row = &l.row[r];
        row->number = at.row;
        if (!row->cell && !(row->cell = arena_array(a, cells, sizeof *row->cell)))
            return ERR_NOMEM;
        row->cell[row->count++] = i;
    }
    if (l.count)
        qsort(l.row, l.count, sizeof *l.row, compare_rows);
    *ret = l;
    return 0;
}

static const struct eval_field *cell_of(const struct eval_page *p, const struct row *r,
                                        const char *cell)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(parse_name(p->field[r->cell[i]].name).cell, cell) == 0)
            return &p->field[r->cell[i]];
    return NULL;
}

/* How many cells of two rows agree. */
static int agreeing(struct job *j, const struct row *t, const struct row *p, int *ret)
{
    int count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct eval_field *f = &j->truth->field[t->cell[i]];
        struct eval_agreement agree = {false, false};
        int rc = eval_compare_field(
            j->scratch, f, cell_of(j->predicted, p, parse_name(f->name).cell), &agree, j->e);
        if (rc)
            return rc;
        count += agree.exact;
    }
    *ret = count;
    return 0;
}

static void pair_rows(struct job *j, const struct row *t, const struct row *p)
{
    for (size_t i = 0; i < t->count; i++)
        j->match[t->cell[i]] =
            cell_of(j->predicted, p, parse_name(j->truth->field[t->cell[i]].name).cell);
}

/* Rows in order, most agreeing cells: a longest common subsequence with weights.  best[i][k] is for
 * the rows from i and k on.  Two rows are paired even when no cell agrees where that costs
 * nothing: it is then a row misread and not one missed and one invented. */
static int align_rows(struct job *j, const struct list *t, const struct list *p)
{
    size_t wide = p->count + 1;
    int *agree = arena_array(j->scratch, (t->count + 1) * wide, sizeof *agree);
    int *best = arena_array(j->scratch, (t->count + 1) * wide, sizeof *best);
    if (!agree || !best)
        return no_memory(j->e);
    for (size_t i = t->count; i-- > 0;) {
        for (size_t k = p->count; k-- > 0;) {
            int rc = agreeing(j, &t->row[i], &p->row[k], &agree[i * wide + k]);
            if (rc)
                return rc;
            int both = agree[i * wide + k] + best[(i + 1) * wide + k + 1];
            int skip = best[(i + 1) * wide + k], drop = best[i * wide + k + 1];
            best[i * wide + k] = both >= skip && both >= drop ? both : skip >= drop ? skip : drop;
        }
    }
    for (size_t i = 0, k = 0; i < t->count && k < p->count;) {
        int here = best[i * wide + k];
        if (agree[i * wide + k] + best[(i + 1) * wide + k + 1] == here)
            pair_rows(j, &t->row[i++], &p->row[k++]);
        else if (best[(i + 1) * wide + k] == here)
            i++;
        else
            k++;
    }
    return 0;
}

static int match_list(struct job *j, const char *name, size_t len)
{
    struct list t, p;
    if (gather(j->scratch, j->truth, name, len, &t) ||
        gather(j->scratch, j->predicted, name, len, &p))
        return no_memory(j->e);
    j->invented += p.count > t.count ? (int64_t)(p.count - t.count) : 0;
    if (t.count <= most_rows && p.count <= most_rows)
        return align_rows(j, &t, &p);
    for (size_t i = 0; i < t.count && i < p.count; i++)
        pair_rows(j, &t.row[i], &p.row[i]);
    return 0;
}

/* Finds the field that each of the truth's is to be compared with. */
static int match_fields(struct job *j)
{
    for (size_t i = 0; i < j->truth->field_count; i++) {
        const char *name = j->truth->field[i].name;
        struct place at = parse_name(name);
        bool first = true;
        struct place other;
        if (!at.list_len) {
            j->match[i] = eval_find_field(j->predicted, name);
            continue;
        }
        for (size_t k = 0; k < i && first; k++)
            first = !in_list(&j->truth->field[k], name, at.list_len, &other);
        int rc = first ? match_list(j, name, at.list_len) : 0;
        if (rc)
            return rc;
    }
    return 0;
}

/* "items[3].amount" as "items[].amount". */
static const char *column_name(struct arena *a, const char *name)
{
    struct place p = parse_name(name);
    return p.list_len ? arena_printf(a, "%.*s[].%s", (int)p.list_len, name, p.cell) : name;
}

static struct eval_field_count *field_row(struct eval_form_count *f, const char *name)
{
    for (size_t i = 0; i < f->field_count; i++)
        if (strcmp(f->field[i].name, name) == 0)
            return &f->field[i];
    if (f->field_count == EVAL_MAX_FIELDS)
        return NULL;
    f->field[f->field_count].name = name;
    return &f->field[f->field_count++];
}

/* The row of the page's form; *ret stays NULL when none is known. */
static int form_row(struct job *j, struct eval_form_count **ret)
{
    struct eval_form_sum *s = j->sum;
    const char *name = j->truth->kind ? j->truth->kind : j->predicted->form;
    if (!name)
        return 0;
    for (size_t i = 0; i < s->form_count; i++) {
        if (strcmp(s->form[i].name, name) == 0) {
            *ret = &s->form[i];
            return 0;
        }
    }
    if (s->form_count == EVAL_MAX_FORMS)
        return err_set(j->e, ERR_LIMIT, "more than %d kinds of form", EVAL_MAX_FORMS);
    struct eval_form_count *f = &s->form[s->form_count];
    f->field = arena_array(s->arena, EVAL_MAX_FIELDS, sizeof *f->field);
    if (!f->field)
        return no_memory(j->e);
    f->name = name;
    s->form_count++;
    *ret = f;
    return 0;
}

static int count_checks(struct job *j, const struct eval_field *f, bool right)
{
    struct eval_form_sum *s = j->sum;
    for (size_t i = 0; f && i < f->check_count; i++) {
        size_t at = 0;
        while (at < s->check_count && strcmp(s->check[at].name, f->checks[i].name) != 0)
            at++;
        if (at == EVAL_MAX_CHECKS)
            return err_set(j->e, ERR_LIMIT, "more than %d kinds of check", EVAL_MAX_CHECKS);
        s->check_count += at == s->check_count;
        struct eval_check_count *c = &s->check[at];
        c->name = f->checks[i].name;
        c->passed += f->checks[i].passed;
        c->passed_right += f->checks[i].passed && right;
        c->failed += !f->checks[i].passed;
        c->failed_right += !f->checks[i].passed && right;
    }
    return 0;
}

static void add_page(struct eval_form_count *f, const struct job *j, int64_t exact)
{
    int64_t fields = (int64_t)j->truth->field_count;
    bool complete = exact == fields && j->invented == 0;
    bool accepted = j->predicted->verdict && strcmp(j->predicted->verdict, "accept") == 0;
    if (!fields)
        return;
    f->pages++;
    f->complete += complete;
    f->fields += fields;
    f->exact += exact;
    f->invented += j->invented;
    f->judged += j->predicted->verdict != NULL;
    if (accepted) {
        f->accepted++;
        f->accepted_complete += complete;
        f->accepted_fields += fields;
        f->accepted_exact += exact;
    }
}

static int count_field(struct job *j, size_t i, struct eval_form_count *const *rows,
                       bool *ret_exact)
{
    const struct eval_field *f = &j->truth->field[i];
    struct eval_agreement agree = {false, false};
    const char *name = column_name(j->sum->arena, f->name);
    int rc = eval_compare_field(j->scratch, f, j->match[i], &agree, j->e);
    if (rc == 0)
        rc = count_checks(j, j->match[i], agree.exact);
    if (rc || !name)
        return rc ? rc : no_memory(j->e);
    for (int k = 0; k < 2 && rows[k]; k++) {
        struct eval_field_count *n = field_row(rows[k], name);
        if (!n)
            return err_set(j->e, ERR_LIMIT, "more than %d kinds of field", EVAL_MAX_FIELDS);
        n->pages++;
        n->exact += agree.exact;
        n->spaceless += agree.spaceless || agree.exact;
    }
    *ret_exact = agree.exact;
    return 0;
}

int eval_form_add(struct eval_form_sum *s, struct arena *scratch, const struct eval_page *truth,
                  const struct eval_page *predicted, const char **ret_wrong, struct err *e)
{
    static const struct eval_page nothing = {0};
    struct job j = {.sum = s,
                    .scratch = scratch,
                    .truth = truth,
                    .predicted = predicted ? predicted : &nothing,
                    .match = arena_array(scratch, truth->field_count + 1, sizeof *j.match),
                    .e = e};
    struct eval_form_count *rows[2] = {&s->all, NULL};
    const char *wrong = "";
    size_t named = 0;
    int64_t exact = 0;
    int rc = j.match ? match_fields(&j) : no_memory(e);
    if (rc == 0 && truth->field_count)
        rc = form_row(&j, &rows[1]);
    for (size_t i = 0; rc == 0 && i < truth->field_count; i++) {
        bool right = false;
        rc = count_field(&j, i, rows, &right);
        exact += right;
        if (rc == 0 && !right && ++named <= most_named)
            wrong = arena_printf(s->arena, "%s%s%s", wrong, *wrong ? " " : "",
                                 named == most_named ? "..." : truth->field[i].name);
        if (rc == 0 && !wrong)
            rc = no_memory(e);
    }
    if (rc)
        return rc;
    for (int k = 0; k < 2 && rows[k]; k++)
        add_page(rows[k], &j, exact);
    *ret_wrong = wrong;
    return 0;
}
