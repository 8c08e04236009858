#include "base/log.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static atomic_int threshold = LOG_INFO;

static const char *const level_names[] = {"error", "warning", "info", "debug"};

void log_set_level(enum log_level level)
{
    atomic_store(&threshold, (int)level);
}

void log_write(enum log_level level, const char *area, const char *fmt, ...)
{
    if ((int)level > atomic_load(&threshold))
        return;
    char message[1024], line[4096 + 256], now[32];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    int head =
        snprintf(line, 256, "%s %-7s %s ", clock_format_utc(clock_wall_ms(), now, sizeof now),
                 level_names[level], area);
    size_t n = head < 0 ? 0 : (size_t)head < 256 ? (size_t)head : 255;
    n += text_escape(message, line + n, sizeof line - n - 1);
    line[n++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, n);
    (void)ignored;
}
