#include "twinreader/read_pool.h"

#include "image/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An engine that takes a different time for each file and knows none of their content, and an
 * encoder.  Linked before the libraries, they stand in for the real ones. */

struct engine {
    atomic_int running, most_running, reads;
    int slowest_us;
};

int engine_read(struct engine *en, const struct engine_source *sources, size_t count,
                engine_page_fn *on_page, void *user, struct reading **ret, struct err *e)
{
    int running = atomic_fetch_add(&en->running, 1) + 1;
    int most = atomic_load(&en->most_running);
    while (running > most && !atomic_compare_exchange_weak(&en->most_running, &most, running))
        ;
    atomic_fetch_add(&en->reads, 1);
    usleep(en->slowest_us ? (unsigned)((size_t)sources->name[0] * 7919u % (size_t)en->slowest_us)
                          : 0);
    atomic_fetch_sub(&en->running, 1);
    if (strstr(sources[0].name, "bad"))
        return err_set(e, ERR_FORMAT, "not a picture");
    struct arena *a = arena_create(1 << 20);
    struct reading *r = arena_alloc(a, sizeof *r);
    *r =
        (struct reading){.arena = a, .name = arena_strdup(a, sources[0].name), .page_count = count};
    r->pages = arena_array(a, 2, sizeof *r->pages);
    r->pages[0] = (struct page){.number = 1, .timings = {.total_ns = 5, .boxes = 2}};
    if (strstr(r->name, "half")) {
        r->page_count = 2;
        r->pages[1] = (struct page){.number = 2, .error = "truncated"};
    }
    if (strstr(r->name, "torn"))
        r->pages[0].error = "truncated";
    struct image white = {.width = 4, .height = 3, .channels = 3, .stride = 12};
    unsigned char pixels[36] = {0};
    white.pixels = pixels;
    if (on_page(user, r, &r->pages[0], &white, 1)) {
        reading_destroy(r);
        return err_set(e, ERR_CANCELLED, "cancelled");
    }
    *ret = r;
    return 0;
}

int image_encode_jpeg(const struct image *im, int quality, struct buf *out, struct err *e)
{
    (void)e;
    buf_printf(out, "%dx%d at %d", im->width, im->height, quality);
    return 0;
}

static int write_name(const struct reading *r, const struct output_options *o, struct buf *out,
                      struct err *e)
{
    (void)o;
    (void)e;
    buf_puts(out, r->name);
    return 0;
}

static int write_picture(const struct reading *r, const struct output_options *o, struct buf *out,
                         struct err *e)
{
    int width = 0, height = 0;
    (void)r;
    int code = o->picture(o->user, 0, out, &width, &height, e);
    return code || width != 4 || height != 3 ? ERR_INTERNAL
                                             : o->picture(o->user, 1, out, &width, &height, e);
}

static const struct output_format names = {.name = "names", .write = write_name};
static const struct output_format pictures = {
    .name = "pictures", .needs_picture = true, .write = write_picture};

struct seen {
    size_t count, failed;
    size_t stop_after;
    bool raise_signal;
    struct timings timings;
    char problems[64];
};

static int see(void *user, const struct read_result *r)
{
    struct seen *s = user;
    char expected[16];
    snprintf(expected, sizeof expected, "%c", (char)('A' + s->count % 26));
    assert_int_equal(r->input->path[0], expected[0]);
    if (r->error.code)
        s->failed++;
    else
        assert_string_equal(r->text.data, r->input->path);
    if (r->problems.len)
        snprintf(s->problems, sizeof s->problems, "%s", r->problems.data);
    s->timings.boxes += r->timings.boxes;
    s->count++;
    if (s->raise_signal && s->count == s->stop_after)
        kill(getpid(), SIGINT);
    return !s->raise_signal && s->stop_after && s->count == s->stop_after ? ERR_IO : 0;
}

enum { INPUTS = 200 };

static void make_inputs(struct read_inputs *in)
{
    in->item = calloc(INPUTS, sizeof *in->item);
    in->count = in->capacity = INPUTS;
    for (size_t i = 0; i < INPUTS; i++) {
        char name[32];
        snprintf(name, sizeof name, "%c%zu%s", (char)('A' + i % 26), i, i % 10 == 3 ? "bad" : "");
        in->item[i].path = strdup(name);
    }
}

static void results_come_in_the_order_of_the_inputs(void **state)
{
    (void)state;
    struct engine en = {.slowest_us = 2000};
    struct read_inputs in;
    struct seen s = {0};
    make_inputs(&in);
    in.item[7].problem = strdup("Permission denied");
    struct read_pool_options o = {.engine = &en, .format = &names, .workers = 5};
    assert_int_equal(read_pool_run(&o, &in, see, &s, NULL), 0);
    assert_int_equal(s.count, INPUTS);
    assert_int_equal(s.failed, INPUTS / 10 + 1);
    assert_int_equal(s.timings.boxes, 2 * (INPUTS - INPUTS / 10 - 1));
    assert_int_equal(en.reads, INPUTS - 1);
    assert_true(en.most_running > 1 && en.most_running <= 5);
    read_inputs_finish(&in);
}

static void a_receiver_that_gives_up_ends_the_run(void **state)
{
    (void)state;
    struct engine en = {.slowest_us = 500};
    struct read_inputs in;
    struct seen s = {.stop_after = 20};
    make_inputs(&in);
    struct read_pool_options o = {.engine = &en, .format = &names, .workers = 3};
    assert_int_equal(read_pool_run(&o, &in, see, &s, NULL), ERR_IO);
    assert_int_equal(s.count, 20);
    /* Nobody ran far ahead. */
    assert_true(en.reads <= 20 + 3 * 4 + 3);
    read_inputs_finish(&in);
}

struct slow {
    struct engine *engine;
    struct seen seen;
};

static int see_slowly(void *user, const struct read_result *r)
{
    struct slow *s = user;
    usleep(300);
    /* Three readers, four results each. */
    assert_true(s->engine->reads <= (int)s->seen.count + 3 * 4);
    return see(&s->seen, r);
}

static void readers_wait_for_a_receiver_that_is_slower(void **state)
{
    (void)state;
    struct engine en = {0};
    struct read_inputs in;
    struct slow s = {.engine = &en};
    make_inputs(&in);
    struct read_pool_options o = {.engine = &en, .format = &names, .workers = 3};
    assert_int_equal(read_pool_run(&o, &in, see_slowly, &s, NULL), 0);
    assert_int_equal(s.seen.count, INPUTS);
    read_inputs_finish(&in);
}

static void an_interrupt_ends_the_run_after_the_pages_under_way(void **state)
{
    (void)state;
    struct engine en = {.slowest_us = 500};
    struct read_inputs in;
    struct seen s = {.stop_after = 20, .raise_signal = true};
    struct err e = ERR_INIT;
    sigset_t stops, old;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stops, &old);
    make_inputs(&in);
    struct read_pool_options o = {.engine = &en, .format = &names, .workers = 3};
    assert_int_equal(read_pool_run(&o, &in, see, &s, &e), ERR_CANCELLED);
    assert_string_equal(e.message, "interrupted");
    assert_int_equal(s.count, 20);
    read_inputs_finish(&in);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static int see_one(void *user, const struct read_result *r)
{
    struct seen *s = user;
    s->count = r->text.len;
    s->failed = r->error.code != 0;
    snprintf(s->problems, sizeof s->problems, "%.63s",
             r->problems.len ? r->problems.data : r->error.message);
    return 0;
}

static struct seen read_single(const char *path, const struct output_format *format)
{
    struct engine en = {0};
    char *own = strdup(path);
    struct read_input item = {.path = own};
    struct read_inputs in = {.item = &item, .count = 1};
    struct seen s = {0};
    struct read_pool_options o = {.engine = &en, .format = format, .workers = 1, .max_bytes = 10};
    assert_int_equal(read_pool_run(&o, &in, see_one, &s, NULL), 0);
    free(own);
    return s;
}

static void a_page_that_fails_is_told_beside_the_others(void **state)
{
    (void)state;
    struct seen s = read_single("half", &names);
    assert_false(s.failed);
    assert_int_equal(s.count, 4);
    assert_string_equal(s.problems, "page 2: truncated");
    s = read_single("torn", &names); /* its only page */
    assert_true(s.failed);
    assert_int_equal(s.count, 0);
    assert_string_equal(s.problems, "truncated");
}

static void pictures_are_kept_for_formats_that_embed_them(void **state)
{
    (void)state;
    struct seen s = read_single("x", &pictures);
    assert_true(s.failed);
    assert_int_equal(s.count, 0);
    assert_string_equal(s.problems, "page 2 has no picture");
}

static void standard_input_is_bounded(void **state)
{
    (void)state;
    int ends[2], keep = dup(STDIN_FILENO);
    for (size_t len = 10; len <= 11; len++) {
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], "0123456789a", len), len);
        close(ends[1]);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        struct seen s = read_single("-", &names);
        assert_int_equal(s.failed, len > 10);
        assert_string_equal(s.problems, len > 10 ? "larger than 10 bytes" : "");
    }
    dup2(keep, STDIN_FILENO);
    close(keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_come_in_the_order_of_the_inputs),
        cmocka_unit_test(a_receiver_that_gives_up_ends_the_run),
        cmocka_unit_test(readers_wait_for_a_receiver_that_is_slower),
        cmocka_unit_test(an_interrupt_ends_the_run_after_the_pages_under_way),
        cmocka_unit_test(a_page_that_fails_is_told_beside_the_others),
        cmocka_unit_test(pictures_are_kept_for_formats_that_embed_them),
        cmocka_unit_test(standard_input_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
