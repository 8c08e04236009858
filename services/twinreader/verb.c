#include "twinreader/verb.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONFIG_ARENA = 4 << 20, MAX_OPTIONS = 32 };

/* Options that every verb has, with where their values go. */
struct common {
    bool help, print_config;
    const char *config_path;
};

void verb_say(const char *fmt, ...)
{
    char text[1280], shown[4 * sizeof text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text_escape(text, shown, sizeof shown);
    fprintf(stderr, "twinreader: %s\n", shown);
}

int verb_fail(const struct err *e)
{
    char text[1100];
    verb_say("%s", err_text(e, text, sizeof text));
    return e->code == ERR_USAGE || e->code == ERR_CONFIG ? VERB_MISUSED : VERB_FAILED;
}

int verb_misuse(const struct verb *v, const char *fmt, ...)
{
    char text[1024], shown[4 * sizeof text];
    const char *space = *v->name ? " " : ""; /* options may come without a verb */
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text_escape(text, shown, sizeof shown);
    fprintf(stderr, "twinreader%s%s: %s\nTry: twinreader%s%s --help\n", space, v->name, shown,
            space, v->name);
    return VERB_MISUSED;
}

static void print_option(const struct verb_option *o)
{
    char left[64], letter[8] = "    ";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, o->argument ? " " : "",
             o->argument ? o->argument : "");
    printf("  %-26s  %s", left, o->help);
    for (int i = 0; o->type == VERB_CHOICE && o->choices[i]; i++)
        printf("%s%s", i ? ", " : ": ", o->choices[i]);
    putchar('\n');
}

static void print_help(const struct verb *v, const struct verb_option *options)
{
    printf("Usage: twinreader %s%s%s\n\n%s.\n\n", v->name, *v->name ? " " : "", v->usage,
           v->summary);
    if (v->text)
        printf("%s\n", v->text);
    puts("Options:");
    for (; options->name; options++)
        print_option(options);
}

/* Names the value's mistake; `given` is the option as it was typed. */
static int set_option(const struct verb *v, const struct verb_option *o, const char *given,
                      const char *value)
{
    int64_t number;
    switch (o->type) {
    case VERB_FLAG:
        *(bool *)o->to = true;
        return VERB_GO_ON;
    case VERB_TEXT:
        *(const char **)o->to = value;
        return VERB_GO_ON;
    case VERB_NUMBER:
        if (!text_to_int(value, &number) || number < o->min || number > o->max)
            return verb_misuse(v, "%s must be a whole number from %lld to %lld, is \"%s\"", given,
                               (long long)o->min, (long long)o->max, value);
        *(int64_t *)o->to = number;
        return VERB_GO_ON;
    case VERB_CHOICE:
        break;
    }
    char wanted[256] = "";
    for (int i = 0; o->choices[i]; i++) {
        if (strcmp(o->choices[i], value) == 0) {
            *(const char **)o->to = o->choices[i];
            return VERB_GO_ON;
        }
        size_t len = strlen(wanted);
        snprintf(wanted + len, sizeof wanted - len, "%s%s", i ? ", " : "", o->choices[i]);
    }
    return verb_misuse(v, "%s must be one of %s, is \"%s\"", given, wanted, value);
}

static int unknown_option(const struct verb *v, const struct verb_option *options,
                          const char *given, size_t len)
{
    char name[64];
    const char *names[MAX_OPTIONS + 1];
    size_t count = 0;
    snprintf(name, sizeof name, "%.*s", (int)len - 2, given + 2);
    for (; options->name; options++)
        names[count++] = options->name;
    names[count] = NULL;
    const char *near = text_nearest(name, names);
    if (near)
        return verb_misuse(v, "unknown option %.*s; did you mean --%s?", (int)len, given, near);
    return verb_misuse(v, "unknown option %.*s", (int)len, given);
}

/* Takes the option at argv[*i], moving *i on when its value is the next argument. */
static int take_option(const struct verb *v, const struct verb_option *options, int argc,
                       char **argv, int *i)
{
    const char *given = argv[*i], *value = NULL;
    const struct verb_option *o = options;
    size_t len = strlen(given);
    if (given[1] == '-') {
        len = strcspn(given, "=");
        value = given[len] ? given + len + 1 : NULL;
        while (o->name && (strlen(o->name) != len - 2 || strncmp(o->name, given + 2, len - 2) != 0))
            o++;
        if (!o->name)
            return unknown_option(v, options, given, len);
    } else {
        while (o->name && o->letter != given[1])
            o++;
        if (!o->name)
            return verb_misuse(v, "unknown option -%c", given[1]);
        len = 2;
        value = given[2] ? given + 2 : NULL;
    }
    char shown[64];
    snprintf(shown, sizeof shown, "%.*s", (int)len, given);
    if (o->type == VERB_FLAG && value)
        return verb_misuse(v, "%s takes no value", shown);
    if (o->type != VERB_FLAG && !value) {
        if (*i + 1 >= argc)
            return verb_misuse(v, "%s needs a value: %s", shown, o->argument);
        value = argv[++*i];
    }
    return set_option(v, o, shown, value);
}

static int print_config(const struct verb_input *in)
{
    struct buf b;
    buf_init(&b, 0);
    conf_print(config_keys, &in->config, &b);
    bool good = !buf_status(&b) && fwrite(b.data, 1, b.len, stdout) == b.len && !fflush(stdout);
    if (!good)
        verb_say("cannot write the configuration");
    buf_finish(&b);
    return good ? VERB_DONE : VERB_FAILED;
}

static int load_config(const struct common *common, struct verb_input *ret)
{
    struct err e = ERR_INIT;
    int code = config_load(ret->arena, common->config_path, &ret->config, &e);
    if (code) {
        verb_fail(&e);
        return VERB_MISUSED; /* a file that is not there was named wrongly, too */
    }
    log_set_level((enum log_level)ret->config.log.level);
    return common->print_config ? print_config(ret) : VERB_GO_ON;
}

int verb_begin(const struct verb *v, const struct verb_option *options, int argc, char **argv,
               struct verb_input *ret)
{
    struct common common = {0};
    struct verb_option all[MAX_OPTIONS + 1] = {{0}};
    const struct verb_option shared[] = {
        {"config", 0, VERB_TEXT, &common.config_path, "FILE", "configuration file (YAML)"},
        {"print-config", 0, VERB_FLAG, &common.print_config, NULL,
         "print the configuration in use"},
        {"help", 'h', VERB_FLAG, &common.help, NULL, "print this"},
    };
    size_t count = 0;
    for (; options->name && count < MAX_OPTIONS - 3; options++)
        all[count++] = *options;
    for (int i = 0; i < 3; i++)
        all[count++] = shared[i];

    struct verb_input in = {.arena = arena_create(CONFIG_ARENA),
                            .args = calloc((size_t)argc + 1, sizeof *in.args)};
    int status = VERB_GO_ON;
    if (!in.arena || !in.args) {
        verb_say("not enough memory");
        status = VERB_FAILED;
    }
    bool only_args = false;
    for (int i = 1; status == VERB_GO_ON && i < argc; i++) {
        if (only_args || argv[i][0] != '-' || !argv[i][1])
            in.args[in.arg_count++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            only_args = true;
        else
            status = take_option(v, all, argc, argv, &i);
    }
    if (status == VERB_GO_ON && common.help) {
        print_help(v, all);
        status = VERB_DONE;
    }
    if (status == VERB_GO_ON)
        status = load_config(&common, &in);
    if (status == VERB_GO_ON)
        *ret = in;
    else
        verb_end(&in);
    return status;
}

void verb_end(struct verb_input *in)
{
    arena_destroy(in->arena);
    free(in->args);
}
