/*
 * The steps of degrading a page, in the order in which they happen to a real one: the paper itself
 * (folds, the back showing through, highlighter), geometry, light, the sensor.
 *
 * Private to degrade*.c and their test.  Pure but for the picture they change; any thread.
 */
#ifndef TWINREADER_SYNTH_DEGRADE_PARTS_H
#define TWINREADER_SYNTH_DEGRADE_PARTS_H

#include "twinreader/synth/degrade.h"

#include <stddef.h>
#include <stdint.h>

/* How a page's points move.  Each step can be undone exactly, so that the picture (which needs the
 * way back) and the boxes (which need the way there) follow one and the same mapping: y += bow, a
 * sum of waves over x;  beyond a fold, y shrinks towards it; x += lean, a wave over y and a bend at
 * the fold;  then a projective mapping. */
struct synth_degrade_wave {
    double height, length, phase; /* pixels, pixels, radians */
};

struct synth_degrade_map {
    int from_width, from_height, to_width, to_height;
    struct synth_degrade_wave bow[2], lean;
    double fold, fold_shrink, fold_bend; /* y in pixels; factor; pixels of x per pixel of y */
    double to[9], back[9];               /* projective, rows first */
};

/* Nothing moves. */
void synth_degrade_map_init(struct synth_degrade_map *m, int width, int height);

/* Draws what a look does to a page of that size, `strength` in 0..1. */
void synth_degrade_map_draw(struct synth_degrade_map *m, enum synth_look look, double strength,
                            struct synth_rng *r);

/* Sets the projective part: the unmoved page's corners land on `q`. */
void synth_degrade_map_corners(struct synth_degrade_map *m, const struct quad *q);

/* Shrinks the page towards the middle until all ink of `label` is at least `margin` pixels inside.
 */
void synth_degrade_map_fit(struct synth_degrade_map *m, const struct synth_label *label,
                           double margin);

struct point synth_degrade_map_point(const struct synth_degrade_map *m, double x, double y);
struct point synth_degrade_map_back(const struct synth_degrade_map *m, double x, double y);

/* What is seen where the page is not: a tile that repeats. */
enum { SYNTH_DEGRADE_TILE = 256 };

struct synth_degrade_backdrop {
    unsigned char pixels[SYNTH_DEGRADE_TILE][SYNTH_DEGRADE_TILE * 3];
};

/* Of one colour. */
void synth_degrade_backdrop_plain(struct synth_degrade_backdrop *b, const unsigned char colour[3]);

/* A table top: `colour` with grain along or across, or mottled. */
void synth_degrade_backdrop_grain(struct synth_degrade_backdrop *b, const unsigned char colour[3],
                                  struct synth_rng *r);

/* Makes the moved picture, of the channels of `from`.  ERR_NOMEM. */
int synth_degrade_map_picture(const struct synth_degrade_map *m, const struct image *from,
                              const struct synth_degrade_backdrop *outside, struct image **ret,
                              struct err *e) MUST_CHECK;

/* Moves the boxes of a label.  Words and lines whose edges would bend keep all their characters
 * inside. */
void synth_degrade_map_label(const struct synth_degrade_map *m, struct synth_label *label);

/* Paper: all before geometry. */
void synth_degrade_creases(struct image *im, const struct synth_degrade_map *m, double strength,
                           struct synth_rng *r);
int synth_degrade_bleed(struct image *im, double strength, struct synth_rng *r,
                        struct err *e) MUST_CHECK;
/* Weak ink: what is dark keeps `ink` (0..1) of its darkness. */
void synth_degrade_fade(struct image *im, double ink);
void synth_degrade_highlight(struct image *im, const struct synth_label *label,
                             struct synth_rng *r);

/* Light: how bright each place is, as a field of nodes. */
enum { SYNTH_DEGRADE_NODE = 32 }; /* pixels from a node to the next */

struct synth_degrade_light {
    int columns, rows; /* of nodes */
    float *gain;       /* 1: as it is */
    double tint[3];
};

/* ERR_NOMEM.  `a` holds the nodes. */
int synth_degrade_light_draw(struct synth_degrade_light *l, enum synth_look look, double strength,
                             int width, int height, struct synth_rng *r, struct arena *a,
                             struct err *e) MUST_CHECK;

/* Lights the picture and adds noise of `sigma` levels, coloured or not, in one pass.  ERR_NOMEM. */
int synth_degrade_expose(struct image *im, const struct synth_degrade_light *l, double sigma,
                         bool coloured, struct synth_rng *r, struct arena *a,
                         struct err *e) MUST_CHECK;

/* Sensor. */

/* Blurs by a Gaussian of about `sigma` pixels.  ERR_NOMEM. */
int synth_degrade_blur(struct image *im, double sigma, struct err *e) MUST_CHECK;

/* Means over `length` pixels along one of four directions (0: right, 1: down, 2 and 3: slanting).
 */
int synth_degrade_smear(struct image *im, int length, int direction, struct err *e) MUST_CHECK;

/* Black and white as a fax sends it: `rows_per_pixel` at most 1, `level` the grey that turns black,
 * noise before it. Grey pictures only.  ERR_NOMEM. */
struct synth_degrade_fax {
    double rows_per_pixel, level, noise;
    double streaks, speckles, lost_rows; /* 0..1 each */
};
int synth_degrade_fax(struct image *im, const struct synth_degrade_fax *f, struct synth_rng *r,
                      struct err *e) MUST_CHECK;

/* Fills `table` with normal noise of deviation `sigma` (sum of four bytes), in 64ths of a level. */
void synth_degrade_noise(int16_t *table, size_t count, double sigma, struct synth_rng *r);

/* Rounds a grey picture as JPEG of `quality` would; the blocks' grid begins x0, y0 (0..7) before
 * the corner. */
void synth_degrade_blocks(struct image *im, int quality, int x0, int y0);

/* Turns a colour picture grey.  ERR_NOMEM. */
int synth_degrade_grey(struct image **im, struct err *e) MUST_CHECK;

/* How alike two pictures of one size are within a window, brightness and contrast aside: the
 * correlation coefficient, and 1 when there is nothing to see in the first. */
double synth_degrade_likeness(const struct image *a, const struct image *b, int x0, int y0, int x1,
                              int y1);

/* Compares each word of `label` in `worn` with the same place in `clear` (both grey or colour, of
 * one size) and hides what no longer looks like it, or is too small for a picture blurred by
 * `sigma`. */
void synth_degrade_judge(struct synth_label *label, const struct image *clear,
                         const struct image *worn, double sigma);

#endif
