/* A package in a temporary folder that tests then spoil in one place. */
#ifndef INFER_TESTS_FIXTURE_H
#define INFER_TESTS_FIXTURE_H

#include "infer/package.h"
#include "tiny_onnx.h"

#include <stddef.h>

struct fixture {
    char dir[256];
    char yaml[8192]; /* of model.yaml, written by the functions that load */
};

/* Makes a right package of the task; its networks are those of tiny_onnx.h. */
void fixture_init(struct fixture *f, enum package_task task);
void fixture_finish(struct fixture *f);

/* Replaces the first `from` of model.yaml, which must be there, by `to`. */
void fixture_replace(struct fixture *f, const char *from, const char *to);

/* Writes a file of the package. */
void fixture_write(const struct fixture *f, const char *name, const void *bytes, size_t len);

/* Puts another network or charset in, with the right hash in model.yaml. */
void fixture_network(struct fixture *f, enum tiny_kind kind, const struct tiny_options *o);
void fixture_network_bytes(struct fixture *f, const char *bytes, size_t len);
void fixture_charset(struct fixture *f, const char *text);

/* Loads the package, which must be right. */
struct package *fixture_load(struct fixture *f);

/* Loads the package, which must be refused with `code` and exactly this text after the folder's
 * path and a slash: "model.yaml:6: task: ...".  In `reason`, "@" stands for the folder's path. */
void fixture_refused(struct fixture *f, int code, const char *reason);

/* Compares a message, "@" standing for the folder's path. */
void fixture_message(const struct fixture *f, const struct err *e, const char *want);

#endif
