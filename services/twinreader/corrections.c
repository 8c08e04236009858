#include "twinreader/corrections.h"

#include "base/jsonr.h"
#include "base/jsonw.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_INDEX = 99999, BOX_DECIMALS = 1, CONFIDENCE_DECIMALS = 4 };

static const double max_coordinate = 1e8;
static const int64_t max_revision = INT64_C(1) << 53;

/* Takes "123" up to `end` from `*p`, without sign or leading zeros: a target has one name only. */
static bool take_index(const char **p, char end, size_t *ret)
{
    const char *s = *p;
    size_t n = 0;
    if (*s == '0' && s[1] >= '0' && s[1] <= '9')
        return false;
    for (; *s >= '0' && *s <= '9'; s++)
        if ((n = n * 10 + (size_t)(*s - '0')) > MAX_INDEX)
            return false;
    if (s == *p || *s != end)
        return false;
    *p = s + (end != '\0');
    *ret = n;
    return true;
}

/* Takes a name up to the next ":" or the end. */
static bool take_name(const char **p, char ret[CORRECTIONS_NAME_MAX + 1])
{
    size_t len = strcspn(*p, ":");
    if (len == 0 || len > CORRECTIONS_NAME_MAX)
        return false;
    memcpy(ret, *p, len);
    ret[len] = '\0';
    *p += len;
    return true;
}

bool corrections_target_parse(const char *text, struct corrections_target *ret)
{
    struct corrections_target t = {0};
    const char *p = text;
    if (strncmp(p, "word:", 5) == 0) {
        p += 5;
        if (!take_index(&p, ':', &t.line) || !take_index(&p, '\0', &t.word))
            return false;
    } else if (strncmp(p, "field:", 6) == 0) {
        p += 6;
        t.is_field = true;
        if (!take_name(&p, t.name))
            return false;
        t.is_cell = *p == ':';
        p += t.is_cell;
        if (t.is_cell && (!take_index(&p, ':', &t.row) || !take_name(&p, t.cell)))
            return false;
        if (*p)
            return false;
    } else {
        return false;
    }
    *ret = t;
    return true;
}

bool corrections_text_valid(const char *text, size_t max)
{
    size_t len = strlen(text), count = 0;
    if (len == 0 || text[0] == ' ' || text[len - 1] == ' ')
        return false;
    while (len > 0) {
        uint32_t c;
        size_t n = text_utf8_next(text, len, &c);
        if (n == 0 || c < 0x20 || (c >= 0x7f && c <= 0x9f) || ++count > max)
            return false;
        text += n;
        len -= n;
    }
    return true;
}

struct correction *corrections_get(const struct corrections *c, int page, const char *target)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].page == page && strcmp(c->items[i].target, target) == 0)
            return &c->items[i];
    return NULL;
}

static void put_text(struct jsonw *w, const char *key, const char *value)
{
    jsonw_key(w, key);
    jsonw_string(w, value);
}

static bool has_place(const struct quad *q)
{
    for (int i = 0; i < 4; i++)
        if (q->p[i].x != 0 || q->p[i].y != 0)
            return true;
    return false;
}

static void put_one(struct jsonw *w, const struct correction *c)
{
    jsonw_begin_object(w);
    jsonw_key(w, "page");
    jsonw_int(w, c->page);
    put_text(w, "target", c->target);
    put_text(w, "original", c->original);
    put_text(w, "value", c->value);
    put_text(w, "normalised", c->normalised);
    jsonw_key(w, "box");
    if (has_place(&c->box)) {
        jsonw_begin_array(w);
        for (int i = 0; i < 4; i++) {
            jsonw_number(w, c->box.p[i].x, BOX_DECIMALS);
            jsonw_number(w, c->box.p[i].y, BOX_DECIMALS);
        }
        jsonw_end_array(w);
    } else {
        jsonw_null(w);
    }
    jsonw_key(w, "confidence");
    jsonw_number(w, c->confidence, CONFIDENCE_DECIMALS);
    put_text(w, "detector", c->detector);
    put_text(w, "recogniser", c->recogniser);
    put_text(w, "key", c->key);
    put_text(w, "by", c->by);
    put_text(w, "at", c->at);
    jsonw_key(w, "revision");
    jsonw_int(w, c->revision);
    jsonw_end_object(w);
}

void corrections_one_to_json(const struct correction *c, struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    put_one(&w, c);
}

void corrections_to_json(const struct corrections *c, struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_begin_object(&w);
    put_text(&w, "schema", "corrections/1");
    jsonw_key(&w, "revision");
    jsonw_int(&w, c->revision);
    jsonw_key(&w, "corrections");
    jsonw_begin_array(&w);
    for (size_t i = 0; i < c->count; i++)
        put_one(&w, &c->items[i]);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    buf_putc(out, '\n');
}

/* Reads one item; every failure but memory is the same to whoever looks after the file. */
struct reader {
    struct arena *arena;
    bool full;
};

static bool get_text(struct reader *rd, const struct jsonr_value *v, const char *key, bool nullable,
                     const char **ret)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    const char *s = jsonr_as_string(m, NULL);
    if (!s)
        return nullable && jsonr_kind(m) == JSONR_NULL;
    *ret = arena_strdup(rd->arena, s);
    rd->full = rd->full || !*ret;
    return *ret != NULL;
}

static bool get_integer(const struct jsonr_value *v, const char *key, int64_t max, int64_t *ret)
{
    double n = jsonr_as_number(jsonr_get(v, key), -1);
    if (!(n >= 0 && n <= (double)max) || n != floor(n))
        return false;
    *ret = (int64_t)n;
    return true;
}

static bool get_box(const struct jsonr_value *v, struct quad *ret)
{
    const struct jsonr_value *m = jsonr_get(v, "box");
    if (jsonr_kind(m) == JSONR_NULL)
        return true;
    if (jsonr_count(m) != 8)
        return false;
    for (size_t i = 0; i < 8; i++) {
        double n = jsonr_as_number(jsonr_at(m, i), NAN);
        if (!(fabs(n) <= max_coordinate))
            return false;
        if (i % 2)
            ret->p[i / 2].y = (float)n;
        else
            ret->p[i / 2].x = (float)n;
    }
    return true;
}

static bool get_one(struct reader *rd, const struct jsonr_value *v, struct correction *c)
{
    struct corrections_target t;
    int64_t page = 0;
    double confidence = jsonr_as_number(jsonr_get(v, "confidence"), -1);
    if (!get_integer(v, "page", MAX_INDEX, &page) || page < 1 ||
        !get_text(rd, v, "target", false, &c->target) || !corrections_target_parse(c->target, &t) ||
        !get_text(rd, v, "original", true, &c->original) ||
        !get_text(rd, v, "value", false, &c->value) ||
        !get_text(rd, v, "normalised", true, &c->normalised) || !get_box(v, &c->box) ||
        !(confidence >= 0 && confidence <= 1) || !get_text(rd, v, "detector", true, &c->detector) ||
        !get_text(rd, v, "recogniser", true, &c->recogniser) ||
        !get_text(rd, v, "key", false, &c->key) || !get_text(rd, v, "by", true, &c->by) ||
        !get_text(rd, v, "at", false, &c->at) ||
        !get_integer(v, "revision", max_revision, &c->revision))
        return false;
    c->page = (int)page;
    c->confidence = (float)confidence;
    return true;
}

int corrections_from_json(struct arena *a, const char *text, size_t len, struct corrections *ret,
                          struct err *e)
{
    struct reader rd = {.arena = a};
    struct corrections c = {0};
    struct jsonr_doc *doc = NULL;
    int rc = len ? jsonr_parse(text, len, &doc, e) : 0;
    if (rc)
        return rc;
    const struct jsonr_value *root = doc ? jsonr_root(doc) : NULL;
    const struct jsonr_value *array = jsonr_get(root, "corrections");
    c.count = jsonr_count(array);
    if (len && (jsonr_kind(array) != JSONR_ARRAY ||
                strcmp(jsonr_as_string(jsonr_get(root, "schema"), ""), "corrections/1") != 0 ||
                !get_integer(root, "revision", max_revision, &c.revision))) {
        rc = err_set(e, ERR_FORMAT, "corrections: not a file of corrections");
        goto out;
    }
    if (c.count > CORRECTIONS_MAX) {
        rc = err_set(e, ERR_LIMIT, "corrections: more than %d", CORRECTIONS_MAX);
        goto out;
    }
    c.items = arena_array(a, c.count + 1, sizeof *c.items);
    rd.full = !c.items;
    for (size_t i = 0; !rd.full && !rc && i < c.count; i++)
        if (!get_one(&rd, jsonr_at(array, i), &c.items[i]) && !rd.full)
            rc = err_set(e, ERR_FORMAT, "corrections: item %zu is wrong", i);
    if (rd.full)
        rc = err_set(e, ERR_NOMEM, "out of memory for corrections");
    if (!rc)
        *ret = c;
out:
    jsonr_doc_destroy(doc);
    return rc;
}
