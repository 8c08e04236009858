/*
 * Which way up a page is, decided while it is read.
 *
 * Lines that stand on end say that the page lies on its side; then it is turned by a quarter.
 * Whether it is upside down is doubted only when a few of its lines read badly: the angle
 * classifier is asked, and believed only if the recogniser reads those lines better turned.  (A
 * classifier asked about every line turns upright lines over; measured on receipts, that costs more
 * words than it saves.) An upright page pays nothing: its sample lines are kept.
 *
 * Threads: any; sessions are shared.
 */
#ifndef TWINREADER_ORIENT_H
#define TWINREADER_ORIENT_H

#include "twinreader/recognise.h"

/* Reads all lines and turns the page when needed: *picture is then replaced (the old one destroyed)
 * and `boxes` are those of the turned picture, each with its first corner at the top left of the
 * text. `angle` may be NULL: the recogniser alone decides.  `read` has room for `count`;
 * *ret_degrees is the clockwise turn.  ERR_NOMEM, ERR_INFERENCE. */
int orient_lines(struct session *recogniser, struct session *angle, struct image **picture,
                 struct quad *boxes, size_t count, struct arena *a, struct timings *t,
                 struct recognised *read, int *ret_degrees, struct err *e) MUST_CHECK;

#endif
