/*
 * Results as files in a directory: a name for each input, never the same twice, and writing that
 * leaves either the whole file or none.
 *
 * Lifetime: read_save_create to read_save_destroy.  Threads: one.
 */
#ifndef TWINREADER_READ_SAVE_H
#define TWINREADER_READ_SAVE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct read_save;

/* Makes `dir` when it is not there (its parent must be).  `extension` is ".json" and the like.
 * ERR_IO, ERR_NOT_FOUND, ERR_NOMEM. */
int read_save_create(const char *dir, const char *extension, struct read_save **ret,
                     struct err *e) MUST_CHECK;
void read_save_destroy(struct read_save *s);

/* Remembers the file at `path`, an input: no result replaces it, whatever its name.  ERR_NOMEM. */
int read_save_spare(struct read_save *s, const char *path, struct err *e) MUST_CHECK;

/* Picks the name for `input`'s result: "scan.jpg" gives "scan.json"; when another input has taken
 * that, "scan-2.json" and so on, and `ret_renamed` is true.  The name lives as long as `s`; NULL
 * when memory is exhausted. */
const char *read_save_name(struct read_save *s, const char *input, bool *ret_renamed);

/* Writes the file, replacing what an earlier run left under that name.  ERR_IO; ERR_USAGE when a
 * file to be spared has that name. */
int read_save_write(struct read_save *s, const char *name, const void *bytes, size_t len,
                    struct err *e) MUST_CHECK;

#endif
