#include "twinreader/geometry.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static int compare_points(const void *pa, const void *pb)
{
    const struct point *a = pa, *b = pb;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return a->y < b->y ? -1 : a->y > b->y;
}

static float cross(struct point o, struct point a, struct point b)
{
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

size_t geometry_convex_hull(struct point *points, size_t count, struct point *hull)
{
    if (count < 2) {
        if (count)
            hull[0] = points[0];
        return count;
    }
    qsort(points, count, sizeof *points, compare_points);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        while (n >= 2 && cross(hull[n - 2], hull[n - 1], points[i]) <= 0)
            n--;
        hull[n++] = points[i];
    }
    size_t lower = n + 1;
    for (size_t i = count - 1; i-- > 0;) {
        while (n >= lower && cross(hull[n - 2], hull[n - 1], points[i]) <= 0)
            n--;
        hull[n++] = points[i];
    }
    return n - 1; /* the last point is the first again */
}

/* Extent of the hull along (ux, uy) and across it. */
static float rect_along(const struct point *hull, size_t count, float ux, float uy,
                        struct geometry_rect *ret)
{
    float a0 = FLT_MAX, a1 = -FLT_MAX, c0 = FLT_MAX, c1 = -FLT_MAX;
    for (size_t i = 0; i < count; i++) {
        float a = hull[i].x * ux + hull[i].y * uy;
        float c = hull[i].y * ux - hull[i].x * uy;
        a0 = fminf(a0, a);
        a1 = fmaxf(a1, a);
        c0 = fminf(c0, c);
        c1 = fmaxf(c1, c);
    }
    float am = (a0 + a1) / 2, cm = (c0 + c1) / 2;
    *ret = (struct geometry_rect){.cx = am * ux - cm * uy,
                                  .cy = am * uy + cm * ux,
                                  .ux = ux,
                                  .uy = uy,
                                  .along = a1 - a0,
                                  .across = c1 - c0};
    return (a1 - a0) * (c1 - c0);
}

struct geometry_rect geometry_min_area_rect(const struct point *hull, size_t count)
{
    /* A text region's hull has a few dozen points, so trying every edge against every point costs
     * less than the bookkeeping of moving callipers would. */
    struct geometry_rect best = {.ux = 1};
    float best_area = FLT_MAX;
    if (count == 1)
        return (struct geometry_rect){.cx = hull[0].x, .cy = hull[0].y, .ux = 1};
    for (size_t i = 0; i < count; i++) {
        struct point p = hull[i], q = hull[(i + 1) % count];
        float dx = q.x - p.x, dy = q.y - p.y, length = hypotf(dx, dy);
        if (length == 0)
            continue;
        struct geometry_rect r;
        float area = rect_along(hull, count, dx / length, dy / length, &r);
        if (area < best_area) {
            best_area = area;
            best = r;
        }
    }
    return best;
}

struct quad geometry_rect_quad(const struct geometry_rect *r, float ends, float sides)
{
    /* Of the rectangle's four directions, the reading direction is the one nearest to "right". */
    float ux = r->ux, uy = r->uy;
    float a = r->along / 2, c = r->across / 2;
    if (fabsf(ux) < fabsf(uy)) {
        float t = ux;
        ux = -uy;
        uy = t;
        t = a;
        a = c;
        c = t;
    }
    if (ux < 0) {
        ux = -ux;
        uy = -uy;
    }
    a += ends;
    c += sides;
    struct point along = {ux * a, uy * a}, across = {-uy * c, ux * c};
    return (struct quad){{{r->cx - along.x - across.x, r->cy - along.y - across.y},
                          {r->cx + along.x - across.x, r->cy + along.y - across.y},
                          {r->cx + along.x + across.x, r->cy + along.y + across.y},
                          {r->cx - along.x + across.x, r->cy - along.y + across.y}}};
}

struct geometry_box geometry_bounds(const struct quad *q)
{
    struct geometry_box b = {q->p[0].x, q->p[0].y, q->p[0].x, q->p[0].y};
    for (int i = 1; i < 4; i++) {
        b.x0 = fminf(b.x0, q->p[i].x);
        b.y0 = fminf(b.y0, q->p[i].y);
        b.x1 = fmaxf(b.x1, q->p[i].x);
        b.y1 = fmaxf(b.y1, q->p[i].y);
    }
    return b;
}

struct quad geometry_box_quad(struct geometry_box b)
{
    return (struct quad){{{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}};
}

struct geometry_box geometry_union(struct geometry_box a, struct geometry_box b)
{
    return (struct geometry_box){fminf(a.x0, b.x0), fminf(a.y0, b.y0), fmaxf(a.x1, b.x1),
                                 fmaxf(a.y1, b.y1)};
}

static float distance(struct point a, struct point b)
{
    return hypotf(a.x - b.x, a.y - b.y);
}

float geometry_width(const struct quad *q)
{
    return fmaxf(distance(q->p[0], q->p[1]), distance(q->p[3], q->p[2]));
}

float geometry_height(const struct quad *q)
{
    return fmaxf(distance(q->p[0], q->p[3]), distance(q->p[1], q->p[2]));
}

static struct point mix(struct point a, struct point b, float t)
{
    return (struct point){a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

struct quad geometry_slice(const struct quad *q, float from, float to)
{
    return (struct quad){{mix(q->p[0], q->p[1], from), mix(q->p[0], q->p[1], to),
                          mix(q->p[3], q->p[2], to), mix(q->p[3], q->p[2], from)}};
}

struct quad geometry_band(const struct quad *q, float top, float bottom)
{
    return (struct quad){{mix(q->p[0], q->p[3], top), mix(q->p[1], q->p[2], top),
                          mix(q->p[1], q->p[2], bottom), mix(q->p[0], q->p[3], bottom)}};
}

struct quad geometry_rotate(const struct quad *q, int degrees, float width, float height)
{
    struct quad r = *q;
    for (int i = 0; i < 4; i++) {
        float x = q->p[i].x, y = q->p[i].y;
        switch (degrees) {
        case 90:
            r.p[i] = (struct point){height - y, x};
            break;
        case 180:
            r.p[i] = (struct point){width - x, height - y};
            break;
        case 270:
            r.p[i] = (struct point){y, width - x};
            break;
        default:
            break;
        }
    }
    return r;
}

static float clamp(float v, float low, float high)
{
    return v < low ? low : v > high ? high : v;
}

struct quad geometry_scale_clamp(const struct quad *q, float sx, float sy, float width,
                                 float height)
{
    struct quad r;
    for (int i = 0; i < 4; i++) {
        r.p[i].x = clamp(q->p[i].x * sx, 0, width);
        r.p[i].y = clamp(q->p[i].y * sy, 0, height);
    }
    return r;
}
