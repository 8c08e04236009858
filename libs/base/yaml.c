#include "base/yaml.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

#include <yaml.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* libyaml's event stream becomes a tree.  Open maps and lists sit on a stack; an event either opens
 * one, closes one, or is a scalar, which inside a map is by turns a key and a value.
 *
 * A configuration file is small, so the limits are low: they bound what a hostile file can cost
 * (duplicate keys are looked for pair by pair). */

enum { MAX_BYTES = 1 << 20, MAX_DEPTH = 32, MAX_NODES = 65536, MAX_KEYS = 1024, PATH_SHOWN = 160 };

struct builder {
    struct arena *arena;
    const char *file;
    struct yaml_node *root;
    struct {
        struct yaml_node *node;
        size_t capacity;
        const char *key; /* maps: key read, value awaited */
        int key_line;
    } open[MAX_DEPTH];
    int depth;
    int nodes;
    bool done; /* the document has ended */
    struct err *e;
};

static int refuse(struct builder *b, int line, const char *reason)
{
    return err_set(b->e, ERR_CONFIG, "%s:%d: %s", b->file, line, reason);
}

static int nomem(struct builder *b)
{
    return err_set(b->e, ERR_NOMEM, "%s: not enough memory to read it", b->file);
}

static int line_of(const yaml_event_t *ev)
{
    return ev->start_mark.line < 1 << 30 ? (int)ev->start_mark.line + 1 : 1 << 30;
}

static bool is_core_tag(const char *tag)
{
    static const char *const names[] = {"str", "int", "float", "bool", "null", "map", "seq", NULL};
    static const char prefix[] = "tag:yaml.org,2002:";
    if (strcmp(tag, "!") == 0)
        return true;
    if (strncmp(tag, prefix, sizeof prefix - 1) != 0)
        return false;
    for (const char *const *n = names; *n; n++)
        if (strcmp(tag + sizeof prefix - 1, *n) == 0)
            return true;
    return false;
}

/* Hangs a new node where the document now stands; `ret` is NULL-safe for the caller to ignore. */
static int add_node(struct builder *b, enum yaml_kind kind, int line, struct yaml_node **ret)
{
    if (++b->nodes > MAX_NODES)
        return err_set(b->e, ERR_LIMIT, "%s:%d: more than %d values", b->file, line, MAX_NODES);
    struct yaml_node *n = arena_alloc(b->arena, sizeof *n);
    if (!n)
        return nomem(b);
    n->kind = kind;
    n->file = b->file;
    n->line = line;
    n->path = "";
    if (!b->depth) {
        b->root = n;
        *ret = n;
        return 0;
    }
    struct yaml_node *up = b->open[b->depth - 1].node;
    size_t *capacity = &b->open[b->depth - 1].capacity;
    if (up->kind == YAML_MAP) {
        n->key = b->open[b->depth - 1].key;
        n->line = b->open[b->depth - 1].key_line;
        b->open[b->depth - 1].key = NULL;
        n->path = *up->path ? arena_printf(b->arena, "%s.%s", up->path, n->key) : n->key;
    } else {
        n->path = arena_printf(b->arena, "%s[%zu]", up->path, up->count);
    }
    if (!n->path)
        return nomem(b);
    if (up->count == *capacity) {
        size_t wider = *capacity ? *capacity * 2 : 8;
        struct yaml_node **item = arena_array(b->arena, wider, sizeof *item);
        if (!item)
            return nomem(b);
        if (up->count)
            memcpy(item, up->item, up->count * sizeof *item);
        up->item = item;
        *capacity = wider;
    }
    up->item[up->count++] = n;
    *ret = n;
    return 0;
}

/* Is the scalar that arrives now a key? */
static bool key_awaited(const struct builder *b)
{
    return b->depth && b->open[b->depth - 1].node->kind == YAML_MAP && !b->open[b->depth - 1].key;
}

static int take_key(struct builder *b, const char *text, int line)
{
    const struct yaml_node *map = b->open[b->depth - 1].node;
    if (map->count == MAX_KEYS)
        return err_set(b->e, ERR_LIMIT, "%s:%d: more than %d keys in one map", b->file, line,
                       MAX_KEYS);
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->item[i]->key, text) == 0)
            return err_set(b->e, ERR_CONFIG, "%s:%d: key \"%s\" was given before, on line %d",
                           b->file, line, text, map->item[i]->line);
    b->open[b->depth - 1].key = text;
    b->open[b->depth - 1].key_line = line;
    return 0;
}

static int take_scalar(struct builder *b, const yaml_event_t *ev)
{
    int line = line_of(ev);
    const char *bytes = (const char *)ev->data.scalar.value;
    size_t len = ev->data.scalar.length;
    const char *tag = (const char *)ev->data.scalar.tag;
    if (ev->data.scalar.anchor)
        return refuse(b, line, "anchors are not supported");
    if (tag && !is_core_tag(tag))
        return refuse(b, line, "tags are not supported");
    if (memchr(bytes, 0, len))
        return refuse(b, line, "a zero byte is not allowed in text");
    char *text = arena_strndup(b->arena, bytes, len);
    if (!text)
        return nomem(b);
    if (key_awaited(b))
        return take_key(b, text, line);
    struct yaml_node *n;
    int code = add_node(b, YAML_SCALAR, line, &n);
    if (code)
        return code;
    n->text = text;
    n->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
                (tag && strcmp(tag, "tag:yaml.org,2002:str") == 0);
    return 0;
}

static int open_collection(struct builder *b, const yaml_event_t *ev, enum yaml_kind kind,
                           const yaml_char_t *anchor, const yaml_char_t *tag)
{
    int line = line_of(ev);
    if (anchor)
        return refuse(b, line, "anchors are not supported");
    if (tag && !is_core_tag((const char *)tag))
        return refuse(b, line, "tags are not supported");
    if (key_awaited(b))
        return refuse(b, line, "a key must be plain text");
    if (b->depth == MAX_DEPTH)
        return err_set(b->e, ERR_LIMIT, "%s:%d: nested more than %d deep", b->file, line,
                       MAX_DEPTH);
    struct yaml_node *n = NULL;
    int code = add_node(b, kind, line, &n);
    if (code)
        return code;
    memset(&b->open[b->depth], 0, sizeof b->open[b->depth]);
    b->open[b->depth++].node = n;
    return 0;
}

static int take_event(struct builder *b, const yaml_event_t *ev)
{
    switch (ev->type) {
    case YAML_DOCUMENT_START_EVENT:
        return b->done ? refuse(b, line_of(ev), "a second document is not supported") : 0;
    case YAML_DOCUMENT_END_EVENT:
        b->done = true;
        return 0;
    case YAML_ALIAS_EVENT:
        return refuse(b, line_of(ev), "aliases are not supported");
    case YAML_SCALAR_EVENT:
        return take_scalar(b, ev);
    case YAML_MAPPING_START_EVENT:
        return open_collection(b, ev, YAML_MAP, ev->data.mapping_start.anchor,
                               ev->data.mapping_start.tag);
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(b, ev, YAML_LIST, ev->data.sequence_start.anchor,
                               ev->data.sequence_start.tag);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        b->depth--;
        return 0;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
        return 0;
    }
    return 0;
}

static int parser_error(const yaml_parser_t *p, struct builder *b)
{
    if (p->error == YAML_MEMORY_ERROR)
        return nomem(b);
    if (p->error == YAML_READER_ERROR)
        return err_set(b->e, ERR_CONFIG, "%s: byte %zu: %s", b->file, p->problem_offset,
                       p->problem ? p->problem : "unreadable");
    return err_set(b->e, ERR_CONFIG, "%s:%zu: %s%s%s", b->file, p->problem_mark.line + 1,
                   p->problem ? p->problem : "not YAML", p->context ? ", " : "",
                   p->context ? p->context : "");
}

int yaml_parse(struct arena *a, const char *file, const char *bytes, size_t len,
               struct yaml_node **ret_root, struct err *e)
{
    struct builder b = {.arena = a, .e = e};
    yaml_parser_t parser;
    if (len > MAX_BYTES)
        return err_set(e, ERR_LIMIT, "%s: larger than %d bytes", file, MAX_BYTES);
    b.file = arena_strdup(a, file);
    if (!b.file || !yaml_parser_initialize(&parser))
        return err_set(e, ERR_NOMEM, "%s: not enough memory to read it", file);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, len);
    int code = 0;
    for (bool ended = false; !code && !ended;) {
        yaml_event_t ev;
        if (!yaml_parser_parse(&parser, &ev)) {
            code = parser_error(&parser, &b);
            break;
        }
        ended = ev.type == YAML_STREAM_END_EVENT;
        code = take_event(&b, &ev);
        yaml_event_delete(&ev);
    }
    yaml_parser_delete(&parser);
    if (code)
        return code;
    bool empty = !b.root || (b.root->kind == YAML_SCALAR && !b.root->quoted && !*b.root->text);
    if (empty) { /* a file of comments only says nothing, which is fine */
        b.root = NULL;
        code = add_node(&b, YAML_MAP, 1, &b.root);
        if (code)
            return code;
    }
    if (b.root->kind != YAML_MAP)
        return refuse(&b, b.root->line, "must be a map of keys and values");
    *ret_root = b.root;
    return 0;
}

/* Opens a regular file without ever waiting, as opening a pipe would for a writer. */
static int open_regular(const char *path, int *ret, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return err_set_errno(e, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO, errno,
                             "cannot open %s", path);
    int code = 0;
    if (fstat(fd, &st))
        code = err_set_errno(e, ERR_IO, errno, "cannot examine %s", path);
    else if (!S_ISREG(st.st_mode))
        code = err_set(e, ERR_IO, "%s is not a regular file", path);
    if (code) {
        close(fd);
        return code;
    }
    *ret = fd;
    return 0;
}

int yaml_load(struct arena *a, const char *path, struct yaml_node **ret_root, struct err *e)
{
    int fd = -1;
    int code = open_regular(path, &fd, e);
    if (code)
        return code;
    struct buf b;
    buf_init(&b, MAX_BYTES);
    if (!file_read_fd(fd, &b))
        code = err_set_errno(e, ERR_IO, errno, "cannot read %s", path);
    else if ((code = buf_status(&b)) != 0)
        code = err_set(e, code, "%s: %s", path,
                       code == ERR_LIMIT ? "larger than 1 MiB" : "not enough memory to read it");
    else
        code = yaml_parse(a, path, b.data ? b.data : "", b.len, ret_root, e);
    buf_finish(&b);
    close(fd);
    return code;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->item[i]->key, key) == 0)
            return map->item[i];
    return NULL;
}

int yaml_error(const struct yaml_node *n, struct err *e, const char *fmt, ...)
{
    char text[384];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    /* A path as long as its file would push the reason out of the message. */
    const char *more = strlen(n->path) > PATH_SHOWN ? "..." : "";
    return err_set(e, ERR_CONFIG, "%s:%d: %.*s%s%s%s", n->file, n->line, PATH_SHOWN, n->path, more,
                   *n->path ? ": " : "", text);
}

/* "must be WANTED, is WHAT IT IS". */
static int wrong(const struct yaml_node *n, struct err *e, const char *wanted)
{
    if (n->kind == YAML_MAP)
        return yaml_error(n, e, "must be %s, is a map", wanted);
    if (n->kind == YAML_LIST)
        return yaml_error(n, e, "must be %s, is a list", wanted);
    if (!*n->text && !n->quoted)
        return yaml_error(n, e, "must be %s, is empty", wanted);
    return yaml_error(n, e, "must be %s, is %s%.80s%s", wanted, n->quoted ? "\"" : "", n->text,
                      n->quoted ? "\"" : "");
}

static bool is_plain(const struct yaml_node *n)
{
    return n->kind == YAML_SCALAR && !n->quoted;
}

int yaml_to_int(const struct yaml_node *n, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    int64_t v;
    char wanted[96];
    if (!is_plain(n) || !text_to_int(n->text, &v) || v < min || v > max) {
        snprintf(wanted, sizeof wanted, "a whole number from %lld to %lld", (long long)min,
                 (long long)max);
        return wrong(n, e, wanted);
    }
    *ret = v;
    return 0;
}

int yaml_to_double(const struct yaml_node *n, double min, double max, double *ret, struct err *e)
{
    double v;
    char wanted[96], low[32], high[32];
    if (!is_plain(n) || !text_to_double(n->text, &v) || v < min || v > max) {
        snprintf(wanted, sizeof wanted, "a number from %s to %s",
                 text_from_double(min, low, sizeof low), text_from_double(max, high, sizeof high));
        return wrong(n, e, wanted);
    }
    *ret = v;
    return 0;
}

int yaml_to_bool(const struct yaml_node *n, bool *ret, struct err *e)
{
    if (!is_plain(n) || (strcmp(n->text, "true") != 0 && strcmp(n->text, "false") != 0))
        return wrong(n, e, "true or false");
    *ret = n->text[0] == 't';
    return 0;
}

int yaml_to_string(const struct yaml_node *n, const char **ret, struct err *e)
{
    bool null =
        is_plain(n) && (!*n->text || strcmp(n->text, "~") == 0 || strcmp(n->text, "null") == 0);
    if (n->kind != YAML_SCALAR || null)
        return wrong(n, e, "text");
    *ret = n->text;
    return 0;
}

int yaml_to_enum(const struct yaml_node *n, const char *const *names, int *ret, struct err *e)
{
    char wanted[256] = "one of";
    for (int i = 0; names[i]; i++) {
        if (n->kind == YAML_SCALAR && strcmp(n->text, names[i]) == 0) {
            *ret = i;
            return 0;
        }
        size_t len = strlen(wanted);
        snprintf(wanted + len, sizeof wanted - len, "%s%s", i ? ", " : " ", names[i]);
    }
    return wrong(n, e, wanted);
}

int yaml_check_keys(const struct yaml_node *map, const char *const *keys, struct err *e)
{
    if (map->kind != YAML_MAP)
        return wrong(map, e, "a map");
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *n = map->item[i];
        bool known = false;
        for (const char *const *k = keys; *k && !known; k++)
            known = strcmp(*k, n->key) == 0;
        if (known)
            continue;
        const char *near = text_nearest(n->key, keys);
        return yaml_error(n, e, "unknown key%s%s%s", near ? "; did you mean \"" : "",
                          near ? near : "", near ? "\"?" : "");
    }
    return 0;
}
