#include "twinreader/recognise.h"

#include "base/clock.h"
#include "image/tensor.h"
#include "twinreader/ctc.h"
#include "twinreader/geometry.h"
#include "twinreader/ink.h"
#include "twinreader/lookalike.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct cut {
    size_t index; /* of the line */
    int width;    /* columns of content */
    int columns;  /* with padding: the bucket */
};

struct lap {
    uint64_t start;
};

static struct lap lap_begin(void)
{
    return (struct lap){clock_monotonic_ns()};
}

static void lap_end(struct lap *l, struct timings *t, enum stage s)
{
    uint64_t now = clock_monotonic_ns();
    t->ns[s] += now - l->start;
    l->start = now;
}

static int compare_cuts(const void *pa, const void *pb)
{
    const struct cut *a = pa, *b = pb;
    if (a->columns != b->columns)
        return a->columns < b->columns ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static struct cut cut_of(const struct package *p, const struct quad *box, size_t index)
{
    float height = fmaxf(geometry_height(box), 1), width = geometry_width(box);
    float natural = ceilf(width / height * (float)p->input.height * p->input.width_factor);
    int w = natural > (float)p->input.max_width ? p->input.max_width : (int)natural;
    if (w < 1)
        w = 1;
    int columns = (w + p->input.step - 1) / p->input.step * p->input.step;
    if (columns < p->input.min_width)
        columns = p->input.min_width;
    return (struct cut){.index = index, .width = w, .columns = columns};
}

/* One line's probabilities to words. */
static int decode_line(const struct package *p, const float *probabilities, int steps,
                       const float *tensor, const struct cut *c, struct arena *a,
                       struct recognised *ret, struct err *e)
{
    struct ctc_symbol *symbols = arena_array(a, (size_t)steps + 1, sizeof *symbols);
    struct words_symbol *texts = arena_array(a, (size_t)steps + 1, sizeof *texts);
    float *contrast = arena_array(a, (size_t)c->width, sizeof *contrast);
    float *scratch = arena_array(a, (size_t)(c->width + p->input.height), sizeof *scratch);
    if (!symbols || !texts || !contrast || !scratch)
        return err_set(e, ERR_NOMEM, "no memory to decode a line");
    size_t count = ctc_decode(probabilities, steps, p->output.class_count, p->codec.blank, symbols);
    lookalike_settle(p->codec.charset, p->output.class_count, probabilities, symbols, count);
    float per_step = (float)c->columns / (float)steps;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        texts[i] = (struct words_symbol){.text = p->codec.charset[symbols[i].class_index],
                                         .confidence = symbols[i].confidence,
                                         .center = symbols[i].step * per_step};
        sum += symbols[i].confidence;
    }
    /* Of three channels the middle one, green, is nearest to luminance. */
    const size_t size = (size_t)p->input.height * (size_t)c->columns;
    const struct ink_plane plane = {.samples = tensor + (p->input.pixels.channels == 3 ? size : 0),
                                    .width = c->width,
                                    .height = p->input.height,
                                    .stride = (size_t)c->columns};
    int top, bottom;
    ink_columns(&plane, contrast);
    ink_rows(&plane, scratch, &top, &bottom);
    const struct words_ink ink = {contrast, c->width, p->input.height};
    struct words_word *words;
    int rc = words_split(texts, count, &ink, a, &words, &ret->word_count, e);
    if (rc)
        return rc;
    ret->words = words;
    ret->confidence = count ? (float)(sum / (double)count) : 0;
    ret->top = (float)top / (float)p->input.height;
    ret->bottom = (float)bottom / (float)p->input.height;
    return 0;
}

/* Runs one batch of cuts of equal columns. */
static int run_batch(struct session *s, const struct image *picture, const struct quad *boxes,
                     const struct cut *cuts, size_t count, float *tensor, struct arena *a,
                     struct timings *t, struct recognised *out, struct err *e)
{
    const struct package *p = session_package(s);
    const int height = p->input.height, columns = cuts[0].columns;
    const size_t volume = (size_t)p->input.pixels.channels * (size_t)height * (size_t)columns;
    struct session_result *result = NULL;
    struct lap lap = lap_begin();
    int rc = 0;
    for (size_t i = 0; i < count && !rc; i++) {
        rc = tensor_from_quad(picture, &boxes[cuts[i].index], cuts[i].width, height, columns,
                              &p->input.pixels, p->input.pad, tensor + i * volume, e);
        t->columns_text += cuts[i].width;
    }
    lap_end(&lap, t, STAGE_CROP);
    if (rc)
        return rc;
    const int64_t shape[4] = {(int64_t)count, p->input.pixels.channels, height, columns};
    rc = session_run(s, tensor, shape, &result, e);
    lap_end(&lap, t, STAGE_RECOGNISE_RUN);
    if (rc)
        return rc;
    t->batches++;
    t->columns += (int64_t)count * columns;
    int64_t steps = session_result_dim(result, 1);
    if (session_result_rank(result) != 3 || session_result_dim(result, 0) != (int64_t)count ||
        session_result_dim(result, 2) != p->output.class_count || steps < 1 || steps > columns)
        rc = err_set(e, ERR_INFERENCE, "the recogniser's output is not steps of %d classes",
                     p->output.class_count);
    const float *values = session_result_data(result);
    for (size_t i = 0; i < count && !rc; i++)
        rc = decode_line(p, values + i * (size_t)steps * (size_t)p->output.class_count, (int)steps,
                         tensor + i * volume, &cuts[i], a, &out[cuts[i].index], e);
    session_result_destroy(result);
    lap_end(&lap, t, STAGE_RECOGNISE_DECODE);
    return rc;
}

/* How many of the sorted cuts from the first on go into one run. */
static size_t batch_length(const struct package *p, const struct cut *cuts, size_t count)
{
    size_t n = 1;
    while (n < count && n < (size_t)p->batch.max_items && cuts[n].columns == cuts[0].columns &&
           (int64_t)(n + 1) * cuts[0].columns <= p->batch.max_columns)
        n++;
    return n;
}

int recognise_lines(struct session *recogniser, const struct image *picture,
                    const struct quad *boxes, size_t count, struct arena *a, struct timings *t,
                    struct recognised *ret, struct err *e)
{
    const struct package *p = session_package(recogniser);
    if (!count)
        return 0;
    struct cut *cuts = arena_array(a, count, sizeof *cuts);
    if (!cuts)
        return err_set(e, ERR_NOMEM, "no memory for %zu lines", count);
    for (size_t i = 0; i < count; i++)
        cuts[i] = cut_of(p, &boxes[i], i);
    qsort(cuts, count, sizeof *cuts, compare_cuts);

    int widest = cuts[count - 1].columns;
    size_t columns = (size_t)(widest > p->batch.max_columns ? widest : p->batch.max_columns);
    float *tensor = malloc((size_t)p->input.pixels.channels * (size_t)p->input.height * columns *
                           sizeof *tensor);
    if (!tensor)
        return err_set(e, ERR_NOMEM, "no memory for a batch of lines");
    int rc = 0;
    for (size_t i = 0; i < count && !rc;) {
        size_t n = batch_length(p, cuts + i, count - i);
        rc = run_batch(recogniser, picture, boxes, cuts + i, n, tensor, a, t, ret, e);
        i += n;
    }
    free(tensor);
    return rc;
}
