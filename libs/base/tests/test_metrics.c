#include "base/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <string.h>

static void the_text_is_what_prometheus_reads(void **state)
{
    (void)state;
    static const double bounds[] = {0.1, 0.5, 1};
    struct metrics *m = metrics_create();
    struct buf b;
    buf_init(&b, 0);
    struct metric *pages =
        metrics_counter(m, "pages_total", "kind=\"jpeg\"", "Pages\nread \\ all.");
    struct metric *queue = metrics_gauge(m, "queue_length", NULL, "Waiting.");
    struct metric *more = metrics_counter(m, "pages_total", "kind=\"pdf\"", "other help");
    struct metric *time = metrics_histogram(m, "seconds", "stage=\"x\"", "Time.", bounds, 3);
    metric_add(pages, 2);
    metric_add(more, 1);
    metric_set(queue, 3.5);
    metric_add(queue, -1);
    metric_observe(time, 0.1);
    metric_observe(time, 0.2);
    metric_observe(time, 7);
    metric_observe(time, NAN);
    metrics_write(m, &b);
    assert_string_equal(b.data, "# HELP pages_total Pages\\nread \\\\ all.\n"
                                "# TYPE pages_total counter\n"
                                "pages_total{kind=\"jpeg\"} 2\n"
                                "pages_total{kind=\"pdf\"} 1\n"
                                "# HELP queue_length Waiting.\n"
                                "# TYPE queue_length gauge\n"
                                "queue_length 2.5\n"
                                "# HELP seconds Time.\n"
                                "# TYPE seconds histogram\n"
                                "seconds_bucket{stage=\"x\",le=\"0.1\"} 1\n"
                                "seconds_bucket{stage=\"x\",le=\"0.5\"} 2\n"
                                "seconds_bucket{stage=\"x\",le=\"1\"} 2\n"
                                "seconds_bucket{stage=\"x\",le=\"+Inf\"} 3\n"
                                "seconds_sum{stage=\"x\"} 7.3\n"
                                "seconds_count{stage=\"x\"} 3\n");
    buf_finish(&b);
    metrics_destroy(m);
}

static void registering_again_gives_the_same_metric(void **state)
{
    (void)state;
    struct metrics *m = metrics_create();
    struct metric *a = metrics_counter(m, "a", "x=\"1\"", "A.");
    assert_ptr_equal(metrics_counter(m, "a", "x=\"1\"", "A."), a);
    assert_ptr_not_equal(metrics_counter(m, "a", "x=\"2\"", "A."), a);
    assert_null(metrics_gauge(m, "a", "x=\"1\"", "A."));
    metrics_destroy(m);
    metrics_destroy(NULL);
}

static void no_metric_is_ignored(void **state)
{
    (void)state;
    metric_add(NULL, 1);
    metric_set(NULL, 1);
    metric_observe(NULL, 1);
}

static void *count(void *metrics)
{
    static const double bounds[] = {1, 2};
    for (int i = 0; i < 2000; i++) {
        metric_add(metrics_counter(metrics, "n", NULL, "N."), 1);
        metric_observe(metrics_histogram(metrics, "h", NULL, "H.", bounds, 2), i % 3);
    }
    return NULL;
}

static void nothing_is_lost_between_threads(void **state)
{
    (void)state;
    struct metrics *m = metrics_create();
    struct buf b;
    buf_init(&b, 0);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, m), 0);
    for (int i = 0; i < 4; i++) {
        buf_clear(&b);
        metrics_write(m, &b);
        pthread_join(threads[i], NULL);
    }
    buf_clear(&b);
    metrics_counter(m, "n", NULL, "N.");
    metrics_write(m, &b);
    assert_non_null(b.data);
    assert_non_null(strstr(b.data, "\nn 8000\n"));
    assert_non_null(strstr(b.data, "\nh_count 8000\n"));
    assert_non_null(strstr(b.data, "\nh_sum 7996\n"));
    buf_finish(&b);
    metrics_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_is_what_prometheus_reads),
        cmocka_unit_test(registering_again_gives_the_same_metric),
        cmocka_unit_test(no_metric_is_ignored),
        cmocka_unit_test(nothing_is_lost_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
