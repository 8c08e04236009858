/*
 * Plane geometry on points and quadrilaterals.  Pure functions, any thread.
 */
#ifndef TWINREADER_GEOMETRY_H
#define TWINREADER_GEOMETRY_H

#include "image/image.h"

#include <stddef.h>

/* A rectangle turned by any angle: its centre, its full sides along the unit vector (ux, uy) and
 * along the vector perpendicular to it (-uy, ux). */
struct geometry_rect {
    float cx, cy;
    float ux, uy;
    float along, across;
};

/* An upright box. */
struct geometry_box {
    float x0, y0, x1, y1;
};

/* Sorts `points` in place and writes their convex hull, counter-clockwise in a y-up plane, without
 * collinear points, to `hull` (room for `count`+1).  Returns the number of hull points.
 * Andrew's monotone chain (Information Processing Letters 9(5), 1979). */
size_t geometry_convex_hull(struct point *points, size_t count, struct point *hull);

/* Returns the rectangle of least area around a convex hull: one side lies on a hull edge, so each
 * edge is tried with rotating callipers (Toussaint, MELECON 1983). */
struct geometry_rect geometry_min_area_rect(const struct point *hull, size_t count);

/* Returns the corners of `r` grown by `ends` on its left and right and by `sides` above and below,
 * clockwise from the top left as a horizontal reader sees it. */
struct quad geometry_rect_quad(const struct geometry_rect *r, float ends, float sides);

/* Returns the upright box around a quadrilateral. */
struct geometry_box geometry_bounds(const struct quad *q);

/* Returns the upright box as a quadrilateral. */
struct quad geometry_box_quad(struct geometry_box b);

/* Returns the smallest upright box around both. */
struct geometry_box geometry_union(struct geometry_box a, struct geometry_box b);

/* Lengths of a quadrilateral as it is read: the longer of its two horizontal (vertical) sides. */
float geometry_width(const struct quad *q);
float geometry_height(const struct quad *q);

/* Returns the part of `q` between the fractions `from` and `to` of its reading direction. */
struct quad geometry_slice(const struct quad *q, float from, float to);

/* Returns the part of `q` between the fractions `top` and `bottom` across its reading direction. */
struct quad geometry_band(const struct quad *q, float top, float bottom);

/* Turns a quadrilateral with its picture: `degrees` clockwise (0, 90, 180, 270), the picture being
 * width × height before.  The first corner stays the one that was the first. */
struct quad geometry_rotate(const struct quad *q, int degrees, float width, float height);

/* Multiplies all coordinates and clamps them to 0..width, 0..height. */
struct quad geometry_scale_clamp(const struct quad *q, float sx, float sy, float width,
                                 float height);

#endif
