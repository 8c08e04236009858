/*
 * Text detection with a probability-map network (DBNet: Liao et al., Real-time scene text detection
 * with differentiable binarization, AAAI 2020).
 *
 * The network marks the shrunken core of each text line.  Each connected region of the map becomes
 * the rectangle of least area around it, is scored by the mean probability inside, and grows back
 * by area × ratio / perimeter.
 *
 * Threads: any; the session is shared.
 */
#ifndef TWINREADER_DETECT_H
#define TWINREADER_DETECT_H

#include "base/arena.h"
#include "base/err.h"
#include "image/image.h"
#include "infer/session.h"
#include "twinreader/page.h"

struct detection {
    struct quad box;  /* in pixels of the picture, clockwise from the top left */
    float confidence; /* mean probability inside the region */
};

/* Finds the text lines of a picture, in the order of their first pixels.  Detections live in the
 * arena.  Adds to timings: prepare, run, boxes.  ERR_NOMEM, ERR_INFERENCE; ERR_LIMIT when there are
 * more than the package allows. */
int detect_lines(struct session *detector, const struct image *picture, struct arena *a,
                 struct timings *t, struct detection **ret, size_t *ret_count,
                 struct err *e) MUST_CHECK;

/* The network's input size for a picture of width × height under the package's size rule. */
void detect_input_size(const struct package *p, int width, int height, int *ret_width,
                       int *ret_height);

/* Turns a probability map into detections: map is map_width × map_height, the picture
 * width × height.  ERR_NOMEM, ERR_LIMIT. */
int detect_boxes_from_map(const struct package *p, const float *map, int map_width, int map_height,
                          int width, int height, struct arena *a, struct detection **ret,
                          size_t *ret_count, struct err *e) MUST_CHECK;

#endif
