#include "http/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEGMENT_MAX = 128 };

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } table[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
    };
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof table / sizeof *table; i++)
        if (strcmp(dot, table[i].ending) == 0)
            return table[i].type;
    return NULL;
}

/* Opens one step below `dir`; closes `dir`.  O_NOFOLLOW on every step is what keeps links out. */
static int step(int dir, const char *name, size_t len, int flags)
{
    char segment[SEGMENT_MAX];
    int fd = -1;
    if (len && len < sizeof segment && *name != '.' && !memchr(name, '\\', len)) {
        memcpy(segment, name, len);
        segment[len] = '\0';
        fd = openat(dir, segment, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags);
    }
    close(dir);
    return fd;
}

int files_open(const char *dir, const char *path, struct files_found *ret, struct err *e)
{
    struct stat st;
    if (!*path)
        path = "index.html";
    int fd = open(dir, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    const char *slash;
    while (fd >= 0 && (slash = strchr(path, '/'))) {
        fd = step(fd, path, (size_t)(slash - path), O_DIRECTORY);
        path = slash + 1;
    }
    const char *type = type_of(path);
    if (fd >= 0)
        fd = step(fd, path, strlen(path), 0);
    if (fd < 0 || !type || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        if (fd >= 0)
            close(fd);
        return err_set(e, ERR_NOT_FOUND, "there is nothing at this address");
    }
    *ret = (struct files_found){
        .fd = fd, .size = st.st_size, .type = type, .page = strncmp(type, "text/html", 9) == 0};
    snprintf(ret->etag, sizeof ret->etag, "\"%llx-%llx-%llx\"", (unsigned long long)st.st_ino,
             (unsigned long long)st.st_size,
             (unsigned long long)st.st_mtim.tv_sec * 1000000000ULL +
                 (unsigned long long)st.st_mtim.tv_nsec);
    return 0;
}

bool files_etag_matches(const char *if_none_match, const char *etag)
{
    size_t len = strlen(etag);
    const char *p = if_none_match;
    for (;;) {
        p += strspn(p, " \t,");
        if (!*p)
            return false;
        if (*p == '*')
            return true;
        if (p[0] == 'W' && p[1] == '/')
            p += 2;
        if (strncmp(p, etag, len) == 0)
            return true;
        if (*p == '"') {
            p = strchr(p + 1, '"');
            if (!p)
                return false;
            p++;
        } else {
            p += strcspn(p, ",");
        }
    }
}
