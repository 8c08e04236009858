#include "http/multipart.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* A part's header block is bounded so that a hostile body cannot make us scan all of it for each of
 * many parts. */
enum { HEADER_MAX = 8192 };

struct slice {
    const char *p;
    size_t len;
};

static bool token_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* RFC 2046 bchars, the space excluded because nothing sends it. */
static bool boundary_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("'()+_,-./:=?", c));
}

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

/* Reads `; name=value` or `; name="value"` at *at.  Browsers write a quote as %22 and a backslash
 * as itself, curl writes \" and \\, so a backslash escapes only those two.  Returns 1 for a
 * parameter, 0 at the end, -1 when malformed. */
static int next_parameter(const char **at, const char *end, struct slice *name, char *value,
                          size_t *value_len)
{
    const char *p = skip_space(*at, end);
    if (p == end)
        return 0;
    if (*p != ';')
        return -1;
    p = skip_space(p + 1, end);
    if (p == end)
        return 0;
    name->p = p;
    while (p < end && token_char(*p))
        p++;
    name->len = (size_t)(p - name->p);
    if (!name->len || p == end || *p != '=')
        return -1;
    p++;
    size_t n = 0;
    if (p < end && *p == '"') {
        p++;
        while (p < end && *p != '"') {
            if (*p == '\\' && end - p > 1 && (p[1] == '"' || p[1] == '\\'))
                p++;
            value[n++] = *p++;
        }
        if (p == end)
            return -1;
        p++;
    } else {
        while (p < end && *p != ';' && *p != ' ' && *p != '\t')
            value[n++] = *p++;
    }
    *value_len = n;
    *at = p;
    return 1;
}

static bool slice_is(const struct slice *s, const char *text)
{
    return s->len == strlen(text) && strncasecmp(s->p, text, s->len) == 0;
}

int multipart_boundary(const char *content_type, char ret[MULTIPART_BOUNDARY_MAX + 1],
                       struct err *e)
{
    const char *end = content_type + strlen(content_type);
    const char *p = content_type + strcspn(content_type, ";");
    char value[HEADER_MAX];
    size_t len = 0;
    struct slice name;
    if ((size_t)(end - p) >= sizeof value)
        return err_set(e, ERR_USAGE, "Content-Type is too long");
    int rc;
    while ((rc = next_parameter(&p, end, &name, value, &len)) > 0) {
        if (!slice_is(&name, "boundary"))
            continue;
        if (!len || len > MULTIPART_BOUNDARY_MAX)
            return err_set(e, ERR_USAGE, "the multipart boundary must have 1 to %d characters",
                           MULTIPART_BOUNDARY_MAX);
        for (size_t i = 0; i < len; i++)
            if (!boundary_char(value[i]))
                return err_set(e, ERR_USAGE, "the multipart boundary has a forbidden character");
        memcpy(ret, value, len);
        ret[len] = '\0';
        return 0;
    }
    return err_set(e, ERR_USAGE, "Content-Type has no boundary");
}

/* Copies a name that people will see: valid UTF-8, control characters dropped, for file names
 * without folders.  NULL when memory is exhausted. */
static const char *clean_name(struct arena *a, const char *s, size_t len, bool file)
{
    char *out = arena_alloc(a, len + 1);
    if (!out)
        return NULL;
    if (!text_is_utf8(s, len))
        return file ? strcpy(out, len ? "_" : "") : out;
    if (file)
        for (size_t i = len; i > 0; i--)
            if (s[i - 1] == '/' || s[i - 1] == '\\') {
                s += i;
                len -= i;
                break;
            }
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)s[i] >= 0x20 && s[i] != 0x7f)
            out[n++] = s[i];
    out[n] = '\0';
    return out;
}

static int parse_disposition(struct arena *a, const char *p, const char *end,
                             struct multipart_part *part, struct err *e)
{
    char value[HEADER_MAX];
    size_t len = 0;
    struct slice name;
    p = skip_space(p, end);
    if (end - p < 9 || strncasecmp(p, "form-data", 9) != 0)
        return err_set(e, ERR_USAGE, "a part's Content-Disposition is not form-data");
    p += 9;
    int rc;
    while ((rc = next_parameter(&p, end, &name, value, &len)) > 0) {
        const char **to = slice_is(&name, "name")       ? &part->name
                          : slice_is(&name, "filename") ? &part->filename
                                                        : NULL;
        if (to && !(*to = clean_name(a, value, len, to == &part->filename)))
            return err_set(e, ERR_NOMEM, "out of memory for the upload's parts");
    }
    return rc < 0 ? err_set(e, ERR_USAGE, "a part's Content-Disposition is malformed") : 0;
}

/* Reads header lines up to the empty one; *at ends behind it. */
static int parse_headers(struct arena *a, const char **at, const char *end,
                         struct multipart_part *part, struct err *e)
{
    const char *p = *at;
    if (end - p > HEADER_MAX)
        end = p + HEADER_MAX;
    for (;;) {
        const char *eol = memmem(p, (size_t)(end - p), "\r\n", 2);
        if (!eol)
            return err_set(e, ERR_USAGE, "a part's header does not end");
        if (eol == p)
            break;
        const char *colon = memchr(p, ':', (size_t)(eol - p));
        if (!colon)
            return err_set(e, ERR_USAGE, "a part's header line has no colon");
        struct slice name = {p, (size_t)(colon - p)};
        if (slice_is(&name, "Content-Disposition")) {
            int rc = parse_disposition(a, colon + 1, eol, part, e);
            if (rc)
                return rc;
        } else if (slice_is(&name, "Content-Type")) {
            const char *v = skip_space(colon + 1, eol);
            if (!(part->type = clean_name(a, v, (size_t)(eol - v), false)))
                return err_set(e, ERR_NOMEM, "out of memory for the upload's parts");
        }
        p = eol + 2;
    }
    *at = p + 2;
    return 0;
}

/* A delimiter is CRLF "--" boundary; the first may stand at the very start.  Its line may end in
 * spaces; "--" after it closes the body.  Returns the place behind the line, NULL when malformed.
 */
static const char *after_delimiter(const char *p, const char *end, bool *ret_last)
{
    *ret_last = end - p >= 2 && p[0] == '-' && p[1] == '-';
    if (*ret_last)
        return p + 2;
    p = skip_space(p, end);
    return end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? p + 2 : NULL;
}

int multipart_parse(struct arena *a, const char *boundary, const void *body, size_t len,
                    size_t max_parts, struct multipart_part **ret, size_t *ret_count, struct err *e)
{
    char mark[MULTIPART_BOUNDARY_MAX + 5] = "\r\n--";
    size_t boundary_len = strnlen(boundary, MULTIPART_BOUNDARY_MAX);
    memcpy(mark + 4, boundary, boundary_len);
    size_t mark_len = boundary_len + 4;
    const char *p = body, *end = p + len;
    if (len >= mark_len - 2 && memcmp(p, mark + 2, mark_len - 2) == 0) {
        p += mark_len - 2;
    } else {
        p = len ? memmem(p, len, mark, mark_len) : NULL;
        if (!p)
            return err_set(e, ERR_USAGE, "the multipart body has no part");
        p += mark_len;
    }
    struct multipart_part *parts = arena_array(a, max_parts, sizeof *parts);
    if (!parts)
        return err_set(e, ERR_NOMEM, "out of memory for the upload's parts");
    size_t count = 0;
    bool last;
    for (;;) {
        p = after_delimiter(p, end, &last);
        if (!p)
            return err_set(e, ERR_USAGE, "a multipart boundary is followed by junk");
        if (last)
            break;
        if (count == max_parts)
            return err_set(e, ERR_LIMIT, "the upload has more than %zu parts", max_parts);
        struct multipart_part *part = &parts[count++];
        part->name = "";
        int rc = parse_headers(a, &p, end, part, e);
        if (rc)
            return rc;
        /* An empty part: the header's last CRLF may begin the delimiter. */
        const char *next = memmem(p - 2, (size_t)(end - p) + 2, mark, mark_len);
        if (!next)
            return err_set(e, ERR_USAGE, "the multipart body is cut off");
        part->bytes = p;
        part->len = next < p ? 0 : (size_t)(next - p);
        p = next + mark_len;
    }
    *ret = parts;
    *ret_count = count;
    return 0;
}
