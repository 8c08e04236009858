/*
 * The direction of text where a page is not flat: on a photographed page lines converge, on a
 * curled one they bend, so that one angle does not fit them all.
 *
 * The slope is taken as a plane over the page, a + b·y + c·x: b is perspective, c is curl.  It is
 * fitted to the lines' own slopes; few or contradictory lines give a constant one.
 *
 * Pure; any thread.
 */
#ifndef TWINREADER_SLOPE_H
#define TWINREADER_SLOPE_H

#include <stddef.h>

/* One line: its middle, its slope (dy/dx), and how much it counts: its width. */
struct slope_sample {
    float x, y, slope, weight;
};

struct slope_field {
    float x, y, scale; /* origin and unit of the coordinates in which a, b and c are given */
    float a, b, c;
};

/* Fits the plane by weighted least squares, lines that disagree counting less (Huber). */
struct slope_field slope_fit(const struct slope_sample *samples, size_t count);

/* Follows the text's direction from (x, y) to the field's origin and returns the height there:
 * equal for all places on one line of text. */
float slope_level(const struct slope_field *f, float x, float y);

#endif
