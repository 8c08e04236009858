/* The stream of training samples: the same however many threads make it, every sample on its own,
 * and all characters often enough. */
#include "twinreader/synth/crops.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "twinreader/synth/crops_text.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs a stream into memory. */
static void run(const struct synth_crops_options *o, struct buf *out)
{
    struct err e = ERR_INIT;
    int fd = memfd_create("crops", 0);
    assert_true(fd >= 0);
    if (synth_crops_stream(o, fd, &e))
        fail_msg("%s: %s", e.message, e.cause);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    buf_init(out, 0);
    assert_true(file_read_fd(fd, out));
    close(fd);
}

struct record {
    size_t height, width, len, font, look, span_count;
    const char *text;
    const unsigned char *spans; /* u16 left, u16 right */
    const unsigned char *pixels;
};

/* Returns the place after the record at `at`. */
static size_t read_record(const struct buf *b, size_t at, struct record *r)
{
    assert_true(at + 8 <= b->len);
    const unsigned char *p = (const unsigned char *)b->data + at;
    *r = (struct record){.height = (size_t)(p[0] | p[1] << 8),
                         .width = (size_t)(p[2] | p[3] << 8),
                         .len = (size_t)(p[4] | p[5] << 8),
                         .font = p[6],
                         .look = p[7],
                         .text = b->data + at + 8};
    for (size_t i = 0; i < r->len; i++)
        r->span_count += r->text[i] != ' ' && ((unsigned char)r->text[i] & 0xc0) != 0x80;
    r->spans = p + 8 + r->len;
    r->pixels = r->spans + 4 * r->span_count;
    at += 8 + r->len + 4 * r->span_count + r->height * r->width;
    assert_true(at <= b->len);
    return at;
}

static struct synth_crops_options some(uint64_t first, uint64_t count, int workers)
{
    struct synth_crops_options o = synth_crops_options_default();
    o.seed = 5;
    o.first = first;
    o.count = count;
    o.workers = workers;
    return o;
}

static void one_worker_or_three_make_the_same_bytes(void **state)
{
    (void)state;
    struct buf one, three;
    struct synth_crops_options o = some(0, 300, 1);
    run(&o, &one);
    o = some(0, 300, 3);
    run(&o, &three);
    assert_int_equal(one.len, three.len);
    assert_memory_equal(one.data, three.data, one.len);
    buf_finish(&one);
    buf_finish(&three);
}

static void a_sample_depends_on_the_seed_and_its_number_alone(void **state)
{
    (void)state;
    struct buf all, late, other;
    struct synth_crops_options o = some(0, 50, 2);
    run(&o, &all);
    o = some(37, 13, 1);
    run(&o, &late);
    size_t at = 8;
    struct record r;
    for (int i = 0; i < 37; i++)
        at = read_record(&all, at, &r);
    assert_int_equal(all.len - at, late.len - 8);
    assert_memory_equal(all.data + at, late.data + 8, late.len - 8);
    o.seed++;
    run(&o, &other);
    assert_true(other.len != late.len || memcmp(other.data, late.data, late.len) != 0);
    buf_finish(&all);
    buf_finish(&late);
    buf_finish(&other);
}

static void samples_are_as_ordered(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct synth_crops_charset *set;
    struct synth_fonts *fonts;
    assert_int_equal(synth_crops_charset_load(NULL, &set, &e), 0);
    assert_int_equal(synth_fonts_create(NULL, &fonts, &e), 0);
    for (int look = -1; look < SYNTH_LOOK_COUNT; look++) {
        struct synth_crops_options o = some(0, 100, 2);
        o.look = look;
        o.height = 48;
        o.max_width = 300;
        o.split = SYNTH_HELD;
        struct buf b;
        run(&o, &b);
        assert_memory_equal(b.data, "DURECRP2", 8);
        size_t at = 8, count = 0, looks = 0;
        for (struct record r; at < b.len; count++) {
            at = read_record(&b, at, &r);
            assert_int_equal(r.height, 48);
            assert_in_range(r.width, 1, 300);
            char text[256];
            assert_in_range(r.len, 1, sizeof text - 1);
            memcpy(text, r.text, r.len);
            text[r.len] = '\0';
            assert_true(synth_crops_charset_has(set, text));
            assert_true(text[0] != ' ' && text[r.len - 1] != ' ' && !strstr(text, "  "));
            assert_int_equal(synth_fonts_at(fonts, r.font)->split, SYNTH_HELD);
            assert_true(synth_fonts_cover(fonts, r.font, text));
            assert_true(look < 0 || r.look == (size_t)look);
            looks |= (size_t)1 << r.look;
            unsigned char dark = 255, light = 0;
            for (size_t i = 0; i < r.width * r.height; i++) {
                dark = r.pixels[i] < dark ? r.pixels[i] : dark;
                light = r.pixels[i] > light ? r.pixels[i] : light;
            }
            assert_true(light - dark > 20); /* something is to be seen */
        }
        assert_int_equal(count, 100);
        assert_true(look >= 0 || looks == 15);
        buf_finish(&b);
    }
    synth_fonts_destroy(fonts);
    synth_crops_charset_destroy(set);
}

/* Dark columns are within spans, give or take what blurring spreads, and nearly every span has some
 * (thin and faint strokes are not dark, and a corner may hold ink). */
static void spans_are_where_the_ink_is(void **state)
{
    (void)state;
    struct synth_crops_options o = some(0, 200, 2);
    o.look = SYNTH_CLEAN;
    struct buf b;
    run(&o, &b);
    size_t at = 8, ink = 0, outside = 0, spans = 0, empty = 0;
    for (struct record r; at < b.len;) {
        at = read_record(&b, at, &r);
        bool within[640] = {false};
        bool dark[640] = {false};
        unsigned char paper = r.pixels[0];
        for (size_t i = 0; i < r.width * r.height; i++)
            if (abs(r.pixels[i] - paper) > 100)
                dark[i % r.width] = true;
        for (size_t i = 0; i < r.span_count; i++) {
            const unsigned char *p = r.spans + 4 * i;
            size_t x0 = (size_t)(p[0] | p[1] << 8), x1 = (size_t)(p[2] | p[3] << 8), seen = 0;
            assert_true(x0 <= x1 && x1 <= r.width);
            for (size_t x = x0 ? x0 - 1 : 0; x < r.width && x <= x1; x++) {
                within[x] = true;
                seen += dark[x];
            }
            spans++;
            empty += seen == 0;
        }
        for (size_t x = 0; x < r.width; x++) {
            ink += dark[x];
            outside += dark[x] && !within[x];
        }
    }
    assert_true(ink > 1000);
    assert_true(outside * 50 < ink);
    assert_true(spans > 1000 && empty * 25 < spans);
    buf_finish(&b);
}

static void every_character_comes_often_enough(void **state)
{
    (void)state;
    enum { TEXTS = 40000 };
    struct err e = ERR_INIT;
    struct synth_crops_charset *set;
    struct buf file;
    buf_init(&file, 0);
    assert_int_equal(synth_crops_charset_load(NULL, &set, &e), 0);
    assert_int_equal(file_read(SYNTH_DIR "/charset.txt", &file, &e), 0);
    unsigned *seen = calloc(0x10000, sizeof *seen);
    assert_non_null(seen);
    struct arena *a = arena_create(1u << 20);
    for (uint64_t n = 0; n < TEXTS; n++) {
        struct synth_rng r;
        const char *text;
        synth_rng_init(&r, 3, n);
        arena_reset(a);
        assert_int_equal(synth_crops_text(set, &r, a, &text, &e), 0);
        uint32_t c;
        for (size_t k, left = strlen(text); left > 0; text += k, left -= k) {
            k = text_utf8_next(text, left, &c);
            assert_true(k > 0);
            seen[c]++;
        }
    }
    unsigned least_syllable = UINT32_MAX, least = UINT32_MAX;
    for (size_t i = 0, k; i < file.len; i += k + 1) {
        uint32_t c = 0;
        k = text_utf8_next(file.data + i, file.len - i, &c);
        if (c >= 0xac00 && c <= 0xd7a3)
            least_syllable = seen[c] < least_syllable ? seen[c] : least_syllable;
        least = seen[c] < least ? seen[c] : least;
    }
    assert_true(least_syllable >= 5); /* 1 in 8,000 texts: 125 in the first million */
    assert_true(least >= 2);
    assert_true(seen[' '] > TEXTS / 4);
    free(seen);
    arena_destroy(a);
    buf_finish(&file);
    synth_crops_charset_destroy(set);
}

/* Reads as many bytes as it is told, then closes its end. */
struct reader {
    int fd;
    size_t wanted;
};

static void *read_some(void *user)
{
    struct reader *r = user;
    char bytes[4096];
    while (r->wanted > 0) {
        ssize_t n = read(r->fd, bytes, r->wanted < sizeof bytes ? r->wanted : sizeof bytes);
        if (n <= 0)
            break;
        r->wanted -= (size_t)n;
    }
    close(r->fd);
    return NULL;
}

static void a_closed_pipe_ends_the_stream_well(void **state)
{
    (void)state;
    const size_t wanted[] = {0, 200000};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        int ends[2];
        struct err e = ERR_INIT;
        pthread_t thread;
        assert_int_equal(pipe(ends), 0);
        struct reader r = {ends[0], wanted[i]};
        assert_int_equal(pthread_create(&thread, NULL, read_some, &r), 0);
        struct synth_crops_options o = some(0, 0, 2);
        assert_int_equal(synth_crops_stream(&o, ends[1], &e), 0);
        pthread_join(thread, NULL);
        assert_int_equal(r.wanted, 0);
        close(ends[1]);
    }
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    int fd = open("/dev/full", O_WRONLY);
    assert_true(fd >= 0);
    struct synth_crops_options o = some(0, 10, 1);
    assert_int_equal(synth_crops_stream(&o, fd, &e), ERR_IO);
    close(fd);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    struct synth_crops_options wrong[6];
    for (int i = 0; i < 6; i++)
        wrong[i] = some(0, 1, 1);
    wrong[0].height = 15;
    wrong[1].height = 97;
    wrong[2].max_width = 10;
    wrong[3].workers = 0;
    wrong[4].look = SYNTH_LOOK_COUNT;
    wrong[5].look = -2;
    for (int i = 0; i < 6; i++) {
        struct err e = ERR_INIT;
        assert_int_equal(synth_crops_stream(&wrong[i], 1, &e), ERR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_worker_or_three_make_the_same_bytes),
        cmocka_unit_test(a_sample_depends_on_the_seed_and_its_number_alone),
        cmocka_unit_test(samples_are_as_ordered),
        cmocka_unit_test(spans_are_where_the_ink_is),
        cmocka_unit_test(every_character_comes_often_enough),
        cmocka_unit_test(a_closed_pipe_ends_the_stream_well),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(wrong_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
