#include "twinreader/form.h"

#include "twinreader/extract.h"
#include "twinreader/form_model.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS_MAX = 200, FORM_BYTES = 8 << 20 };

static int is_yaml(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return d->d_name[0] != '.' && n > 5 && strcmp(d->d_name + n - 5, ".yaml") == 0;
}

static int load_one(const char *dir, const char *name, struct form **ret, struct err *e)
{
    struct form *f;
    struct yaml_node *root;
    int r;
    struct arena *a = arena_create(FORM_BYTES);
    if (!a)
        return err_set(e, ERR_NOMEM, "no memory for the form %s", name);
    const char *path = arena_printf(a, "%s/%s", dir, name);
    r = path ? yaml_load(a, path, &root, e) : err_set(e, ERR_NOMEM, "no memory for a form's path");
    if (r < 0)
        goto failed;
    r = form_model_read(a, root, &f, e);
    if (r < 0)
        goto failed;
    *ret = f;
    return 0;

failed:
    arena_destroy(a);
    return r;
}

static int check_names(const struct forms *f, const char *dir, struct err *e)
{
    for (size_t i = 0; i < f->count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(f->item[i]->name, f->item[j]->name) == 0)
                return err_set(e, ERR_CONFIG, "%s: two files define the form \"%s\"", dir,
                               f->item[i]->name);
    return 0;
}

int forms_load(const char *dir, struct forms **ret, struct err *e)
{
    struct dirent **names = NULL;
    struct forms *f = NULL;
    int r = 0, count = scandir(dir, &names, is_yaml, alphasort);
    if (count < 0)
        return err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno,
                             "cannot list the form definitions in %s", dir);
    if (count > FORMS_MAX) {
        r = err_set(e, ERR_LIMIT, "%s holds %d form definitions, at most %d are allowed", dir,
                    count, FORMS_MAX);
        goto done;
    }
    f = calloc(1, sizeof *f);
    if (f)
        f->item = calloc((size_t)count + 1, sizeof *f->item);
    if (!f || !f->item) {
        r = err_set(e, ERR_NOMEM, "no memory for form definitions");
        goto done;
    }
    for (int i = 0; i < count && r == 0; i++) {
        r = load_one(dir, names[i]->d_name, &f->item[f->count], e);
        f->count += r == 0;
    }
    if (r == 0)
        r = check_names(f, dir, e);
    if (r == 0) {
        *ret = f;
        f = NULL;
    }

done:
    forms_destroy(f);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return r;
}

void forms_destroy(struct forms *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++)
        arena_destroy(f->item[i]->arena);
    free(f->item);
    free(f);
}

int forms_extract(const struct forms *f, struct arena *a, struct page *page, struct err *e)
{
    return extract_page(f->item, f->count, a, page, NULL, e);
}

int forms_extract_seen(const struct forms *f, struct arena *a, struct page *page,
                       const struct form_picture *picture, struct err *e)
{
    return extract_page(f->item, f->count, a, page, picture, e);
}
