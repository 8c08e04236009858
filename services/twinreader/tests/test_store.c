#include "twinreader/store.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const int64_t DAY = 24 * 60 * 60 * 1000;

static char top[] = "/tmp/test_store.XXXXXX";
static char dir[64];
static struct store *store;

static int run(const char *fmt)
{
    char command[256];
    snprintf(command, sizeof command, "cd %s && %s", top, fmt);
    return system(command);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "%s/a/b", top);
    return store_open(dir, DAY, 3, &store, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    store_close(store);
    return run("rm -rf a");
}

static int group_set_up(void **state)
{
    (void)state;
    return mkdtemp(top) ? 0 : -1;
}

static int group_tear_down(void **state)
{
    (void)state;
    return rmdir(top);
}

static void keep(const char *text, char id[HASH_ULID])
{
    struct store_draft *d;
    assert_int_equal(store_begin(store, &d, NULL), 0);
    memcpy(id, store_draft_id(d), HASH_ULID);
    assert_int_equal(store_draft_write(d, "reading.json", text, strlen(text), NULL), 0);
    assert_int_equal(store_draft_commit(d, NULL), 0);
}

/* Makes an id of the given time. */
static void id_of_time(int64_t ms, char id[HASH_ULID])
{
    memset(id, '0', HASH_ULID - 1);
    id[HASH_ULID - 1] = '\0';
    for (int i = 9; i >= 0; i--, ms /= 32)
        id[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[ms % 32];
}

static void assert_holds(const char *id, const char *text)
{
    struct buf b;
    buf_init(&b, 0);
    assert_int_equal(store_read(store, id, "reading.json", &b, NULL), 0);
    assert_string_equal(b.data, text);
    buf_finish(&b);
}

static void a_committed_document_is_there(void **state)
{
    (void)state;
    char id[HASH_ULID];
    int fd;
    int64_t size;
    keep("hello", id);
    assert_true(store_id_valid(id));
    assert_holds(id, "hello");
    assert_int_equal(store_file(store, id, "reading.json", &fd, &size, NULL), 0);
    assert_int_equal(size, 5);
    close(fd);
    assert_int_equal(store_file(store, id, "page-1.jpg", &fd, &size, NULL), ERR_NOT_FOUND);
}

static void a_draft_is_not_there(void **state)
{
    (void)state;
    struct store_draft *d;
    struct buf b;
    int fd;
    int64_t size;
    buf_init(&b, 0);
    assert_int_equal(store_begin(store, &d, NULL), 0);
    assert_int_equal(store_draft_write(d, "x", "12", 2, NULL), 0);
    assert_int_equal(store_draft_read(d, "x", &b, NULL), 0);
    assert_string_equal(b.data, "12");
    assert_int_equal(store_file(store, store_draft_id(d), "x", &fd, &size, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_count(store), 0);
    store_draft_drop(d);
    store_draft_drop(NULL);
    buf_finish(&b);
    assert_int_equal(run("test -z \"$(ls a/b)\""), 0);
}

/* A store_change_fn: adds a letter, up to three. */
static int add_letter(void *user, const struct buf *before, struct buf *after, struct err *e)
{
    if (before->len == 3)
        return err_set(e, ERR_LIMIT, "full");
    if (before->len)
        buf_append(after, before->data, before->len);
    buf_puts(after, user);
    return 0;
}

static void an_edit_makes_and_replaces_a_file(void **state)
{
    (void)state;
    char id[HASH_ULID], letter[] = "a";
    struct buf b;
    struct err e = ERR_INIT;
    keep("x", id);
    buf_init(&b, 0);
    for (; *letter <= 'c'; ++*letter)
        assert_int_equal(store_edit(store, id, "notes", add_letter, letter, NULL), 0);
    assert_int_equal(store_edit(store, id, "notes", add_letter, letter, &e), ERR_LIMIT);
    assert_string_equal(e.message, "full");
    assert_int_equal(store_read(store, id, "notes", &b, NULL), 0);
    assert_string_equal(b.data, "abc");
    assert_holds(id, "x");
    assert_int_equal(run("test \"$(ls -A a/b/0* | wc -w)\" = 2"), 0);
    buf_finish(&b);
}

static void an_edit_of_no_document_is_refused(void **state)
{
    (void)state;
    char id[HASH_ULID], letter[] = "a";
    keep("x", id);
    assert_int_equal(store_remove(store, id, NULL), 0);
    assert_int_equal(store_edit(store, id, "notes", add_letter, letter, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_edit(store, "..", "notes", add_letter, letter, NULL), ERR_NOT_FOUND);
}

static void an_edit_writes_over_what_a_crash_left(void **state)
{
    (void)state;
    char id[HASH_ULID], letter[] = "a", command[128];
    struct buf b;
    keep("x", id);
    buf_init(&b, 0);
    snprintf(command, sizeof command, "echo torn by a crash > a/b/%s/.new-notes", id);
    assert_int_equal(run(command), 0);
    assert_int_equal(store_edit(store, id, "notes", add_letter, letter, NULL), 0);
    assert_int_equal(store_read(store, id, "notes", &b, NULL), 0);
    assert_string_equal(b.data, "a");
    buf_finish(&b);
}

/* A store_change_fn: counts up. */
static int count_up(void *user, const struct buf *before, struct buf *after, struct err *e)
{
    (void)user, (void)e;
    buf_printf(after, "%d", (before->len ? atoi(before->data) : 0) + 1);
    return 0;
}

static void *edit_often(void *id)
{
    for (int i = 0; i < 20; i++)
        if (store_edit(store, id, "count", count_up, NULL, NULL))
            return id;
    return NULL;
}

static void edits_at_once_lose_nothing(void **state)
{
    (void)state;
    char id[HASH_ULID];
    pthread_t threads[4];
    struct buf b;
    void *failed;
    keep("x", id);
    buf_init(&b, 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, edit_often, id), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    assert_int_equal(store_read(store, id, "count", &b, NULL), 0);
    assert_string_equal(b.data, "80");
    buf_finish(&b);
}

static void leftovers_of_a_crash_are_cleaned_at_the_start(void **state)
{
    (void)state;
    char id[HASH_ULID];
    keep("kept", id);
    store_close(store);
    store = NULL;
    assert_int_equal(
        run("mkdir a/b/.new-01ARZ3NDEKTSV4RRFFQ69G5FAV a/b/.old-01ARZ3NDEKTSV4RRFFQ69G5FAV"
            " a/b/else && touch a/b/.new-01ARZ3NDEKTSV4RRFFQ69G5FAV/reading.json"),
        0);
    assert_int_equal(store_open(dir, DAY, 3, &store, NULL), 0);
    assert_int_equal(
        run("test -z \"$(ls -d a/b/.new* a/b/.old* 2>/dev/null)\" && test -d a/b/else"), 0);
    assert_int_equal(store_count(store), 1);
    assert_holds(id, "kept");
}

static void the_list_is_newest_first_in_steps(void **state)
{
    (void)state;
    char id[3][HASH_ULID], out[4][HASH_ULID];
    bool more;
    for (int i = 0; i < 3; i++) {
        keep("x", id[i]);
        usleep(2000);
    }
    assert_int_equal(store_list(store, NULL, 2, out, &more), 2);
    assert_true(more);
    assert_string_equal(out[0], id[2]);
    assert_string_equal(out[1], id[1]);
    assert_int_equal(store_list(store, out[1], 2, out, &more), 1);
    assert_false(more);
    assert_string_equal(out[0], id[0]);
    assert_int_equal(store_list(store, id[0], 2, out, &more), 0);
}

static void the_oldest_beyond_the_most_are_swept(void **state)
{
    (void)state;
    char id[4][HASH_ULID];
    int fd;
    int64_t size;
    for (int i = 0; i < 4; i++) {
        keep("x", id[i]);
        usleep(2000);
    }
    assert_int_equal(store_count(store), 3);
    assert_int_equal(store_file(store, id[0], "reading.json", &fd, &size, NULL), ERR_NOT_FOUND);
    assert_holds(id[1], "x");
}

static void ids_from_the_future_make_room_for_a_new_document(void **state)
{
    (void)state;
    char id[4][HASH_ULID];
    store_close(store);
    assert_int_equal(run("mkdir a/b/7ZZZZZZZZZZZZZZZZZZZZZZZZ0 a/b/7ZZZZZZZZZZZZZZZZZZZZZZZZ1 "
                         "a/b/7ZZZZZZZZZZZZZZZZZZZZZZZZ2"),
                     0);
    assert_int_equal(store_open(dir, DAY, 3, &store, NULL), 0);
    for (int i = 0; i < 4; i++) {
        keep("x", id[i]);
        assert_holds(id[i], "x");
        usleep(2000);
    }
    assert_int_equal(store_count(store), 3);
    for (int i = 1; i < 4; i++)
        assert_holds(id[i], "x");
}

/* Ids of the next hours are not told from a clock that was set back a little. */
static void a_new_document_is_never_the_one_that_goes(void **state)
{
    (void)state;
    char id[HASH_ULID], soon[HASH_ULID], command[128];
    store_close(store);
    id_of_time(clock_wall_ms() + DAY / 2, soon);
    for (int i = 0; i < 3; i++) {
        soon[HASH_ULID - 2] = (char)('0' + i);
        snprintf(command, sizeof command, "mkdir a/b/%s", soon);
        assert_int_equal(run(command), 0);
    }
    assert_int_equal(store_open(dir, DAY, 3, &store, NULL), 0);
    keep("x", id);
    assert_holds(id, "x");
    assert_int_equal(store_count(store), 3);
}

static void documents_older_than_the_time_to_keep_are_swept(void **state)
{
    (void)state;
    char id[HASH_ULID];
    store_close(store);
    assert_int_equal(store_open(dir, 50, 3, &store, NULL), 0);
    keep("x", id);
    assert_int_equal(store_sweep(store), 0);
    usleep(60000);
    assert_int_equal(store_sweep(store), 1);
    assert_int_equal(store_count(store), 0);
}

static void a_removed_document_is_gone_once(void **state)
{
    (void)state;
    char id[HASH_ULID];
    keep("x", id);
    assert_int_equal(store_remove(store, id, NULL), 0);
    assert_int_equal(store_remove(store, id, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_count(store), 0);
    assert_int_equal(run("test -z \"$(ls a/b)\""), 0);
}

static void a_document_removed_by_hand_does_not_stop_the_sweep(void **state)
{
    (void)state;
    char id[4][HASH_ULID], command[128];
    keep("x", id[0]);
    snprintf(command, sizeof command, "rm -r a/b/%s", id[0]);
    assert_int_equal(run(command), 0);
    for (int i = 1; i < 4; i++) {
        usleep(2000);
        keep("x", id[i]);
    }
    assert_int_equal(store_count(store), 3);
    assert_holds(id[1], "x");
}

static void only_ulids_are_ids(void **state)
{
    (void)state;
    assert_true(store_id_valid("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    assert_false(store_id_valid("01arz3ndektsv4rrffq69g5fav"));
    assert_false(store_id_valid("81ARZ3NDEKTSV4RRFFQ69G5FAV"));
    assert_false(store_id_valid("01ARZ3NDEKTSV4RRFFQ69G5FAU"));
    assert_false(store_id_valid("01ARZ3NDEKTSV4RRFFQ69G5FA"));
    assert_false(store_id_valid("../../../../../../etc/pass"));
    assert_false(store_id_valid(""));
}

static void a_store_has_one_owner(void **state)
{
    (void)state;
    struct store *second = NULL;
    struct err e = ERR_INIT;
    char expected[160];
    assert_int_equal(store_open(dir, DAY, 3, &second, &e), ERR_BUSY);
    snprintf(expected, sizeof expected, "store.dir %s: another server uses it", dir);
    assert_string_equal(e.message, expected);
    assert_null(second);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_committed_document_is_there),
        TEST(a_draft_is_not_there),
        TEST(an_edit_makes_and_replaces_a_file),
        TEST(an_edit_of_no_document_is_refused),
        TEST(an_edit_writes_over_what_a_crash_left),
        TEST(edits_at_once_lose_nothing),
        TEST(leftovers_of_a_crash_are_cleaned_at_the_start),
        TEST(the_list_is_newest_first_in_steps),
        TEST(the_oldest_beyond_the_most_are_swept),
        TEST(ids_from_the_future_make_room_for_a_new_document),
        TEST(a_new_document_is_never_the_one_that_goes),
        TEST(documents_older_than_the_time_to_keep_are_swept),
        TEST(a_removed_document_is_gone_once),
        TEST(a_document_removed_by_hand_does_not_stop_the_sweep),
        TEST(a_store_has_one_owner),
        cmocka_unit_test(only_ulids_are_ids),
    };
    return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
