/*
 * Reading order: lines into rows, rows into blocks, blocks into columns.
 *
 * A recursive X-Y cut (Nagy, Seth: Hierarchical representation of optically scanned documents, ICPR
 * 1984) on the lines' boxes, straightened by the page's skew.  A vertical cut is made only between
 * columns of running text, since a receipt's prices stand beside their items and are read with
 * them.
 *
 * Pure; any thread.
 */
#ifndef TWINREADER_ORDER_H
#define TWINREADER_ORDER_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/page.h"

#include <stddef.h>

/* Returns the lines' usual slope in degrees, clockwise positive; 0 when there is no long line. */
double order_skew(const struct line *lines, size_t count, struct arena *a);

/* Sorts `lines` into reading order and sets row and block of each.  ERR_NOMEM. */
int order_lines(struct line *lines, size_t count, double skew, struct arena *a,
                struct err *e) MUST_CHECK;

#endif
