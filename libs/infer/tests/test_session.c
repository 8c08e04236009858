#include "fixture.h"

#include "infer/session.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* One suite for every engine behind session.h: tiny networks whose answers are known, and the real
 * packages when their networks have been fetched. */

static struct session *open_session(const struct package *p)
{
    struct err e = ERR_INIT;
    char text[1100];
    struct session *s = NULL;
    if (session_open(p, NULL, &s, &e))
        fail_msg("%s", err_text(&e, text, sizeof text));
    return s;
}

static struct session_result *run(struct session *s, const float *input, const int64_t shape[4])
{
    struct err e = ERR_INIT;
    char text[1100];
    struct session_result *r = NULL;
    if (session_run(s, input, shape, &r, &e))
        fail_msg("%s", err_text(&e, text, sizeof text));
    return r;
}

static float *filled(const int64_t shape[4], float value)
{
    size_t n = (size_t)(shape[0] * shape[1] * shape[2] * shape[3]);
    float *x = malloc(n * sizeof *x);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] = value;
    return x;
}

static void a_map_is_the_mean_over_the_channels(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_DETECT);
    struct package *p = fixture_load(&f);
    struct session *s = open_session(p);
    const float x[] = {1, 2, 3, 10, 20, 30};
    struct session_result *r = run(s, x, (const int64_t[]){1, 3, 1, 2});
    assert_ptr_equal(session_package(s), p);
    assert_int_equal(session_result_rank(r), 4);
    assert_int_equal(session_result_dim(r, 0), 1);
    assert_int_equal(session_result_dim(r, 3), 2);
    assert_int_equal(session_result_dim(r, 4), 0);
    assert_int_equal(session_result_dim(r, -1), 0);
    assert_float_equal(session_result_data(r)[0], (1 + 3 + 20) / 3.0, 1e-5);
    assert_float_equal(session_result_data(r)[1], (2 + 10 + 30) / 3.0, 1e-5);
    session_result_destroy(r);
    session_close(s);
    package_destroy(p);
    fixture_finish(&f);
}

static void a_result_outlives_later_runs(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_RECOGNISE);
    struct package *p = fixture_load(&f);
    struct session *s = open_session(p);
    const int64_t shape[] = {2, 3, 48, 32};
    float *one = filled(shape, 1), *two = filled(shape, 2);
    struct session_result *a = run(s, one, shape);
    struct session_result *b = run(s, two, shape);
    free(one);
    free(two);
    assert_int_equal(session_result_rank(a), 3);
    assert_int_equal(session_result_dim(a, 0), 2);
    assert_int_equal(session_result_dim(a, 1), 4);
    assert_int_equal(session_result_dim(a, 2), 3);
    for (int i = 0; i < 2 * 4 * 3; i++) {
        assert_float_equal(session_result_data(a)[i], 1, 1e-5);
        assert_float_equal(session_result_data(b)[i], 2, 1e-5);
    }
    session_result_destroy(a);
    session_result_destroy(b);
    session_result_destroy(NULL);
    session_close(s);
    session_close(NULL);
    package_destroy(p);
    fixture_finish(&f);
}

struct caller {
    struct session *session;
    float value;
    bool right;
};

static void *call(void *arg)
{
    struct caller *c = arg;
    c->right = true;
    for (int i = 1; c->right && i <= 40; i++) {
        const int64_t shape[] = {1 + i % 3, 3, 48, 8 * i};
        float *x = filled(shape, c->value);
        struct session_result *r = NULL;
        c->right = session_run(c->session, x, shape, &r, NULL) == 0;
        int64_t n = c->right ? shape[0] * i * 3 : 0;
        for (int64_t k = 0; k < n; k++)
            c->right &= fabsf(session_result_data(r)[k] - c->value) < 1e-5f;
        session_result_destroy(r);
        free(x);
    }
    return NULL;
}

static void threads_share_a_session_and_get_their_own_answers(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_RECOGNISE);
    struct package *p = fixture_load(&f);
    struct caller callers[4];
    pthread_t threads[4];
    struct session *s = open_session(p);
    for (int i = 0; i < 4; i++) {
        callers[i] = (struct caller){.session = s, .value = (float)i / 4};
        assert_int_equal(pthread_create(&threads[i], NULL, call, &callers[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(callers[i].right);
    }
    session_close(s);
    package_destroy(p);
    fixture_finish(&f);
}

static void sessions_open_and_close_in_any_order(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_ANGLE);
    struct package *p = fixture_load(&f);
    const int64_t shape[] = {1, 3, 48, 192};
    float *x = filled(shape, 0.25f);
    struct session *a = open_session(p), *b = open_session(p);
    session_close(a);
    session_result_destroy(run(b, x, shape));
    a = open_session(p);
    session_close(b);
    struct session_result *r = run(a, x, shape);
    assert_int_equal(session_result_rank(r), 2);
    assert_int_equal(session_result_dim(r, 1), 3);
    assert_float_equal(session_result_data(r)[2], 0.25, 1e-5);
    session_result_destroy(r);
    session_close(a);
    a = open_session(p); /* after the last one was closed */
    session_result_destroy(run(a, x, shape));
    session_close(a);
    free(x);
    package_destroy(p);
    fixture_finish(&f);
}

static void inputs_of_a_wrong_shape_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct err e = ERR_INIT;
    struct session_result *r = NULL;
    fixture_init(&f, PACKAGE_ANGLE);
    struct package *p = fixture_load(&f);
    struct session *s = open_session(p);
    const int64_t tall[] = {1, 3, 64, 192}, empty[] = {1, 3, 0, 192};
    const int64_t huge[] = {INT64_MAX, INT64_MAX, INT64_MAX, 2};
    float *x = filled(tall, 0);
    assert_int_equal(session_run(s, x, tall, &r, &e), ERR_INFERENCE);
    assert_string_equal(e.message, p->name);
    assert_int_equal(session_run(s, x, empty, &r, &e), ERR_USAGE);
    assert_int_equal(session_run(s, x, huge, &r, &e), ERR_USAGE);
    assert_null(r);
    free(x);
    session_close(s);
    package_destroy(p);
    fixture_finish(&f);
}

static void an_output_of_another_scale_than_promised_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct err e = ERR_INIT;
    struct session_result *r = NULL;
    fixture_init(&f, PACKAGE_DETECT);
    fixture_replace(&f, "shrink: 1", "shrink: 2");
    struct package *p = fixture_load(&f);
    struct session *s = open_session(p);
    const int64_t shape[] = {1, 3, 8, 8};
    float *x = filled(shape, 0);
    assert_int_equal(session_run(s, x, shape, &r, &e), ERR_INFERENCE);
    assert_null(r);
    assert_non_null(strstr(e.message, ": the output's shape does not follow from the input's"));
    free(x);
    session_close(s);
    package_destroy(p);
    fixture_finish(&f);
}

/* The package loads; opening it is refused. */
static void refuse(struct fixture *f, int code, const char *message)
{
    struct err e = ERR_INIT;
    struct session *s = NULL;
    struct package *p = fixture_load(f);
    int is = session_open(p, NULL, &s, &e);
    fixture_message(f, &e, message);
    assert_int_equal(is, code);
    assert_null(s);
    package_destroy(p);
}

static void refuse_network(enum package_task task, enum tiny_kind kind, struct tiny_options o,
                           const char *message)
{
    struct fixture f;
    fixture_init(&f, task);
    fixture_network(&f, kind, &o);
    refuse(&f, ERR_CONFIG, message);
    fixture_finish(&f);
}

static void a_corrupt_network_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct buf b;
    struct err e = ERR_INIT;
    struct session *s = NULL;
    fixture_init(&f, PACKAGE_DETECT);
    buf_init(&b, 0);
    tiny_onnx(TINY_MAP, NULL, &b);
    memset(b.data + b.len / 2, 0xff, 16);
    fixture_network_bytes(&f, b.data, b.len);
    buf_finish(&b);
    struct package *p = fixture_load(&f);
    assert_int_equal(session_open(p, NULL, &s, &e), ERR_FORMAT);
    assert_string_equal(e.message, p->model_file);
    assert_int_equal(strncmp(e.cause, "not a network that ONNX Runtime can load: ", 42), 0);
    assert_null(s);
    package_destroy(p);
    fixture_finish(&f);
}

static void networks_that_disagree_with_the_package_are_refused(void **state)
{
    (void)state;
    refuse_network(
        PACKAGE_DETECT, TINY_MAP, (struct tiny_options){.channels = 1},
        "@/model.yaml: input.order: must be for 1 channels, as in the network, is for 3");
    refuse_network(PACKAGE_DETECT, TINY_MAP, (struct tiny_options){.rows = 64, .columns = 64},
                   "@/model.yaml: input.size.rule: the network's input size is fixed (64 rows, 64 "
                   "columns; -1: free)");
    refuse_network(PACKAGE_RECOGNISE, TINY_CTC, (struct tiny_options){.rows = 96},
                   "@/model.yaml: input.size.height: must be 96, as in the network, is 48");
    refuse_network(PACKAGE_ANGLE, TINY_CLASSES, (struct tiny_options){.columns = 200},
                   "@/model.yaml: input.size.width: must be 200, as in the network, is 192");
    refuse_network(PACKAGE_DETECT, TINY_MAP, (struct tiny_options){.all_channels = true},
                   "@/model.yaml: output.kind: a probability map has one channel, the network's "
                   "output has 3");
    refuse_network(PACKAGE_DETECT, TINY_CLASSES, (struct tiny_options){.rows = 0},
                   "@/model.yaml: input.size.rule: the network's input size is fixed (48 rows, 192 "
                   "columns; -1: free)");
    refuse_network(
        PACKAGE_ANGLE, TINY_CTC, (struct tiny_options){.columns = 192},
        "@/model.yaml: output.kind: needs an output of 2 dimensions, the network's has 3");
    refuse_network(PACKAGE_DETECT, TINY_MAP,
                   (struct tiny_options){.ints = true, .all_channels = true},
                   "@/model.onnx: the network's input is not float32");
    refuse_network(PACKAGE_DETECT, TINY_MAP, (struct tiny_options){.two_inputs = true},
                   "@/model.onnx: the network takes 2 inputs, must be 1");
}

static void a_class_count_that_disagrees_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_RECOGNISE);
    fixture_replace(&f, "classes: 3", "classes: 4");
    fixture_charset(&f, "A\nB\n");
    refuse(&f, ERR_CONFIG, "@/model.yaml: codec.classes: must be 3, as in the network, is 4");
    fixture_finish(&f);
    fixture_init(&f, PACKAGE_ANGLE);
    fixture_replace(&f, "\"180\", other", "\"180\"");
    refuse(&f, ERR_CONFIG, "@/model.yaml: output.classes: must be 3, as in the network, is 2");
    fixture_finish(&f);
}

static void a_senseless_number_of_threads_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct err e = ERR_INIT;
    struct session *s = NULL;
    fixture_init(&f, PACKAGE_DETECT);
    struct package *p = fixture_load(&f);
    assert_int_equal(session_open(p, &(struct session_options){.threads = 0}, &s, &e), ERR_USAGE);
    assert_string_equal(e.message, "threads must be from 1 to 1024, is 0");
    struct session_options two = {.threads = 2};
    assert_int_equal(session_open(p, &two, &s, &e), 0);
    session_close(s);
    package_destroy(p);
    fixture_finish(&f);
}

static void the_engine_says_its_name_and_version(void **state)
{
    (void)state;
    assert_int_equal(strncmp(session_engine_version(), "onnxruntime 1.", 14), 0);
}

/* The shapes that the services use, and that what comes out is a probability. */
static void the_real_packages_run(void **state)
{
    static const struct {
        const char *name;
        int64_t shape[4], steps;
    } cases[] = {
        {"ppocrv6-det-small", {1, 3, 64, 96}, 0},  {"ppocrv4-det", {1, 3, 64, 96}, 0},
        {"ppocrv6-rec-small", {2, 3, 48, 80}, 10}, {"ppocrv4-rec", {2, 3, 48, 80}, 10},
        {"ppocr-angle", {3, 3, 48, 192}, 0},
    };
    const char *models = getenv("DURE_MODELS");
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[512];
        struct err e = ERR_INIT;
        struct package *p = NULL;
        snprintf(path, sizeof path, "%s/%s/model.onnx", models ? models : "models", cases[i].name);
        if (access(path, R_OK) != 0) {
            print_message("skipped: %s is not there\n", path);
            skip();
        }
        *strrchr(path, '/') = '\0';
        if (package_load(path, &p, &e))
            fail_msg("%s: %s", e.message, e.cause);
        struct session *s = open_session(p);
        float *x = filled(cases[i].shape, 0.5f);
        struct session_result *r = run(s, x, cases[i].shape);
        int64_t n = 1;
        for (int axis = 0; axis < session_result_rank(r); axis++)
            n *= session_result_dim(r, axis);
        for (int64_t k = 0; k < n; k++)
            assert_in_range((int)(session_result_data(r)[k] * 1000), 0, 1000);
        if (cases[i].steps)
            assert_int_equal(session_result_dim(r, 1), cases[i].steps);
        free(x);
        session_result_destroy(r);
        session_close(s);
        package_destroy(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_is_the_mean_over_the_channels),
        cmocka_unit_test(a_result_outlives_later_runs),
        cmocka_unit_test(threads_share_a_session_and_get_their_own_answers),
        cmocka_unit_test(sessions_open_and_close_in_any_order),
        cmocka_unit_test(inputs_of_a_wrong_shape_are_refused),
        cmocka_unit_test(an_output_of_another_scale_than_promised_is_refused),
        cmocka_unit_test(a_corrupt_network_is_refused),
        cmocka_unit_test(networks_that_disagree_with_the_package_are_refused),
        cmocka_unit_test(a_class_count_that_disagrees_is_refused),
        cmocka_unit_test(a_senseless_number_of_threads_is_refused),
        cmocka_unit_test(the_engine_says_its_name_and_version),
        cmocka_unit_test(the_real_packages_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
