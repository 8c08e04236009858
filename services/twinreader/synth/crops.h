/*
 * Recogniser training samples, streamed: lines and words of invented text, drawn and degraded one
 * by one without a page.
 *
 * The stream (little endian), made for a pipe: 8 bytes "DURECRP2", then records of
 *     u16 height, u16 width, u16 text bytes, u8 font index, u8 look, u8 padding * 0,
 *     text (UTF-8), for every code point of it but spaces u16 left, u16 right: the columns of its
 *     ink, height * width grey bytes, rows from the top.
 * Sample n depends on (seed, n) alone; with several workers they still come in order.
 */
#ifndef TWINREADER_SYNTH_CROPS_H
#define TWINREADER_SYNTH_CROPS_H

#include "base/err.h"
#include "twinreader/synth/degrade.h"
#include "twinreader/synth/fonts.h"

struct synth_crops_options {
    uint64_t seed, first, count; /* count 0: until the reader closes the pipe */
    enum synth_split split;
    int height;    /* pixels, 16..96 */
    int max_width; /* wider lines are cut at a space, or not made */
    int workers;
    int look; /* enum synth_look, or -1: mixed */
};

struct synth_crops_options synth_crops_options_default(void);

/* Writes the stream to `fd`.  A closed pipe ends it with 0. */
int synth_crops_stream(const struct synth_crops_options *o, int fd, struct err *e) MUST_CHECK;

#endif
