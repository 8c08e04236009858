/*
 * model.yaml, from bytes to a struct package; no file but model.yaml is looked at. models/README.md
 * documents the keys.
 *
 * Lifetime: everything lives in the arena.  Threads: the arena's.
 */
#ifndef INFER_PACKAGE_YAML_H
#define INFER_PACKAGE_YAML_H

#include "base/arena.h"
#include "base/yaml.h"
#include "infer/package.h"

/* What model.yaml says beside struct package, for whoever then looks at the files. */
struct package_yaml {
    const struct yaml_node *root;
    const char *model_file, *charset_file; /* relative to the folder; checked to stay inside it */
    char charset_sha256[65];
    bool space; /* the last class is the space, which the charset's file does not list */
};

/* Fills `p`: paths of files are still relative, codec.charset is still NULL.  `file` is for
 * messages.  ERR_CONFIG with file, line, key and reason; ERR_LIMIT; ERR_NOMEM. */
int package_yaml_parse(struct arena *a, const char *file, const char *bytes, size_t len,
                       struct package *p, struct package_yaml *ret, struct err *e) MUST_CHECK;

#endif
