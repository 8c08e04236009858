/*
 * The store: results the server keeps, one folder per document.
 *
 *     DIR/01J.../reading.json meta.json page-1.jpg page-2.jpg ... corrections.json
 *
 * A document is written in a folder whose name begins with ".new-", synced, then renamed: it is
 * there wholly or not at all, whenever the machine stops.  It leaves by being renamed to ".old-"
 * first. What is found under either name at the start is thrown away.  Ids are ULIDs whose 80
 * random bits nobody guesses: who knows one may read the document.
 *
 * Lifetime: store_open to store_close, after the last draft.  Threads: any; a draft is one
 * thread's.
 */
#ifndef TWINREADER_STORE_H
#define TWINREADER_STORE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct store_draft;

/* Opens or makes the folder, for this process alone (ERR_BUSY: another has it).  Documents older
 * than `keep_ms` and the oldest beyond `max_documents` are swept.  ERR_IO, ERR_NOMEM. */
int store_open(const char *dir, int64_t keep_ms, int64_t max_documents, struct store **ret,
               struct err *e) MUST_CHECK;

/* NULL is allowed. */
void store_close(struct store *s);

/* Returns whether `id` has the form of an id. */
bool store_id_valid(const char *id);

/* Begins a document under a new id.  This and the writes below: ERR_LIMIT when the disk is full,
 * ERR_IO, ERR_NOMEM. */
int store_begin(struct store *s, struct store_draft **ret, struct err *e) MUST_CHECK;
const char *store_draft_id(const struct store_draft *d);

/* Writes a file of the document; `name` has no slash. */
int store_draft_write(struct store_draft *d, const char *name, const void *bytes, size_t len,
                      struct err *e) MUST_CHECK;

/* Appends a file written before to `out`. */
int store_draft_read(const struct store_draft *d, const char *name, struct buf *out,
                     struct err *e) MUST_CHECK;

/* Puts the document in its place; when this returns 0 it is on the disk.  Ends the draft either
 * way. */
int store_draft_commit(struct store_draft *d, struct err *e) MUST_CHECK;

/* Drops what was written; NULL is allowed. */
void store_draft_drop(struct store_draft *d);

/* Opens a file of a document; the descriptor is the caller's.  ERR_NOT_FOUND, ERR_IO. */
int store_file(const struct store *s, const char *id, const char *name, int *ret_fd,
               int64_t *ret_size, struct err *e) MUST_CHECK;

/* Appends a file of a document to `out`.  Adds ERR_LIMIT and ERR_NOMEM of the buffer. */
int store_read(const struct store *s, const char *id, const char *name, struct buf *out,
               struct err *e) MUST_CHECK;

/* What store_edit calls: gives a file's new content from the old one, which is empty when there was
 * no such file. */
typedef int store_change_fn(void *user, const struct buf *before, struct buf *after, struct err *e);

/* Replaces a file of a document by what `change` makes of it, one edit at a time: the file is there
 * in its old or its new content, whenever the machine stops, and when this returns 0 the new one is
 * on the disk.  Passes on what `change` returns, and then nothing was replaced.  ERR_NOT_FOUND (no
 * such document), ERR_NO_SPACE, ERR_IO, ERR_NOMEM. */
int store_edit(struct store *s, const char *id, const char *name, store_change_fn *change,
               void *user, struct err *e) MUST_CHECK;

/* Lists up to `limit` ids, newest first, beginning behind `after` (NULL: with the newest); returns
 * how many, and through `ret_more` whether there are more. */
size_t store_list(struct store *s, const char *after, size_t limit, char (*ids)[HASH_ULID],
                  bool *ret_more);

/* Returns the number of documents. */
size_t store_count(struct store *s);

/* Removes a document.  ERR_NOT_FOUND, ERR_IO. */
int store_remove(struct store *s, const char *id, struct err *e) MUST_CHECK;

/* Removes what is too old or too many; returns how many. */
size_t store_sweep(struct store *s);

#endif
