/*
 * Child processes with resource limits, for parsers we do not want in our own address space.
 *
 * The child gets its own process group, an empty environment but PATH and LC_ALL=C.UTF-8, closed
 * descriptors but for one it may be lent, RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE and no core; past the
 * wall-clock limit the group is killed.  Any thread.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A descriptor lent to a child is this number there: a file without a name is CHILD_FILE_PATH. */
enum { CHILD_FILE = 3 };
#define CHILD_FILE_PATH "/proc/self/fd/3"

/* Zero: no limit of that kind. */
struct child_limits {
    size_t memory;   /* bytes of address space */
    int cpu_seconds; /* past them SIGXCPU ends it; a SIGKILL comes from elsewhere */
    int64_t wall_ms;
    size_t output;    /* most bytes read from its standard output */
    size_t file_size; /* most bytes of a file it writes */
    int file;         /* descriptor lent to it as CHILD_FILE; 0: none */
};

struct child_result {
    int exit_code;     /* -1 when a signal ended it */
    int term_signal;   /* 0 unless a signal ended it */
    char errors[1024]; /* the start of its standard error, one line per message */
};

/* Runs argv[0] (looked up in PATH), feeding `input` (may be NULL) to its standard input and
 * collecting its standard output in `out` (may be NULL: discarded).  Returns 0 whenever the child
 * ran and ended by itself, whatever its exit code; ERR_TIMEOUT, ERR_LIMIT (too much output),
 * ERR_NOT_FOUND (no such program), ERR_IO. */
int child_run(const char *const *argv, const void *input, size_t input_len,
              const struct child_limits *limits, struct buf *out, struct child_result *ret,
              struct err *e) MUST_CHECK;

#endif
