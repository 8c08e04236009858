/*
 * Static files of a folder: only plain files below it, reached without following any symbolic link,
 * with an ETag that changes when the file does.
 *
 * Lifetime and threads: no state of its own.
 */
#ifndef HTTP_FILES_H
#define HTTP_FILES_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct files_found {
    int fd; /* the caller's */
    int64_t size;
    const char *type; /* media type by the name's ending */
    char etag[64];    /* quoted */
    bool page;        /* HTML */
};

/* Opens `path` ("app/main.js", decoded; "" means "index.html") below `dir`.  ERR_NOT_FOUND for
 * everything that must not or cannot be served: hidden files, "..", links, folders, unknown kinds.
 */
int files_open(const char *dir, const char *path, struct files_found *ret,
               struct err *e) MUST_CHECK;

/* Returns whether an If-None-Match header lists the tag. */
bool files_etag_matches(const char *if_none_match, const char *etag);

#endif
