#include "image/bmp.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/sink.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <vips/vips.h>

#include <vips/vector.h> /* after vips.h, on which it depends */

/* libvips, and nothing but the loaders named below: everything else it can load is blocked, so that
 * what a stranger's bytes reach is known.
 *
 * A page is decoded as a pipeline (load, 8 bits, on white) from which this thread pulls strips of
 * rows into a sink, which reduces them and puts them upright.  So a page far larger than the
 * picture asked for never exists in memory, and no thread of libvips's own takes part: the callers'
 * workers are the parallelism.
 *
 * Wide-gamut RGB profiles are not converted: text reads the same.  CMYK is, with the file's profile
 * when it has one. */

enum { STRIP = 32 };

static void drop_message(const gchar *domain, GLogLevelFlags level, const gchar *text,
                         gpointer data)
{
    (void)domain;
    (void)level;
    (void)text;
    (void)data;
}

int document_library_init(struct err *e)
{
    static const char *const allowed[] = {"VipsForeignLoadJpeg", "VipsForeignLoadPng",
                                          "VipsForeignLoadTiff", "VipsForeignLoadWebp",
                                          "VipsForeignLoadHeif", "VipsForeignLoadNsgif"};
    if (vips_init("dure"))
        return err_set(e, ERR_INTERNAL, "libvips does not start: %s", vips_error_buffer());
    vips_concurrency_set(1);
    /* Orc, with which libvips compiles vector code, corrupts its heap when two threads do so at
     * once (0.4.33, Debian 12: eight threads reading small pictures aborted in one run of six). */
    vips_vector_set_enabled(FALSE);
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    vips_cache_set_max_files(0);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++)
        vips_operation_block_set(allowed[i], FALSE);
    g_log_set_handler("VIPS", G_LOG_LEVEL_MASK, drop_message, NULL);
    return 0;
}

void document_library_shutdown(void)
{
    if (g_type_from_name("VipsImage")) /* libvips cannot shut down what never started */
        vips_shutdown();
}

/* Fails with our sentence on top of what libvips said.  Its error buffer is shared by all threads,
 * so the cause is a hint and the sentence must not depend on it. */
static int vips_fail(struct err *e, int code, const char *what, enum decode_format format)
{
    char *said = vips_error_buffer_copy();
    char *end = strchr(said, '\n');
    if (end)
        *end = '\0';
    err_set(e, code, "%s", *said ? said : "libvips gave no reason");
    g_free(said);
    return err_wrap(e, "the %s data %s", decode_format_title(format), what);
}

static int damaged(struct err *e, enum decode_format format)
{
    return vips_fail(e, ERR_FORMAT, "is damaged or cut short", format);
}

static int bmp_generate(VipsRegion *region, void *seq, void *a, void *b, gboolean *stop)
{
    const struct bmp *bmp = a;
    const VipsRect *r = &region->valid;
    (void)seq, (void)b, (void)stop;
    for (int y = 0; y < r->height; y++)
        bmp_read(bmp, r->left, r->top + y, r->width, VIPS_REGION_ADDR(region, r->left, r->top + y));
    return 0;
}

/* Makes our bitmap reader the source of a pipeline. */
static int open_bmp(const struct decode_input *in, VipsImage **ret, struct err *e)
{
    struct bmp bmp;
    int rc = bmp_open(in->bytes, in->len, &bmp, e);
    if (rc)
        return rc;
    VipsImage *im = vips_image_new();
    struct bmp *kept = VIPS_NEW(im, struct bmp); /* freed with the image */
    *kept = bmp;
    double dots_per_mm = bmp.dpi > 0.0 ? bmp.dpi / 25.4 : 1.0;
    vips_image_init_fields(im, bmp.width, bmp.height, 3, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
                           VIPS_INTERPRETATION_sRGB, dots_per_mm, dots_per_mm);
    if (vips_image_pipelinev(im, VIPS_DEMAND_STYLE_THINSTRIP, NULL) ||
        vips_image_generate(im, NULL, bmp_generate, NULL, kept, NULL)) {
        g_object_unref(im);
        return damaged(e, DECODE_BMP);
    }
    *ret = im;
    return 0;
}

/* Opens lazily: only the header is read until rows are asked for.  `shrink` is 1, 2, 4 or 8 and
 * applies to JPEG. */
static int open_image(const struct decode_input *in, int page, int shrink, VipsImage **ret,
                      struct err *e)
{
    void *bytes = (void *)(uintptr_t)in->bytes; /* libvips only reads them */
    VipsImage *im = NULL;
    int rc = -1;
    vips_error_clear();
    switch (in->format) {
    case DECODE_JPEG:
        rc = vips_jpegload_buffer(bytes, in->len, &im, "shrink", shrink, "access",
                                  VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case DECODE_PNG:
        rc = vips_pngload_buffer(bytes, in->len, &im, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                 VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case DECODE_TIFF:
        rc = vips_tiffload_buffer(bytes, in->len, &im, "page", page, "access",
                                  VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case DECODE_WEBP:
        rc = vips_webpload_buffer(bytes, in->len, &im, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                  VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case DECODE_HEIF:
        rc = vips_heifload_buffer(bytes, in->len, &im, "page", page, "access",
                                  VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case DECODE_GIF:
        rc = vips_gifload_buffer(bytes, in->len, &im, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                 VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case DECODE_BMP:
        return open_bmp(in, ret, e);
    default:
        return err_set(e, ERR_INTERNAL, "no decoder for this format");
    }
    if (rc)
        return damaged(e, in->format);
    *ret = im;
    return 0;
}

static int int_field(VipsImage *im, const char *name, int fallback)
{
    int v;
    if (!vips_image_get_typeof(im, name) || vips_image_get_int(im, name, &v))
        return fallback;
    return v;
}

/* When the file says nothing, libvips says one pixel a millimetre or 72 an inch; a file that does
 * say 72 nearly always means nothing by it either. */
static double dots_per_inch(const VipsImage *im)
{
    double dpi = im->Xres * 25.4;
    bool unset = fabs(im->Xres - 1.0) < 1e-6 || fabs(dpi - 72.0) < 0.1;
    return unset || dpi < 30.0 || dpi > 5000.0 ? 0.0 : dpi;
}

static bool needs_whole(VipsImage *im, enum decode_format format)
{
    if (format == DECODE_WEBP || format == DECODE_HEIF || format == DECODE_GIF)
        return true;
    return int_field(im, "interlaced", 0) || int_field(im, "jpeg-multiscan", 0);
}

int decode_header(const struct decode_input *in, int page, struct decode_header *ret, struct err *e)
{
    VipsImage *im;
    int rc = open_image(in, page, 1, &im, e);
    if (rc)
        return rc;
    struct decode_header h = {.width = im->Xsize, .height = im->Ysize, .pages = 1};
    if (in->format == DECODE_TIFF) /* vips_image_get_n_pages says 1 when there are 10,000 */
        h.pages = int_field(im, VIPS_META_N_PAGES, 1);
    if (in->format == DECODE_HEIF)
        h.primary = int_field(im, "heif-primary", 0);
    h.orientation = vips_image_get_orientation(im);
    h.dpi = dots_per_inch(im);
    h.whole = needs_whole(im, in->format);
    g_object_unref(im);
    vips_thread_shutdown();
    *ret = h;
    return 0;
}

/* Replaces *im by `next`, the outcome `rc` of an operation on it. */
static int step(VipsImage **im, VipsImage *next, int rc)
{
    if (rc)
        return rc;
    g_object_unref(*im);
    *im = next;
    return 0;
}

/* 16-bit samples lose their low byte, in all bands alike. */
static int to_8_bits(VipsImage **im)
{
    VipsInterpretation type = (*im)->Type;
    VipsImage *next = NULL;
    if (type == VIPS_INTERPRETATION_RGB16)
        type = VIPS_INTERPRETATION_sRGB;
    else if (type == VIPS_INTERPRETATION_GREY16)
        type = VIPS_INTERPRETATION_B_W;
    int rc = vips_rshift_const1(*im, &next, 8, NULL);
    if (!step(im, next, rc)) {
        rc = vips_cast(*im, &next, VIPS_FORMAT_UCHAR, NULL);
        if (!step(im, next, rc)) {
            rc = vips_copy(*im, &next, "interpretation", type, NULL);
            rc = step(im, next, rc);
        }
    }
    return rc;
}

static bool needs_conversion(const VipsImage *im)
{
    switch (im->Type) {
    case VIPS_INTERPRETATION_CMYK:
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_LABQ:
    case VIPS_INTERPRETATION_XYZ:
    case VIPS_INTERPRETATION_scRGB:
        return true;
    default:
        return false;
    }
}

/* Lays a strip on white; the last band is alpha, each colour band is weighed by it. */
static int flatten_generate(VipsRegion *out, void *seq, void *a, void *b, gboolean *stop)
{
    VipsRegion *in = seq;
    const VipsRect *r = &out->valid;
    int bands = in->im->Bands - 1;
    (void)a, (void)b, (void)stop;
    if (vips_region_prepare(in, r))
        return -1;
    for (int y = r->top; y < r->top + r->height; y++) {
        const unsigned char *src = VIPS_REGION_ADDR(in, r->left, y);
        unsigned char *dst = VIPS_REGION_ADDR(out, r->left, y);
        for (int x = 0; x < r->width; x++, src += bands + 1, dst += bands) {
            int alpha = src[bands];
            for (int c = 0; c < bands; c++)
                dst[c] = (unsigned char)((src[c] * alpha + 255 * (255 - alpha) + 127) / 255);
        }
    }
    return 0;
}

/* vips_flatten would start threads to convert the colour white. */
static int flatten(VipsImage **im)
{
    VipsImage *out = vips_image_new();
    int rc = vips_image_pipelinev(out, VIPS_DEMAND_STYLE_THINSTRIP, *im, NULL);
    if (!rc) {
        out->Bands--;
        rc = vips_image_generate(out, vips_start_one, flatten_generate, vips_stop_one, *im, NULL);
    }
    if (rc) {
        g_object_unref(out);
        return rc;
    }
    vips_object_local(out, *im); /* the input goes when the output does */
    *im = out;
    return 0;
}

/* Leaves one band (grey) or three (sRGB) of 8 bits, on white. */
static int normalise(VipsImage **im)
{
    VipsImage *next = NULL;
    int rc = 0;
    if ((*im)->BandFmt == VIPS_FORMAT_USHORT)
        rc = to_8_bits(im);
    if (!rc && needs_conversion(*im)) {
        rc = vips_colourspace(*im, &next, VIPS_INTERPRETATION_sRGB, NULL);
        rc = step(im, next, rc);
    }
    if (!rc && (*im)->BandFmt == VIPS_FORMAT_UCHAR && vips_image_hasalpha(*im))
        rc = flatten(im);
    if (!rc && (*im)->Bands != 1 && (*im)->Bands != 3) {
        rc = vips_extract_band(*im, &next, 0, "n", (*im)->Bands < 3 ? 1 : 3, NULL);
        rc = step(im, next, rc);
    }
    return rc;
}

/* Pulls the pipeline through, strip by strip. */
static int pull(VipsImage *im, struct sink *sink)
{
    VipsRegion *region = vips_region_new(im);
    int rc = region ? 0 : -1;
    for (int y = 0; !rc && y < im->Ysize; y += STRIP) {
        VipsRect rect = {0, y, im->Xsize, im->Ysize - y < STRIP ? im->Ysize - y : STRIP};
        rc = vips_region_prepare(region, &rect);
        if (!rc)
            sink_push(sink, VIPS_REGION_ADDR(region, 0, y), VIPS_REGION_LSKIP(region), rect.height);
    }
    if (region)
        g_object_unref(region);
    return rc;
}

/* The picture to make of a page: its size as stored, and the part the JPEG decoder itself does. */
struct plan {
    int width, height; /* exactly, unless as_loaded */
    int shrink;
    bool as_loaded; /* the decoder's own shrinking is all; it decides how to round */
    double scale;
};

/* A power of two comes nearly free with a JPEG, so one that lands within a fifth of the size asked
 * for is taken as it is. */
static struct plan plan_size(const struct decode_header *h, enum decode_format format, int max_side)
{
    struct plan p = {h->width, h->height, 1, true, 1.0};
    int side = h->width > h->height ? h->width : h->height;
    if (max_side <= 0 || side <= max_side)
        return p;
    p.scale = (double)max_side / side;
    if (format == DECODE_JPEG) {
        while (p.shrink < 8 && (side + 2 * p.shrink - 1) / (2 * p.shrink) >= 0.8 * max_side)
            p.shrink *= 2;
        if ((side + p.shrink - 1) / p.shrink <= max_side) {
            p.scale = 1.0 / p.shrink;
            return p;
        }
    }
    p.as_loaded = false;
    p.width = (int)fmax(1.0, rint(h->width * p.scale));
    p.height = (int)fmax(1.0, rint(h->height * p.scale));
    return p;
}

int decode_picture(const struct decode_input *in, int page, const struct decode_header *h,
                   const struct document_limits *limits, struct document_page *ret, struct err *e)
{
    struct plan plan = plan_size(h, in->format, limits->max_side);
    bool sideways = h->orientation >= 5;
    struct sink *sink = NULL;
    VipsImage *im = NULL;
    int rc = open_image(in, page, plan.shrink, &im, e);
    if (rc)
        goto out;
    if (normalise(&im)) {
        rc = damaged(e, in->format);
        goto out;
    }
    if (im->BandFmt != VIPS_FORMAT_UCHAR || im->Coding != VIPS_CODING_NONE) {
        rc = err_set(e, ERR_UNSUPPORTED, "the %s data has samples of a kind that is not read",
                     decode_format_title(in->format));
        goto out;
    }
    struct sink_size size = {im->Xsize,  im->Ysize,   im->Bands,
                             plan.width, plan.height, h->orientation};
    if (plan.as_loaded) {
        size.to_width = im->Xsize;
        size.to_height = im->Ysize;
    }
    sink = sink_create(&size);
    if (!sink) {
        rc = err_set(e, ERR_NOMEM, "out of memory for a picture of %d x %d pixels", size.to_width,
                     size.to_height);
        goto out;
    }
    if (pull(im, sink)) {
        rc = damaged(e, in->format);
        goto out;
    }
    ret->picture = sink_take(sink);
    ret->source_width = sideways ? h->height : h->width;
    ret->source_height = sideways ? h->width : h->height;
    ret->scale = plan.scale;
    ret->dpi = h->dpi;
out:
    sink_destroy(sink);
    if (im)
        g_object_unref(im);
    vips_thread_shutdown();
    return rc;
}

/* Wraps a picture for a saver; rows must follow one another without a gap. */
static int wrap(const struct image *im, VipsImage **ret, struct err *e)
{
    size_t row = (size_t)im->width * (size_t)im->channels;
    if (im->stride != row)
        return err_set(e, ERR_USAGE, "a picture to encode must have no gaps between its rows");
    VipsImage *v = vips_image_new_from_memory(im->pixels, row * (size_t)im->height, im->width,
                                              im->height, im->channels, VIPS_FORMAT_UCHAR);
    if (!v)
        return err_set(e, ERR_NOMEM, "out of memory while encoding a picture");
    *ret = v;
    return 0;
}

static int encode(const struct image *im, enum decode_format format, int quality, struct buf *out,
                  struct err *e)
{
    void *bytes = NULL;
    size_t len = 0;
    VipsImage *v = NULL;
    int rc = wrap(im, &v, e);
    if (rc)
        return rc;
    rc = format == DECODE_JPEG ? vips_jpegsave_buffer(v, &bytes, &len, "Q", quality, NULL)
                               : vips_pngsave_buffer(v, &bytes, &len, "compression", 6, NULL);
    if (rc) {
        rc = vips_fail(e, ERR_INTERNAL, "cannot be written", format);
    } else {
        buf_append(out, bytes, len);
        g_free(bytes);
        if (buf_status(out))
            rc = err_set(e, buf_status(out), "the encoded picture does not fit its buffer");
    }
    g_object_unref(v);
    vips_thread_shutdown();
    return rc;
}

int image_encode_jpeg(const struct image *im, int quality, struct buf *out, struct err *e)
{
    if (quality < 1 || quality > 100)
        return err_set(e, ERR_USAGE, "JPEG quality is 1 to 100, not %d", quality);
    return encode(im, DECODE_JPEG, quality, out, e);
}

int image_encode_png(const struct image *im, struct buf *out, struct err *e)
{
    return encode(im, DECODE_PNG, 0, out, e);
}
