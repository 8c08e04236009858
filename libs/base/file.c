#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool file_read_fd(int fd, struct buf *out)
{
    char chunk[16384];
    while (!buf_status(out)) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n == 0)
            return true;
        if (n > 0)
            buf_append(out, chunk, (size_t)n);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

bool file_write_fd(int fd, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len) {
        ssize_t n = write(fd, p, len);
        if (n >= 0) {
            p += n;
            len -= (size_t)n;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

int file_read(const char *path, struct buf *out, struct err *e)
{
    int code = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s", path);
    if (!file_read_fd(fd, out))
        code = err_set_errno(e, ERR_IO, errno, "%s", path);
    else if (buf_status(out))
        code = err_set(e, buf_status(out), "%s: %s", path,
                       buf_status(out) == ERR_LIMIT ? "too large" : "not enough memory to read it");
    close(fd);
    return code;
}
