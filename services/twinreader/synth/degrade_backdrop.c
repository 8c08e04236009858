/* What lies around a photographed page. */
#include "twinreader/synth/degrade_parts.h"

#include <string.h>

enum { TILE = SYNTH_DEGRADE_TILE };

void synth_degrade_backdrop_plain(struct synth_degrade_backdrop *b, const unsigned char colour[3])
{
    for (int y = 0; y < TILE; y++)
        for (int x = 0; x < TILE; x++)
            memcpy(&b->pixels[y][3 * x], colour, 3);
}

/* Noise that changes slowly, and meets itself at the end: even numbers between which it is
 * straight, at several scales.  Fills `out` with about -1..1. */
static void slow_noise(float out[TILE], int finest, struct synth_rng *r)
{
    memset(out, 0, TILE * sizeof *out);
    float height = 0.6f;
    for (int step = TILE / 4; step >= finest; step /= 2, height *= 0.6f) {
        float knot[TILE];
        int knots = TILE / step;
        for (int i = 0; i < knots; i++)
            knot[i] = height * (float)synth_rng_real(r, -1, 1);
        for (int i = 0; i < TILE; i++) {
            float t = (float)(i % step) / (float)step;
            out[i] += knot[i / step] * (1 - t) + knot[(i / step + 1) % knots] * t;
        }
    }
}

static unsigned char clip(float v)
{
    return (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
}

void synth_degrade_backdrop_grain(struct synth_degrade_backdrop *b, const unsigned char colour[3],
                                  struct synth_rng *r)
{
    float across[TILE], along[TILE], bend[TILE];
    bool upright = synth_rng_chance(r, 0.5), mottled = synth_rng_chance(r, 0.3);
    float depth = (float)synth_rng_real(r, 0.03, 0.3);
    slow_noise(across, mottled ? 4 : 1, r);
    slow_noise(along, mottled ? 4 : 32, r);
    slow_noise(bend, 64, r);
    float wander = (float)synth_rng_real(r, 0, 14);
    for (int y = 0; y < TILE; y++)
        for (int x = 0; x < TILE; x++) {
            int u = upright ? x : y, v = upright ? y : x;
            int lane = (u + TILE + (int)(wander * (1 + bend[v]))) % TILE;
            float gain = 1 + depth * (across[lane] + (mottled ? 1.0f : 0.3f) * along[v]);
            for (int c = 0; c < 3; c++)
                b->pixels[y][3 * x + c] = clip((float)colour[c] * gain);
        }
}
