#include "infer/backend.h"

#include <onnxruntime_c_api.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ONNX Runtime on the processor.
 *
 * Pages differ in size, so almost every run has a new shape.  Memory patterns (ONNX Runtime's plan
 * of one block per shape) are therefore off: each new shape would keep a plan and ask the arena for
 * one more large block.  All sessions share one arena, owned by ONNX Runtime's environment, so that
 * what detection has let go serves recognition.
 *
 * The environment is a singleton inside ONNX Runtime, with its own reference count: every session
 * holds one reference, and the last one closed takes it down.
 *
 * ONNX Runtime says nothing by itself, on standard error or to anyone else: what goes wrong comes
 * back as a status and travels in the caller's struct err. */

/* Inputs above this many bytes (1.4 million pixels of three channels) are very large. */
enum { LARGE_INPUT = 16 << 20 };

struct ort {
    const OrtApi *api;
    OrtEnv *env;
    OrtSession *session;
    OrtMemoryInfo *memory;
    OrtAllocator *allocator; /* of names; not owned */
    char *input_name, *output_name;
};

struct ort_value {
    const OrtApi *api;
    OrtValue *value;
};

static void ignore_log(void *user, OrtLoggingLevel level, const char *category, const char *id,
                       const char *location, const char *message)
{
    (void)user, (void)level, (void)category, (void)id, (void)location, (void)message;
}

/* Moves a status into `e` under `what`; returns `code`, or ERR_NOMEM when memory was the reason. */
static int fail(const OrtApi *api, OrtStatus *status, int code, struct err *e, const char *what)
{
    const char *text = api->GetErrorMessage(status);
    if (strstr(text, "bad_alloc") || strstr(text, "Failed to allocate memory"))
        code = ERR_NOMEM;
    err_set(e, code, "%s", text);
    err_wrap(e, "%s", what);
    api->ReleaseStatus(status);
    return code;
}

static char version_text[64];

static void make_version_text(void)
{
    snprintf(version_text, sizeof version_text, "onnxruntime %s",
             OrtGetApiBase()->GetVersionString());
}

static const char *ort_version(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_version_text);
    return version_text;
}

static OrtStatus *share_arena(const OrtApi *api, OrtEnv *env, OrtMemoryInfo *memory)
{
    static const char *const keys[] = {"arena_extend_strategy"};
    static const size_t values[] = {0}; /* next power of two */
    OrtArenaCfg *arena = NULL;
    OrtStatus *s = api->CreateArenaCfgV2(keys, values, 1, &arena);
    if (s)
        return s;
    s = api->CreateAndRegisterAllocator(env, memory, arena);
    api->ReleaseArenaCfg(arena);
    if (s && strstr(api->GetErrorMessage(s), "already been registered")) {
        api->ReleaseStatus(s); /* by an earlier session */
        s = NULL;
    }
    return s;
}

/* The optimiser would fold a transposition into the product after it, and a product with a
 * transposed factor is computed line by line of a batch: a recogniser's classifier, whose weights
 * do not fit into the processor's cache, would fetch them once for every line instead of once. */
static const char LEAVE_OUT[] = "MatmulTransposeFusion";

static OrtStatus *fill_options(const OrtApi *api, OrtSessionOptions *so,
                               const struct session_options *o)
{
    static const char *const entries[][2] = {
        {"session.use_env_allocators", "1"},
        {"session.intra_op.allow_spinning", "0"},
        {"session.inter_op.allow_spinning", "0"},
        {"optimization.disable_specified_optimizers", LEAVE_OUT},
    };
    OrtStatus *s = api->SetIntraOpNumThreads(so, o->threads);
    if (!s)
        s = api->SetInterOpNumThreads(so, 1);
    if (!s)
        s = api->SetSessionExecutionMode(so, ORT_SEQUENTIAL);
    if (!s)
        s = api->SetSessionGraphOptimizationLevel(so, ORT_ENABLE_ALL);
    if (!s)
        s = api->DisableMemPattern(so);
    for (size_t i = 0; !s && i < sizeof entries / sizeof *entries; i++)
        s = api->AddSessionConfigEntry(so, entries[i][0], entries[i][1]);
    return s;
}

static OrtStatus *describe(const OrtApi *api, OrtTypeInfo *type, struct backend_tensor *ret)
{
    const OrtTensorTypeAndShapeInfo *tensor = NULL;
    enum ONNXTensorElementDataType element = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
    size_t rank = 0;
    OrtStatus *s = api->CastTypeInfoToTensorInfo(type, &tensor);
    if (s || !tensor)
        return s; /* a sequence or a map: left as not float32 */
    s = api->GetTensorElementType(tensor, &element);
    if (!s)
        s = api->GetDimensionsCount(tensor, &rank);
    if (!s)
        s = api->GetDimensions(tensor, ret->dim, rank < BACKEND_MAX_RANK ? rank : BACKEND_MAX_RANK);
    ret->is_float32 = element == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
    ret->rank = (int)rank;
    return s;
}

static OrtStatus *inspect(struct ort *o, struct backend_info *ret)
{
    const OrtApi *api = o->api;
    OrtTypeInfo *type = NULL;
    OrtStatus *s = api->SessionGetInputCount(o->session, &ret->inputs);
    if (!s)
        s = api->SessionGetOutputCount(o->session, &ret->outputs);
    if (s || !ret->inputs || !ret->outputs)
        return s; /* the caller counts */
    s = api->SessionGetInputName(o->session, 0, o->allocator, &o->input_name);
    if (!s)
        s = api->SessionGetOutputName(o->session, 0, o->allocator, &o->output_name);
    if (!s)
        s = api->SessionGetInputTypeInfo(o->session, 0, &type);
    if (!s) {
        s = describe(api, type, &ret->input);
        api->ReleaseTypeInfo(type);
    }
    if (!s)
        s = api->SessionGetOutputTypeInfo(o->session, 0, &type);
    if (!s) {
        s = describe(api, type, &ret->output);
        api->ReleaseTypeInfo(type);
    }
    return s;
}

static void ort_close(void *handle)
{
    struct ort *o = handle;
    if (!o)
        return;
    const OrtApi *api = o->api;
    OrtStatus *s;
    if (o->input_name && (s = api->AllocatorFree(o->allocator, o->input_name)))
        api->ReleaseStatus(s);
    if (o->output_name && (s = api->AllocatorFree(o->allocator, o->output_name)))
        api->ReleaseStatus(s);
    if (o->session)
        api->ReleaseSession(o->session);
    if (o->memory)
        api->ReleaseMemoryInfo(o->memory);
    if (o->env)
        api->ReleaseEnv(o->env);
    free(o);
}

/* Newer versions of ONNX Runtime for Linux queue usage events in the user's cache folder and send
 * them to its maker; DisableTelemetryEvents comes too late to stop it.  This variable does, when it
 * is set before the environment is made. */
static pthread_once_t silence_once = PTHREAD_ONCE_INIT;

static void silence_telemetry(void)
{
    setenv("ORT_DISABLE_TELEMETRY", "1", 1);
}

static int ort_open(const char *path, const struct session_options *options, void **ret_handle,
                    struct backend_info *ret_info, struct err *e)
{
    const OrtApi *api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    if (!api)
        return err_set(e, ERR_UNSUPPORTED, "%s is older than this program needs", ort_version());
    struct ort *o = calloc(1, sizeof *o);
    if (!o)
        return err_set(e, ERR_NOMEM, "no memory for a session");
    o->api = api;
    OrtSessionOptions *so = NULL;
    struct backend_info info = {0};
    int code = 0;
    pthread_once(&silence_once, silence_telemetry);
    OrtStatus *s =
        api->CreateEnvWithCustomLogger(ignore_log, NULL, ORT_LOGGING_LEVEL_FATAL, "dure", &o->env);
    if (!s)
        s = api->DisableTelemetryEvents(o->env);
    if (!s)
        s = api->GetAllocatorWithDefaultOptions(&o->allocator);
    if (!s)
        s = api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &o->memory);
    if (!s)
        s = share_arena(api, o->env, o->memory);
    if (!s)
        s = api->CreateSessionOptions(&so);
    if (!s)
        s = fill_options(api, so, options);
    if (s) {
        code = fail(api, s, ERR_INTERNAL, e, "cannot set up ONNX Runtime");
        goto out;
    }
    s = api->CreateSession(o->env, path, so, &o->session);
    if (s) {
        int kind = api->GetErrorCode(s) == ORT_NO_SUCHFILE ? ERR_NOT_FOUND : ERR_FORMAT;
        code = fail(api, s, kind, e, "not a network that ONNX Runtime can load");
        goto out;
    }
    s = inspect(o, &info);
    if (s) {
        code = fail(api, s, ERR_FORMAT, e, "cannot tell the network's inputs and outputs");
        goto out;
    }
    *ret_info = info;
    *ret_handle = o;
    o = NULL;
out:
    if (so)
        api->ReleaseSessionOptions(so);
    ort_close(o);
    return code;
}

static void release_value(void *held)
{
    struct ort_value *v = held;
    v->api->ReleaseValue(v->value);
    free(v);
}

/* Fills `ret` but for the held value. */
static OrtStatus *read_output(const OrtApi *api, OrtValue *value, struct session_result *ret)
{
    OrtTensorTypeAndShapeInfo *shape = NULL;
    enum ONNXTensorElementDataType element = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
    size_t rank = 0;
    void *data = NULL;
    OrtStatus *s = api->GetTensorTypeAndShape(value, &shape);
    if (s)
        return s;
    s = api->GetTensorElementType(shape, &element);
    if (!s)
        s = api->GetDimensionsCount(shape, &rank);
    if (!s && (rank > 4 || element != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT))
        s = api->CreateStatus(ORT_FAIL, "the output is not float32 of at most four dimensions");
    if (!s)
        s = api->GetDimensions(shape, ret->dim, rank);
    if (!s)
        s = api->GetTensorMutableData(value, &data);
    ret->rank = (int)rank;
    ret->data = data;
    api->ReleaseTensorTypeAndShapeInfo(shape);
    return s;
}

/* Options of a run after which the arena shrinks. */
static OrtStatus *shrink_afterwards(const OrtApi *api, OrtRunOptions **ret)
{
    OrtStatus *s = api->CreateRunOptions(ret);
    return s ? s : api->AddRunConfigEntry(*ret, "memory.enable_memory_arena_shrinkage", "cpu:0");
}

static int ort_run(void *handle, const float *input, const int64_t shape[4],
                   struct session_result *ret, struct err *e)
{
    struct ort *o = handle;
    const OrtApi *api = o->api;
    int code = 0;
    OrtValue *in = NULL, *out = NULL;
    OrtRunOptions *options = NULL;
    struct session_result result = {0};
    struct ort_value *held = malloc(sizeof *held);
    if (!held)
        return err_set(e, ERR_NOMEM, "no memory for a result");
    size_t bytes = sizeof *input;
    for (int i = 0; i < 4; i++) {
        if (shape[i] <= 0 || __builtin_mul_overflow(bytes, (size_t)shape[i], &bytes)) {
            code = err_set(e, ERR_USAGE, "the input's shape makes no sense");
            goto out;
        }
    }
    const char *in_name = o->input_name, *out_name = o->output_name;
    /* ONNX Runtime only reads an input, though its signature does not say so. */
    OrtStatus *s =
        api->CreateTensorWithDataAsOrtValue(o->memory, (void *)(uintptr_t)input, bytes, shape, 4,
                                            ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &in);
    if (!s && bytes > LARGE_INPUT)
        s = shrink_afterwards(api, &options);
    if (!s)
        s = api->Run(o->session, options, &in_name, (const OrtValue *const *)&in, 1, &out_name, 1,
                     &out);
    if (!s)
        s = read_output(api, out, &result);
    if (s) {
        code = fail(api, s, ERR_INFERENCE, e, "the network could not be run");
        goto out;
    }
    *held = (struct ort_value){api, out};
    result.held = held;
    result.release = release_value;
    *ret = result;
    held = NULL;
    out = NULL;
out:
    if (options)
        api->ReleaseRunOptions(options);
    if (out)
        api->ReleaseValue(out);
    if (in)
        api->ReleaseValue(in);
    free(held);
    return code;
}

const struct backend backend_ort = {
    .version = ort_version,
    .open = ort_open,
    .close = ort_close,
    .run = ort_run,
};
