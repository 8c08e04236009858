/*
 * Verbs: what `twinreader NAME ...` can do.  One file each (verb_read.c ...), one table that lists
 * them (main.c), and one way to read options, so that all verbs look alike.
 *
 * A verb's `run` lists its options in a table that points at its own variables and calls
 * verb_begin:
 *
 *     static int run(const struct verb *v, int argc, char **argv)
 *     {
 *         bool json = false;
 *         const struct verb_option options[] = {
 *             {"json", 0, VERB_FLAG, .to = &json, .help = "print JSON"},
 *             {NULL},
 *         };
 *         struct verb_input in;
 *         int status = verb_begin(v, options, argc, argv, &in);
 *         if (status >= 0)
 *             return status;
 *         ...  in.config, in.args[0 .. in.arg_count-1]
 *         verb_end(&in);
 *         return VERB_DONE;
 *     }
 *
 * --help, --config FILE and --print-config belong to every verb and are handled by verb_begin.
 */
#ifndef TWINREADER_VERB_H
#define TWINREADER_VERB_H

#include "base/arena.h"
#include "base/err.h"
#include "twinreader/config.h"

#include <stdint.h>

/* Exit codes; VERB_GO_ON is verb_begin's alone. */
enum { VERB_GO_ON = -1, VERB_DONE = 0, VERB_FAILED = 1, VERB_MISUSED = 2 };

struct verb {
    const char *name;
    const char *summary; /* one line, for the list of verbs */
    const char *usage;   /* what follows the name: "FILE... [options]" */
    const char *text;    /* more for --help, whole lines; may be NULL */
    int (*run)(const struct verb *v, int argc, char **argv); /* argv[0] is the verb's name */
};

enum verb_option_type {
    VERB_FLAG,   /* to: bool, set true */
    VERB_TEXT,   /* to: const char * */
    VERB_NUMBER, /* to: int64_t, within min..max */
    VERB_CHOICE  /* to: const char *, one of `choices` */
};

struct verb_option {
    const char *name; /* without dashes; NULL ends the table */
    char letter;      /* short form, or 0 */
    enum verb_option_type type;
    void *to;
    const char *argument; /* "FILE": how its value is called in the help; NULL for flags */
    const char *help;
    const char *const *choices; /* VERB_CHOICE; ends with NULL */
    int64_t min, max;           /* VERB_NUMBER */
};

struct verb_input {
    struct arena *arena; /* the configuration's strings */
    struct config config;
    char **args; /* what is not an option, in order; "-" is an argument, "--" ends the options */
    int arg_count;
};

/* Reads options, then the configuration.  Returns VERB_GO_ON with `ret` filled, to be given to
 * verb_end; else the exit code: all was said (--help) or it was used wrongly (already told). */
int verb_begin(const struct verb *v, const struct verb_option *options, int argc, char **argv,
               struct verb_input *ret) MUST_CHECK;
void verb_end(struct verb_input *in);

/* Prints "twinreader: <formatted>" on standard error. */
void verb_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Prints "twinreader: message: cause" and returns VERB_FAILED, or VERB_MISUSED for ERR_USAGE and
 * ERR_CONFIG. */
int verb_fail(const struct err *e);

/* Prints "twinreader NAME: <formatted>" and where to find help; returns VERB_MISUSED. */
int verb_misuse(const struct verb *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
