/*
 * What `twinreader read` was asked to read: files, and directories opened up into their files in
 * name order.  An argument that cannot be read becomes an input with a problem, so that it is
 * reported in its place and the others go on.
 *
 * Lifetime: read_inputs_collect to read_inputs_finish.  Threads: read by many.
 */
#ifndef TWINREADER_READ_INPUTS_H
#define TWINREADER_READ_INPUTS_H

#include "base/err.h"

#include <stddef.h>

struct read_input {
    char *path;    /* "-" is standard input */
    char *problem; /* why it cannot be read, or NULL */
};

struct read_inputs {
    struct read_input *item;
    size_t count, capacity;
};

/* Hidden files and what is neither a file nor a directory are passed over inside a directory, and
 * links to directories are not followed there.  ERR_NOMEM. */
int read_inputs_collect(char *const *args, int count, struct read_inputs *ret,
                        struct err *e) MUST_CHECK;
void read_inputs_finish(struct read_inputs *in);

#endif
