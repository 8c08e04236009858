#include "infer/charset.h"

#include "base/text.h"

#include <string.h>

/* Some entries are one glyph written with several code points, but none is long. */
enum { MAX_ENTRY_BYTES = 32 };

static int check_entry(const char *file, size_t line, const char *s, size_t len, struct err *e)
{
    if (len == 0)
        return err_set(e, ERR_CONFIG, "%s:%zu: empty line", file, line);
    if (len > MAX_ENTRY_BYTES)
        return err_set(e, ERR_CONFIG, "%s:%zu: longer than %d bytes", file, line, MAX_ENTRY_BYTES);
    if (!text_is_utf8(s, len) || memchr(s, 0, len))
        return err_set(e, ERR_CONFIG, "%s:%zu: not UTF-8 text", file, line);
    if (memchr(s, '\r', len))
        return err_set(e, ERR_CONFIG, "%s:%zu: has a carriage return", file, line);
    return 0;
}

int charset_parse(struct arena *a, const char *file, const char *bytes, size_t len, int classes,
                  int blank, bool space, const char *const **ret, struct err *e)
{
    size_t want = (size_t)classes, extra = space ? 2 : 1, found = 0;
    const char **set = arena_array(a, want, sizeof *set);
    char *text = arena_strndup(a, bytes, len);
    if (!set || !text)
        return err_set(e, ERR_NOMEM, "%s: not enough memory to read it", file);
    set[blank] = "";
    size_t class = 0;
    for (char *line = text, *end = text + len; line < end; found++) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t n = (size_t)((stop ? stop : end) - line);
        int code = check_entry(file, found + 1, line, n, e);
        if (code)
            return code;
        line[n] = '\0';
        if (class == (size_t)blank)
            class ++;
        if (class < want)
            set[class] = line;
        class ++;
        line += n + 1;
    }
    if (found + extra != want)
        return err_set(e, ERR_CONFIG,
                       "%s: has %zu characters, must have %zu (codec.classes %d less %s)", file,
                       found, want > extra ? want - extra : 0, classes,
                       space ? "blank and space" : "the blank");
    if (space)
        set[blank == classes - 1 ? classes - 2 : classes - 1] = " ";
    *ret = set;
    return 0;
}
