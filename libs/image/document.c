#include "image/document.h"

#include "image/decode.h"
#include "image/pdf.h"
#include "image/tiff.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 1024 }; /* bytes that tell the format */

struct document {
    struct document_limits limits;
    struct decode_input in;
    struct decode_header header; /* of the first page, or the primary one */
    int pages;
    void *owned; /* the file's content, when we read it */
    struct pdf *pdf;
};

struct document_limits document_limits_default(void)
{
    return (struct document_limits){
        .max_bytes = 64LL << 20,
        .max_pixels = 200LL * 1000 * 1000,
        .max_pages = 200,
        .max_side = 4096,
        .pdf_dpi = 200,
        .pdf_text_layer = true,
        .pdf_wall_ms = 30 * 1000,
        .pdf_memory = 1LL << 30,
    };
}

static int check_bytes(int64_t len, const struct document_limits *limits, struct err *e)
{
    if (len == 0)
        return err_set(e, ERR_FORMAT, "the file is empty");
    if (len > limits->max_bytes)
        return err_set(e, ERR_LIMIT, "the file has %lld bytes, more than the limit of %lld",
                       (long long)len, (long long)limits->max_bytes);
    return 0;
}

/* Says how the bytes begin: printable characters as they are, others in hexadecimal. */
static int not_a_picture(const unsigned char *bytes, size_t len, struct err *e)
{
    char begin[8 * 4 + 1];
    size_t at = 0;
    for (size_t i = 0; i < len && i < 8; i++) {
        unsigned c = bytes[i];
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
            begin[at++] = (char)c;
        else
            at += (size_t)snprintf(begin + at, sizeof begin - at, "\\x%02x", c);
    }
    begin[at] = '\0';
    return err_set(e, ERR_FORMAT, "not a picture or PDF (starts with \"%s\")", begin);
}

static int check_pages(int pages, const struct document_limits *limits, struct err *e)
{
    if (pages > limits->max_pages)
        return err_set(e, ERR_LIMIT, "the document has %d pages, more than the limit of %d", pages,
                       limits->max_pages);
    return 0;
}

/* Fills the rest of `d` from the header of its bytes. */
static int open_picture(struct document *d, struct err *e)
{
    int rc = 0;
    if (d->in.format == DECODE_TIFF)
        rc = check_pages(tiff_count_pages(d->in.bytes, d->in.len), &d->limits, e);
    if (!rc)
        rc = decode_header(&d->in, 0, &d->header, e);
    if (!rc && d->header.primary > 0)
        rc = decode_header(&d->in, d->header.primary, &d->header, e);
    if (rc)
        return rc;
    d->pages = d->header.pages;
    rc = check_pages(d->pages, &d->limits, e);
    return rc ? rc : decode_check(&d->header, &d->limits, e);
}

static struct document *document_new(const struct document_limits *limits, struct err *e)
{
    struct document *d = calloc(1, sizeof *d);
    if (!d)
        err_set(e, ERR_NOMEM, "out of memory while opening a document");
    else
        d->limits = *limits;
    return d;
}

int document_open_memory(const void *bytes, size_t len, const struct document_limits *limits,
                         struct document **ret, struct err *e)
{
    int rc = check_bytes((int64_t)len, limits, e);
    if (rc)
        return rc;
    struct document *d = document_new(limits, e);
    if (!d)
        return ERR_NOMEM;
    d->in = (struct decode_input){bytes, len, decode_sniff(bytes, len)};
    if (d->in.format == DECODE_UNKNOWN)
        rc = not_a_picture(bytes, len, e);
    else if (d->in.format == DECODE_PDF)
        rc = pdf_open_memory(bytes, len, limits, &d->pdf, &d->pages, e);
    else
        rc = open_picture(d, e);
    if (rc) {
        document_close(d);
        return rc;
    }
    *ret = d;
    return 0;
}

/* Reads up to `len` bytes; the count is returned through `ret`. */
static int read_bytes(int fd, unsigned char *to, size_t len, size_t *ret, struct err *e)
{
    size_t got = 0;
    while (got < len) {
        ssize_t n = read(fd, to + got, len - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(e, ERR_IO, errno, "the file cannot be read");
        if (n == 0)
            break;
        got += (size_t)n;
    }
    *ret = got;
    return 0;
}

/* Opens a regular file and checks its size. */
static int open_regular(const char *path, const struct document_limits *limits, int *ret_fd,
                        size_t *ret_size, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        int code = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
        return err_set_errno(e, code, errno, "the file cannot be opened");
    }
    int rc = 0;
    if (fstat(fd, &st))
        rc = err_set_errno(e, ERR_IO, errno, "the file cannot be examined");
    else if (!S_ISREG(st.st_mode))
        rc = err_set(e, ERR_IO, "not a regular file");
    else
        rc = check_bytes(st.st_size, limits, e);
    if (rc) {
        close(fd);
        return rc;
    }
    *ret_fd = fd;
    *ret_size = (size_t)st.st_size;
    return 0;
}

/* Reads the file's content into the document, all of it unless it turns out to be a PDF. */
static int load(struct document *d, int fd, size_t size, struct err *e)
{
    size_t got = 0, more = 0;
    unsigned char *bytes = malloc(size);
    if (!bytes)
        return err_set(e, ERR_NOMEM, "out of memory for a file of %zu bytes", size);
    d->owned = bytes;
    int rc = read_bytes(fd, bytes, size < HEAD ? size : HEAD, &got, e);
    if (rc)
        return rc;
    d->in = (struct decode_input){bytes, got, decode_sniff(bytes, got)};
    if (d->in.format == DECODE_UNKNOWN)
        return got ? not_a_picture(bytes, got, e) : err_set(e, ERR_FORMAT, "the file is empty");
    if (d->in.format == DECODE_PDF)
        return 0;
    rc = read_bytes(fd, bytes + got, size - got, &more, e);
    d->in.len = got + more;
    return rc;
}

int document_open_file(const char *path, const struct document_limits *limits,
                       struct document **ret, struct err *e)
{
    int fd = -1;
    size_t size = 0;
    struct document *d = document_new(limits, e);
    int rc = d ? open_regular(path, limits, &fd, &size, e) : ERR_NOMEM;
    if (rc)
        goto out;
    rc = load(d, fd, size, e);
    if (rc)
        goto out;
    if (d->in.format == DECODE_PDF)
        rc = pdf_open_file(path, limits, &d->pdf, &d->pages, e);
    else
        rc = open_picture(d, e);
    if (rc)
        goto out;
    *ret = d;
    d = NULL;
out:
    if (fd >= 0)
        close(fd);
    document_close(d);
    return rc;
}

void document_close(struct document *d)
{
    if (!d)
        return;
    pdf_close(d->pdf);
    free(d->owned);
    free(d);
}

int document_page_count(const struct document *d)
{
    return d->pages;
}

const char *document_format(const struct document *d)
{
    return decode_format_name(d->in.format);
}

int document_read_page(struct document *d, int index, struct arena *a, struct document_page *ret,
                       struct err *e)
{
    struct document_page page = {0};
    if (index < 0 || index >= d->pages)
        return err_set(e, ERR_USAGE, "there is no page %d in a document of %d", index + 1,
                       d->pages);
    int rc;
    if (d->pdf) {
        rc = pdf_read_page(d->pdf, index, a, &page, e);
    } else {
        struct decode_header h = d->header;
        int at = index ? index : d->header.primary;
        rc = index ? decode_header(&d->in, index, &h, e) : 0;
        if (!rc)
            rc = decode_check(&h, &d->limits, e);
        if (!rc)
            rc = decode_picture(&d->in, at, &h, &d->limits, &page, e);
    }
    if (!rc)
        *ret = page;
    return rc;
}
