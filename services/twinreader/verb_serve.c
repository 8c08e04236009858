#include "base/log.h"
#include "base/metrics.h"
#include "http/server.h"
#include "image/document.h"
#include "twinreader/routes.h"
#include "twinreader/verb.h"
#include "twinreader/verbs.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SWEEP_SECONDS = 30, MOUNTS = 3 };

static void on_access(void *user, const struct server_access *a)
{
    (void)user;
    log_write(a->status >= 500 ? LOG_WARNING : LOG_INFO, "http", "%s %s %s %d %.3fs%s%s", a->id,
              a->method, a->path, a->status, a->seconds, *a->key_name ? " key=" : "", a->key_name);
}

static void on_failed(void *user, const char *request_id, const struct err *e)
{
    char text[1100];
    (void)user;
    log_error("http", "%s %s", request_id, err_text(e, text, sizeof text));
}

static struct server_config server_settings(const struct config *c, struct service *s,
                                            const struct server_mount *mounts, size_t mount_count)
{
    struct server_config o = server_config_default();
    o.listen = c->server.listen;
    o.port = (int)c->server.port;
    o.keys_file = c->server.keys_file;
    o.max_connections = (int)c->server.max_connections;
    o.read_timeout_ms = c->server.read_timeout;
    o.upload_dir = c->store.dir;
    o.max_uploads = c->server.max_body > o.max_uploads / 4 ? c->server.max_body * 4 : o.max_uploads;
    o.slow_threads = config_workers(c);
    o.slow_queue = (int)c->server.queue;
    o.routes = s->routes;
    o.route_count = ROUTES_COUNT;
    o.mounts = mounts;
    o.mount_count = mount_count;
    o.openapi = s->openapi;
    o.metrics = s->metrics;
    o.access = on_access;
    o.failed = on_failed;
    o.user = s;
    return o;
}

/* Waits for the signal to stop, sweeping the store meanwhile. */
static int wait_for_stop(struct store *store, const sigset_t *signals)
{
    const struct timespec period = {.tv_sec = SWEEP_SECONDS};
    for (;;) {
        int got = sigtimedwait(signals, NULL, &period);
        if (got == SIGTERM || got == SIGINT)
            return got;
        if (got < 0 && errno == EAGAIN)
            store_sweep(store);
    }
}

static void end_now(int sig)
{
    _exit(128 + sig);
}

/* Whoever asks a second time does not want to wait for what is under way. */
static void heed_second_signal(const sigset_t *signals)
{
    struct sigaction a = {.sa_handler = end_now};
    sigaction(SIGTERM, &a, NULL);
    sigaction(SIGINT, &a, NULL);
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
}

static int serve(const struct config *c, struct service *s, const sigset_t *signals, struct err *e)
{
    const struct server_mount mounts[MOUNTS] = {
        {"/kit/", c->web.kit}, {"/vendor/", c->web.vendor}, {"/", c->web.dir}};
    const struct server_config o = server_settings(c, s, mounts, *c->web.dir ? MOUNTS : 0);
    struct server *server;
    int rc = server_create(&o, &server, e);
    if (rc)
        return rc;
    rc = server_start(server, e);
    if (!rc) {
        const char *open = strchr(c->server.listen, ':') ? "[" : "", *close = *open ? "]" : "";
        printf("http://%s%s%s:%d/\n", open, c->server.listen, close, server_port(server));
        fflush(stdout);
        log_info("serve", "%s, %d workers, listening on %s port %d", engine_description(s->engine),
                 o.slow_threads, c->server.listen, server_port(server));
        int got = wait_for_stop(s->store, signals);
        log_info("serve", "%s: finishing what is under way", strsignal(got));
        heed_second_signal(signals);
        server_stop(server, c->server.drain);
        log_info("serve", "stopped");
    }
    server_destroy(server);
    return rc;
}

/* A folder that was not made yet would serve a blank page without a word. */
static int check_folder(const char *key, const char *path, const char *advice, struct err *e)
{
    bool empty = true;
    DIR *d = opendir(path);
    if (!d)
        return err_set(e, ERR_CONFIG, "%s: %s: %s%s", key, path, strerror(errno), advice);
    for (const struct dirent *entry; empty && (entry = readdir(d)) != NULL;)
        empty = entry->d_name[0] == '.';
    closedir(d);
    return empty ? err_set(e, ERR_CONFIG, "%s: %s: the folder is empty%s", key, path, advice) : 0;
}

static int check_web(const struct config *c, struct err *e)
{
    int rc = 0;
    if (*c->web.dir)
        rc = check_folder("web.dir", c->web.dir, "", e);
    if (!rc && *c->web.dir)
        rc = check_folder("web.kit", c->web.kit, "", e);
    if (!rc && *c->web.dir)
        rc = check_folder("web.vendor", c->web.vendor, "; run make serve or set web.vendor", e);
    return rc;
}

/* Opens what serving needs, in this order: cheap checks first, models last. */
static int open_and_serve(const struct config *c, const sigset_t *signals, struct err *e)
{
    struct service s = {.config = c};
    const struct engine_options o = config_engine_options(c);
    struct buf openapi;
    buf_init(&openapi, 0);
    int rc = check_web(c, e);
    if (rc)
        goto out;
    s.metrics = metrics_create();
    rc = s.metrics ? routes_openapi(c, &openapi, e) : err_set(e, ERR_NOMEM, "out of memory");
    if (rc)
        goto out;
    s.openapi = openapi.data;
    routes_init(&s);
    rc = store_open(c->store.dir, c->store.keep, c->store.max_documents, &s.store, e);
    if (rc)
        goto out;
    rc = engine_create(&o, &s.engine, e);
    if (rc)
        goto out;
    rc = serve(c, &s, signals, e);
out:
    engine_destroy(s.engine);
    store_close(s.store);
    metrics_destroy(s.metrics);
    buf_finish(&openapi);
    return rc;
}

static int run(const struct verb *v, int argc, char **argv)
{
    int64_t port = -1;
    const struct verb_option options[] = {
        {"port", 'p', VERB_NUMBER, .to = &port, .argument = "PORT",
         .help = "instead of server.port; 0: any free one", .min = 0, .max = 65535},
        {NULL},
    };
    struct err e = ERR_INIT;
    struct verb_input in;
    int status = verb_begin(v, options, argc, argv, &in);
    if (status >= 0)
        return status;
    if (in.arg_count) {
        status = verb_misuse(v, "takes no arguments");
        goto out;
    }
    if (port >= 0)
        in.config.server.port = port;
    log_set_level((enum log_level)in.config.log.level);
    /* Blocked before any thread starts, so that only wait_for_stop sees them. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    status = open_and_serve(&in.config, &signals, &e) ? verb_fail(&e) : VERB_DONE;
out:
    verb_end(&in);
    return status;
}

const struct verb verb_serve = {
    .name = "serve",
    .summary = "Serve the web page and the HTTP interface",
    .usage = "[options]",
    .text =
        "Prints its address on standard output once it listens.  SIGTERM finishes what is under\n"
        "way and ends it; a second one ends it at once.  /openapi.json describes the interface.\n",
    .run = run,
};
