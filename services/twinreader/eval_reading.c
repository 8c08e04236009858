/* Between readings and pages to be scored: a reading's lines as items, and items as lines in which
 * forms look for fields. */
#include "twinreader/eval.h"
#include "twinreader/order.h"

#include <math.h>
#include <string.h>

static int no_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "a page does not fit in memory");
}

static struct eval_rect bounds(const struct quad *q)
{
    struct eval_rect r = {(double)q->p[0].x, (double)q->p[0].y, (double)q->p[0].x,
                          (double)q->p[0].y};
    for (int i = 1; i < 4; i++) {
        r.x0 = fmin(r.x0, (double)q->p[i].x);
        r.y0 = fmin(r.y0, (double)q->p[i].y);
        r.x1 = fmax(r.x1, (double)q->p[i].x);
        r.y1 = fmax(r.y1, (double)q->p[i].y);
    }
    return r;
}

static int add_item(struct arena *a, const char *text, const struct quad *box, float confidence,
                    struct eval_item *ret, struct err *e)
{
    *ret = (struct eval_item){.text = arena_strdup(a, text),
                              .box = bounds(box),
                              .quad = *box,
                              .confidence = (double)confidence};
    return ret->text ? 0 : no_memory(e);
}

static int copy_checks(struct arena *a, const struct field *f, struct eval_field *ret)
{
    struct check *check = arena_array(a, f->check_count + 1, sizeof *check);
    if (!check)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->check_count; i++) {
        check[i] = (struct check){.name = arena_strdup(a, f->checks[i].name),
                                  .passed = f->checks[i].passed};
        if (!check[i].name)
            return ERR_NOMEM;
    }
    ret->checks = check;
    ret->check_count = f->check_count;
    return 0;
}

/* `name` is the field's own, or that of a cell with its list and row.  A field that was not found
 * has no value to compare: it is left out. */
static int copy_field(struct arena *a, const struct field *f, const char *name,
                      struct eval_field *field, size_t *count)
{
    if (!name)
        return ERR_NOMEM;
    if (!f->value)
        return 0;
    struct eval_field *copy = &field[(*count)++];
    *copy = (struct eval_field){
        .name = name,
        .value = arena_strdup(a, f->value),
        .normalised = f->normalised ? arena_strdup(a, f->normalised) : NULL,
        .type = arena_strdup(a, f->type),
    };
    if (!copy->value || !copy->type || (f->normalised && !copy->normalised))
        return ERR_NOMEM;
    return copy_checks(a, f, copy);
}

static size_t count_fields(const struct page *p)
{
    size_t count = p->field_count;
    for (size_t i = 0; i < p->field_count; i++)
        for (size_t j = 0; j < p->fields[i].row_count; j++)
            count += p->fields[i].rows[j].cell_count;
    return count;
}

static int copy_fields(struct arena *a, const struct page *p, struct eval_field *field,
                       size_t *count, struct err *e)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < p->field_count; i++) {
        const struct field *f = &p->fields[i];
        rc = copy_field(a, f, arena_strdup(a, f->name), field, count);
        for (size_t j = 0; rc == 0 && j < f->row_count; j++)
            for (size_t k = 0; rc == 0 && k < f->rows[j].cell_count; k++) {
                const struct field *cell = &f->rows[j].cells[k];
                rc = copy_field(a, cell, arena_printf(a, "%s[%zu].%s", f->name, j, cell->name),
                                field, count);
            }
    }
    return rc ? no_memory(e) : 0;
}

/* What a reading says of the whole page; of several pages the last one that says something. */
static int copy_verdict(struct arena *a, const struct page *p, struct eval_page *ret, struct err *e)
{
    if (p->form && !(ret->form = arena_strdup(a, p->form)))
        return no_memory(e);
    if (p->verdict && !(ret->verdict = arena_strdup(a, p->verdict)))
        return no_memory(e);
    return 0;
}

int eval_from_reading(struct arena *a, const struct reading *r, const char *image, bool words,
                      struct eval_page *ret, struct err *e)
{
    size_t items = 0, fields = 0, n = 0, found = 0;
    for (size_t i = 0; i < r->page_count; i++) {
        fields += count_fields(&r->pages[i]);
        for (size_t j = 0; j < r->pages[i].line_count; j++)
            items += words ? r->pages[i].lines[j].word_count : 1;
    }
    struct eval_item *item = arena_array(a, items + 1, sizeof *item);
    struct eval_field *field = arena_array(a, fields + 1, sizeof *field);
    struct eval_page made = {.image = arena_strdup(a, image), .words = words};
    if (!item || !field || !made.image)
        return no_memory(e);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < r->page_count; i++) {
        const struct page *p = &r->pages[i];
        for (size_t j = 0; rc == 0 && j < p->line_count; j++) {
            const struct line *l = &p->lines[j];
            if (!words)
                rc = add_item(a, l->text, &l->box, l->confidence, &item[n++], e);
            for (size_t k = 0; words && rc == 0 && k < l->word_count; k++)
                rc = add_item(a, l->words[k].text, &l->words[k].box, l->words[k].confidence,
                              &item[n++], e);
        }
        if (rc == 0)
            rc = copy_fields(a, p, field, &found, e);
        if (rc == 0)
            rc = copy_verdict(a, p, &made, e);
    }
    if (rc)
        return rc;
    made.item = item;
    made.count = n;
    made.field = field;
    made.field_count = found;
    made.has_fields = true;
    *ret = made;
    return 0;
}

static struct quad rectangle(double x0, double y0, double x1, double y1)
{
    float l = (float)x0, t = (float)y0, r = (float)x1, b = (float)y1;
    return (struct quad){{{l, t}, {r, t}, {r, b}, {l, b}}};
}

static size_t sequence(const char *s)
{
    size_t n = 1;
    while ((s[n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* A word of a text whose characters are taken to be equally wide. */
static int make_word(struct arena *a, const struct eval_item *item, const char *s, size_t len,
                     double width, size_t column, struct word *w)
{
    const struct eval_rect *b = &item->box;
    struct character *chars = arena_array(a, len, sizeof *chars);
    w->text = arena_strndup(a, s, len);
    if (!chars || !w->text)
        return ERR_NOMEM;
    for (size_t i = 0; i < len; i += sequence(s + i)) {
        double x = b->x0 + width * (double)(column + w->char_count);
        struct character *c = &chars[w->char_count++];
        *c = (struct character){.text = arena_strndup(a, s + i, sequence(s + i)),
                                .confidence = 1,
                                .box = rectangle(x, b->y0, x + width, b->y1)};
        if (!c->text)
            return ERR_NOMEM;
    }
    double x = b->x0 + width * (double)column;
    w->confidence = 1;
    w->chars = chars;
    w->box = rectangle(x, b->y0, x + width * (double)w->char_count, b->y1);
    return 0;
}

static int make_line(struct arena *a, const struct eval_item *item, struct line *l)
{
    size_t columns = 0, column = 0;
    for (const char *s = item->text; *s; s += sequence(s))
        columns++;
    double width = columns ? (item->box.x1 - item->box.x0) / (double)columns : 0;
    struct word *word = arena_array(a, strlen(item->text) / 2 + 1, sizeof *word);
    if (!word)
        return ERR_NOMEM;
    for (const char *s = item->text; *s;) {
        size_t len = strcspn(s, " \t");
        if (len) {
            struct word *w = &word[l->word_count++];
            int rc = make_word(a, item, s, len, width, column, w);
            if (rc)
                return rc;
            column += w->char_count;
        }
        s += len;
        if (*s) {
            s++;
            column++;
        }
    }
    l->text = item->text;
    l->confidence = 1;
    l->box = rectangle(item->box.x0, item->box.y0, item->box.x1, item->box.y1);
    l->words = word;
    return 0;
}

int eval_extract_fields(struct arena *a, const struct forms *f, struct eval_page *page,
                        struct err *e)
{
    struct page p = {.number = 1};
    struct line *line = arena_array(a, page->count + 1, sizeof *line);
    if (!line)
        return no_memory(e);
    for (size_t i = 0; i < page->count; i++) {
        if (make_line(a, &page->item[i], &line[p.line_count]))
            return no_memory(e);
        p.line_count += line[p.line_count].word_count > 0;
        p.width = (int)fmin(fmax(p.width, page->item[i].box.x1), 1e6);
        p.height = (int)fmin(fmax(p.height, page->item[i].box.y1), 1e6);
    }
    p.lines = line;
    int rc = order_lines(line, p.line_count, order_skew(line, p.line_count, a), a, e);
    if (rc == 0)
        rc = forms_extract(f, a, &p, e);
    if (rc)
        return rc;
    size_t count = 0;
    struct eval_field *field = arena_array(a, count_fields(&p) + 1, sizeof *field);
    if (!field)
        return no_memory(e);
    rc = copy_fields(a, &p, field, &count, e);
    if (rc == 0)
        rc = copy_verdict(a, &p, page, e);
    if (rc)
        return rc;
    page->field = field;
    page->field_count = count;
    page->has_fields = true;
    return 0;
}
