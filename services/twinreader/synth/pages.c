#include "twinreader/synth/pages.h"

#include "image/document.h"
#include "twinreader/synth/draw.h"
#include "twinreader/synth/ordered.h"
#include "twinreader/synth/pages_parts.h"

#include <stdlib.h>

static const size_t PAGE_MEMORY = (size_t)512 << 20;

/* A stream of numbers of its own: a seed's papers are the same in every look. */
static const uint64_t LOOKS = 0x6c6f6f6b73;

struct synth_pages_options synth_pages_options_default(void)
{
    return (struct synth_pages_options){.kind = -1,
                                        .look = -1,
                                        .split = SYNTH_TRAIN,
                                        .dpi = 150,
                                        .formats = SYNTH_PAGES_JSONL,
                                        .workers = 1};
}

/* What insurers receive, roughly: scans and photographs, then print-outs and faxes. */
static enum synth_look draw_look(struct synth_rng *r)
{
    double u = synth_rng_real(r, 0, 1);
    return u < 0.2 ? SYNTH_CLEAN : u < 0.5 ? SYNTH_SCAN : u < 0.65 ? SYNTH_FAX : SYNTH_PHONE;
}

int synth_pages_make(const struct synth_pages_options *o, const struct synth_papers *papers,
                     struct synth_fonts *f, uint64_t n, struct arena *a, struct image **ret_picture,
                     struct synth_label **ret_label, int *ret_quality, struct err *e)
{
    struct synth_rng paper, own;
    struct synth_scene *scene = NULL;
    struct synth_label *label = NULL;
    struct image *picture = NULL;
    synth_rng_init(&paper, o->seed, n);
    synth_rng_init(&own, o->seed ^ LOOKS, n);
    /* Both are drawn even when they are given, so that the rest stays the same. */
    size_t kind = synth_rng_below(&own, (uint32_t)synth_papers_count(papers));
    enum synth_look look = draw_look(&own);
    kind = o->kind >= 0 ? (size_t)o->kind : kind;
    look = o->look >= 0 ? (enum synth_look)o->look : look;
    int code = synth_papers_make(papers, kind, o->split, f, &paper, a, &scene, e);
    if (code == 0)
        code = synth_draw(scene, f, o->dpi, a, &picture, &label, e);
    if (code == 0) {
        label->seed = o->seed;
        label->page = n;
        code = synth_degrade(look, &own, &picture, label, a, e);
    }
    if (code) {
        image_destroy(picture);
        return code;
    }
    *ret_quality = synth_degrade_quality(look, &own);
    *ret_picture = picture;
    *ret_label = label;
    return 0;
}

/* One run; workers share the papers, the options and the fonts' names. */
struct run {
    const struct synth_pages_options *o;
    const struct synth_papers *papers;
    const char **fonts;
    size_t font_count;
    struct synth_pages_writer *writer;
};

static int begin(void *user, void **ret_state, struct err *e)
{
    struct synth_fonts *f = NULL;
    (void)user;
    int code = synth_fonts_create(NULL, &f, e);
    *ret_state = f;
    return code;
}

static void end(void *state)
{
    synth_fonts_destroy(state);
}

static void drop(void *thing)
{
    struct synth_pages_made *m = thing;
    for (int i = 0; i < SYNTH_PAGES_BUFS; i++)
        buf_finish(&m->bufs[i]);
    synth_export_crops_finish(m->crops, m->crop_count);
    arena_destroy(m->arena);
    free(m);
}

static int make(void *user, void *state, uint64_t n, void **ret, struct err *e)
{
    const struct run *run = user;
    struct synth_pages_made *m = calloc(1, sizeof *m);
    struct image *picture = NULL;
    struct synth_label *label = NULL;
    int quality = 0, code = 0;
    if (!m || !(m->arena = arena_create(PAGE_MEMORY))) {
        free(m);
        return err_set(e, ERR_NOMEM, "not enough memory for a page");
    }
    for (int i = 0; i < SYNTH_PAGES_BUFS; i++)
        buf_init(&m->bufs[i], 0);
    code = synth_pages_make(run->o, run->papers, state, n, m->arena, &picture, &label, &quality, e);
    m->label = label;
    if (code == 0)
        code = synth_pages_export(run->o, run->fonts, run->font_count, picture, quality, m, e);
    image_destroy(picture);
    if (code) {
        err_wrap(e, "page %llu of seed %llu", (unsigned long long)n,
                 (unsigned long long)run->o->seed);
        drop(m);
        return code;
    }
    *ret = m;
    return 0;
}

static int take(void *user, uint64_t n, void *thing, struct err *e)
{
    struct run *run = user;
    (void)n;
    progress_add(run->o->progress, 1);
    return synth_pages_writer_add(run->writer, thing, e);
}

/* The names outlive the fonts they are read from. */
static int name_fonts(struct run *run, struct arena *a, struct err *e)
{
    struct synth_fonts *f = NULL;
    int code = synth_fonts_create(NULL, &f, e);
    if (code)
        return code;
    run->font_count = synth_fonts_count(f);
    run->fonts = arena_array(a, run->font_count + 1, sizeof *run->fonts);
    for (size_t i = 0; run->fonts && i < run->font_count; i++) {
        run->fonts[i] = arena_strdup(a, synth_fonts_at(f, i)->name);
        if (!run->fonts[i])
            run->fonts = NULL;
    }
    if (!run->fonts)
        code = err_set(e, ERR_NOMEM, "not enough memory for the fonts' names");
    synth_fonts_destroy(f);
    return code;
}

int synth_pages_run(const struct synth_pages_options *o, const struct synth_papers *papers,
                    struct synth_pages_summary *ret, struct err *e)
{
    struct run run = {.o = o, .papers = papers};
    struct arena *a = arena_create(PAGE_MEMORY);
    int code = a ? 0 : err_set(e, ERR_NOMEM, "not enough memory");
    if (code == 0)
        code = document_library_init(e);
    if (code == 0)
        code = name_fonts(&run, a, e);
    if (code == 0)
        code = synth_pages_writer_create(o, papers, run.fonts, run.font_count, &run.writer, e);
    const struct synth_ordered pages = {.workers = o->workers,
                                        .first = o->first,
                                        .count = o->count,
                                        .user = &run,
                                        .begin = begin,
                                        .end = end,
                                        .make = make,
                                        .take = take,
                                        .drop = drop};
    if (code == 0)
        code = synth_ordered_run(&pages, e);
    if (code == 0)
        code = synth_pages_writer_finish(run.writer, ret, e);
    synth_pages_writer_destroy(run.writer);
    arena_destroy(a);
    return code;
}
