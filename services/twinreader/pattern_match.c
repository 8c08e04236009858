/*
 * Running a pattern's program: a list of threads goes over the text once, a thread for each place
 * in the program that the text so far can have led to.
 */
#include "twinreader/pattern_code.h"

#include <string.h>

uint32_t pattern_code_lower(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

uint32_t pattern_code_decode(const char *s, size_t len, size_t *pos)
{
    unsigned char c = (unsigned char)s[*pos];
    size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    if (*pos + n > len)
        n = 1;
    uint32_t code = n == 1 ? c : c & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        code = code << 6 | ((unsigned char)s[*pos + i] & 0x3f);
    *pos += n;
    return code;
}

bool pattern_code_class_has(const struct char_class *k, uint32_t code)
{
    bool in = false;
    for (size_t i = 0; i < k->count && !in; i++)
        in = code >= k->low[i] && code <= k->high[i];
    return in != k->negated;
}

/* One state of the machine: where it is in the program and what its groups hold. */
struct thread {
    uint16_t pc;
    int16_t slot[2 * PATTERN_GROUPS];
};

struct machine {
    const struct pattern *p;
    const char *text;
    size_t len;
    uint16_t mark[PATTERN_CODE_MAX]; /* step in which the instruction was entered last */
    uint16_t step;
    struct thread *next;
    size_t next_count;
};

static bool is_word(const char *text, size_t len, size_t i)
{
    if (i >= len)
        return false;
    unsigned char c = (unsigned char)text[i];
    return (c >= '0' && c <= '9') ||
           (pattern_code_lower(c) >= 'a' && pattern_code_lower(c) <= 'z') || c == '_' || c >= 0x80;
}

/* Follows jumps until an instruction that takes a character; the first to arrive wins. */
static void enter(struct machine *m, size_t pc, size_t pos, int16_t *slot)
{
    if (m->mark[pc] == m->step)
        return;
    m->mark[pc] = m->step;
    const struct inst *i = &m->p->code[pc];
    int16_t old;
    switch (i->op) {
    case OP_JUMP:
        enter(m, pc + (size_t)i->first, pos, slot);
        break;
    case OP_SPLIT:
        enter(m, pc + (size_t)i->first, pos, slot);
        enter(m, pc + (size_t)i->other, pos, slot);
        break;
    case OP_SAVE:
        old = slot[i->arg];
        slot[i->arg] = (int16_t)pos;
        enter(m, pc + 1, pos, slot);
        slot[i->arg] = old;
        break;
    case OP_BEGIN:
        if (pos == 0)
            enter(m, pc + 1, pos, slot);
        break;
    case OP_END:
        if (pos == m->len)
            enter(m, pc + 1, pos, slot);
        break;
    case OP_WORD_EDGE:
        if ((pos > 0 && is_word(m->text, m->len, pos - 1)) != is_word(m->text, m->len, pos))
            enter(m, pc + 1, pos, slot);
        break;
    default:
        m->next[m->next_count].pc = (uint16_t)pc;
        memcpy(m->next[m->next_count++].slot, slot, sizeof m->next->slot);
    }
}

static bool takes(const struct pattern *p, const struct inst *i, uint32_t code)
{
    switch (i->op) {
    case OP_CHAR:
        return i->arg == code;
    case OP_ANY:
        return true;
    case OP_CLASS:
        return pattern_code_class_has(&p->classes[i->arg], code);
    default:
        return false;
    }
}

static bool may_start(const struct pattern *p, const char *text, size_t len, size_t pos)
{
    unsigned char c = pos < len ? (unsigned char)text[pos] : 0;
    return pos == len || (c < 128 ? p->first[pattern_code_lower(c)] : p->first_other);
}

bool pattern_search(const struct pattern *p, const char *text, size_t len, size_t from,
                    struct pattern_match *ret)
{
    struct thread lists[2][PATTERN_CODE_MAX];
    struct machine m = {.p = p, .text = text, .step = 0};
    m.len = len < PATTERN_TEXT_MAX ? len : PATTERN_TEXT_MAX;
    int16_t found[2 * PATTERN_GROUPS], none[2 * PATTERN_GROUPS];
    memset(none, -1, sizeof none);
    bool matched = false;
    size_t pos = from, count = 0;
    int which = 0;
    while (pos <= m.len) {
        if (count == 0) {
            if (matched || (p->anchored && pos > 0))
                break;
            while (pos < m.len && !may_start(p, text, m.len, pos))
                pos++;
        }
        m.step++;
        m.next = lists[which ^ 1];
        m.next_count = 0;
        /* Threads of this position: those that came here, then a new one while nothing matched. */
        struct thread *now = lists[which];
        size_t after = pos;
        uint32_t code =
            pos < m.len ? pattern_code_lower(pattern_code_decode(text, m.len, &after)) : 0;
        if (!matched && may_start(p, text, m.len, pos)) {
            m.next = now;
            m.next_count = count;
            for (size_t i = 0; i < count; i++)
                m.mark[now[i].pc] = m.step;
            int16_t slot[2 * PATTERN_GROUPS];
            memcpy(slot, none, sizeof slot);
            slot[0] = (int16_t)pos;
            enter(&m, 0, pos, slot);
            count = m.next_count;
            m.next = lists[which ^ 1];
            m.next_count = 0;
            m.step++;
        }
        for (size_t i = 0; i < count; i++) {
            struct thread *t = &now[i];
            const struct inst *inst = &p->code[t->pc];
            if (inst->op == OP_MATCH) {
                memcpy(found, t->slot, sizeof found);
                found[1] = (int16_t)pos;
                matched = true;
                break;
            }
            if (pos < m.len && takes(p, inst, code))
                enter(&m, t->pc + 1u, after, t->slot);
        }
        count = m.next_count;
        which ^= 1;
        if (pos == m.len)
            break;
        pos = after;
    }
    if (matched && ret)
        for (int g = 0; g < PATTERN_GROUPS; g++) {
            ret->start[g] = found[2 * g];
            ret->end[g] = found[2 * g + 1];
        }
    return matched;
}
