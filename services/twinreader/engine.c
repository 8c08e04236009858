/*
 * The engine puts the stages together, one page at a time.
 *
 * A page's scratch memory is an arena that is emptied for the next page; what the reading keeps is
 * copied into the reading's own arena.  Boxes are found in the decoded picture, which may be
 * smaller than the source and may have been turned; they are mapped to the upright source at the
 * very end.
 */
#include "twinreader/engine.h"

#include "base/clock.h"
#include "infer/session.h"
#include "twinreader/detect.h"
#include "twinreader/form.h"
#include "twinreader/geometry.h"
#include "twinreader/join.h"
#include "twinreader/order.h"
#include "twinreader/orient.h"
#include "twinreader/recognise.h"
#include "twinreader/text_layer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t READING_MEMORY = (size_t)512 << 20;
static const size_t PAGE_MEMORY = (size_t)256 << 20;

struct engine {
    struct document_limits limits;
    struct package *packages[3];
    struct session *detector, *recogniser, *angle;
    struct forms *forms;
    char description[256], detector_name[96], recogniser_name[96];
};

/* One reading under way. */
/* A page read with less mean confidence may lie on its side. */
static const double DOUBT = 0.85;
/* Another side must read so much surer, unless words stood on end. */
static const double SURER = 0.05;

struct job {
    struct engine *engine;
    struct reading *reading;
    struct arena *scratch;
    engine_page_fn *on_page;
    void *user;
};

static int open_model(const char *dir, const char *name, enum package_task task, int threads,
                      struct package **ret_package, struct session **ret_session, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int rc = package_load(path, ret_package, e);
    if (rc)
        return rc;
    if ((*ret_package)->task != task)
        return err_set(e, ERR_CONFIG, "%s: its task is %s, but a package for %s is needed here",
                       path, package_task_name((*ret_package)->task), package_task_name(task));
    struct session_options o = session_options_default();
    o.threads = threads;
    return session_open(*ret_package, &o, ret_session, e);
}

int engine_create(const struct engine_options *o, struct engine **ret, struct err *e)
{
    struct engine *en = calloc(1, sizeof *en);
    if (!en)
        return err_set(e, ERR_NOMEM, "no memory for the engine");
    en->limits = o->limits;
    int rc = document_library_init(e);
    if (rc)
        goto fail;
    rc = open_model(o->models_dir, o->detector, PACKAGE_DETECT, o->threads, &en->packages[0],
                    &en->detector, e);
    if (rc)
        goto fail;
    rc = open_model(o->models_dir, o->recogniser, PACKAGE_RECOGNISE, o->threads, &en->packages[1],
                    &en->recogniser, e);
    if (rc)
        goto fail;
    if (o->angle && o->angle[0]) {
        rc = open_model(o->models_dir, o->angle, PACKAGE_ANGLE, o->threads, &en->packages[2],
                        &en->angle, e);
        if (rc)
            goto fail;
    }
    if (o->forms_dir) {
        rc = forms_load(o->forms_dir, &en->forms, e);
        if (rc)
            goto fail;
    }
    snprintf(en->detector_name, sizeof en->detector_name, "%s %s", en->packages[0]->name,
             en->packages[0]->version);
    snprintf(en->recogniser_name, sizeof en->recogniser_name, "%s %s", en->packages[1]->name,
             en->packages[1]->version);
    snprintf(en->description, sizeof en->description, "%s, %s (%s)", en->detector_name,
             en->recogniser_name, session_engine_version());
    *ret = en;
    return 0;
fail:
    engine_destroy(en);
    return rc;
}

void engine_destroy(struct engine *en)
{
    if (!en)
        return;
    forms_destroy(en->forms);
    session_close(en->angle);
    session_close(en->recogniser);
    session_close(en->detector);
    for (int i = 0; i < 3; i++)
        package_destroy(en->packages[i]);
    free(en);
}

const struct forms *engine_forms(const struct engine *en)
{
    return en->forms;
}

const char *engine_description(const struct engine *en)
{
    return en->description;
}

/* The ink's extent with a little air around it, as a person would draw the box. */
static const float AIR = 0.12f;

static float air(float at, float by)
{
    float v = at + by;
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* Copies words into the reading's arena; boxes follow the ink inside `cut`, the line as it was cut.
 */
static int keep_line(struct arena *a, const struct recognised *r, const struct quad *cut,
                     struct line *ret)
{
    const float rows = AIR * (r->bottom - r->top);
    const float columns = rows * geometry_height(cut) / fmaxf(geometry_width(cut), 1);
    const struct quad band = geometry_band(cut, air(r->top, -rows), air(r->bottom, rows));
    const struct quad *box = &band;
    struct word *words = arena_array(a, r->word_count, sizeof *words);
    size_t text_length = 1;
    if (!words)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->word_count; i++) {
        const struct words_word *from = &r->words[i];
        struct character *chars = arena_array(a, from->count, sizeof *chars);
        size_t length = 1;
        double sum = 0;
        if (!chars)
            return ERR_NOMEM;
        for (size_t k = 0; k < from->count; k++) {
            chars[k].text = arena_strdup(a, from->chars[k].text);
            if (!chars[k].text)
                return ERR_NOMEM;
            chars[k].confidence = from->chars[k].confidence;
            chars[k].box = geometry_slice(box, from->chars[k].from, from->chars[k].to);
            length += strlen(chars[k].text);
            sum += chars[k].confidence;
        }
        char *text = arena_alloc(a, length), *p = text;
        if (!text)
            return ERR_NOMEM;
        for (size_t k = 0; k < from->count; k++)
            p = stpcpy(p, chars[k].text);
        words[i] = (struct word){.text = text,
                                 .confidence = (float)(sum / (double)from->count),
                                 .box = geometry_slice(box, from->from, from->to),
                                 .chars = chars,
                                 .char_count = from->count};
        text_length += length;
    }
    char *text = arena_alloc(a, text_length), *p = text;
    if (!text)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->word_count; i++)
        p = stpcpy(i ? stpcpy(p, " ") : p, words[i].text);
    *ret = (struct line){.text = text,
                         .confidence = r->confidence,
                         .box = geometry_slice(box, air(r->words[0].from, -columns),
                                               air(r->words[r->word_count - 1].to, columns)),
                         .words = words,
                         .word_count = r->word_count};
    return 0;
}

/* Lines of the recogniser's output, in the reading's arena and in source pixels. */
static int keep_lines(struct job *j, struct page *page, const struct recognised *read,
                      const struct quad *boxes, size_t count, double scale, struct err *e)
{
    struct arena *a = j->reading->arena;
    const float least = (float)j->engine->packages[1]->threshold.text;
    struct line *lines = arena_array(a, count + 1, sizeof *lines);
    size_t kept = 0;
    if (!lines)
        goto nomem;
    for (size_t i = 0; i < count; i++) {
        if (!read[i].word_count || read[i].confidence < least)
            continue;
        struct quad box = geometry_scale_clamp(&boxes[i], (float)(1 / scale), (float)(1 / scale),
                                               (float)page->width, (float)page->height);
        if (keep_line(a, &read[i], &box, &lines[kept]))
            goto nomem;
        kept++;
    }
    page->lines = lines;
    page->line_count = kept;
    page->skew = order_skew(lines, kept, j->scratch);
    return order_lines(lines, kept, page->skew, j->scratch, e);
nomem:
    return err_set(e, ERR_NOMEM, "the page has too much text");
}

static void turn_page(struct page *page, int degrees)
{
    if (degrees % 180) {
        int width = page->width;
        page->width = page->height;
        page->height = width;
    }
    page->rotation = (page->rotation + degrees) % 360;
}

/* What was seen on a picture. */
struct look {
    struct quad *boxes;
    struct recognised *read;
    size_t count;
    int degrees;          /* that the picture was turned */
    double letters, sure; /* how many, and the sum of their confidences */
};

/* Finds and reads the picture's text.  May replace *picture with a turned copy. */
static int look_at(struct job *j, struct timings *t, struct image **picture, struct look *ret,
                   struct err *e)
{
    struct engine *en = j->engine;
    const double gap = session_package(en->detector)->threshold.join;
    struct detection *found;
    *ret = (struct look){0};
    int rc = detect_lines(en->detector, *picture, j->scratch, t, &found, &ret->count, e);
    if (!rc && gap > 0)
        rc = join_words(found, &ret->count, gap, *picture, j->scratch, e);
    if (rc)
        return rc;
    ret->read = arena_array(j->scratch, ret->count + 1, sizeof *ret->read);
    ret->boxes = arena_array(j->scratch, ret->count + 1, sizeof *ret->boxes);
    if (!ret->read || !ret->boxes)
        return err_set(e, ERR_NOMEM, "the page has too much text");
    for (size_t i = 0; i < ret->count; i++)
        ret->boxes[i] = found[i].box;
    rc = orient_lines(en->recogniser, en->angle, picture, ret->boxes, ret->count, j->scratch, t,
                      ret->read, &ret->degrees, e);
    for (size_t i = 0; i < ret->count && !rc; i++)
        for (size_t k = 0; k < ret->read[i].word_count; k++) {
            ret->letters += (double)ret->read[i].words[k].count;
            ret->sure += (double)ret->read[i].words[k].count * ret->read[i].confidence;
        }
    return rc;
}

static double mean_of(const struct look *look)
{
    return look->letters > 0 ? look->sure / look->letters : 0;
}

/* Looks once more, turned by so many degrees more, and keeps what has more letters, and surer ones:
 * noise reads alike from all sides. */
static int look_turned(struct job *j, struct timings *t, int degrees, struct image **picture,
                       struct look *look, struct err *e)
{
    struct image *other = image_rotate(*picture, degrees);
    if (!other)
        return err_set(e, ERR_NOMEM, "no memory to turn the page");
    struct look second;
    int rc = look_at(j, t, &other, &second, e);
    if (rc || second.sure <= look->sure ||
        (degrees != 0 && mean_of(&second) < mean_of(look) + SURER)) {
        image_destroy(other);
        return rc;
    }
    second.degrees = (second.degrees + look->degrees + degrees) % 360;
    image_destroy(*picture);
    *picture = other;
    *look = second;
    return 0;
}

static bool in_doubt(const struct look *look)
{
    return look->sure < DOUBT * look->letters;
}

/* A detector of words knows upright words; of a page that lies on its side it finds pieces, tall
 * ones or such as nobody can read.  Then the page is looked at again from other sides. */
static int look_again(struct job *j, struct timings *t, struct image **picture, struct look *look,
                      struct err *e)
{
    const bool turned = look->degrees % 180 != 0;
    if (session_package(j->engine->detector)->threshold.join <= 0 || look->count == 0)
        return 0;
    int rc = 0;
    if (turned || in_doubt(look))
        rc = look_turned(j, t, turned ? 0 : 90, picture, look, e);
    if (!rc && in_doubt(look))
        rc = look_turned(j, t, 180, picture, look, e);
    return rc;
}

/* Reads the picture's text.  May replace *picture with a turned copy. */
static int read_picture(struct job *j, struct page *page, struct image **picture, double scale,
                        struct err *e)
{
    struct look look;
    int rc = look_at(j, &page->timings, picture, &look, e);
    if (!rc)
        rc = look_again(j, &page->timings, picture, &look, e);
    if (rc)
        return rc;
    page->timings.boxes = (int)look.count;
    turn_page(page, look.degrees);
    uint64_t start = clock_monotonic_ns();
    rc = keep_lines(j, page, look.read, look.boxes, look.count, scale, e);
    page->timings.ns[STAGE_ORDER] += clock_monotonic_ns() - start;
    return rc;
}

/* Takes a PDF page's own words. */
static int read_text_layer(struct job *j, struct page *page, const struct document_page *dp,
                           struct err *e)
{
    struct recognised *read;
    struct quad *boxes;
    size_t count;
    int rc = text_layer_lines(dp, j->scratch, &read, &boxes, &count, e);
    if (rc)
        return rc;
    page->text_layer = true;
    return keep_lines(j, page, read, boxes, count, 1, e);
}

static void page_failed(struct job *j, struct page *page, const struct err *e)
{
    char text[1100];
    page->error = arena_strdup(j->reading->arena, err_text(e, text, sizeof text));
    page->error_code = err_name(e->code);
    if (!page->error)
        page->error = "failed, and memory ran out saying why";
}

/* Decodes and reads one page into page->...; a failure stays with the page. */
static int read_page(struct job *j, struct document *d, int index, struct page *page, int total,
                     struct err *e)
{
    struct document_page dp = {0};
    struct err own = ERR_INIT;
    uint64_t start = clock_monotonic_ns();
    arena_reset(j->scratch);
    int rc = document_read_page(d, index, j->scratch, &dp, &own);
    page->timings.ns[STAGE_DECODE] = clock_monotonic_ns() - start;
    page->form = "unknown";
    if (!rc) {
        page->width = dp.source_width;
        page->height = dp.source_height;
        page->dpi = dp.dpi;
        rc = dp.text ? read_text_layer(j, page, &dp, &own)
                     : read_picture(j, page, &dp.picture, dp.scale, &own);
    }
    if (!rc && j->engine->forms) {
        uint64_t before = clock_monotonic_ns();
        const struct form_picture seen = {dp.picture, dp.scale};
        rc = forms_extract_seen(j->engine->forms, j->reading->arena, page, &seen, &own);
        page->timings.ns[STAGE_FIELDS] = clock_monotonic_ns() - before;
    }
    page->timings.total_ns = clock_monotonic_ns() - start;
    if (rc)
        page_failed(j, page, &own);
    if (j->on_page && j->on_page(j->user, j->reading, page, dp.picture, total))
        rc = err_set(e, ERR_CANCELLED, "cancelled after page %d", page->number);
    else
        rc = 0;
    image_destroy(dp.picture);
    return rc;
}

/* Makes room for `more` pages at the end of the reading. */
static struct page *add_pages(struct reading *r, size_t more)
{
    struct page *pages = arena_array(r->arena, r->page_count + more, sizeof *pages);
    if (!pages)
        return NULL;
    if (r->page_count)
        memcpy(pages, r->pages, r->page_count * sizeof *pages);
    struct page *first = pages + r->page_count;
    r->pages = pages;
    r->page_count += more;
    return first;
}

/* Each source was held to the limit when it was opened; together they are one document. */
static int check_page_total(const struct job *j, int pages, struct err *e)
{
    int most = j->engine->limits.max_pages;
    return pages > most ? err_set(e, ERR_LIMIT,
                                  "with it the document has %d pages, more than the limit of %d",
                                  pages, most)
                        : 0;
}

static int read_source(struct job *j, const struct engine_source *s, bool alone, struct err *e)
{
    struct reading *r = j->reading;
    struct document *d = NULL;
    struct err own = ERR_INIT;
    int number = (int)r->page_count;
    const char *name = arena_strdup(r->arena, s->name);
    int rc = s->bytes ? document_open_memory(s->bytes, s->len, &j->engine->limits, &d, &own)
                      : document_open_file(s->path, &j->engine->limits, &d, &own);
    if (!rc && (rc = check_page_total(j, number + document_page_count(d), &own))) {
        document_close(d);
        d = NULL;
    }
    if (rc && alone) {
        if (e)
            *e = own;
        return rc;
    }
    if (!r->format)
        r->format = d ? document_format(d) : "unknown";
    int pages = d ? document_page_count(d) : 1;
    struct page *first = name ? add_pages(r, (size_t)pages) : NULL;
    if (!first) {
        rc = err_set(e, ERR_NOMEM, "too many pages");
        goto out;
    }
    for (int i = 0; i < pages; i++) {
        first[i].number = number + i + 1;
        first[i].source = name;
    }
    if (rc) {
        first->form = "unknown";
        page_failed(j, first, &own);
        rc = 0;
    }
    for (int i = 0; d && i < pages && !rc; i++)
        rc = read_page(j, d, i, &first[i], number + pages, e);
out:
    document_close(d);
    return rc;
}

int engine_read(struct engine *en, const struct engine_source *sources, size_t count,
                engine_page_fn *on_page, void *user, struct reading **ret, struct err *e)
{
    struct arena *a = arena_create(READING_MEMORY);
    struct arena *scratch = arena_create(PAGE_MEMORY);
    struct reading *r = a ? arena_alloc(a, sizeof *r) : NULL;
    int rc = 0;
    if (!r || !scratch) {
        arena_destroy(a);
        arena_destroy(scratch);
        return err_set(e, ERR_NOMEM, "no memory for a reading");
    }
    *r = (struct reading){.arena = a,
                          .name = count ? arena_strdup(a, sources[0].name) : "",
                          .detector = arena_strdup(a, en->detector_name),
                          .recogniser = arena_strdup(a, en->recogniser_name),
                          .read_at_ms = clock_wall_ms()};
    if (!r->name || !r->detector || !r->recogniser)
        rc = err_set(e, ERR_NOMEM, "no memory for a reading");
    struct job j = {
        .engine = en, .reading = r, .scratch = scratch, .on_page = on_page, .user = user};
    for (size_t i = 0; i < count && !rc; i++)
        rc = read_source(&j, &sources[i], count == 1, e);
    arena_destroy(scratch);
    if (rc)
        reading_destroy(r);
    else
        *ret = r;
    return rc;
}
