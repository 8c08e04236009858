/*
 * "Nothing" in tables.  A dash of a few pixels is less than detectors look for, and at times so is
 * a lone nought; so where a row has no word under the head of a column of amounts the picture is
 * looked at: a low, short, lone stroke in the middle of the row is a dash, a lone ring a nought.
 */
#include "twinreader/extract_table.h"

#include <math.h>
#include <stdlib.h>

/* Looked at: this much above and below the middle of the row, in usual heights, and not beyond this
 * part of a row's pitch, where rules run. */
static const float REACH = 0.6f, OF_PITCH = 0.4f;
/* A dash, in usual heights. */
static const float SHORTEST = 0.16f, LONGEST = 1.2f, THICKEST = 0.34f;
/* Its middle is so near to that of the row. */
static const float OFF = 0.32f;
/* Ink is darker than paper by this part of what the darkest is, and that by so much of 255. */
static const float INK = 0.5f, CONTRAST = 0.22f;
static const float CERTAINTY = 0.9f;
/* A nought, in usual heights; its middle is paler than its sides by this part of the contrast. */
static const float NARROWEST = 0.2f, WIDEST = 0.75f, LOWEST = 0.42f, HIGHEST = 1.05f;
static const float HOLE = 0.15f;

enum { WIDE_MAX = 1200, HIGH_MAX = 120 };

struct patch {
    float grey[HIGH_MAX][WIDE_MAX];
    int width, height;
    float left, top, step; /* straightened; `step` page pixels a sample */
};

/* How far the page's pixels are from straightened ones at a place: as near words are. */
static struct point shift_at(const struct sheet *s, float x, float y)
{
    float sum_x = 0, sum_y = 0, weights = 0;
    for (size_t i = 0; i < s->word_count; i++) {
        const struct extract_box *b = &s->words[i].box;
        const struct point *p = s->words[i].word->box.p;
        float bx = (b->x0 + b->x1) / 2, by = (b->y0 + b->y1) / 2;
        /* Rows are what counts: a word of the row says more than one above. */
        float dx = (bx - x) / s->height, dy = 3 * (by - y) / s->height;
        float weight = 1 / (1 + (dx * dx + dy * dy) * (dx * dx + dy * dy));
        sum_x += weight * ((p[0].x + p[1].x + p[2].x + p[3].x) / 4 - bx);
        sum_y += weight * ((p[0].y + p[1].y + p[2].y + p[3].y) / 4 - by);
        weights += weight;
    }
    return weights > 0 ? (struct point){sum_x / weights, sum_y / weights} : (struct point){0, 0};
}

static float grey_at(const struct image *im, float x, float y)
{
    int px = (int)x, py = (int)y;
    px = px < 0 ? 0 : px >= im->width ? im->width - 1 : px;
    py = py < 0 ? 0 : py >= im->height ? im->height - 1 : py;
    const unsigned char *p =
        im->pixels + (size_t)py * im->stride + (size_t)px * (size_t)im->channels;
    return im->channels == 1 ? (float)p[0] : (float)(p[0] + p[1] + p[2]) / 3;
}

static void take_patch(const struct extract_sheet *x, const struct extract_box *b, struct patch *p)
{
    struct point from = shift_at(x->sheet, b->x0, (b->y0 + b->y1) / 2);
    struct point to = shift_at(x->sheet, b->x1, (b->y0 + b->y1) / 2);
    p->left = b->x0;
    p->top = b->y0;
    p->step = fmaxf(1, fmaxf((b->x1 - b->x0) / (WIDE_MAX - 1), (b->y1 - b->y0) / (HIGH_MAX - 1)));
    p->width = (int)((b->x1 - b->x0) / p->step);
    p->height = (int)((b->y1 - b->y0) / p->step);
    for (int i = 0; i < p->width; i++) {
        float part = (float)i / (float)p->width;
        float dx = from.x + part * (to.x - from.x), dy = from.y + part * (to.y - from.y);
        for (int k = 0; k < p->height; k++) {
            float px = p->left + dx + p->step * ((float)i + 0.5f);
            float py = p->top + dy + p->step * ((float)k + 0.5f);
            p->grey[k][i] = grey_at(x->picture, px * (float)x->scale, py * (float)x->scale);
        }
    }
}

static int by_value(const void *a, const void *b)
{
    float l = *(const float *)a, r = *(const float *)b;
    return l < r ? -1 : l > r;
}

/* The paper's brightness: that of most of the patch. */
static float paper_of(const struct patch *p)
{
    float some[512];
    int n = 0, all = p->width * p->height, by = all / 500 + 1;
    for (int i = 0; i < all && n < 512; i += by)
        some[n++] = p->grey[i / p->width][i % p->width];
    qsort(some, (size_t)n, sizeof *some, by_value);
    return n ? some[n * 3 / 4] : 0;
}

/* First and last dark sample of a column; false when there is none. */
static bool dark_in(const struct patch *p, int column, float level, int *ret_first, int *ret_last)
{
    *ret_first = -1;
    for (int k = 0; k < p->height; k++)
        if (p->grey[k][column] < level) {
            *ret_last = k;
            if (*ret_first < 0)
                *ret_first = k;
        }
    return *ret_first >= 0;
}

/* A part of a patch, in samples. */
struct part {
    int x0, y0, x1, y1;
};

static float mean_of(const struct patch *p, struct part a)
{
    float sum = 0;
    int n = 0;
    for (int k = a.y0; k < a.y1; k++)
        for (int i = a.x0; i < a.x1; i++, n++)
            sum += p->grey[k][i];
    return n ? sum / (float)n : 0;
}

/* Paler inside than on both sides. */
static bool has_hole(const struct patch *p, struct part a, float contrast)
{
    int third = (a.x1 - a.x0 + 1) / 3, quarter = (a.y1 - a.y0 + 2) / 4;
    int y0 = a.y0 + quarter, y1 = a.y1 - quarter;
    if (third < 1 || y1 <= y0)
        return false;
    float left = mean_of(p, (struct part){a.x0, y0, a.x0 + third, y1});
    float inside = mean_of(p, (struct part){a.x0 + third, y0, a.x1 - third, y1});
    float right = mean_of(p, (struct part){a.x1 - third, y0, a.x1, y1});
    return inside - fmaxf(left, right) > HOLE * contrast;
}

/* "-" or "0", or NULL if the part is neither. */
static const char *what(const struct patch *p, struct part a, float height, float contrast)
{
    float wide = (float)(a.x1 - a.x0) * p->step, high = (float)(a.y1 - a.y0) * p->step;
    float off = fabsf((float)(a.y0 + a.y1 - p->height) / 2 * p->step);
    if (wide >= SHORTEST * height && wide <= LONGEST * height && high <= THICKEST * height &&
        wide >= 1.4f * high && off <= OFF * height)
        return "-";
    if (wide >= NARROWEST * height && wide <= WIDEST * height && high >= LOWEST * height &&
        high <= HIGHEST * height && wide <= 1.1f * high && a.y0 > 0 && a.y1 < p->height &&
        has_hole(p, a, contrast))
        return "0";
    return NULL;
}

/* What the only ink of the patch is that is no rule. */
static const char *find_ink(const struct patch *p, float height, float level, float contrast,
                            struct extract_box *ret)
{
    const char *found = NULL;
    for (int i = 0, end; i < p->width; i = end + 1) {
        int first, last, top = p->height, bottom = -1;
        for (end = i; end < p->width && dark_in(p, end, level, &first, &last); end++) {
            top = first < top ? first : top;
            bottom = last > bottom ? last : bottom;
        }
        if (end == i)
            continue;
        const struct part part = {i, top, end, bottom + 1};
        float wide = (float)(end - i) * p->step, high = (float)(bottom + 1 - top) * p->step;
        bool edge = i == 0 || end == p->width, rule = wide < SHORTEST * height && high > wide;
        if (edge || rule)
            continue; /* of the next cell */
        const char *is = found ? NULL : what(p, part, height, contrast);
        if (!is)
            return NULL;
        found = is;
        *ret = (struct extract_box){p->left + (float)i * p->step, p->top + (float)top * p->step,
                                    p->left + (float)end * p->step,
                                    p->top + (float)(bottom + 1) * p->step};
    }
    return found;
}

int extract_nothing_seen(const struct table *t, size_t column, size_t row, struct field *cell,
                         bool *ret_seen)
{
    const struct extract_sheet *x = t->x;
    float height = x->sheet->height, reach = fminf(REACH * height, OF_PITCH * t->pitch);
    struct extract_box b = {t->grid->x0[column], t->row[row] - reach, t->grid->x1[column],
                            t->row[row] + reach};
    *ret_seen = false;
    if (!x->picture || !isfinite(b.x0) || !isfinite(b.x1) || b.x1 - b.x0 < height)
        return 0;
    struct patch *p = arena_alloc(x->arena, sizeof *p);
    if (!p)
        return ERR_NOMEM;
    take_patch(x, &b, p);
    float paper = paper_of(p), dark = paper;
    for (int k = 0; k < p->height; k++)
        for (int i = 0; i < p->width; i++)
            dark = fminf(dark, p->grey[k][i]);
    struct extract_box at;
    const char *ink = NULL;
    if (paper - dark >= CONTRAST * 255)
        ink = find_ink(p, height, paper - INK * (paper - dark), paper - dark, &at);
    if (!ink)
        return 0;
    struct point by = shift_at(x->sheet, at.x0, t->row[row]);
    *cell = (struct field){.name = arena_strdup(x->arena, t->list->columns[column].name),
                           .type = "amount",
                           .value = ink,
                           .normalised = "0",
                           .confidence = CERTAINTY};
    cell->box = (struct quad){{{at.x0 + by.x, at.y0 + by.y},
                               {at.x1 + by.x, at.y0 + by.y},
                               {at.x1 + by.x, at.y1 + by.y},
                               {at.x0 + by.x, at.y1 + by.y}}};
    *ret_seen = cell->name != NULL;
    return cell->name ? 0 : ERR_NOMEM;
}
