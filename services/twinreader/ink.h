/*
 * Where the ink is on a cut-out line: which columns and which rows.
 *
 * Detectors draw boxes with a margin that differs from one to the next; the ink does not.  What is
 * reported to people and scored against truth is the ink's extent.
 *
 * Pure; any thread.
 */
#ifndef TWINREADER_INK_H
#define TWINREADER_INK_H

#include <stddef.h>

/* One channel of a packed line: `height` rows of `width` columns, `stride` floats from row to row.
 */
struct ink_plane {
    const float *samples;
    int width, height;
    size_t stride;
};

/* Writes per column the contrast (brightest minus darkest) over the middle three quarters of the
 * rows; the outer ones may show the lines above and below.  `contrast` has room for `width`. */
void ink_columns(const struct ink_plane *p, float *contrast);

/* Finds the rows the line's ink spans, [*top, *bottom), from the inkiest row outwards; all rows
 * when there is no contrast.  `scratch` has room for `width` + `height` floats. */
void ink_rows(const struct ink_plane *p, float *scratch, int *top, int *bottom);

#endif
