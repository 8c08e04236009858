#include "twinreader/orient.h"

#include "base/clock.h"
#include "twinreader/angle.h"
#include "twinreader/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE = 6 };

/* A line is on end when it is this much higher than wide ... */
static const float ON_END = 1.5f;
/* ... and, on an upright page, higher than this many usual lines; a lone "1" is narrow too. */
static const float TALLER = 2.5f;
/* A page whose sample reads with less mean confidence than this is in doubt. */
static const float DOUBT = 0.80f;

struct pass {
    struct session *recogniser;
    const struct image *picture;
    struct arena *arena;
    struct timings *timings;
};

static bool on_end(const struct quad *q)
{
    return geometry_height(q) >= ON_END * geometry_width(q);
}

/* The same place, read from another side: a quarter turn clockwise of the text per step. */
static struct quad turn_corners(const struct quad *q, int steps)
{
    struct quad r;
    for (int i = 0; i < 4; i++)
        r.p[i] = q->p[(i + 4 - steps) % 4];
    return r;
}

/* Reads the lines named by `index`, each from the side `steps`. */
static int read_some(const struct pass *p, const struct quad *boxes, const size_t *index,
                     size_t count, int steps, struct recognised *ret, struct err *e)
{
    struct quad *some = arena_array(p->arena, count + 1, sizeof *some);
    if (!some)
        return err_set(e, ERR_NOMEM, "no memory for %zu lines", count);
    for (size_t i = 0; i < count; i++)
        some[i] = turn_corners(&boxes[index[i]], steps);
    return recognise_lines(p->recogniser, p->picture, some, count, p->arena, p->timings, ret, e);
}

static float mean_confidence(const struct recognised *r, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += r[i].confidence;
    return count ? (float)(sum / (double)count) : 0;
}

/* Most of the page's text length stands on end. */
static bool lies_on_its_side(const struct quad *boxes, size_t count)
{
    double upright = 0, standing = 0;
    for (size_t i = 0; i < count; i++) {
        float w = geometry_width(&boxes[i]), h = geometry_height(&boxes[i]);
        if (on_end(&boxes[i]))
            standing += h;
        else if (w >= ON_END * h)
            upright += w;
    }
    return standing > 2 * upright;
}

static int turn_picture(struct image **picture, struct quad *boxes, size_t count, int degrees,
                        struct err *e)
{
    struct image *turned = image_rotate(*picture, degrees);
    if (!turned)
        return err_set(e, ERR_NOMEM, "no memory to turn the page");
    for (size_t i = 0; i < count; i++) {
        struct quad q = geometry_rotate(&boxes[i], degrees, (float)(*picture)->width,
                                        (float)(*picture)->height);
        boxes[i] = turn_corners(&q, degrees / 90);
    }
    image_destroy(*picture);
    *picture = turned;
    return 0;
}

struct sized {
    size_t index;
    float size;
};

static int by_size(const void *pa, const void *pb)
{
    const struct sized *a = pa, *b = pb;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* Picks up to `most` lines spread evenly over the wider half of the page's lines; returns how many.
 */
static size_t pick_sample(const struct quad *boxes, size_t count, size_t most,
                          struct sized *scratch, size_t *ret_index)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!on_end(&boxes[i]))
            scratch[n++] =
                (struct sized){i, geometry_width(&boxes[i]) / geometry_height(&boxes[i])};
    qsort(scratch, n, sizeof *scratch, by_size);
    size_t from = n / 2, room = n - from, picked = room < most ? room : most;
    for (size_t i = 0; i < picked; i++)
        ret_index[i] = scratch[from + i * room / picked].index;
    return picked;
}

/* Is the page upside down, given that its sample read with `upright` confidence? */
static int upside_down(const struct pass *p, struct session *angle, const struct quad *boxes,
                       const size_t *sample, size_t count, float upright, bool *ret, struct err *e)
{
    struct recognised turned[SAMPLE] = {{0}};
    struct quad voters[SAMPLE];
    float vote = 1;
    *ret = false;
    if (angle) {
        for (size_t i = 0; i < count; i++)
            voters[i] = boxes[sample[i]];
        int rc = angle_vote(angle, p->picture, voters, count, p->timings, &vote, e);
        if (rc)
            return rc;
    }
    if (vote < 0)
        return 0;
    int rc = read_some(p, boxes, sample, count, 2, turned, e);
    *ret = !rc && mean_confidence(turned, count) > upright;
    return rc;
}

static float usual_height(const struct quad *boxes, size_t count, struct sized *scratch)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!on_end(&boxes[i]))
            scratch[n++] = (struct sized){i, geometry_height(&boxes[i])};
    if (!n)
        return 0;
    qsort(scratch, n, sizeof *scratch, by_size);
    return scratch[n / 2].size;
}

/* Reads the lines that stand on end on an upright page from both sides and keeps the surer one. */
static int read_standing(const struct pass *p, struct quad *boxes, const size_t *index,
                         size_t count, struct recognised *read, struct err *e)
{
    struct recognised *side[2];
    static const int steps[2] = {1, 3};
    for (int s = 0; s < 2; s++) {
        side[s] = arena_array(p->arena, count + 1, sizeof *side[s]);
        if (!side[s])
            return err_set(e, ERR_NOMEM, "no memory for %zu lines", count);
        int rc = read_some(p, boxes, index, count, steps[s], side[s], e);
        if (rc)
            return rc;
    }
    for (size_t i = 0; i < count; i++) {
        int s = side[1][i].confidence > side[0][i].confidence;
        read[index[i]] = side[s][i];
        boxes[index[i]] = turn_corners(&boxes[index[i]], steps[s]);
    }
    return 0;
}

/* Reads every line not read yet. */
static int read_rest(const struct pass *p, struct quad *boxes, size_t count, const bool *done,
                     struct sized *scratch, struct recognised *read, struct err *e)
{
    size_t *plain = arena_array(p->arena, count + 1, sizeof *plain);
    size_t *standing = arena_array(p->arena, count + 1, sizeof *standing);
    struct recognised *out = arena_array(p->arena, count + 1, sizeof *out);
    size_t plain_count = 0, standing_count = 0;
    if (!plain || !standing || !out)
        return err_set(e, ERR_NOMEM, "no memory for %zu lines", count);
    float usual = usual_height(boxes, count, scratch);
    for (size_t i = 0; i < count; i++) {
        if (done[i])
            continue;
        if (on_end(&boxes[i]) && geometry_height(&boxes[i]) >= TALLER * usual)
            standing[standing_count++] = i;
        else
            plain[plain_count++] = i;
    }
    int rc = read_some(p, boxes, plain, plain_count, 0, out, e);
    for (size_t i = 0; i < plain_count && !rc; i++)
        read[plain[i]] = out[i];
    return rc ? rc : read_standing(p, boxes, standing, standing_count, read, e);
}

int orient_lines(struct session *recogniser, struct session *angle, struct image **picture,
                 struct quad *boxes, size_t count, struct arena *a, struct timings *t,
                 struct recognised *read, int *ret_degrees, struct err *e)
{
    struct sized *scratch = arena_array(a, count + 1, sizeof *scratch);
    bool *done = arena_array(a, count + 1, sizeof *done);
    struct recognised sample_read[SAMPLE] = {{0}};
    size_t sample[SAMPLE] = {0};
    int degrees = 0, rc;
    if (!scratch || !done)
        return err_set(e, ERR_NOMEM, "no memory for %zu lines", count);
    uint64_t start = clock_monotonic_ns();
    if (lies_on_its_side(boxes, count)) {
        rc = turn_picture(picture, boxes, count, 90, e);
        if (rc)
            return rc;
        degrees = 90;
    }
    t->ns[STAGE_ORIENT] += clock_monotonic_ns() - start;

    struct pass p = {recogniser, *picture, a, t};
    size_t sampled = pick_sample(boxes, count, SAMPLE, scratch, sample);
    rc = read_some(&p, boxes, sample, sampled, 0, sample_read, e);
    if (rc)
        return rc;
    float upright = mean_confidence(sample_read, sampled);
    bool flip = false;
    if (sampled && (upright < DOUBT)) {
        rc = upside_down(&p, angle, boxes, sample, sampled, upright, &flip, e);
        if (rc)
            return rc;
    }
    if (flip) {
        rc = turn_picture(picture, boxes, count, 180, e);
        if (rc)
            return rc;
        p.picture = *picture;
        degrees += 180;
    }
    for (size_t i = 0; i < sampled && !flip; i++) {
        read[sample[i]] = sample_read[i];
        done[sample[i]] = true;
    }
    rc = read_rest(&p, boxes, count, done, scratch, read, e);
    if (!rc)
        *ret_degrees = degrees % 360;
    return rc;
}
