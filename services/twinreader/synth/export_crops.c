/* Words and lines cut out and set upright, as a recogniser gets them. */
#include "image/encode.h"
#include "image/tensor.h"
#include "twinreader/synth/export.h"

#include <math.h>
#include <stdio.h>

static const double AIR = 0.12; /* of the height, around the ink: what the engine leaves */

static double side(struct point a, struct point b)
{
    return hypot((double)b.x - a.x, (double)b.y - a.y);
}

/* Moves every corner outwards along both of its sides. */
static struct quad grown(const struct quad *q, double by)
{
    struct quad out;
    for (int i = 0; i < 4; i++) {
        struct point p = q->p[i], next = q->p[(i + 1) % 4], last = q->p[(i + 3) % 4];
        double a = fmax(side(p, next), 1e-3), b = fmax(side(p, last), 1e-3);
        out.p[i].x = (float)(p.x + by * ((p.x - next.x) / a + (p.x - last.x) / b));
        out.p[i].y = (float)(p.y + by * ((p.y - next.y) / a + (p.y - last.y) / b));
    }
    return out;
}

static int cut(const struct image *picture, const struct quad *box, struct buf *out, struct err *e)
{
    double h = fmax(side(box->p[0], box->p[3]), side(box->p[1], box->p[2]));
    struct quad q = grown(box, fmax(1, AIR * h));
    int width = (int)lrint(fmax(side(q.p[0], q.p[1]), side(q.p[3], q.p[2])));
    int height = (int)lrint(fmax(side(q.p[0], q.p[3]), side(q.p[1], q.p[2])));
    struct image *crop = NULL;
    int code =
        image_from_quad(picture, &q, width < 1 ? 1 : width, height < 1 ? 1 : height, &crop, e);
    if (code == 0)
        code = image_encode_png(crop, out, e);
    image_destroy(crop);
    return code;
}

static bool readable(const struct synth_label *l, const struct synth_label_line *line)
{
    for (size_t i = 0; i < line->count; i++)
        if (l->words[line->first + i].hidden)
            return false;
    return line->count > 0;
}

static struct synth_export_crop *add(struct synth_export_crop *crops, size_t *count, uint64_t page,
                                     size_t number, const char *text, bool is_line)
{
    struct synth_export_crop *c = &crops[(*count)++];
    *c = (struct synth_export_crop){.text = text, .is_line = is_line};
    buf_init(&c->png, 0);
    snprintf(c->name, sizeof c->name, "%06llu-%c%04zu.png", (unsigned long long)page,
             is_line ? 'l' : 'w', number);
    return c;
}

int synth_export_crops(const struct synth_label *l, const struct image *picture, uint64_t page,
                       struct arena *a, struct synth_export_crop **ret, size_t *ret_count,
                       struct err *e)
{
    struct synth_export_crop *crops =
        arena_array(a, l->word_count + l->line_count + 1, sizeof *crops);
    size_t count = 0;
    int code = crops ? 0 : err_set(e, ERR_NOMEM, "not enough memory for cut-outs");
    for (size_t i = 0; code == 0 && i < l->word_count; i++) {
        if (l->words[i].hidden)
            continue;
        struct synth_export_crop *c = add(crops, &count, page, i, l->words[i].text, false);
        code = cut(picture, &l->words[i].box, &c->png, e);
    }
    for (size_t i = 0; code == 0 && i < l->line_count; i++) {
        if (!readable(l, &l->lines[i]))
            continue;
        const char *text = synth_export_line_text(l, &l->lines[i], false, a);
        struct synth_export_crop *c = add(crops, &count, page, i, text, true);
        code = text ? cut(picture, &l->lines[i].box, &c->png, e)
                    : err_set(e, ERR_NOMEM, "not enough memory for cut-outs");
    }
    if (code) {
        synth_export_crops_finish(crops, count);
        return code;
    }
    *ret = crops;
    *ret_count = count;
    return 0;
}

void synth_export_crops_finish(struct synth_export_crop *crops, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_finish(&crops[i].png);
}
