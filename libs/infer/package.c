#include "infer/package.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "infer/charset.h"
#include "infer/package_yaml.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Loading reads model.yaml first (package_yaml.c), then looks at every file it names: each must lie
 * in the package's folder, also after symbolic links, and the network and the charset must have the
 * SHA-256 written down for them, so that a package is what was measured and nothing else. */

enum { ARENA_BYTES = 32 << 20, MAX_TEXT_BYTES = 4 << 20 };

struct loaded {
    struct package package; /* first: a struct package * is a struct loaded * */
    struct arena *arena;
};

static int no_memory(struct err *e, const char *dir)
{
    return err_set(e, ERR_NOMEM, "%s: not enough memory to load it", dir);
}

/* Gives the absolute path of file `name` of the package; `n` is the value that names it. */
static int find_file(struct arena *a, const struct package *p, const struct yaml_node *n,
                     const char *name, const char **ret, struct err *e)
{
    struct stat st;
    int code = 0;
    char *real = NULL;
    char *path = arena_printf(a, "%s/%s", p->dir, name);
    if (!path)
        return no_memory(e, p->dir);
    real = realpath(path, NULL);
    size_t len = strlen(p->dir);
    if (!real || stat(real, &st) != 0)
        code = yaml_error(n, e, "no file %s: %s", name, strerror(errno));
    else if (strncmp(real, p->dir, len) != 0 || real[len] != '/')
        code = yaml_error(n, e, "must name a file inside the package's folder, %s leads to %s",
                          name, real);
    else if (!S_ISREG(st.st_mode))
        code = yaml_error(n, e, "%s is not a regular file", name);
    free(real);
    if (!code)
        *ret = path;
    return code;
}

static int wrong_hash(const struct yaml_node *n, const char *path, const char *is, struct err *e)
{
    return yaml_error(n, e, "is not that of %s, which has %s", path, is);
}

static int load_model(struct arena *a, struct package *p, const struct package_yaml *y,
                      struct err *e)
{
    char hash[HASH_SHA256_HEX];
    const struct yaml_node *model = yaml_get(y->root, "model");
    int code = find_file(a, p, yaml_get(model, "file"), y->model_file, &p->model_file, e);
    if (!code)
        code = hash_sha256_file(p->model_file, hash, e);
    if (!code && strcmp(hash, p->model_sha256) != 0)
        code = wrong_hash(yaml_get(model, "sha256"), p->model_file, hash, e);
    return code;
}

static int load_charset(struct arena *a, struct package *p, const struct package_yaml *y,
                        struct err *e)
{
    char hash[HASH_SHA256_HEX];
    const char *path;
    struct buf b;
    const struct yaml_node *charset = yaml_get(yaml_get(y->root, "codec"), "charset");
    buf_init(&b, MAX_TEXT_BYTES);
    int code = find_file(a, p, yaml_get(charset, "file"), y->charset_file, &path, e);
    if (!code)
        code = file_read(path, &b, e);
    if (code)
        goto out;
    const char *bytes = b.data ? b.data : "";
    hash_sha256_hex(bytes, b.len, hash);
    if (strcmp(hash, y->charset_sha256) != 0)
        code = wrong_hash(yaml_get(charset, "sha256"), path, hash, e);
    else
        code = charset_parse(a, path, bytes, b.len, p->output.class_count, p->codec.blank, y->space,
                             &p->codec.charset, e);
out:
    buf_finish(&b);
    return code;
}

static int find_golden(struct arena *a, struct package *p, const struct package_yaml *y,
                       struct err *e)
{
    const struct yaml_node *list = yaml_get(y->root, "golden");
    int code = 0;
    for (size_t i = 0; !code && i < p->golden_count; i++)
        code = find_file(a, p, yaml_get(list->item[i], "input"), p->golden[i].input,
                         &p->golden[i].input, e);
    return code;
}

/* Resolves the folder and names the package after it. */
static int find_folder(struct arena *a, const char *dir, struct package *p, struct err *e)
{
    char *real = realpath(dir, NULL);
    if (!real)
        return err_set_errno(e, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO, errno,
                             "no model package %s", dir);
    p->dir = arena_strdup(a, real);
    free(real);
    if (!p->dir)
        return no_memory(e, dir);
    const char *slash = strrchr(p->dir, '/');
    p->name = slash ? slash + 1 : p->dir;
    return 0;
}

int package_load(const char *dir, struct package **ret, struct err *e)
{
    struct package p = {0};
    struct package_yaml y;
    struct loaded *loaded = NULL;
    struct buf b;
    buf_init(&b, MAX_TEXT_BYTES);
    struct arena *a = arena_create(ARENA_BYTES);
    if (!a)
        return no_memory(e, dir);
    char *file = NULL;
    int code = find_folder(a, dir, &p, e);
    if (code)
        goto out;
    file = arena_printf(a, "%s/model.yaml", p.dir);
    loaded = arena_alloc(a, sizeof *loaded);
    if (!file || !loaded) {
        code = no_memory(e, dir);
        goto out;
    }
    code = file_read(file, &b, e);
    if (!code)
        code = package_yaml_parse(a, file, b.data ? b.data : "", b.len, &p, &y, e);
    if (!code)
        code = load_model(a, &p, &y, e);
    if (!code && p.task == PACKAGE_RECOGNISE)
        code = load_charset(a, &p, &y, e);
    if (!code)
        code = find_golden(a, &p, &y, e);
    if (code)
        goto out;
    *loaded = (struct loaded){p, a};
    *ret = &loaded->package;
    a = NULL;
out:
    buf_finish(&b);
    arena_destroy(a);
    return code;
}

void package_destroy(struct package *p)
{
    if (p)
        arena_destroy(((struct loaded *)p)->arena);
}
