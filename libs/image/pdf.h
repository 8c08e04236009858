/*
 * PDF pages through poppler's command-line tools, in child processes with limits.
 *
 * Private to this library.  Lifetime: pdf_open_* to pdf_close.  Threads: one at a time.
 */
#ifndef IMAGE_PDF_H
#define IMAGE_PDF_H

#include "image/document.h"

struct pdf;

/* Opens a PDF and returns the number of its pages.  A file is read again for every page, so it must
 * stay; memory is copied to a temporary file without a name, gone with pdf_close or the process.
 * ERR_FORMAT, ERR_ENCRYPTED, ERR_LIMIT, ERR_TIMEOUT, ERR_IO, ERR_NO_SPACE (for that file),
 * ERR_UNSUPPORTED (poppler's tools are missing), ERR_NOMEM. */
int pdf_open_file(const char *path, const struct document_limits *limits, struct pdf **ret,
                  int *ret_pages, struct err *e) MUST_CHECK;
int pdf_open_memory(const void *bytes, size_t len, const struct document_limits *limits,
                    struct pdf **ret, int *ret_pages, struct err *e) MUST_CHECK;
void pdf_close(struct pdf *p);

/* Renders page `index` (from 0) and, unless switched off, reads its text layer. */
int pdf_read_page(struct pdf *p, int index, struct arena *a, struct document_page *ret,
                  struct err *e) MUST_CHECK;

#endif
