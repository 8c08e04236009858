#include "twinreader/synth/ordered.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* Things are numbers; odd ones take longer. */
struct work {
    uint64_t expected, fails_at, stops_at;
    atomic_int begun, ended, alive;
    bool broken;
};

static int begin(void *user, void **ret_state, struct err *e)
{
    struct work *w = user;
    if (w->broken)
        return err_set(e, ERR_NOT_FOUND, "no fonts");
    w->begun++;
    *ret_state = w;
    return 0;
}

static void end(void *state)
{
    struct work *w = state;
    w->ended++;
}

struct thing {
    struct work *work;
    uint64_t n;
};

static int make(void *user, void *state, uint64_t n, void **ret, struct err *e)
{
    struct work *w = user;
    const struct timespec nap = {0, n % 2 ? 2000000 : 0};
    assert_ptr_equal(state, w);
    nanosleep(&nap, NULL);
    if (n >= w->fails_at)
        return err_set(e, ERR_FORMAT, "thing %d", (int)n);
    struct thing *t = malloc(sizeof *t);
    if (!t)
        return err_set(e, ERR_NOMEM, "nothing");
    *t = (struct thing){w, n};
    w->alive++;
    *ret = t;
    return 0;
}

static int take(void *user, uint64_t n, void *thing, struct err *e)
{
    struct work *w = user;
    const struct thing *t = thing;
    (void)e;
    assert_int_equal(n, w->expected);
    assert_int_equal(t->n, n);
    w->expected++;
    return n == w->stops_at;
}

static void drop(void *thing)
{
    struct thing *t = thing;
    t->work->alive--;
    free(t);
}

static int run(struct work *w, int workers, uint64_t first, uint64_t count, struct err *e)
{
    struct synth_ordered o = {.workers = workers,
                              .first = first,
                              .count = count,
                              .user = w,
                              .begin = begin,
                              .end = end,
                              .make = make,
                              .take = take,
                              .drop = drop};
    w->expected = first;
    int code = synth_ordered_run(&o, e);
    assert_int_equal(w->alive, 0);
    assert_int_equal(w->begun, w->ended);
    return code;
}

static void things_come_in_order_from_any_number_of_workers(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 5; workers += 2) {
        struct work w = {.fails_at = UINT64_MAX, .stops_at = UINT64_MAX};
        struct err e = ERR_INIT;
        assert_int_equal(run(&w, workers, 100, 57, &e), 0);
        assert_int_equal(w.expected, 157);
        assert_int_equal(w.begun, workers);
    }
}

static void the_first_failure_in_order_is_told(void **state)
{
    (void)state;
    struct work w = {.fails_at = 23, .stops_at = UINT64_MAX};
    struct err e = ERR_INIT;
    assert_int_equal(run(&w, 4, 0, 60, &e), ERR_FORMAT);
    assert_string_equal(e.message, "thing 23");
    assert_int_equal(w.expected, 23);
}

static void taking_can_stop_an_endless_run(void **state)
{
    (void)state;
    struct work w = {.fails_at = UINT64_MAX, .stops_at = 40};
    struct err e = ERR_INIT;
    assert_int_equal(run(&w, 3, 0, 0, &e), 0);
    assert_int_equal(w.expected, 41);
}

static void a_worker_that_cannot_begin_is_told(void **state)
{
    (void)state;
    struct work w = {.fails_at = UINT64_MAX, .stops_at = UINT64_MAX, .broken = true};
    struct err e = ERR_INIT;
    assert_int_equal(run(&w, 2, 0, 10, &e), ERR_NOT_FOUND);
    assert_string_equal(e.message, "no fonts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_come_in_order_from_any_number_of_workers),
        cmocka_unit_test(the_first_failure_in_order_is_told),
        cmocka_unit_test(taking_can_stop_an_endless_run),
        cmocka_unit_test(a_worker_that_cannot_begin_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
