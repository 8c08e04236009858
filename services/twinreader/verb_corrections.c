#include "image/document.h"
#include "twinreader/corrections_export.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <string.h>

static void complain(const char *id, const struct err *e)
{
    char text[sizeof e->message + sizeof e->cause + 4];
    verb_say("%s is left out: %s", id, err_text(e, text, sizeof text));
}

static int export(const char *dir, const char *out)
{
    struct corrections_export x = {.complain = complain};
    struct err e = ERR_INIT;
    int rc = document_library_init(&e);
    if (!rc)
        rc = corrections_export(dir, out, &x, &e);
    if (rc)
        return verb_fail(&e);
    verb_say("%zu words and %zu fields of %zu documents are in %s", x.words, x.fields, x.documents,
             out);
    if (x.without_picture)
        verb_say("%zu of them have no picture", x.without_picture);
    return x.damaged ? VERB_FAILED : VERB_DONE;
}

static int run(const struct verb *v, int argc, char **argv)
{
    const char *out = NULL;
    const struct verb_option options[] = {
        {"output", 'o', VERB_TEXT, .to = &out, .argument = "OUT",
         .help = "the folder to write; made when it is not there"},
        {NULL},
    };
    struct verb_input in;
    int status = verb_begin(v, options, argc, argv, &in);
    if (status >= 0)
        return status;
    if (in.arg_count == 0 || strcmp(in.args[0], "export") != 0)
        status = verb_misuse(
            v, in.arg_count ? "there is no \"%s\"; there is export" : "say what to do: export%s",
            in.arg_count ? in.args[0] : "");
    else if (in.arg_count > 2)
        status = verb_misuse(v, "export takes one folder");
    else if (!out)
        status = verb_misuse(v, "say where to write: -o OUT");
    else
        status = export(in.arg_count == 2 ? in.args[1] : in.config.store.dir, out);
    verb_end(&in);
    return status;
}

const struct verb verb_corrections = {
    .name = "corrections",
    .summary = "Write what people corrected as labelled data",
    .usage = "export [DIR] -o OUT",
    .text =
        "DIR is a server's store (default: store.dir), which may be in use.  OUT gets images/,\n"
        "words.txt and fields.txt (path TAB text), and corrections.jsonl with the model that read\n"
        "each, who corrected it and when.  OUT mirrors DIR, and corrections leave DIR with their\n"
        "documents (store.keep): export in time, each time to a folder of its own.\n",
    .run = run,
};
