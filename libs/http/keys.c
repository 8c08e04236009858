#include "http/keys.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 1024 * 1024 };

struct entry {
    char name[KEYS_NAME_MAX + 1];
    char hash[HASH_SHA256_HEX];
};

struct keys {
    char *path;
    pthread_mutex_t lock; /* guards all below */
    struct entry *entries;
    size_t count;
    struct stat seen; /* the file as it was loaded */
};

static bool name_valid(const char *s, size_t len)
{
    if (!len || len > KEYS_NAME_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
              (s[i] >= '0' && s[i] <= '9') || s[i] == '-' || s[i] == '_' || s[i] == '.'))
            return false;
    return true;
}

static int read_all(int fd, const char *path, struct buf *out, struct err *e)
{
    if (!file_read_fd(fd, out))
        return err_set_errno(e, ERR_IO, errno, "%s", path);
    return buf_status(out) ? err_set(e, buf_status(out), "%s: too large", path) : 0;
}

static int write_synced(int fd, const char *path, const char *p, size_t len, struct err *e)
{
    if (!file_write_fd(fd, p, len) || fsync(fd) < 0)
        return err_set_errno(e, ERR_IO, errno, "%s", path);
    return 0;
}

/* Parses one line without its end; *ret is untouched and 0 returned for a comment. */
static int parse_line(const char *path, int line, const char *s, size_t len, struct entry *ret,
                      bool *ret_is_entry, struct err *e)
{
    while (len && (s[len - 1] == ' ' || s[len - 1] == '\r' || s[len - 1] == '\t'))
        len--;
    *ret_is_entry = len && *s != '#';
    if (!*ret_is_entry)
        return 0;
    const char *colon = memchr(s, ':', len);
    if (!colon || !name_valid(s, (size_t)(colon - s)))
        return err_set(e, ERR_CONFIG, "%s:%d: must be name:hash", path, line);
    const char *hash = colon + 1;
    size_t hash_len = len - (size_t)(hash - s);
    if (hash_len != HASH_SHA256_HEX - 1 || strspn(hash, "0123456789abcdef") < hash_len)
        return err_set(e, ERR_CONFIG, "%s:%d: the hash must be 64 lower-case hexadecimal digits",
                       path, line);
    *ret = (struct entry){{0}, {0}};
    memcpy(ret->name, s, (size_t)(colon - s));
    memcpy(ret->hash, hash, hash_len);
    return 0;
}

static int parse(const char *path, const char *text, size_t len, struct entry **ret,
                 size_t *ret_count, struct err *e)
{
    struct entry *entries = NULL;
    size_t count = 0;
    int line = 0, rc = 0;
    for (size_t at = 0; at < len;) {
        const char *eol = memchr(text + at, '\n', len - at);
        size_t n = eol ? (size_t)(eol - text) - at : len - at;
        struct entry one;
        bool is_entry;
        rc = parse_line(path, ++line, text + at, n, &one, &is_entry, e);
        if (rc)
            goto fail;
        at += n + 1;
        if (!is_entry)
            continue;
        struct entry *more = realloc(entries, (count + 1) * sizeof *more);
        if (!more) {
            rc = err_set(e, ERR_NOMEM, "out of memory for API keys");
            goto fail;
        }
        entries = more;
        entries[count++] = one;
    }
    *ret = entries;
    *ret_count = count;
    return 0;
fail:
    free(entries);
    return rc;
}

static int load(const char *path, struct entry **ret, size_t *ret_count, struct stat *ret_seen,
                struct err *e)
{
    struct buf text;
    buf_init(&text, FILE_MAX);
    int rc;
    /* A pipe without a writer must not hold the program up. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        rc = err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s", path);
        goto out;
    }
    if (fstat(fd, ret_seen) < 0) {
        rc = err_set_errno(e, ERR_IO, errno, "%s", path);
        goto out_fd;
    }
    if (!S_ISREG(ret_seen->st_mode)) {
        rc = err_set(e, ERR_IO, "%s: not a regular file", path);
        goto out_fd;
    }
    rc = read_all(fd, path, &text, e);
    if (!rc)
        rc = parse(path, text.data ? text.data : "", text.len, ret, ret_count, e);
out_fd:
    close(fd);
out:
    buf_finish(&text);
    return rc;
}

int keys_load(const char *path, struct keys **ret, struct err *e)
{
    struct keys *k = calloc(1, sizeof *k);
    int rc = ERR_NOMEM;
    if (!k || !(k->path = strdup(path))) {
        err_set(e, rc, "out of memory for API keys");
        goto fail;
    }
    rc = load(path, &k->entries, &k->count, &k->seen, e);
    if (!rc && !k->count)
        rc = err_set(e, ERR_CONFIG, "%s: holds no key; make one with `keys new`", path);
    if (rc)
        goto fail;
    pthread_mutex_init(&k->lock, NULL);
    *ret = k;
    return 0;
fail:
    if (k) {
        free(k->entries);
        free(k->path);
    }
    free(k);
    return rc;
}

void keys_destroy(struct keys *k)
{
    if (!k)
        return;
    pthread_mutex_destroy(&k->lock);
    free(k->entries);
    free(k->path);
    free(k);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void refresh(struct keys *k)
{
    struct stat now;
    if (stat(k->path, &now) == 0 && same_file(&now, &k->seen))
        return;
    free(k->entries);
    k->entries = NULL;
    k->count = 0;
    memset(&k->seen, 0, sizeof k->seen);
    if (load(k->path, &k->entries, &k->count, &k->seen, NULL))
        memset(&k->seen, 0, sizeof k->seen); /* try again at the next request */
}

bool keys_verify(struct keys *k, const char *key, char ret_name[KEYS_NAME_MAX + 1])
{
    char hash[HASH_SHA256_HEX];
    hash_sha256_hex(key, strlen(key), hash);
    bool found = false;
    pthread_mutex_lock(&k->lock);
    refresh(k);
    for (size_t i = 0; i < k->count; i++)
        if (hash_equal(hash, sizeof hash, k->entries[i].hash, sizeof k->entries[i].hash)) {
            found = true;
            memcpy(ret_name, k->entries[i].name, sizeof k->entries[i].name);
        }
    pthread_mutex_unlock(&k->lock);
    return found;
}

/* Opens the file under an exclusive lock.  Revoking replaces the file, so the lock counts only
 * while the path still names the file that was opened. */
static int open_locked(const char *path, int flags, struct err *e)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | flags, 0600);
        if (fd < 0)
            return err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s", path);
        struct stat mine, named;
        if (flock(fd, LOCK_EX) == 0 && fstat(fd, &mine) == 0 && stat(path, &named) == 0 &&
            mine.st_ino == named.st_ino && mine.st_dev == named.st_dev)
            return fd;
        int saved = errno;
        bool retry = fstat(fd, &mine) == 0 && mine.st_nlink == 0;
        close(fd);
        if (!retry)
            return err_set_errno(e, ERR_IO, saved, "%s: cannot be locked", path);
    }
}

static void make_key(char key[KEYS_KEY_SIZE])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char random[33] = {0};
    hash_random(random, 32);
    char *out = key + sprintf(key, "dure_");
    for (size_t i = 0; i < 33; i += 3) {
        uint32_t v = (uint32_t)random[i] << 16 | (uint32_t)random[i + 1] << 8 | random[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6)
            if (out < key + KEYS_KEY_SIZE - 1)
                *out++ = digits[v >> shift & 63];
    }
    *out = '\0';
}

int keys_add(const char *path, const char *name, char ret_key[KEYS_KEY_SIZE], struct err *e)
{
    if (!name_valid(name, strlen(name)))
        return err_set(e, ERR_USAGE,
                       "a key's name has 1 to %d letters, digits, dots, dashes or underscores",
                       KEYS_NAME_MAX);
    struct entry *entries = NULL;
    struct buf text;
    buf_init(&text, FILE_MAX);
    size_t count = 0;
    int fd = open_locked(path, O_CREAT, e);
    int rc = fd < 0 ? fd : read_all(fd, path, &text, e);
    if (!rc)
        rc = parse(path, text.data ? text.data : "", text.len, &entries, &count, e);
    for (size_t i = 0; !rc && i < count; i++)
        if (strcmp(entries[i].name, name) == 0)
            rc = err_set(e, ERR_USAGE, "%s: there is already a key called %s", path, name);
    if (rc)
        goto out;
    char key[KEYS_KEY_SIZE], hash[HASH_SHA256_HEX], line[KEYS_NAME_MAX + HASH_SHA256_HEX + 8];
    make_key(key);
    hash_sha256_hex(key, strlen(key), hash);
    bool needs_eol = text.len && text.data[text.len - 1] != '\n';
    int n = snprintf(line, sizeof line, "%s%s:%s\n", needs_eol ? "\n" : "", name, hash);
    rc = write_synced(fd, path, line, (size_t)n, e);
    if (!rc)
        memcpy(ret_key, key, sizeof key);
out:
    if (fd >= 0)
        close(fd);
    free(entries);
    buf_finish(&text);
    return rc;
}

/* Appends all lines of `text` to `out` but the one of `name`; returns whether there was one. */
static bool without(const struct buf *text, const char *name, struct buf *out)
{
    bool found = false;
    size_t name_len = strlen(name);
    for (size_t at = 0; at < text->len;) {
        const char *line = text->data + at;
        const char *eol = memchr(line, '\n', text->len - at);
        size_t n = eol ? (size_t)(eol - line) + 1 : text->len - at;
        if (n > name_len && memcmp(line, name, name_len) == 0 && line[name_len] == ':')
            found = true;
        else
            buf_append(out, line, n);
        at += n;
    }
    return found;
}

/* Whoever may read the file, a server under another name perhaps, has to read its successor. */
static int copy_owner(int from, int to, const char *path, struct err *e)
{
    struct stat st;
    if (fstat(from, &st) < 0 || fchown(to, st.st_uid, st.st_gid) < 0 ||
        fchmod(to, st.st_mode & 0777) < 0)
        return err_set_errno(e, ERR_IO, errno, "%s: its owner and rights cannot be kept", path);
    return 0;
}

int keys_revoke(const char *path, const char *name, struct err *e)
{
    struct buf text, kept, temp;
    buf_init(&text, FILE_MAX);
    buf_init(&kept, FILE_MAX);
    buf_init(&temp, 4096);
    int out = -1;
    int fd = open_locked(path, 0, e);
    int rc = fd < 0 ? fd : read_all(fd, path, &text, e);
    if (rc)
        goto out;
    if (!name_valid(name, strlen(name)) || !without(&text, name, &kept)) {
        rc = err_set(e, ERR_NOT_FOUND, "%s: there is no key called %s", path, name);
        goto out;
    }
    buf_printf(&temp, "%s.XXXXXX", path);
    rc = buf_status(&temp) ? buf_status(&temp) : buf_status(&kept);
    if (rc) {
        err_set(e, rc, "out of memory for API keys");
        goto out;
    }
    out = mkostemp(temp.data, O_CLOEXEC);
    if (out < 0) {
        rc = err_set_errno(e, ERR_IO, errno, "%s", temp.data);
        goto out;
    }
    rc = copy_owner(fd, out, path, e);
    if (!rc)
        rc = write_synced(out, temp.data, kept.data ? kept.data : "", kept.len, e);
    if (!rc && rename(temp.data, path) < 0)
        rc = err_set_errno(e, ERR_IO, errno, "%s", path);
    if (rc)
        unlink(temp.data);
out:
    if (out >= 0)
        close(out);
    if (fd >= 0)
        close(fd);
    buf_finish(&temp);
    buf_finish(&kept);
    buf_finish(&text);
    return rc;
}

int keys_list(const char *path, void (*each)(void *user, const char *name), void *user,
              struct err *e)
{
    struct entry *entries = NULL;
    size_t count = 0;
    struct stat seen;
    int rc = load(path, &entries, &count, &seen, e);
    for (size_t i = 0; !rc && i < count; i++)
        each(user, entries[i].name);
    free(entries);
    return rc;
}
