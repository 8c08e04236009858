#include "twinreader/synth/files.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/jsonr.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char dir[64], path[128];
    struct synth_files *files;
    struct err e;
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    if (!p)
        return -1;
    snprintf(p->dir, sizeof p->dir, "/tmp/test_synth_files.XXXXXX");
    *state = p;
    if (!mkdtemp(p->dir))
        return -1;
    return synth_files_create(p->dir, &p->files, &p->e);
}

static void clear(const char *dir)
{
    DIR *d = opendir(dir);
    for (const struct dirent *entry; d && (entry = readdir(d));) {
        char path[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (unlink(path))
            clear(path);
    }
    if (d)
        closedir(d);
    rmdir(dir);
}

static int teardown(void **state)
{
    struct place *p = *state;
    synth_files_destroy(p->files);
    clear(p->dir);
    free(p);
    return 0;
}

static const char *path(struct place *p, const char *name)
{
    snprintf(p->path, sizeof p->path, "%s/%s", p->dir, name);
    return p->path;
}

static int entries(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;
    assert_non_null(d);
    for (const struct dirent *entry; (entry = readdir(d));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(d);
    return n;
}

static int save(struct place *p, const char *name, const char *text)
{
    char sha[HASH_SHA256_HEX];
    hash_sha256_hex(text, strlen(text), sha);
    return synth_files_save(p->files, name, text, strlen(text), sha, &p->e);
}

static int finish(struct place *p)
{
    struct buf head;
    buf_init(&head, 0);
    buf_puts(&head, "{\"seed\":7");
    int code = synth_files_finish(p->files, &head, &p->e);
    buf_finish(&head);
    return code;
}

static void the_manifest_lists_every_file_with_its_hash(void **state)
{
    struct place *p = *state;
    struct synth_files_stream *s = NULL;
    struct jsonr_doc *doc = NULL;
    struct buf text;
    assert_int_equal(synth_files_folder(p->files, "images", &p->e), 0);
    assert_int_equal(synth_files_open(p->files, "truth.jsonl", &s, &p->e), 0);
    assert_int_equal(save(p, "images/0.jpg", "picture"), 0);
    assert_int_equal(synth_files_write(s, "one\n", 4, &p->e), 0);
    assert_int_equal(synth_files_write(s, "two\n", 4, &p->e), 0);
    assert_int_not_equal(access(path(p, "truth.jsonl"), F_OK), 0);
    assert_int_equal(finish(p), 0);
    buf_init(&text, 0);
    assert_int_equal(file_read(path(p, "manifest.json"), &text, &p->e), 0);
    assert_int_equal(jsonr_parse(text.data, text.len, &doc, &p->e), 0);
    const struct jsonr_value *root = jsonr_root(doc), *files = jsonr_get(root, "files");
    assert_int_equal((int)jsonr_as_number(jsonr_get(root, "seed"), 0), 7);
    assert_int_equal(jsonr_count(files), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct jsonr_value *f = jsonr_at(files, i);
        char sha[HASH_SHA256_HEX];
        struct stat st;
        const char *file = path(p, jsonr_as_string(jsonr_get(f, "path"), ""));
        assert_int_equal(stat(file, &st), 0);
        assert_int_equal((int)jsonr_as_number(jsonr_get(f, "bytes"), 0), st.st_size);
        assert_int_equal(hash_sha256_file(file, sha, &p->e), 0);
        assert_string_equal(jsonr_as_string(jsonr_get(f, "sha256"), ""), sha);
    }
    jsonr_doc_destroy(doc);
    buf_finish(&text);
}

static void a_folder_with_something_in_it_is_refused(void **state)
{
    struct place *p = *state;
    struct synth_files *other = NULL;
    assert_int_equal(save(p, "a", "b"), 0);
    assert_int_equal(synth_files_create(p->dir, &other, &p->e), ERR_USAGE);
    assert_null(other);
    assert_int_equal(synth_files_create(path(p, "no/such"), &other, &p->e), ERR_NOT_FOUND);
}

static void what_is_not_finished_leaves_nothing(void **state)
{
    struct place *p = *state;
    struct synth_files_stream *s = NULL;
    assert_int_equal(synth_files_open(p->files, "truth.jsonl", &s, &p->e), 0);
    assert_int_equal(synth_files_write(s, "one\n", 4, &p->e), 0);
    assert_true(entries(p->dir) > 0);
    synth_files_destroy(p->files);
    p->files = NULL;
    assert_int_equal(entries(p->dir), 0);
}

static void no_room_is_said_and_leaves_no_half_file(void **state)
{
    struct place *p = *state;
    struct rlimit before, small;
    static char large[100000];
    memset(large, 'x', sizeof large - 1);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 10000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int code = save(p, "image.jpg", large);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(code, ERR_NO_SPACE);
    assert_non_null(strstr(p->e.message, "image.jpg"));
    assert_int_equal(entries(p->dir), 1); /* the list, not finished either */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_manifest_lists_every_file_with_its_hash, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_folder_with_something_in_it_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_finished_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(no_room_is_said_and_leaves_no_half_file, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
