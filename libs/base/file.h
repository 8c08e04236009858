/*
 * Whole files and whole writes over descriptors, which the system may interrupt or cut short.
 * Any thread.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the file at `path` to `out`.  ERR_NOT_FOUND, ERR_IO, and ERR_LIMIT or ERR_NOMEM
 * when `out` cannot take it; the message begins with the path. */
int file_read(const char *path, struct buf *out, struct err *e) MUST_CHECK;

/* Appends what is left of `fd` to `out`; false with errno set when reading fails.  Stops early when
 * `out` fails: look at buf_status. */
bool file_read_fd(int fd, struct buf *out) MUST_CHECK;

/* Writes all bytes; false with errno set when writing fails, with any part of them written. */
bool file_write_fd(int fd, const void *bytes, size_t len) MUST_CHECK;

#endif
