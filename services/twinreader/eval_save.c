#include "twinreader/eval_save.h"

#include "base/jsonw.h"

#include <errno.h>
#include <stdio.h>

static void write_string(struct jsonw *w, const char *key, const char *s)
{
    jsonw_key(w, key);
    jsonw_string(w, s);
}

static void write_item(struct jsonw *w, const struct eval_item *item)
{
    jsonw_begin_object(w);
    write_string(w, "text", item->text);
    jsonw_key(w, "box");
    jsonw_begin_array(w);
    for (int k = 0; k < 4; k++) { /* six digits are enough to score the same again */
        jsonw_number(w, (double)item->quad.p[k].x, 6);
        jsonw_number(w, (double)item->quad.p[k].y, 6);
    }
    jsonw_end_array(w);
    if (item->confidence >= 0) {
        jsonw_key(w, "confidence");
        jsonw_number(w, item->confidence, 4);
    }
    jsonw_end_object(w);
}

static void write_field(struct jsonw *w, const struct eval_field *f)
{
    jsonw_key(w, f->name);
    jsonw_begin_object(w);
    write_string(w, "value", f->value);
    write_string(w, "normalised", f->normalised);
    write_string(w, "type", f->type);
    if (f->check_count) {
        jsonw_key(w, "checks");
        jsonw_begin_array(w);
        for (size_t i = 0; i < f->check_count; i++) {
            jsonw_begin_object(w);
            write_string(w, "name", f->checks[i].name);
            jsonw_key(w, "passed");
            jsonw_bool(w, f->checks[i].passed);
            jsonw_end_object(w);
        }
        jsonw_end_array(w);
    }
    jsonw_end_object(w);
}

static void write_page(struct jsonw *w, const struct eval_page *p, bool fields)
{
    jsonw_begin_object(w);
    write_string(w, "image", p->image);
    write_string(w, "level", p->words ? "word" : "line");
    jsonw_key(w, "words");
    jsonw_begin_array(w);
    for (size_t i = 0; i < p->count; i++)
        write_item(w, &p->item[i]);
    jsonw_end_array(w);
    if (fields) {
        if (p->form)
            write_string(w, "form", p->form);
        if (p->verdict)
            write_string(w, "verdict", p->verdict);
        jsonw_key(w, "fields");
        jsonw_begin_object(w);
        for (size_t i = 0; i < p->field_count; i++)
            write_field(w, &p->field[i]);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

int eval_save(const char *path, const struct eval_page *const *page, size_t count, bool fields,
              struct err *e)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return err_set_errno(e, ERR_IO, errno, "%s", path);
    struct buf line;
    int rc = 0;
    buf_init(&line, 0);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct jsonw w;
        if (!page[i])
            continue;
        buf_clear(&line);
        jsonw_init(&w, &line);
        write_page(&w, page[i], fields);
        buf_putc(&line, '\n');
        rc = buf_status(&line);
        if (rc)
            err_set(e, rc, "%s: not enough memory", path);
        else if (fwrite(line.data, line.len, 1, f) != 1)
            rc = err_set_errno(e, ERR_IO, errno, "%s", path);
    }
    if (fclose(f) && rc == 0)
        rc = err_set_errno(e, ERR_IO, errno, "%s", path);
    buf_finish(&line);
    return rc;
}
