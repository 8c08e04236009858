/* Pictures of every kind, and every bad input with the exact answer. */
#include "image/document.h"

#include "image/encode.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const unsigned char red[3] = {255, 0, 0}, green[3] = {0, 255, 0}, blue[3] = {0, 0, 255},
                           white[3] = {255, 255, 255};

static char *data_path(const char *name, char path[1024])
{
    snprintf(path, 1024, "%s/%s", TEST_DATA, name);
    return path;
}

static unsigned char *load(const char *name, size_t *len)
{
    char path[1024];
    FILE *f = fopen(data_path(name, path), "rb");
    assert_non_null(f);
    unsigned char *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    *len = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return bytes;
}

/* Opens and reads page `index`; the picture is the caller's. */
static void read_named(const char *name, int index, const char *format, struct document_page *page)
{
    char path[1024], text[1100];
    struct err e = ERR_INIT;
    struct document *d;
    struct document_limits limits = document_limits_default();
    int rc = document_open_file(data_path(name, path), &limits, &d, &e);
    if (rc)
        fail_msg("%s: %s", name, err_text(&e, text, sizeof text));
    assert_string_equal(document_format(d), format);
    struct arena *a = arena_create(1 << 20);
    rc = document_read_page(d, index, a, page, &e);
    if (rc)
        fail_msg("%s: %s", name, err_text(&e, text, sizeof text));
    arena_destroy(a);
    document_close(d);
}

static void assert_near(const char *name, const struct image *im, int x, int y,
                        const unsigned char want[3], int tolerance)
{
    const unsigned char *p = im->pixels + (size_t)y * im->stride + (size_t)(x * 3);
    for (int c = 0; c < 3; c++) {
        if (abs(p[c] - want[c]) > tolerance)
            fail_msg("%s: pixel (%d, %d) is %d %d %d, not %d %d %d", name, x, y, p[0], p[1], p[2],
                     want[0], want[1], want[2]);
    }
}

static void assert_quadrants(const char *name, const struct image *im,
                             const unsigned char *const want[4], int tolerance)
{
    int x = im->width / 4, y = im->height / 4;
    assert_near(name, im, x, y, want[0], tolerance);
    assert_near(name, im, im->width - 1 - x, y, want[1], tolerance);
    assert_near(name, im, x, im->height - 1 - y, want[2], tolerance);
    assert_near(name, im, im->width - 1 - x, im->height - 1 - y, want[3], tolerance);
}

static void every_format_comes_out_as_rgb(void **state)
{
    (void)state;
    static const unsigned char dark[3] = {60, 60, 60}, mid[3] = {120, 120, 120},
                               light[3] = {180, 180, 180}, black[3] = {0, 0, 0},
                               luma_red[3] = {76, 76, 76}, luma_green[3] = {150, 150, 150},
                               luma_blue[3] = {29, 29, 29};
    static const unsigned char *const
        colours[4] = {red, green, blue, white},
        *const on_white[4] = {white, green, blue, white},
        *const greys[4] = {luma_red, luma_green, luma_blue, white},
        *const grey_on_white[4] = {white, luma_green, luma_blue, white},
        *const steps[4] = {black, dark, mid, light}, *const bits[4] = {black, white, black, white},
        *const last[4] = {black, black, black, white};
    static const struct {
        const char *name, *format;
        const unsigned char *const *want;
        int tolerance;
    } cases[] = {
        {"rgb.jpg", "jpeg", colours, 6},
        {"progressive.jpg", "jpeg", colours, 6},
        {"grey.jpg", "jpeg", greys, 6},
        {"rgb.png", "png", colours, 0},
        {"rgb16.png", "png", colours, 0},
        {"grey16.png", "png", steps, 0},
        {"palette.png", "png", colours, 0},
        {"alpha.png", "png", on_white, 0},
        {"grey_alpha.png", "png", grey_on_white, 1},
        {"interlaced.png", "png", colours, 0},
        {"one_bit.png", "png", bits, 0},
        {"rgb.webp", "webp", colours, 12},
        {"lossless.webp", "webp", colours, 0},
        {"alpha.webp", "webp", on_white, 0},
        {"animated.gif", "gif", colours, 0},
        {"rgb.heic", "heif", colours, 16},
        {"rgb.avif", "heif", colours, 16},
        {"fax.tif", "tiff", bits, 0},
        {"tiled16.tif", "tiff", colours, 0},
        {"bmp1.bmp", "bmp", last, 0},
        {"bmp4.bmp", "bmp", colours, 0},
        {"bmp8.bmp", "bmp", colours, 0},
        {"bmp16.bmp", "bmp", colours, 0},
        {"bmp565.bmp", "bmp", colours, 0},
        {"bmp24.bmp", "bmp", colours, 0},
        {"bmp24_down.bmp", "bmp", colours, 0},
        {"bmp24_core.bmp", "bmp", colours, 0},
        {"bmp32.bmp", "bmp", colours, 0},
        {"bmp32_fields.bmp", "bmp", colours, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct document_page p;
        read_named(cases[i].name, 0, cases[i].format, &p);
        assert_int_equal(p.picture->channels, 3);
        assert_int_equal(p.picture->width, 64);
        assert_int_equal(p.picture->height, 48);
        assert_int_equal(p.source_width, 64);
        assert_int_equal(p.source_height, 48);
        assert_true(p.scale == 1.0);
        assert_null(p.text);
        assert_quadrants(cases[i].name, p.picture, cases[i].want, cases[i].tolerance);
        image_destroy(p.picture);
    }
}

/* Process colours do not map exactly; the hue must be right. */
static void cmyk_is_converted(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"cmyk.jpg", "jpeg"}, {"cmyk.tif", "tiff"}};
    for (int i = 0; i < 2; i++) {
        struct document_page p;
        read_named(names[i][0], 0, names[i][1], &p);
        const unsigned char *px = p.picture->pixels + 12 * p.picture->stride + 16 * 3;
        assert_true(px[0] > 180 && px[1] < 90 && px[2] < 90); /* red */
        px = p.picture->pixels + 36 * p.picture->stride + 48 * 3;
        assert_true(px[0] > 240 && px[1] > 240 && px[2] > 240); /* white */
        image_destroy(p.picture);
    }
}

static void the_resolution_is_known_when_the_file_says_it(void **state)
{
    (void)state;
    static const struct {
        const char *name, *format;
        int dpi;
    } cases[] = {{"rgb.jpg", "jpeg", 300},   {"rgb.png", "png", 200},
                 {"pages.tif", "tiff", 150}, {"bmp24.bmp", "bmp", 300},
                 {"alpha.png", "png", 0},    {"progressive.jpg", "jpeg", 0},
                 {"rgb.webp", "webp", 0},    {"bmp24_core.bmp", "bmp", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct document_page p;
        read_named(cases[i].name, 0, cases[i].format, &p);
        assert_int_equal((int)(p.dpi + 0.5), cases[i].dpi);
        image_destroy(p.picture);
    }
}

/* Returns rgb.jpg with an EXIF segment that says `orientation`. */
static unsigned char *with_orientation(int orientation, size_t *len)
{
    const unsigned char exif[] = {0xff,
                                  0xe1,
                                  0,
                                  34,
                                  'E',
                                  'x',
                                  'i',
                                  'f',
                                  0,
                                  0,
                                  'I',
                                  'I',
                                  42,
                                  0,
                                  8,
                                  0,
                                  0,
                                  0,
                                  1,
                                  0,
                                  0x12,
                                  1,
                                  3,
                                  0,
                                  1,
                                  0,
                                  0,
                                  0,
                                  (unsigned char)orientation,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0};
    size_t n;
    unsigned char *plain = load("rgb.jpg", &n);
    unsigned char *bytes = malloc(n + sizeof exif);
    assert_non_null(bytes);
    /* After the JFIF segment, whose length is in its bytes 4 and 5. */
    size_t at = 4 + (size_t)plain[4] * 256 + plain[5];
    memcpy(bytes, plain, at);
    memcpy(bytes + at, exif, sizeof exif);
    memcpy(bytes + at + sizeof exif, plain + at, n - at);
    free(plain);
    *len = n + sizeof exif;
    return bytes;
}

static void all_eight_orientations_are_turned_upright(void **state)
{
    (void)state;
    /* Where the stored quadrants (0 top left, 1 top right, 2 bottom left, 3 bottom right) end up.
     */
    static const int want[9][4] = {{0},          {0, 1, 2, 3}, {1, 0, 3, 2},
                                   {3, 2, 1, 0}, {2, 3, 0, 1}, {0, 2, 1, 3},
                                   {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}};
    const unsigned char *const colours[4] = {red, green, blue, white};
    struct document_limits limits = document_limits_default();
    struct arena *a = arena_create(1 << 20);
    for (int k = 0; k < 16; k++) {
        size_t len;
        struct err e = ERR_INIT;
        struct document *d;
        struct document_page p;
        int o = k % 8 + 1;
        limits.max_side = k < 8 ? 64 : 45; /* as it is, and reduced */
        unsigned char *bytes = with_orientation(o, &len);
        assert_int_equal(document_open_memory(bytes, len, &limits, &d, &e), 0);
        assert_int_equal(document_read_page(d, 0, a, &p, &e), 0);
        int width = k < 8 ? 64 : 45, height = k < 8 ? 48 : 34;
        assert_int_equal(p.picture->width, o >= 5 ? height : width);
        assert_int_equal(p.picture->height, o >= 5 ? width : height);
        assert_int_equal(p.source_width, o >= 5 ? 48 : 64);
        assert_int_equal(p.source_height, o >= 5 ? 64 : 48);
        const unsigned char *const turned[4] = {colours[want[o][0]], colours[want[o][1]],
                                                colours[want[o][2]], colours[want[o][3]]};
        assert_quadrants("orientation", p.picture, turned, 6);
        image_destroy(p.picture);
        document_close(d);
        free(bytes);
    }
    arena_destroy(a);
}

static void a_tiff_has_as_many_pages_as_it_holds(void **state)
{
    (void)state;
    static const int size[3][2] = {{64, 48}, {32, 24}, {20, 10}};
    struct err e = ERR_INIT;
    struct document *d;
    struct document_page p;
    struct document_limits limits = document_limits_default();
    char path[1024];
    assert_int_equal(document_open_file(data_path("pages.tif", path), &limits, &d, &e), 0);
    assert_int_equal(document_page_count(d), 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(document_read_page(d, i, NULL, &p, &e), 0);
        assert_int_equal(p.picture->width, size[i][0]);
        assert_int_equal(p.picture->height, size[i][1]);
        image_destroy(p.picture);
    }
    assert_int_equal(document_read_page(d, 3, NULL, &p, &e), ERR_USAGE);
    assert_string_equal(e.message, "there is no page 4 in a document of 3");
    document_close(d);
    limits.max_pages = 2;
    assert_int_equal(document_open_file(path, &limits, &d, &e), ERR_LIMIT);
    assert_string_equal(e.message, "the document has 3 pages, more than the limit of 2");
}

static struct image *grey_ramp(int width, int height)
{
    struct image *im = image_create(width, height, 3);
    assert_non_null(im);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++)
            memset(im->pixels + (size_t)y * im->stride + (size_t)x * 3, x * 255 / width, 3);
    }
    return im;
}

static double mean(const struct image *im)
{
    double sum = 0.0;
    for (int y = 0; y < im->height; y++) {
        for (int x = 0; x < im->width * 3; x++)
            sum += im->pixels[(size_t)y * im->stride + (size_t)x];
    }
    return sum / im->width / im->height / 3;
}

static void read_encoded(const struct buf *b, int max_side, struct document_page *p)
{
    struct err e = ERR_INIT;
    struct document *d;
    struct document_limits limits = document_limits_default();
    limits.max_side = max_side;
    assert_int_equal(document_open_memory(b->data, b->len, &limits, &d, &e), 0);
    assert_int_equal(document_read_page(d, 0, NULL, p, &e), 0);
    document_close(d);
}

static void large_pictures_are_shrunk_to_the_side_asked_for(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct buf jpeg, png;
    struct image *im = grey_ramp(1501, 703);
    buf_init(&jpeg, 0);
    buf_init(&png, 0);
    assert_int_equal(image_encode_jpeg(im, 90, &jpeg, &e), 0);
    assert_int_equal(image_encode_png(im, &png, &e), 0);
    for (int side = 100; side <= 1600; side += 140) {
        for (int k = 0; k < 2; k++) {
            struct document_page p;
            read_encoded(k ? &png : &jpeg, side, &p);
            assert_int_equal(p.source_width, 1501);
            assert_int_equal(p.source_height, 703);
            assert_true(p.picture->width <= side || p.scale == 1.0);
            assert_true(p.picture->width >= side * 0.8 || p.scale == 1.0);
            /* Picture and source agree to within a pixel. */
            double w = 1501 * p.scale - p.picture->width, h = 703 * p.scale - p.picture->height;
            assert_true(w > -1.0 && w < 1.0 && h > -1.0 && h < 1.0);
            double difference = mean(p.picture) - mean(im);
            assert_true(difference > -1.5 && difference < 1.5);
            image_destroy(p.picture);
        }
    }
    image_destroy(im);
    buf_finish(&jpeg);
    buf_finish(&png);
}

static void a_strip_of_30000_by_10_is_read(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct buf png;
    struct document_page p;
    struct image *im = grey_ramp(30000, 10);
    buf_init(&png, 0);
    assert_int_equal(image_encode_png(im, &png, &e), 0);
    read_encoded(&png, 4096, &p);
    assert_int_equal(p.source_width, 30000);
    assert_int_equal(p.picture->width, 4096);
    assert_int_equal(p.picture->height, 1);
    image_destroy(p.picture);
    read_encoded(&png, 0, &p);
    assert_int_equal(p.picture->width, 30000);
    assert_int_equal(p.picture->height, 10);
    assert_memory_equal(p.picture->pixels, im->pixels, 30000 * 10 * 3);
    image_destroy(p.picture);
    image_destroy(im);
    buf_finish(&png);
}

static void one_pixel_is_a_picture(void **state)
{
    (void)state;
    struct document_page p;
    read_named("one_pixel.png", 0, "png", &p);
    assert_int_equal(p.picture->width, 1);
    assert_int_equal(p.picture->height, 1);
    assert_int_equal(p.picture->pixels[0], 0x10);
    assert_int_equal(p.picture->pixels[2], 0x30);
    image_destroy(p.picture);
}

static void expect_memory_error(const void *bytes, size_t len, int code, const char *message)
{
    struct err e = ERR_INIT;
    struct document *d = NULL;
    struct document_limits limits = document_limits_default();
    assert_int_equal(document_open_memory(bytes, len, &limits, &d, &e), code);
    assert_int_equal(e.code, code);
    assert_string_equal(e.message, message);
    assert_null(d);
}

static void what_is_no_picture_is_named(void **state)
{
    (void)state;
    static const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
    expect_memory_error("", 0, ERR_FORMAT, "the file is empty");
    expect_memory_error("hello, world", 12, ERR_FORMAT,
                        "not a picture or PDF (starts with \"hello, w\")");
    expect_memory_error("\x7f"
                        "ELF\x02\x01\"",
                        7, ERR_FORMAT,
                        "not a picture or PDF (starts with \"\\x7fELF\\x02\\x01\\x22\")");
    expect_memory_error(svg, sizeof svg - 1, ERR_FORMAT,
                        "not a picture or PDF (starts with \"<svg xml\")");
    expect_memory_error("BM", 2, ERR_FORMAT, "not a picture or PDF (starts with \"BM\")");
}

static void a_text_file_named_jpg_is_refused_by_its_content(void **state)
{
    (void)state;
    char path[] = P_tmpdir "/dure-test-XXXXXX.jpg";
    struct err e = ERR_INIT;
    struct document *d;
    struct document_limits limits = document_limits_default();
    int fd = mkstemps(path, 4);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "Dear Sir,", 9), 9);
    close(fd);
    assert_int_equal(document_open_file(path, &limits, &d, &e), ERR_FORMAT);
    assert_string_equal(e.message, "not a picture or PDF (starts with \"Dear Sir\")");
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(document_open_file(path, &limits, &d, &e), ERR_FORMAT);
    assert_string_equal(e.message, "the file is empty");
    unlink(path);
}

static void files_that_cannot_be_read_say_why(void **state)
{
    (void)state;
    char path[1024];
    struct err e = ERR_INIT;
    struct document *d;
    struct document_limits limits = document_limits_default();
    assert_int_equal(document_open_file(data_path("absent.png", path), &limits, &d, &e),
                     ERR_NOT_FOUND);
    assert_string_equal(e.message, "the file cannot be opened: No such file or directory");
    assert_int_equal(document_open_file(TEST_DATA, &limits, &d, &e), ERR_IO);
    assert_string_equal(e.message, "not a regular file");
    limits.max_bytes = 100;
    assert_int_equal(document_open_file(data_path("rgb.png", path), &limits, &d, &e), ERR_LIMIT);
    assert_string_equal(e.message, "the file has 169 bytes, more than the limit of 100");
}

static void a_bomb_is_refused_before_decoding(void **state)
{
    (void)state;
    struct rusage before, after;
    size_t len;
    unsigned char *bytes = load("bomb.png", &len);
    getrusage(RUSAGE_SELF, &before);
    expect_memory_error(bytes, len, ERR_LIMIT,
                        "the picture declares 60000 x 60000 pixels, more than the limit of "
                        "200000000 pixels");
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 32 * 1024);
    free(bytes);
}

/* A JPEG whose frame header (ITU-T T.81, B.2.2) says another size. */
static unsigned char *jpeg_of_size(const char *name, unsigned char frame, int side, size_t *len)
{
    unsigned char *bytes = load(name, len);
    const unsigned char marker[] = {0xff, frame};
    unsigned char *sof = memmem(bytes, *len, marker, sizeof marker);
    assert_non_null(sof);
    sof[5] = sof[7] = (unsigned char)(side >> 8);
    sof[6] = sof[8] = (unsigned char)side;
    return bytes;
}

/* Every coefficient of a progressive JPEG is in memory before its first row is. */
static void what_is_decoded_as_a_whole_has_a_lower_bound(void **state)
{
    (void)state;
    struct document_limits limits = document_limits_default();
    struct document *d;
    size_t len;
    unsigned char *bytes = jpeg_of_size("progressive.jpg", 0xc2, 8000, &len);
    expect_memory_error(bytes, len, ERR_LIMIT,
                        "the picture declares 8000 x 8000 pixels, more than the limit of 50000000 "
                        "pixels for one that cannot be decoded row by row");
    free(bytes);
    bytes = jpeg_of_size("rgb.jpg", 0xc0, 8000, &len);
    assert_int_equal(document_open_memory(bytes, len, &limits, &d, NULL), 0);
    document_close(d);
    free(bytes);
}

/* Cut anywhere, a file is an error of format or limit, never a picture of half the page. */
static void truncated_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *message;
        size_t header; /* bytes without which it is not even recognised */
        size_t tail;   /* bytes at the end that a decoder may do without */
    } cases[] = {{"rgb.jpg", "the JPEG data is damaged or cut short", 3, 8},
                 {"progressive.jpg", "the JPEG data is damaged or cut short", 3, 8},
                 {"rgb.png", "the PNG data is damaged or cut short", 8, 24},
                 {"rgb.webp", "the WebP data is damaged or cut short", 12, 4},
                 {"lossless.webp", "the WebP data is damaged or cut short", 12, 4},
                 {"rgb.heic", "the HEIF data is damaged or cut short", 12, 1},
                 {"bmp24.bmp", NULL, 26, 1}};
    struct document_limits limits = document_limits_default();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len;
        unsigned char *bytes = load(cases[i].name, &len);
        for (size_t cut = cases[i].header; cut < len - cases[i].tail; cut += 1 + len / 50) {
            struct err e = ERR_INIT;
            struct document *d = NULL;
            struct document_page p;
            unsigned char *part = malloc(cut); /* exact, so that a sanitizer sees the end */
            assert_non_null(part);
            memcpy(part, bytes, cut);
            int rc = document_open_memory(part, cut, &limits, &d, &e);
            if (!rc)
                rc = document_read_page(d, 0, NULL, &p, &e);
            if (rc != ERR_FORMAT)
                fail_msg("%s cut at %zu of %zu: %d %s", cases[i].name, cut, len, rc, e.message);
            if (cases[i].message)
                assert_string_equal(e.message, cases[i].message);
            document_close(d);
            free(part);
        }
        free(bytes);
    }
}

static void compressed_bitmaps_are_not_supported(void **state)
{
    (void)state;
    size_t len;
    unsigned char *bytes = load("bmp8_rle.bmp", &len);
    expect_memory_error(bytes, len, ERR_UNSUPPORTED, "BMP compression of kind 1 is not read");
    free(bytes);
}

static void encoding_keeps_the_picture(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct buf b;
    struct document_page p;
    struct image *im = grey_ramp(300, 20);
    buf_init(&b, 0);
    assert_int_equal(image_encode_png(im, &b, &e), 0);
    read_encoded(&b, 0, &p);
    assert_memory_equal(p.picture->pixels, im->pixels, 300 * 20 * 3);
    image_destroy(p.picture);
    buf_clear(&b);
    assert_int_equal(image_encode_jpeg(im, 95, &b, &e), 0);
    read_encoded(&b, 0, &p);
    assert_true(abs(p.picture->pixels[150 * 3] - im->pixels[150 * 3]) < 4);
    image_destroy(p.picture);
    assert_int_equal(image_encode_jpeg(im, 0, &b, &e), ERR_USAGE);
    buf_finish(&b);
    buf_init(&b, 16);
    assert_int_equal(image_encode_png(im, &b, &e), ERR_LIMIT);
    buf_finish(&b);
    image_destroy(im);
}

struct reader {
    pthread_t thread;
    int wrong;
};

static void *read_repeatedly(void *arg)
{
    static const char *const names[] = {"rgb.jpg",  "rgb16.png", "alpha.png", "rgb.webp",
                                        "rgb.heic", "pages.tif", "bmp8.bmp",  "animated.gif",
                                        "bomb.png", "cmyk.jpg"};
    struct reader *r = arg;
    struct document_limits limits = document_limits_default();
    limits.max_side = 20;
    for (int i = 0; i < 100; i++) {
        char path[1024];
        struct err e = ERR_INIT;
        struct document *d;
        struct document_page p;
        const char *name = names[i % 10];
        int rc = document_open_file(data_path(name, path), &limits, &d, &e);
        if (strcmp(name, "bomb.png") == 0) {
            r->wrong += rc != ERR_LIMIT;
            continue;
        }
        if (rc || document_read_page(d, 0, NULL, &p, &e)) {
            r->wrong++;
            continue;
        }
        const unsigned char *corner = p.picture->pixels + p.picture->stride - 3;
        r->wrong += p.picture->width > 20 || corner[1] < 100; /* green, or white */
        image_destroy(p.picture);
        document_close(d);
    }
    return NULL;
}

static void many_threads_read_at_once(void **state)
{
    (void)state;
    struct reader readers[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_repeatedly, &readers[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(readers[i].thread, NULL);
        assert_int_equal(readers[i].wrong, 0);
    }
}

static int start(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    return document_library_init(&e) || document_library_init(&e);
}

static int stop(void **state)
{
    (void)state;
    document_library_shutdown();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_comes_out_as_rgb),
        cmocka_unit_test(cmyk_is_converted),
        cmocka_unit_test(the_resolution_is_known_when_the_file_says_it),
        cmocka_unit_test(all_eight_orientations_are_turned_upright),
        cmocka_unit_test(a_tiff_has_as_many_pages_as_it_holds),
        cmocka_unit_test(large_pictures_are_shrunk_to_the_side_asked_for),
        cmocka_unit_test(a_strip_of_30000_by_10_is_read),
        cmocka_unit_test(one_pixel_is_a_picture),
        cmocka_unit_test(what_is_no_picture_is_named),
        cmocka_unit_test(a_text_file_named_jpg_is_refused_by_its_content),
        cmocka_unit_test(files_that_cannot_be_read_say_why),
        cmocka_unit_test(a_bomb_is_refused_before_decoding),
        cmocka_unit_test(what_is_decoded_as_a_whole_has_a_lower_bound),
        cmocka_unit_test(truncated_files_are_refused),
        cmocka_unit_test(compressed_bitmaps_are_not_supported),
        cmocka_unit_test(encoding_keeps_the_picture),
        cmocka_unit_test(many_threads_read_at_once),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
