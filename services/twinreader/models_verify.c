#include "twinreader/models_verify.h"

#include "base/arena.h"
#include "base/buf.h"
#include "image/document.h"
#include "infer/session.h"
#include "twinreader/angle.h"
#include "twinreader/detect.h"
#include "twinreader/recognise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 256 << 20 };

/* One golden input under test; `place` names it in messages. */
struct test {
    struct session *session;
    const struct package *package;
    const struct package_golden *golden;
    const struct image *picture;
    struct arena *arena;
};

static struct quad whole(const struct image *im)
{
    float w = (float)im->width, h = (float)im->height;
    return (struct quad){{{0, 0}, {w, 0}, {w, h}, {0, h}}};
}

/* The greatest distance between corresponding corners, along one axis. */
static double distance(const struct quad *q, const double *box)
{
    double most = 0;
    for (int i = 0; i < 4; i++) {
        most = fmax(most, fabs((double)q->p[i].x - box[2 * i]));
        most = fmax(most, fabs((double)q->p[i].y - box[2 * i + 1]));
    }
    return most;
}

static int test_detector(const struct test *t, struct err *e)
{
    struct detection *found;
    size_t count;
    struct timings timings = {0};
    int code = detect_lines(t->session, t->picture, t->arena, &timings, &found, &count, e);
    if (code)
        return code;
    if (count != (size_t)t->golden->boxes)
        return err_set(e, ERR_INFERENCE, "found %zu boxes, must be %d", count, t->golden->boxes);
    for (int i = 0; i < t->golden->boxes; i++) {
        double best = INFINITY;
        for (size_t k = 0; k < count; k++)
            best = fmin(best, distance(&found[k].box, t->golden->box + 8 * (size_t)i));
        if (best > t->golden->tolerance)
            return err_set(e, ERR_INFERENCE,
                           "boxes[%d] is %.1f pixels from the nearest found, must be at most %g", i,
                           best, t->golden->tolerance);
    }
    return 0;
}

static int test_confidence(const struct test *t, double confidence, struct err *e)
{
    if (confidence >= t->golden->min_confidence)
        return 0;
    return err_set(e, ERR_INFERENCE, "confidence %.4f, must be at least %g", confidence,
                   t->golden->min_confidence);
}

static int test_recogniser(const struct test *t, struct err *e)
{
    struct recognised line;
    struct timings timings = {0};
    struct quad q = whole(t->picture);
    struct buf text;
    int code = recognise_lines(t->session, t->picture, &q, 1, t->arena, &timings, &line, e);
    if (code)
        return code;
    buf_init(&text, 4096);
    for (size_t w = 0; w < line.word_count; w++) {
        if (w)
            buf_putc(&text, ' ');
        for (size_t c = 0; c < line.words[w].count; c++)
            buf_puts(&text, line.words[w].chars[c].text);
    }
    code = buf_status(&text);
    const char *read = text.data ? text.data : "";
    if (code)
        code = err_set(e, code, "no room for the text that was read");
    else if (strcmp(read, t->golden->text) != 0)
        code =
            err_set(e, ERR_INFERENCE, "read \"%.160s\", must be \"%.160s\"", read, t->golden->text);
    else
        code = test_confidence(t, (double)line.confidence, e);
    buf_finish(&text);
    return code;
}

static int test_angle(const struct test *t, struct err *e)
{
    const struct package *p = t->package;
    const struct quad q = whole(t->picture);
    int best;
    float confidence;
    int code = angle_classify(t->session, t->picture, &q, &best, &confidence, e);
    if (code)
        return code;
    if (strcmp(p->output.classes[best], t->golden->label) != 0)
        code = err_set(e, ERR_INFERENCE, "is \"%s\", must be \"%s\"", p->output.classes[best],
                       t->golden->label);
    else
        code = test_confidence(t, (double)confidence, e);
    return code;
}

static int run_golden(struct session *s, const struct package_golden *g, struct err *e)
{
    static int (*const tests[])(const struct test *, struct err *) = {
        [PACKAGE_DETECT] = test_detector,
        [PACKAGE_RECOGNISE] = test_recogniser,
        [PACKAGE_ANGLE] = test_angle,
    };
    struct document *d = NULL;
    struct document_page page = {0};
    const struct document_limits limits = document_limits_default();
    struct arena *a = arena_create(ARENA_BYTES);
    int code = a ? document_open_file(g->input, &limits, &d, e)
                 : err_set(e, ERR_NOMEM, "no memory for a picture");
    if (!code)
        code = document_read_page(d, 0, a, &page, e);
    if (!code) {
        const struct package *p = session_package(s);
        const struct test t = {s, p, g, page.picture, a};
        code = tests[p->task](&t, e);
    }
    image_destroy(page.picture);
    document_close(d);
    arena_destroy(a);
    return code;
}

int models_verify(const struct package *p, struct err *e)
{
    struct session *s = NULL;
    int code = session_open(p, NULL, &s, e);
    for (size_t i = 0; !code && i < p->golden_count; i++) {
        code = run_golden(s, &p->golden[i], e);
        if (code)
            err_wrap(e, "golden[%zu] (%s)", i, p->golden[i].input + strlen(p->dir) + 1);
    }
    session_close(s);
    return code;
}
