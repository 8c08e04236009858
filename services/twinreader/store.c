#include "twinreader/store.h"

#include "base/clock.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW ".new-"
#define OLD ".old-"
#define FOLDER_SIZE (sizeof NEW - 1 + HASH_ULID)
#define FUTURE_MS ((int64_t)24 * 60 * 60 * 1000)

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct store {
    int dir;
    int lock_file;
    int64_t keep_ms, max_documents;
    pthread_mutex_t edit;   /* held while a document changes or goes; taken before `lock` */
    pthread_mutex_t lock;   /* guards the index */
    char (*ids)[HASH_ULID]; /* ascending, so oldest first */
    size_t count, room;
};

struct store_draft {
    struct store *store;
    char id[HASH_ULID];
    char folder[FOLDER_SIZE];
    int dir;
};

static size_t sweep(struct store *s, const char *spare);

static int fail(struct err *e, const char *what)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(e, ERR_NO_SPACE, "%s: no space left for results", what);
    return err_set_errno(e, ERR_IO, errno, "%s", what);
}

bool store_id_valid(const char *id)
{
    return strlen(id) == HASH_ULID - 1 && strspn(id, crockford) == HASH_ULID - 1 && *id <= '7';
}

static int64_t id_time_ms(const char *id)
{
    int64_t t = 0;
    for (int i = 0; i < 10; i++)
        t = t * 32 + (strchr(crockford, id[i]) - crockford);
    return t;
}

/* Returns the place of the first id that is not below `id`. */
static size_t lower_bound(const struct store *s, const char *id)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(s->ids[mid], id) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static int index_reserve(struct store *s, struct err *e)
{
    if (s->count < s->room)
        return 0;
    size_t room = s->room ? s->room * 2 : 256;
    void *more = reallocarray(s->ids, room, sizeof *s->ids);
    if (!more)
        return err_set(e, ERR_NOMEM, "out of memory for the list of results");
    s->ids = more;
    s->room = room;
    return 0;
}

static void index_insert(struct store *s, const char *id)
{
    size_t at = lower_bound(s, id);
    memmove(s->ids + at + 1, s->ids + at, (s->count - at) * sizeof *s->ids);
    memcpy(s->ids[at], id, HASH_ULID);
    s->count++;
}

static void index_remove(struct store *s, const char *id)
{
    size_t at = lower_bound(s, id);
    if (at < s->count && strcmp(s->ids[at], id) == 0) {
        s->count--;
        memmove(s->ids + at, s->ids + at + 1, (s->count - at) * sizeof *s->ids);
    }
}

/* Removes a folder of plain files; nothing to be done about a failure, the next start tries again.
 */
static void remove_folder(int dir, const char *name)
{
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        if (fd >= 0)
            close(fd);
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(d)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(fd, entry->d_name, 0);
    closedir(d);
    unlinkat(dir, name, AT_REMOVEDIR);
}

static int load_index(struct store *s, struct err *e)
{
    int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    int rc = 0;
    if (!d) {
        rc = fail(e, "store.dir");
        if (fd >= 0)
            close(fd);
        return rc;
    }
    struct dirent *entry;
    while (!rc && (entry = readdir(d))) {
        const char *name = entry->d_name;
        if (strncmp(name, NEW, strlen(NEW)) == 0 || strncmp(name, OLD, strlen(OLD)) == 0)
            remove_folder(s->dir, name);
        else if (store_id_valid(name) && !(rc = index_reserve(s, e)))
            index_insert(s, name);
    }
    closedir(d);
    return rc;
}

/* Makes the folder and those above it. */
static int make_folder(const char *dir, struct err *e)
{
    char *path = strdup(dir);
    int rc = path ? 0 : err_set(e, ERR_NOMEM, "out of memory");
    for (char *p = path; !rc && p;) {
        p = strchr(p + 1, '/');
        if (p)
            *p = '\0';
        if (mkdir(path, 0700) < 0 && errno != EEXIST)
            rc = err_set_errno(e, ERR_IO, errno, "store.dir %s", path);
        if (p)
            *p = '/';
    }
    free(path);
    return rc;
}

int store_open(const char *dir, int64_t keep_ms, int64_t max_documents, struct store **ret,
               struct err *e)
{
    struct store *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NOMEM, "out of memory for the store");
    s->keep_ms = keep_ms;
    s->max_documents = max_documents;
    s->dir = s->lock_file = -1;
    pthread_mutex_init(&s->edit, NULL);
    pthread_mutex_init(&s->lock, NULL);
    int rc = make_folder(dir, e);
    if (rc)
        goto fail;
    s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->dir < 0) {
        rc = err_set_errno(e, ERR_IO, errno, "store.dir %s", dir);
        goto fail;
    }
    s->lock_file = openat(s->dir, ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_file < 0) {
        rc = err_set_errno(e, ERR_IO, errno, "store.dir %s", dir);
        goto fail;
    }
    if (flock(s->lock_file, LOCK_EX | LOCK_NB) < 0) {
        rc = errno == EWOULDBLOCK
                 ? err_set(e, ERR_BUSY, "store.dir %s: another server uses it", dir)
                 : err_set_errno(e, ERR_IO, errno, "store.dir %s", dir);
        goto fail;
    }
    rc = load_index(s, e);
    if (rc)
        goto fail;
    store_sweep(s);
    *ret = s;
    return 0;
fail:
    store_close(s);
    return rc;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    if (s->lock_file >= 0)
        close(s->lock_file);
    if (s->dir >= 0)
        close(s->dir);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->edit);
    free(s->ids);
    free(s);
}

int store_begin(struct store *s, struct store_draft **ret, struct err *e)
{
    struct store_draft *d = calloc(1, sizeof *d);
    if (!d)
        return err_set(e, ERR_NOMEM, "out of memory for a result");
    d->store = s;
    hash_ulid(d->id);
    snprintf(d->folder, sizeof d->folder, NEW "%s", d->id);
    int rc = mkdirat(s->dir, d->folder, 0700) < 0 ? fail(e, "result") : 0;
    if (rc) {
        free(d);
        return rc;
    }
    d->dir = openat(s->dir, d->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (d->dir < 0) {
        rc = fail(e, "result");
        store_draft_drop(d);
        return rc;
    }
    *ret = d;
    return 0;
}

const char *store_draft_id(const struct store_draft *d)
{
    return d->id;
}

int store_draft_write(struct store_draft *d, const char *name, const void *bytes, size_t len,
                      struct err *e)
{
    int fd = openat(d->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(e, name);
    int rc = !file_write_fd(fd, bytes, len) || fsync(fd) < 0 ? fail(e, name) : 0;
    close(fd);
    return rc;
}

static int read_inside(int dir, const char *name, struct buf *out, struct err *e)
{
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? err_set(e, ERR_NOT_FOUND, "there is no such document or page")
                               : fail(e, name);
    int rc = file_read_fd(fd, out) ? 0 : fail(e, name);
    close(fd);
    if (!rc && buf_status(out))
        rc = err_set(e, buf_status(out), "%s: too large for memory", name);
    return rc;
}

int store_draft_read(const struct store_draft *d, const char *name, struct buf *out, struct err *e)
{
    return read_inside(d->dir, name, out, e);
}

void store_draft_drop(struct store_draft *d)
{
    if (!d)
        return;
    if (d->dir >= 0)
        close(d->dir);
    remove_folder(d->store->dir, d->folder);
    free(d);
}

int store_draft_commit(struct store_draft *d, struct err *e)
{
    struct store *s = d->store;
    int rc = fsync(d->dir) < 0 ? fail(e, "result") : 0;
    if (rc) {
        store_draft_drop(d);
        return rc;
    }
    pthread_mutex_lock(&s->lock);
    rc = index_reserve(s, e);
    if (!rc && renameat(s->dir, d->folder, s->dir, d->id) < 0)
        rc = fail(e, "result");
    if (!rc)
        index_insert(s, d->id);
    bool too_many = s->count > (size_t)s->max_documents;
    pthread_mutex_unlock(&s->lock);
    if (rc) {
        store_draft_drop(d);
        return rc;
    }
    if (fsync(s->dir) < 0) {
        rc = fail(e, "result");
        int ignored = store_remove(s, d->id, NULL);
        (void)ignored;
    }
    close(d->dir);
    if (too_many)
        sweep(s, d->id);
    free(d);
    return rc;
}

static int open_document(const struct store *s, const char *id, struct err *e)
{
    int fd = store_id_valid(id)
                 ? openat(s->dir, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                 : -1;
    return fd < 0 ? err_set(e, ERR_NOT_FOUND, "there is no such document") : fd;
}

int store_file(const struct store *s, const char *id, const char *name, int *ret_fd,
               int64_t *ret_size, struct err *e)
{
    int dir = open_document(s, id, e);
    if (dir < 0)
        return dir;
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int rc = 0;
    if (fd < 0)
        rc = err_set(e, ERR_NOT_FOUND, "there is no such document or page");
    else if (fstat(fd, &st) < 0)
        rc = fail(e, name);
    close(dir);
    if (rc) {
        if (fd >= 0)
            close(fd);
        return rc;
    }
    *ret_fd = fd;
    *ret_size = st.st_size;
    return 0;
}

int store_read(const struct store *s, const char *id, const char *name, struct buf *out,
               struct err *e)
{
    int dir = open_document(s, id, e);
    if (dir < 0)
        return dir;
    int rc = read_inside(dir, name, out, e);
    close(dir);
    return rc;
}

/* Writes beside and renames; a name left over by a crash is written over. */
static int replace(int dir, const char *name, const struct buf *b, struct err *e)
{
    char beside[64];
    snprintf(beside, sizeof beside, NEW "%.48s", name);
    int fd = openat(dir, beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(e, name);
    int rc = !file_write_fd(fd, b->data, b->len) || fsync(fd) < 0 ? fail(e, name) : 0;
    close(fd);
    if (!rc && renameat(dir, beside, dir, name) < 0)
        rc = fail(e, name);
    if (!rc)
        return fsync(dir) < 0 ? fail(e, name) : 0;
    unlinkat(dir, beside, 0);
    return rc;
}

int store_edit(struct store *s, const char *id, const char *name, store_change_fn *change,
               void *user, struct err *e)
{
    struct buf before, after;
    buf_init(&before, 0);
    buf_init(&after, 0);
    pthread_mutex_lock(&s->edit);
    int dir = open_document(s, id, e);
    int rc = dir < 0 ? dir : read_inside(dir, name, &before, e);
    if (dir >= 0 && rc == ERR_NOT_FOUND)
        rc = 0;
    if (!rc)
        rc = change(user, &before, &after, e);
    if (!rc && buf_status(&after))
        rc = err_set(e, buf_status(&after), "%s: too large for memory", name);
    if (!rc)
        rc = replace(dir, name, &after, e);
    if (dir >= 0)
        close(dir);
    pthread_mutex_unlock(&s->edit);
    buf_finish(&before);
    buf_finish(&after);
    return rc;
}

size_t store_list(struct store *s, const char *after, size_t limit, char (*ids)[HASH_ULID],
                  bool *ret_more)
{
    size_t count = 0;
    pthread_mutex_lock(&s->lock);
    size_t at = after ? lower_bound(s, after) : s->count;
    while (at > 0 && count < limit)
        memcpy(ids[count++], s->ids[--at], HASH_ULID);
    *ret_more = at > 0;
    pthread_mutex_unlock(&s->lock);
    return count;
}

size_t store_count(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    size_t n = s->count;
    pthread_mutex_unlock(&s->lock);
    return n;
}

int store_remove(struct store *s, const char *id, struct err *e)
{
    char folder[FOLDER_SIZE];
    if (!store_id_valid(id))
        return err_set(e, ERR_NOT_FOUND, "there is no such document");
    snprintf(folder, sizeof folder, OLD "%.26s", id);
    int rc = 0;
    pthread_mutex_lock(&s->edit);
    pthread_mutex_lock(&s->lock);
    if (renameat(s->dir, id, s->dir, folder) < 0)
        rc = errno == ENOENT ? err_set(e, ERR_NOT_FOUND, "there is no such document")
                             : fail(e, "result");
    if (!rc || rc == ERR_NOT_FOUND)
        index_remove(s, id);
    pthread_mutex_unlock(&s->lock);
    if (!rc)
        remove_folder(s->dir, folder);
    pthread_mutex_unlock(&s->edit);
    return rc;
}

/* Returns the id to make room with first, NULL when there is none but `spare`: the lowest, unless
 * there are ids from the future, made before a clock was set right.  Those would stay for ever
 * while every new document went. */
static const char *oldest(const struct store *s, int64_t now, const char *spare)
{
    if (s->count && id_time_ms(s->ids[s->count - 1]) > now + FUTURE_MS &&
        !(spare && strcmp(s->ids[s->count - 1], spare) == 0))
        return s->ids[s->count - 1];
    for (size_t i = 0; i < s->count; i++)
        if (!spare || strcmp(s->ids[i], spare) != 0)
            return s->ids[i];
    return NULL;
}

/* Never removes `spare`, whose place the client is about to hear; it may be NULL. */
static size_t sweep(struct store *s, const char *spare)
{
    int64_t now = clock_wall_ms();
    size_t removed = 0;
    for (;;) {
        char id[HASH_ULID];
        const char *one = NULL;
        pthread_mutex_lock(&s->lock);
        if (s->count > (size_t)s->max_documents)
            one = oldest(s, now, spare);
        else if (s->count && id_time_ms(s->ids[0]) < now - s->keep_ms)
            one = s->ids[0];
        if (one)
            memcpy(id, one, sizeof id);
        pthread_mutex_unlock(&s->lock);
        if (!one || (spare && strcmp(id, spare) == 0))
            return removed;
        /* One that is gone already has left the index as well; only a refusal ends the sweep. */
        int rc = store_remove(s, id, NULL);
        if (rc && rc != ERR_NOT_FOUND)
            return removed;
        removed++;
    }
}

size_t store_sweep(struct store *s)
{
    return sweep(s, NULL);
}
