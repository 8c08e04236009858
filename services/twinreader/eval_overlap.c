/* Areas of boxes as they lie: one convex quadrilateral clipped by the other's sides (Sutherland and
 * Hodgman, "Reentrant polygon clipping", CACM 17, 1974). */
#include "twinreader/eval_group.h"
#include "twinreader/geometry.h"

/* Each of four cuts adds at most one corner. */
enum { MAX_CORNERS = 8 };

struct corner {
    double x, y;
};

struct polygon {
    struct corner c[MAX_CORNERS + 1];
    int count;
};

/* Twice the area of the triangle; above 0 when it turns as the page's x axis does to its y axis. */
static double turn(struct corner a, struct corner b, struct corner c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static double polygon_area(const struct polygon *p)
{
    double sum = 0;
    for (int i = 2; i < p->count; i++)
        sum += turn(p->c[0], p->c[i - 1], p->c[i]);
    return sum / 2;
}

static struct polygon from_bounds(const struct eval_rect *b)
{
    return (struct polygon){{{b->x0, b->y0}, {b->x1, b->y0}, {b->x1, b->y1}, {b->x0, b->y1}}, 4};
}

/* The corners, turning clockwise as seen on the page; the bounds when they do not all turn one way.
 */
static struct polygon outline(const struct eval_item *item)
{
    struct polygon p = {.count = 4};
    int right = 0, left = 0;
    for (int i = 0; i < 4; i++)
        p.c[i] = (struct corner){(double)item->quad.p[i].x, (double)item->quad.p[i].y};
    for (int i = 0; i < 4; i++) {
        double t = turn(p.c[i], p.c[(i + 1) % 4], p.c[(i + 2) % 4]);
        right += t > 0;
        left += t < 0;
    }
    if ((right && left) || right + left < 3)
        return from_bounds(&item->box);
    if (left) {
        struct corner second = p.c[1];
        p.c[1] = p.c[3];
        p.c[3] = second;
    }
    return p;
}

/* Keeps what lies to the right of the way from `a` to `b`. */
static void cut(struct polygon *p, struct corner a, struct corner b)
{
    struct polygon kept = {.count = 0};
    for (int i = 0; i < p->count; i++) {
        struct corner from = p->c[i], to = p->c[(i + 1) % p->count];
        double here = turn(a, b, from), there = turn(a, b, to);
        if (here >= 0 && kept.count < MAX_CORNERS)
            kept.c[kept.count++] = from;
        if (((here > 0 && there < 0) || (here < 0 && there > 0)) && kept.count < MAX_CORNERS) {
            double part = here / (here - there);
            kept.c[kept.count++] =
                (struct corner){from.x + part * (to.x - from.x), from.y + part * (to.y - from.y)};
        }
    }
    *p = kept;
}

double eval_area(const struct eval_item *item)
{
    struct polygon p = outline(item);
    return polygon_area(&p);
}

double eval_overlap(const struct eval_item *a, const struct eval_item *b)
{
    if (a->box.x0 >= b->box.x1 || b->box.x0 >= a->box.x1 || a->box.y0 >= b->box.y1 ||
        b->box.y0 >= a->box.y1)
        return 0;
    struct polygon p = outline(a), by = outline(b);
    for (int i = 0; i < by.count && p.count > 0; i++)
        cut(&p, by.c[i], by.c[(i + 1) % by.count]);
    double area = polygon_area(&p);
    return area > 0 ? area : 0;
}
