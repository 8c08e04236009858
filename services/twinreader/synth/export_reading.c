/* What a perfect reader would have read, so that what comes after reading can be tested without it.
 */
#include "base/jsonw.h"
#include "twinreader/order.h"
#include "twinreader/out_formats.h"
#include "twinreader/synth/export.h"

static int no_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "not enough memory for a page's reading");
}

static bool copy_word(const struct synth_label_word *from, struct arena *a, struct word *to)
{
    struct character *chars = arena_array(a, from->char_count + 1, sizeof *chars);
    if (!chars)
        return false;
    for (size_t i = 0; i < from->char_count; i++)
        chars[i] = (struct character){
            .text = from->chars[i].text, .confidence = 1, .box = from->chars[i].box};
    *to = (struct word){.text = from->text,
                        .confidence = 1,
                        .box = from->box,
                        .chars = chars,
                        .char_count = from->char_count};
    return true;
}

/* A line whose words cannot all be read is as wide as the rest of it. */
static struct quad between(const struct word *words, size_t count)
{
    const struct quad *first = &words[0].box, *last = &words[count - 1].box;
    return (struct quad){{first->p[0], last->p[1], last->p[2], first->p[3]}};
}

static bool copy_line(const struct synth_label *l, const struct synth_label_line *from,
                      struct arena *a, struct line *to)
{
    struct word *words = arena_array(a, from->count + 1, sizeof *words);
    const char *text = synth_export_line_text(l, from, false, a);
    size_t count = 0;
    if (!words || !text)
        return false;
    for (size_t i = 0; i < from->count; i++)
        if (!l->words[from->first + i].hidden &&
            !copy_word(&l->words[from->first + i], a, &words[count++]))
            return false;
    *to = (struct line){
        .text = text, .confidence = 1, .box = from->box, .words = words, .word_count = count};
    if (count && count < from->count)
        to->box = between(words, count);
    return true;
}

static int make_page(const struct synth_export_page *p, struct arena *a, struct page *ret,
                     struct err *e)
{
    const struct synth_label *l = p->label;
    struct line *lines = arena_array(a, l->line_count + 1, sizeof *lines);
    size_t count = 0;
    if (!lines)
        return no_memory(e);
    for (size_t i = 0; i < l->line_count; i++) {
        if (!copy_line(l, &l->lines[i], a, &lines[count]))
            return no_memory(e);
        count += lines[count].word_count > 0;
    }
    *ret = (struct page){.number = 1,
                         .source = p->image,
                         .width = l->width,
                         .height = l->height,
                         .dpi = l->dpi,
                         .lines = lines,
                         .line_count = count,
                         .form = "unknown"};
    ret->skew = order_skew(lines, count, a);
    return order_lines(lines, count, ret->skew, a, e);
}

int synth_export_reading(const struct synth_export_page *p, struct arena *a, struct buf *out,
                         struct err *e)
{
    struct page page;
    int code = make_page(p, a, &page, e);
    if (code)
        return code;
    /* No time and no id: the same page gives the same bytes. */
    struct reading r = {.name = p->image,
                        .detector = "synth",
                        .recogniser = "synth",
                        .pages = &page,
                        .page_count = 1};
    struct output_options o = {.fields = false};
    return out_json(&r, &o, out, e);
}

static void write_line(struct jsonw *w, const struct line *line)
{
    jsonw_begin_object(w);
    jsonw_key(w, "text");
    jsonw_string(w, line->text);
    jsonw_key(w, "box");
    jsonw_begin_array(w);
    for (int k = 0; k < 4; k++) {
        jsonw_number(w, line->box.p[k].x, 1);
        jsonw_number(w, line->box.p[k].y, 1);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

int synth_export_lines(const struct synth_export_page *p, struct arena *a, struct buf *out,
                       struct err *e)
{
    struct page page;
    struct jsonw w;
    int code = make_page(p, a, &page, e);
    if (code)
        return code;
    jsonw_init(&w, out);
    jsonw_begin_object(&w);
    jsonw_key(&w, "image");
    jsonw_string(&w, p->image);
    jsonw_key(&w, "level");
    jsonw_string(&w, "line");
    jsonw_key(&w, "words");
    jsonw_begin_array(&w);
    for (size_t i = 0; i < page.line_count; i++)
        write_line(&w, &page.lines[i]);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    buf_putc(out, '\n');
    return 0;
}
