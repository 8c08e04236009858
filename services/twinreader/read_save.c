#include "twinreader/read_save.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct read_save {
    int dir; /* descriptor: the directory stays the same even if it is moved meanwhile */
    char *extension;
    void *names;  /* tsearch tree of the names given out */
    void *spared; /* tsearch tree of struct file_id */
};

struct file_id {
    dev_t device;
    ino_t inode;
};

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int compare_files(const void *a, const void *b)
{
    const struct file_id *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return x->inode < y->inode ? -1 : x->inode > y->inode;
}

int read_save_create(const char *dir, const char *extension, struct read_save **ret, struct err *e)
{
    struct read_save *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NOMEM, "not enough memory");
    s->dir = -1;
    s->extension = strdup(extension);
    int code = 0;
    if (!s->extension)
        code = err_set(e, ERR_NOMEM, "not enough memory");
    else if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        code = err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno,
                             "cannot make directory %s", dir);
    else if ((s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        code = err_set_errno(e, ERR_IO, errno, "cannot open directory %s", dir);
    if (code)
        read_save_destroy(s);
    else
        *ret = s;
    return code;
}

void read_save_destroy(struct read_save *s)
{
    if (!s)
        return;
    tdestroy(s->names, free);
    tdestroy(s->spared, free);
    free(s->extension);
    if (s->dir >= 0)
        close(s->dir);
    free(s);
}

static int spare(struct read_save *s, const struct stat *st, struct err *e)
{
    struct file_id *own = malloc(sizeof *own), **found = NULL;
    if (own) {
        *own = (struct file_id){st->st_dev, st->st_ino};
        found = tsearch(own, &s->spared, compare_files);
    }
    if (!found || *found != own)
        free(own);
    return found ? 0 : err_set(e, ERR_NOMEM, "not enough memory");
}

int read_save_spare(struct read_save *s, const char *path, struct err *e)
{
    struct stat st;
    int code = 0;
    /* Where the path is a link, both it and what it leads to. */
    if (lstat(path, &st) == 0)
        code = spare(s, &st, e);
    if (!code && stat(path, &st) == 0)
        code = spare(s, &st, e);
    return code;
}

static bool is_spared(const struct read_save *s, const char *name)
{
    struct stat st;
    if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    struct file_id id = {st.st_dev, st.st_ino};
    return tfind(&id, &s->spared, compare_files) != NULL;
}

const char *read_save_name(struct read_save *s, const char *input, bool *ret_renamed)
{
    const char *slash = strrchr(input, '/');
    const char *base = strcmp(input, "-") == 0 ? "stdin" : slash ? slash + 1 : input;
    const char *dot = strrchr(base, '.');
    /* Room for the number, the extension and the mark of an unfinished file. */
    int stem = (int)(dot && dot != base ? (size_t)(dot - base) : strlen(base));
    if (stem > NAME_MAX - 40)
        stem = NAME_MAX - 40;
    for (unsigned n = 1;; n++) {
        char name[NAME_MAX + 1];
        if (n == 1)
            snprintf(name, sizeof name, "%.*s%s", stem, base, s->extension);
        else
            snprintf(name, sizeof name, "%.*s-%u%s", stem, base, n, s->extension);
        char *own = strdup(name);
        char **found = own ? tsearch(own, &s->names, compare) : NULL;
        if (!found) {
            free(own);
            return NULL;
        }
        if (*found == own) {
            *ret_renamed = n > 1;
            return own;
        }
        free(own);
    }
}

int read_save_write(struct read_save *s, const char *name, const void *bytes, size_t len,
                    struct err *e)
{
    char part[NAME_MAX + 16];
    if (is_spared(s, name))
        return err_set(e, ERR_USAGE,
                       "%s would replace a document that is read: give another -o DIR", name);
    snprintf(part, sizeof part, ".%s.%ld.part", name, (long)getpid());
    int fd = openat(s->dir, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return err_set_errno(e, ERR_IO, errno, "cannot make %s", name);
    bool failed = !file_write_fd(fd, bytes, len);
    int number = errno;
    /* Some file systems say only here that the disk is full. */
    if (close(fd) != 0 && !failed) {
        failed = true;
        number = errno;
    }
    if (!failed && renameat(s->dir, part, s->dir, name) != 0) {
        failed = true;
        number = errno;
    }
    if (!failed)
        return 0;
    unlinkat(s->dir, part, 0);
    return err_set_errno(e, ERR_IO, number, "cannot write %s", name);
}
