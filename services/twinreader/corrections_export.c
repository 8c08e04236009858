#include "twinreader/corrections_export.h"

#include "base/file.h"
#include "base/hash.h"
#include "image/document.h"
#include "image/encode.h"
#include "image/tensor.h"
#include "twinreader/corrections.h"
#include "twinreader/output.h"
#include "twinreader/read_save.h"
#include "twinreader/store.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SIDE = 4096, NAME_SIZE = HASH_ULID + 32 };

static const size_t arena_limit = (size_t)64 << 20;

/* One export under way. */
struct job {
    const char *store_dir, *out_dir;
    struct read_save *top, *images;
    struct buf words, fields, all, png;
    char (*names)[NAME_SIZE]; /* pictures written */
    size_t name_count, name_room;
    struct corrections_export *x;
};

/* The document at hand; pages are decoded once each, as the corrections are sorted by page. */
struct source {
    const char *id;
    struct arena *arena;
    struct reading *reading;
    int page; /* whose picture it is; 0: none yet */
    struct document_page picture;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int by_place(const void *a, const void *b)
{
    const struct correction *p = a, *q = b;
    return p->page != q->page ? (p->page < q->page ? -1 : 1)
                              : (p->revision > q->revision) - (p->revision < q->revision);
}

static int read_inside(const struct job *j, struct source *s, const char *name, struct buf *out,
                       struct err *e)
{
    const char *path = arena_printf(s->arena, "%s/%s/%s", j->store_dir, s->id, name);
    return path ? file_read(path, out, e) : err_set(e, ERR_NOMEM, "out of memory");
}

static void drop_picture(struct source *s)
{
    image_destroy(s->picture.picture);
    s->picture.picture = NULL;
    s->page = 0;
}

/* Decodes the picture of a page, unless it is the one at hand. */
static int need_picture(const struct job *j, struct source *s, int page, struct err *e)
{
    struct document_limits limits = document_limits_default();
    struct document *d;
    if (s->page == page)
        return s->picture.picture ? 0 : err_set(e, ERR_NOT_FOUND, "no picture");
    drop_picture(s);
    s->page = page;
    const char *path = arena_printf(s->arena, "%s/%s/page-%d.jpg", j->store_dir, s->id, page);
    if (!path)
        return err_set(e, ERR_NOMEM, "out of memory");
    int rc = document_open_file(path, &limits, &d, e);
    if (rc)
        return rc;
    rc = document_read_page(d, 0, s->arena, &s->picture, e);
    document_close(d);
    return rc;
}

static const struct page *page_of(const struct reading *r, int number)
{
    for (size_t i = 0; i < r->page_count; i++)
        if (r->pages[i].number == number)
            return &r->pages[i];
    return NULL;
}

static double side(struct point a, struct point b)
{
    return hypot((double)b.x - (double)a.x, (double)b.y - (double)a.y);
}

static int whole(double v)
{
    return v < 1 ? 1 : v > MAX_SIDE ? MAX_SIDE : (int)lround(v);
}

static bool has_place(const struct quad *q)
{
    return side(q->p[0], q->p[2]) > 0;
}

/* Cuts the correction's box out and writes it; ERR_NOT_FOUND when there is nothing to cut. */
static int write_picture(struct job *j, struct source *s, const struct correction *c,
                         const char *name, struct err *e)
{
    const struct page *p = page_of(s->reading, c->page);
    struct image *cut = NULL;
    struct quad q = c->box;
    if (!p || p->width < 1 || !has_place(&q))
        return err_set(e, ERR_NOT_FOUND, "no place");
    int rc = need_picture(j, s, c->page, e);
    if (rc)
        return rc;
    float scale = (float)s->picture.picture->width / (float)p->width;
    for (int i = 0; i < 4; i++) {
        q.p[i].x *= scale;
        q.p[i].y *= scale;
    }
    int width = whole(fmax(side(q.p[0], q.p[1]), side(q.p[3], q.p[2])));
    int height = whole(fmax(side(q.p[0], q.p[3]), side(q.p[1], q.p[2])));
    rc = image_from_quad(s->picture.picture, &q, width, height, &cut, e);
    buf_clear(&j->png);
    if (!rc)
        rc = image_encode_png(cut, &j->png, e);
    if (!rc)
        rc = read_save_write(j->images, name, j->png.data, j->png.len, e);
    image_destroy(cut);
    return rc;
}

static int remember(struct job *j, const char *name, struct err *e)
{
    if (j->name_count == j->name_room) {
        size_t room = j->name_room ? 2 * j->name_room : 256;
        void *more = reallocarray(j->names, room, sizeof *j->names);
        if (!more)
            return err_set(e, ERR_NOMEM, "out of memory for the names of pictures");
        j->names = more;
        j->name_room = room;
    }
    memcpy(j->names[j->name_count++], name, strlen(name) + 1);
    return 0;
}

static int export_one(struct job *j, struct source *s, const struct correction *c, struct err *e)
{
    char name[NAME_SIZE];
    struct err why = ERR_INIT;
    snprintf(name, sizeof name, "%s-%lld.png", s->id, (long long)c->revision);
    int rc = write_picture(j, s, c, name, &why);
    if (rc == ERR_NOMEM || rc == ERR_IO || rc == ERR_NO_SPACE) {
        *e = why;
        return rc;
    }
    bool word = strncmp(c->target, "word:", 5) == 0, cut = rc == 0;
    j->x->words += word;
    j->x->fields += !word;
    j->x->without_picture += !cut;
    buf_printf(&j->all, "{\"document\":\"%s\",\"image\":", s->id);
    if (cut)
        buf_printf(&j->all, "\"images/%s\"", name);
    else
        buf_puts(&j->all, "null");
    buf_puts(&j->all, ",\"correction\":");
    corrections_one_to_json(c, &j->all);
    buf_puts(&j->all, "}\n");
    if (!cut)
        return 0;
    buf_printf(word ? &j->words : &j->fields, "images/%s\t%s\n", name, c->value);
    return remember(j, name, e);
}

static int export_document(struct job *j, const char *id, struct err *e)
{
    struct source s = {.id = id, .arena = arena_create(arena_limit)};
    struct corrections set;
    struct buf text;
    buf_init(&text, 0);
    int rc = s.arena ? read_inside(j, &s, CORRECTIONS_FILE, &text, e)
                     : err_set(e, ERR_NOMEM, "out of memory");
    if (rc == ERR_NOT_FOUND) {
        rc = 0;
        goto out;
    }
    if (!rc)
        rc = corrections_from_json(s.arena, text.data ? text.data : "", text.len, &set, e);
    if (rc || set.count == 0)
        goto out;
    buf_clear(&text);
    rc = read_inside(j, &s, "reading.json", &text, e);
    if (!rc)
        rc = reading_from_json(text.data ? text.data : "", text.len, &s.reading, e);
    if (rc)
        goto out;
    j->x->documents++;
    qsort(set.items, set.count, sizeof *set.items, by_place);
    for (size_t i = 0; !rc && i < set.count; i++)
        rc = export_one(j, &s, &set.items[i], e);
out:
    drop_picture(&s);
    reading_destroy(s.reading);
    buf_finish(&text);
    arena_destroy(s.arena);
    return rc;
}

/* Whether a file's name is one that this gives to pictures. */
static bool is_ours(const char *name)
{
    char id[HASH_ULID];
    size_t len = strlen(name);
    if (len < sizeof id + 5 || name[sizeof id - 1] != '-')
        return false;
    memcpy(id, name, sizeof id - 1);
    id[sizeof id - 1] = '\0';
    const char *digits = name + sizeof id;
    return store_id_valid(id) && strcmp(digits + strspn(digits, "0123456789"), ".png") == 0;
}

/* Removes pictures of an earlier export whose correction is gone. */
static int remove_stale(struct job *j, struct err *e)
{
    char *path = NULL;
    if (asprintf(&path, "%s/images", j->out_dir) < 0)
        return err_set(e, ERR_NOMEM, "out of memory");
    DIR *d = opendir(path);
    int rc = d ? 0 : err_set_errno(e, ERR_IO, errno, "%s", path);
    if (j->name_count)
        qsort(j->names, j->name_count, sizeof *j->names, by_name);
    for (const struct dirent *entry; !rc && (entry = readdir(d)) != NULL;)
        if (is_ours(entry->d_name) &&
            !(j->name_count &&
              bsearch(entry->d_name, j->names, j->name_count, sizeof *j->names, by_name)) &&
            unlinkat(dirfd(d), entry->d_name, 0) < 0)
            rc = err_set_errno(e, ERR_IO, errno, "%s/%s", path, entry->d_name);
    if (d)
        closedir(d);
    free(path);
    return rc;
}

/* The ids of all documents, ascending. */
static int list_ids(const char *dir, char (**ret)[HASH_ULID], size_t *ret_count, struct err *e)
{
    char(*ids)[HASH_ULID] = NULL;
    size_t count = 0, room = 0;
    DIR *d = opendir(dir);
    if (!d)
        return err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s", dir);
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;) {
        if (!store_id_valid(entry->d_name))
            continue;
        if (count == room) {
            room = room ? 2 * room : 256;
            void *more = reallocarray(ids, room, sizeof *ids);
            if (!more) {
                free(ids);
                closedir(d);
                return err_set(e, ERR_NOMEM, "out of memory for the list of documents");
            }
            ids = more;
        }
        memcpy(ids[count++], entry->d_name, HASH_ULID);
    }
    closedir(d);
    if (count)
        qsort(ids, count, sizeof *ids, by_name);
    *ret = ids;
    *ret_count = count;
    return 0;
}

static int write_lists(struct job *j, struct err *e)
{
    const struct {
        const char *name;
        struct buf *text;
    } lists[] = {
        {"words.txt", &j->words}, {"fields.txt", &j->fields}, {"corrections.jsonl", &j->all}};
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof lists / sizeof *lists; i++) {
        struct buf *b = lists[i].text;
        rc = buf_status(b) ? err_set(e, buf_status(b), "out of memory for the lists")
                           : read_save_write(j->top, lists[i].name, b->data, b->len, e);
    }
    return rc;
}

static int make_folders(struct job *j, struct err *e)
{
    char *path = NULL;
    int rc = read_save_create(j->out_dir, "", &j->top, e);
    if (!rc && asprintf(&path, "%s/images", j->out_dir) < 0)
        rc = err_set(e, ERR_NOMEM, "out of memory");
    if (!rc)
        rc = read_save_create(path, ".png", &j->images, e);
    free(path);
    return rc;
}

int corrections_export(const char *store_dir, const char *out_dir, struct corrections_export *x,
                       struct err *e)
{
    struct job j = {.store_dir = store_dir, .out_dir = out_dir, .x = x};
    char(*ids)[HASH_ULID] = NULL;
    size_t count = 0;
    buf_init(&j.words, 0);
    buf_init(&j.fields, 0);
    buf_init(&j.all, 0);
    buf_init(&j.png, 0);
    int rc = list_ids(store_dir, &ids, &count, e);
    if (!rc)
        rc = make_folders(&j, e);
    for (size_t i = 0; !rc && i < count; i++) {
        struct err why = ERR_INIT;
        rc = export_document(&j, ids[i], &why);
        if (rc == ERR_FORMAT || rc == ERR_LIMIT || rc == ERR_NOT_FOUND) {
            x->damaged++;
            if (x->complain)
                x->complain(ids[i], &why);
            rc = 0;
        } else if (rc) {
            *e = why;
        }
    }
    if (!rc)
        rc = write_lists(&j, e);
    if (!rc)
        rc = remove_stale(&j, e);
    read_save_destroy(j.images);
    read_save_destroy(j.top);
    buf_finish(&j.words);
    buf_finish(&j.fields);
    buf_finish(&j.all);
    buf_finish(&j.png);
    free(j.names);
    free(ids);
    return rc;
}
