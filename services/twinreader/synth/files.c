#include "twinreader/synth/files.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/jsonw.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_STREAMS = 8, GATHER = 1 << 16 };

struct synth_files_stream {
    struct synth_files *files;
    char name[NAME_MAX + 1], part[NAME_MAX + 16];
    int fd; /* -1: not open */
    uint64_t bytes;
    struct buf gathered; /* not written yet */
};

struct synth_files {
    char *dir;
    int fd;
    struct synth_files_stream stream[MAX_STREAMS];
    size_t stream_count;
    struct synth_files_stream list; /* of files, to become the manifest */
    bool listed;
};

static int io_error(struct err *e, int number, const char *what, const char *name)
{
    bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    return err_set_errno(e, full ? ERR_NO_SPACE : ERR_IO, number, "cannot %s %s", what, name);
}

static int check_empty(int fd, const char *dir, struct err *e)
{
    int own = dup(fd), code = 0;
    DIR *d = own < 0 ? NULL : fdopendir(own);
    if (!d) {
        code = err_set_errno(e, ERR_IO, errno, "cannot read directory %s", dir);
        if (own >= 0)
            close(own);
        return code;
    }
    for (const struct dirent *entry; code == 0 && (entry = readdir(d));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            code = err_set(e, ERR_USAGE, "%s is not empty: give a new or an empty folder", dir);
    closedir(d);
    return code;
}

static void part_name(const char *name, char *out, size_t size)
{
    const char *slash = strrchr(name, '/');
    int folder = slash ? (int)(slash - name + 1) : 0;
    snprintf(out, size, "%.*s.%s.%ld.part", folder, name, name + folder, (long)getpid());
}

static int stream_start(struct synth_files *f, struct synth_files_stream *s, const char *name,
                        struct err *e)
{
    s->files = f;
    s->bytes = 0;
    snprintf(s->name, sizeof s->name, "%s", name);
    part_name(name, s->part, sizeof s->part);
    buf_init(&s->gathered, 0);
    s->fd = openat(f->fd, s->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    return s->fd < 0 ? io_error(e, errno, "make", name) : 0;
}

static void stream_drop(struct synth_files_stream *s)
{
    if (s->fd >= 0) {
        close(s->fd);
        unlinkat(s->files->fd, s->part, 0);
        s->fd = -1;
    }
    buf_finish(&s->gathered);
}

static int stream_flush(struct synth_files_stream *s, struct err *e)
{
    if (buf_status(&s->gathered))
        return err_set(e, ERR_NOMEM, "not enough memory for %s", s->name);
    if (s->gathered.len && !file_write_fd(s->fd, s->gathered.data, s->gathered.len))
        return io_error(e, errno, "write", s->name);
    s->bytes += s->gathered.len;
    buf_clear(&s->gathered);
    return 0;
}

/* Closes the file, which is when some file systems say that the disk is full, and gives it its
 * name. */
static int stream_end(struct synth_files_stream *s, struct err *e)
{
    int code = stream_flush(s, e), fd = s->fd;
    if (code)
        return code;
    s->fd = -1;
    if (close(fd) != 0 || renameat(s->files->fd, s->part, s->files->fd, s->name) != 0) {
        code = io_error(e, errno, "write", s->name);
        unlinkat(s->files->fd, s->part, 0);
    }
    return code;
}

int synth_files_create(const char *dir, struct synth_files **ret, struct err *e)
{
    struct synth_files *f = calloc(1, sizeof *f);
    if (!f)
        return err_set(e, ERR_NOMEM, "not enough memory");
    f->fd = f->list.fd = -1;
    f->dir = strdup(dir);
    int code = 0;
    if (!f->dir)
        code = err_set(e, ERR_NOMEM, "not enough memory");
    else if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        code = err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno,
                             "cannot make directory %s", dir);
    else if ((f->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        code = err_set_errno(e, ERR_IO, errno, "cannot open directory %s", dir);
    if (code == 0)
        code = check_empty(f->fd, dir, e);
    if (code == 0) {
        code = stream_start(f, &f->list, "manifest.json", e);
        f->listed = code == 0;
    }
    if (code)
        synth_files_destroy(f);
    else
        *ret = f;
    return code;
}

void synth_files_destroy(struct synth_files *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->stream_count; i++)
        stream_drop(&f->stream[i]);
    if (f->listed)
        stream_drop(&f->list);
    if (f->fd >= 0)
        close(f->fd);
    free(f->dir);
    free(f);
}

int synth_files_folder(struct synth_files *f, const char *name, struct err *e)
{
    return mkdirat(f->fd, name, 0777) == 0 ? 0 : io_error(e, errno, "make directory", name);
}

/* Entries come before the rest of the manifest, so that they need not wait in memory. */
static int list(struct synth_files *f, const char *name, uint64_t bytes, const char *sha256,
                struct err *e)
{
    struct jsonw w;
    struct buf *out = &f->list.gathered;
    bool first = f->list.bytes == 0 && out->len == 0;
    buf_puts(out, first ? "{\"files\":[\n" : ",\n");
    jsonw_init(&w, out);
    jsonw_begin_object(&w);
    jsonw_key(&w, "path");
    jsonw_string(&w, name);
    jsonw_key(&w, "bytes");
    jsonw_int(&w, (int64_t)bytes);
    jsonw_key(&w, "sha256");
    jsonw_string(&w, sha256);
    jsonw_end_object(&w);
    return out->len < GATHER ? 0 : stream_flush(&f->list, e);
}

int synth_files_save(struct synth_files *f, const char *name, const void *bytes, size_t len,
                     const char *sha256, struct err *e)
{
    struct synth_files_stream s;
    int code = stream_start(f, &s, name, e);
    if (code)
        return code;
    if (!file_write_fd(s.fd, bytes, len))
        code = io_error(e, errno, "write", name);
    if (code == 0)
        code = stream_end(&s, e);
    stream_drop(&s);
    return code ? code : list(f, name, len, sha256, e);
}

int synth_files_open(struct synth_files *f, const char *name, struct synth_files_stream **ret,
                     struct err *e)
{
    if (f->stream_count == MAX_STREAMS)
        return err_set(e, ERR_INTERNAL, "more than %d files that grow", MAX_STREAMS);
    struct synth_files_stream *s = &f->stream[f->stream_count];
    int code = stream_start(f, s, name, e);
    if (code)
        return code;
    f->stream_count++;
    *ret = s;
    return 0;
}

int synth_files_write(struct synth_files_stream *s, const void *bytes, size_t len, struct err *e)
{
    buf_append(&s->gathered, bytes, len);
    return s->gathered.len < GATHER && !buf_status(&s->gathered) ? 0 : stream_flush(s, e);
}

static int finish_stream(struct synth_files_stream *s, struct err *e)
{
    char path[PATH_MAX], sha256[HASH_SHA256_HEX];
    int code = stream_end(s, e);
    if (code == 0 &&
        snprintf(path, sizeof path, "%s/%s", s->files->dir, s->name) >= (int)sizeof path)
        code = err_set(e, ERR_LIMIT, "the path of %s is too long", s->name);
    if (code == 0)
        code = hash_sha256_file(path, sha256, e);
    return code ? code : list(s->files, s->name, s->bytes, sha256, e);
}

int synth_files_finish(struct synth_files *f, const struct buf *head, struct err *e)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < f->stream_count; i++)
        code = finish_stream(&f->stream[i], e);
    if (code)
        return code;
    /* `head` begins with the brace that the list began with. */
    bool none = f->list.bytes == 0 && f->list.gathered.len == 0;
    buf_puts(&f->list.gathered, none ? "{\"files\":[],\n" : "\n],\n");
    buf_append(&f->list.gathered, head->data + 1, head->len - 1);
    buf_puts(&f->list.gathered, "}\n");
    return stream_end(&f->list, e);
}
