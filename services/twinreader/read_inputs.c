#include "twinreader/read_inputs.h"

#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int add(struct read_inputs *in, const char *path, const char *problem)
{
    if (in->count == in->capacity) {
        size_t capacity = in->capacity ? in->capacity * 2 : 64;
        struct read_input *item = reallocarray(in->item, capacity, sizeof *item);
        if (!item)
            return ERR_NOMEM;
        in->item = item;
        in->capacity = capacity;
    }
    struct read_input *i = &in->item[in->count];
    i->path = strdup(path);
    i->problem = problem ? strdup(problem) : NULL;
    in->count++;
    return !i->path || (problem && !i->problem) ? ERR_NOMEM : 0;
}

/* Byte order, the same in every locale. */
static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* A link met inside a directory; one to a directory may lead anywhere, so it is not followed. */
static int take_link(struct read_inputs *in, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return add(in, path, "a link to a file that is not there");
    return S_ISREG(st.st_mode) ? add(in, path, NULL) : 0;
}

static int take_entry(struct read_inputs *in, FTS *tree, FTSENT *f)
{
    bool named = f->fts_level == FTS_ROOTLEVEL; /* by the user, not found in a directory */
    bool hidden = !named && f->fts_name[0] == '.';
    char text[128];
    switch (f->fts_info) {
    case FTS_D:
        if (hidden)
            fts_set(tree, f, FTS_SKIP);
        return 0;
    case FTS_F:
        return hidden ? 0 : add(in, f->fts_path, NULL);
    case FTS_SL:
    case FTS_SLNONE:
        return hidden ? 0 : take_link(in, f->fts_path);
    case FTS_DEFAULT:
        return named ? add(in, f->fts_path, NULL) : 0;
    case FTS_DC:
        return add(in, f->fts_path, "a directory that contains itself");
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        return add(in, f->fts_path, strerror_r(f->fts_errno, text, sizeof text));
    default:
        return 0;
    }
}

static int take_argument(struct read_inputs *in, const char *arg)
{
    size_t before = in->count;
    char *path = strdup(arg), text[128];
    char *roots[] = {path, NULL};
    if (!path)
        return ERR_NOMEM;
    FTS *tree = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    int code = 0;
    if (!tree) {
        code = add(in, arg, strerror_r(errno, text, sizeof text));
    } else {
        for (FTSENT *f; !code && (f = fts_read(tree));)
            code = take_entry(in, tree, f);
        fts_close(tree);
        if (!code && in->count == before)
            code = add(in, arg, "no files in it");
    }
    free(path);
    return code;
}

int read_inputs_collect(char *const *args, int count, struct read_inputs *ret, struct err *e)
{
    struct read_inputs in = {0};
    int code = 0;
    for (int i = 0; i < count && !code; i++)
        code = strcmp(args[i], "-") == 0 ? add(&in, "-", NULL) : take_argument(&in, args[i]);
    if (code) {
        read_inputs_finish(&in);
        return err_set(e, code, "not enough memory for the list of files");
    }
    *ret = in;
    return 0;
}

void read_inputs_finish(struct read_inputs *in)
{
    for (size_t i = 0; i < in->count; i++) {
        free(in->item[i].path);
        free(in->item[i].problem);
    }
    free(in->item);
    *in = (struct read_inputs){0};
}
