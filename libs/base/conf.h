/*
 * Configuration: a typed table describes a plain struct; values come from defaults, then a YAML
 * file, then the environment.
 *
 * A row names a dotted key ("server.port"), its type, where it lives in the struct and its bounds.
 * The environment variable of a key is PREFIX_SECTION_KEY: "server.port" of program "twinreader" is
 * TWINREADER_SERVER_PORT.  An unknown key in the file, or an unknown PREFIX_ variable, is an error
 * that names file and line (or the variable).
 *
 * Keys of one section stand together in the table.
 *
 * Lifetime: strings of the filled struct live in the arena given to conf_load.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum conf_type {
    CONF_STRING, /* const char * */
    CONF_INT,    /* int64_t, within min..max */
    CONF_SIZE,   /* int64_t bytes; "64MiB", "10KiB", "1GiB" or a plain number; within min..max */
    CONF_MS,     /* int64_t milliseconds; "30s", "500ms", "5m", "2h"; within min..max */
    CONF_DOUBLE, /* double, within min..max */
    CONF_BOOL,   /* bool */
    CONF_ENUM,   /* int, index into `names` */
    CONF_STRINGS /* struct conf_strings; in the environment separated by commas */
};

struct conf_strings {
    const char **item;
    size_t count;
};

struct conf_key {
    const char *name; /* dotted; NULL ends the table */
    enum conf_type type;
    size_t offset; /* offsetof the member */
    double min, max;
    const char *const *names; /* CONF_ENUM only, ends with NULL */
    const char *help;         /* one sentence, shown by --print-config as a comment */
};

/* Overlays the YAML file `path` (NULL: none) and then the environment on `conf`, which holds the
 * defaults.  `program` gives the environment prefix.  ERR_CONFIG, ERR_IO, ERR_NOT_FOUND. */
int conf_load(struct arena *a, const struct conf_key *table, const char *program, const char *path,
              void *conf, struct err *e) MUST_CHECK;

/* Overlays the YAML text of `len` bytes; `file` is only for messages.  ERR_CONFIG, ERR_LIMIT. */
int conf_read(struct arena *a, const struct conf_key *table, const char *file, const char *bytes,
              size_t len, void *conf, struct err *e) MUST_CHECK;

/* Appends the configuration as YAML that conf_load would read back to the same values. */
void conf_print(const struct conf_key *table, const void *conf, struct buf *out);

#endif
