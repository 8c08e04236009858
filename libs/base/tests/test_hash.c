#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void sha256_is_the_standards(void **state)
{
    (void)state;
    char hex[HASH_SHA256_HEX];
    hash_sha256_hex("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_sha256_hex("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_file_has_the_hash_of_its_bytes(void **state)
{
    (void)state;
    char path[] = "/tmp/test_hash_XXXXXX", of_file[HASH_SHA256_HEX], of_bytes[HASH_SHA256_HEX];
    size_t len = 200001;
    char *bytes = malloc(len);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)(i * 7);
    FILE *f = fdopen(mkstemp(path), "wb");
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    fclose(f);
    hash_sha256_hex(bytes, len, of_bytes);
    assert_int_equal(hash_sha256_file(path, of_file, NULL), 0);
    assert_string_equal(of_file, of_bytes);
    unlink(path);
    strcpy(of_file, "kept");
    assert_int_equal(hash_sha256_file(path, of_file, NULL), ERR_NOT_FOUND);
    assert_int_equal(hash_sha256_file("/", of_file, NULL), ERR_IO);
    assert_string_equal(of_file, "kept");
    free(bytes);
}

static void equality_is_of_all_bytes(void **state)
{
    (void)state;
    assert_true(hash_equal("abc", 3, "abc", 3));
    assert_false(hash_equal("abc", 3, "abd", 3));
    assert_false(hash_equal("abc", 3, "ab", 2));
    assert_true(hash_equal("", 0, "", 0));
}

static void ulids_are_distinct_and_sort_by_time(void **state)
{
    (void)state;
    char a[HASH_ULID], b[HASH_ULID];
    hash_ulid(a);
    int64_t ms = clock_wall_ms();
    while (clock_wall_ms() <= ms)
        usleep(500);
    hash_ulid(b);
    assert_int_equal(strlen(a), 26);
    assert_int_equal(strspn(a, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 26);
    assert_true(strcmp(a, b) < 0);
    /* The first ten digits are the time. */
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    int64_t time = 0;
    for (int i = 0; i < 10; i++)
        time = time * 32 + (strchr(alphabet, b[i]) - alphabet);
    assert_true(time > ms && time < ms + 5000);
    assert_memory_not_equal(a + 10, a + 18, 8); /* 80 random bits, not 40 twice */
    /* All of the random digits vary. */
    int seen[16] = {0};
    for (int n = 0; n < 50; n++) {
        hash_ulid(b);
        for (int i = 0; i < 16; i++)
            seen[i] += b[10 + i] != a[10 + i];
    }
    for (int i = 0; i < 16; i++)
        assert_true(seen[i] > 0);
}

static void random_bytes_differ(void **state)
{
    (void)state;
    char a[32] = {0}, b[32] = {0};
    hash_random(a, sizeof a);
    hash_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_is_the_standards),
        cmocka_unit_test(a_file_has_the_hash_of_its_bytes),
        cmocka_unit_test(equality_is_of_all_bytes),
        cmocka_unit_test(ulids_are_distinct_and_sort_by_time),
        cmocka_unit_test(random_bytes_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
