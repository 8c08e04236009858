#include "twinreader/mask.h"

#include "base/text.h"
#include "image/encode.h"
#include "twinreader/extract.h"
#include "twinreader/mask_flag.h"
#include "twinreader/mask_look.h"

#include <math.h>
#include <string.h>

/* What is painted goes so much beyond the characters' boxes, which are only about right. */
static const float BEYOND_X = 0.3f, BEYOND_Y = 0.12f;

static int no_memory(struct err *e)
{
    return err_set(e, ERR_NOMEM, "not enough memory to mask a page");
}

int mask_find(struct arena *a, const struct page *page, struct mask_places *ret, struct err *e)
{
    struct mask_word *words;
    size_t count;
    if (mask_flag(a, page, &words, &count) < 0)
        return no_memory(e);
    struct mask_places out = {.box = arena_array(a, count + 1, sizeof *out.box)};
    if (!out.box)
        return no_memory(e);
    for (size_t i = 0; i < count; i++) {
        const struct mask_word *w = &words[i];
        struct quad box = {0};
        size_t first = 0, end = w->count;
        while (first < end && !w->flag[first])
            first++;
        while (end > first && !w->flag[end - 1])
            end--;
        if (first == end)
            continue;
        for (size_t k = first; k < end && w->word->char_count > 0; k++)
            box = k > first ? extract_quad_join(box, w->word->chars[k].box) : w->word->chars[k].box;
        out.box[out.count++] = w->word->char_count > 0 ? box : w->word->box;
    }
    *ret = out;
    return 0;
}

int mask_text(struct arena *a, const char *text, const char **ret, struct err *e)
{
    *ret = NULL;
    if (!text)
        return 0;
    size_t len = strlen(text), count = 0;
    char *folded = arena_alloc(a, len + 1), *out = arena_strdup(a, text);
    size_t *from = arena_array(a, len + 1, sizeof *from);
    bool *marked = arena_array(a, len + 1, sizeof *marked);
    if (!folded || !out || !from || !marked)
        return no_memory(e);
    for (int dashes = 0; dashes < 2; dashes++) {
        count = 0;
        for (size_t i = 0, n; i < len; i += n) {
            uint32_t code = '#';
            n = text_utf8_next(text + i, len - i, &code);
            n = n ? n : 1;
            if (code == ' ' && !dashes)
                continue;
            from[count] = i;
            folded[count++] = code == ' ' ? '-' : mask_look_fold(code);
        }
        memset(marked, 0, count * sizeof *marked);
        mask_look_digits(folded, count);
        mask_look(folded, count, dashes == 0, marked);
        for (size_t i = 0; i < count; i++)
            if (marked[i])
                out[from[i]] = '*';
    }
    *ret = out;
    return 0;
}

/* All digits of a text. */
static int mask_digits(struct arena *a, const char *text, const char **ret)
{
    static const char alike[] = "0123456789OolI|";
    char *out = text ? arena_strdup(a, text) : NULL;
    for (char *p = out; p && *p; p++)
        if (strchr(alike, *p))
            *p = '*';
    *ret = out;
    return text && !out ? ERR_NOMEM : 0;
}

static int mask_field(struct arena *a, struct field *f, struct err *e)
{
    bool whole = mask_is_personal(f->name);
    int r = whole ? mask_digits(a, f->value, &f->value) : mask_text(a, f->value, &f->value, e);
    if (r == 0)
        r = whole ? mask_digits(a, f->normalised, &f->normalised)
                  : mask_text(a, f->normalised, &f->normalised, e);
    struct check *checks = r == 0 ? arena_array(a, f->check_count + 1, sizeof *checks) : NULL;
    if (!checks)
        return r < 0 ? r : ERR_NOMEM;
    for (size_t i = 0; i < f->check_count && r == 0; i++) {
        checks[i] = f->checks[i];
        r = mask_text(a, checks[i].detail, &checks[i].detail, e);
    }
    f->checks = f->check_count ? checks : NULL;
    f->original = NULL; /* what a person corrected shows as little as the value */
    return r;
}

static int mask_row(struct arena *a, struct field_row *row, struct err *e)
{
    struct field *cells = arena_array(a, row->cell_count + 1, sizeof *cells);
    int r = cells ? 0 : ERR_NOMEM;
    for (size_t i = 0; i < row->cell_count && r == 0; i++) {
        cells[i] = row->cells[i];
        r = mask_field(a, &cells[i], e);
    }
    row->cells = cells;
    return r;
}

static int mask_fields(struct arena *a, struct page *p, struct err *e)
{
    struct field *fields = arena_array(a, p->field_count + 1, sizeof *fields);
    const char **reasons = arena_array(a, p->reason_count + 1, sizeof *reasons);
    int r = fields && reasons ? 0 : ERR_NOMEM;
    for (size_t i = 0; i < p->field_count && r == 0; i++) {
        fields[i] = p->fields[i];
        r = mask_field(a, &fields[i], e);
        if (r < 0 || !fields[i].rows)
            continue;
        struct field_row *rows = arena_array(a, fields[i].row_count + 1, sizeof *rows);
        r = rows ? 0 : ERR_NOMEM;
        for (size_t k = 0; k < fields[i].row_count && r == 0; k++) {
            rows[k] = fields[i].rows[k];
            r = mask_row(a, &rows[k], e);
        }
        fields[i].rows = rows;
    }
    for (size_t i = 0; i < p->reason_count && r == 0; i++)
        r = mask_text(a, p->reasons[i], &reasons[i], e);
    p->fields = p->field_count ? fields : p->fields;
    p->reasons = p->reason_count ? reasons : p->reasons;
    return r;
}

/* A copy of the word with its flagged characters starred. */
static int star_word(struct arena *a, const struct mask_word *from, struct word *to)
{
    const struct word *w = from->word;
    struct character *chars = arena_array(a, w->char_count + 1, sizeof *chars);
    size_t size = strlen(w->text) + w->char_count + 1, len = 0;
    char *text = arena_alloc(a, size);
    if (!chars || !text)
        return ERR_NOMEM;
    for (size_t i = 0; i < from->count; i++) {
        char byte[2] = {w->char_count ? '*' : w->text[i], '\0'};
        const char *one = from->flag[i] ? "*" : w->char_count ? w->chars[i].text : byte;
        size_t n = strlen(one);
        if (len + n < size) {
            memcpy(text + len, one, n);
            len += n;
        }
        if (w->char_count > 0) {
            chars[i] = w->chars[i];
            chars[i].text = one;
        }
    }
    *to = *w;
    to->text = text;
    to->chars = w->char_count ? chars : NULL;
    to->original = NULL;
    return 0;
}

static int star_lines(struct arena *a, const struct mask_word *from, struct page *p)
{
    struct line *lines = arena_array(a, p->line_count + 1, sizeof *lines);
    if (!lines)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->line_count; i++) {
        struct word *words = arena_array(a, p->lines[i].word_count + 1, sizeof *words);
        size_t size = 1;
        if (!words)
            return ERR_NOMEM;
        for (size_t k = 0; k < p->lines[i].word_count; k++) {
            if (star_word(a, from++, &words[k]) < 0)
                return ERR_NOMEM;
            size += strlen(words[k].text) + 1;
        }
        char *text = arena_alloc(a, size), *end = text;
        if (!text)
            return ERR_NOMEM;
        for (size_t k = 0; k < p->lines[i].word_count; k++)
            end = stpcpy(k ? stpcpy(end, " ") : end, words[k].text);
        lines[i] = p->lines[i];
        lines[i].words = words;
        if (p->lines[i].word_count > 0)
            lines[i].text = text;
    }
    p->lines = lines;
    return 0;
}

int mask_page(struct arena *a, struct page *page, struct err *e)
{
    struct mask_word *words;
    size_t count;
    int r = mask_flag(a, page, &words, &count);
    if (r == 0)
        r = star_lines(a, words, page);
    if (r == 0)
        r = mask_fields(a, page, e);
    return r < 0 ? no_memory(e) : 0;
}

int mask_reading(struct reading *reading, struct err *e)
{
    int r = 0;
    for (size_t i = 0; i < reading->page_count && r == 0; i++)
        r = mask_page(reading->arena, &reading->pages[i], e);
    return r;
}

static void bounds(const struct quad *q, struct extract_box *b)
{
    *b = (struct extract_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int i = 0; i < 4; i++) {
        b->x0 = fminf(b->x0, q->p[i].x);
        b->y0 = fminf(b->y0, q->p[i].y);
        b->x1 = fmaxf(b->x1, q->p[i].x);
        b->y1 = fmaxf(b->y1, q->p[i].y);
    }
}

void mask_paint(struct image *im, double scale, const struct mask_places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        struct extract_box b;
        bounds(&places->box[i], &b);
        float h = b.y1 - b.y0, s = (float)scale;
        float x0 = fmaxf((b.x0 - BEYOND_X * h) * s, 0), y0 = fmaxf((b.y0 - BEYOND_Y * h) * s, 0);
        float x1 = fminf((b.x1 + BEYOND_X * h) * s + 1, (float)im->width);
        float y1 = fminf((b.y1 + BEYOND_Y * h) * s + 1, (float)im->height);
        if (!(x1 > x0 && y1 > y0))
            continue;
        for (int y = (int)y0; y < (int)y1; y++)
            memset(im->pixels + (size_t)y * im->stride + (size_t)x0 * (size_t)im->channels, 0,
                   ((size_t)x1 - (size_t)x0) * (size_t)im->channels);
    }
}

int mask_encode(struct arena *a, const struct page *page, const struct image *picture, int quality,
                struct buf *out, struct err *e)
{
    struct mask_places places;
    int r = mask_find(a, page, &places, e);
    if (r < 0)
        return r;
    struct image *copy = image_create(picture->width, picture->height, picture->channels);
    if (!copy)
        return no_memory(e);
    size_t row = (size_t)picture->width * (size_t)picture->channels;
    for (int y = 0; y < picture->height; y++)
        memcpy(copy->pixels + (size_t)y * copy->stride,
               picture->pixels + (size_t)y * picture->stride, row);
    double scale = page->width > 0 ? (double)picture->width / page->width : 1;
    mask_paint(copy, scale, &places);
    r = image_encode_jpeg(copy, quality, out, e);
    image_destroy(copy);
    return r;
}
