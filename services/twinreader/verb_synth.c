/* twinreader synth: invented papers, drawn, worn and labelled; or a stream of a recogniser's
 * training samples. */
#include "base/clock.h"
#include "base/text.h"
#include "twinreader/progress.h"
#include "twinreader/synth/crops.h"
#include "twinreader/synth/pages.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *dir, *kind, *split, *look, *formats, *image;
    int64_t count, seed, first, dpi, jobs, height, max_width;
    bool list;
};

static const char *const splits[] = {"train", "held", NULL};
static const char *const looks[] = {"mixed", "clean", "scan", "fax", "phone", NULL};
static const char *const images[] = {"jpeg", "png", NULL};

/* In the order of enum synth_pages_format's bits. */
static const char *const formats[] = {"jsonl", "icdar", "coco", "crops", "reading", NULL};

static int look_of(const char *name)
{
    for (int i = 0; i < SYNTH_LOOK_COUNT; i++)
        if (strcmp(synth_look_name((enum synth_look)i), name) == 0)
            return i;
    return -1;
}

static enum synth_split split_of(const char *name)
{
    return strcmp(name, "held") == 0 ? SYNTH_HELD : SYNTH_TRAIN;
}

/* Reads "jsonl,coco"; an exit code, or VERB_GO_ON. */
static int parse_formats(const struct verb *v, const char *list, unsigned *ret)
{
    unsigned set = 0;
    for (const char *s = list; *s;) {
        char name[32];
        size_t len = strcspn(s, ",");
        int i = 0;
        snprintf(name, sizeof name, "%.*s", (int)len, s);
        while (formats[i] && strcmp(formats[i], name) != 0)
            i++;
        if (!formats[i])
            return verb_misuse(v, "--format knows jsonl, icdar, coco, crops, reading, not \"%s\"",
                               name);
        set |= 1u << i;
        s += len + (s[len] == ',');
    }
    *ret = set;
    return VERB_GO_ON;
}

static int unknown_kind(const struct verb *v, const struct synth_papers *papers, const char *kind)
{
    const char *names[65];
    size_t n = synth_papers_count(papers);
    n = n < 64 ? n : 64;
    for (size_t i = 0; i < n; i++)
        names[i] = synth_papers_name(papers, i);
    names[n] = NULL;
    const char *near = text_nearest(kind, names);
    return verb_misuse(v, "no kind of paper is called \"%s\"%s%s%s; --list names them", kind,
                       near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* The index of a kind, -1 for "all", -2 for an unknown one. */
static int kind_of(const struct synth_papers *papers, const char *kind)
{
    if (strcmp(kind, "all") == 0)
        return -1;
    for (size_t i = 0; i < synth_papers_count(papers); i++)
        if (strcmp(synth_papers_name(papers, i), kind) == 0)
            return (int)i;
    return -2;
}

static int list_kinds(const struct synth_papers *papers)
{
    for (size_t i = 0; i < synth_papers_count(papers); i++)
        puts(synth_papers_name(papers, i));
    if (fflush(stdout) == 0)
        return VERB_DONE;
    verb_say("standard output: %s", strerror(errno));
    return VERB_FAILED;
}

static int make_pages(const struct options *o, const struct verb_input *in,
                      const struct synth_papers *papers, unsigned set, int kind)
{
    struct err e = ERR_INIT;
    struct synth_pages_summary sum;
    struct synth_pages_options po = synth_pages_options_default();
    po.dir = o->dir;
    po.seed = (uint64_t)o->seed;
    po.first = (uint64_t)o->first;
    po.count = (uint64_t)o->count;
    po.kind = kind;
    po.look = look_of(o->look);
    po.split = split_of(o->split);
    po.dpi = (double)o->dpi;
    po.formats = set;
    po.png = strcmp(o->image, "png") == 0;
    po.workers = o->jobs ? (int)o->jobs : config_workers(&in->config);
    po.progress = progress_create((size_t)o->count, "pages");
    uint64_t start = clock_monotonic_ns();
    int code = synth_pages_run(&po, papers, &sum, &e);
    progress_destroy(po.progress);
    if (code)
        return verb_fail(&e);
    double s = (double)(clock_monotonic_ns() - start) / 1e9;
    printf("%s: %llu pages, %llu words, %llu of them hidden; %.1f pages a second\n", o->dir,
           (unsigned long long)sum.pages, (unsigned long long)sum.words,
           (unsigned long long)sum.hidden, s > 0 ? (double)sum.pages / s : 0);
    return VERB_DONE;
}

static int run_pages(const struct verb *v, const struct options *o, const struct verb_input *in)
{
    struct err e = ERR_INIT;
    struct synth_papers *papers = NULL;
    unsigned set = 0;
    int status = parse_formats(v, o->formats, &set);
    if (status != VERB_GO_ON)
        return status;
    if (!o->list && (!o->dir || !o->count))
        return verb_misuse(v, "--out DIR and --count N are needed");
    if (synth_papers_create(NULL, &papers, &e))
        return verb_fail(&e);
    int kind = kind_of(papers, o->kind);
    if (o->list)
        status = list_kinds(papers);
    else if (kind == -2)
        status = unknown_kind(v, papers, o->kind);
    else
        status = make_pages(o, in, papers, set, kind);
    synth_papers_destroy(papers);
    return status;
}

static int run_crops(const struct verb *v, const struct options *o, const struct verb_input *in)
{
    struct err e = ERR_INIT;
    struct synth_crops_options co = synth_crops_options_default();
    if (isatty(STDOUT_FILENO))
        return verb_misuse(v, "the stream of crops does not belong on a terminal: redirect it");
    co.seed = (uint64_t)o->seed;
    co.first = (uint64_t)o->first;
    co.count = (uint64_t)o->count;
    co.split = split_of(o->split);
    co.look = look_of(o->look);
    co.workers = o->jobs ? (int)o->jobs : config_workers(&in->config);
    if (o->height)
        co.height = (int)o->height;
    if (o->max_width)
        co.max_width = (int)o->max_width;
    return synth_crops_stream(&co, STDOUT_FILENO, &e) ? verb_fail(&e) : VERB_DONE;
}

/* Threads started later never take the first two; synth_ordered_run looks for them.  A file that
 * grows too large for a limit is an error of that write. */
static void arrange_signals(void)
{
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, NULL);
    signal(SIGXFSZ, SIG_IGN);
}

static int run(const struct verb *v, int argc, char **argv)
{
    struct options o = {.kind = "all",
                        .split = "train",
                        .look = "mixed",
                        .formats = "jsonl",
                        .image = "jpeg",
                        .dpi = 150,
                        .seed = 1};
    const struct verb_option options[] = {
        {"out", 'o', VERB_TEXT, &o.dir, "DIR", "folder to fill: a new or an empty one"},
        {"count", 'n', VERB_NUMBER, &o.count, "N", "how many (crops: 0 is until nobody reads)",
         .max = 1000000000},
        {"seed", 's', VERB_NUMBER, &o.seed, "S", "the same seed gives the same bytes (1)",
         .max = INT64_MAX},
        {"first", 0, VERB_NUMBER, &o.first, "N", "number of the first (0)", .max = 1000000000},
        {"kind", 'k', VERB_TEXT, &o.kind, "NAME", "kind of paper, or all (all)"},
        {"split", 0, VERB_CHOICE, &o.split, "NAME", "fonts and layouts (train)", splits},
        {"look", 0, VERB_CHOICE, &o.look, "NAME", "how it was taken (mixed)", looks},
        {"dpi", 0, VERB_NUMBER, &o.dpi, "N", "pixels an inch of paper (150)", .min = 50,
         .max = 600},
        {"format", 0, VERB_TEXT, &o.formats, "LIST",
         "of jsonl, icdar, coco, crops, reading, by commas (jsonl)"},
        {"image", 0, VERB_CHOICE, &o.image, "NAME", "format of the pictures (jpeg)", images},
        {"height", 0, VERB_NUMBER, &o.height, "N", "crops: rows of pixels (32)", .min = 16,
         .max = 96},
        {"max-width", 0, VERB_NUMBER, &o.max_width, "N", "crops: most columns of pixels", .min = 32,
         .max = 8192},
        {"jobs", 'j', VERB_NUMBER, &o.jobs, "N", "made at the same time (cores)", .min = 1,
         .max = 1024},
        {"list", 0, VERB_FLAG, &o.list, NULL, "name the kinds of paper there are"},
        {NULL},
    };
    struct verb_input in;
    int status = verb_begin(v, options, argc, argv, &in);
    if (status >= 0)
        return status;
    arrange_signals();
    if (in.arg_count == 0)
        status = run_pages(v, &o, &in);
    else if (in.arg_count == 1 && strcmp(in.args[0], "crops") == 0)
        status = run_crops(v, &o, &in);
    else
        status = verb_misuse(v, "\"%s\" is not understood; there is only \"crops\"", in.args[0]);
    verb_end(&in);
    return status;
}

const struct verb verb_synth = {
    .name = "synth",
    .summary = "Invent papers and label what is on them, or stream training crops",
    .usage = "--out DIR --count N [options] | crops --count N [options] > FILE",
    .text = "DIR gets images/, the labels and, last, manifest.json with the hash of every file:\n"
            "  jsonl    truth.jsonl: pages, words, characters, fields; eval takes it as truth\n"
            "  icdar    icdar/N.txt: quadrilaterals and text, ### for what cannot be read\n"
            "  coco     coco.json: words and lines as objects\n"
            "  crops    crops/, words.tsv, lines.tsv: cut-outs, path TAB text\n"
            "  reading  readings.jsonl: what a perfect reader would print; lines.jsonl the same\n"
            "           for eval --predictions\n"
            "The stream of crops is described in synth/crops.h.\n",
    .run = run,
};
