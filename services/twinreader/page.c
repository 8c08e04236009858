#include "twinreader/page.h"

const char *stage_name(enum stage s)
{
    static const char *const names[STAGE_COUNT] = {
        [STAGE_DECODE] = "decode",
        [STAGE_DETECT_PREPARE] = "detect_prepare",
        [STAGE_DETECT_RUN] = "detect_run",
        [STAGE_DETECT_BOXES] = "detect_boxes",
        [STAGE_ORIENT] = "orient",
        [STAGE_CROP] = "crop",
        [STAGE_RECOGNISE_RUN] = "recognise_run",
        [STAGE_RECOGNISE_DECODE] = "recognise_decode",
        [STAGE_ORDER] = "order",
        [STAGE_FIELDS] = "fields",
    };
    return s >= 0 && s < STAGE_COUNT ? names[s] : "unknown";
}

void reading_destroy(struct reading *r)
{
    if (r)
        arena_destroy(r->arena);
}
