/*
 * Texts with places for values: "{@patient}: {patient}".
 *
 * A value stands as words of its own, so that a word of a label is never half key and half value:
 * what touches it other than white space is refused.  What touches a key belongs to it.
 */
#include "twinreader/synth/layout_model.h"

#include <stdlib.h>
#include <string.h>

enum { PIECES_MAX = 64 };

static int find_name(const struct layout_form *f, const char *name, size_t len)
{
    for (size_t i = 0; i < f->name_count; i++)
        if (strlen(f->names[i].name) == len && memcmp(f->names[i].name, name, len) == 0)
            return (int)i;
    return -1;
}

static bool find_in(const struct layout_def *defs, size_t count, const char *name, size_t len,
                    int *ret)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(defs[i].name) == len && memcmp(defs[i].name, name, len) == 0) {
            *ret = (int)i;
            return true;
        }
    return false;
}

bool synth_layout_find(const struct layout_form *f, int list, const char *name, size_t len,
                       int *ret_list, int *ret_value)
{
    *ret_list = list;
    if (list >= 0 &&
        find_in(f->value[list].column, f->value[list].column_count, name, len, ret_value))
        return true;
    *ret_list = -1;
    return find_in(f->value, f->value_count, name, len, ret_value);
}

/* "!stamp", "!sign:25x8" */
static bool read_mark(const char *s, size_t len, struct layout_piece *p)
{
    static const struct {
        const char *name;
        enum layout_piece_kind kind;
        double width, height;
    } marks[] = {{"sign", LAYOUT_SIGN, 22, 7}, {"stamp", LAYOUT_STAMP, 11, 11},
                 {"bars", LAYOUT_BARS, 40, 9}, {"blank", LAYOUT_BLANK, 15, 3},
                 {"rule", LAYOUT_RULE, 25, 3}, {"seal", LAYOUT_SEAL, 17, 7}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i].name);
        if (len < n || memcmp(s, marks[i].name, n) != 0 || (len > n && s[n] != ':'))
            continue;
        p->kind = marks[i].kind;
        p->width = marks[i].width;
        p->height = marks[i].height;
        if (len > n) {
            char *end;
            p->width = strtod(s + n + 1, &end);
            if (*end == 'x')
                p->height = strtod(end + 1, &end);
            return end == s + len && p->width > 0 && p->width <= 300 && p->height > 0 &&
                   p->height <= 100;
        }
        return true;
    }
    return false;
}

static int read_place(struct layout_form *f, const struct yaml_node *n, int list, const char *s,
                      size_t len, struct layout_piece *p, struct err *e)
{
    if (*s == '!')
        return read_mark(s + 1, len - 1, p) ? 0
                                            : yaml_error(n, e, "\"%.*s\" is no mark", (int)len, s);
    if (*s == '@') {
        p->kind = LAYOUT_KEY;
        p->name = find_name(f, s + 1, len - 1);
        return p->name >= 0 ? 0 : yaml_error(n, e, "\"%.*s\" is not in names", (int)len - 1, s + 1);
    }
    p->kind = *s == '?' ? LAYOUT_CHECKS : LAYOUT_VALUE;
    if (*s == '?') {
        s++;
        len--;
    }
    if (!synth_layout_find(f, list, s, len, &p->list, &p->value))
        return yaml_error(n, e, "\"%.*s\" is no value", (int)len, s);
    const struct layout_def *d =
        p->list < 0 ? &f->value[p->value] : &f->value[p->list].column[p->value];
    if (d->kind == LAYOUT_LIST || (p->kind == LAYOUT_CHECKS && d->kind != LAYOUT_CHOOSE))
        return yaml_error(n, e, "\"%.*s\" cannot stand here", (int)len, s);
    return 0;
}

/* Joins a literal that touches a key to it. */
static bool touch(struct layout_form *f, struct layout_piece *key, const char *s, size_t len,
                  bool after)
{
    const char *copy = arena_strndup(f->arena, s, len);
    if (after)
        key->after = copy;
    else
        key->text = copy;
    return copy;
}

/* Takes the literal from `s` to the next place; `before` is the piece that ended where it starts.
 */
static int read_literal(struct layout_form *f, const struct yaml_node *n, const char **s,
                        struct layout_template *t, struct layout_piece *held, struct err *e)
{
    size_t len = strcspn(*s, "{"), from = 0, to = len;
    struct layout_piece *before = t->count ? &t->piece[t->count - 1] : NULL;
    bool place = (*s)[len] == '{', ok = true;
    if (before && (*s)[0] != ' ') {
        from = strcspn(*s, " {");
        if (before->kind == LAYOUT_KEY)
            ok = touch(f, before, *s, from, true);
        else if (before->kind == LAYOUT_VALUE || before->kind == LAYOUT_CHECKS)
            return yaml_error(n, e, "a space must stand between a value and its neighbours");
        else
            from = 0;
    }
    if (place && to > from && (*s)[to - 1] != ' ') {
        while (to > from && (*s)[to - 1] != ' ')
            to--;
        if ((*s)[len + 1] == '@')
            ok = ok && touch(f, held, *s + to, len - to, false);
        else if ((*s)[len + 1] != '!')
            return yaml_error(n, e, "a space must stand between a value and its neighbours");
        else
            to = len;
    }
    while (from < to && (*s)[from] == ' ')
        from++;
    while (to > from && (*s)[to - 1] == ' ')
        to--;
    if (to > from) {
        struct layout_piece *p = &t->piece[t->count++];
        *p = (struct layout_piece){.kind = LAYOUT_LITERAL, .list = -1, .value = -1};
        ok = ok && (p->text = arena_strndup(f->arena, *s + from, to - from));
    }
    *s += len;
    return ok ? 0 : err_set(e, ERR_NOMEM, "no memory for a text");
}

int synth_layout_template_read(struct layout_form *f, const struct yaml_node *n, int list,
                               struct layout_template *ret, struct err *e)
{
    const char *s;
    struct layout_template t = {0};
    int r = yaml_to_string(n, &s, e);
    if (r < 0)
        return r;
    size_t places = 0;
    for (const char *b = s; (b = strchr(b, '{')); b++)
        places++;
    if (places > PIECES_MAX)
        return yaml_error(n, e, "has more than %d places", PIECES_MAX);
    t.piece = arena_array(f->arena, 2 * places + 1, sizeof *t.piece);
    if (!t.piece)
        return err_set(e, ERR_NOMEM, "no memory for a text");
    while (*s) {
        struct layout_piece place = {.list = -1, .value = -1};
        if (*s != '{' || (t.count && s[-1] == '}' && s[1] != '!' &&
                          t.piece[t.count - 1].kind <= LAYOUT_CHECKS)) {
            if (*s == '{')
                return yaml_error(n, e, "a space must stand between a value and its neighbours");
            r = read_literal(f, n, &s, &t, &place, e);
            if (r < 0 || !*s)
                break;
        }
        const char *close = strchr(s, '}');
        if (!close || close == s + 1)
            return yaml_error(n, e, "a brace is not closed, or empty");
        r = read_place(f, n, list, s + 1, (size_t)(close - s - 1), &place, e);
        if (r < 0)
            break;
        t.piece[t.count++] = place;
        s = close + 1;
    }
    if (r == 0)
        *ret = t;
    return r;
}
