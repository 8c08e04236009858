/*
 * Random numbers for synthesis: xoshiro256** (Blackman, Vigna 2018) seeded through splitmix64.
 *
 * A page's numbers depend on (seed, stream) alone, so pages can be made in any order by any thread
 * and come out the same.  One generator belongs to one thread.
 */
#ifndef TWINREADER_SYNTH_RNG_H
#define TWINREADER_SYNTH_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct synth_rng {
    uint64_t s[4];
};

/* Starts the numbers of one stream (a page, a crop) of a seed. */
void synth_rng_init(struct synth_rng *r, uint64_t seed, uint64_t stream);

/* 64 random bits. */
uint64_t synth_rng_bits(struct synth_rng *r);

/* Even over 0..n-1; n at least 1. */
uint32_t synth_rng_below(struct synth_rng *r, uint32_t n);

/* Even over first..last, both included; first <= last. */
int64_t synth_rng_range(struct synth_rng *r, int64_t first, int64_t last);

/* Even over [low, high). */
double synth_rng_real(struct synth_rng *r, double low, double high);

/* Normal with mean 0 and deviation 1. */
double synth_rng_normal(struct synth_rng *r);

/* True with probability p. */
bool synth_rng_chance(struct synth_rng *r, double p);

#endif
