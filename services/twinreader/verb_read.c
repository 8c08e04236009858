/* twinreader read: documents in, text and fields out. */
#include "base/clock.h"
#include "twinreader/engine.h"
#include "twinreader/output.h"
#include "twinreader/progress.h"
#include "twinreader/read_inputs.h"
#include "twinreader/read_pool.h"
#include "twinreader/read_save.h"
#include "twinreader/read_timings.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *format_name, *dir;
    bool fields, timings, mask;
    int64_t jobs;
};

/* What results meet on their way out. */
struct sink {
    const struct output_format *format;
    struct read_save *save; /* NULL: standard output */
    struct progress *progress;
    struct read_timings timings;
    bool name_each; /* a heading before each text */
    bool failed;    /* something could not be read or written */
};

static const char *shown_path(const struct read_input *in)
{
    return strcmp(in->path, "-") == 0 ? "standard input" : in->path;
}

static void report(struct sink *s, const struct read_result *r)
{
    char text[1100];
    if (r->error.code)
        verb_say("%s: %s", shown_path(r->input), err_text(&r->error, text, sizeof text));
    for (size_t i = 0; i < r->problems.len; i += strlen(r->problems.data + i) + 1)
        verb_say("%s: %s", shown_path(r->input), r->problems.data + i);
    if (r->error.code || r->problems.len)
        s->failed = true;
}

/* Returns non-zero when nobody can be given results any more. */
static int to_stdout(struct sink *s, const struct read_result *r)
{
    errno = 0;
    if (s->name_each)
        printf("%s==> %s <==\n", s->timings.pages ? "\n" : "", shown_path(r->input));
    if (r->text.len)
        fwrite(r->text.data, 1, r->text.len, stdout);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    verb_say("standard output: %s", strerror(errno));
    s->failed = true;
    return ERR_IO;
}

static void to_file(struct sink *s, const struct read_result *r)
{
    struct err e = ERR_INIT;
    char text[1100];
    bool renamed = false;
    const char *name = read_save_name(s->save, r->input->path, &renamed);
    int code =
        name ? read_save_write(s->save, name, r->text.data ? r->text.data : "", r->text.len, &e)
             : err_set(&e, ERR_NOMEM, "not enough memory for its name");
    if (code) {
        verb_say("%s: %s", shown_path(r->input), err_text(&e, text, sizeof text));
        s->failed = true;
    } else if (renamed) {
        verb_say("%s: written as %s, another input of that name came before", shown_path(r->input),
                 name);
    }
}

static void add_timings(struct read_timings *t, const struct read_result *r)
{
    for (int i = 0; i < STAGE_COUNT; i++)
        t->sum.ns[i] += r->timings.ns[i];
    t->sum.total_ns += r->timings.total_ns;
    t->sum.boxes += r->timings.boxes;
    t->sum.batches += r->timings.batches;
    t->sum.columns += r->timings.columns;
    t->sum.columns_text += r->timings.columns_text;
    t->pages += r->pages;
}

static int take_result(void *user, const struct read_result *r)
{
    struct sink *s = user;
    int code = 0;
    progress_pause(s->progress);
    report(s, r);
    if (!r->error.code && s->save)
        to_file(s, r);
    else if (!r->error.code)
        code = to_stdout(s, r);
    if (!r->error.code)
        add_timings(&s->timings, r);
    progress_resume(s->progress);
    return code;
}

/* From here on a worker thread never takes these; read_pool_run looks for them. */
static void block_signals(void)
{
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, NULL);
}

/* Checks what only the options together can say; the exit code, or VERB_GO_ON. */
static int check(const struct verb *v, struct options *o, const struct verb_input *in,
                 const struct read_inputs *inputs, const struct output_format **ret_format)
{
    if (!in->arg_count)
        return verb_misuse(v, "a file or directory is missing; - is standard input");
    if (!o->format_name)
        o->format_name = !o->dir && isatty(STDOUT_FILENO) ? "text" : "json";
    const struct output_format *f = output_format_find(o->format_name);
    bool joins = strcmp(f->name, "json") == 0 || strcmp(f->name, "text") == 0;
    if (!o->dir && !joins && inputs->count > 1)
        return verb_misuse(v, "results of several files cannot be joined as %s: give -o DIR",
                           f->name);
    if (!o->dir && f->needs_picture && isatty(STDOUT_FILENO))
        return verb_misuse(v, "%s does not belong on a terminal: give -o DIR or redirect", f->name);
    int stdins = 0;
    for (int i = 0; i < in->arg_count; i++)
        stdins += strcmp(in->args[i], "-") == 0;
    if (stdins > 1)
        return verb_misuse(v, "standard input can be read once only");
    *ret_format = f;
    return VERB_GO_ON;
}

static int read_all(const struct options *o, const struct verb_input *in,
                    const struct read_inputs *inputs, const struct output_format *format)
{
    struct engine *engine = NULL;
    struct err e = ERR_INIT;
    struct sink sink = {.format = format};
    int workers = o->jobs ? (int)o->jobs : config_workers(&in->config);
    bool table = o->fields && strcmp(format->name, "text") == 0;
    struct engine_options eo = config_engine_options(&in->config);
    if (!o->fields)
        eo.forms_dir = NULL;
    sink.name_each = !o->dir && !table && inputs->count > 1 && strcmp(format->name, "text") == 0;
    sink.timings.workers = workers < (int)inputs->count ? workers : (int)inputs->count;

    block_signals();
    int code = o->dir ? read_save_create(o->dir, format->extension, &sink.save, &e) : 0;
    for (size_t i = 0; !code && sink.save && i < inputs->count; i++)
        code = read_save_spare(sink.save, inputs->item[i].path, &e);
    if (!code)
        code = engine_create(&eo, &engine, &e);
    if (!code) {
        sink.progress = progress_create(inputs->count, "pages");
        struct read_pool_options po = {.engine = engine,
                                       .format = format,
                                       .fields = o->fields,
                                       .timings = o->timings,
                                       .mask = o->mask,
                                       .fields_table = table,
                                       .max_bytes = in->config.limits.max_bytes,
                                       .workers = workers,
                                       .progress = sink.progress};
        uint64_t start = clock_monotonic_ns();
        code = read_pool_run(&po, inputs, take_result, &sink, &e);
        sink.timings.wall_ns = clock_monotonic_ns() - start;
        progress_destroy(sink.progress);
        if (o->timings && sink.timings.pages)
            read_timings_print(&sink.timings, stderr);
    }
    int status = sink.failed ? VERB_FAILED : VERB_DONE;
    if (code && e.code)
        status = verb_fail(&e);
    engine_destroy(engine);
    read_save_destroy(sink.save);
    return status;
}

static int run(const struct verb *v, int argc, char **argv)
{
    const char *formats[16] = {0};
    for (size_t i = 0; output_formats[i].name && i < 15; i++)
        formats[i] = output_formats[i].name;
    struct options o = {0};
    const struct verb_option options[] = {
        {"format", 'f', VERB_CHOICE, &o.format_name, "FORMAT", "what to write", formats},
        {"fields", 0, VERB_FLAG, &o.fields, NULL, "look for fields; with text, a table of them"},
        {"mask", 0, VERB_FLAG, &o.mask, NULL,
         "star out resident numbers, telephones and accounts, and paint them over"},
        {"output", 'o', VERB_TEXT, &o.dir, "DIR", "one file per document in DIR"},
        {"jobs", 'j', VERB_NUMBER, &o.jobs, "N", "documents read at the same time (cores)",
         .min = 1, .max = 1024},
        {"timings", 0, VERB_FLAG, &o.timings, NULL, "say where the time went"},
        {NULL},
    };
    struct verb_input in;
    int status = verb_begin(v, options, argc, argv, &in);
    if (status >= 0)
        return status;
    struct read_inputs inputs = {0};
    struct err e = ERR_INIT;
    const struct output_format *format = NULL;
    if (read_inputs_collect(in.args, in.arg_count, &inputs, &e))
        status = verb_fail(&e);
    if (status == VERB_GO_ON)
        status = check(v, &o, &in, &inputs, &format);
    if (status == VERB_GO_ON)
        status = read_all(&o, &in, &inputs, format);
    read_inputs_finish(&inputs);
    verb_end(&in);
    return status;
}

const struct verb verb_read = {
    .name = "read",
    .summary = "Read documents: pictures and PDFs in, text, boxes and fields out",
    .usage = "FILE...|DIR...|- [options]",
    .text = "A directory stands for all files in it, in name order; - is standard input.  Results\n"
            "go to standard output in the order of the inputs (several as JSON: one a line), or\n"
            "into DIR.  A document that cannot be read is reported, the others are read, and the\n"
            "exit code is 1.  On a terminal the format is text, else json.\n",
    .run = run,
};
