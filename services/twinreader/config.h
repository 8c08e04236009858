/*
 * TwinReader's configuration: one plain struct, one table of its keys (config.c).
 *
 * Lifetime: strings live in the arena given to config_load.  Threads: immutable once loaded.
 */
#ifndef TWINREADER_CONFIG_H
#define TWINREADER_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "image/document.h"
#include "twinreader/engine.h"

#include <stdbool.h>
#include <stdint.h>

struct config {
    struct {
        const char *listen; /* address */
        int64_t port;
        const char *keys_file; /* "": no keys */
        int64_t max_body;      /* bytes of a request */
        int64_t max_connections;
        int64_t read_timeout; /* milliseconds a client may take to send what it announced */
        int64_t queue;        /* documents waiting; more are answered 503 */
        int64_t drain;        /* milliseconds to finish running work after SIGTERM */
    } server;
    int64_t workers; /* pages read at the same time; 0: one per core */
    struct {
        const char *dir;
        const char *detector;
        const char *recogniser;
        const char *angle; /* "": no angle classifier */
    } models;
    struct {
        const char *dir; /* "": no fields */
    } forms;
    struct {
        int64_t max_bytes;
        int64_t max_pixels;
        int64_t max_pages;
        int64_t max_side;
        int64_t pdf_dpi;
        bool pdf_text_layer;
        int64_t pdf_wall; /* milliseconds */
        int64_t pdf_memory;
    } limits;
    struct {
        const char *dir;
        int64_t keep; /* milliseconds */
        int64_t max_documents;
    } store;
    struct {
        const char *dir;          /* "": no page */
        const char *kit, *vendor; /* shared components; modules of others */
    } web;
    struct {
        int level; /* enum log_level */
    } log;
};

/* Ends with a NULL name. */
extern const struct conf_key config_keys[];

/* Returns the path of a shipped file or folder, or NULL for want of memory: `in_source` beside the
 * sources while the program runs from the build folder it was made in, else `installed` below
 * share/dure relative to the program itself, so that an installed tree can stand anywhere. */
const char *config_shipped(struct arena *a, const char *in_source, const char *installed);

/* Fills `ret` with the defaults, then the file `path` (NULL: none), then the environment
 * (TWINREADER_SECTION_KEY).  ERR_CONFIG, ERR_IO, ERR_NOT_FOUND, ERR_NOMEM. */
int config_load(struct arena *a, const char *path, struct config *ret, struct err *e) MUST_CHECK;

/* What the configuration says about decoding, and about the engine (borrowing its strings). */
struct document_limits config_document_limits(const struct config *c);
struct engine_options config_engine_options(const struct config *c);

/* Returns how many pages to read at the same time, at least 1. */
int config_workers(const struct config *c);

#endif
