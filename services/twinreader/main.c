/* twinreader: reads documents.  Verbs are one file each; this one lists them and runs the one that
 * was asked for. */
#include "base/text.h"
#include "image/document.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct verb *const verbs[] = {
    &verb_read,   &verb_fields, &verb_eval,        &verb_synth,
    &verb_models, &verb_serve,  &verb_corrections, &verb_keys,
};

enum { VERB_COUNT = sizeof verbs / sizeof *verbs };

static void print_help(void)
{
    puts("Usage: twinreader VERB [arguments] [options]\n\n"
         "Reads documents: pictures and PDFs in, text, boxes and fields out.\n\nVerbs:");
    for (int i = 0; i < VERB_COUNT; i++)
        printf("  %-11s  %s\n", verbs[i]->name, verbs[i]->summary);
    puts("\nOptions:\n"
         "  --help          print this; twinreader VERB --help says more\n"
         "  --version       print the version\n"
         "  --config FILE   configuration file (YAML), after any verb\n"
         "  --print-config  print the configuration in use\n\n"
         "Every key of the configuration can be set in the environment: server.port is\n"
         "TWINREADER_SERVER_PORT.  Exit code: 0 done, 1 the work failed, 2 used wrongly.");
}

/* The configuration is the same for every verb, so it can be asked for without one. */
static int run_config(const struct verb *v, int argc, char **argv)
{
    const struct verb_option none[] = {{NULL}};
    struct verb_input in;
    int status = verb_begin(v, none, argc, argv, &in);
    if (status >= 0)
        return status;
    verb_end(&in);
    return verb_misuse(v, "a verb is missing");
}

static const struct verb no_verb = {.name = "",
                                    .summary = "Without a verb, only prints the configuration",
                                    .usage = "VERB",
                                    .run = run_config};

static int unknown_verb(const char *name)
{
    const char *names[VERB_COUNT + 1];
    for (int i = 0; i < VERB_COUNT; i++)
        names[i] = verbs[i]->name;
    names[VERB_COUNT] = NULL;
    const char *near = text_nearest(name, names);
    verb_say("unknown verb \"%s\"%s%s%s", name, near ? "; did you mean \"" : "", near ? near : "",
             near ? "\"?" : "");
    fputs("Try: twinreader --help\n", stderr);
    return VERB_MISUSED;
}

int main(int argc, char **argv)
{
    /* A reader that went away (head, a closed socket) is an error of that write, not our end. */
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        verb_say("a verb is missing");
        fputs("Try: twinreader --help\n", stderr);
        return VERB_MISUSED;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help();
        return VERB_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("twinreader " TWINREADER_VERSION);
        return VERB_DONE;
    }
    for (int i = 0; i < VERB_COUNT; i++)
        if (strcmp(argv[1], verbs[i]->name) == 0) {
            int status = verbs[i]->run(verbs[i], argc - 1, argv + 1);
            document_library_shutdown();
            return status;
        }
    if (argv[1][0] == '-')
        return run_config(&no_verb, argc, argv);
    return unknown_verb(argv[1]);
}
