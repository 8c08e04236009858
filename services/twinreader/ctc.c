#include "twinreader/ctc.h"

enum { LANES = 16 };

/* Index of the greatest of `n` values.  A class that holds more than half of the probability is the
 * greatest, and blank or the step before usually does; only then-undecided steps scan the whole
 * row, which has one entry per character of the charset. */
static int best_class(const float *p, int n, int blank, int previous)
{
    if (p[blank] > 0.5f)
        return blank;
    if (p[previous] > 0.5f)
        return previous;
    float lane[LANES];
    for (int j = 0; j < LANES; j++)
        lane[j] = -1;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++)
            lane[j] = p[i + j] > lane[j] ? p[i + j] : lane[j];
    float best = -1;
    for (int j = 0; j < LANES; j++)
        best = lane[j] > best ? lane[j] : best;
    for (; i < n; i++)
        best = p[i] > best ? p[i] : best;
    for (i = 0; i < n; i++)
        if (p[i] >= best)
            return i;
    return blank; /* only when the row holds no number */
}

size_t ctc_decode(const float *probabilities, int steps, int classes, int blank,
                  struct ctc_symbol *symbols)
{
    size_t count = 0;
    int previous = blank;
    float weight = 0, moment = 0;
    for (int t = 0; t < steps; t++) {
        const float *p = probabilities + (size_t)t * (size_t)classes;
        int c = best_class(p, classes, blank, previous);
        float v = p[c];
        if (c != blank) {
            if (c != previous) {
                symbols[count++] = (struct ctc_symbol){.class_index = c};
                weight = moment = 0;
            }
            struct ctc_symbol *s = &symbols[count - 1];
            if (v > s->confidence) {
                s->confidence = v;
                s->best_step = t;
            }
            weight += v;
            moment += v * ((float)t + 0.5f);
            s->step = weight > 0 ? moment / weight : (float)t + 0.5f;
        }
        previous = c;
    }
    return count;
}
