#include "twinreader/output.h"

#include "twinreader/out_formats.h"

#include <string.h>

const struct output_format output_formats[] = {
    {.name = "json", .extension = ".json", .mime = "application/json", .write = out_json},
    {.name = "text", .extension = ".txt", .mime = "text/plain; charset=utf-8", .write = out_text},
    {.name = "tsv",
     .extension = ".tsv",
     .mime = "text/tab-separated-values; charset=utf-8",
     .write = out_tsv},
    {.name = "hocr", .extension = ".hocr", .mime = "application/xhtml+xml", .write = out_hocr},
    {.name = "alto", .extension = ".xml", .mime = "application/xml", .write = out_alto},
    {.name = "pdf",
     .extension = ".pdf",
     .mime = "application/pdf",
     .needs_picture = true,
     .write = out_pdf},
    {0},
};

const struct output_format *output_format_find(const char *name)
{
    for (const struct output_format *f = output_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

int out_finish(const struct buf *out, struct err *e)
{
    int rc = buf_status(out);
    return rc ? err_set(e, rc, "the output grew too large") : 0;
}
