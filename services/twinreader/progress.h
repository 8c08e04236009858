/*
 * A progress bar on standard error, for work of more than a second when a person is watching.
 *
 * Lifetime: progress_create to progress_destroy, which erases the bar.  Threads: any.
 */
#ifndef TWINREADER_PROGRESS_H
#define TWINREADER_PROGRESS_H

#include <stddef.h>

struct progress;

/* Nothing is drawn when standard error is not a terminal or during the first second.  `unit` is
 * "files" or the like.  NULL when memory is exhausted: all functions accept it. */
struct progress *progress_create(size_t total, const char *unit);
void progress_destroy(struct progress *p);

/* There is more to do than was thought: a file turned out to have many pages. */
void progress_grow(struct progress *p, size_t count);

/* `count` more are done. */
void progress_add(struct progress *p, size_t count);

/* Erases the bar so that a line can be printed in its place, and holds drawing back until
 * progress_resume. */
void progress_pause(struct progress *p);
void progress_resume(struct progress *p);

#endif
