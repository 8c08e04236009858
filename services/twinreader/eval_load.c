#include "base/jsonr.h"
#include "twinreader/eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ITEMS = 1000000, MAX_FIELDS = 2048 };

struct loader {
    struct arena *arena;
    const char *name;
    size_t line; /* from 1 */
    struct err *e;
};

static int refuse(struct loader *l, const char *what)
{
    return err_set(l->e, ERR_FORMAT, "%s:%zu: %s", l->name, l->line, what);
}

static int no_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "the pages do not fit in memory");
}

static int copy_text(struct loader *l, const struct jsonr_value *v, const char **ret)
{
    *ret = arena_strdup(l->arena, jsonr_as_string(v, ""));
    return *ret ? 0 : no_memory(l->e);
}

/* NULL stays where there is no such member. */
static int copy_if_any(struct loader *l, const struct jsonr_value *v, const char **ret)
{
    return jsonr_kind(v) == JSONR_STRING ? copy_text(l, v, ret) : 0;
}

/* Far outside any page coordinates would only overflow. */
static float coordinate(double v)
{
    return (float)fmax(fmin(v, 1e6), -1e6);
}

static struct quad rectangle(const struct eval_rect *r)
{
    float x0 = coordinate(r->x0), y0 = coordinate(r->y0);
    float x1 = coordinate(r->x1), y1 = coordinate(r->y1);
    return (struct quad){{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
}

/* Corners x1,y1,x2,y2 ... of any polygon become its bounds; four corners are kept besides. */
static int load_box(struct loader *l, const struct jsonr_value *v, struct eval_item *ret)
{
    size_t count = jsonr_count(v);
    struct quad quad;
    struct eval_rect r = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    if (count < 4 || count % 2)
        return refuse(l, "a box must be an array of x1, y1, x2, y2 ...");
    for (size_t i = 0; i < count; i++) {
        double n = jsonr_as_number(jsonr_at(v, i), NAN);
        if (!isfinite(n))
            return refuse(l, "a box must have numbers only");
        double *low = i % 2 ? &r.y0 : &r.x0, *high = i % 2 ? &r.y1 : &r.x1;
        *low = fmin(*low, n);
        *high = fmax(*high, n);
        if (count == 8)
            *(i % 2 ? &quad.p[i / 2].y : &quad.p[i / 2].x) = coordinate(n);
    }
    ret->box = r;
    ret->quad = count == 8 ? quad : rectangle(&r);
    return 0;
}

static int load_item(struct loader *l, const struct jsonr_value *v, const char *font,
                     struct eval_item *ret)
{
    const struct jsonr_value *text = jsonr_get(v, "text");
    *ret = (struct eval_item){.confidence = jsonr_as_number(jsonr_get(v, "confidence"), -1),
                              .font = font};
    if (jsonr_kind(text) != JSONR_STRING)
        return refuse(l, "a word must have a \"text\"");
    int rc = copy_text(l, text, &ret->text);
    if (rc == 0)
        rc = copy_if_any(l, jsonr_get(v, "font"), &ret->font);
    return rc ? rc : load_box(l, jsonr_get(v, "box"), ret);
}

/* "words", and after them "hidden" ones: what is there but cannot be read. */
static int load_items(struct loader *l, const struct jsonr_value *root, const char *font,
                      struct eval_page *p)
{
    const struct jsonr_value *words = jsonr_get(root, "words"), *hidden = jsonr_get(root, "hidden");
    if (jsonr_kind(words) != JSONR_ARRAY)
        return refuse(l, "\"words\" must be an array");
    size_t readable = jsonr_count(words), count = readable + jsonr_count(hidden);
    if (count > MAX_ITEMS)
        return refuse(l, "too many words");
    struct eval_item *item = arena_array(l->arena, count + 1, sizeof *item);
    if (!item)
        return no_memory(l->e);
    for (size_t i = 0; i < count; i++) {
        const struct jsonr_value *v =
            i < readable ? jsonr_at(words, i) : jsonr_at(hidden, i - readable);
        int rc = load_item(l, v, font, &item[i]);
        if (rc)
            return rc;
        if (i >= readable)
            item[i].text = "###";
    }
    p->item = item;
    p->count = count;
    return 0;
}

struct field_list {
    struct loader *loader;
    const char *name; /* of the list whose cells are being read, and the row */
    size_t row;
    struct eval_field field[MAX_FIELDS];
    size_t count;
};

static int load_checks(struct loader *l, const struct jsonr_value *v, struct eval_field *f)
{
    size_t count = jsonr_count(v);
    struct check *check = arena_array(l->arena, count + 1, sizeof *check);
    if (!check)
        return no_memory(l->e);
    for (size_t i = 0; i < count; i++) {
        const struct jsonr_value *c = jsonr_at(v, i), *name = jsonr_get(c, "name");
        if (jsonr_kind(name) != JSONR_STRING)
            continue;
        struct check *to = &check[f->check_count++];
        to->passed = jsonr_as_bool(jsonr_get(c, "passed"), false);
        int rc = copy_text(l, name, &to->name);
        if (rc)
            return rc;
    }
    f->checks = check;
    return 0;
}

/* A field without a value was not found: it is left out. */
static int add_field(struct field_list *list, const char *name, const struct jsonr_value *v)
{
    struct loader *l = list->loader;
    const struct jsonr_value *value = jsonr_kind(v) == JSONR_OBJECT ? jsonr_get(v, "value") : v;
    if (!name)
        return no_memory(l->e);
    if (jsonr_kind(value) != JSONR_STRING)
        return 0;
    if (list->count == MAX_FIELDS)
        return refuse(l, "too many fields");
    struct eval_field *f = &list->field[list->count++];
    *f = (struct eval_field){.name = name};
    int rc = copy_text(l, value, &f->value);
    if (rc == 0)
        rc = copy_if_any(l, jsonr_get(v, "normalised"), &f->normalised);
    if (rc == 0)
        rc = copy_if_any(l, jsonr_get(v, "type"), &f->type);
    return rc ? rc : load_checks(l, jsonr_get(v, "checks"), f);
}

static int load_cell(void *user, const char *key, const struct jsonr_value *v)
{
    struct field_list *list = user;
    return add_field(
        list, arena_printf(list->loader->arena, "%s[%zu].%s", list->name, list->row, key), v);
}

/* A row is an object of cells, or an array of them with their names. */
static int load_row(struct field_list *list, const struct jsonr_value *row)
{
    int rc = jsonr_each(row, load_cell, list);
    for (size_t i = 0; rc == 0 && i < jsonr_count(row); i++) {
        const struct jsonr_value *cell = jsonr_at(row, i);
        rc = load_cell(list, jsonr_as_string(jsonr_get(cell, "name"), ""), cell);
    }
    return rc;
}

/* A list has "rows", or is an array of them. */
static int load_field(void *user, const char *key, const struct jsonr_value *v)
{
    struct field_list *list = user;
    const struct jsonr_value *rows = jsonr_kind(v) == JSONR_ARRAY ? v : jsonr_get(v, "rows");
    int rc = 0;
    if (jsonr_kind(rows) != JSONR_ARRAY)
        return add_field(list, arena_strdup(list->loader->arena, key), v);
    list->name = key;
    for (list->row = 0; rc == 0 && list->row < jsonr_count(rows); list->row++)
        rc = load_row(list, jsonr_at(rows, list->row));
    return rc;
}

static int load_fields(struct loader *l, const struct jsonr_value *v, struct eval_page *p)
{
    if (!v)
        return 0;
    if (jsonr_kind(v) != JSONR_OBJECT)
        return refuse(l, "\"fields\" must be an object");
    struct field_list list = {.loader = l};
    int rc = jsonr_each(v, load_field, &list);
    if (rc)
        return rc;
    struct eval_field *field = arena_array(l->arena, list.count + 1, sizeof *field);
    if (!field)
        return no_memory(l->e);
    memcpy(field, list.field, list.count * sizeof *field);
    p->field = field;
    p->field_count = list.count;
    p->has_fields = true;
    return 0;
}

/* What a page may say of itself. */
static int load_facts(struct loader *l, const struct jsonr_value *root, const char **ret_font,
                      struct eval_page *p)
{
    const struct {
        const char *key;
        const char **to;
    } facts[] = {{"kind", &p->kind}, {"layout", &p->layout},   {"degradation", &p->degradation},
                 {"form", &p->form}, {"verdict", &p->verdict}, {"font", ret_font}};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof facts / sizeof facts[0]; i++)
        rc = copy_if_any(l, jsonr_get(root, facts[i].key), facts[i].to);
    return rc;
}

static int load_page(struct loader *l, const char *text, size_t len, struct eval_page *ret)
{
    struct jsonr_doc *doc = NULL;
    int rc = jsonr_parse(text, len, &doc, l->e);
    if (rc) {
        err_wrap(l->e, "%s:%zu", l->name, l->line);
        return rc;
    }
    const struct jsonr_value *root = jsonr_root(doc), *image = jsonr_get(root, "image");
    const char *font = NULL;
    struct eval_page p = {
        .words = strcmp(jsonr_as_string(jsonr_get(root, "level"), "line"), "word") == 0};
    if (jsonr_kind(image) != JSONR_STRING)
        rc = refuse(l, "a page must have an \"image\"");
    if (rc == 0)
        rc = copy_text(l, image, &p.image);
    if (rc == 0)
        rc = load_facts(l, root, &font, &p);
    if (rc == 0)
        rc = load_items(l, root, font, &p);
    if (rc == 0)
        rc = load_fields(l, jsonr_get(root, "fields"), &p);
    if (rc == 0)
        *ret = p;
    jsonr_doc_destroy(doc);
    return rc;
}

static int compare_images(const void *a, const void *b)
{
    const struct eval_page *x = *(const struct eval_page *const *)a;
    const struct eval_page *y = *(const struct eval_page *const *)b;
    int order = strcmp(x->image, y->image);
    return order ? order : (x > y) - (x < y);
}

/* Of several pages of one image the last counts, in the first's place. */
static int drop_repeats(struct arena *a, struct eval_page *page, size_t *count, struct err *e)
{
    size_t kept = 0;
    struct eval_page **order = arena_array(a, *count + 1, sizeof *order);
    if (!order)
        return no_memory(e);
    for (size_t i = 0; i < *count; i++)
        order[i] = &page[i];
    qsort(order, *count, sizeof(struct eval_page *), compare_images);
    for (size_t i = 0; i < *count;) {
        size_t end = i + 1;
        while (end < *count && strcmp(order[end]->image, order[i]->image) == 0)
            end++;
        if (end - i > 1) {
            *order[i] = *order[end - 1];
            for (size_t j = i + 1; j < end; j++)
                order[j]->image = NULL;
        }
        i = end;
    }
    for (size_t i = 0; i < *count; i++)
        if (page[i].image)
            page[kept++] = page[i];
    *count = kept;
    return 0;
}

int eval_load(struct arena *a, const char *name, const char *text, size_t len, struct eval_set *ret,
              struct err *e)
{
    struct loader l = {.arena = a, .name = name, .e = e};
    size_t lines = 1, count = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    struct eval_page *page = arena_array(a, lines, sizeof *page);
    if (!page)
        return no_memory(e);
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - (text + at)) : len - at, blank = 0;
        l.line++;
        while (blank < n && strchr(" \t\r", text[at + blank]))
            blank++;
        if (blank < n) {
            int rc = load_page(&l, text + at, n, &page[count]);
            if (rc)
                return rc;
            count++;
        }
        at += n + 1;
    }
    int rc = drop_repeats(a, page, &count, e);
    if (rc)
        return rc;
    *ret = (struct eval_set){.page = page, .count = count};
    return 0;
}

const struct eval_page *eval_find(const struct eval_set *s, const char *image)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->page[i].image, image) == 0)
            return &s->page[i];
    return NULL;
}
