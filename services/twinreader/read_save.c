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
    void *names; /* tsearch tree of the names given out */
};

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
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
    free(s->extension);
    if (s->dir >= 0)
        close(s->dir);
    free(s);
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
