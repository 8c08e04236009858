#include "twinreader/detect.h"

#include "base/clock.h"
#include "twinreader/geometry.h"
#include "twinreader/regions.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static int round_to(double v, int step)
{
    int n = (int)lround(v / step) * step;
    return n < step ? step : n;
}

void detect_input_size(const struct package *p, int width, int height, int *ret_width,
                       int *ret_height)
{
    int longer = width > height ? width : height, shorter = width > height ? height : width;
    double scale = (double)p->input.side / (p->input.side_is_longer ? longer : shorter);
    if (scale > p->input.enlarge)
        scale = p->input.enlarge;
    if (scale * shorter < p->input.min_side)
        scale = (double)p->input.min_side / shorter;
    if (scale * longer > p->input.max_side)
        scale = (double)p->input.max_side / longer;
    *ret_width = round_to(width * scale, p->input.step);
    *ret_height = round_to(height * scale, p->input.step);
}

/* Columns of row y that lie inside the convex quadrilateral, as a half-open range; false if none.
 */
static bool row_range(const struct quad *q, float y, float *x0, float *x1)
{
    float low = INFINITY, high = -INFINITY;
    for (int i = 0; i < 4; i++) {
        struct point a = q->p[i], b = q->p[(i + 1) % 4];
        if ((a.y <= y) == (b.y <= y))
            continue;
        float x = a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y);
        low = fminf(low, x);
        high = fmaxf(high, x);
    }
    *x0 = low;
    *x1 = high;
    return low < high;
}

/* Mean probability of the pixels whose centres lie inside the quadrilateral. */
static float mean_inside(const float *map, int width, int height, const struct quad *q)
{
    struct geometry_box b = geometry_bounds(q);
    int y0 = (int)fmaxf(0, floorf(b.y0)), y1 = (int)fminf((float)height, ceilf(b.y1));
    double sum = 0;
    size_t count = 0;
    for (int y = y0; y < y1; y++) {
        float xa, xb;
        if (!row_range(q, (float)y + 0.5f, &xa, &xb))
            continue;
        int from = (int)fmaxf(0, ceilf(xa - 0.5f));
        int to = (int)fminf((float)width, ceilf(xb - 0.5f));
        const float *row = map + (size_t)y * (size_t)width;
        for (int x = from; x < to; x++)
            sum += row[x];
        count += to > from ? (size_t)(to - from) : 0;
    }
    return count ? (float)(sum / (double)count) : 0;
}

/* One region to one detection; false when it is too small or too unsure. */
static bool region_to_detection(const struct package *p, struct region *g, struct point *hull,
                                const float *map, int map_width, int map_height, float sx, float sy,
                                float width, float height, struct detection *ret)
{
    size_t n = geometry_convex_hull(g->points, g->point_count, hull);
    struct geometry_rect r = geometry_min_area_rect(hull, n);
    float shorter = fminf(r.along, r.across);
    if (shorter < (float)p->threshold.min_size)
        return false;
    struct quad core = geometry_rect_quad(&r, 0, 0);
    float confidence = mean_inside(map, map_width, map_height, &core);
    if (confidence < (float)p->threshold.box)
        return false;
    float margin =
        r.along * r.across * (float)p->threshold.unclip_ratio / (2 * (r.along + r.across));
    /* A line on end is read along its height, so its ends are above and below. */
    float ends = margin * (float)p->threshold.unclip_along;
    bool upright = geometry_height(&core) < 1.5f * geometry_width(&core);
    struct quad grown = geometry_rect_quad(&r, upright ? ends : margin, upright ? margin : ends);
    ret->box = geometry_scale_clamp(&grown, sx, sy, width, height);
    ret->confidence = confidence;
    return geometry_width(&ret->box) > 3 && geometry_height(&ret->box) > 3;
}

int detect_boxes_from_map(const struct package *p, const float *map, int map_width, int map_height,
                          int width, int height, struct arena *a, struct detection **ret,
                          size_t *ret_count, struct err *e)
{
    struct region *regions;
    size_t region_count;
    int reach = p->threshold.dilate ? 2 : 1;
    int rc = regions_find(a, map, map_width, map_height, (float)p->threshold.binarise, reach, 3,
                          &regions, &region_count, e);
    if (rc)
        return rc;
    size_t most = 0;
    for (size_t i = 0; i < region_count; i++)
        most = regions[i].point_count > most ? regions[i].point_count : most;
    struct point *hull = arena_array(a, most + 1, sizeof *hull);
    struct detection *found = arena_array(a, region_count + 1, sizeof *found);
    if (!hull || !found)
        return err_set(e, ERR_NOMEM, "too many regions in the text map");
    float sx = (float)width / (float)map_width, sy = (float)height / (float)map_height;
    size_t count = 0;
    for (size_t i = 0; i < region_count; i++)
        if (region_to_detection(p, &regions[i], hull, map, map_width, map_height, sx, sy,
                                (float)width, (float)height, &found[count]))
            count++;
    /* Half a page is worse than none: nobody would look for the rest. */
    if (count > (size_t)p->threshold.max_boxes)
        return err_set(e, ERR_LIMIT, "the page has %zu pieces of text, more than the limit of %d",
                       count, p->threshold.max_boxes);
    *ret = found;
    *ret_count = count;
    return 0;
}

int detect_lines(struct session *detector, const struct image *picture, struct arena *a,
                 struct timings *t, struct detection **ret, size_t *ret_count, struct err *e)
{
    const struct package *p = session_package(detector);
    struct session_result *result = NULL;
    uint64_t start = clock_monotonic_ns(), now;
    int w, h;
    detect_input_size(p, picture->width, picture->height, &w, &h);

    size_t plane = (size_t)w * (size_t)h;
    float *input = malloc(plane * (size_t)p->input.pixels.channels * sizeof *input);
    if (!input)
        return err_set(e, ERR_NOMEM, "no memory to detect text at %d×%d", w, h);
    int rc = tensor_from_image(picture, w, h, &p->input.pixels, input, e);
    if (rc)
        goto out;
    now = clock_monotonic_ns();
    t->ns[STAGE_DETECT_PREPARE] += now - start;
    start = now;

    const int64_t shape[4] = {1, p->input.pixels.channels, h, w};
    rc = session_run(detector, input, shape, &result, e);
    if (rc)
        goto out;
    now = clock_monotonic_ns();
    t->ns[STAGE_DETECT_RUN] += now - start;
    start = now;

    if (session_result_rank(result) != 4 || session_result_dim(result, 1) < 1) {
        rc = err_set(e, ERR_INFERENCE, "the detector's output is not a map");
        goto out;
    }
    rc = detect_boxes_from_map(p, session_result_data(result), (int)session_result_dim(result, 3),
                               (int)session_result_dim(result, 2), picture->width, picture->height,
                               a, ret, ret_count, e);
    t->ns[STAGE_DETECT_BOXES] += clock_monotonic_ns() - start;
out:
    session_result_destroy(result);
    free(input);
    return rc;
}
