/* JSON lines: one page, all it holds.  Word numbers count the "words" of the same object, from 0.
 */
#include "base/jsonw.h"
#include "twinreader/synth/export.h"

#include <string.h>

enum { BOX_DECIMALS = 1 };

static void write_string(struct jsonw *w, const char *key, const char *s)
{
    jsonw_key(w, key);
    jsonw_string(w, s);
}

static void write_int(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    jsonw_int(w, v);
}

static void write_box(struct jsonw *w, const struct quad *q)
{
    jsonw_key(w, "box");
    jsonw_begin_array(w);
    for (int i = 0; i < 4; i++) {
        jsonw_number(w, q->p[i].x, BOX_DECIMALS);
        jsonw_number(w, q->p[i].y, BOX_DECIMALS);
    }
    jsonw_end_array(w);
}

const char *synth_export_line_text(const struct synth_label *l, const struct synth_label_line *line,
                                   bool with_hidden, struct arena *a)
{
    size_t length = 1;
    for (size_t i = 0; i < line->count; i++)
        length += strlen(l->words[line->first + i].text) + 4;
    char *text = arena_alloc(a, length), *p = text;
    if (!text)
        return NULL;
    for (size_t i = 0; i < line->count; i++) {
        const struct synth_label_word *w = &l->words[line->first + i];
        if (w->hidden && !with_hidden)
            continue;
        if (p != text)
            *p++ = ' ';
        p = stpcpy(p, w->hidden ? "###" : w->text);
    }
    *p = '\0';
    return text;
}

/* Where words went: numbers by index in the label, and each word's line. */
struct index {
    int64_t *number; /* -1: hidden */
    int64_t *line;   /* -1: in none */
};

static bool make_index(const struct synth_label *l, struct arena *a, struct index *ret)
{
    int64_t next = 0;
    ret->number = arena_array(a, l->word_count + 1, sizeof *ret->number);
    ret->line = arena_array(a, l->word_count + 1, sizeof *ret->line);
    if (!ret->number || !ret->line)
        return false;
    for (size_t i = 0; i < l->word_count; i++) {
        ret->number[i] = l->words[i].hidden ? -1 : next++;
        ret->line[i] = -1;
    }
    for (size_t i = 0; i < l->line_count; i++)
        for (size_t k = 0; k < l->lines[i].count; k++)
            ret->line[l->lines[i].first + k] = (int64_t)i;
    return true;
}

static void write_word(struct jsonw *w, const struct synth_export_page *p,
                       const struct synth_label_word *word, int64_t line)
{
    jsonw_begin_object(w);
    write_string(w, "text", word->text);
    write_box(w, &word->box);
    write_int(w, "line", line);
    write_int(w, "block", word->block);
    write_string(w, "font", word->font < p->font_count ? p->fonts[word->font] : NULL);
    if (word->field) {
        write_string(w, "field", word->field);
        jsonw_key(w, "key");
        jsonw_bool(w, word->is_key);
    }
    jsonw_key(w, "chars");
    jsonw_begin_array(w);
    for (size_t i = 0; i < word->char_count; i++) {
        jsonw_begin_object(w);
        write_string(w, "text", word->chars[i].text);
        write_box(w, &word->chars[i].box);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void write_words(struct jsonw *w, const struct synth_export_page *p, const struct index *ix,
                        const char *key, bool hidden)
{
    const struct synth_label *l = p->label;
    jsonw_key(w, key);
    jsonw_begin_array(w);
    for (size_t i = 0; i < l->word_count; i++)
        if (l->words[i].hidden == hidden)
            write_word(w, p, &l->words[i], ix->line[i]);
    jsonw_end_array(w);
}

static int write_lines(struct jsonw *w, const struct synth_label *l, const struct index *ix,
                       struct arena *a)
{
    jsonw_key(w, "lines");
    jsonw_begin_array(w);
    for (size_t i = 0; i < l->line_count; i++) {
        const struct synth_label_line *line = &l->lines[i];
        const char *text = synth_export_line_text(l, line, true, a);
        if (!text)
            return ERR_NOMEM;
        jsonw_begin_object(w);
        write_string(w, "text", text);
        write_box(w, &line->box);
        write_int(w, "block", line->block);
        jsonw_key(w, "words");
        jsonw_begin_array(w);
        for (size_t k = 0; k < line->count; k++)
            if (ix->number[line->first + k] >= 0)
                jsonw_int(w, ix->number[line->first + k]);
        jsonw_end_array(w);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    return 0;
}

/* A block's box is upright: its lines need not be alike. */
static void write_block(struct jsonw *w, const struct synth_label *l, int block)
{
    struct point low = {1e9f, 1e9f}, high = {-1e9f, -1e9f};
    jsonw_begin_object(w);
    write_int(w, "block", block);
    jsonw_key(w, "lines");
    jsonw_begin_array(w);
    for (size_t i = 0; i < l->line_count; i++) {
        if (l->lines[i].block != block)
            continue;
        jsonw_int(w, (int64_t)i);
        for (int k = 0; k < 4; k++) {
            struct point p = l->lines[i].box.p[k];
            low = (struct point){p.x < low.x ? p.x : low.x, p.y < low.y ? p.y : low.y};
            high = (struct point){p.x > high.x ? p.x : high.x, p.y > high.y ? p.y : high.y};
        }
    }
    jsonw_end_array(w);
    struct quad box = {{low, {high.x, low.y}, high, {low.x, high.y}}};
    write_box(w, &box);
    jsonw_end_object(w);
}

static void write_blocks(struct jsonw *w, const struct synth_label *l)
{
    jsonw_key(w, "blocks");
    jsonw_begin_array(w);
    for (size_t i = 0; i < l->line_count; i++) {
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = l->lines[k].block == l->lines[i].block;
        if (!seen)
            write_block(w, l, l->lines[i].block);
    }
    jsonw_end_array(w);
}

static void write_ends(struct jsonw *w, const struct synth_label *l, const struct index *ix,
                       const char *name, const char *field, bool is_key)
{
    jsonw_key(w, name);
    jsonw_begin_array(w);
    for (size_t i = 0; i < l->word_count; i++)
        if (l->words[i].field && l->words[i].is_key == is_key && ix->number[i] >= 0 &&
            strcmp(l->words[i].field, field) == 0)
            jsonw_int(w, ix->number[i]);
    jsonw_end_array(w);
}

/* The printed name of a field and its value: which words are the one, which the other. */
static void write_links(struct jsonw *w, const struct synth_label *l, const struct index *ix)
{
    jsonw_key(w, "links");
    jsonw_begin_array(w);
    for (size_t i = 0; i < l->word_count; i++) {
        const char *field = l->words[i].field;
        bool seen = !field;
        for (size_t k = 0; k < i && !seen; k++)
            seen = l->words[k].field && strcmp(l->words[k].field, field) == 0;
        if (seen)
            continue;
        jsonw_begin_object(w);
        write_string(w, "field", field);
        write_ends(w, l, ix, "key", field, true);
        write_ends(w, l, ix, "value", field, false);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void write_facts(struct jsonw *w, const struct synth_label *l)
{
    jsonw_key(w, "facts");
    jsonw_begin_array(w);
    for (size_t i = 0; i < l->fact_count; i++) {
        jsonw_begin_object(w);
        write_string(w, "field", l->facts[i].field);
        write_string(w, "value", l->facts[i].value);
        write_string(w, "normalised", l->facts[i].normalised);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void write_value(struct jsonw *w, const struct synth_fact *f)
{
    write_string(w, "value", f->value);
    write_string(w, "normalised", f->normalised ? f->normalised : f->value);
}

/* Whether two fields are cells of the same list ("items[0].amount", "items[2].name"). */
static bool same_list(const char *x, const char *y)
{
    size_t n = strcspn(x, "[");
    return x[n] && strncmp(x, y, n + 1) == 0;
}

static bool same_row(const char *x, const char *y)
{
    size_t n = strcspn(x, "]");
    return x[n] && strncmp(x, y, n + 1) == 0;
}

static void write_row(struct jsonw *w, const struct synth_label *l, size_t first)
{
    const char *row = l->facts[first].field;
    jsonw_begin_array(w);
    for (size_t i = first; i < l->fact_count; i++) {
        const char *dot = strchr(l->facts[i].field, ']');
        if (!same_row(row, l->facts[i].field) || !dot)
            continue;
        jsonw_begin_object(w);
        write_string(w, "name", dot[1] == '.' ? dot + 2 : "");
        write_value(w, &l->facts[i]);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* A list has rows of cells, as in a reading. */
static int write_list(struct jsonw *w, const struct synth_label *l, size_t first, struct arena *a)
{
    const char *list = l->facts[first].field;
    const char *name = arena_strndup(a, list, strcspn(list, "["));
    if (!name)
        return ERR_NOMEM;
    jsonw_key(w, name);
    jsonw_begin_object(w);
    write_string(w, "type", "list");
    jsonw_key(w, "rows");
    jsonw_begin_array(w);
    for (size_t i = first; i < l->fact_count; i++) {
        bool seen = !same_list(list, l->facts[i].field);
        for (size_t k = first; k < i && !seen; k++)
            seen = same_row(l->facts[i].field, l->facts[k].field);
        if (!seen)
            write_row(w, l, i);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
    return 0;
}

static int write_fields(struct jsonw *w, const struct synth_label *l, struct arena *a)
{
    jsonw_key(w, "fields");
    jsonw_begin_object(w);
    for (size_t i = 0; i < l->fact_count; i++) {
        const char *field = l->facts[i].field;
        bool list = strchr(field, '[') != NULL, seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen =
                list ? same_list(field, l->facts[k].field) : strcmp(field, l->facts[k].field) == 0;
        if (seen)
            continue;
        if (list && write_list(w, l, i, a))
            return ERR_NOMEM;
        if (list)
            continue;
        jsonw_key(w, field);
        jsonw_begin_object(w);
        write_value(w, &l->facts[i]);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    return 0;
}

static void write_head(struct jsonw *w, const struct synth_export_page *p)
{
    const struct synth_label *l = p->label;
    write_string(w, "image", p->image);
    write_string(w, "level", "word");
    write_string(w, "kind", l->kind);
    write_string(w, "layout", l->layout);
    write_string(w, "degradation", l->degradation);
    write_int(w, "seed", (int64_t)l->seed);
    write_int(w, "page", (int64_t)l->page);
    write_int(w, "width", l->width);
    write_int(w, "height", l->height);
    jsonw_key(w, "dpi");
    jsonw_number(w, l->dpi, 2);
}

int synth_export_json(const struct synth_export_page *p, struct arena *a, struct buf *out,
                      struct err *e)
{
    const struct synth_label *l = p->label;
    struct index ix;
    struct jsonw w;
    jsonw_init(&w, out);
    if (!make_index(l, a, &ix))
        return err_set(e, ERR_NOMEM, "not enough memory for a page's labels");
    jsonw_begin_object(&w);
    write_head(&w, p);
    write_words(&w, p, &ix, "words", false);
    write_words(&w, p, &ix, "hidden", true);
    int code = write_lines(&w, l, &ix, a);
    write_blocks(&w, l);
    write_links(&w, l, &ix);
    write_facts(&w, l);
    if (code == 0)
        code = write_fields(&w, l, a);
    if (code)
        return err_set(e, code, "not enough memory for a page's labels");
    jsonw_end_object(&w);
    buf_putc(out, '\n');
    return 0;
}
