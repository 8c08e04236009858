#include "base/conf.h"

#include "base/text.h"
#include "base/yaml.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A file's tree is walked against the dotted names of the table; whatever is neither a name nor the
 * beginning of one is unknown.  Values of the environment become scalar nodes of their own, so both
 * sources are read by the same code and answer with the same sentences. */

enum { NAME_LEN = 96, MAX_TABLE = 256 };

extern char **environ;

static void *member(void *conf, const struct conf_key *k)
{
    return (char *)conf + k->offset;
}

static const void *member_const(const void *conf, const struct conf_key *k)
{
    return (const char *)conf + k->offset;
}

/* Writes a quantity the way conf_load reads it. */
static char *print_quantity(enum conf_type type, int64_t v, char *buf, size_t size)
{
    static const struct {
        const char *name;
        int64_t factor;
    } sizes[] = {{"TiB", (int64_t)1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}},
      times[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}};
    for (int i = 0; i < 4 && v; i++) {
        int64_t factor = type == CONF_SIZE ? sizes[i].factor : times[i].factor;
        if (v % factor == 0) {
            snprintf(buf, size, "%lld%s", (long long)(v / factor),
                     type == CONF_SIZE ? sizes[i].name : times[i].name);
            return buf;
        }
    }
    snprintf(buf, size, "%lld%s", (long long)v, type == CONF_MS ? "ms" : "");
    return buf;
}

static int set_quantity(const struct conf_key *k, const struct yaml_node *n, int64_t *ret,
                        struct err *e)
{
    int64_t v;
    bool scalar = n->kind == YAML_SCALAR;
    bool good =
        scalar && (k->type == CONF_SIZE ? text_to_size(n->text, &v) : text_to_ms(n->text, &v));
    if (!good || (double)v < k->min || (double)v > k->max) {
        char low[40], high[40];
        return yaml_error(n, e, "must be a %s from %s to %s%s, is %.80s",
                          k->type == CONF_SIZE ? "size" : "duration",
                          print_quantity(k->type, (int64_t)k->min, low, sizeof low),
                          print_quantity(k->type, (int64_t)k->max, high, sizeof high),
                          k->type == CONF_SIZE ? " (B, KiB, MiB, GiB)" : " (ms, s, m, h, d)",
                          !scalar                   ? "not one value"
                          : !*n->text && !n->quoted ? "empty"
                                                    : n->text);
    }
    *ret = v;
    return 0;
}

static int set_strings(struct arena *a, const struct yaml_node *n, struct conf_strings *ret,
                       struct err *e)
{
    if (n->kind != YAML_LIST)
        return yaml_error(n, e, "must be a list");
    const char **item = arena_array(a, n->count, sizeof *item);
    if (!item)
        return err_set(e, ERR_NOMEM, "not enough memory for the configuration");
    for (size_t i = 0; i < n->count; i++) {
        int code = yaml_to_string(n->item[i], &item[i], e);
        if (code)
            return code;
    }
    *ret = (struct conf_strings){.item = item, .count = n->count};
    return 0;
}

static int set_value(struct arena *a, const struct conf_key *k, const struct yaml_node *n,
                     void *conf, struct err *e)
{
    void *to = member(conf, k);
    switch (k->type) {
    case CONF_STRING:
        return yaml_to_string(n, (const char **)to, e);
    case CONF_INT:
        return yaml_to_int(n, (int64_t)k->min, (int64_t)k->max, to, e);
    case CONF_SIZE:
    case CONF_MS:
        return set_quantity(k, n, to, e);
    case CONF_DOUBLE:
        return yaml_to_double(n, k->min, k->max, to, e);
    case CONF_BOOL:
        return yaml_to_bool(n, to, e);
    case CONF_ENUM:
        return yaml_to_enum(n, k->names, to, e);
    case CONF_STRINGS:
        return set_strings(a, n, to, e);
    }
    return 0;
}

/* Is `name` the key `path`, or inside the section `path`? */
static bool is_within(const char *name, const char *path, char end)
{
    size_t len = strlen(path);
    return strncmp(name, path, len) == 0 && name[len] == end;
}

/* An error for `n`, with the nearest of its would-be neighbours. */
static int unknown_key(const struct conf_key *table, const struct yaml_node *n,
                       const struct yaml_node *section, struct err *e)
{
    char names[MAX_TABLE][NAME_LEN];
    const char *candidates[MAX_TABLE + 1];
    size_t count = 0, skip = *section->path ? strlen(section->path) + 1 : 0;
    for (const struct conf_key *k = table; k->name && count < MAX_TABLE; k++) {
        if (*section->path && !is_within(k->name, section->path, '.'))
            continue;
        snprintf(names[count], NAME_LEN, "%.*s", (int)strcspn(k->name + skip, "."), k->name + skip);
        candidates[count] = names[count];
        count++;
    }
    candidates[count] = NULL;
    const char *near = text_nearest(n->key, candidates);
    return yaml_error(n, e, "unknown key%s%s%s", near ? "; did you mean \"" : "", near ? near : "",
                      near ? "\"?" : "");
}

static int take_map(struct arena *a, const struct conf_key *table, const struct yaml_node *map,
                    void *conf, struct err *e)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *n = map->item[i];
        const struct conf_key *k = table;
        while (k->name && strcmp(k->name, n->path) != 0 && !is_within(k->name, n->path, '.'))
            k++;
        int code;
        if (!k->name || strchr(n->key, '.'))
            code = unknown_key(table, n, map, e);
        else if (strcmp(k->name, n->path) == 0)
            code = set_value(a, k, n, conf, e);
        else if (n->kind == YAML_MAP)
            code = take_map(a, table, n, conf, e);
        else if (n->kind == YAML_SCALAR && !n->quoted && !*n->text)
            code = 0; /* a section whose keys are all commented out */
        else
            code = yaml_error(n, e, "must be a section with keys of its own");
        if (code)
            return code;
    }
    return 0;
}

int conf_read(struct arena *a, const struct conf_key *table, const char *file, const char *bytes,
              size_t len, void *conf, struct err *e)
{
    struct yaml_node *root;
    int code = yaml_parse(a, file, bytes, len, &root, e);
    return code ? code : take_map(a, table, root, conf, e);
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c == '.' || c == '-' ? '_' : c;
}

static void variable_name(const char *program, const char *key, char *buf, size_t size)
{
    snprintf(buf, size, "%s_%s", program, key);
    for (char *p = buf; *p; p++)
        *p = upper(*p);
}

/* Makes the node that a YAML file would have had for this text; a list is separated by commas. */
static int variable_node(struct arena *a, const struct conf_key *k, const char *name,
                         const char *value, struct yaml_node *ret, struct err *e)
{
    if (!text_is_utf8(value, strlen(value)))
        return err_set(e, ERR_CONFIG, "environment: %s: must be UTF-8", name);
    *ret = (struct yaml_node){.kind = YAML_SCALAR, .path = "", .text = value};
    ret->quoted = k->type == CONF_STRING; /* empty is a string like any other */
    if (k->type != CONF_STRINGS)
        return 0;
    *ret = (struct yaml_node){.kind = YAML_LIST, .path = ""};
    size_t most = 1;
    for (const char *p = value; *p; p++)
        most += *p == ',';
    ret->item = arena_array(a, most, sizeof *ret->item);
    for (const char *p = value; ret->item && *value; p++) {
        size_t len = strcspn(p, ",");
        struct yaml_node *n = arena_alloc(a, sizeof *n);
        char *text = arena_strndup(a, p, len);
        if (!n || !text)
            return err_set(e, ERR_NOMEM, "not enough memory for the configuration");
        *n = (struct yaml_node){.kind = YAML_SCALAR, .path = "", .text = text, .quoted = true};
        ret->item[ret->count++] = n;
        p += len;
        if (!*p)
            break;
    }
    return ret->item ? 0 : err_set(e, ERR_NOMEM, "not enough memory for the configuration");
}

static int take_variable(struct arena *a, const struct conf_key *table, const char *program,
                         const char *name, const char *value, void *conf, struct err *e)
{
    char names[MAX_TABLE][NAME_LEN];
    const char *candidates[MAX_TABLE + 1];
    size_t count = 0;
    for (const struct conf_key *k = table; k->name && count < MAX_TABLE; k++) {
        variable_name(program, k->name, names[count], NAME_LEN);
        candidates[count] = names[count];
        if (strcmp(names[count++], name) != 0)
            continue;
        struct yaml_node n;
        struct err inner = ERR_INIT;
        int code = variable_node(a, k, name, value, &n, e);
        if (code)
            return code;
        n.file = "environment";
        code = set_value(a, k, &n, conf, &inner);
        if (code) { /* "environment:0: must be ..." names a line that does not exist */
            const char *reason = strstr(inner.message, ": ");
            return err_set(e, code, "environment: %s: %s", name,
                           reason ? reason + 2 : inner.message);
        }
        return 0;
    }
    candidates[count] = NULL;
    const char *near = text_nearest(name, candidates);
    return err_set(e, ERR_CONFIG, "environment: %s: unknown variable%s%s%s", name,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static int take_environment(struct arena *a, const struct conf_key *table, const char *program,
                            void *conf, struct err *e)
{
    char prefix[NAME_LEN];
    variable_name(program, "", prefix, sizeof prefix);
    for (char **v = environ; v && *v; v++) {
        const char *equals = strchr(*v, '=');
        if (!equals || strncmp(*v, prefix, strlen(prefix)) != 0)
            continue;
        char *name = arena_strndup(a, *v, (size_t)(equals - *v));
        char *value = arena_strdup(a, equals + 1);
        if (!name || !value)
            return err_set(e, ERR_NOMEM, "not enough memory for the configuration");
        int code = take_variable(a, table, program, name, value, conf, e);
        if (code)
            return code;
    }
    return 0;
}

int conf_load(struct arena *a, const struct conf_key *table, const char *program, const char *path,
              void *conf, struct err *e)
{
    if (path) {
        struct yaml_node *root;
        int code = yaml_load(a, path, &root, e);
        if (!code)
            code = take_map(a, table, root, conf, e);
        if (code)
            return code;
    }
    return take_environment(a, table, program, conf, e);
}

/* Double-quoted YAML; what a YAML stream may not hold as it is becomes an escape. */
static void print_string(const char *s, struct buf *out)
{
    size_t len = s ? strlen(s) : 0;
    buf_putc(out, '"');
    for (size_t i = 0; i < len;) {
        uint32_t c;
        size_t n = text_utf8_next(s + i, len - i, &c);
        if (!n) {
            buf_puts(out, "\\uFFFD");
            i++;
            continue;
        }
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", (int)c);
        else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
                 c == 0xfffe || c == 0xffff)
            buf_printf(out, "\\u%04X", (unsigned)c);
        else
            buf_append(out, s + i, n);
        i += n;
    }
    buf_putc(out, '"');
}

static void print_value(const struct conf_key *k, const void *conf, struct buf *out)
{
    const void *from = member_const(conf, k);
    char text[64];
    switch (k->type) {
    case CONF_STRING:
        print_string(*(const char *const *)from, out);
        break;
    case CONF_INT:
        buf_printf(out, "%lld", (long long)*(const int64_t *)from);
        break;
    case CONF_SIZE:
    case CONF_MS:
        buf_puts(out, print_quantity(k->type, *(const int64_t *)from, text, sizeof text));
        break;
    case CONF_DOUBLE:
        buf_puts(out, text_from_double(*(const double *)from, text, sizeof text));
        break;
    case CONF_BOOL:
        buf_puts(out, *(const bool *)from ? "true" : "false");
        break;
    case CONF_ENUM:
        print_string(k->names[*(const int *)from], out);
        break;
    case CONF_STRINGS: {
        const struct conf_strings *list = from;
        buf_putc(out, '[');
        for (size_t i = 0; i < list->count; i++) {
            buf_puts(out, i ? ", " : "");
            print_string(list->item[i], out);
        }
        buf_putc(out, ']');
    }
    }
    buf_putc(out, '\n');
}

void conf_print(const struct conf_key *table, const void *conf, struct buf *out)
{
    const char *last = "";
    for (const struct conf_key *k = table; k->name; k++) {
        /* Open the sections that the previous key was not in. */
        int level = 0;
        const char *p = k->name;
        for (const char *dot; (dot = strchr(p, '.')); p = dot + 1, level++) {
            size_t len = (size_t)(dot + 1 - k->name);
            if (strncmp(k->name, last, len) != 0)
                buf_printf(out, "%*s%.*s:\n", level * 2, "", (int)(dot - p), p);
        }
        if (k->help)
            buf_printf(out, "%*s# %s\n", level * 2, "", k->help);
        buf_printf(out, "%*s%s: ", level * 2, "", p);
        print_value(k, conf, out);
        last = k->name;
    }
}
