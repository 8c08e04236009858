/* COCO's object detection: https://cocodataset.org/#format-data.  Ids depend on the page alone, so
 * pages can be written by any thread: a picture's boxes have ids from `BOXES` times its own. */
#include "base/jsonw.h"
#include "twinreader/synth/export.h"

#include <math.h>

enum { WORD = 1, LINE = 2, BOXES = 1000000 };

static void write_int(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    jsonw_int(w, v);
}

void synth_export_coco_head(struct buf *out)
{
    buf_puts(out, "{\"categories\":[{\"id\":1,\"name\":\"word\"},{\"id\":2,\"name\":\"line\"}],\n");
}

void synth_export_coco_image(const struct synth_export_page *p, uint64_t id, struct buf *out)
{
    struct jsonw w;
    buf_puts(out, ",\n");
    jsonw_init(&w, out);
    jsonw_begin_object(&w);
    write_int(&w, "id", (int64_t)id + 1);
    jsonw_key(&w, "file_name");
    jsonw_string(&w, p->image);
    write_int(&w, "width", p->label->width);
    write_int(&w, "height", p->label->height);
    jsonw_end_object(&w);
}

/* By the shoelace formula. */
static double area(const struct quad *q)
{
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        const struct point *a = &q->p[i], *b = &q->p[(i + 1) % 4];
        sum += (double)a->x * b->y - (double)b->x * a->y;
    }
    return fabs(sum) / 2;
}

static void write_shape(struct jsonw *w, const struct quad *q)
{
    double x0 = q->p[0].x, y0 = q->p[0].y, x1 = x0, y1 = y0;
    jsonw_key(w, "segmentation");
    jsonw_begin_array(w);
    jsonw_begin_array(w);
    for (int i = 0; i < 4; i++) {
        jsonw_number(w, q->p[i].x, 1);
        jsonw_number(w, q->p[i].y, 1);
        x0 = fmin(x0, q->p[i].x);
        y0 = fmin(y0, q->p[i].y);
        x1 = fmax(x1, q->p[i].x);
        y1 = fmax(y1, q->p[i].y);
    }
    jsonw_end_array(w);
    jsonw_end_array(w);
    jsonw_key(w, "bbox");
    jsonw_begin_array(w);
    jsonw_number(w, x0, 1);
    jsonw_number(w, y0, 1);
    jsonw_number(w, x1 - x0, 1);
    jsonw_number(w, y1 - y0, 1);
    jsonw_end_array(w);
    jsonw_key(w, "area");
    jsonw_number(w, area(q), 1);
}

static void write_box(struct buf *out, int64_t image, int64_t id, int category,
                      const struct quad *q, bool hidden, const char *text)
{
    struct jsonw w;
    buf_puts(out, ",\n");
    jsonw_init(&w, out);
    jsonw_begin_object(&w);
    write_int(&w, "id", id);
    write_int(&w, "image_id", image);
    write_int(&w, "category_id", category);
    write_shape(&w, q);
    write_int(&w, "iscrowd", hidden);
    if (text) {
        jsonw_key(&w, "text");
        jsonw_string(&w, text);
    }
    jsonw_end_object(&w);
}

void synth_export_coco_boxes(const struct synth_label *l, uint64_t id, struct buf *out)
{
    int64_t image = (int64_t)id + 1, next = (int64_t)id * BOXES + 1;
    for (size_t i = 0; i < l->word_count; i++) {
        const struct synth_label_word *w = &l->words[i];
        write_box(out, image, next++, WORD, &w->box, w->hidden, w->hidden ? NULL : w->text);
    }
    for (size_t i = 0; i < l->line_count; i++)
        write_box(out, image, next++, LINE, &l->lines[i].box, false, NULL);
}
