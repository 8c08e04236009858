#include "twinreader/regions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct map {
    int width, height;
    float v[64 * 64];
};

/* '#' is text, anything else is not; rows are separated by '\n'. */
static struct map draw(const char *picture)
{
    struct map m = {0};
    int x = 0;
    for (const char *p = picture; *p; p++) {
        if (*p == '\n') {
            m.width = x > m.width ? x : m.width;
            m.height++;
            x = 0;
        } else {
            x++;
        }
    }
    x = 0;
    int y = 0;
    for (const char *p = picture; *p; p++) {
        if (*p == '\n') {
            y++;
            x = 0;
        } else {
            m.v[y * m.width + x++] = *p == '#' ? 0.9f : 0.1f;
        }
    }
    return m;
}

static size_t count_regions(const char *picture, int reach, size_t min_pixels)
{
    struct map m = draw(picture);
    struct arena *a = arena_create(1 << 20);
    struct region *r;
    size_t n;
    assert_int_equal(regions_find(a, m.v, m.width, m.height, 0.5f, reach, min_pixels, &r, &n, NULL),
                     0);
    arena_destroy(a);
    return n;
}

static void an_empty_map_has_no_regions(void **state)
{
    (void)state;
    assert_int_equal(count_regions("....\n....\n", 1, 1), 0);
}

static void diagonal_neighbours_are_one_region(void **state)
{
    (void)state;
    assert_int_equal(count_regions("#...\n.#..\n..#.\n", 1, 1), 1);
}

static void reach_two_bridges_one_empty_pixel(void **state)
{
    (void)state;
    const char *row = "##.##\n", *column = "##...\n.....\n##...\n";
    assert_int_equal(count_regions(row, 1, 1), 2);
    assert_int_equal(count_regions(row, 2, 1), 1);
    assert_int_equal(count_regions(column, 1, 1), 2);
    assert_int_equal(count_regions(column, 2, 1), 1);
    assert_int_equal(count_regions("##..##\n", 2, 1), 2);
}

static void a_comb_joins_late(void **state)
{
    (void)state;
    assert_int_equal(count_regions("#.#.#.#\n#.#.#.#\n#######\n", 1, 1), 1);
    assert_int_equal(count_regions("#######\n#.#.#.#\n#.#.#.#\n", 1, 1), 1);
    assert_int_equal(count_regions("#...#\n##.##\n.###.\n", 1, 1), 1);
}

static void specks_are_dropped(void **state)
{
    (void)state;
    assert_int_equal(count_regions("#....###\n........\n", 1, 2), 1);
}

static void points_are_pixel_corners_in_first_pixel_order(void **state)
{
    (void)state;
    struct map m = draw("....##\n##....\n##....\n");
    struct arena *a = arena_create(1 << 20);
    struct region *r;
    size_t n;
    assert_int_equal(regions_find(a, m.v, m.width, m.height, 0.5f, 1, 1, &r, &n, NULL), 0);
    assert_int_equal(n, 2);
    assert_int_equal(r[0].pixels, 2);
    assert_int_equal(r[1].pixels, 4);
    assert_true(r[0].points[0].x == 4 && r[0].points[1].x == 6);
    assert_true(r[1].points[0].x == 0 && r[1].points[1].x == 2 && r[1].points[0].y == 1);
    assert_int_equal(r[1].point_count, 8);
    arena_destroy(a);
}

/* Against a flood fill that cannot be wrong. */
static size_t flood_count(const float *v, int w, int h, int reach)
{
    static unsigned char seen[64 * 64];
    static int stack[64 * 64];
    size_t count = 0;
    memset(seen, 0, sizeof seen);
    for (int start = 0; start < w * h; start++) {
        if (seen[start] || v[start] <= 0.5f)
            continue;
        int top = 0;
        count++;
        stack[top++] = start;
        seen[start] = 1;
        while (top) {
            int at = stack[--top], x = at % w, y = at / w;
            for (int dy = -reach; dy <= reach; dy++)
                for (int dx = -reach; dx <= reach; dx++) {
                    int nx = x + dx, ny = y + dy;
                    if (nx < 0 || ny < 0 || nx >= w || ny >= h)
                        continue;
                    if (!seen[ny * w + nx] && v[ny * w + nx] > 0.5f) {
                        seen[ny * w + nx] = 1;
                        stack[top++] = ny * w + nx;
                    }
                }
        }
    }
    return count;
}

static void random_maps_agree_with_a_flood_fill(void **state)
{
    (void)state;
    static float v[64 * 64];
    uint32_t seed = 12345;
    for (int round = 0; round < 300; round++) {
        int w = 1 + round % 64, h = 1 + (round * 7) % 64, reach = 1 + round % 2;
        for (int i = 0; i < w * h; i++) {
            seed = seed * 1664525u + 1013904223u;
            v[i] = (seed >> 24) < (unsigned)(10 + round % 60) ? 1.0f : 0.0f;
        }
        struct arena *a = arena_create(8 << 20);
        struct region *r;
        size_t n;
        assert_int_equal(regions_find(a, v, w, h, 0.5f, reach, 1, &r, &n, NULL), 0);
        assert_int_equal(n, flood_count(v, w, h, reach));
        arena_destroy(a);
    }
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    struct map m = draw("#.#.#.#.#.#.#.#\n");
    struct arena *a = arena_create(64);
    struct region *r = NULL;
    size_t n;
    struct err e = ERR_INIT;
    assert_int_equal(regions_find(a, m.v, m.width, m.height, 0.5f, 1, 1, &r, &n, &e), ERR_NOMEM);
    assert_string_equal(e.message, "too many regions in the text map");
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_has_no_regions),
        cmocka_unit_test(diagonal_neighbours_are_one_region),
        cmocka_unit_test(reach_two_bridges_one_empty_pixel),
        cmocka_unit_test(a_comb_joins_late),
        cmocka_unit_test(specks_are_dropped),
        cmocka_unit_test(points_are_pixel_corners_in_first_pixel_order),
        cmocka_unit_test(random_maps_agree_with_a_flood_fill),
        cmocka_unit_test(a_full_arena_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
