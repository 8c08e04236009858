/* twinreader fields: looks for fields in readings made before, without reading pictures again. */
#include "base/file.h"
#include "image/document.h"
#include "twinreader/form.h"
#include "twinreader/mask.h"
#include "twinreader/output.h"
#include "twinreader/read_fields.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *format, *forms_dir, *pictures;
    struct document_limits limits;
    bool mask;
};

static int write_out(const struct buf *out)
{
    if (buf_status(out)) {
        verb_say("not enough memory for the result");
        return VERB_FAILED;
    }
    errno = 0;
    if (fwrite(out->data, 1, out->len, stdout) == out->len && !fflush(stdout))
        return VERB_DONE;
    verb_say("standard output: %s", strerror(errno));
    return VERB_FAILED;
}

/* The page with its picture from the folder of pictures.  A picture that is not upright is of no
 * use: what the reader turned it by is done again. */
static int do_page(const struct options *o, const struct forms *forms, struct arena *a,
                   struct page *p, struct err *e)
{
    const char *slash = p->source ? strrchr(p->source, '/') : NULL;
    const char *name = slash ? slash + 1 : p->source;
    struct document *d = NULL;
    struct document_page dp = {0};
    if (!o->pictures || !name)
        return forms_extract(forms, a, p, e);
    char *path = arena_printf(a, "%s/%s", o->pictures, name);
    if (!path)
        return err_set(e, ERR_NOMEM, "not enough memory");
    int rc = document_open_file(path, &o->limits, &d, e);
    if (rc == 0)
        rc = document_read_page(d, 0, a, &dp, e);
    struct image *turned = rc == 0 && p->rotation ? image_rotate(dp.picture, p->rotation) : NULL;
    const struct form_picture seen = {turned ? turned : dp.picture, dp.scale};
    if (rc == 0)
        rc = forms_extract_seen(forms, a, p, &seen, e);
    image_destroy(turned);
    image_destroy(dp.picture);
    document_close(d);
    return rc;
}

/* One reading's JSON: its forms and fields are found anew. */
static int do_reading(const struct options *o, const struct forms *forms, const char *text,
                      size_t len, struct buf *out, struct err *e)
{
    const struct output_options json = {.fields = true, .timings = true};
    struct reading *r = NULL;
    int rc = reading_from_json(text, len, &r, e);
    for (size_t i = 0; rc == 0 && i < r->page_count; i++)
        if (!r->pages[i].error)
            rc = do_page(o, forms, r->arena, &r->pages[i], e);
    if (rc == 0 && o->mask)
        rc = mask_reading(r, e);
    if (rc == 0 && strcmp(o->format, "text") == 0)
        read_fields_write(r, out);
    else if (rc == 0)
        rc = output_format_find("json")->write(r, &json, out, e);
    reading_destroy(r);
    return rc;
}

static bool blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", text[i]))
            return false;
    return true;
}

/* A file holds one reading, or one a line, as `read` writes several. */
static int do_file(const struct options *o, const struct forms *forms, const char *path,
                   struct buf *out, struct err *e)
{
    struct buf in;
    int rc;
    buf_init(&in, 0);
    if (strcmp(path, "-") == 0) {
        errno = 0;
        rc = file_read_fd(STDIN_FILENO, &in)
                 ? buf_status(&in)
                 : err_set_errno(e, ERR_IO, errno, "cannot read standard input");
    } else {
        rc = file_read(path, &in, e);
    }
    const char *next = in.data ? in.data : "", *end = next + in.len;
    /* What ends in a brace and a line break, and goes on with a brace, is one a line. */
    bool lines = rc == 0 && memmem(next, in.len, "}\n{", 3) != NULL;
    while (rc == 0 && next < end) {
        const char *stop = lines ? memchr(next, '\n', (size_t)(end - next)) : NULL;
        stop = stop ? stop : end;
        if (!blank(next, (size_t)(stop - next)))
            rc = do_reading(o, forms, next, (size_t)(stop - next), out, e);
        next = stop < end ? stop + 1 : end;
    }
    buf_finish(&in);
    return rc;
}

static int do_all(const struct options *o, const struct verb_input *in)
{
    struct forms *forms = NULL;
    struct err e = ERR_INIT;
    char text[1100];
    int status = VERB_DONE;
    if ((o->pictures && document_library_init(&e)) || forms_load(o->forms_dir, &forms, &e))
        return verb_fail(&e);
    for (int i = 0; i < in->arg_count; i++) {
        struct buf out;
        e = (struct err)ERR_INIT;
        buf_init(&out, 0);
        if (do_file(o, forms, in->args[i], &out, &e)) {
            verb_say("%s: %s", in->args[i], err_text(&e, text, sizeof text));
            status = VERB_FAILED;
        } else if (write_out(&out) != VERB_DONE) {
            status = VERB_FAILED;
        }
        buf_finish(&out);
    }
    forms_destroy(forms);
    return status;
}

static int run(const struct verb *v, int argc, char **argv)
{
    static const char *const formats[] = {"json", "text", NULL};
    struct options o = {0};
    const struct verb_option options[] = {
        {"format", 'f', VERB_CHOICE, &o.format, "FORMAT",
         "json: the readings with their fields; text: a table", formats},
        {"forms", 0, VERB_TEXT, &o.forms_dir, "DIR", "folder of form definitions (forms.dir)"},
        {"pictures", 0, VERB_TEXT, &o.pictures, "DIR",
         "folder of the pictures that were read, to look for ticked boxes"},
        {"mask", 0, VERB_FLAG, &o.mask, NULL, "star out resident numbers, telephones and accounts"},
        {NULL},
    };
    struct verb_input in;
    int status = verb_begin(v, options, argc, argv, &in);
    if (status >= 0)
        return status;
    if (!o.format)
        o.format = isatty(STDOUT_FILENO) ? "text" : "json";
    o.limits = config_engine_options(&in.config).limits;
    if (!o.forms_dir)
        o.forms_dir = in.config.forms.dir;
    status = in.arg_count ? do_all(&o, &in)
                          : verb_misuse(v, "a reading is missing; - is standard input");
    verb_end(&in);
    return status;
}

const struct verb verb_fields = {
    .name = "fields",
    .summary = "Look for fields in readings made before, after a form was changed",
    .usage = "READING.json...|- [options]",
    .text = "Takes what `read` wrote as JSON, one reading a file or one a line, and finds forms,\n"
            "fields, checks and verdicts anew; no picture is read again.\n",
    .run = run,
};
