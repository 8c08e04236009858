/*
 * Golden inputs: pictures in a model package whose answer is written down, run the way the engine
 * runs them.
 *
 * Threads: any, after document_library_init.
 */
#ifndef TWINREADER_MODELS_VERIFY_H
#define TWINREADER_MODELS_VERIFY_H

#include "base/err.h"
#include "infer/package.h"

/* Opens the package's network and runs all its golden inputs.  ERR_INFERENCE names the first that
 * gives another answer, with both answers; else the error of what failed. */
int models_verify(const struct package *p, struct err *e) MUST_CHECK;

#endif
