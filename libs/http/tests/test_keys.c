#include "http/keys.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/test_keys.XXXXXX";
static char path[64];

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/keys", dir);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    rmdir(dir);
    return 0;
}

static void write_file(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void a_new_key_opens_and_is_stored_only_as_a_hash(void **state)
{
    (void)state;
    char key[KEYS_KEY_SIZE], name[KEYS_NAME_MAX + 1], text[512] = "";
    struct keys *k;
    struct stat st;
    unlink(path);
    assert_int_equal(keys_add(path, "scanner-1", key, NULL), 0);
    assert_int_equal(strlen(key), KEYS_KEY_SIZE - 1);
    assert_memory_equal(key, "dure_", 5);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "r");
    assert_true(fread(text, 1, sizeof text - 1, f) > 64);
    fclose(f);
    assert_null(strstr(text, key + 5));
    assert_int_equal(keys_load(path, &k, NULL), 0);
    assert_true(keys_verify(k, key, name));
    assert_string_equal(name, "scanner-1");
    key[10] = key[10] == 'A' ? 'B' : 'A';
    assert_false(keys_verify(k, key, name));
    assert_false(keys_verify(k, "", name));
    keys_destroy(k);
}

static void two_keys_differ(void **state)
{
    (void)state;
    char a[KEYS_KEY_SIZE], b[KEYS_KEY_SIZE];
    unlink(path);
    assert_int_equal(keys_add(path, "a", a, NULL), 0);
    assert_int_equal(keys_add(path, "b", b, NULL), 0);
    assert_string_not_equal(a, b);
}

static void a_revoked_key_stops_working_at_once(void **state)
{
    (void)state;
    char a[KEYS_KEY_SIZE], b[KEYS_KEY_SIZE], name[KEYS_NAME_MAX + 1];
    struct keys *k;
    struct err e = ERR_INIT;
    unlink(path);
    assert_int_equal(keys_add(path, "a", a, NULL), 0);
    assert_int_equal(keys_add(path, "b", b, NULL), 0);
    assert_int_equal(keys_load(path, &k, NULL), 0);
    assert_true(keys_verify(k, a, name));
    assert_int_equal(keys_revoke(path, "a", NULL), 0);
    assert_false(keys_verify(k, a, name));
    assert_true(keys_verify(k, b, name));
    assert_int_equal(keys_revoke(path, "a", &e), ERR_NOT_FOUND);
    unlink(path);
    assert_false(keys_verify(k, b, name));
    keys_destroy(k);
}

static void revoking_keeps_who_may_read_the_file(void **state)
{
    (void)state;
    char key[KEYS_KEY_SIZE];
    struct stat st;
    gid_t group = 12345;
    unlink(path);
    assert_int_equal(keys_add(path, "a", key, NULL), 0);
    assert_int_equal(keys_add(path, "b", key, NULL), 0);
    if (chown(path, geteuid(), group) < 0)
        group = getegid(); /* not root */
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(keys_revoke(path, "a", NULL), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_int_equal(st.st_gid, group);
}

static void names_are_checked(void **state)
{
    (void)state;
    char key[KEYS_KEY_SIZE];
    unlink(path);
    assert_int_equal(keys_add(path, "", key, NULL), ERR_USAGE);
    assert_int_equal(keys_add(path, "a:b", key, NULL), ERR_USAGE);
    assert_int_equal(keys_add(path, "a\nb", key, NULL), ERR_USAGE);
    assert_int_equal(keys_add(path, "same", key, NULL), 0);
    assert_int_equal(keys_add(path, "same", key, NULL), ERR_USAGE);
}

static void a_bad_file_is_refused_with_its_line(void **state)
{
    (void)state;
    struct keys *k = NULL;
    struct err e = ERR_INIT;
    char expected[200];
    write_file("# keys\nnocolon\n");
    assert_int_equal(keys_load(path, &k, &e), ERR_CONFIG);
    snprintf(expected, sizeof expected, "%s:2: must be name:hash", path);
    assert_string_equal(e.message, expected);
    write_file("a:1234\n");
    assert_int_equal(keys_load(path, &k, &e), ERR_CONFIG);
    snprintf(expected, sizeof expected, "%s:1: the hash must be 64 lower-case hexadecimal digits",
             path);
    assert_string_equal(e.message, expected);
    write_file("# nothing\n\n");
    assert_int_equal(keys_load(path, &k, &e), ERR_CONFIG);
    snprintf(expected, sizeof expected, "%s: holds no key; make one with `keys new`", path);
    assert_string_equal(e.message, expected);
    unlink(path);
    assert_int_equal(keys_load(path, &k, &e), ERR_NOT_FOUND);
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(10); /* waiting for a writer would be for ever */
    assert_int_equal(keys_load(path, &k, &e), ERR_IO);
    alarm(0);
    unlink(path);
    assert_null(k);
}

static void a_file_without_a_last_line_end_is_extended_rightly(void **state)
{
    (void)state;
    char text[200], hash[HASH_SHA256_HEX], key[KEYS_KEY_SIZE], name[KEYS_NAME_MAX + 1];
    struct keys *k;
    hash_sha256_hex("secret", 6, hash);
    snprintf(text, sizeof text, "old:%s", hash);
    write_file(text);
    assert_int_equal(keys_add(path, "new", key, NULL), 0);
    assert_int_equal(keys_load(path, &k, NULL), 0);
    assert_true(keys_verify(k, "secret", name));
    assert_true(keys_verify(k, key, name));
    keys_destroy(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_key_opens_and_is_stored_only_as_a_hash),
        cmocka_unit_test(two_keys_differ),
        cmocka_unit_test(a_revoked_key_stops_working_at_once),
        cmocka_unit_test(revoking_keeps_who_may_read_the_file),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(a_bad_file_is_refused_with_its_line),
        cmocka_unit_test(a_file_without_a_last_line_end_is_extended_rightly),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
