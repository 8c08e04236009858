#include "base/err.h"

#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static int set(struct err *e, int code, const char *fmt,
                                                     va_list ap)
{
    if (e) {
        /* Formatted aside first: the arguments may point into `e` itself. */
        char text[sizeof e->message];
        vsnprintf(text, sizeof text, fmt, ap);
        e->code = code;
        memcpy(e->message, text, sizeof text);
        e->cause[0] = '\0';
    }
    return code;
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set(e, code, fmt, ap);
    va_end(ap);
    return code;
}

int err_set_errno(struct err *e, int code, int errnum, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set(e, code, fmt, ap);
    va_end(ap);
    if (e) {
        char text[128];
        size_t len = strlen(e->message);
        snprintf(e->message + len, sizeof e->message - len, ": %s",
                 strerror_r(errnum, text, sizeof text));
    }
    return code;
}

/* Appends as much of `text` as `to` (terminated, of `size` bytes) has room for. */
static void append(char *to, size_t size, const char *text)
{
    size_t len = strlen(to);
    size_t n = strnlen(text, size - 1 - len);
    memcpy(to + len, text, n);
    to[len + n] = '\0';
}

int err_wrap(struct err *e, const char *fmt, ...)
{
    if (!e)
        return ERR_INTERNAL;
    struct err inner = *e;
    va_list ap;
    va_start(ap, fmt);
    set(e, inner.code, fmt, ap);
    va_end(ap);
    append(e->cause, sizeof e->cause, inner.message);
    if (inner.cause[0]) {
        append(e->cause, sizeof e->cause, ": ");
        append(e->cause, sizeof e->cause, inner.cause);
    }
    return inner.code;
}

const char *err_name(int code)
{
    switch (code) {
    case ERR_OK:
        return "ok";
#define ERR_CASE(c, number, name, text)                                                            \
    case c:                                                                                        \
        return name;
        ERR_TABLE(ERR_CASE)
#undef ERR_CASE
    default:
        return "unknown";
    }
}

char *err_text(const struct err *e, char *buf, unsigned long size)
{
    snprintf(buf, size, "%s%s%s", e->message, e->cause[0] ? ": " : "", e->cause);
    return buf;
}
