/*
 * What an inference engine must offer to run packages: one struct of functions per engine.  Only
 * session.c calls them; a new engine is one file that fills this struct.
 *
 * Threads: `run` may be called by many threads on one handle; the others by one at a time.
 */
#ifndef INFER_BACKEND_H
#define INFER_BACKEND_H

#include "base/err.h"
#include "infer/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BACKEND_MAX_RANK = 8 };

/* What the network says of one input or output; a free dimension is -1. */
struct backend_tensor {
    bool is_float32;
    int rank; /* dimensions past BACKEND_MAX_RANK are counted, not kept */
    int64_t dim[BACKEND_MAX_RANK];
};

struct backend_info {
    size_t inputs, outputs;
    struct backend_tensor input, output; /* the first of each */
};

struct session_result {
    const float *data;
    int rank;
    int64_t dim[4];
    void *held; /* what `release` frees */
    void (*release)(void *held);
};

struct backend {
    /* "onnxruntime 1.32.0"; lives as long as the process. */
    const char *(*version)(void);
    /* ERR_FORMAT, ERR_NOT_FOUND, ERR_UNSUPPORTED, ERR_NOMEM. */
    int (*open)(const char *path, const struct session_options *o, void **ret_handle,
                struct backend_info *ret_info, struct err *e);
    void (*close)(void *handle);
    /* Fills `ret`, whose rank is at most 4.  ERR_INFERENCE, ERR_NOMEM. */
    int (*run)(void *handle, const float *input, const int64_t shape[4], struct session_result *ret,
               struct err *e);
};

extern const struct backend backend_ort;

#endif
