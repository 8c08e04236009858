#include "made_label.h"

#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static struct quad box(double x0, double y0, double x1, double y1)
{
    float l = (float)x0, t = (float)y0, r = (float)x1, b = (float)y1;
    return (struct quad){{{l, t}, {r, t}, {r, b}, {l, b}}};
}

static void blacken(struct image *im, int x0, int y0, int x1, int y1)
{
    for (int y = y0; y < y1; y++)
        memset(im->pixels + (size_t)y * im->stride + (size_t)(x0 * im->channels), 0,
               (size_t)((x1 - x0) * im->channels));
}

static void make_word(struct synth_label_word *w, int x, int y, int size, int row, struct arena *a,
                      struct image *im)
{
    static const char *const letters[] = {"a", "가", "1", "B"};
    const int step = size + size / 4;
    w->text = "a가1B";
    w->char_count = 4;
    w->chars = must(arena_array(a, 4, sizeof *w->chars));
    for (int i = 0; i < 4; i++) {
        int left = x + i * step;
        blacken(im, left, y, left + size, y + size);
        w->chars[i].text = letters[i];
        w->chars[i].box = box(left, y, left + size, y + size);
    }
    w->box = box(x, y, x + 3 * step + size, y + size);
    w->block = w->line = row;
}

void made_label_page(int width, int height, int rows, int per_row, int size, struct arena *a,
                     struct image **ret_picture, struct synth_label **ret_label)
{
    struct image *im = must(image_create(width, height, 3));
    struct synth_label *l = must(arena_alloc(a, sizeof *l));
    const int word = 3 * (size + size / 4) + size, margin = width / 12;
    const int across = per_row > 1 ? (width - 2 * margin - word) / (per_row - 1) : 0;
    const int down = rows > 1 ? (height - 2 * margin - size) / (rows - 1) : 0;
    memset(im->pixels, 255, im->stride * (size_t)height);
    *l = (struct synth_label){.width = width,
                              .height = height,
                              .dpi = 150,
                              .kind = "made",
                              .layout = "grid",
                              .degradation = "clean"};
    l->words = must(arena_array(a, (size_t)(rows * per_row), sizeof *l->words));
    l->lines = must(arena_array(a, (size_t)rows, sizeof *l->lines));
    for (int row = 0; row < rows; row++) {
        int y = margin + row * down;
        struct synth_label_line *line = &l->lines[l->line_count++];
        *line = (struct synth_label_line){
            .first = l->word_count, .count = (size_t)per_row, .block = row};
        for (int i = 0; i < per_row; i++)
            make_word(&l->words[l->word_count++], margin + i * across, y, size, row, a, im);
        const struct quad *first = &l->words[line->first].box;
        const struct quad *last = &l->words[line->first + line->count - 1].box;
        line->box = (struct quad){{first->p[0], last->p[1], last->p[2], first->p[3]}};
    }
    *ret_picture = im;
    *ret_label = l;
}
