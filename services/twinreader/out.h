/*
 * What the output formats share: text made safe for a format, whole-pixel rectangles, numbers that
 * do not depend on the locale, runs of lines.
 *
 * Text from a page may hold anything: markup, control characters, bytes that are not UTF-8.  Every
 * format but JSON (which keeps all that it can say) writes text through out_next.  Any thread.
 */
#ifndef TWINREADER_OUT_H
#define TWINREADER_OUT_H

#include "base/buf.h"
#include "twinreader/page.h"

#include <stddef.h>
#include <stdint.h>

/* Returns the next code point of `*s` that is fit to be shown and moves `*s` behind it; 0 at the
 * end. Tabs, line breaks and separators become a space; control characters, characters that turn
 * the direction of text, byte order marks and non-characters are skipped; a byte that is not UTF-8
 * becomes U+FFFD.  NULL reads as an empty text. */
uint32_t out_next(const char **s);

/* Appends one code point as UTF-8. */
void out_utf8(struct buf *out, uint32_t c);

/* Appends text as plain UTF-8 on one line. */
void out_plain(struct buf *out, const char *s);

/* Appends text for XML content or a quoted attribute. */
void out_xml(struct buf *out, const char *s);

/* Appends `v` with at most `decimals` (0..6) digits after the point, without trailing zeros; 0 when
 * it is not finite. */
void out_number(struct buf *out, double v, int decimals);

/* Whole pixels around a quad; never negative in size. */
struct out_rect {
    int left, top, right, bottom;
};

struct out_rect out_bounds(const struct quad *q);

/* The rectangle around the lines `first` <= i < `end`. */
struct out_rect out_lines_bounds(const struct page *p, size_t first, size_t end);

/* Returns the index behind the last line of the block that line `first` opens. */
size_t out_block_end(const struct page *p, size_t first);

/* Returns 0..100 for a confidence. */
double out_percent(float confidence);

#endif
