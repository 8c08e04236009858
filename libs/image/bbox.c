#include "image/bbox.h"

#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Only four things matter: where blocks and lines begin, the four attributes of a word, its text,
 * and that the text ends.  Everything else between angle brackets is passed over.  What comes out
 * of poppler is well formed; what a stranger's PDF can make poppler write decides the strictness
 * here: any word that is not exactly as expected refuses the whole page. */

enum { MAX_WORDS = 200000, MAX_WORD_BYTES = 4096, MAX_NUMBER = 32 };

struct parser {
    const char *at, *end;
    struct arena *arena;
    struct err *e;
    struct text_layer_word *word;
    size_t count, capacity;
    int line, block;
};

static bool begins(const struct parser *p, const char *s)
{
    size_t n = strlen(s);
    return (size_t)(p->end - p->at) >= n && memcmp(p->at, s, n) == 0;
}

/* Passes the next `c` and returns where it stood, or NULL when there is none. */
static const char *pass(struct parser *p, char c)
{
    const char *found = memchr(p->at, c, (size_t)(p->end - p->at));
    if (found)
        p->at = found + 1;
    return found;
}

static int bad(struct parser *p, const char *what)
{
    return err_set(p->e, ERR_FORMAT, "the text layer is malformed: %s", what);
}

/* Reads the number in `name="..."` between `from` and `to`. */
static bool attribute(const char *from, const char *to, const char *name, float *ret)
{
    char number[MAX_NUMBER];
    double v;
    const char *s = memmem(from, (size_t)(to - from), name, strlen(name));
    if (!s)
        return false;
    s += strlen(name);
    const char *quote = memchr(s, '"', (size_t)(to - s));
    if (!quote || quote - s >= MAX_NUMBER)
        return false;
    memcpy(number, s, (size_t)(quote - s));
    number[quote - s] = '\0';
    if (!text_to_double(number, &v) || fabs(v) > 1e7)
        return false;
    *ret = (float)v;
    return true;
}

static size_t put_utf8(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* Decodes "#..;" or "#x..;" after the ampersand; 0 when it is no character of text. */
static uint32_t character_reference(const char *s, size_t len)
{
    uint32_t c = 0;
    bool hex = len > 1 && (s[1] == 'x' || s[1] == 'X');
    size_t i = hex ? 2 : 1;
    if (i >= len)
        return 0;
    for (; i < len; i++) {
        char d = s[i];
        uint32_t v;
        if (d >= '0' && d <= '9')
            v = (uint32_t)(d - '0');
        else if (hex && (d | 0x20) >= 'a' && (d | 0x20) <= 'f')
            v = (uint32_t)((d | 0x20) - 'a' + 10);
        else
            return 0;
        c = c * (hex ? 16 : 10) + v;
        if (c > 0x10ffff)
            return 0;
    }
    return c >= 0xd800 && c < 0xe000 ? 0 : c;
}

/* Decodes the entity at `s` (after the ampersand), `len` bytes up to its semicolon. */
static uint32_t entity(const char *s, size_t len)
{
    static const struct {
        const char *name;
        char c;
    } known[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    if (len && s[0] == '#')
        return character_reference(s, len);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].name) == len && memcmp(known[i].name, s, len) == 0)
            return (uint32_t)known[i].c;
    }
    return 0;
}

/* Decodes a word's text into `out` (MAX_WORD_BYTES): control characters go, bytes that are no UTF-8
 * become U+FFFD.  Returns its length, or -1 when it is malformed. */
static int decode(const char *s, size_t len, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        uint32_t c = 0;
        size_t used;
        if (s[i] == '&') {
            const char *semicolon = memchr(s + i, ';', len - i);
            if (!semicolon)
                return -1;
            c = entity(s + i + 1, (size_t)(semicolon - s) - i - 1);
            if (!c)
                return -1;
            used = (size_t)(semicolon - s) - i + 1;
        } else {
            used = text_utf8_next(s + i, len - i, &c);
            if (!used) {
                c = 0xfffd;
                used = 1;
            }
        }
        i += used;
        if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            continue;
        if (n + 4 >= MAX_WORD_BYTES)
            return -1;
        n += put_utf8(c, out + n);
    }
    out[n] = '\0';
    return (int)n;
}

static void put_in_order(float *a, float *b)
{
    if (*a > *b) {
        float t = *a;
        *a = *b;
        *b = t;
    }
}

/* At "<word": reads attributes and text up to "</word>". */
static int parse_word(struct parser *p)
{
    char text[MAX_WORD_BYTES];
    struct text_layer_word w = {.line = p->line, .block = p->block};
    const char *open = p->at;
    const char *close = pass(p, '>');
    if (!close)
        return bad(p, "a word's tag does not end");
    if (!attribute(open, close, " xMin=\"", &w.x0) || !attribute(open, close, " yMin=\"", &w.y0) ||
        !attribute(open, close, " xMax=\"", &w.x1) || !attribute(open, close, " yMax=\"", &w.y1))
        return bad(p, "a word has no box");
    const char *content = p->at;
    const char *stop = pass(p, '<');
    if (!stop)
        return bad(p, "a word's text does not end");
    p->at = stop;
    if (!begins(p, "</word>"))
        return bad(p, "a word contains an element");
    int len = decode(content, (size_t)(stop - content), text);
    if (len < 0)
        return bad(p, "a word's text is not as expected");
    if (len == 0)
        return 0;
    if (p->count == p->capacity)
        return bad(p, "more words than counted");
    put_in_order(&w.x0, &w.x1);
    put_in_order(&w.y0, &w.y1);
    w.text = arena_strndup(p->arena, text, (size_t)len);
    if (!w.text)
        return err_set(p->e, ERR_NOMEM, "the page's text does not fit in memory");
    p->word[p->count++] = w;
    return 0;
}

static size_t count_words(const char *text, size_t len)
{
    static const char tag[] = "<word ";
    const char *at = text, *end = text + len;
    size_t n = 0;
    while (at < end) {
        const char *found = memchr(at, '<', (size_t)(end - at));
        if (!found)
            break;
        n += (size_t)(end - found) >= sizeof tag - 1 && memcmp(found, tag, sizeof tag - 1) == 0;
        at = found + 1;
    }
    return n;
}

int bbox_parse(const char *text, size_t len, struct arena *a, struct text_layer_word **ret,
               size_t *ret_count, struct err *e)
{
    struct parser p = {.at = text, .end = text + len, .arena = a, .e = e, .line = -1, .block = -1};
    p.capacity = len ? count_words(text, len) : 0;
    if (p.capacity > MAX_WORDS)
        return err_set(e, ERR_LIMIT, "the page has %zu words, more than %d", p.capacity, MAX_WORDS);
    p.word = arena_array(a, p.capacity + 1, sizeof *p.word);
    if (!p.word)
        return err_set(e, ERR_NOMEM, "the page's text does not fit in memory");
    int rc = 0;
    while (!rc && p.at < p.end && pass(&p, '<')) {
        p.at--;
        if (begins(&p, "<word ")) {
            rc = parse_word(&p);
            continue;
        }
        if (begins(&p, "<line "))
            p.line++;
        else if (begins(&p, "<block "))
            p.block++;
        p.at++;
    }
    if (rc)
        return rc;
    for (size_t i = 0; i < p.count; i++) {
        /* A word outside any line or block counts for the first. */
        p.word[i].line = p.word[i].line < 0 ? 0 : p.word[i].line;
        p.word[i].block = p.word[i].block < 0 ? 0 : p.word[i].block;
    }
    *ret = p.word;
    *ret_count = p.count;
    return 0;
}
