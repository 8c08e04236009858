/*
 * Small things about text: numbers and quantities as people write them, UTF-8, and the nearest name
 * for "did you mean".  Nothing here depends on the locale.  Any thread.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each returns false, leaving `ret` alone, unless all of `s` is such a value. */
bool text_to_int(const char *s, int64_t *ret);   /* decimal, optional sign */
bool text_to_double(const char *s, double *ret); /* finite decimal, optional exponent */
bool text_to_size(const char *s, int64_t *ret);  /* bytes: "4096", "10KiB", "64MiB", "1GiB" */
bool text_to_ms(const char *s, int64_t *ret);    /* "500ms", "30s", "5m", "2h", "0" */

/* Writes the shortest decimal that reads back as `v`; `size` at least 32.  Returns `buf`. */
char *text_from_double(double v, char *buf, size_t size);

/* Returns the length of the well-formed UTF-8 sequence at the start of `s` (1..4) and its code
 * point, or 0 when there is none (bad byte, overlong, surrogate, cut off, `len` 0). */
size_t text_utf8_next(const char *s, size_t len, uint32_t *ret_code_point);

/* Whether all `len` bytes are well-formed UTF-8. */
bool text_is_utf8(const char *s, size_t len);

/* Copies `s` for a terminal or a log: control characters (also those of U+0080..U+009F) and bytes
 * that are not UTF-8 become \xNN.  Cut off where `size` ends, always terminated; room for four
 * times the text is enough for all of it.  Returns the length. */
size_t text_escape(const char *s, char *out, size_t size);

/* Returns the candidate (NULL ends the list) that `word` is most likely a misspelling of, counting
 * insertions, deletions, substitutions and swapped neighbours; NULL when none is near. */
const char *text_nearest(const char *word, const char *const *candidates);

#endif
