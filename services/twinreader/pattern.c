/*
 * A pattern is compiled into a small program (Thompson, 1968; Pike's machine as told by Russ Cox,
 * "Regular Expression Matching: the Virtual Machine Approach", 2009).  Jumps are relative, so a
 * piece of code can be moved when an operator behind it needs an instruction before it; a counted
 * repetition compiles its piece again and again from the source.
 */
#include "twinreader/pattern_code.h"

#include <string.h>

struct compiler {
    const char *source, *p;
    struct pattern *out;
    struct err *e;
    int depth, groups;
};

static int fail(struct compiler *c, int code, const char *reason)
{
    return err_set(c->e, code, "%s at character %d of the pattern", reason,
                   (int)(c->p - c->source) + 1);
}

static int emit(struct compiler *c, struct inst i)
{
    if (c->out->count == PATTERN_CODE_MAX)
        return fail(c, ERR_LIMIT, "too much repetition or text");
    c->out->code[c->out->count++] = i;
    return 0;
}

/* Makes room for one instruction at `where`, moving the piece behind it. */
static int insert(struct compiler *c, size_t where, struct inst i)
{
    int r = emit(c, i);
    if (r < 0)
        return r;
    struct inst *code = c->out->code;
    memmove(code + where + 1, code + where, (c->out->count - 1 - where) * sizeof *code);
    code[where] = i;
    return 0;
}

static uint32_t take(struct compiler *c)
{
    size_t pos = 0;
    uint32_t code = pattern_code_decode(c->p, strlen(c->p), &pos);
    c->p += pos;
    return code;
}

static bool class_add(struct char_class *k, uint32_t low, uint32_t high)
{
    if (k->count == CLASS_RANGES)
        return false;
    k->low[k->count] = low;
    k->high[k->count++] = high;
    return true;
}

static bool class_add_named(struct char_class *k, char name)
{
    switch (name) {
    case 'd':
        return class_add(k, '0', '9');
    case 's':
        return class_add(k, '\t', '\r') && class_add(k, ' ', ' ') && class_add(k, 0x3000, 0x3000);
    case 'w':
        return class_add(k, '0', '9') && class_add(k, 'a', 'z') && class_add(k, '_', '_') &&
               class_add(k, 0xc0, 0x1fff) && class_add(k, 0x3040, 0xfeff);
    default:
        return false;
    }
}

/* Equal classes are kept once: a counted repetition compiles the same one again and again. */
static int emit_class(struct compiler *c, const struct char_class *k)
{
    struct pattern *out = c->out;
    size_t i = 0;
    while (i < out->class_count && memcmp(&out->classes[i], k, sizeof *k) != 0)
        i++;
    if (i == CLASSES_MAX)
        return fail(c, ERR_LIMIT, "too many classes");
    if (i == out->class_count)
        memcpy(&out->classes[out->class_count++], k, sizeof *k);
    return emit(c, (struct inst){OP_CLASS, (uint32_t)i, 0, 0});
}

/* "[" was taken. */
static int compile_class(struct compiler *c)
{
    struct char_class k;
    memset(&k, 0, sizeof k);
    if (*c->p == '^') {
        k.negated = true;
        c->p++;
    }
    bool first = true, ok = true;
    for (; *c->p && (*c->p != ']' || first) && ok; first = false) {
        uint32_t low = take(c);
        if (low == '\\' && *c->p) {
            if (strchr("dsw", *c->p)) {
                ok = class_add_named(&k, *c->p++);
                continue;
            }
            low = take(c);
        }
        uint32_t high = low;
        if (c->p[0] == '-' && c->p[1] && c->p[1] != ']') {
            c->p++;
            high = take(c);
        }
        if (high < low)
            return fail(c, ERR_FORMAT, "a range that runs backwards");
        ok = class_add(&k, pattern_code_lower(low), pattern_code_lower(high));
    }
    if (!ok)
        return fail(c, ERR_LIMIT, "too many ranges in a class");
    if (*c->p != ']')
        return fail(c, ERR_FORMAT, "a class without ]");
    c->p++;
    return emit_class(c, &k);
}

static int compile_escape(struct compiler *c)
{
    char name = *c->p;
    if (!name)
        return fail(c, ERR_FORMAT, "a lone backslash");
    if (name == 'b') {
        c->p++;
        return emit(c, (struct inst){OP_WORD_EDGE, 0, 0, 0});
    }
    if (strchr("dswDSW", name)) {
        struct char_class k;
        memset(&k, 0, sizeof k);
        k.negated = name < 'a';
        c->p++;
        class_add_named(&k, (char)pattern_code_lower((unsigned char)name));
        return emit_class(c, &k);
    }
    if ((name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z') ||
        (name >= '0' && name <= '9'))
        return fail(c, ERR_FORMAT, "an unknown escape");
    return emit(c, (struct inst){OP_CHAR, take(c), 0, 0});
}

static int compile_choice(struct compiler *c);

static int compile_group(struct compiler *c)
{
    bool keeps = true;
    if (c->p[0] == '?' && c->p[1] == ':') {
        keeps = false;
        c->p += 2;
    }
    if (c->depth == DEPTH_MAX)
        return fail(c, ERR_LIMIT, "groups nested too deeply");
    if (keeps && c->groups + 1 == PATTERN_GROUPS)
        return fail(c, ERR_LIMIT, "more than nine groups");
    uint32_t slot = keeps ? (uint32_t)(2 * ++c->groups) : 0;
    c->depth++;
    int r = keeps ? emit(c, (struct inst){OP_SAVE, slot, 0, 0}) : 0;
    if (r == 0)
        r = compile_choice(c);
    if (r == 0 && *c->p != ')')
        r = fail(c, ERR_FORMAT, "a group without )");
    if (r < 0)
        return r;
    c->p++;
    c->depth--;
    return keeps ? emit(c, (struct inst){OP_SAVE, slot + 1, 0, 0}) : 0;
}

static int compile_atom(struct compiler *c)
{
    uint32_t code = take(c);
    switch (code) {
    case '(':
        return compile_group(c);
    case '[':
        return compile_class(c);
    case '\\':
        return compile_escape(c);
    case '.':
        return emit(c, (struct inst){OP_ANY, 0, 0, 0});
    case '^':
        return emit(c, (struct inst){OP_BEGIN, 0, 0, 0});
    case '$':
        return emit(c, (struct inst){OP_END, 0, 0, 0});
    case '*':
    case '+':
    case '?':
    case '{':
        c->p--;
        return fail(c, ERR_FORMAT, "a repetition of nothing");
    default:
        return emit(c, (struct inst){OP_CHAR, pattern_code_lower(code), 0, 0});
    }
}

/* Compiles the atom at `source` again, with the groups it had the first time. */
static int compile_again(struct compiler *c, const char *source, int groups)
{
    const char *after = c->p;
    int groups_after = c->groups;
    c->p = source;
    c->groups = groups;
    int r = compile_atom(c);
    if (r == 0) {
        c->p = after;
        c->groups = groups_after;
    }
    return r;
}

static int read_count(struct compiler *c, int *ret)
{
    int n = 0;
    bool any = false;
    for (; *c->p >= '0' && *c->p <= '9'; c->p++, any = true) {
        n = n * 10 + (*c->p - '0');
        if (n > REPEAT_MAX)
            return fail(c, ERR_LIMIT, "a count above 60");
    }
    if (any)
        *ret = n;
    return 0;
}

/* "{" was taken; -1 as `most` means no bound. */
static int read_bounds(struct compiler *c, int *ret_least, int *ret_most)
{
    int least = -1, most;
    int r = read_count(c, &least);
    if (r < 0)
        return r;
    most = least;
    if (*c->p == ',') {
        c->p++;
        most = -1;
        r = read_count(c, &most);
        if (r < 0)
            return r;
    }
    if (*c->p != '}' || least < 0 || (most >= 0 && most < least))
        return fail(c, ERR_FORMAT, "a bad {count}");
    c->p++;
    *ret_least = least;
    *ret_most = most;
    return 0;
}

/* Splits jump over the piece or into it; lazy ones prefer over. */
static struct inst split_over(int length, bool lazy)
{
    return lazy ? (struct inst){OP_SPLIT, 0, length, 1} : (struct inst){OP_SPLIT, 0, 1, length};
}

static int make_optional(struct compiler *c, size_t from, bool lazy)
{
    return insert(c, from, split_over((int)(c->out->count - from) + 1, lazy));
}

static int make_loop(struct compiler *c, size_t from, bool lazy)
{
    int length = (int)(c->out->count - from);
    int r = insert(c, from, split_over(length + 2, lazy));
    return r < 0 ? r : emit(c, (struct inst){OP_JUMP, 0, -length - 1, 0});
}

static int compile_repeat(struct compiler *c)
{
    const char *source = c->p;
    size_t start = c->out->count;
    int groups = c->groups, least = 0, most = 0, r = compile_atom(c);
    if (r < 0)
        return r;
    switch (*c->p) {
    case '*':
        least = 0, most = -1;
        break;
    case '+':
        least = 1, most = -1;
        break;
    case '?':
        least = 0, most = 1;
        break;
    case '{':
        break;
    default:
        return 0;
    }
    if (*c->p++ == '{' && (r = read_bounds(c, &least, &most)) < 0)
        return r;
    bool lazy = *c->p == '?';
    c->p += lazy;

    /* Nothing repeated, or repeated no times, would let a short pattern compile for ever. */
    if (c->out->count == start || most == 0)
        return fail(c, ERR_FORMAT, "a repetition of nothing");
    for (int i = 1; i < least && r == 0; i++)
        r = compile_again(c, source, groups);
    if (most < 0 && r == 0) {
        size_t from = start;
        if (least > 0) {
            from = c->out->count;
            r = compile_again(c, source, groups);
        }
        return r < 0 ? r : make_loop(c, from, lazy);
    }
    if (least == 0 && r == 0)
        r = make_optional(c, start, lazy);
    for (int i = least > 0 ? least : 1; i < most && r == 0; i++) {
        size_t from = c->out->count;
        r = compile_again(c, source, groups);
        if (r == 0)
            r = make_optional(c, from, lazy);
    }
    return r;
}

static int compile_choice(struct compiler *c)
{
    size_t start = c->out->count;
    while (*c->p && *c->p != ')' && *c->p != '|') {
        int r = compile_repeat(c);
        if (r < 0)
            return r;
    }
    if (*c->p != '|')
        return 0;
    c->p++;
    int r = insert(c, start, split_over((int)(c->out->count - start) + 2, false));
    size_t jump = c->out->count;
    if (r == 0)
        r = emit(c, (struct inst){OP_JUMP, 0, 0, 0});
    if (r == 0)
        r = compile_choice(c);
    if (r == 0)
        c->out->code[jump].first = (int)(c->out->count - jump);
    return r;
}

/* Collects what a match can start with, so that a search can skip most positions. */
static void collect_first(struct pattern *p, size_t pc, bool *seen)
{
    if (seen[pc])
        return;
    seen[pc] = true;
    const struct inst *i = &p->code[pc];
    switch (i->op) {
    case OP_SPLIT:
        collect_first(p, pc + (size_t)i->other, seen);
        collect_first(p, pc + (size_t)i->first, seen);
        break;
    case OP_JUMP:
        collect_first(p, pc + (size_t)i->first, seen);
        break;
    case OP_SAVE:
    case OP_BEGIN:
    case OP_WORD_EDGE:
        collect_first(p, pc + 1, seen);
        break;
    case OP_CHAR:
        if (i->arg < 128)
            p->first[i->arg] = true;
        else
            p->first_other = true;
        break;
    case OP_CLASS:
        for (uint32_t c = 0; c < 128; c++)
            p->first[c] = p->first[c] || pattern_code_class_has(&p->classes[i->arg], c);
        p->first_other = true;
        break;
    case OP_ANY:
    case OP_END:
    case OP_MATCH:
        memset(p->first, true, sizeof p->first);
        p->first_other = true;
        break;
    }
}

int pattern_compile(struct arena *a, const char *source, const struct pattern **ret, struct err *e)
{
    struct inst code[PATTERN_CODE_MAX];
    struct char_class classes[CLASSES_MAX] = {0};
    struct pattern work = {.code = code, .classes = classes};
    struct compiler c = {.source = source, .p = source, .out = &work, .e = e};
    int r = compile_choice(&c);
    if (r < 0)
        return r;
    if (*c.p)
        return fail(&c, ERR_FORMAT, "a ) without (");
    r = emit(&c, (struct inst){OP_MATCH, 0, 0, 0});
    if (r < 0)
        return r;
    work.groups = c.groups;
    work.anchored = code[0].op == OP_BEGIN;
    bool seen[PATTERN_CODE_MAX] = {0};
    collect_first(&work, 0, seen);

    struct pattern *p = arena_alloc(a, sizeof *p);
    struct inst *kept = arena_array(a, work.count, sizeof *kept);
    struct char_class *kept_classes = arena_array(a, work.class_count + 1, sizeof *kept_classes);
    if (!p || !kept || !kept_classes)
        return err_set(e, ERR_NOMEM, "no memory for a pattern");
    memcpy(kept, code, work.count * sizeof *kept);
    memcpy(kept_classes, classes, work.class_count * sizeof *kept_classes);
    *p = work;
    p->code = kept;
    p->classes = kept_classes;
    *ret = p;
    return 0;
}

int pattern_group_count(const struct pattern *p)
{
    return p->groups;
}
