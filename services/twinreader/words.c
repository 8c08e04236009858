#include "twinreader/words.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A gap restores a lost space when it is at least GAP_HEIGHT of the line's height wide, and at
 * least GAP_RATIO times the line's usual gap, and the two centres are PITCH_RATIO times the usual
 * distance apart.  The last condition keeps fixed-pitch print together, whose narrow letters ("1",
 * "i") stand in wide gaps but at even distances. */
static const float GAP_HEIGHT = 0.22f;
static const float GAP_RATIO = 2.2f;
static const float PITCH_RATIO = 1.45f;

/* A column has ink when its contrast reaches this part of the line's strong columns. */
static const float INK_LEVEL = 0.30f;

struct placed {
    const struct words_symbol *symbol;
    float left, right; /* ink edges, in columns */
    bool space_before; /* written by the recogniser */
    float gap;         /* ink-free columns between the one before and this one */
    float pitch;       /* distance of the two centres */
};

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

/* The value below which `part` of the sorted values lie. */
static float quantile(float *values, size_t count, float part)
{
    if (!count)
        return 0;
    qsort(values, count, sizeof *values, compare_floats);
    return values[(size_t)(part * (float)(count - 1) + 0.5f)];
}

static bool is_space(const char *text)
{
    return strcmp(text, " ") == 0 || strcmp(text, "\xe3\x80\x80") == 0; /* U+3000 */
}

static int clamp_column(float x, int columns)
{
    int c = (int)x;
    return c < 0 ? 0 : c >= columns ? columns - 1 : c;
}

/* Finds the widest ink-free stretch [*from, *to) between two columns; false when there is none, and
 * then both ends are the column of least contrast. */
static bool widest_gap(const struct words_ink *ink, float level, int low, int high, float *from,
                       float *to)
{
    int best_from = 0, best_to = 0, start = -1, faintest = low;
    for (int x = low; x <= high; x++) {
        if (ink->contrast[x] < ink->contrast[faintest])
            faintest = x;
        bool blank = ink->contrast[x] < level;
        if (blank && start < 0)
            start = x;
        if ((!blank || x == high) && start >= 0) {
            int end = blank ? x + 1 : x;
            if (end - start > best_to - best_from) {
                best_from = start;
                best_to = end;
            }
            start = -1;
        }
    }
    if (best_to == best_from) {
        *from = *to = (float)faintest + 0.5f;
        return false;
    }
    *from = (float)best_from;
    *to = (float)best_to;
    return true;
}

/* The outermost inked column on the way from `center` to the line's edge, not crossing a stretch
 * without ink wider than half the line's height: beyond that it is dirt or a neighbour. */
static float outer_edge(const struct words_ink *ink, float level, float center, int direction)
{
    int x = clamp_column(center, ink->columns), last = x, limit = ink->height / 2;
    for (; x >= 0 && x < ink->columns && abs(x - last) <= limit; x += direction)
        if (ink->contrast[x] >= level)
            last = x;
    return direction < 0 ? (float)last : (float)(last + 1);
}

/* Places each character between its neighbours. */
static void place(struct placed *placed, size_t count, const struct words_ink *ink, float level)
{
    placed[0].left = outer_edge(ink, level, placed[0].symbol->center, -1);
    for (size_t i = 1; i < count; i++) {
        float a = placed[i - 1].symbol->center, b = placed[i].symbol->center, from, to;
        int low = clamp_column(a, ink->columns), high = clamp_column(b, ink->columns);
        if (!widest_gap(ink, level, low, high < low ? low : high, &from, &to))
            placed[i].gap = 0;
        else
            placed[i].gap = to - from;
        placed[i].pitch = b - a;
        placed[i - 1].right = from;
        placed[i].left = to;
    }
    placed[count - 1].right = outer_edge(ink, level, placed[count - 1].symbol->center, 1);
    for (size_t i = 0; i < count; i++)
        if (placed[i].right <= placed[i].left)
            placed[i].right = placed[i].left + 1;
}

struct spacing {
    float gap, pitch;
};

/* What is usual inside the words of this line. */
static struct spacing usual_spacing(const struct placed *placed, size_t count, float *scratch)
{
    struct spacing s = {0};
    size_t n = 0;
    for (size_t i = 1; i < count; i++)
        if (!placed[i].space_before)
            scratch[n++] = placed[i].gap;
    s.gap = quantile(scratch, n, 0.5f);
    n = 0;
    for (size_t i = 1; i < count; i++)
        if (!placed[i].space_before)
            scratch[n++] = placed[i].pitch;
    s.pitch = quantile(scratch, n, 0.5f);
    return s;
}

static bool lost_space(const struct placed *p, struct spacing usual, int height)
{
    return p->gap >= GAP_HEIGHT * (float)height && p->gap >= GAP_RATIO * usual.gap &&
           p->pitch >= PITCH_RATIO * usual.pitch;
}

static float fraction(float column, int columns)
{
    float f = column / (float)columns;
    return f < 0 ? 0 : f > 1 ? 1 : f;
}

/* Level that separates inked columns from blank ones on this line. */
static float ink_level(const struct words_ink *ink, float *scratch)
{
    memcpy(scratch, ink->contrast, (size_t)ink->columns * sizeof *scratch);
    return INK_LEVEL * quantile(scratch, (size_t)ink->columns, 0.85f);
}

int words_split(const struct words_symbol *symbols, size_t count, const struct words_ink *ink,
                struct arena *a, struct words_word **ret, size_t *ret_count, struct err *e)
{
    size_t room = count > (size_t)ink->columns ? count : (size_t)ink->columns;
    struct placed *placed = arena_array(a, count + 1, sizeof *placed);
    float *scratch = arena_array(a, room + 1, sizeof *scratch);
    struct words_char *chars = arena_array(a, count + 1, sizeof *chars);
    struct words_word *words = arena_array(a, count + 1, sizeof *words);
    if (!placed || !scratch || !chars || !words)
        return err_set(e, ERR_NOMEM, "no memory for the words of a line");

    size_t n = 0;
    bool space = false;
    for (size_t i = 0; i < count; i++) {
        if (is_space(symbols[i].text)) {
            space = n > 0;
            continue;
        }
        placed[n++] = (struct placed){.symbol = &symbols[i], .space_before = space};
        space = false;
    }
    *ret = words;
    *ret_count = 0;
    if (!n)
        return 0;
    place(placed, n, ink, ink_level(ink, scratch));
    struct spacing usual = usual_spacing(placed, n, scratch);

    size_t word_count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct placed *p = &placed[i];
        if (i == 0 || p->space_before || lost_space(p, usual, ink->height))
            words[word_count++] =
                (struct words_word){.chars = &chars[i], .from = fraction(p->left, ink->columns)};
        struct words_word *w = &words[word_count - 1];
        chars[i] = (struct words_char){.text = p->symbol->text,
                                       .confidence = p->symbol->confidence,
                                       .from = fraction(p->left, ink->columns),
                                       .to = fraction(p->right, ink->columns)};
        w->to = chars[i].to;
        w->count++;
    }
    *ret_count = word_count;
    return 0;
}
