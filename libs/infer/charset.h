/*
 * Character sets of CTC recognisers: what each class of the network stands for.
 *
 * The file has one character (a short piece of UTF-8) per line, in the order of the classes,
 * without the blank and, when the package says so, without the space, which is then the last class.
 */
#ifndef INFER_CHARSET_H
#define INFER_CHARSET_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Splits the file's content into `classes` entries, "" for the blank.  The entries and the bytes
 * they point to live in the arena.  ERR_CONFIG with "file:line: reason"; ERR_NOMEM. */
int charset_parse(struct arena *a, const char *file, const char *bytes, size_t len, int classes,
                  int blank, bool space, const char *const **ret, struct err *e) MUST_CHECK;

#endif
