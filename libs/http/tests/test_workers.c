#include "http/workers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <semaphore.h>
#include <stdatomic.h>

static sem_t started, go;
static atomic_int done;

static void wait_for_go(void *arg)
{
    (void)arg;
    sem_post(&started);
    sem_wait(&go);
    atomic_fetch_add(&done, 1);
}

static int set_up(void **state)
{
    (void)state;
    sem_init(&started, 0, 0);
    sem_init(&go, 0, 0);
    atomic_store(&done, 0);
    return 0;
}

static void a_pool_has_as_many_places_as_threads_and_queue(void **state)
{
    (void)state;
    struct workers *w;
    assert_int_equal(workers_create(2, 3, &w, NULL), 0);
    for (int i = 0; i < 5; i++) {
        assert_false(workers_full(w));
        assert_true(workers_reserve(w));
        workers_submit(w, wait_for_go, NULL);
    }
    sem_wait(&started);
    sem_wait(&started);
    assert_true(workers_full(w));
    assert_false(workers_reserve(w));
    assert_int_equal(workers_waiting(w), 3);
    assert_in_range(workers_retry_after(w), 1, 60);
    sem_post(&go);
    sem_wait(&started); /* a third began, so the first has ended or is about to */
    for (int i = 0; i < 4; i++)
        sem_post(&go);
    workers_destroy(w);
    assert_int_equal(atomic_load(&done), 5);
}

static void closing_finishes_what_has_a_place_and_refuses_the_rest(void **state)
{
    (void)state;
    struct workers *w;
    assert_int_equal(workers_create(1, 4, &w, NULL), 0);
    for (int i = 0; i < 3; i++) {
        assert_true(workers_reserve(w));
        workers_submit(w, wait_for_go, NULL);
        sem_post(&go);
    }
    workers_close(w);
    assert_int_equal(atomic_load(&done), 3);
    assert_false(workers_reserve(w));
    assert_true(workers_full(w));
    workers_destroy(w);
}

static void an_idle_pool_ends(void **state)
{
    (void)state;
    struct workers *w;
    assert_int_equal(workers_create(4, 0, &w, NULL), 0);
    workers_destroy(w);
    workers_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_pool_has_as_many_places_as_threads_and_queue, set_up),
        cmocka_unit_test_setup(closing_finishes_what_has_a_place_and_refuses_the_rest, set_up),
        cmocka_unit_test_setup(an_idle_pool_ends, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
