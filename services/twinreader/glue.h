/*
 * Amounts that detection or recognition cut in two: "10,0" and "30원" are 10,030원.
 *
 * Two neighbours are one amount when together they can be one and alone they cannot, or when they
 * stand as close as digits do; the amounts of two columns are never joined, since what they would
 * make is no amount ("10,0305,000").  Pure; any thread.
 */
#ifndef TWINREADER_GLUE_H
#define TWINREADER_GLUE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `right` goes on the amount that `left` ends with; `gap` is the blank between them in
 * heights of the line. */
bool glue_amount(const char *left, size_t left_len, const char *right, size_t right_len, float gap);

#endif
