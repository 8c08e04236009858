/* twinreader models: what model packages there are, whether they still give the answers written
 * down for them, and how fast their networks are. */
#include "base/jsonw.h"
#include "base/text.h"
#include "image/document.h"
#include "infer/package.h"
#include "infer/session.h"
#include "twinreader/models_bench.h"
#include "twinreader/models_verify.h"
#include "twinreader/progress.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct models {
    const struct config *config;
    char **names; /* of the packages to work on; owned unless they are arguments */
    size_t count;
    int64_t threads;
    bool json;
    struct jsonw out;
    struct progress *progress;
};

/* Handles one package, loaded or refused (then `p` is NULL and `e` says why); adds what it found to
 * m->out or prints it.  Returns 0, or a code that makes the verb fail. */
typedef int work_fn(struct models *m, const char *name, const struct package *p, struct err *e);

static bool is_used(const struct config *c, const char *name)
{
    return strcmp(name, c->models.detector) == 0 || strcmp(name, c->models.recogniser) == 0 ||
           strcmp(name, c->models.angle) == 0;
}

static void put_text(struct jsonw *w, const char *key, const char *value)
{
    jsonw_key(w, key);
    jsonw_string(w, value);
}

static void put_error(struct jsonw *w, const struct err *e)
{
    char text[1100];
    put_text(w, "error", err_name(e->code));
    put_text(w, "message", err_text(e, text, sizeof text));
}

static void say_error(struct models *m, const char *name, const struct err *e)
{
    char text[1100];
    progress_pause(m->progress);
    verb_say("%s: %s", name, err_text(e, text, sizeof text));
    progress_resume(m->progress);
}

static int list_one(struct models *m, const char *name, const struct package *p, struct err *e)
{
    const bool used = is_used(m->config, name);
    if (m->json) {
        put_text(&m->out, "name", name);
        jsonw_key(&m->out, "used");
        jsonw_bool(&m->out, used);
        if (!p) {
            put_error(&m->out, e);
            return e->code;
        }
        put_text(&m->out, "task", package_task_name(p->task));
        put_text(&m->out, "version", p->version);
        put_text(&m->out, "title", p->title);
        put_text(&m->out, "licence", p->licence);
        put_text(&m->out, "origin", p->origin);
        put_text(&m->out, "sha256", p->model_sha256);
        return 0;
    }
    if (p)
        printf("%-20s %-10s %-8s %-5s %s\n", name, package_task_name(p->task), p->version,
               used ? "yes" : "", p->title);
    else
        say_error(m, name, e);
    return e->code;
}

static int verify_one(struct models *m, const char *name, const struct package *p, struct err *e)
{
    int code = p ? models_verify(p, e) : e->code;
    if (m->json) {
        put_text(&m->out, "name", name);
        jsonw_key(&m->out, "ok");
        jsonw_bool(&m->out, !code);
        if (code)
            put_error(&m->out, e);
        return code;
    }
    if (code)
        say_error(m, name, e);
    else
        printf("%-20s ok, %zu golden input%s\n", name, p->golden_count,
               p->golden_count == 1 ? "" : "s");
    return code;
}

static void print_figures(const struct package *p, const struct models_figure *f, size_t count)
{
    printf("%s %s\n%7s %7s %7s %9s   us/%s\n", p->name, p->version, "batch", "height", "width",
           "ms", models_bench_unit_name(p));
    for (size_t i = 0; i < count; i++)
        printf("%7lld %7lld %7lld %9.2f   %.3f\n", (long long)f[i].shape[0],
               (long long)f[i].shape[2], (long long)f[i].shape[3], f[i].ms,
               f[i].ms * 1e3 / models_bench_units(p, &f[i]));
    fflush(stdout);
}

static void write_figures(struct jsonw *w, const struct package *p, const struct models_figure *f,
                          size_t count)
{
    put_text(w, "version", p->version);
    put_text(w, "unit", models_bench_unit_name(p));
    jsonw_key(w, "runs");
    jsonw_begin_array(w);
    for (size_t i = 0; i < count; i++) {
        static const char *const names[] = {"batch", "channels", "height", "width"};
        jsonw_begin_object(w);
        for (int k = 0; k < 4; k++) {
            jsonw_key(w, names[k]);
            jsonw_int(w, f[i].shape[k]);
        }
        jsonw_key(w, "ms");
        jsonw_number(w, f[i].ms, 3);
        jsonw_key(w, "us_per_unit");
        jsonw_number(w, f[i].ms * 1e3 / models_bench_units(p, &f[i]), 4);
        jsonw_key(w, "times");
        jsonw_int(w, f[i].runs);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static int bench_one(struct models *m, const char *name, const struct package *p, struct err *e)
{
    struct models_figure figures[MODELS_FIGURES_MAX];
    size_t count;
    int code = p ? models_bench(p, (int)m->threads, figures, &count, e) : e->code;
    if (m->json)
        put_text(&m->out, "name", name);
    if (code && m->json) {
        put_error(&m->out, e);
    } else if (code) {
        say_error(m, name, e);
    } else if (m->json) {
        write_figures(&m->out, p, figures, count);
    } else {
        progress_pause(m->progress);
        print_figures(p, figures, count);
        progress_resume(m->progress);
    }
    return code;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Collects the folders below models.dir that hold a model.yaml, in name order. */
static int find_all(struct models *m, struct err *e)
{
    const char *dir = m->config->models.dir;
    struct dirent *entry;
    int code = 0;
    DIR *d = opendir(dir);
    if (!d)
        return err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "models.dir: %s",
                             dir);
    while (!code && (entry = readdir(d))) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s/model.yaml", dir, entry->d_name);
        if (entry->d_name[0] == '.' || access(path, F_OK) != 0)
            continue;
        char **names = realloc(m->names, (m->count + 1) * sizeof *names);
        char *name = strdup(entry->d_name);
        if (names)
            m->names = names;
        if (!names || !name) {
            free(name);
            code = err_set(e, ERR_NOMEM, "no memory to list %s", dir);
            break;
        }
        m->names[m->count++] = name;
    }
    closedir(d);
    if (m->count)
        qsort(m->names, m->count, sizeof *m->names, compare_names);
    return code;
}

/* Runs `work` on each package; the exit code. */
static int work_on_all(struct models *m, work_fn *work)
{
    int status = VERB_DONE;
    m->progress = progress_create(m->count, "packages");
    for (size_t i = 0; i < m->count; i++) {
        char path[4096];
        struct err e = ERR_INIT;
        struct package *p = NULL;
        snprintf(path, sizeof path, "%s/%s", m->config->models.dir, m->names[i]);
        if (m->json)
            jsonw_begin_object(&m->out);
        int code = package_load(path, &p, &e);
        code = work(m, m->names[i], p, &e);
        if (m->json)
            jsonw_end_object(&m->out);
        package_destroy(p);
        progress_add(m->progress, 1);
        if (code)
            status = VERB_FAILED;
    }
    progress_destroy(m->progress);
    return status;
}

static int run_work(struct models *m, work_fn *work)
{
    struct buf b;
    buf_init(&b, 0);
    jsonw_init(&m->out, &b);
    m->out.pretty = true;
    if (m->json) {
        jsonw_begin_object(&m->out);
        put_text(&m->out, "engine", session_engine_version());
        if (work == bench_one) {
            jsonw_key(&m->out, "threads");
            jsonw_int(&m->out, m->threads);
            jsonw_key(&m->out, "cores");
            jsonw_int(&m->out, sysconf(_SC_NPROCESSORS_ONLN));
        }
        jsonw_key(&m->out, "packages");
        jsonw_begin_array(&m->out);
    } else if (work == list_one) {
        printf("%-20s %-10s %-8s %-5s %s\n", "NAME", "TASK", "VERSION", "USED", "TITLE");
    } else if (work == bench_one) {
        printf("%s, %d thread%s, %ld cores\n", session_engine_version(), (int)m->threads,
               m->threads == 1 ? "" : "s", sysconf(_SC_NPROCESSORS_ONLN));
    }
    int status = work_on_all(m, work);
    if (m->json) {
        jsonw_end_array(&m->out);
        jsonw_end_object(&m->out);
        if (buf_status(&b)) {
            verb_say("not enough memory for the output");
            status = VERB_FAILED;
        } else {
            puts(b.data);
        }
    }
    buf_finish(&b);
    if (fflush(stdout) != 0) {
        verb_say("standard output: %s", strerror(errno));
        status = VERB_FAILED;
    }
    return status;
}

static int run(const struct verb *v, int argc, char **argv)
{
    static const struct {
        const char *name;
        work_fn *work;
    } works[] = {{"list", list_one}, {"verify", verify_one}, {"bench", bench_one}};
    static const char *const work_names[] = {"list", "verify", "bench", NULL};
    struct models m = {.threads = 1};
    const struct verb_option options[] = {
        {"json", 0, VERB_FLAG, &m.json, NULL, "print JSON"},
        {"threads", 0, VERB_NUMBER, &m.threads, "N", "threads inside one run, for bench (1)",
         .min = 1, .max = 1024},
        {NULL},
    };
    struct verb_input in;
    struct err e = ERR_INIT;
    work_fn *work = NULL;
    int status = verb_begin(v, options, argc, argv, &in);
    if (status >= 0)
        return status;
    m.config = &in.config;
    for (size_t i = 0; in.arg_count && i < sizeof works / sizeof *works; i++)
        if (strcmp(in.args[0], works[i].name) == 0)
            work = works[i].work;
    if (!in.arg_count) {
        status = verb_misuse(v, "what to do is missing: list, verify or bench");
        goto out;
    }
    if (!work) {
        const char *near = text_nearest(in.args[0], work_names);
        status = verb_misuse(v, "\"%s\" is none of list, verify and bench%s%s%s", in.args[0],
                             near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        goto out;
    }
    int code = document_library_init(&e);
    if (!code && in.arg_count == 1) {
        code = find_all(&m, &e);
    } else if (!code) {
        m.names = in.args + 1;
        m.count = (size_t)in.arg_count - 1;
    }
    status = code ? verb_fail(&e) : run_work(&m, work);
out:
    if (m.names && m.names != in.args + 1) {
        for (size_t i = 0; i < m.count; i++)
            free(m.names[i]);
        free(m.names);
    }
    verb_end(&in);
    return status;
}

const struct verb verb_models = {
    .name = "models",
    .summary = "List, verify and time the model packages",
    .usage = "list|verify|bench [NAME...] [options]",
    .text = "list    what packages models.dir has, and which are in use\n"
            "verify  hashes, agreement with the network, and the answers to golden inputs\n"
            "bench   milliseconds per run for typical shapes, on noise\n"
            "Without NAME: all packages.  The exit code is 1 when a package is refused or fails.\n",
    .run = run,
};
