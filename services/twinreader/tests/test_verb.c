#include "twinreader/verb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct verb made = {.name = "make", .summary = "Make things", .usage = "THING..."};

struct values {
    bool flag;
    const char *text, *choice;
    int64_t number;
    int status, arg_count;
    char args[128], said[1024];
};

/* Runs verb_begin on a command line of blanks and gives what it read and said. */
static struct values begin(const char *line)
{
    static const char *const choices[] = {"json", "text", NULL};
    struct values v = {.number = -1};
    const struct verb_option options[] = {
        {"flag", 'F', VERB_FLAG, &v.flag, NULL, "a flag"},
        {"output", 'o', VERB_TEXT, &v.text, "DIR", "a text"},
        {"format", 'f', VERB_CHOICE, &v.choice, "FORMAT", "a choice", choices},
        {"jobs", 'j', VERB_NUMBER, &v.number, "N", "a number", .min = 1, .max = 8},
        {NULL},
    };
    char *argv[16], *copy = strdup(line), *rest = NULL;
    int argc = 0;
    for (char *p = strtok_r(copy, " ", &rest); p; p = strtok_r(NULL, " ", &rest))
        argv[argc++] = p;
    argv[argc] = NULL;
    int ends[2], out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    struct verb_input in;
    v.status = verb_begin(&made, options, argc, argv, &in);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    size_t len = 0;
    for (ssize_t n;
         len < sizeof v.said - 1 && (n = read(ends[0], v.said + len, sizeof v.said - 1 - len)) > 0;)
        len += (size_t)n;
    close(ends[0]);
    if (v.status == VERB_GO_ON) {
        v.arg_count = in.arg_count;
        for (int i = 0; i < in.arg_count; i++)
            snprintf(v.args + strlen(v.args), sizeof v.args - strlen(v.args), "%s ", in.args[i]);
        verb_end(&in);
    }
    /* The texts pointed into the command line. */
    v.text = v.text ? strcmp(v.text, "dir") == 0 ? "dir" : "other" : NULL;
    free(copy);
    return v;
}

static void options_and_arguments_may_be_mixed(void **state)
{
    (void)state;
    struct values v = begin("make a --flag -o dir b --format=text -j3 - -- -c");
    assert_int_equal(v.status, VERB_GO_ON);
    assert_true(v.flag);
    assert_string_equal(v.text, "dir");
    assert_string_equal(v.choice, "text");
    assert_int_equal(v.number, 3);
    assert_string_equal(v.args, "a b - -c ");
    assert_string_equal(v.said, "");
    v = begin("make");
    assert_int_equal(v.status, VERB_GO_ON);
    assert_false(v.flag);
    assert_null(v.text);
    assert_int_equal(v.number, -1);
}

static void mistakes_are_named_and_lead_to_help(void **state)
{
    (void)state;
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"make --formt x", "unknown option --formt; did you mean --format?"},
        {"make --zzzzzzz", "unknown option --zzzzzzz"},
        {"make -x", "unknown option -x"},
        {"make -o", "-o needs a value: DIR"},
        {"make --output", "--output needs a value: DIR"},
        {"make --flag=1", "--flag takes no value"},
        {"make --format xml", "--format must be one of json, text, is \"xml\""},
        {"make --jobs 9", "--jobs must be a whole number from 1 to 8, is \"9\""},
        {"make --jobs=0", "--jobs must be a whole number from 1 to 8, is \"0\""},
        {"make -jx", "-j must be a whole number from 1 to 8, is \"x\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[256];
        struct values v = begin(cases[i].line);
        snprintf(expected, sizeof expected, "twinreader make: %s\nTry: twinreader make --help\n",
                 cases[i].said);
        assert_int_equal(v.status, VERB_MISUSED);
        assert_string_equal(v.said, expected);
    }
}

static void help_and_configuration_end_the_run(void **state)
{
    (void)state;
    struct values v = begin("make --help");
    assert_int_equal(v.status, VERB_DONE);
    assert_non_null(strstr(v.said, "Usage: twinreader make THING...\n\nMake things.\n"));
    assert_non_null(strstr(v.said, "  -o, --output DIR            a text\n"));
    assert_non_null(strstr(v.said, "a choice: json, text\n"));
    v = begin("make --print-config");
    assert_int_equal(v.status, VERB_DONE);
    assert_int_equal(strncmp(v.said, "server:\n", 8), 0);
    v = begin("make --config /nonexistent.yaml");
    assert_int_equal(v.status, VERB_MISUSED);
    assert_string_equal(v.said, "twinreader: cannot open /nonexistent.yaml: No such file or "
                                "directory\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_arguments_may_be_mixed),
        cmocka_unit_test(mistakes_are_named_and_lead_to_help),
        cmocka_unit_test(help_and_configuration_end_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
