/*
 * Documents as files: one or many pages behind one interface, whatever the format.
 *
 * JPEG, PNG, WebP, HEIF, BMP, GIF (first frame) have one page; TIFF and PDF may have many. Pictures
 * come out as 8-bit RGB in sRGB, upright by EXIF, flattened on white.  A PDF page comes out as its
 * text layer when it has a usable one (with the page's picture on request), else as a rendered
 * picture; poppler's tools do this in a limited child process.
 *
 * Lifetime: document_open_* to document_close; pages read from it are independent of it.
 * Threads: a document is used by one thread at a time; different documents by any number.
 */
#ifndef IMAGE_DOCUMENT_H
#define IMAGE_DOCUMENT_H

#include "base/arena.h"
#include "base/err.h"
#include "image/image.h"

#include <stdbool.h>
#include <stdint.h>

struct document_limits {
    int64_t max_bytes;   /* of the file */
    int64_t max_pixels;  /* declared width × height of one page, before any decoding */
    int max_pages;       /* more pages: ERR_LIMIT */
    int max_side;        /* decoded pictures are shrunk on load so that the longer side is at most
                            this; 0: never shrink */
    int pdf_dpi;         /* rendering resolution, e.g. 200 */
    bool pdf_text_layer; /* use a PDF page's own text when it has some */
    int64_t pdf_wall_ms; /* per child process */
    int64_t pdf_memory;  /* bytes of address space per child process */
};

/* Defaults: 64 MiB, 200 million pixels, 200 pages, 4096, 200 dpi, true, 30 s, 1 GiB. */
struct document_limits document_limits_default(void);

/* One word of a PDF's own text, in pixels of the rendered page. */
struct text_layer_word {
    const char *text;
    float x0, y0, x1, y1;
    int line;  /* words of one line share this number; ascending in reading order */
    int block; /* likewise for blocks */
};

struct document_page {
    struct image *picture; /* owned; never NULL after document_read_page */
    int source_width;      /* upright size before shrinking, in pixels (PDF: at pdf_dpi) */
    int source_height;
    double scale;                       /* picture pixels per source pixel, at most 1 */
    double dpi;                         /* of the source; 0 when unknown */
    const struct text_layer_word *text; /* NULL unless a text layer is used; lives in the arena,
                                           boxes in source pixels */
    size_t text_count;
};

struct document;

/* Opens a file by content, never by name.  Errors name the reason, not the path: ERR_FORMAT (empty,
 * truncated, not a picture), ERR_UNSUPPORTED, ERR_LIMIT (bytes, pixels, pages), ERR_ENCRYPTED,
 * ERR_NOT_FOUND, ERR_IO, ERR_NO_SPACE (for a copy of a PDF), ERR_TIMEOUT, ERR_NOMEM. */
int document_open_file(const char *path, const struct document_limits *limits,
                       struct document **ret, struct err *e) MUST_CHECK;

/* The same from memory, which must outlive the document. */
int document_open_memory(const void *bytes, size_t len, const struct document_limits *limits,
                         struct document **ret, struct err *e) MUST_CHECK;

/* NULL is allowed. */
void document_close(struct document *d);

/* Returns the number of pages, at least 1. */
int document_page_count(const struct document *d);

/* Returns the format's short name: "jpeg", "png", "tiff", "webp", "heif", "bmp", "gif", "pdf". */
const char *document_format(const struct document *d);

/* Decodes page `index` (from 0).  Text goes into the arena; the picture is the caller's, who frees
 * it with image_destroy.  Errors as for opening. */
int document_read_page(struct document *d, int index, struct arena *a, struct document_page *ret,
                       struct err *e) MUST_CHECK;

/* Must be called once before any other function here, from the main thread; a second call does
 * nothing. */
int document_library_init(struct err *e) MUST_CHECK;

/* Gives back what the library holds, for leak checkers; the last call of a process, when no other
 * thread is left.  Does nothing without document_library_init. */
void document_library_shutdown(void);

#endif
