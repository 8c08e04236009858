/*
 * From what was found to the page's fields: one value of each field's candidates, its checks, and
 * the verdict.
 */
#include "twinreader/check.h"
#include "twinreader/extract_sheet.h"

#include <string.h>

static const char *const types[] = {"text", "amount", "date", "list"};

/* How much of the certainty is left when another value fits about as well. */
static const float RIVALLED = 0.8f;
static const double RIVAL = 0.05;

static bool placed(const struct extract_job *job, size_t i)
{
    return job->placed && job->placed->values[i].count > 0;
}

/* A value found by a place: as sure as its least sure character, less for a poorer place. */
static struct field placed_field(const struct extract_job *job, size_t i)
{
    const struct form_field *declared = &job->form->fields[i];
    const struct extract_values *all = &job->placed->values[i];
    const struct extract_value *v = &all->item[job->choice[i]];
    double best = 0.01;
    for (size_t p = 0; p < declared->place_count; p++)
        best = declared->places[p].score > best ? declared->places[p].score : best;
    float structure = v->score < best ? (float)(v->score / best) : 1;
    if (all->count > 1 && job->choice[i] == 0 && all->item[1].score > v->score - RIVAL)
        structure *= RIVALLED;
    return (struct field){.name = declared->name,
                          .type = types[declared->type],
                          .value = v->value,
                          .normalised = v->normalised,
                          .confidence = structure * v->low,
                          .box = v->box};
}

/* A value found by a rule. */
static int ruled_field(const struct extract_job *job, size_t i, struct field *out)
{
    const struct form_field *declared = &job->form->fields[i];
    const struct extract_found *found = &job->found[i];
    const struct extract_candidate *c = &found->best;
    const struct extract_row *row = &job->view.rows[c->row];
    struct field one = {.name = declared->name, .type = types[declared->type]};
    one.value =
        c->text ? c->text : arena_strndup(job->arena, row->text + c->start, c->end - c->start);
    one.normalised = declared->type == FORM_AMOUNT ? value_amount_text(job->arena, &c->amount)
                     : declared->type == FORM_DATE ? value_date_text(job->arena, &c->date)
                                                   : c->text;
    one.confidence = found->confidence;
    one.box = found->box;
    *out = one;
    return one.value && one.normalised ? 0 : ERR_NOMEM;
}

static int fill_field(const struct extract_job *job, size_t i, struct field *out)
{
    if (job->form->fields[i].type == FORM_LIST) {
        *out = job->lists[i];
        out->type = types[FORM_LIST];
        out->name = out->row_count > 0 ? job->form->fields[i].name : NULL;
        return 0;
    }
    if (placed(job, i)) {
        *out = placed_field(job, i);
        return 0;
    }
    return job->found[i].found ? ruled_field(job, i, out) : 0;
}

/* Of the values that may be, those that make more sums hold: one field at a time is changed. */
static void choose(struct extract_job *job, struct check_values *v)
{
    enum { TURNS = 8 };
    int score = check_sum_score(v);
    for (int turn = 0; turn < TURNS; turn++) {
        size_t field = 0, value = 0;
        int best = score;
        for (size_t i = 0; i < job->form->field_count; i++) {
            size_t kept = job->choice[i];
            if (job->form->fields[i].type != FORM_AMOUNT || !placed(job, i))
                continue;
            for (size_t k = 0; k < job->placed->values[i].count; k++) {
                job->choice[i] = k;
                v->field[i] = placed_field(job, i);
                int now = check_sum_score(v);
                if (now > best) {
                    best = now;
                    field = i;
                    value = k;
                }
            }
            job->choice[i] = kept;
            v->field[i] = placed_field(job, i);
        }
        if (best == score)
            return;
        score = best;
        job->choice[field] = value;
        v->field[field] = placed_field(job, field);
    }
}

/* Which fields have a label on the sheet. */
static const bool *labels_seen(const struct extract_job *job)
{
    bool *seen = arena_array(job->arena, job->form->field_count + 1, sizeof *seen);
    for (size_t i = 0; seen && job->placed && i < job->form->field_count; i++)
        for (size_t p = 0; p < job->form->fields[i].place_count; p++)
            for (size_t k = 0; k < job->placed->hits.count; k++) {
                const struct sheet_hit *h = &job->placed->hits.item[k];
                seen[i] = seen[i] || (!h->beaten && h->owner == extract_place_owner(i, p) &&
                                      job->form->fields[i].places[p].of < 0);
            }
    return seen;
}

/* The page keeps nothing of the form, which may be gone before it. */
static int own_names(struct arena *a, struct field *f)
{
    f->name = arena_strdup(a, f->name);
    return f->name ? 0 : ERR_NOMEM;
}

/* Lists come last: they are long. */
static int keep_fields(const struct extract_job *job, const struct field *all, struct page *page)
{
    struct field *fields = arena_array(job->arena, job->form->field_count, sizeof *fields);
    size_t count = 0;
    int r = fields ? 0 : ERR_NOMEM;
    for (int lists = 0; lists < 2 && r == 0; lists++)
        for (size_t i = 0; i < job->form->field_count && r == 0; i++) {
            const struct form_field *declared = &job->form->fields[i];
            if ((declared->type == FORM_LIST) != lists || !all[i].name || declared->hidden)
                continue;
            fields[count] = all[i];
            r = own_names(job->arena, &fields[count++]);
        }
    page->fields = fields;
    page->field_count = count;
    return r;
}

/* One value of each field. */
static int fill_fields(struct extract_job *job, struct check_values *v)
{
    int r = 0;
    *v = (struct check_values){.form = job->form, .arena = job->arena};
    v->field = arena_array(job->arena, job->form->field_count + 1, sizeof *v->field);
    if (!v->field)
        return ERR_NOMEM;
    memset(job->choice, 0, job->form->field_count * sizeof *job->choice);
    for (size_t i = 0; i < job->form->field_count && r == 0; i++)
        r = fill_field(job, i, &v->field[i]);
    if (r == 0)
        choose(job, v);
    return r;
}

int extract_sum_score(struct extract_job *job, int *ret)
{
    struct check_values v;
    int r = fill_fields(job, &v);
    if (r == 0)
        *ret = check_sum_score(&v);
    return r;
}

int extract_report(struct extract_job *job, struct page *page)
{
    struct check_values v;
    int r = fill_fields(job, &v);
    if (r < 0)
        return r;
    page->form = arena_strdup(job->arena, job->form->name);
    v.labelled = labels_seen(job);
    if (!page->form || !v.labelled)
        return ERR_NOMEM;
    r = check_run(&v);
    if (r == 0)
        r = check_verdict(&v, page);
    return r < 0 ? r : keep_fields(job, v.field, page);
}
