/*
 * Columns of figures whose heads the form does not know.  Each is tried as each of the columns that
 * are missing, and the one way counts that makes more sums hold than all others.  Where one column
 * is missing and one is unknown, and no sum speaks against it, it is taken too, but doubted.
 */
#include "twinreader/extract.h"
#include "twinreader/extract_sheet.h"

#include <string.h>

enum { WAYS_MAX = 64 };

struct ways {
    int way[WAYS_MAX][EXTRACT_UNKNOWN_MAX];
    size_t count;
    const int *missing; /* columns, from 1 */
    size_t missing_count, unknown_count;
};

/* Every way to give the unknown columns from `at` on to missing ones, each to one at most. */
static void add_ways(struct ways *w, int *way, size_t at)
{
    if (at == w->unknown_count) {
        if (w->count < WAYS_MAX)
            memcpy(w->way[w->count++], way, sizeof w->way[0]);
        return;
    }
    way[at] = 0;
    add_ways(w, way, at + 1);
    for (size_t m = 0; m < w->missing_count; m++) {
        bool used = false;
        for (size_t k = 0; k < at; k++)
            used = used || way[k] == w->missing[m];
        way[at] = w->missing[m];
        if (!used)
            add_ways(w, way, at + 1);
    }
    way[at] = 0;
}

/* Looks once more with the columns assigned, and tells how many sums hold less how many fail. */
static int try_way(struct extract_job *job, struct extract_grid *g, const int *way, bool doubted,
                   int *ret_score)
{
    memcpy(g->assigned, way, sizeof g->assigned);
    g->doubted = doubted;
    int r = extract_sheet_again(job->placed);
    return r < 0 ? r : extract_sum_score(job, ret_score);
}

static int assign(struct extract_job *job, size_t field)
{
    const struct form_list *list = &job->form->fields[field].list;
    struct extract_grid *g = &job->placed->grids[field];
    int missing[EXTRACT_COLUMNS_MAX], way[EXTRACT_UNKNOWN_MAX] = {0}, none = 0, score = 0;
    struct ways *w = arena_alloc(job->arena, sizeof *w);
    size_t best = 0;
    if (!w)
        return ERR_NOMEM;
    *w = (struct ways){.missing = missing, .unknown_count = g->unknown_count};
    for (size_t c = 0; c < list->column_count; c++)
        if (list->columns[c].type == FORM_AMOUNT && !extract_has_column(g, c))
            missing[w->missing_count++] = (int)c + 1;
    if (w->missing_count == 0)
        return 0;
    add_ways(w, way, 0);
    int r = extract_sum_score(job, &none), most = none;
    bool tie = false;
    for (size_t i = 1; i < w->count && r == 0; i++) {
        r = try_way(job, g, w->way[i], false, &score);
        tie = score > most ? false : tie || (best > 0 && score == most);
        best = score > most ? i : best;
        most = score > most ? score : most;
    }
    if (r < 0)
        return r;
    bool only = w->missing_count == 1 && w->unknown_count == 1;
    if (best > 0 && !tie)
        return try_way(job, g, w->way[best], false, &score);
    return try_way(job, g, w->way[only && score == none], true, &score);
}

int extract_assign(struct extract_job *job)
{
    int r = 0;
    for (size_t i = 0; job->placed && i < job->form->field_count && r == 0; i++)
        if (job->placed->grids[i].found && job->placed->grids[i].unknown_count > 0)
            r = assign(job, i);
    return r;
}
