#include "twinreader/angle.h"

#include "base/clock.h"
#include "image/tensor.h"
#include "twinreader/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int angle_classify(struct session *angle, const struct image *picture, const struct quad *box,
                   int *ret_class, float *ret_confidence, struct err *e)
{
    const struct package *p = session_package(angle);
    const int height = p->input.height, width = p->input.width;
    const int64_t shape[4] = {1, p->input.pixels.channels, height, width};
    struct session_result *result = NULL;
    float natural = ceilf((float)height * geometry_width(box) / fmaxf(geometry_height(box), 1));
    int content = natural < 1 ? 1 : natural > (float)width ? width : (int)natural;
    float *tensor =
        malloc((size_t)p->input.pixels.channels * (size_t)height * (size_t)width * sizeof *tensor);
    if (!tensor)
        return err_set(e, ERR_NOMEM, "no memory to classify a line's angle");
    int rc = tensor_from_quad(picture, box, content, height, width, &p->input.pixels, p->input.pad,
                              tensor, e);
    if (!rc)
        rc = session_run(angle, tensor, shape, &result, e);
    if (!rc) {
        const float *v = session_result_data(result);
        int best = 0;
        for (int i = 1; i < p->output.class_count; i++)
            best = v[i] > v[best] ? i : best;
        *ret_class = best;
        *ret_confidence = v[best];
    }
    session_result_destroy(result);
    free(tensor);
    return rc;
}

int angle_vote(struct session *angle, const struct image *picture, const struct quad *boxes,
               size_t count, struct timings *t, float *ret, struct err *e)
{
    const struct package *p = session_package(angle);
    const uint64_t start = clock_monotonic_ns();
    float sum = 0;
    int sure = 0, rc = 0;
    for (size_t i = 0; i < count && !rc; i++) {
        int class = 0;
        float confidence = 0;
        rc = angle_classify(angle, picture, &boxes[i], &class, &confidence, e);
        if (rc || confidence < (float)p->threshold.angle)
            continue;
        sure++;
        sum += strcmp(p->output.classes[class], "180") == 0 ? confidence : -confidence;
    }
    t->ns[STAGE_ORIENT] += clock_monotonic_ns() - start;
    if (!rc)
        *ret = sure ? sum / (float)sure : 0;
    return rc;
}
