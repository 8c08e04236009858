#include "made_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 10, HEIGHT = 20, STEP = 30, MOST = 512 };

static void *need(void *p)
{
    if (!p)
        abort();
    return p;
}

static struct quad box_at(size_t column, size_t length, size_t row)
{
    float x = (float)(column * WIDTH), y = (float)(row * STEP), w = (float)(length * WIDTH);
    return (struct quad){{{x, y}, {x + w, y}, {x + w, y + HEIGHT}, {x, y + HEIGHT}}};
}

/* Bytes of the character at `s`, at most `most`. */
static size_t character_length(const char *s, size_t most)
{
    unsigned char c = (unsigned char)*s;
    size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    return n < most ? n : most;
}

static struct word made_word(struct arena *a, const char *text, size_t len, size_t column,
                             size_t row)
{
    struct character *chars = need(arena_array(a, len, sizeof *chars));
    size_t count = 0;
    for (size_t i = 0, n; i < len; i += n) {
        n = character_length(text + i, len - i);
        chars[count++] = (struct character){
            .text = need(arena_strndup(a, text + i, n)),
            .confidence = 0.9f,
            .box = box_at(column + i, 1, row),
        };
    }
    return (struct word){need(arena_strndup(a, text, len)), 0.9f, box_at(column, len, row), chars,
                         count};
}

static struct line made_line(struct arena *a, const char *text, size_t len, size_t column,
                             size_t row)
{
    struct word *words = need(arena_array(a, len, sizeof *words));
    size_t count = 0;
    for (size_t i = 0; i < len;) {
        size_t n = strcspn(text + i, " ");
        n = n < len - i ? n : len - i;
        if (n > 0)
            words[count++] = made_word(a, text + i, n, column + i, row);
        i += n + 1;
    }
    return (struct line){need(arena_strndup(a, text, len)),
                         0.9f,
                         box_at(column, len, row),
                         words,
                         count,
                         (int)row,
                         0};
}

struct page made_page(struct arena *a, const char *const *rows)
{
    struct line *lines = need(arena_array(a, MOST, sizeof *lines));
    struct page p = {.number = 1, .width = 800, .height = 2000, .lines = lines};
    for (size_t row = 0; rows[row]; row++) {
        const char *text = rows[row];
        for (const char *at = text; *at && p.line_count < MOST;) {
            const char *bar = strstr(at, " | ");
            size_t len = bar ? (size_t)(bar - at) : strlen(at);
            lines[p.line_count++] = made_line(a, at, len, (size_t)(at - text), row);
            at += bar ? len + 3 : len;
        }
    }
    return p;
}

const struct field *made_field(const struct page *p, const char *name)
{
    for (size_t i = 0; i < p->field_count; i++)
        if (strcmp(p->fields[i].name, name) == 0)
            return &p->fields[i];
    return NULL;
}

int made_forms_load(const char *yaml, struct forms **ret, struct err *e)
{
    char dir[] = "forms-XXXXXX", path[64];
    if (!mkdtemp(dir))
        abort();
    snprintf(path, sizeof path, "%s/a.yaml", dir);
    FILE *f = fopen(path, "w");
    if (!f || fputs(yaml, f) < 0 || fclose(f) != 0)
        abort();
    int r = forms_load(dir, ret, e);
    unlink(path);
    rmdir(dir);
    return r;
}

struct forms *made_forms(const char *yaml)
{
    struct forms *forms = NULL;
    struct err e = ERR_INIT;
    if (made_forms_load(yaml, &forms, &e) < 0) {
        fprintf(stderr, "%s\n", e.message);
        abort();
    }
    return forms;
}
