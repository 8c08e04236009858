#include "base/jsonw.h"

#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void jsonw_init(struct jsonw *w, struct buf *out)
{
    *w = (struct jsonw){.out = out};
}

static void indent(struct jsonw *w)
{
    if (w->pretty)
        buf_printf(w->out, "\n%*s", w->depth * 2, "");
}

/* What stands before a value or a key: a comma after the first, a line and its indentation. */
static void separate(struct jsonw *w)
{
    if (!w->depth)
        return;
    if (!w->first[w->depth - 1])
        buf_putc(w->out, ',');
    w->first[w->depth - 1] = false;
    indent(w);
}

static void before_value(struct jsonw *w)
{
    assert(!w->depth || w->in_object[w->depth - 1] == w->after_key);
    if (!w->after_key)
        separate(w);
    w->after_key = false;
}

static void begin(struct jsonw *w, char bracket, bool object)
{
    before_value(w);
    assert(w->depth < JSONW_DEPTH);
    w->first[w->depth] = true;
    w->in_object[w->depth] = object;
    w->depth++;
    buf_putc(w->out, bracket);
}

static void end(struct jsonw *w, char bracket, bool object)
{
    assert(w->depth && w->in_object[w->depth - 1] == object && !w->after_key);
    (void)object;
    w->depth--;
    if (!w->first[w->depth])
        indent(w);
    buf_putc(w->out, bracket);
}

void jsonw_begin_object(struct jsonw *w)
{
    begin(w, '{', true);
}

void jsonw_end_object(struct jsonw *w)
{
    end(w, '}', true);
}

void jsonw_begin_array(struct jsonw *w)
{
    begin(w, '[', false);
}

void jsonw_end_array(struct jsonw *w)
{
    end(w, ']', false);
}

/* Plain runs are copied in one piece; only what JSON forbids is touched. */
static void write_text(struct buf *out, const char *s, size_t len)
{
    size_t start = 0, i = 0;
    buf_putc(out, '"');
    while (i < len) {
        unsigned char c = (unsigned char)s[i];
        uint32_t code_point;
        size_t n = text_utf8_next(s + i, len - i, &code_point);
        if (n && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            i += n;
            continue;
        }
        buf_append(out, s + start, i - start);
        static const char letters[] = "\b\t\n\f\r", escapes[] = "btnfr";
        const char *letter = c ? strchr(letters, c) : NULL;
        if (!n)
            buf_puts(out, "\xef\xbf\xbd");
        else if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (letter)
            buf_printf(out, "\\%c", escapes[letter - letters]);
        else
            buf_printf(out, "\\u%04x", c);
        start = ++i;
    }
    buf_append(out, s + start, len - start);
    buf_putc(out, '"');
}

void jsonw_key(struct jsonw *w, const char *key)
{
    assert(w->depth && w->in_object[w->depth - 1] && !w->after_key);
    separate(w);
    write_text(w->out, key, strlen(key));
    buf_puts(w->out, w->pretty ? ": " : ":");
    w->after_key = true;
}

void jsonw_string(struct jsonw *w, const char *s)
{
    if (!s) {
        jsonw_null(w);
        return;
    }
    jsonw_string_n(w, s, strlen(s));
}

void jsonw_string_n(struct jsonw *w, const char *s, size_t len)
{
    before_value(w);
    write_text(w->out, s, len);
}

void jsonw_int(struct jsonw *w, int64_t v)
{
    before_value(w);
    buf_printf(w->out, "%lld", (long long)v);
}

/* Most numbers of a reading are coordinates and confidences: written from an integer, which is much
 * faster than printf's exact decimals and knows no locale. */
static void write_fixed(struct buf *out, int64_t scaled, int decimals)
{
    char digits[32];
    int n = 0;
    uint64_t v = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    while (decimals && v % 10 == 0) {
        v /= 10;
        decimals--;
    }
    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
        if (n == decimals)
            digits[n++] = '.';
    } while (v || n <= decimals + (decimals != 0));
    if (scaled < 0)
        digits[n++] = '-';
    for (int i = 0; i < n / 2; i++) {
        char c = digits[i];
        digits[i] = digits[n - 1 - i];
        digits[n - 1 - i] = c;
    }
    buf_append(out, digits, (size_t)n);
}

void jsonw_number(struct jsonw *w, double v, int decimals)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    if (!isfinite(v)) {
        jsonw_null(w);
        return;
    }
    before_value(w);
    assert(decimals >= 0);
    if (decimals < 10 && fabs(v) * powers[decimals] < 9e15) {
        write_fixed(w->out, llround(v * powers[decimals]), decimals);
        return;
    }
    char text[32];
    buf_puts(w->out, text_from_double(v, text, sizeof text));
}

void jsonw_bool(struct jsonw *w, bool v)
{
    before_value(w);
    buf_puts(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
    before_value(w);
    buf_puts(w->out, "null");
}
