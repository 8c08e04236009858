/*
 * Moving a page: where its points go, where its pixels come from, where its boxes end up.
 *
 * The mapping is worked out at every CELL-th pixel of the result and interpolated between, in fixed
 * point: it bends so little that the error is below a hundredth of a pixel.
 */
#include "twinreader/synth/degrade_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 16, SHIFT = 16, MAX_SIDE = 30000, BEYOND = 2000 };

static const double TURN = 6.28318530717958647693;

static void identity(double m[9])
{
    memset(m, 0, 9 * sizeof *m);
    m[0] = m[4] = m[8] = 1;
}

static void multiply(const double a[9], const double b[9], double out[9])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
}

/* By the adjugate; mappings here are far from flat. */
static void invert(const double m[9], double out[9])
{
    double c[9] = {m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
                   m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
                   m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]};
    double det = m[0] * c[0] + m[1] * c[3] + m[2] * c[6];
    for (int i = 0; i < 9; i++)
        out[i] = c[i] / det;
}

static void apply(const double m[9], double *x, double *y)
{
    double z = m[6] * *x + m[7] * *y + m[8];
    double u = (m[0] * *x + m[1] * *y + m[2]) / z, v = (m[3] * *x + m[4] * *y + m[5]) / z;
    *x = u;
    *y = v;
}

void synth_degrade_map_init(struct synth_degrade_map *m, int width, int height)
{
    *m = (struct synth_degrade_map){.from_width = width,
                                    .from_height = height,
                                    .to_width = width,
                                    .to_height = height,
                                    .fold = -1,
                                    .fold_shrink = 1};
    identity(m->to);
    identity(m->back);
}

/* The unit square to a quadrilateral: Heckbert 1989, section 2.2.3. */
void synth_degrade_map_corners(struct synth_degrade_map *m, const struct quad *q)
{
    const struct point *p = q->p;
    double sx = (double)p[0].x - p[1].x + p[2].x - p[3].x;
    double sy = (double)p[0].y - p[1].y + p[2].y - p[3].y;
    double dx1 = (double)p[1].x - p[2].x, dy1 = (double)p[1].y - p[2].y;
    double dx2 = (double)p[3].x - p[2].x, dy2 = (double)p[3].y - p[2].y;
    double det = dx1 * dy2 - dx2 * dy1;
    double g = (sx * dy2 - sy * dx2) / det, h = (dx1 * sy - dy1 * sx) / det;
    double w = m->from_width, t = m->from_height;
    double to[9] = {(p[1].x - p[0].x + g * p[1].x) / w,
                    (p[3].x - p[0].x + h * p[3].x) / t,
                    p[0].x,
                    (p[1].y - p[0].y + g * p[1].y) / w,
                    (p[3].y - p[0].y + h * p[3].y) / t,
                    p[0].y,
                    g / w,
                    h / t,
                    1};
    memcpy(m->to, to, sizeof to);
    invert(m->to, m->back);
}

static double wave(const struct synth_degrade_wave *w, double at)
{
    return w->height == 0 ? 0 : w->height * sin(TURN * at / w->length + w->phase);
}

static double bow(const struct synth_degrade_map *m, double x)
{
    return wave(&m->bow[0], x) + wave(&m->bow[1], x);
}

static double lean(const struct synth_degrade_map *m, double y)
{
    double bent = m->fold >= 0 && y > m->fold ? m->fold_bend * (y - m->fold) : 0;
    return wave(&m->lean, y) + bent;
}

struct point synth_degrade_map_point(const struct synth_degrade_map *m, double x, double y)
{
    y += bow(m, x);
    if (m->fold >= 0 && y > m->fold)
        y = m->fold + (y - m->fold) * m->fold_shrink;
    x += lean(m, y);
    apply(m->to, &x, &y);
    return (struct point){(float)x, (float)y};
}

static void back(const struct synth_degrade_map *m, double *x, double *y)
{
    apply(m->back, x, y);
    *x -= lean(m, *y);
    if (m->fold >= 0 && *y > m->fold)
        *y = m->fold + (*y - m->fold) / m->fold_shrink;
    *y -= bow(m, *x);
}

struct point synth_degrade_map_back(const struct synth_degrade_map *m, double x, double y)
{
    back(m, &x, &y);
    return (struct point){(float)x, (float)y};
}

/* A page lying askew, its corners turned about its middle. */
static struct quad turned(const struct synth_degrade_map *m, double degrees, double scale)
{
    double w = m->from_width, h = m->from_height, a = degrees * TURN / 360;
    double c = cos(a) * scale, s = sin(a) * scale;
    const double corner[4][2] = {{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}};
    struct quad q;
    for (int i = 0; i < 4; i++) {
        double x = corner[i][0] * w, y = corner[i][1] * h;
        q.p[i].x = (float)(m->to_width / 2.0 + c * x - s * y);
        q.p[i].y = (float)(m->to_height / 2.0 + s * x + c * y);
    }
    return q;
}

static struct synth_degrade_wave draw_wave(struct synth_rng *r, double most, double shortest,
                                           double longest)
{
    struct synth_degrade_wave w = {.height = synth_rng_real(r, 0, most)};
    w.length = synth_rng_real(r, shortest, longest);
    w.phase = synth_rng_real(r, 0, TURN);
    return w;
}

/* A sheet held or lying in front of a phone. */
static void draw_phone(struct synth_degrade_map *m, double s, struct synth_rng *r)
{
    double w = m->from_width, h = m->from_height;
    double degrees = synth_rng_real(r, -1, 1) * (0.7 + 3.3 * s);
    struct quad q = turned(m, degrees, synth_rng_real(r, 0.93, 1.0));
    for (int i = 0; i < 4; i++) {
        q.p[i].x += (float)(w * synth_rng_real(r, -1, 1) * (0.008 + 0.035 * s));
        q.p[i].y += (float)(h * synth_rng_real(r, -1, 1) * (0.006 + 0.025 * s));
    }
    synth_degrade_map_corners(m, &q);
    if (synth_rng_chance(r, 0.65)) {
        m->bow[0] = draw_wave(r, w * 0.012 * s, w * 1.2, w * 3);
        m->bow[1] = draw_wave(r, w * 0.004 * s, w * 0.5, w * 1.2);
        m->lean = draw_wave(r, w * 0.004 * s, h * 0.8, h * 3);
    }
    if (synth_rng_chance(r, 0.3)) {
        m->fold = h * (synth_rng_chance(r, 0.6) ? synth_rng_real(r, 0.46, 0.54)
                                                : synth_rng_real(r, 0.3, 0.7));
        m->fold_shrink = 1 - 0.02 * s * synth_rng_real(r, 0.2, 1);
        m->fold_bend = 0.012 * s * synth_rng_real(r, -1, 1);
    }
}

void synth_degrade_map_draw(struct synth_degrade_map *m, enum synth_look look, double strength,
                            struct synth_rng *r)
{
    double s = strength, h = m->from_height, askew = synth_rng_real(r, -1, 1);
    struct quad q;
    switch (look) {
    case SYNTH_SCAN:
        q = turned(m, askew * (0.3 + 1.5 * s), synth_rng_real(r, 0.985, 1.005));
        synth_degrade_map_corners(m, &q);
        break;
    case SYNTH_FAX:
        q = turned(m, askew * (0.2 + 1.0 * s), synth_rng_real(r, 0.96, 1.0));
        synth_degrade_map_corners(m, &q);
        m->lean = draw_wave(r, 1.5 * s, h * 0.1, h);
        break;
    case SYNTH_PHONE:
        draw_phone(m, s, r);
        break;
    default:
        break;
    }
}

static void extend(const struct synth_degrade_map *m, const struct quad *q, double *low_x,
                   double *high_x, double *low_y, double *high_y)
{
    for (int i = 0; i < 4; i++) {
        struct point p = synth_degrade_map_point(m, q->p[i].x, q->p[i].y);
        *low_x = fmin(*low_x, p.x);
        *high_x = fmax(*high_x, p.x);
        *low_y = fmin(*low_y, p.y);
        *high_y = fmax(*high_y, p.y);
    }
}

/* Scales and moves the result so that [low, high] of one axis lies within [margin, size - margin].
 */
static void squeeze(double low, double high, double size, double margin, double *ret_scale,
                    double *ret_move)
{
    double room = size - 2 * margin, scale = high - low > room ? room / (high - low) : 1;
    double move = 0;
    if (scale * low < margin)
        move = margin - scale * low;
    else if (scale * high > size - margin)
        move = size - margin - scale * high;
    *ret_scale = scale;
    *ret_move = move;
}

void synth_degrade_map_fit(struct synth_degrade_map *m, const struct synth_label *label,
                           double margin)
{
    double low_x = 1e9, high_x = -1e9, low_y = 1e9, high_y = -1e9, sx, sy, tx, ty;
    for (size_t i = 0; i < label->word_count; i++)
        extend(m, &label->words[i].box, &low_x, &high_x, &low_y, &high_y);
    if (low_x > high_x)
        return;
    squeeze(low_x, high_x, m->to_width, margin, &sx, &tx);
    squeeze(low_y, high_y, m->to_height, margin, &sy, &ty);
    if (sx == 1 && sy == 1 && tx == 0 && ty == 0)
        return;
    double scale = fmin(sx, sy);
    squeeze(scale * low_x, scale * high_x, m->to_width, margin, &sx, &tx);
    squeeze(scale * low_y, scale * high_y, m->to_height, margin, &sy, &ty);
    double by[9] = {scale, 0, tx, 0, scale, ty, 0, 0, 1}, to[9];
    multiply(by, m->to, to);
    memcpy(m->to, to, sizeof to);
    invert(m->to, m->back);
}

/* Weights of four neighbours for a place in 16.16; they sum up to 256. */
static inline void weights(int32_t sx, int32_t sy, uint32_t w[4])
{
    uint32_t fx = ((uint32_t)sx >> 8) & 255, fy = ((uint32_t)sy >> 8) & 255;
    w[3] = (fx * fy + 128) >> 8;
    w[2] = fy - w[3];
    w[1] = fx - w[3];
    w[0] = 256 - fx - fy + w[3];
}

static inline uint32_t load4(const unsigned char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Three channels at once: two in one product, with 8 bits of room between them. */
static inline void blend3(const unsigned char *p, size_t stride, const uint32_t w[4],
                          unsigned char *out)
{
    uint32_t a = load4(p), b = load4(p + 3), c = load4(p + stride), d = load4(p + stride + 3);
    const uint32_t even = 0x00ff00ff;
    uint32_t rb = (a & even) * w[0] + (b & even) * w[1] + (c & even) * w[2] + (d & even) * w[3];
    uint32_t g = ((a >> 8) & 255) * w[0] + ((b >> 8) & 255) * w[1] + ((c >> 8) & 255) * w[2] +
                 ((d >> 8) & 255) * w[3];
    out[0] = (unsigned char)(rb >> 8);
    out[1] = (unsigned char)(g >> 8);
    out[2] = (unsigned char)(rb >> 24);
}

static inline void blend1(const unsigned char *p, size_t stride, const uint32_t w[4],
                          unsigned char *out)
{
    uint32_t v = p[0] * w[0] + p[1] * w[1] + p[stride] * w[2] + p[stride + 1] * w[3];
    out[0] = (unsigned char)(v >> 8);
}

/* One sample anywhere: neighbours that are not on the page are `outside`. */
static void fetch(const struct image *im, int32_t sx, int32_t sy, const unsigned char *outside,
                  unsigned char *out)
{
    uint32_t w[4];
    int x = sx >> SHIFT, y = sy >> SHIFT;
    weights(sx, sy, w);
    for (int c = 0; c < im->channels; c++) {
        uint32_t sum = 0;
        for (int k = 0; k < 4; k++) {
            int px = x + (k & 1), py = y + (k >> 1);
            bool on = px >= 0 && py >= 0 && px < im->width && py < im->height;
            size_t at = on ? (size_t)py * im->stride + (size_t)(px * im->channels + c) : 0;
            sum += w[k] * (on ? im->pixels[at] : outside[c]);
        }
        out[c] = (unsigned char)(sum >> 8);
    }
}

/* Samples `count` pixels from (sx, sy) on, each (dx, dy) further; `outside` has three bytes for
 * each. */
static void run_pixels(const struct image *im, int32_t sx, int32_t sy, int32_t dx, int32_t dy,
                       int count, const unsigned char *outside, unsigned char *out)
{
    const int32_t right = (im->width - 3) * (1 << SHIFT), bottom = (im->height - 3) * (1 << SHIFT);
    int32_t ex = sx + dx * (count - 1), ey = sy + dy * (count - 1);
    bool inside = sx >= 0 && ex >= 0 && sy >= 0 && ey >= 0 && sx < right && ex < right &&
                  sy < bottom && ey < bottom;
    if (!inside) {
        for (int i = 0; i < count; i++, sx += dx, sy += dy, out += im->channels)
            fetch(im, sx, sy, outside + 3 * i, out);
        return;
    }
    for (int i = 0; i < count; i++, sx += dx, sy += dy) {
        uint32_t w[4];
        weights(sx, sy, w);
        const unsigned char *p = im->pixels + (size_t)(sy >> SHIFT) * im->stride +
                                 (size_t)((sx >> SHIFT) * im->channels);
        if (im->channels == 3)
            blend3(p, im->stride, w, out + 3 * i);
        else
            blend1(p, im->stride, w, out + i);
    }
}

/* Far outside is far enough: what is beyond is cut off where 16.16 ends, well away from the page,
 * since places between nodes are interpolated. */
static double bound(double v, int side)
{
    return fmin(fmax(v, -(double)BEYOND), side + (double)BEYOND);
}

struct node {
    double x, y;
};

static void fill_nodes(const struct synth_degrade_map *m, int y, struct node *node, int count)
{
    for (int i = 0; i < count; i++) {
        double sx = i * CELL + 0.5, sy = y + 0.5;
        back(m, &sx, &sy);
        node[i] = (struct node){sx - 0.5, sy - 0.5};
    }
}

static int32_t fixed(double v, int side)
{
    return (int32_t)lrint(bound(v, side) * (1 << SHIFT));
}

static void fill_row(const struct image *from, const struct node *top, const struct node *bottom,
                     double t, int width, const unsigned char *outside, unsigned char *out)
{
    for (int x = 0, i = 0; x < width; x += CELL, i++) {
        double lx = top[i].x + (bottom[i].x - top[i].x) * t;
        double ly = top[i].y + (bottom[i].y - top[i].y) * t;
        double rx = top[i + 1].x + (bottom[i + 1].x - top[i + 1].x) * t;
        double ry = top[i + 1].y + (bottom[i + 1].y - top[i + 1].y) * t;
        int32_t sx = fixed(lx, from->width), sy = fixed(ly, from->height);
        int32_t dx = (fixed(rx, from->width) - sx) / CELL;
        int32_t dy = (fixed(ry, from->height) - sy) / CELL;
        int count = width - x < CELL ? width - x : CELL;
        run_pixels(from, sx, sy, dx, dy, count, outside + 3 * (x % SYNTH_DEGRADE_TILE),
                   out + (size_t)(x * from->channels));
    }
}

int synth_degrade_map_picture(const struct synth_degrade_map *m, const struct image *from,
                              const struct synth_degrade_backdrop *outside, struct image **ret,
                              struct err *e)
{
    if (from->width > MAX_SIDE || from->height > MAX_SIDE)
        return err_set(e, ERR_LIMIT, "a picture to degrade must not be wider or higher than %d",
                       MAX_SIDE);
    int nodes = m->to_width / CELL + 3;
    struct image *to = image_create(m->to_width, m->to_height, from->channels);
    struct node *node = calloc((size_t)nodes * 2, sizeof *node);
    int code = 0;
    if (!to || !node) {
        code = err_set(e, ERR_NOMEM, "not enough memory for a picture of %d x %d pixels",
                       m->to_width, m->to_height);
        image_destroy(to);
        goto out;
    }
    struct node *top = node, *bottom = node + nodes;
    fill_nodes(m, 0, bottom, nodes);
    for (int y = 0; y < to->height; y++) {
        if (y % CELL == 0) {
            struct node *old = top;
            top = bottom;
            bottom = old;
            fill_nodes(m, y + CELL, bottom, nodes);
        }
        fill_row(from, top, bottom, (double)(y % CELL) / CELL, to->width,
                 outside->pixels[y % SYNTH_DEGRADE_TILE], to->pixels + (size_t)y * to->stride);
    }
    *ret = to;
out:
    free(node);
    return code;
}

static struct quad move_quad(const struct synth_degrade_map *m, const struct quad *q)
{
    struct quad out;
    for (int i = 0; i < 4; i++)
        out.p[i] = synth_degrade_map_point(m, q->p[i].x, q->p[i].y);
    return out;
}

/* How far `p` lies outside the edge from corner i of a clockwise quadrilateral; negative inside. */
static double beyond(const struct quad *q, int i, struct point p)
{
    const struct point *a = &q->p[i], *b = &q->p[(i + 1) % 4];
    double dx = (double)b->x - a->x, dy = (double)b->y - a->y, length = hypot(dx, dy);
    return length < 1e-6 ? -1e9 : (dy * ((double)p.x - a->x) - dx * ((double)p.y - a->y)) / length;
}

static struct point cross(const struct quad *q, const double out[4], int i)
{
    /* Corner i lies on edges i - 1 and i, each moved outwards by its own distance. */
    int k = (i + 3) % 4;
    const struct point *p = &q->p[i], *next = &q->p[(i + 1) % 4], *last = &q->p[k];
    double ax = (double)p->x - last->x, ay = (double)p->y - last->y, al = hypot(ax, ay);
    double bx = (double)next->x - p->x, by = (double)next->y - p->y, bl = hypot(bx, by);
    if (al < 1e-6 || bl < 1e-6)
        return *p;
    /* Outward normals (dy, -dx); solve n·(c - p) = distance for both. */
    double nx = ay / al, ny = -ax / al, mx = by / bl, my = -bx / bl, det = nx * my - ny * mx;
    if (fabs(det) < 1e-3)
        return *p;
    double u = (out[k] * my - out[i] * ny) / det, v = (nx * out[i] - mx * out[k]) / det;
    return (struct point){(float)(p->x + u), (float)(p->y + v)};
}

/* Moves the edges of `q` outwards until every box of the characters is inside. */
static void wrap(struct quad *q, const struct synth_label_word *words, size_t count)
{
    double out[4] = {0};
    for (size_t w = 0; w < count; w++)
        for (size_t c = 0; c < words[w].char_count; c++)
            for (int k = 0; k < 4; k++)
                for (int i = 0; i < 4; i++)
                    out[i] = fmax(out[i], beyond(q, i, words[w].chars[c].box.p[k]));
    if (out[0] + out[1] + out[2] + out[3] < 0.01)
        return;
    struct quad wide;
    for (int i = 0; i < 4; i++)
        wide.p[i] = cross(q, out, i);
    *q = wide;
}

void synth_degrade_map_label(const struct synth_degrade_map *m, struct synth_label *label)
{
    label->width = m->to_width;
    label->height = m->to_height;
    for (size_t i = 0; i < label->word_count; i++) {
        struct synth_label_word *w = &label->words[i];
        for (size_t c = 0; c < w->char_count; c++)
            w->chars[c].box = move_quad(m, &w->chars[c].box);
        w->box = move_quad(m, &w->box);
        wrap(&w->box, w, 1);
    }
    for (size_t i = 0; i < label->line_count; i++) {
        struct synth_label_line *l = &label->lines[i];
        l->box = move_quad(m, &l->box);
        wrap(&l->box, label->words + l->first, l->count);
    }
}
