/*
 * Choosing.  The candidates of a field vote: a value that stands in several places gains, an amount
 * that agrees with a sum of other fields (cash minus change) gains, and the highest score wins.
 * Then the form's signs are weighed, and the form with the most of them takes the page, or none.
 *
 * What is found on the sheet by places has its candidates, too: of those the ones are chosen that
 * make most of the form's sums hold.  Forms whose phrases alone rule them out are not tried.
 */
#include "twinreader/extract.h"

#include "twinreader/check.h"
#include "twinreader/extract_sheet.h"

#include <string.h>

enum { CANDIDATES_MAX = 400 };

static bool same_value(enum form_type type, const struct extract_candidate *a,
                       const struct extract_candidate *b)
{
    if (type == FORM_AMOUNT)
        return value_amount_scaled(&a->amount) == value_amount_scaled(&b->amount);
    if (type == FORM_DATE)
        return a->date.year == b->date.year && a->date.month == b->date.month &&
               a->date.day == b->date.day;
    return a->text && b->text && strcmp(a->text, b->text) == 0;
}

static bool same_place(const struct extract_candidate *a, const struct extract_candidate *b)
{
    return a->row == b->row && a->start == b->start;
}

/* Adds up one column of a list; false when it has no amounts. */
static bool sum_column(const struct field *list, const char *column, int64_t *ret)
{
    struct value_rules rules = value_rules_default();
    int64_t total = 0;
    size_t count = 0;
    for (size_t i = 0; i < list->row_count; i++)
        for (size_t c = 0; c < list->rows[i].cell_count; c++) {
            const struct field *cell = &list->rows[i].cells[c];
            struct amount m;
            if (!cell->normalised || strcmp(cell->name, column) != 0 ||
                !value_amount_next(&rules, cell->normalised, strlen(cell->normalised), 0, &m))
                continue;
            count++;
            if (__builtin_add_overflow(total, value_amount_scaled(&m), &total))
                return false;
        }
    *ret = total;
    return count > 0;
}

static bool term_value(const struct extract_job *job, const struct form_term *t, int64_t *ret)
{
    const struct form_list *list = &job->form->fields[t->field].list;
    if (t->column >= 0)
        return sum_column(&job->lists[t->field], list->columns[t->column].name, ret);
    *ret = value_amount_scaled(&job->found[t->field].best.amount);
    return job->found[t->field].found;
}

/* The sum of the terms that are other fields; false when one of them was not found.  `own` says
 * whether the field itself is a term. */
static bool sum_others(const struct extract_job *job, const struct form_sum *sum, int self,
                       int64_t *ret_sum, bool *ret_own)
{
    int64_t total = 0;
    bool own = false;
    for (size_t i = 0; i < sum->count; i++) {
        const struct form_term *t = &sum->term[i];
        if (t->field == self) {
            own = true;
            continue;
        }
        int64_t v;
        if (!term_value(job, t, &v))
            return false;
        if (t->minus ? __builtin_sub_overflow(total, v, &total)
                     : __builtin_add_overflow(total, v, &total))
            return false;
    }
    *ret_sum = total;
    *ret_own = own;
    return true;
}

/* Whether amount `v` is the sum: of other fields, or of another candidate and other fields ("60.31"
 * and rounding "-0.01" make "60.30"). */
static bool agrees(int64_t v, int64_t sum, bool own, const struct extract_candidate *all,
                   size_t count)
{
    if (!own)
        return v == sum;
    int64_t wanted;
    if (sum == 0 || __builtin_sub_overflow(v, sum, &wanted))
        return false;
    for (size_t i = 0; i < count; i++)
        if (value_amount_scaled(&all[i].amount) == wanted)
            return true;
    return false;
}

static void add_sums(const struct extract_job *job, const struct form_field *field,
                     const struct extract_candidate *all, double *score, size_t count)
{
    int self = (int)(field - job->form->fields);
    for (size_t s = 0; s < field->sum_count; s++) {
        int64_t sum;
        bool own;
        if (!sum_others(job, &field->sums[s], self, &sum, &own))
            continue;
        for (size_t i = 0; i < count; i++)
            if (agrees(value_amount_scaled(&all[i].amount), sum, own, all, count))
                score[i] += field->sums[s].score;
    }
}

static void add_votes(const struct form_field *field, const struct extract_candidate *all,
                      double *score, size_t count)
{
    enum { VOTES_MAX = 3 };
    for (size_t i = 0; i < count; i++) {
        int votes = 0;
        for (size_t j = 0; j < count && votes < VOTES_MAX; j++)
            votes += all[j].score >= 0.5 * all[i].score && !same_place(&all[i], &all[j]) &&
                     same_value(field->type, &all[i], &all[j]);
        score[i] += 0.02 * votes;
    }
}

static struct quad candidate_place(const struct extract_view *v, const struct extract_candidate *c,
                                   float *ret_confidence)
{
    struct quad box = {0};
    float sum = 0;
    for (size_t row = c->row; row < c->row_end; row++) {
        const struct extract_row *r = &v->rows[row];
        float confidence;
        size_t start = row == c->row ? c->start : 0;
        size_t end = row + 1 == c->row_end ? c->end : r->len;
        struct quad one = extract_view_place(r, start, end, &confidence);
        box = row == c->row ? one : extract_quad_join(box, one);
        sum += confidence;
    }
    *ret_confidence = sum / (float)(c->row_end - c->row);
    return box;
}

static double clamp(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

static int find_field(struct extract_job *job, const struct form_field *field,
                      struct extract_found *ret)
{
    struct extract_candidate *all = arena_array(job->arena, CANDIDATES_MAX, sizeof *all);
    double score[CANDIDATES_MAX];
    size_t count, best = 0;
    if (!all)
        return ERR_NOMEM;
    int r = extract_candidates(job, field, all, CANDIDATES_MAX, &count);
    if (r < 0 || count == 0)
        return r;
    for (size_t i = 0; i < count; i++)
        score[i] = all[i].score;
    add_votes(field, all, score, count);
    add_sums(job, field, all, score, count);
    for (size_t i = 1; i < count; i++)
        if (score[i] > score[best])
            best = i;
    if (score[best] < field->least)
        return 0;
    double rival = 0;
    for (size_t i = 0; i < count; i++)
        if (!same_value(field->type, &all[i], &all[best]) && score[i] > rival)
            rival = score[i];
    double margin = score[best] - rival;
    float read;
    struct extract_found out = {.found = true, .best = all[best]};
    out.box = candidate_place(&job->view, &all[best], &read);
    out.confidence = (float)(clamp(score[best]) * (margin < 0.1 ? 0.7 + 3 * margin : 1.0)) * read;
    *ret = out;
    return 0;
}

static bool has_money(const struct extract_row *row)
{
    for (size_t i = 0; i < row->amount_count; i++)
        if (row->amounts[i].decimals == 2 || row->amounts[i].grouped || row->amounts[i].currency)
            return true;
    return false;
}

static void find_regions(struct extract_job *job)
{
    const struct extract_view *v = &job->view;
    for (size_t i = 0; i < job->form->region_count; i++) {
        const struct form_region *region = &job->form->regions[i];
        struct fuzzy_match m;
        size_t from = 0, to;
        while (region->from.count > 0 && from < v->row_count &&
               !((!region->beside_amount || has_money(&v->rows[from])) &&
                 extract_label(&v->rows[from], &region->from, true, &m) &&
                 extract_label_alone(&v->rows[from], &region->from, &region->alone, &m)))
            from++;
        for (to = from; to < v->row_count; to++)
            if (to > from && extract_label(&v->rows[to], &region->to, true, &m))
                break;
        job->regions[i] = (struct extract_rows){from, to};
    }
}

/* Whether one of the form's phrases, or enough amounts, show; signs that are fields are another
 * matter. */
static bool phrase_shows(const struct extract_job *job, const struct form_sign *sign)
{
    const struct extract_view *v = &job->view;
    size_t amounts = 0;
    if (sign->anywhere && sign->labels.count > 0)
        return sheet_has(job->sheet, job->arena, &sign->labels, (float)sign->tall);
    for (size_t i = 0; i < v->row_count; i++) {
        const struct extract_row *row = &v->rows[i];
        struct fuzzy_match m;
        for (size_t k = 0; k < row->amount_count; k++)
            amounts += row->amounts[k].decimals == 2 || row->amounts[k].grouped;
        if (sign->labels.count > 0 && (!sign->beside_amount || has_money(row)) &&
            extract_label(row, &sign->labels, true, &m))
            return true;
    }
    return sign->amounts > 0 && amounts >= (size_t)sign->amounts;
}

static bool has_field(const struct extract_job *job, size_t i)
{
    if (job->form->fields[i].type == FORM_LIST)
        return job->lists[i].row_count > 0;
    return job->found[i].found || (job->placed && job->placed->values[i].count > 0);
}

/* What the signs seen make, and what those that are fields may add. */
static void weigh_phrases(const struct extract_job *job, double *ret_seen, double *ret_possible)
{
    *ret_seen = *ret_possible = 0;
    for (size_t i = 0; i < job->form->sign_count; i++) {
        const struct form_sign *sign = &job->form->signs[i];
        if (sign->field < 0 && phrase_shows(job, sign))
            *ret_seen += sign->weight;
        else if (sign->field >= 0 && sign->weight > 0)
            *ret_possible += sign->weight;
    }
}

static int begin_form(const struct form *form, struct extract_job *job)
{
    job->form = form;
    job->regions = arena_array(job->arena, form->region_count + 1, sizeof *job->regions);
    job->found = arena_array(job->arena, form->field_count + 1, sizeof *job->found);
    job->lists = arena_array(job->arena, form->field_count + 1, sizeof *job->lists);
    job->choice = arena_array(job->arena, form->field_count + 1, sizeof *job->choice);
    if (!job->regions || !job->found || !job->lists || !job->choice)
        return ERR_NOMEM;
    return extract_view_values(&job->view, job->arena, &form->values);
}

static int find_on_sheet(struct extract_job *job)
{
    job->placed = arena_alloc(job->arena, sizeof *job->placed);
    if (!job->placed)
        return ERR_NOMEM;
    *job->placed = (struct extract_sheet){.sheet = job->sheet,
                                          .form = job->form,
                                          .arena = job->arena,
                                          .picture = job->picture ? job->picture->image : NULL,
                                          .scale = job->picture ? job->picture->scale : 1,
                                          .lists = job->lists};
    return extract_sheet(job->placed);
}

/* Finds all fields of one form and how well it fits. */
static int try_form(struct extract_job *job, double seen, double *ret_fit)
{
    const struct form *form = job->form;
    int r = form->on_sheet ? find_on_sheet(job) : 0;
    find_regions(job);
    job->list_row = job->view.row_count;
    /* Lists lean on no field, but sums on lists. */
    for (size_t i = 0; i < form->field_count && r == 0; i++)
        if (form->fields[i].type == FORM_LIST && !form->fields[i].list.grid.used)
            r = extract_list(job, &form->fields[i], &job->lists[i]);
    for (size_t i = 0; i < form->field_count && r == 0; i++)
        if (form->fields[i].rule_count > 0)
            r = find_field(job, &form->fields[i], &job->found[i]);
    for (size_t i = 0; i < form->sign_count && r == 0; i++)
        if (form->signs[i].field >= 0 && has_field(job, (size_t)form->signs[i].field))
            seen += form->signs[i].weight;
    *ret_fit = clamp(seen);
    return r;
}

/* A copy of the rows for one form: amounts and dates are found again for each. */
static int own_rows(struct extract_job *one, const struct extract_view *v)
{
    struct extract_row *rows = arena_array(one->arena, v->row_count, sizeof *rows);
    if (!rows)
        return ERR_NOMEM;
    memcpy(rows, v->rows, v->row_count * sizeof *rows);
    one->view.rows = rows;
    return 0;
}

static int see_sheet(struct form *const *forms, size_t count, const struct page *page,
                     struct extract_job *job)
{
    bool wanted = false;
    for (size_t i = 0; i < count; i++)
        wanted = wanted || forms[i]->on_sheet;
    if (!wanted)
        return 0;
    struct sheet *s = arena_alloc(job->arena, sizeof *s);
    job->sheet = s;
    return s ? sheet_init(s, job->arena, page) : ERR_NOMEM;
}

int extract_page(struct form *const *forms, size_t count, struct arena *a, struct page *page,
                 const struct form_picture *picture, struct err *e)
{
    struct extract_job best = {0}, job = {.arena = a, .picture = picture};
    double best_fit = 0, next_fit = 0, closest = 0;
    page->form = "unknown";
    page->form_confidence = 1;
    page->fields = NULL;
    page->field_count = 0;
    page->verdict = NULL;
    page->reasons = NULL;
    page->reason_count = 0;
    int r = extract_view_init(&job.view, a, page);
    if (r == 0)
        r = see_sheet(forms, count, page, &job);
    for (size_t i = 0; i < count && r == 0 && job.view.row_count > 0; i++) {
        struct extract_job one = job;
        double seen, possible, fit;
        r = own_rows(&one, &job.view);
        if (r == 0)
            r = begin_form(forms[i], &one);
        if (r < 0)
            break;
        weigh_phrases(&one, &seen, &possible);
        fit = clamp(seen);
        if (seen + possible >= forms[i]->fit_least)
            r = try_form(&one, seen, &fit);
        closest = fit > closest ? fit : closest;
        if (r < 0 || fit < forms[i]->fit_least)
            continue;
        next_fit = fit > best_fit ? best_fit : fit > next_fit ? fit : next_fit;
        if (fit > best_fit) {
            best = one;
            best_fit = fit;
        }
    }
    page->form_confidence = (float)(1 - closest);
    if (r == 0 && best.form) {
        /* Another form that fits as well halves the certainty. */
        page->form_confidence = (float)(best_fit * (1 - 0.5 * next_fit / best_fit));
        r = extract_assign(&best);
        if (r == 0)
            r = extract_report(&best, page);
    }
    return r < 0 ? err_set(e, r, "no memory for the fields of a page") : 0;
}
