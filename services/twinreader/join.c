#include "twinreader/join.h"

#include "twinreader/geometry.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of the lower of two neighbours this much stands beside the other. */
static const float BESIDE = 0.6f;
/* Neighbours this much taller than each other are a heading and its text, unless one is a mark. */
static const float TALLER = 1.7f, MARK = 0.8f;
/* A line that bends more than this is read in pieces. */
static const float BENT = 1.3f;
static const float AIR = 0.15f;  /* heights at both ends: a full stop may have been left out */
static const float LONGEST = 24; /* heights */

/* A rule goes so far up and down, in heights, and is so much darker than paper. */
static const float RULE_REACH = 1.2f;
enum { RULE_PLACES = 9, RULE_CONTRAST = 24 };

enum { NONE = -1 };

/* A word on the axes of the page; slopes are small where words are joined. */
struct piece {
    struct point left, right; /* middles of its ends */
    float height, width;
    float confidence;
    struct quad box;
    int after;   /* the word to the right of it */
    bool headed; /* there is one to the left */
};

static int compare_words(const void *pa, const void *pb)
{
    const struct piece *a = pa, *b = pb;
    if (a->left.x != b->left.x)
        return a->left.x < b->left.x ? -1 : 1;
    return a->left.y < b->left.y ? -1 : a->left.y > b->left.y;
}

static struct point middle(struct point a, struct point b)
{
    return (struct point){(a.x + b.x) / 2, (a.y + b.y) / 2};
}

static struct piece word_of(const struct detection *d)
{
    const struct point *p = d->box.p;
    return (struct piece){.left = middle(p[0], p[3]),
                          .right = middle(p[1], p[2]),
                          .height = fmaxf(geometry_height(&d->box), 1),
                          .width = fmaxf(geometry_width(&d->box), 1),
                          .confidence = d->confidence,
                          .box = d->box,
                          .after = NONE};
}

/* Blank between a word and one to its right in heights of the taller, FLT_MAX if they are no
 * neighbours. */
static float gap_between(const struct piece *a, const struct piece *b)
{
    float tall = fmaxf(a->height, b->height), low = fminf(a->height, b->height);
    const struct piece *lower = a->height < b->height ? a : b;
    if (tall > TALLER * low && lower->width > MARK * tall)
        return FLT_MAX;
    /* The line of the longer word goes on through the other. */
    const struct piece *longer = a->width >= b->width ? a : b;
    float run = fmaxf(longer->right.x - longer->left.x, 1);
    float slope = (longer->right.y - longer->left.y) / run;
    float dy = b->left.y - a->right.y - slope * (b->left.x - a->right.x);
    float common = (tall + low) / 2 - fabsf(dy);
    if (fminf(common, low) < BESIDE * low)
        return FLT_MAX;
    float gap = (b->left.x - a->right.x) / tall;
    return gap < -0.5f ? FLT_MAX : gap;
}

static int grey_at(const struct image *im, float x, float y)
{
    int px = (int)x, py = (int)y;
    px = px < 0 ? 0 : px >= im->width ? im->width - 1 : px;
    py = py < 0 ? 0 : py >= im->height ? im->height - 1 : py;
    return im->pixels[(size_t)py * im->stride + (size_t)px * (size_t)im->channels +
                      (size_t)im->channels / 2];
}

/* Whether a rule stands between two points of a line of that height: somewhere all is dark from its
 * top to its bottom. */
static bool rule_between(const struct image *im, struct point from, struct point to, float height)
{
    float run = to.x - from.x;
    if (!im || run < 1)
        return false;
    int paper = 0, darkest = 255;
    for (float x = from.x; x <= to.x; x++) {
        float y = from.y + (to.y - from.y) * (x - from.x) / run;
        int brightest = 0;
        for (int k = 0; k < RULE_PLACES; k++) {
            float at = y + height * RULE_REACH * ((float)k / (RULE_PLACES - 1) - 0.5f);
            int dark = 255;
            for (int by = -1; by <= 1; by++) { /* it may lean */
                int v = grey_at(im, x + (float)by, at);
                dark = v < dark ? v : dark;
            }
            brightest = dark > brightest ? dark : brightest;
            paper = dark > paper ? dark : paper;
        }
        darkest = brightest < darkest ? brightest : darkest;
    }
    return paper - darkest > RULE_CONTRAST;
}

/* Links each word to the nearest to its right, unless that one has a nearer word to its left. */
static void link_words(struct piece *w, int count, float gap, const struct image *picture)
{
    for (int i = 0; i < count; i++) {
        float nearest = gap;
        for (int j = 0; j < count; j++) {
            if (j == i || w[j].left.x <= w[i].left.x)
                continue;
            float g = gap_between(&w[i], &w[j]);
            if (g <= nearest) {
                nearest = g;
                w[i].after = j;
            }
        }
    }
    for (int i = 0; i < count; i++) {
        int j = w[i].after;
        if (j == NONE)
            continue;
        for (int k = 0; k < count && w[i].after != NONE; k++)
            if (w[k].after == j &&
                (w[k].right.x > w[i].right.x || (w[k].right.x == w[i].right.x && k > i)))
                w[i].after = NONE;
        if (w[i].after != NONE &&
            rule_between(picture, w[i].right, w[j].left, fminf(w[i].height, w[j].height)))
            w[i].after = NONE;
        if (w[i].after != NONE)
            w[j].headed = true;
    }
}

/* The rectangle along the line from the first word to the last around all of them. */
static struct quad around(const struct piece *w, int first, int last, float *ret_height)
{
    float dx = w[last].right.x - w[first].left.x, dy = w[last].right.y - w[first].left.y;
    float length = fmaxf(hypotf(dx, dy), 1), ux = dx / length, uy = dy / length;
    float u0 = FLT_MAX, u1 = -FLT_MAX, v0 = FLT_MAX, v1 = -FLT_MAX;
    for (int i = first;; i = w[i].after) {
        for (int k = 0; k < 4; k++) {
            struct point p = w[i].box.p[k];
            float u = p.x * ux + p.y * uy, v = -p.x * uy + p.y * ux;
            u0 = fminf(u0, u);
            u1 = fmaxf(u1, u);
            v0 = fminf(v0, v);
            v1 = fmaxf(v1, v);
        }
        if (i == last)
            break;
    }
    *ret_height = v1 - v0;
    u0 -= AIR * *ret_height;
    u1 += AIR * *ret_height;
    const float u[4] = {u0, u1, u1, u0}, v[4] = {v0, v0, v1, v1};
    struct quad q;
    for (int k = 0; k < 4; k++)
        q.p[k] = (struct point){u[k] * ux - v[k] * uy, u[k] * uy + v[k] * ux};
    return q;
}

/* Takes from `first` on as many linked words as one straight line holds; returns the last. */
static int take_line(const struct piece *w, int first, struct detection *ret)
{
    int last = first;
    float tallest = w[first].height;
    *ret = (struct detection){w[first].box, w[first].confidence};
    for (int next = w[first].after; next != NONE; next = w[next].after) {
        float height;
        struct quad q = around(w, first, next, &height);
        tallest = fmaxf(tallest, w[next].height);
        if (height > BENT * tallest || geometry_width(&q) > LONGEST * height)
            break;
        *ret = (struct detection){q, fminf(ret->confidence, w[next].confidence)};
        last = next;
    }
    return last;
}

static bool lies_on_its_side(const struct piece *w, int count)
{
    int tall = 0;
    for (int i = 0; i < count; i++)
        tall += w[i].height > w[i].width;
    return 2 * tall > count;
}

int join_words(struct detection *found, size_t *count, double gap, const struct image *picture,
               struct arena *a, struct err *e)
{
    int n = (int)*count;
    struct piece *w = arena_array(a, *count + 1, sizeof *w);
    if (!w)
        return err_set(e, ERR_NOMEM, "no memory for %zu words", *count);
    for (int i = 0; i < n; i++)
        w[i] = word_of(&found[i]);
    if (lies_on_its_side(w, n))
        return 0;
    qsort(w, *count, sizeof *w, compare_words);
    link_words(w, n, (float)gap, picture);
    size_t kept = 0;
    for (int i = 0; i < n; i++) {
        if (w[i].headed)
            continue;
        for (int first = i; first != NONE;) {
            int last = take_line(w, first, &found[kept++]);
            first = w[last].after;
        }
    }
    *count = kept;
    return 0;
}
