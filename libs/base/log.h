/*
 * The program's log: one line per event on standard error, `time level area message`.
 *
 * Only programs (services, tools) log; libraries return errors.  The sink is the single mutable
 * global of the suite; each line is written by one write(2), so lines of threads never mix.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR = 0, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Lines above `level` are dropped.  The default is LOG_INFO. */
void log_set_level(enum log_level level);

/* Writes one line; control characters in the message are escaped, so a client cannot forge lines.
 */
void log_write(enum log_level level, const char *area, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(area, ...) log_write(LOG_ERROR, area, __VA_ARGS__)
#define log_warning(area, ...) log_write(LOG_WARNING, area, __VA_ARGS__)
#define log_info(area, ...) log_write(LOG_INFO, area, __VA_ARGS__)
#define log_debug(area, ...) log_write(LOG_DEBUG, area, __VA_ARGS__)

#endif
