/*
 * Errors: one table of codes, one object that carries the text.
 *
 * A function that can fail returns 0 or a negative code from the table below and, when the caller
 * passed a `struct err`, fills it with a sentence for the person who will read it.  Libraries never
 * log; programs decide what to do with the sentence.  Outputs named `ret_x` are untouched on
 * failure.
 *
 * Lifetime: a `struct err` is a plain value of the caller, usually on its stack; nothing to free.
 * Threads: not shared.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

/* code, number, stable name used in JSON and metrics, what it means */
#define ERR_TABLE(X)                                                                               \
    X(ERR_NOMEM, -1, "out_of_memory", "memory or an arena's limit is exhausted")                   \
    X(ERR_USAGE, -2, "usage", "the program or function was used wrongly")                          \
    X(ERR_FORMAT, -3, "bad_format", "input bytes are not what they claim to be")                   \
    X(ERR_UNSUPPORTED, -4, "unsupported", "well formed, but of a kind we do not handle")           \
    X(ERR_LIMIT, -5, "limit_exceeded", "larger than a configured limit")                           \
    X(ERR_IO, -6, "io", "the operating system refused a read or a write")                          \
    X(ERR_NOT_FOUND, -7, "not_found", "no such file, object or key")                               \
    X(ERR_CONFIG, -8, "bad_configuration", "a configuration or package file says something wrong") \
    X(ERR_DENIED, -9, "denied", "not allowed")                                                     \
    X(ERR_BUSY, -10, "busy", "no capacity now; try again later")                                   \
    X(ERR_TIMEOUT, -11, "timeout", "took longer than allowed")                                     \
    X(ERR_CANCELLED, -12, "cancelled", "stopped on request")                                       \
    X(ERR_ENCRYPTED, -13, "encrypted", "the document needs a password")                            \
    X(ERR_INFERENCE, -14, "inference", "the inference engine failed")                              \
    X(ERR_INTERNAL, -15, "internal", "a condition that should not occur")                          \
    X(ERR_NO_SPACE, -16, "no_space", "no room on the disk")

enum err_code {
    ERR_OK = 0,
#define ERR_ENUM(code, number, name, text) code = number,
    ERR_TABLE(ERR_ENUM)
#undef ERR_ENUM
};

struct err {
    int code;          /* 0 or a code of the table */
    char message[512]; /* what failed, for a person; empty when code is 0 */
    char cause[512];   /* the messages below it, outermost first, joined by ": "; may be empty */
};

#define ERR_INIT {0}

/* Marks a function whose result must not be ignored. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Fills `e` (NULL is allowed) with a code and a printf-formatted message, drops any earlier content
 * and returns `code`, so that `return err_set(e, ERR_IO, ...)` reads naturally. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Like err_set, and ends the message with ": " and the text of the system's error number `errnum`.
 */
int err_set_errno(struct err *e, int code, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts a new message on top: what `e` held becomes its cause.  Returns the unchanged code. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Returns the stable name of a code ("limit_exceeded"), "ok" for 0, "unknown" for others. */
const char *err_name(int code);

/* Writes "message: cause" into `buf` (always terminated) and returns `buf`. */
char *err_text(const struct err *e, char *buf, unsigned long size);

#endif
