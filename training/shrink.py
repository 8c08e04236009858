"""Word boxes to the kernels a detector learns, and back.

A detector that marked whole words would join neighbours, so it learns their shrunk kernels.  The
program grows a region of w x h by margin = w * h * ratio / (2 * (w + h)) across the line and by
`along` times that at its ends (services/twinreader/detect.c).  `shrink` is its exact inverse, so a
perfect map gives back the very boxes.
"""

import numpy as np

RATIO, ALONG = 1.3, 0.9
TALL = 1.5  # a region taller than so many widths is a line on end


def margins(w, h, ratio=RATIO, along=ALONG):
    """By how much the kernel of w x h grows to the left and right, and above and below."""
    m = w * h * ratio / (2 * (w + h))
    return (m * along, m) if h < TALL * w else (m, m * along)


def shrink(w, h, ratio=RATIO, along=ALONG):
    """Width and height of the kernel that grows to w x h."""
    fx, fy = (along, 1.0) if h < TALL * w else (1.0, along)
    low, high = 0.0, min(w / (2 * fx), h / (2 * fy))
    for _ in range(50):  # the margin that the rest would grow by falls while the margin taken rises
        m = (low + high) / 2
        a, b = w - 2 * fx * m, h - 2 * fy * m
        if a * b * ratio / (2 * (a + b)) > m:
            low = m
        else:
            high = m
    return w - 2 * fx * low, h - 2 * fy * low


def sides(quad):
    """Width and height of a quadrilateral, 4 x 2 from the top left clockwise: means of opposite
    sides."""
    d = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    return (d[0] + d[2]) / 2, (d[1] + d[3]) / 2


def inset(quad, part_x, part_y):
    """The quadrilateral scaled about its middle: by part_x along its first side, part_y along its
    second."""
    u, v = (1 - part_x) / 2, (1 - part_y) / 2
    a, b, c, d = quad

    def at(x, y):
        return (a * (1 - x) + b * x) * (1 - y) + (d * (1 - x) + c * x) * y

    return np.array([at(u, v), at(1 - u, v), at(1 - u, 1 - v), at(u, 1 - v)])


def kernel(quad, ratio=RATIO, along=ALONG):
    """The shrunk quadrilateral of a word."""
    w, h = sides(quad)
    if w <= 0 or h <= 0:
        return quad
    a, b = shrink(w, h, ratio, along)
    return inset(quad, a / w, b / h)


def grow(quad, by):
    """The quadrilateral with `by` (pixels) more on every side."""
    w, h = sides(quad)
    return inset(quad, (w + 2 * by) / w, (h + 2 * by) / h) if w > 0 and h > 0 else quad


def fill(shape, quad, out, value):
    """Sets the pixels of `out` (rows x columns) whose centres lie in the convex quadrilateral."""
    x0, y0 = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
    x1, y1 = np.ceil(quad.max(axis=0)).astype(int)
    x1, y1 = min(x1, shape[1]), min(y1, shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    x = np.arange(x0, x1) + 0.5
    y = np.arange(y0, y1)[:, None] + 0.5
    inside = np.ones((y1 - y0, x1 - x0), dtype=bool)
    for (ax, ay), (bx, by) in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        inside &= (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0
    out[y0:y1, x0:x1][inside] = value
