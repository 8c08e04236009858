#include "image/sink.h"

#include "image/resample.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRIP = 32
}; /* reduced rows placed at a time: columns of a turned picture stay in the cache */

/* Where stored pixel (x, y) belongs: origin + x * dx + y * dy, in bytes of the upright picture. */
struct placing {
    ptrdiff_t origin, dx, dy;
};

struct sink {
    struct sink_size size;
    struct image *out;
    struct placing at;
    int placed; /* rows, as stored and reduced */
    /* For reducing only: the source rows still needed, from row resample.top on, and a strip of
     * finished ones. */
    bool reduces;
    struct resample resample;
    struct image rows;
    int have, room, next; /* source rows received; rows that fit; the destination row to make */
    float *planes;
    unsigned char *strip;
};

static struct placing place(const struct image *out, int orientation)
{
    ptrdiff_t px = out->channels, row = (ptrdiff_t)out->stride;
    ptrdiff_t right = (out->width - 1) * px, bottom = (out->height - 1) * row;
    switch (orientation) {
    case 2:
        return (struct placing){right, -px, row};
    case 3:
        return (struct placing){right + bottom, -px, -row};
    case 4:
        return (struct placing){bottom, px, -row};
    case 5:
        return (struct placing){0, row, px};
    case 6:
        return (struct placing){right, row, -px};
    case 7:
        return (struct placing){right + bottom, -row, -px};
    case 8:
        return (struct placing){bottom, -row, px};
    default:
        return (struct placing){0, px, row};
    }
}

static bool reduce_init(struct sink *s)
{
    const struct sink_size *z = &s->size;
    size_t stride = (size_t)z->width * (size_t)z->channels;
    s->rows = (struct image){z->width, z->height, z->channels, stride, NULL};
    if (resample_init(&s->resample, &s->rows, 0, 0, z->width, z->height, z->to_width, z->to_height,
                      RESAMPLE_TRIANGLE))
        return false;
    s->reduces = true;
    s->room = s->resample.y.taps + STRIP;
    s->rows.pixels = malloc((size_t)s->room * stride);
    s->planes = malloc((size_t)z->to_width * (size_t)z->channels * sizeof *s->planes);
    s->strip = malloc((size_t)z->to_width * (size_t)z->channels * STRIP);
    return s->rows.pixels && s->planes && s->strip;
}

struct sink *sink_create(const struct sink_size *size)
{
    struct sink *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    bool sideways = size->orientation >= 5 && size->orientation <= 8;
    s->size = *size;
    s->out = image_create(sideways ? size->to_height : size->to_width,
                          sideways ? size->to_width : size->to_height, 3);
    bool same = size->width == size->to_width && size->height == size->to_height;
    if (!s->out || (!same && !reduce_init(s))) {
        sink_destroy(s);
        return NULL;
    }
    s->at = place(s->out, size->orientation);
    return s;
}

/* Puts finished rows in their place, grey as three equal samples; down the columns when the picture
 * lies on its side, so that writes stay close. */
static void put(struct sink *s, const unsigned char *rows, size_t stride, int count)
{
    int ch = s->size.channels, width = s->size.to_width;
    bool sideways = s->size.orientation >= 5 && s->size.orientation <= 8;
    int outer = sideways ? width : count, inner = sideways ? count : width;
    size_t src_outer = sideways ? (size_t)ch : stride, src_inner = sideways ? stride : (size_t)ch;
    ptrdiff_t dst_outer = sideways ? s->at.dx : s->at.dy;
    ptrdiff_t dst_inner = sideways ? s->at.dy : s->at.dx;
    unsigned char *base = s->out->pixels + s->at.origin + s->placed * s->at.dy;
    for (int o = 0; o < outer; o++) {
        const unsigned char *src = rows + (size_t)o * src_outer;
        unsigned char *dst = base + o * dst_outer;
        for (int i = 0; i < inner; i++, src += src_inner, dst += dst_inner) {
            dst[0] = src[0];
            dst[1] = src[ch == 3 ? 1 : 0];
            dst[2] = src[ch == 3 ? 2 : 0];
        }
    }
    s->placed += count;
}

/* Makes the next reduced row and places it once a strip is full. */
static void make_row(struct sink *s)
{
    static const float one[3] = {1.0f, 1.0f, 1.0f}, half[3] = {0.5f, 0.5f, 0.5f};
    int ch = s->size.channels, width = s->size.to_width;
    size_t stride = (size_t)width * (size_t)ch;
    float *plane[3] = {s->planes, s->planes + (ch == 3 ? width : 0),
                       s->planes + (ch == 3 ? 2 * (size_t)width : 0)};
    resample_row(&s->resample, s->next, plane, one, half);
    unsigned char *dst = s->strip + (size_t)(s->next - s->placed) * stride;
    for (int x = 0; x < width; x++) {
        for (int c = 0; c < ch; c++)
            *dst++ = (unsigned char)plane[c][x];
    }
    s->next++;
    if (s->next - s->placed == STRIP || s->next == s->size.to_height)
        put(s, s->strip, stride, s->next - s->placed);
}

/* Forgets the source rows above those that the next destination row needs. */
static void drop_rows(struct sink *s)
{
    int needed = s->next < s->size.to_height ? s->resample.y.start[s->next] : s->have;
    needed = needed < s->have ? needed : s->have;
    memmove(s->rows.pixels, s->rows.pixels + (size_t)(needed - s->resample.top) * s->rows.stride,
            (size_t)(s->have - needed) * s->rows.stride);
    s->resample.top = needed;
}

void sink_push(struct sink *s, const unsigned char *rows, size_t stride, int count)
{
    if (!s->reduces) {
        int left = s->size.to_height - s->placed;
        put(s, rows, stride, count < left ? count : left);
        return;
    }
    for (int i = 0; i < count && s->have < s->size.height; i++, rows += stride) {
        if (s->have - s->resample.top == s->room)
            drop_rows(s);
        memcpy(s->rows.pixels + (size_t)(s->have - s->resample.top) * s->rows.stride, rows,
               s->rows.stride);
        s->have++;
        while (s->next < s->size.to_height &&
               s->resample.y.start[s->next] + s->resample.y.taps <= s->have)
            make_row(s);
    }
}

struct image *sink_take(struct sink *s)
{
    struct image *out = s->out;
    s->out = NULL;
    return out;
}

void sink_destroy(struct sink *s)
{
    if (!s)
        return;
    if (s->reduces)
        resample_finish(&s->resample);
    free(s->rows.pixels);
    free(s->planes);
    free(s->strip);
    image_destroy(s->out);
    free(s);
}
