#include "twinreader/out.h"

#include "base/text.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static bool is_separator(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || (c >= 0xFDD0 && c <= 0xFDEF) ||
           (c & 0xFFFE) == 0xFFFE;
}

uint32_t out_next(const char **s)
{
    if (!*s)
        return 0;
    for (;;) {
        if (!**s)
            return 0;
        uint32_t c = 0xFFFD;
        size_t len = text_utf8_next(*s, strnlen(*s, 4), &c);
        *s += len ? len : 1;
        if (is_separator(c))
            return ' ';
        if (!is_hidden(c))
            return c;
    }
}

void out_utf8(struct buf *out, uint32_t c)
{
    char b[4];
    size_t n;
    if (c < 0x80) {
        b[0] = (char)c;
        n = 1;
    } else if (c < 0x800) {
        b[0] = (char)(0xC0 | c >> 6);
        b[1] = (char)(0x80 | (c & 0x3F));
        n = 2;
    } else if (c < 0x10000) {
        b[0] = (char)(0xE0 | c >> 12);
        b[1] = (char)(0x80 | (c >> 6 & 0x3F));
        b[2] = (char)(0x80 | (c & 0x3F));
        n = 3;
    } else {
        b[0] = (char)(0xF0 | c >> 18);
        b[1] = (char)(0x80 | (c >> 12 & 0x3F));
        b[2] = (char)(0x80 | (c >> 6 & 0x3F));
        b[3] = (char)(0x80 | (c & 0x3F));
        n = 4;
    }
    buf_append(out, b, n);
}

void out_plain(struct buf *out, const char *s)
{
    for (uint32_t c; (c = out_next(&s));)
        out_utf8(out, c);
}

void out_xml(struct buf *out, const char *s)
{
    for (uint32_t c; (c = out_next(&s));) {
        switch (c) {
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '>':
            buf_puts(out, "&gt;");
            break;
        case '&':
            buf_puts(out, "&amp;");
            break;
        case '"':
            buf_puts(out, "&quot;");
            break;
        case '\'':
            buf_puts(out, "&#39;");
            break;
        default:
            out_utf8(out, c);
        }
    }
}

void out_number(struct buf *out, double v, int decimals)
{
    static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    if (!isfinite(v))
        v = 0;
    v = fmin(fmax(v, -1e12), 1e12);
    int64_t n = llround(v * (double)powers[decimals]);
    if (n < 0) {
        buf_putc(out, '-');
        n = -n;
    }
    while (decimals > 0 && n % 10 == 0) {
        n /= 10;
        decimals--;
    }
    buf_printf(out, "%lld", (long long)(n / powers[decimals]));
    if (decimals > 0)
        buf_printf(out, ".%0*lld", decimals, (long long)(n % powers[decimals]));
}

/* Coordinates far outside any picture, or not numbers, are pulled in so that arithmetic on them
 * cannot overflow. */
static int whole(double v)
{
    if (!(v > -1e8)) /* catches NaN */
        return -100000000;
    return v < 1e8 ? (int)v : 100000000;
}

struct out_rect out_bounds(const struct quad *q)
{
    double left = q->p[0].x, right = left, top = q->p[0].y, bottom = top;
    for (int i = 1; i < 4; i++) {
        left = fmin(left, q->p[i].x);
        right = fmax(right, q->p[i].x);
        top = fmin(top, q->p[i].y);
        bottom = fmax(bottom, q->p[i].y);
    }
    /* A twentieth of a pixel is rounding noise, not a reason to grow by one. */
    return (struct out_rect){.left = whole(floor(left + 0.05)),
                             .top = whole(floor(top + 0.05)),
                             .right = whole(ceil(right - 0.05)),
                             .bottom = whole(ceil(bottom - 0.05))};
}

struct out_rect out_lines_bounds(const struct page *p, size_t first, size_t end)
{
    struct out_rect r = {.left = INT_MAX, .top = INT_MAX, .right = INT_MIN, .bottom = INT_MIN};
    for (size_t i = first; i < end; i++) {
        struct out_rect l = out_bounds(&p->lines[i].box);
        r.left = l.left < r.left ? l.left : r.left;
        r.top = l.top < r.top ? l.top : r.top;
        r.right = l.right > r.right ? l.right : r.right;
        r.bottom = l.bottom > r.bottom ? l.bottom : r.bottom;
    }
    return first < end ? r : (struct out_rect){0};
}

size_t out_block_end(const struct page *p, size_t first)
{
    size_t end = first + 1;
    while (end < p->line_count && p->lines[end].block == p->lines[first].block)
        end++;
    return end;
}

double out_percent(float confidence)
{
    double v = (double)confidence * 100;
    return v > 0 ? fmin(v, 100) : 0; /* NaN gives 0 */
}
