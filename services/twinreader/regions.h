/*
 * Connected regions of a probability map, found run by run.
 *
 * A run is a stretch of pixels of one row that reach the threshold.  Runs whose pixels come within
 * `reach` of each other in both directions belong together: reach 1 is 8-connectivity, reach 2 also
 * bridges gaps of one pixel, which is what dilating by a 2×2 square before labelling would do.
 * Union-find over runs (Wu, Otoo, Suzuki: Two strategies to speed up connected component labelling,
 * 2005) keeps the cost near one pass over the map.
 *
 * Lifetime: regions live in the arena.  Threads: the arena's.
 */
#ifndef TWINREADER_REGIONS_H
#define TWINREADER_REGIONS_H

#include "base/arena.h"
#include "base/err.h"
#include "image/image.h"

#include <stddef.h>

struct region {
    struct point *points; /* corners of the region's runs: x0 and x1 of each, at y and y+1 */
    size_t point_count;
    size_t pixels;
};

/* Finds the regions of `map` (rows of `width` floats) where values are greater than `threshold`, in
 * the order of their first pixels, dropping those of fewer than `min_pixels`.
 * ERR_NOMEM when the arena's limit is met (a noise picture has a region per pixel). */
int regions_find(struct arena *a, const float *map, int width, int height, float threshold,
                 int reach, size_t min_pixels, struct region **ret, size_t *ret_count,
                 struct err *e) MUST_CHECK;

#endif
