#include "twinreader/text_layer.h"

#include "base/text.h"
#include "twinreader/geometry.h"

#include <stdint.h>
#include <string.h>

static int split_word(const struct text_layer_word *w, float from, float to, struct arena *a,
                      struct words_word *ret)
{
    size_t bytes = strlen(w->text), length = 0, n = 0, step;
    uint32_t code_point;
    for (size_t at = 0; (step = text_utf8_next(w->text + at, bytes - at, &code_point)); at += step)
        length++;
    struct words_char *chars = arena_array(a, length + 1, sizeof *chars);
    if (!chars)
        return ERR_NOMEM;
    for (size_t at = 0; n < length; n++, at += step) {
        step = text_utf8_next(w->text + at, bytes - at, &code_point);
        chars[n].text = arena_strndup(a, w->text + at, step);
        if (!chars[n].text)
            return ERR_NOMEM;
        chars[n].confidence = 1;
        chars[n].from = from + (to - from) * (float)n / (float)length;
        chars[n].to = from + (to - from) * (float)(n + 1) / (float)length;
    }
    *ret = (struct words_word){.chars = chars, .count = n, .from = from, .to = to};
    return 0;
}

int text_layer_lines(const struct document_page *dp, struct arena *a, struct recognised **ret,
                     struct quad **ret_boxes, size_t *ret_count, struct err *e)
{
    const struct text_layer_word *text = dp->text;
    struct recognised *lines = arena_array(a, dp->text_count + 1, sizeof *lines);
    struct quad *boxes = arena_array(a, dp->text_count + 1, sizeof *boxes);
    struct words_word *words = arena_array(a, dp->text_count + 1, sizeof *words);
    size_t count = 0;
    if (!lines || !boxes || !words)
        return err_set(e, ERR_NOMEM, "the page has too much text");
    for (size_t i = 0, end; i < dp->text_count; i = end) {
        struct geometry_box box = {text[i].x0, text[i].y0, text[i].x1, text[i].y1};
        for (end = i + 1; end < dp->text_count && text[end].line == text[i].line; end++)
            box = geometry_union(
                box, (struct geometry_box){text[end].x0, text[end].y0, text[end].x1, text[end].y1});
        float width = box.x1 - box.x0 > 0 ? box.x1 - box.x0 : 1;
        for (size_t k = i; k < end; k++)
            if (split_word(&text[k], (text[k].x0 - box.x0) / width, (text[k].x1 - box.x0) / width,
                           a, &words[k]))
                return err_set(e, ERR_NOMEM, "the page has too much text");
        lines[count] = (struct recognised){
            .words = words + i, .word_count = end - i, .confidence = 1, .bottom = 1};
        boxes[count++] = geometry_box_quad(box);
    }
    *ret = lines;
    *ret_boxes = boxes;
    *ret_count = count;
    return 0;
}
