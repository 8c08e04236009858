#include "twinreader/page.h"

void reading_destroy(struct reading *r)
{
    if (r)
        arena_destroy(r->arena);
}
