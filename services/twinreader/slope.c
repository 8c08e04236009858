#include "twinreader/slope.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Fewer lines do not tell perspective from chance. */
enum { FEWEST = 6, ROUNDS = 4, STEPS = 8 };
/* A line this far from the plane (a slope; about one degree) counts less from here on. */
static const double DOUBT = 0.02;
/* Pull of b and c towards zero, as a part of the weights' sum: what a page's lines do not support
 * stays flat. */
static const double RIDGE = 0.002;

/* Solves the symmetric 3×3 system by elimination; false when it is singular. */
static bool solve(double m[3][4])
{
    for (int i = 0; i < 3; i++) {
        int best = i;
        for (int k = i + 1; k < 3; k++)
            if (fabs(m[k][i]) > fabs(m[best][i]))
                best = k;
        if (fabs(m[best][i]) < 1e-12)
            return false;
        for (int j = 0; j < 4; j++) {
            double t = m[i][j];
            m[i][j] = m[best][j];
            m[best][j] = t;
        }
        for (int k = 0; k < 3; k++) {
            double factor = k == i ? 0 : m[k][i] / m[i][i];
            for (int j = i; j < 4; j++)
                m[k][j] -= factor * m[i][j];
        }
    }
    for (int i = 0; i < 3; i++)
        m[i][3] /= m[i][i];
    return true;
}

static struct slope_field centre(const struct slope_sample *samples, size_t count)
{
    struct slope_field f = {.scale = 1};
    float x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        x0 = fminf(x0, samples[i].x);
        x1 = fmaxf(x1, samples[i].x);
        y0 = fminf(y0, samples[i].y);
        y1 = fmaxf(y1, samples[i].y);
    }
    if (count) {
        f.x = (x0 + x1) / 2;
        f.y = (y0 + y1) / 2;
        f.scale = fmaxf(fmaxf(x1 - x0, y1 - y0), 1);
    }
    return f;
}

struct slope_field slope_fit(const struct slope_sample *samples, size_t count)
{
    struct slope_field f = centre(samples, count);
    if (count < FEWEST)
        return f;
    for (int round = 0; round < ROUNDS; round++) {
        double m[3][4] = {{0}}, sum = 0;
        for (size_t i = 0; i < count; i++) {
            const struct slope_sample *s = &samples[i];
            double v[3] = {1, (s->y - f.y) / f.scale, (s->x - f.x) / f.scale};
            double off = fabs(s->slope - (f.a + f.b * v[1] + f.c * v[2]));
            double w = s->weight * (round && off > DOUBT ? DOUBT / off : 1);
            sum += w;
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 3; k++)
                    m[j][k] += w * v[j] * v[k];
                m[j][3] += w * v[j] * s->slope;
            }
        }
        m[1][1] += RIDGE * sum;
        m[2][2] += RIDGE * sum;
        if (!solve(m))
            break;
        f.a = (float)m[0][3];
        f.b = (float)m[1][3];
        f.c = (float)m[2][3];
    }
    return f;
}

float slope_level(const struct slope_field *f, float x, float y)
{
    float u = (x - f->x) / f->scale, v = (y - f->y) / f->scale;
    const float step = -u / STEPS;
    for (int i = 0; i < STEPS; i++) { /* midpoint rule along dv/du = a + b·v + c·u */
        float half = v + step / 2 * (f->a + f->b * v + f->c * u);
        v += step * (f->a + f->b * half + f->c * (u + step / 2));
        u += step;
    }
    return f->y + v * f->scale;
}
