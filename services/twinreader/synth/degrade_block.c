/* What JPEG does to a grey picture, without the file: blocks of 8 × 8, transformed, rounded,
 * transformed back (ITU-T T.81).  For crops, where a file each would cost more than drawing them.
 */
#include "twinreader/synth/degrade_parts.h"

#include <math.h>
#include <string.h>

enum { SIDE = 8 };

/* The cosine transform's matrix (T.81, A.3.3). */
static const float cosines[SIDE][SIDE] = {
    {0.3535534f, 0.3535534f, 0.3535534f, 0.3535534f, 0.3535534f, 0.3535534f, 0.3535534f,
     0.3535534f},
    {0.4903926f, 0.4157348f, 0.2777851f, 0.0975452f, -0.0975452f, -0.2777851f, -0.4157348f,
     -0.4903926f},
    {0.4619398f, 0.1913417f, -0.1913417f, -0.4619398f, -0.4619398f, -0.1913417f, 0.1913417f,
     0.4619398f},
    {0.4157348f, -0.0975452f, -0.4903926f, -0.2777851f, 0.2777851f, 0.4903926f, 0.0975452f,
     -0.4157348f},
    {0.3535534f, -0.3535534f, -0.3535534f, 0.3535534f, 0.3535534f, -0.3535534f, -0.3535534f,
     0.3535534f},
    {0.2777851f, -0.4903926f, 0.0975452f, 0.4157348f, -0.4157348f, -0.0975452f, 0.4903926f,
     -0.2777851f},
    {0.1913417f, -0.4619398f, 0.4619398f, -0.1913417f, -0.1913417f, 0.4619398f, -0.4619398f,
     0.1913417f},
    {0.0975452f, -0.2777851f, 0.4157348f, -0.4903926f, 0.4903926f, -0.4157348f, 0.2777851f,
     -0.0975452f},
};

/* T.81, table K.1: luminance. */
static const unsigned char steps[SIDE][SIDE] = {
    {16, 11, 10, 16, 24, 40, 51, 61},     {12, 12, 14, 19, 26, 58, 60, 55},
    {14, 13, 16, 24, 40, 57, 69, 56},     {14, 17, 22, 29, 51, 87, 80, 62},
    {18, 22, 37, 56, 68, 109, 103, 77},   {24, 35, 55, 64, 81, 104, 113, 92},
    {49, 64, 78, 87, 103, 121, 120, 101}, {72, 92, 95, 98, 112, 100, 103, 99}};

/* out = m · in, or its transpose · in. */
static void multiply(float m[SIDE][SIDE], float in[SIDE][SIDE], float out[SIDE][SIDE])
{
    for (int i = 0; i < SIDE; i++) {
        float row[SIDE] = {0};
        for (int k = 0; k < SIDE; k++)
            for (int j = 0; j < SIDE; j++)
                row[j] += m[i][k] * in[k][j];
        memcpy(out[i], row, sizeof row);
    }
}

static void transpose(const float in[SIDE][SIDE], float out[SIDE][SIDE])
{
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            out[j][i] = in[i][j];
}

struct tables {
    float forth[SIDE][SIDE], back[SIDE][SIDE], step[SIDE][SIDE];
};

static void round_block(struct tables *t, float block[SIDE][SIDE])
{
    float one[SIDE][SIDE], two[SIDE][SIDE];
    multiply(t->forth, block, one);
    multiply(one, t->back, two);
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            two[i][j] = rintf(two[i][j] / t->step[i][j]) * t->step[i][j];
    multiply(t->back, two, one);
    multiply(one, t->forth, block);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

void synth_degrade_blocks(struct image *im, int quality, int x0, int y0)
{
    struct tables t;
    /* The rule of the IJG's library, which everybody took over. */
    int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    memcpy(t.forth, cosines, sizeof t.forth);
    transpose(cosines, t.back);
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            t.step[i][j] = (float)fmax(1, fmin(255, (steps[i][j] * scale + 50) / 100));
    for (int y = -y0; y < im->height; y += SIDE)
        for (int x = -x0; x < im->width; x += SIDE) {
            float block[SIDE][SIDE];
            for (int i = 0; i < SIDE; i++) {
                int row = least(y + i < 0 ? 0 : y + i, im->height - 1);
                for (int j = 0; j < SIDE; j++) {
                    int column = least(x + j < 0 ? 0 : x + j, im->width - 1);
                    block[i][j] =
                        (float)im->pixels[(size_t)row * im->stride + (size_t)column] - 128;
                }
            }
            round_block(&t, block);
            for (int i = 0; i < SIDE; i++)
                for (int j = 0; j < SIDE; j++) {
                    int row = y + i, column = x + j;
                    if (row < 0 || column < 0 || row >= im->height || column >= im->width)
                        continue;
                    float v = block[i][j] + 128.5f;
                    im->pixels[(size_t)row * im->stride + (size_t)column] =
                        (unsigned char)(v < 0     ? 0
                                        : v > 255 ? 255
                                                  : v);
                }
        }
}
