#include "twinreader/synth/rng.h"

#include <math.h>

/* Steele, Lea, Flood 2014: one step of splitmix64. */
static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = *x += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void synth_rng_init(struct synth_rng *r, uint64_t seed, uint64_t stream)
{
    /* Both are mixed before they meet: neighbouring seeds and streams are what callers use. */
    uint64_t other = ~stream;
    uint64_t x = splitmix(&seed) ^ splitmix(&other);
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix(&x);
}

static uint64_t rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t synth_rng_bits(struct synth_rng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

/* Lemire 2019, "Fast Random Integer Generation in an Interval": no bias, hardly ever a division. */
uint32_t synth_rng_below(struct synth_rng *r, uint32_t n)
{
    uint64_t m = (synth_rng_bits(r) >> 32) * n;
    if ((uint32_t)m < n) {
        uint32_t floor = (0u - n) % n;
        while ((uint32_t)m < floor)
            m = (synth_rng_bits(r) >> 32) * n;
    }
    return (uint32_t)(m >> 32);
}

int64_t synth_rng_range(struct synth_rng *r, int64_t first, int64_t last)
{
    uint64_t span = (uint64_t)last - (uint64_t)first + 1; /* 0: all 2^64 */
    if (span == 0)
        return (int64_t)synth_rng_bits(r);
    uint64_t bad = (0u - span) % span; /* so many of the lowest numbers would be favoured */
    uint64_t x;
    do
        x = synth_rng_bits(r);
    while (x < bad);
    return (int64_t)((uint64_t)first + x % span);
}

static double unit(struct synth_rng *r)
{
    return (double)(synth_rng_bits(r) >> 11) * 0x1p-53;
}

double synth_rng_real(struct synth_rng *r, double low, double high)
{
    double x = low + (high - low) * unit(r);
    return x < high ? x : low; /* rounding may reach the end that is not included */
}

/* Box and Muller 1958; the second number of the pair is not kept, so the state stays four words. */
double synth_rng_normal(struct synth_rng *r)
{
    double u = 1 - unit(r);
    double v = unit(r);
    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

bool synth_rng_chance(struct synth_rng *r, double p)
{
    return unit(r) < p;
}
