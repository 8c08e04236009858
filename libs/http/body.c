#include "http/body.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { IN_MEMORY = 256 * 1024 };

void body_init(struct body *b, struct body_budget *budget, int64_t max)
{
    *b = (struct body){.budget = budget, .max = max, .fd = -1};
    buf_init(&b->memory, IN_MEMORY);
}

void body_finish(struct body *b)
{
    if (b->map)
        munmap(b->map, (size_t)b->len);
    if (b->fd >= 0)
        close(b->fd);
    buf_finish(&b->memory);
    if (b->held)
        atomic_fetch_sub(&b->budget->used, b->held);
    body_init(b, b->budget, b->max);
}

int body_expect(struct body *b, int64_t len, struct err *e)
{
    if (len <= b->held)
        return 0;
    long long more = len - b->held;
    if (atomic_fetch_add(&b->budget->used, more) + more > b->budget->limit) {
        atomic_fetch_sub(&b->budget->used, more);
        return err_set(e, ERR_BUSY, "too many uploads at once");
    }
    b->held += more;
    return 0;
}

static int fail(struct err *e)
{
    bool full = errno == ENOSPC || errno == EDQUOT;
    return err_set_errno(e, full ? ERR_NO_SPACE : ERR_IO, errno, "the upload cannot be kept");
}

static int open_unnamed(const char *folder, struct err *e)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        char path[4096];
        int n = snprintf(path, sizeof path, "%s/upload.XXXXXX", folder);
        if (n < 0 || (size_t)n >= sizeof path)
            return err_set(e, ERR_IO, "the upload cannot be kept: the folder's path is too long");
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0)
            unlink(path);
    }
    return fd < 0 ? fail(e) : fd;
}

int body_append(struct body *b, const void *bytes, size_t len, struct err *e)
{
    if (len > (uint64_t)INT64_MAX || b->len > b->max - (int64_t)len)
        return err_set(e, ERR_LIMIT, "the body has more than %lld bytes", (long long)b->max);
    int rc = body_expect(b, b->len + (int64_t)len, e);
    if (rc)
        return rc;
    if (b->fd < 0 && b->len + (int64_t)len <= IN_MEMORY) {
        buf_append(&b->memory, bytes, len);
        if (buf_status(&b->memory))
            return err_set(e, ERR_NOMEM, "out of memory for the body");
        b->len += (int64_t)len;
        return 0;
    }
    if (b->fd < 0) {
        int fd = open_unnamed(b->budget->folder, e);
        if (fd < 0)
            return fd;
        b->fd = fd;
        if (!file_write_fd(fd, b->memory.data, b->memory.len))
            rc = fail(e);
        buf_finish(&b->memory);
        if (rc)
            return rc;
    }
    if (!file_write_fd(b->fd, bytes, len))
        return fail(e);
    b->len += (int64_t)len;
    return 0;
}

int body_bytes(struct body *b, const void **ret, size_t *ret_len, struct err *e)
{
    if (b->fd >= 0 && !b->map) {
        void *map = mmap(NULL, (size_t)b->len, PROT_READ, MAP_PRIVATE, b->fd, 0);
        if (map == MAP_FAILED)
            return err_set_errno(e, ERR_IO, errno, "the upload cannot be read back");
        b->map = map;
    }
    *ret = b->map ? b->map : b->memory.data ? b->memory.data : "";
    *ret_len = (size_t)b->len;
    return 0;
}
