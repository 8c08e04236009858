/*
 * Patterns of form definitions: a small regular-expression matcher.
 *
 * Time is linear in text × pattern whatever the pattern (a list of states is simulated, nothing is
 * retried), letters compare without case, `.` and classes see code points, no locale.
 * Understood: literals . [a-z] [^...] \d \w \s \b \D \W \S  ^ $  ( ) (?: ) |  * + ? {m,n} and lazy
 * *? +? ??. No back references.  Of several matches the leftmost counts, then the one that Perl
 * would find.
 *
 * Lifetime: compiled into the arena given.  Threads: immutable once compiled.
 */
#ifndef TWINREADER_PATTERN_H
#define TWINREADER_PATTERN_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PATTERN_GROUPS = 10,     /* group 0 is the whole match */
    PATTERN_CODE_MAX = 1000, /* instructions */
    PATTERN_TEXT_MAX = 2000  /* bytes of text looked at */
};

struct pattern;

struct pattern_match {
    int start[PATTERN_GROUPS], end[PATTERN_GROUPS]; /* bytes; -1 for a group that took no part */
};

/* ERR_FORMAT with what is wrong and at which character; ERR_LIMIT; ERR_NOMEM. */
int pattern_compile(struct arena *a, const char *source, const struct pattern **ret,
                    struct err *e) MUST_CHECK;

/* Number of groups, the whole match not counted. */
int pattern_group_count(const struct pattern *p);

/* Searches `len` bytes of text from byte `from` on; `ret` may be NULL. */
bool pattern_search(const struct pattern *p, const char *text, size_t len, size_t from,
                    struct pattern_match *ret);

#endif
