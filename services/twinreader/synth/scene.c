#include "twinreader/synth/scene.h"

#include <string.h>

/* Makes room for one more item; lists double, and the arena keeps the short-lived halves. */
static void *grow(struct arena *a, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity ? *capacity * 2 : 32;
    void *more = arena_array(a, wanted, size);
    if (!more)
        return NULL;
    if (count)
        memcpy(more, items, count * size);
    *capacity = wanted;
    return more;
}

struct synth_text *synth_scene_text(struct synth_scene *s, struct arena *a,
                                    const struct synth_text *t)
{
    void *items = grow(a, s->texts, s->text_count, &s->text_capacity, sizeof *t);
    if (!items)
        return NULL;
    s->texts = items;
    s->texts[s->text_count] = *t;
    return &s->texts[s->text_count++];
}

struct synth_shape *synth_scene_shape(struct synth_scene *s, struct arena *a,
                                      const struct synth_shape *t)
{
    void *items = grow(a, s->shapes, s->shape_count, &s->shape_capacity, sizeof *t);
    if (!items)
        return NULL;
    s->shapes = items;
    s->shapes[s->shape_count] = *t;
    return &s->shapes[s->shape_count++];
}

struct synth_fact *synth_scene_fact(struct synth_scene *s, struct arena *a,
                                    const struct synth_fact *t)
{
    void *items = grow(a, s->facts, s->fact_count, &s->fact_capacity, sizeof *t);
    if (!items)
        return NULL;
    s->facts = items;
    s->facts[s->fact_count] = *t;
    return &s->facts[s->fact_count++];
}
