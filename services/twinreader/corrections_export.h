/*
 * Corrections as labelled data for the next training: the folder of a server's store in, pictures
 * and lists out.
 *
 *     OUT/images/01J...-7.png   what was corrected, cut from the page as the recogniser cuts it
 *     OUT/words.txt             images/01J...-7.png TAB text, for each word: recogniser samples
 *     OUT/fields.txt            the same for fields
 *     OUT/corrections.jsonl     one object a line: document, image, and the correction with what
 * was read, the models that read it, who corrected it and when
 *
 * Words and fields are apart because a corrected word is always what its picture shows, while a
 * field may have been taken from the wrong place of the page.
 *
 * OUT mirrors the store: the same store gives the same bytes, and pictures of corrections that are
 * gone are removed.  The server may run meanwhile.  Threads: any, one per OUT.
 */
#ifndef TWINREADER_CORRECTIONS_EXPORT_H
#define TWINREADER_CORRECTIONS_EXPORT_H

#include "base/err.h"

#include <stddef.h>

struct corrections_export {
    size_t documents; /* that have corrections */
    size_t words, fields;
    size_t
        without_picture; /* corrections that have no place on the page, or whose picture is gone */
    size_t damaged;      /* documents that could not be read */
    /* Called for each of those; may be NULL. */
    void (*complain)(const char *id, const struct err *e);
};

/* Exports all of `store_dir`, counting in `x`.  ERR_NOT_FOUND, ERR_IO, ERR_NOMEM. */
int corrections_export(const char *store_dir, const char *out_dir, struct corrections_export *x,
                       struct err *e) MUST_CHECK;

#endif
