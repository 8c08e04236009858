/*
 * Lists of phrases of a form definition.  "@name" puts a named list in; "(a|b) c" is each of "a c"
 * and "b c", so that words which papers combine freely need not be written out.
 */
#include "twinreader/form_model.h"

#include <string.h>

enum { PHRASES_MAX = 2000, INCLUDE_DEPTH = 8, PHRASE_BYTES = 200 };

struct phrases {
    const struct form *form;
    struct fuzzy_phrase *item; /* NULL: only counted */
    size_t count;
    struct err *e;
};

static int add_phrase(struct phrases *out, const struct yaml_node *n, const char *text, bool own)
{
    if (out->count == PHRASES_MAX)
        return yaml_error(n, out->e, "must have at most %d phrases", PHRASES_MAX);
    size_t at = out->count++;
    if (!out->item)
        return 0;
    const char *kept = own ? arena_strdup(out->form->arena, text) : text;
    if (!kept)
        return err_set(out->e, ERR_NOMEM, "no memory for a form definition");
    int r = fuzzy_phrase_init(&out->item[at], kept);
    if (r == ERR_LIMIT)
        return yaml_error(n, out->e, "must be at most %d letters and digits", FUZZY_PHRASE_MAX);
    return r < 0 ? yaml_error(n, out->e, "must have a letter or a digit") : 0;
}

/* The first brackets that hold alternatives; those without a bar are part of the phrase. */
static const char *find_choice(const char *text, const char **ret_end)
{
    for (const char *open = strchr(text, '('); open; open = strchr(open + 1, '(')) {
        const char *end = open + strcspn(open + 1, "()") + 1;
        if (*end == ')' && memchr(open, '|', (size_t)(end - open))) {
            *ret_end = end;
            return open;
        }
    }
    return NULL;
}

/* Adds the phrase, or one for each way through its alternatives. */
static int add_choices(struct phrases *out, const struct yaml_node *n, const char *text, bool own)
{
    const char *end, *open = find_choice(text, &end);
    if (!open && strchr(text, '|'))
        return yaml_error(n, out->e, "a bar belongs in brackets without others in them");
    if (!open)
        return add_phrase(out, n, text, own);
    for (const char *from = open + 1; from <= end;) {
        char one[PHRASE_BYTES];
        size_t before = (size_t)(open - text), len = strcspn(from, "|)"), after = strlen(end + 1);
        if (before + len + after >= sizeof one)
            return yaml_error(n, out->e, "a phrase must be shorter than %d bytes", PHRASE_BYTES);
        memcpy(one, text, before);
        memcpy(one + before, from, len);
        memcpy(one + before + len, end + 1, after + 1);
        int r = add_choices(out, n, one, true);
        if (r < 0)
            return r;
        from += len + 1;
    }
    return 0;
}

static int add_list(struct phrases *out, const struct yaml_node *n, int depth, size_t *seen)
{
    if (n->kind == YAML_MAP)
        return yaml_error(n, out->e, "must be a phrase or a list of phrases");
    for (size_t i = 0; i < (n->kind == YAML_LIST ? n->count : 1); i++) {
        const struct yaml_node *item = n->kind == YAML_LIST ? n->item[i] : n;
        const struct yaml_node *phrases = out->form->phrases, *named;
        const char *text;
        int r = yaml_to_string(item, &text, out->e);
        if (r < 0)
            return r;
        /* Names of lists count too: empty lists that include one another must end as well. */
        if (++*seen > PHRASES_MAX)
            return yaml_error(n, out->e, "must have at most %d phrases", PHRASES_MAX);
        if (text[0] != '@') {
            r = add_choices(out, item, text, false);
        } else {
            named = phrases ? yaml_get(phrases, text + 1) : NULL;
            if (!named)
                return yaml_error(item, out->e, "no list of phrases is called \"%s\"", text + 1);
            if (depth == INCLUDE_DEPTH)
                return yaml_error(item, out->e, "lists of phrases include one another too deeply");
            r = add_list(out, named, depth + 1, seen);
        }
        if (r < 0)
            return r;
    }
    return 0;
}

int form_model_labels(struct form *f, const struct yaml_node *map, const char *key,
                      struct form_labels *ret, struct err *e)
{
    const struct yaml_node *n = yaml_get(map, key);
    struct phrases out = {.form = f, .e = e};
    size_t seen = 0;
    if (!n)
        return 0;
    int r = add_list(&out, n, 0, &seen);
    if (r < 0)
        return r;
    out.item = arena_array(f->arena, out.count + 1, sizeof *out.item);
    if (!out.item)
        return err_set(e, ERR_NOMEM, "no memory for a form definition");
    out.count = seen = 0;
    r = add_list(&out, n, 0, &seen);
    if (r == 0)
        *ret = (struct form_labels){out.item, out.count};
    return r;
}
