/*
 * The folder that a run fills: whole files and files that grow, and a list of all of them with
 * their hashes.
 *
 * Nothing is under its final name before it is complete; manifest.json is the last, so a folder
 * that has one is whole. Lifetime: synth_files_create to _destroy, which removes what is
 * unfinished.  One thread.
 */
#ifndef TWINREADER_SYNTH_FILES_H
#define TWINREADER_SYNTH_FILES_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct synth_files;
struct synth_files_stream;

/* Makes the folder; one that is there must be empty: ERR_USAGE. */
int synth_files_create(const char *dir, struct synth_files **ret, struct err *e) MUST_CHECK;
void synth_files_destroy(struct synth_files *f);

/* Makes a folder in it. */
int synth_files_folder(struct synth_files *f, const char *name, struct err *e) MUST_CHECK;

/* Writes a whole file, `sha256` its hash.  ERR_NO_SPACE when the disk (or a limit on files) is
 * full, ERR_IO. */
int synth_files_save(struct synth_files *f, const char *name, const void *bytes, size_t len,
                     const char *sha256, struct err *e) MUST_CHECK;

/* Starts a file that grows.  It belongs to `f`. */
int synth_files_open(struct synth_files *f, const char *name, struct synth_files_stream **ret,
                     struct err *e) MUST_CHECK;
int synth_files_write(struct synth_files_stream *s, const void *bytes, size_t len,
                      struct err *e) MUST_CHECK;

/* Completes all files that grow, then the manifest: `head`, an object without its closing brace,
 * gets the member "files" with path, bytes and sha256 of each. */
int synth_files_finish(struct synth_files *f, const struct buf *head, struct err *e) MUST_CHECK;

#endif
