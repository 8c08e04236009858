#include "twinreader/synth/draw_label.h"

#include <math.h>
#include <stdlib.h>

static const double DEGREE = 3.14159265358979323846 / 180;

/* Quarter turns are exact, so that upright boxes stay on whole pixels. */
static void axes(double turn, double *c, double *s)
{
    double quarters = turn / 90;
    if (quarters == floor(quarters)) {
        static const double cosine[] = {1, 0, -1, 0};
        int q = (int)fmod(quarters, 4);
        q += q < 0 ? 4 : 0;
        *c = cosine[q];
        *s = cosine[(q + 3) % 4];
    } else {
        *c = cos(turn * DEGREE);
        *s = sin(turn * DEGREE);
    }
}

void synth_draw_label_add(struct synth_draw_frame *f, const struct quad *q)
{
    double c, s;
    axes(f->turn, &c, &s);
    for (int i = 0; i < 4; i++) {
        double x = (double)q->p[i].x, y = (double)q->p[i].y;
        double u = x * c + y * s, v = -x * s + y * c;
        if (i == 0 && f->u0 >= f->u1) {
            f->u0 = f->u1 = u;
            f->v0 = f->v1 = v;
            continue;
        }
        f->u0 = fmin(f->u0, u);
        f->u1 = fmax(f->u1, u);
        f->v0 = fmin(f->v0, v);
        f->v1 = fmax(f->v1, v);
    }
}

struct quad synth_draw_label_quad(const struct synth_draw_frame *f)
{
    double c, s;
    axes(f->turn, &c, &s);
    const double u[] = {f->u0, f->u1, f->u1, f->u0}, v[] = {f->v0, f->v0, f->v1, f->v1};
    struct quad q;
    for (int i = 0; i < 4; i++)
        q.p[i] = (struct point){(float)(u[i] * c - v[i] * s), (float)(u[i] * s + v[i] * c)};
    return q;
}

struct place {
    struct synth_label_word word;
    double turn, along;
    size_t order; /* as drawn */
};

static int compare(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;
    if (a->word.line != b->word.line)
        return a->word.line < b->word.line ? -1 : 1;
    if (a->along != b->along)
        return a->along < b->along ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

int synth_draw_label_lines(struct synth_label *label, const double *turn, struct arena *a,
                           struct err *e)
{
    size_t n = label->word_count;
    struct place *place = arena_array(a, n ? n : 1, sizeof *place);
    struct synth_label_line *lines = arena_array(a, n ? n : 1, sizeof *lines);
    if (!place || !lines)
        return err_set(e, ERR_NOMEM, "a page's labels exceed their memory");
    for (size_t i = 0; i < n; i++) {
        struct synth_draw_frame f = {.turn = turn[i]};
        synth_draw_label_add(&f, &label->words[i].box);
        place[i] = (struct place){label->words[i], turn[i], f.u0, i};
    }
    qsort(place, n, sizeof *place, compare);
    size_t count = 0;
    for (size_t i = 0; i < n;) {
        struct synth_label_line *line = &lines[count++];
        struct synth_draw_frame f = {.turn = place[i].turn};
        int id = place[i].word.line;
        *line = (struct synth_label_line){.first = i, .block = place[i].word.block};
        for (; i < n && place[i].word.line == id; i++, line->count++) {
            label->words[i] = place[i].word;
            label->words[i].line = (int)(line - lines);
            synth_draw_label_add(&f, &place[i].word.box);
        }
        line->box = synth_draw_label_quad(&f);
    }
    label->lines = lines;
    label->line_count = count;
    return 0;
}
