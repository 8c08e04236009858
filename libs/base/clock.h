/* Clocks: monotonic for durations, wall for what people read.  Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Returns nanoseconds of a clock that never goes back. */
uint64_t clock_monotonic_ns(void);

/* Returns milliseconds since 1970-01-01T00:00Z. */
int64_t clock_wall_ms(void);

/* Writes an RFC 3339 UTC instant with milliseconds, "2026-11-23T14:00:00.000Z", and returns `buf`;
 * `size` must be at least 25. */
char *clock_format_utc(int64_t wall_ms, char *buf, size_t size);

#endif
