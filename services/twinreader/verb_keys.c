#include "http/keys.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void print_name(void *user, const char *name)
{
    (void)user;
    puts(name);
}

static int act(const struct verb *v, const struct verb_input *in, const char *file)
{
    const char *what = in->arg_count ? in->args[0] : "";
    char key[KEYS_KEY_SIZE];
    struct err e = ERR_INIT;
    int rc;
    bool list = strcmp(what, "list") == 0;
    if (!list && strcmp(what, "new") != 0 && strcmp(what, "revoke") != 0)
        return verb_misuse(v,
                           *what ? "there is no \"%s\"; there are new, list and revoke"
                                 : "say what to do: new, list or revoke%s",
                           what);
    if (in->arg_count != (list ? 1 : 2))
        return verb_misuse(v, list ? "%s takes no name" : "%s takes exactly one name", what);
    if (!*file)
        return verb_misuse(v, "there is no file of keys: give --file or set server.keys_file");
    if (list)
        rc = keys_list(file, print_name, NULL, &e);
    else if (*what == 'n')
        rc = keys_add(file, in->args[1], key, &e);
    else
        rc = keys_revoke(file, in->args[1], &e);
    if (rc)
        return verb_fail(&e);
    if (*what == 'n') {
        puts(key);
        verb_say("this is the only time the key of %s is shown; %s keeps its hash", in->args[1],
                 file);
    }
    return VERB_DONE;
}

static int run(const struct verb *v, int argc, char **argv)
{
    const char *file = NULL;
    const struct verb_option options[] = {
        {"file", 0, VERB_TEXT, .to = &file, .argument = "FILE",
         .help = "the file of keys; default: server.keys_file"},
        {NULL},
    };
    struct verb_input in;
    int status = verb_begin(v, options, argc, argv, &in);
    if (status >= 0)
        return status;
    status = act(v, &in, file ? file : in.config.server.keys_file);
    verb_end(&in);
    return status;
}

const struct verb verb_keys = {
    .name = "keys",
    .summary = "Make, list and revoke API keys of the server",
    .usage = "new NAME | list | revoke NAME [--file FILE]",
    .text = "new prints a key once and keeps only its hash.  A running server notices at once.\n",
    .run = run,
};
