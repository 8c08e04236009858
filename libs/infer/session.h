/*
 * Running networks.  A session is a loaded package on an engine; engines stand behind one struct of
 * functions (session.c) and ONNX Runtime is the first (ort.c).
 *
 * Lifetime: session_open to session_close; a result is independent of later runs.
 * Threads: open the first session before the program starts threads (it sets an environment
 * variable that keeps ONNX Runtime from reporting to its maker); session_run may be called by many
 * threads at once on one session.
 */
#ifndef INFER_SESSION_H
#define INFER_SESSION_H

#include "base/err.h"
#include "infer/package.h"

#include <stddef.h>
#include <stdint.h>

struct session;
struct session_result;

struct session_options {
    int threads; /* inside one run; 1 where workers are parallel themselves */
};

struct session_options session_options_default(void);

/* Opens the package's network and checks that its inputs and outputs are what the package says
 * (float32, one input of four dimensions, channel count, class count): ERR_CONFIG names the key
 * that disagrees; ERR_FORMAT when the file is not a network. */
int session_open(const struct package *p, const struct session_options *o, struct session **ret,
                 struct err *e) MUST_CHECK;

/* NULL is allowed.  No run may be under way. */
void session_close(struct session *s);

/* Returns the package the session was opened with. */
const struct package *session_package(const struct session *s);

/* Runs the network once.  `input` is float32 with shape[4] = batch, channels, height, width,
 * borrowed for the call.  ERR_INFERENCE, ERR_NOMEM. */
int session_run(struct session *s, const float *input, const int64_t shape[4],
                struct session_result **ret, struct err *e) MUST_CHECK;

/* The first output: values in row-major order, borrowed from the result; up to 4 dimensions. */
const float *session_result_data(const struct session_result *r);
int session_result_rank(const struct session_result *r);
int64_t session_result_dim(const struct session_result *r, int axis);

/* NULL is allowed. */
void session_result_destroy(struct session_result *r);

/* Returns the engine's name and version, "onnxruntime 1.32.0". */
const char *session_engine_version(void);

#endif
