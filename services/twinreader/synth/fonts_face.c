#include "twinreader/synth/fonts_face.h"

#include "base/text.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_BBOX_H
#include FT_OUTLINE_H
#include <hb.h>

enum {
    BMP = 0x10000,
    MAX_REACH = 30000 /* pixels; beyond it the rasteriser's coordinates end */
};

/* What is known of a code point's glyph. */
enum cover { UNKNOWN, COVERED, MISSING };

struct synth_fonts_engine {
    FT_Library freetype;
    hb_buffer_t *buffer;
    struct synth_fonts_glyph *glyphs; /* of the last text */
    size_t capacity;
};

struct synth_fonts_face {
    struct synth_fonts_engine *engine;
    FT_Face face;
    hb_font_t *font;
    double em;              /* font units */
    FT_Outline missing;     /* what the font draws for a missing glyph */
    unsigned char *covered; /* [BMP] enum cover; made when first asked */
};

int synth_fonts_engine_create(struct synth_fonts_engine **ret, struct err *e)
{
    struct synth_fonts_engine *g = calloc(1, sizeof *g);
    if (!g)
        return err_set(e, ERR_NOMEM, "no memory for the text engine");
    int code = 0;
    if (FT_Init_FreeType(&g->freetype)) {
        g->freetype = NULL;
        code = err_set(e, ERR_INTERNAL, "FreeType does not start");
    } else if (!hb_buffer_allocation_successful(g->buffer = hb_buffer_create())) {
        code = err_set(e, ERR_NOMEM, "no memory for the text engine");
    }
    if (code) {
        synth_fonts_engine_destroy(g);
        return code;
    }
    *ret = g;
    return 0;
}

void synth_fonts_engine_destroy(struct synth_fonts_engine *g)
{
    if (!g)
        return;
    hb_buffer_destroy(g->buffer);
    if (g->freetype)
        FT_Done_FreeType(g->freetype);
    free(g->glyphs);
    free(g);
}

/* Loads a glyph's outline in font units. */
static bool load(struct synth_fonts_face *f, uint32_t glyph)
{
    return FT_Load_Glyph(f->face, glyph, FT_LOAD_NO_SCALE) == 0 &&
           f->face->glyph->format == FT_GLYPH_FORMAT_OUTLINE;
}

/* HarfBuzz reads the tables itself: in font units, without FreeType's state in between. */
static hb_font_t *open_harfbuzz(const char *path, unsigned index)
{
    hb_blob_t *blob = hb_blob_create_from_file_or_fail(path);
    if (!blob)
        return NULL;
    hb_face_t *face = hb_face_create(blob, index);
    hb_font_t *font = hb_font_create(face); /* its scale is the face's units per em */
    hb_face_destroy(face);
    hb_blob_destroy(blob);
    return font;
}

int synth_fonts_face_open(struct synth_fonts_engine *g, const char *path, unsigned index,
                          struct synth_fonts_face **ret, struct err *e)
{
    struct synth_fonts_face *f = calloc(1, sizeof *f);
    if (!f)
        return err_set(e, ERR_NOMEM, "no memory for a font");
    f->engine = g;
    int code;
    FT_Error failure = FT_New_Face(g->freetype, path, (FT_Long)index, &f->face);
    if (failure) {
        f->face = NULL;
        code = err_set(e, ERR_FORMAT, "%s: FreeType cannot open face %u (error %d)", path, index,
                       failure);
        goto fail;
    }
    if (!FT_IS_SCALABLE(f->face) || f->face->units_per_EM == 0) {
        code = err_set(e, ERR_UNSUPPORTED, "%s: has no outlines", path);
        goto fail;
    }
    f->em = f->face->units_per_EM;
    f->font = open_harfbuzz(path, index);
    if (!f->font) {
        code = err_set(e, ERR_IO, "%s: HarfBuzz cannot open it", path);
        goto fail;
    }
    if (load(f, 0)) {
        const FT_Outline *o = &f->face->glyph->outline;
        if (FT_Outline_New(g->freetype, (FT_UInt)o->n_points, o->n_contours, &f->missing) ||
            FT_Outline_Copy(o, &f->missing)) {
            code = err_set(e, ERR_NOMEM, "no memory for a font");
            goto fail;
        }
    }
    *ret = f;
    return 0;
fail:
    synth_fonts_face_close(f);
    return code;
}

void synth_fonts_face_close(struct synth_fonts_face *f)
{
    if (!f)
        return;
    if (f->missing.points)
        FT_Outline_Done(f->engine->freetype, &f->missing);
    if (f->font)
        hb_font_destroy(f->font);
    if (f->face)
        FT_Done_Face(f->face);
    free(f->covered);
    free(f);
}

/* Some fonts map every character they lack to a glyph of its own that looks like the missing one.
 */
static bool looks_missing(const struct synth_fonts_face *f, const FT_Outline *o)
{
    const FT_Outline *m = &f->missing;
    return o->n_points == m->n_points && o->n_contours == m->n_contours && m->points &&
           memcmp(o->points, m->points, (size_t)o->n_points * sizeof *o->points) == 0;
}

static bool draws(struct synth_fonts_face *f, uint32_t code_point)
{
    hb_codepoint_t glyph;
    if (code_point < ' ' || !hb_font_get_nominal_glyph(f->font, code_point, &glyph) || glyph == 0)
        return false;
    if (code_point == ' ')
        return true;
    return load(f, glyph) && f->face->glyph->outline.n_contours > 0 &&
           !looks_missing(f, &f->face->glyph->outline);
}

bool synth_fonts_face_cover(struct synth_fonts_face *f, uint32_t code_point)
{
    if (code_point >= BMP)
        return draws(f, code_point);
    if (!f->covered && !(f->covered = calloc(BMP, 1)))
        return draws(f, code_point);
    unsigned char *known = &f->covered[code_point];
    if (*known == UNKNOWN)
        *known = draws(f, code_point) ? COVERED : MISSING;
    return *known == COVERED;
}

int synth_fonts_face_exclude(struct synth_fonts_face *f, const char *text, struct err *e)
{
    if (!f->covered && !(f->covered = calloc(BMP, 1)))
        return err_set(e, ERR_NOMEM, "no memory for a font");
    uint32_t c;
    for (size_t n, left = strlen(text); left > 0; text += n, left -= n) {
        n = text_utf8_next(text, left, &c);
        if (n == 0 || c >= BMP)
            return err_set(e, ERR_USAGE, "\"%s\" is no text of plain characters", text);
        f->covered[c] = MISSING;
    }
    return 0;
}

static bool has_hangul(const char *text, size_t len)
{
    uint32_t c;
    for (size_t i = 0, n; i < len && (n = text_utf8_next(text + i, len - i, &c)) > 0; i += n) {
        if ((c >= 0xac00 && c <= 0xd7a3) || (c >= 0x3131 && c <= 0x318e))
            return true;
    }
    return false;
}

/* Ligatures are off: a label has a box for every character. */
static void shape(struct synth_fonts_face *f, const char *text, size_t len)
{
    static const hb_feature_t off[] = {
        {HB_TAG('l', 'i', 'g', 'a'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
        {HB_TAG('c', 'l', 'i', 'g'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
        {HB_TAG('c', 'a', 'l', 't'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
        {HB_TAG('r', 'l', 'i', 'g'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
    };
    hb_buffer_t *b = f->engine->buffer;
    hb_buffer_clear_contents(b);
    hb_buffer_add_utf8(b, text, (int)len, 0, (int)len);
    hb_buffer_set_direction(b, HB_DIRECTION_LTR);
    hb_buffer_set_script(b, has_hangul(text, len) ? HB_SCRIPT_HANGUL : HB_SCRIPT_LATIN);
    hb_shape(f->font, b, off, sizeof off / sizeof *off);
}

int synth_fonts_face_shape(struct synth_fonts_face *f, const char *text, size_t len,
                           const struct synth_fonts_glyph **ret, size_t *ret_count, struct err *e)
{
    if (len > INT_MAX / 2)
        return err_set(e, ERR_LIMIT, "a text of %zu bytes is too long", len);
    struct synth_fonts_engine *g = f->engine;
    shape(f, text, len);
    unsigned count = 0;
    const hb_glyph_info_t *info = hb_buffer_get_glyph_infos(g->buffer, &count);
    const hb_glyph_position_t *pos = hb_buffer_get_glyph_positions(g->buffer, &count);
    if (!hb_buffer_allocation_successful(g->buffer))
        return err_set(e, ERR_NOMEM, "no memory to set a text");
    if (count > g->capacity) {
        struct synth_fonts_glyph *more = realloc(g->glyphs, (size_t)count * 2 * sizeof *more);
        if (!more)
            return err_set(e, ERR_NOMEM, "no memory to set a text");
        g->glyphs = more;
        g->capacity = (size_t)count * 2;
    }
    for (unsigned i = 0; i < count; i++) {
        if (info[i].codepoint == 0)
            return err_set(e, ERR_USAGE, "the font has no glyph for part of \"%.*s\"", (int)len,
                           text);
        g->glyphs[i] = (struct synth_fonts_glyph){
            .id = info[i].codepoint,
            .at = info[i].cluster,
            .advance = pos[i].x_advance / f->em,
            .x = pos[i].x_offset / f->em,
            .y = pos[i].y_offset / f->em,
        };
    }
    *ret = g->glyphs;
    *ret_count = count;
    return 0;
}

static int load_or_fail(struct synth_fonts_face *f, uint32_t glyph, struct err *e)
{
    if (load(f, glyph))
        return 0;
    return err_set(e, ERR_FORMAT, "%s: glyph %u cannot be loaded", f->face->family_name, glyph);
}

int synth_fonts_face_bounds(struct synth_fonts_face *f, uint32_t glyph, bool exact,
                            struct synth_fonts_box *ret, struct err *e)
{
    int code = load_or_fail(f, glyph, e);
    if (code)
        return code;
    FT_Outline *o = &f->face->glyph->outline;
    FT_BBox box = {0};
    if (o->n_contours > 0) {
        FT_Outline_Get_CBox(o, &box);
        if (exact && FT_Outline_Get_BBox(o, &box))
            return err_set(e, ERR_FORMAT, "glyph %u has a broken outline", glyph);
    }
    *ret = (struct synth_fonts_box){(double)box.xMin / f->em, (double)box.yMin / f->em,
                                    (double)box.xMax / f->em, (double)box.yMax / f->em};
    return 0;
}

struct painting {
    const struct synth_fonts_canvas *canvas;
    struct synth_fonts_ink *ink;
};

static inline unsigned char mix(unsigned char under, unsigned char over, int alpha)
{
    int d = (over - under) * alpha; /* rounded to the nearest, away from zero */
    return (unsigned char)(under + (d + (d < 0 ? -127 : 127)) / 255);
}

static void blend(const struct synth_fonts_canvas *c, int x0, int x1, int y, int coverage)
{
    int alpha = coverage * c->alpha / 255;
    unsigned char *p = c->pixels + (size_t)y * c->stride + (size_t)x0 * (size_t)c->step;
    for (int x = x0; x < x1; x++, p += c->step) {
        p[0] = mix(p[0], c->colour[0], alpha);
        if (c->step > 1) {
            p[1] = mix(p[1], c->colour[1], alpha);
            p[2] = mix(p[2], c->colour[2], alpha);
        }
    }
}

/* The rasteriser hands over a row's covered pixels, y up: row -1 is the canvas's first. */
static void take_spans(int row, int count, const FT_Span *span, void *user)
{
    struct painting *p = user;
    const struct synth_fonts_canvas *c = p->canvas;
    struct synth_fonts_ink *ink = p->ink;
    int y = -1 - row;
    for (int i = 0; i < count; i++) {
        int x0 = span[i].x, x1 = x0 + span[i].len;
        if (ink->x0 >= ink->x1) {
            *ink = (struct synth_fonts_ink){x0, y, x1, y + 1};
        } else {
            ink->x0 = x0 < ink->x0 ? x0 : ink->x0;
            ink->x1 = x1 > ink->x1 ? x1 : ink->x1;
            ink->y0 = y < ink->y0 ? y : ink->y0;
            ink->y1 = y + 1 > ink->y1 ? y + 1 : ink->y1;
        }
        if (y < 0 || y >= c->height)
            continue;
        x0 = x0 < 0 ? 0 : x0;
        x1 = x1 > c->width ? c->width : x1;
        if (x0 < x1)
            blend(c, x0, x1, y, span[i].coverage);
    }
}

int synth_fonts_face_paint(struct synth_fonts_face *f, uint32_t glyph,
                           const struct synth_fonts_place *place,
                           const struct synth_fonts_canvas *canvas, struct synth_fonts_ink *ink,
                           struct err *e)
{
    int code = load_or_fail(f, glyph, e);
    if (code)
        return code;
    FT_Outline *o = &f->face->glyph->outline;
    if (o->n_contours <= 0)
        return 0;
    double unit = 64 / f->em; /* 26.6 device units a font unit */
    FT_Matrix m = {
        .xx = (FT_Fixed)lround(place->a * unit * 65536),
        .xy = (FT_Fixed)lround(place->b * unit * 65536),
        .yx = (FT_Fixed)lround(-place->c * unit * 65536),
        .yy = (FT_Fixed)lround(-place->d * unit * 65536),
    };
    FT_Outline_Transform(o, &m);
    FT_Outline_Translate(o, lround(place->x0 * 64), lround(-place->y0 * 64));
    FT_BBox box;
    FT_Outline_Get_CBox(o, &box);
    if (box.xMin < -MAX_REACH * 64 || box.xMax > MAX_REACH * 64 || box.yMin < -MAX_REACH * 64 ||
        box.yMax > MAX_REACH * 64)
        return err_set(e, ERR_LIMIT, "a glyph lies too far from the paper");
    struct painting p = {canvas, ink};
    FT_Raster_Params params = {
        .flags = FT_RASTER_FLAG_AA | FT_RASTER_FLAG_DIRECT,
        .gray_spans = take_spans,
        .user = &p,
    };
    if (FT_Outline_Render(f->engine->freetype, o, &params))
        return err_set(e, ERR_FORMAT, "%s: glyph %u cannot be drawn", f->face->family_name, glyph);
    return 0;
}
