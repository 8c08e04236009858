#include "infer/session.h"

#include "infer/backend.h"

#include <stdlib.h>

struct session {
    const struct backend *backend;
    void *handle;
    const struct package *package;
};

struct session_options session_options_default(void)
{
    return (struct session_options){.threads = 1};
}

/* Whether a dimension of the network allows `want`; a free one allows all. */
static bool allows(int64_t dim, int64_t want)
{
    return dim < 0 || dim == want;
}

static int disagree(const struct package *p, struct err *e, const char *key, long long want,
                    long long is)
{
    return err_set(e, ERR_CONFIG, "%s/model.yaml: %s: must be %lld, as in the network, is %lld",
                   p->dir, key, want, is);
}

static int check_input(const struct package *p, const struct backend_info *info, struct err *e)
{
    const struct backend_tensor *in = &info->input;
    if (info->inputs != 1)
        return err_set(e, ERR_CONFIG, "%s: the network takes %zu inputs, must be 1", p->model_file,
                       info->inputs);
    if (!in->is_float32)
        return err_set(e, ERR_CONFIG, "%s: the network's input is not float32", p->model_file);
    if (in->rank != 4)
        return err_set(e, ERR_CONFIG, "%s: the network's input has %d dimensions, must be 4",
                       p->model_file, in->rank);
    if (!allows(in->dim[1], p->input.pixels.channels))
        return err_set(e, ERR_CONFIG,
                       "%s/model.yaml: input.order: must be for %lld channels, as in the network, "
                       "is for %d",
                       p->dir, (long long)in->dim[1], p->input.pixels.channels);
    bool any_height = p->input.rule == PACKAGE_SIZE_MULTIPLE;
    bool any_width = p->input.rule != PACKAGE_SIZE_FIXED;
    if (!any_height && !allows(in->dim[2], p->input.height))
        return disagree(p, e, "input.size.height", in->dim[2], p->input.height);
    if (!any_width && !allows(in->dim[3], p->input.width))
        return disagree(p, e, "input.size.width", in->dim[3], p->input.width);
    if ((any_height && in->dim[2] >= 0) || (any_width && in->dim[3] >= 0))
        return err_set(e, ERR_CONFIG,
                       "%s/model.yaml: input.size.rule: the network's input size is fixed "
                       "(%lld rows, %lld columns; -1: free)",
                       p->dir, (long long)in->dim[2], (long long)in->dim[3]);
    return 0;
}

static int check_output(const struct package *p, const struct backend_info *info, struct err *e)
{
    static const int ranks[] = {
        [PACKAGE_PROBABILITY_MAP] = 4, [PACKAGE_CTC] = 3, [PACKAGE_CLASSES] = 2};
    const struct backend_tensor *out = &info->output;
    int rank = ranks[p->output.kind];
    if (!info->outputs || !out->is_float32)
        return err_set(e, ERR_CONFIG, "%s: the network's output is not float32", p->model_file);
    if (out->rank != rank)
        return err_set(
            e, ERR_CONFIG,
            "%s/model.yaml: output.kind: needs an output of %d dimensions, the network's "
            "has %d",
            p->dir, rank, out->rank);
    if (p->output.kind == PACKAGE_PROBABILITY_MAP) {
        if (!allows(out->dim[1], 1))
            return err_set(e, ERR_CONFIG,
                           "%s/model.yaml: output.kind: a probability map has one channel, the "
                           "network's output has %lld",
                           p->dir, (long long)out->dim[1]);
        return 0;
    }
    if (allows(out->dim[rank - 1], p->output.class_count))
        return 0;
    return disagree(p, e, p->output.kind == PACKAGE_CTC ? "codec.classes" : "output.classes",
                    out->dim[rank - 1], p->output.class_count);
}

int session_open(const struct package *p, const struct session_options *o, struct session **ret,
                 struct err *e)
{
    int code;
    struct backend_info info;
    struct session_options options = o ? *o : session_options_default();
    if (options.threads < 1 || options.threads > 1024)
        return err_set(e, ERR_USAGE, "threads must be from 1 to 1024, is %d", options.threads);
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NOMEM, "no memory for a session");
    s->backend = &backend_ort;
    s->package = p;
    code = s->backend->open(p->model_file, &options, &s->handle, &info, e);
    if (code) {
        err_wrap(e, "%s", p->model_file);
        goto out;
    }
    code = check_input(p, &info, e);
    if (!code)
        code = check_output(p, &info, e);
    if (!code) {
        *ret = s;
        s = NULL;
    }
out:
    session_close(s);
    return code;
}

void session_close(struct session *s)
{
    if (!s)
        return;
    if (s->handle)
        s->backend->close(s->handle);
    free(s);
}

const struct package *session_package(const struct session *s)
{
    return s->package;
}

/* The output must be for the input it was given: one item each, and a map of the promised scale. */
static int check_result(const struct session *s, const int64_t shape[4],
                        const struct session_result *r, struct err *e)
{
    const struct package *p = s->package;
    bool ok = r->rank >= 1 && r->dim[0] == shape[0];
    if (ok && p->output.kind == PACKAGE_PROBABILITY_MAP)
        ok = r->rank == 4 && r->dim[1] == 1 && r->dim[2] == shape[2] / p->output.shrink &&
             r->dim[3] == shape[3] / p->output.shrink;
    else if (ok && p->output.kind == PACKAGE_CTC)
        ok = r->rank == 3 && r->dim[2] == p->output.class_count;
    else if (ok)
        ok = r->rank == 2 && r->dim[1] == p->output.class_count;
    if (ok)
        return 0;
    return err_set(e, ERR_INFERENCE, "%s: the output's shape does not follow from the input's",
                   p->name);
}

int session_run(struct session *s, const float *input, const int64_t shape[4],
                struct session_result **ret, struct err *e)
{
    struct session_result *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_NOMEM, "no memory for a result");
    int code = s->backend->run(s->handle, input, shape, r, e);
    if (code)
        err_wrap(e, "%s", s->package->name);
    else
        code = check_result(s, shape, r, e);
    if (!code) {
        *ret = r;
        r = NULL;
    }
    session_result_destroy(r);
    return code;
}

const float *session_result_data(const struct session_result *r)
{
    return r->data;
}

int session_result_rank(const struct session_result *r)
{
    return r->rank;
}

int64_t session_result_dim(const struct session_result *r, int axis)
{
    return axis >= 0 && axis < r->rank ? r->dim[axis] : 0;
}

void session_result_destroy(struct session_result *r)
{
    if (!r)
        return;
    if (r->release)
        r->release(r->held);
    free(r);
}

const char *session_engine_version(void)
{
    return backend_ort.version();
}
