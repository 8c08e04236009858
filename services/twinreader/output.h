/*
 * Output formats: one function per file (out_json.c, out_text.c, out_tsv.c, out_hocr.c, out_alto.c,
 * out_pdf.c), one table that lists them (output.c).  Any thread.
 */
#ifndef TWINREADER_OUTPUT_H
#define TWINREADER_OUTPUT_H

#include "base/buf.h"
#include "base/err.h"
#include "twinreader/page.h"

#include <stdbool.h>

/* Gives page `index`'s picture as JPEG bytes, for formats that embed it; appends to `jpeg`. */
typedef int output_picture_fn(void *user, size_t index, struct buf *jpeg, int *ret_width,
                              int *ret_height, struct err *e);

struct output_options {
    bool fields;                /* include form and fields */
    bool timings;               /* include timings (JSON) */
    output_picture_fn *picture; /* needed by pdf, else may be NULL */
    void *user;
};

struct output_format {
    const char *name;      /* "json" */
    const char *extension; /* ".json" */
    const char *mime;      /* "application/json" */
    bool needs_picture;
    int (*write)(const struct reading *r, const struct output_options *o, struct buf *out,
                 struct err *e);
};

/* Ends with a NULL name. */
extern const struct output_format output_formats[];

/* Returns the format called `name`, or NULL. */
const struct output_format *output_format_find(const char *name);

/* The reverse of the JSON format: reads what it wrote.  The reading is the caller's. */
int reading_from_json(const char *text, size_t len, struct reading **ret, struct err *e) MUST_CHECK;

#endif
