#include "twinreader/synth/fonts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/yaml.h"
#include "twinreader/config.h"
#include "twinreader/synth/fonts_face.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FONTS = 255 }; /* crops.h writes the index in a byte */

static const size_t ARENA = 4u << 20;

struct slot {
    struct synth_font font;
    struct synth_fonts_face *face;
};

struct synth_fonts {
    struct arena *arena; /* names */
    struct synth_fonts_engine *engine;
    struct slot *slots;
    size_t count;
};

static const char *const style_names[] = {"sans",    "serif", "mono",   "hand",
                                          "display", "bold",  "hangul", NULL};
static const char *const split_names[] = {"train", "held", NULL};

static int read_style(const struct yaml_node *n, unsigned *style, struct err *e)
{
    if (n->kind != YAML_LIST)
        return yaml_error(n, e, "must be a list");
    for (size_t i = 0; i < n->count; i++) {
        int bit;
        int code = yaml_to_enum(n->item[i], style_names, &bit, e);
        if (code)
            return code;
        *style |= 1u << bit;
    }
    return 0;
}

static int need(const struct yaml_node *map, const char *key, const struct yaml_node **ret,
                struct err *e)
{
    *ret = yaml_get(map, key);
    return *ret ? 0 : yaml_error(map, e, "lacks the key \"%s\"", key);
}

static int need_string(const struct yaml_node *map, const char *key, const char **ret,
                       struct err *e)
{
    const struct yaml_node *n;
    int code = need(map, key, &n, e);
    return code ? code : yaml_to_string(n, ret, e);
}

/* Returns the first installed file that matches, in the order of the folders, or NULL. */
static const char *find_file(struct arena *a, const struct yaml_node *folders, const char *pattern)
{
    const char *found = NULL;
    for (size_t i = 0; i < folders->count && !found; i++) {
        const char *folder = folders->item[i]->text;
        char *path = folder ? arena_printf(a, "%s/%s", folder, pattern) : NULL;
        glob_t g;
        if (path && glob(path, 0, NULL, &g) == 0) {
            found = arena_strdup(a, g.gl_pathv[0]); /* sorted */
            globfree(&g);
        }
    }
    return found;
}

struct family {
    unsigned style;
    int split;
    const char *lacks; /* or NULL */
    const struct yaml_node *folders;
};

static int add_font(struct synth_fonts *f, const struct family *family, const struct yaml_node *n,
                    struct arena *scratch, struct err *e)
{
    static const char *const keys[] = {"name", "file", "face", "style", NULL};
    const char *name, *file;
    int64_t face = 0;
    unsigned style = family->style;
    if (n->kind != YAML_MAP)
        return yaml_error(n, e, "must be a map");
    int code = yaml_check_keys(n, keys, e);
    if (!code)
        code = need_string(n, "name", &name, e);
    if (!code)
        code = need_string(n, "file", &file, e);
    if (!code && yaml_get(n, "face"))
        code = yaml_to_int(yaml_get(n, "face"), 0, 64, &face, e);
    if (!code && yaml_get(n, "style"))
        code = read_style(yaml_get(n, "style"), &style, e);
    if (code)
        return code;
    const char *path = find_file(scratch, family->folders, file);
    if (!path)
        return 0;
    if (f->count == MAX_FONTS)
        return yaml_error(n, e, "is one font more than %d", MAX_FONTS);
    struct slot *slot = &f->slots[f->count];
    code = synth_fonts_face_open(f->engine, path, (unsigned)face, &slot->face, e);
    if (code)
        return code;
    f->count++;
    if (family->lacks)
        code = synth_fonts_face_exclude(slot->face, family->lacks, e);
    if (code)
        return yaml_error(n, e, "its family's \"lacks\" must be text");
    slot->font =
        (struct synth_font){arena_strdup(f->arena, name), style, (enum synth_split)family->split};
    return slot->font.name ? 0 : err_set(e, ERR_NOMEM, "no memory for the list of fonts");
}

/* A family belongs to one split as a whole. */
static int add_family(struct synth_fonts *f, const struct yaml_node *folders,
                      const struct yaml_node *n, struct arena *scratch, struct err *e)
{
    static const char *const keys[] = {"family", "package", "split", "style",
                                       "lacks",  "fonts",   NULL};
    struct family family = {.folders = folders};
    const struct yaml_node *split, *style, *fonts;
    const char *text;
    if (n->kind != YAML_MAP)
        return yaml_error(n, e, "must be a map");
    int code = yaml_check_keys(n, keys, e);
    if (!code)
        code = need_string(n, "family", &text, e);
    if (!code)
        code = need_string(n, "package", &text, e);
    if (!code)
        code = need(n, "split", &split, e);
    if (!code)
        code = yaml_to_enum(split, split_names, &family.split, e);
    if (!code)
        code = need(n, "style", &style, e);
    if (!code)
        code = read_style(style, &family.style, e);
    if (!code && yaml_get(n, "lacks"))
        code = yaml_to_string(yaml_get(n, "lacks"), &family.lacks, e);
    if (!code)
        code = need(n, "fonts", &fonts, e);
    if (!code && (fonts->kind != YAML_LIST || fonts->count == 0))
        code = yaml_error(fonts, e, "must be a list of fonts");
    for (size_t i = 0; !code && i < fonts->count; i++)
        code = add_font(f, &family, fonts->item[i], scratch, e);
    return code;
}

static bool has_fonts(const struct synth_fonts *f, int split, bool hangul)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct synth_font *font = &f->slots[i].font;
        if ((int)font->split == split && ((font->style & SYNTH_FONT_HANGUL) != 0) == hangul)
            return true;
    }
    return false;
}

/* Fails naming the packages of the families that would help. */
static int lacking(const struct yaml_node *families, int split, bool hangul, struct err *e)
{
    struct buf packages;
    buf_init(&packages, 400);
    for (size_t i = 0; i < families->count; i++) {
        const struct yaml_node *n = families->item[i];
        unsigned style = 0;
        const char *package = yaml_get(n, "package")->text;
        if (strcmp(yaml_get(n, "split")->text, split_names[split]) == 0 &&
            read_style(yaml_get(n, "style"), &style, NULL) == 0 &&
            ((style & SYNTH_FONT_HANGUL) != 0) == hangul &&
            !(packages.data && strstr(packages.data, package)))
            buf_printf(&packages, " %s", package);
    }
    int code = err_set(e, ERR_NOT_FOUND, "no %s font %s Hangul is installed; Debian packages:%s",
                       split_names[split], hangul ? "with" : "without",
                       packages.data ? packages.data : "");
    buf_finish(&packages);
    return code;
}

static int load_list(struct synth_fonts *f, const char *yaml, struct arena *scratch, struct err *e)
{
    static const char *const keys[] = {"folders", "families", NULL};
    struct yaml_node *root;
    const struct yaml_node *folders, *families;
    int code = yaml_load(scratch, yaml, &root, e);
    if (!code)
        code = yaml_check_keys(root, keys, e);
    if (!code)
        code = need(root, "folders", &folders, e);
    if (!code && folders->kind != YAML_LIST)
        code = yaml_error(folders, e, "must be a list of folders");
    if (!code)
        code = need(root, "families", &families, e);
    if (!code && families->kind != YAML_LIST)
        code = yaml_error(families, e, "must be a list of families");
    for (size_t i = 0; !code && i < families->count; i++)
        code = add_family(f, folders, families->item[i], scratch, e);
    for (int split = 0; !code && split_names[split]; split++) {
        for (int hangul = 0; !code && hangul < 2; hangul++) {
            if (!has_fonts(f, split, hangul))
                code = lacking(families, split, hangul, e);
        }
    }
    return code;
}

int synth_fonts_create(const char *yaml, struct synth_fonts **ret, struct err *e)
{
    struct arena *scratch = arena_create(ARENA);
    struct synth_fonts *f = calloc(1, sizeof *f);
    int code = 0;
    if (f) {
        f->arena = arena_create(ARENA);
        f->slots = calloc(MAX_FONTS, sizeof *f->slots);
    }
    if (scratch && !yaml)
        yaml = config_shipped(scratch, "services/twinreader/synth/fonts.yaml",
                              "twinreader/synth/fonts.yaml");
    if (!scratch || !f || !f->arena || !f->slots || !yaml)
        code = err_set(e, ERR_NOMEM, "no memory for the list of fonts");
    if (!code)
        code = synth_fonts_engine_create(&f->engine, e);
    if (!code)
        code = load_list(f, yaml, scratch, e);
    arena_destroy(scratch);
    if (code) {
        synth_fonts_destroy(f);
        return code;
    }
    *ret = f;
    return 0;
}

void synth_fonts_destroy(struct synth_fonts *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++)
        synth_fonts_face_close(f->slots[i].face);
    synth_fonts_engine_destroy(f->engine);
    free(f->slots);
    arena_destroy(f->arena);
    free(f);
}

size_t synth_fonts_count(const struct synth_fonts *f)
{
    return f->count;
}

const struct synth_font *synth_fonts_at(const struct synth_fonts *f, size_t index)
{
    return &f->slots[index].font;
}

struct synth_fonts_face *synth_fonts_face_at(const struct synth_fonts *f, size_t index)
{
    return f->slots[index].face;
}

bool synth_fonts_cover(struct synth_fonts *f, size_t index, const char *text)
{
    size_t len = strlen(text);
    uint32_t c;
    for (size_t i = 0, n; i < len; i += n) {
        n = text_utf8_next(text + i, len - i, &c);
        if (n == 0 || !synth_fonts_face_cover(f->slots[index].face, c))
            return false;
    }
    return true;
}

double synth_fonts_width(struct synth_fonts *f, size_t index, double size, const char *text)
{
    const struct synth_fonts_glyph *glyph;
    size_t count;
    if (synth_fonts_face_shape(f->slots[index].face, text, strlen(text), &glyph, &count, NULL))
        return -1;
    double em = 0;
    for (size_t i = 0; i < count; i++)
        em += glyph[i].advance;
    return em * size * 25.4 / 72;
}
