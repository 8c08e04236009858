/* Where the time went, as a table for people. */
#ifndef TWINREADER_READ_TIMINGS_H
#define TWINREADER_READ_TIMINGS_H

#include "twinreader/page.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct read_timings {
    struct timings sum;
    size_t pages;
    uint64_t wall_ns; /* of the whole run */
    int workers;
};

void read_timings_print(const struct read_timings *t, FILE *to);

#endif
