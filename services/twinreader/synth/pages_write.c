/* From made pages to files: workers encode and hash, one thread writes. */
#include "base/jsonw.h"
#include "image/encode.h"
#include "twinreader/synth/pages_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int hash_crops(struct synth_pages_made *m, struct err *e)
{
    m->crop_sha = arena_array(m->arena, m->crop_count + 1, sizeof *m->crop_sha);
    if (!m->crop_sha)
        return err_set(e, ERR_NOMEM, "not enough memory for cut-outs");
    for (size_t i = 0; i < m->crop_count; i++)
        hash_sha256_hex(m->crops[i].png.data, m->crops[i].png.len, m->crop_sha[i]);
    return 0;
}

static int export_texts(const struct synth_pages_options *o, const struct synth_export_page *p,
                        struct synth_pages_made *m, struct err *e)
{
    const struct synth_label *l = p->label;
    int code = 0;
    if (o->formats & SYNTH_PAGES_JSONL)
        code = synth_export_json(p, m->arena, &m->bufs[SYNTH_PAGES_JSON], e);
    if (o->formats & SYNTH_PAGES_ICDAR) {
        synth_export_icdar(l, &m->bufs[SYNTH_PAGES_QUADS]);
        hash_sha256_hex(m->bufs[SYNTH_PAGES_QUADS].data ? m->bufs[SYNTH_PAGES_QUADS].data : "",
                        m->bufs[SYNTH_PAGES_QUADS].len, m->icdar_sha);
    }
    if (o->formats & SYNTH_PAGES_COCO) {
        synth_export_coco_image(p, l->page, &m->bufs[SYNTH_PAGES_COCO_IMAGE]);
        synth_export_coco_boxes(l, l->page, &m->bufs[SYNTH_PAGES_COCO_BOXES]);
    }
    if (code == 0 && o->formats & SYNTH_PAGES_READING)
        code = synth_export_reading(p, m->arena, &m->bufs[SYNTH_PAGES_READ], e);
    if (code == 0 && o->formats & SYNTH_PAGES_READING)
        code = synth_export_lines(p, m->arena, &m->bufs[SYNTH_PAGES_LINES], e);
    for (int i = 0; code == 0 && i < SYNTH_PAGES_BUFS; i++)
        if (buf_status(&m->bufs[i]))
            code = err_set(e, ERR_NOMEM, "not enough memory for a page's labels");
    return code;
}

int synth_pages_export(const struct synth_pages_options *o, const char *const *fonts,
                       size_t font_count, const struct image *picture, int quality,
                       struct synth_pages_made *m, struct err *e)
{
    unsigned long long n = m->label->page;
    snprintf(m->image_name, sizeof m->image_name, "images/%06llu.%s", n, o->png ? "png" : "jpg");
    snprintf(m->icdar_name, sizeof m->icdar_name, "icdar/%06llu.txt", n);
    struct synth_export_page p = {m->label, m->image_name, fonts, font_count};
    int code = o->png ? image_encode_png(picture, &m->bufs[SYNTH_PAGES_IMAGE], e)
                      : image_encode_jpeg(picture, quality, &m->bufs[SYNTH_PAGES_IMAGE], e);
    if (code)
        return code;
    hash_sha256_hex(m->bufs[SYNTH_PAGES_IMAGE].data, m->bufs[SYNTH_PAGES_IMAGE].len, m->image_sha);
    code = export_texts(o, &p, m, e);
    if (code == 0 && o->formats & SYNTH_PAGES_CROPS)
        code = synth_export_crops(m->label, picture, n, m->arena, &m->crops, &m->crop_count, e);
    return code ? code : hash_crops(m, e);
}

struct synth_pages_writer {
    const struct synth_pages_options *o;
    const struct synth_papers *papers;
    const char *const *fonts;
    size_t font_count;
    struct synth_files *files;
    struct synth_files_stream *json, *coco, *words, *lines, *readings, *read_lines;
    struct buf coco_images; /* follow the boxes in coco.json */
    bool has_boxes;
    struct synth_pages_summary sum;
    uint64_t chars, looks[SYNTH_LOOK_COUNT];
    uint64_t *by_font, *by_kind; /* words, pages */
};

static int open_files(struct synth_pages_writer *w, struct err *e)
{
    unsigned formats = w->o->formats;
    int code = synth_files_folder(w->files, "images", e);
    if (code == 0 && formats & SYNTH_PAGES_JSONL)
        code = synth_files_open(w->files, "truth.jsonl", &w->json, e);
    if (code == 0 && formats & SYNTH_PAGES_ICDAR)
        code = synth_files_folder(w->files, "icdar", e);
    if (code == 0 && formats & SYNTH_PAGES_COCO)
        code = synth_files_open(w->files, "coco.json", &w->coco, e);
    if (code == 0 && formats & SYNTH_PAGES_CROPS)
        code = synth_files_folder(w->files, "crops", e);
    if (code == 0 && formats & SYNTH_PAGES_CROPS)
        code = synth_files_open(w->files, "words.tsv", &w->words, e);
    if (code == 0 && formats & SYNTH_PAGES_CROPS)
        code = synth_files_open(w->files, "lines.tsv", &w->lines, e);
    if (code == 0 && formats & SYNTH_PAGES_READING)
        code = synth_files_open(w->files, "readings.jsonl", &w->readings, e);
    if (code == 0 && formats & SYNTH_PAGES_READING)
        code = synth_files_open(w->files, "lines.jsonl", &w->read_lines, e);
    return code;
}

int synth_pages_writer_create(const struct synth_pages_options *o,
                              const struct synth_papers *papers, const char *const *fonts,
                              size_t font_count, struct synth_pages_writer **ret, struct err *e)
{
    struct synth_pages_writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(e, ERR_NOMEM, "not enough memory");
    *w = (struct synth_pages_writer){
        .o = o, .papers = papers, .fonts = fonts, .font_count = font_count};
    buf_init(&w->coco_images, 0);
    w->by_font = calloc(font_count + 1, sizeof *w->by_font);
    w->by_kind = calloc(synth_papers_count(papers) + 1, sizeof *w->by_kind);
    int code = w->by_font && w->by_kind ? 0 : err_set(e, ERR_NOMEM, "not enough memory");
    if (code == 0)
        code = synth_files_create(o->dir, &w->files, e);
    if (code == 0)
        code = open_files(w, e);
    if (code == 0 && w->coco) {
        struct buf head;
        buf_init(&head, 0);
        synth_export_coco_head(&head);
        buf_puts(&head, "\"annotations\":[\n");
        code = buf_status(&head) ? err_set(e, ERR_NOMEM, "not enough memory")
                                 : synth_files_write(w->coco, head.data, head.len, e);
        buf_finish(&head);
    }
    if (code)
        synth_pages_writer_destroy(w);
    else
        *ret = w;
    return code;
}

void synth_pages_writer_destroy(struct synth_pages_writer *w)
{
    if (!w)
        return;
    synth_files_destroy(w->files);
    buf_finish(&w->coco_images);
    free(w->by_font);
    free(w->by_kind);
    free(w);
}

static void count(struct synth_pages_writer *w, const struct synth_label *l)
{
    w->sum.pages++;
    for (size_t i = 0; i < l->word_count; i++) {
        w->sum.words++;
        w->sum.hidden += l->words[i].hidden;
        w->chars += l->words[i].char_count;
        if (l->words[i].font < w->font_count)
            w->by_font[l->words[i].font]++;
    }
    for (int i = 0; i < SYNTH_LOOK_COUNT; i++)
        w->looks[i] += strcmp(synth_look_name((enum synth_look)i), l->degradation) == 0;
    for (size_t i = 0; i < synth_papers_count(w->papers); i++)
        w->by_kind[i] += strcmp(synth_papers_name(w->papers, i), l->kind) == 0;
}

static int write_all(struct synth_files_stream *s, const struct buf *b, struct err *e)
{
    return s && b->len ? synth_files_write(s, b->data, b->len, e) : 0;
}

static int write_crops(struct synth_pages_writer *w, const struct synth_pages_made *m,
                       struct err *e)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < m->crop_count; i++) {
        const struct synth_export_crop *c = &m->crops[i];
        struct buf row;
        char name[64];
        snprintf(name, sizeof name, "crops/%s", c->name);
        code = synth_files_save(w->files, name, c->png.data, c->png.len, m->crop_sha[i], e);
        buf_init(&row, 0);
        buf_printf(&row, "%s\t%s\n", name, c->text);
        if (code == 0 && buf_status(&row))
            code = err_set(e, ERR_NOMEM, "not enough memory for cut-outs");
        if (code == 0)
            code = write_all(c->is_line ? w->lines : w->words, &row, e);
        buf_finish(&row);
    }
    return code;
}

/* Objects come after a comma; the first of a list drops it. */
static int write_coco(struct synth_pages_writer *w, const struct synth_pages_made *m, struct err *e)
{
    const struct buf *image = &m->bufs[SYNTH_PAGES_COCO_IMAGE],
                     *boxes = &m->bufs[SYNTH_PAGES_COCO_BOXES];
    size_t skip = w->coco_images.len ? 0 : 2;
    buf_append(&w->coco_images, image->data + skip, image->len - skip);
    if (!boxes->len)
        return 0;
    skip = w->has_boxes ? 0 : 2;
    w->has_boxes = true;
    return synth_files_write(w->coco, boxes->data + skip, boxes->len - skip, e);
}

int synth_pages_writer_add(struct synth_pages_writer *w, const struct synth_pages_made *m,
                           struct err *e)
{
    int code = synth_files_save(w->files, m->image_name, m->bufs[SYNTH_PAGES_IMAGE].data,
                                m->bufs[SYNTH_PAGES_IMAGE].len, m->image_sha, e);
    if (code == 0)
        code = write_all(w->json, &m->bufs[SYNTH_PAGES_JSON], e);
    if (code == 0 && w->o->formats & SYNTH_PAGES_ICDAR)
        code =
            synth_files_save(w->files, m->icdar_name,
                             m->bufs[SYNTH_PAGES_QUADS].data ? m->bufs[SYNTH_PAGES_QUADS].data : "",
                             m->bufs[SYNTH_PAGES_QUADS].len, m->icdar_sha, e);
    if (code == 0 && w->coco)
        code = write_coco(w, m, e);
    if (code == 0)
        code = write_all(w->readings, &m->bufs[SYNTH_PAGES_READ], e);
    if (code == 0)
        code = write_all(w->read_lines, &m->bufs[SYNTH_PAGES_LINES], e);
    if (code == 0)
        code = write_crops(w, m, e);
    if (code == 0)
        count(w, m->label);
    return code;
}

/* Closes the list of boxes and adds that of the pictures. */
static int finish_coco(struct synth_pages_writer *w, struct err *e)
{
    struct buf *images = &w->coco_images, tail;
    buf_init(&tail, 0);
    buf_puts(&tail, "],\n\"images\":[\n");
    buf_append(&tail, images->data, images->len);
    buf_puts(&tail, "]}\n");
    int code = buf_status(images) || buf_status(&tail)
                   ? err_set(e, ERR_NOMEM, "not enough memory for coco.json")
                   : write_all(w->coco, &tail, e);
    buf_finish(&tail);
    return code;
}

static void write_int(struct jsonw *w, const char *key, uint64_t v)
{
    jsonw_key(w, key);
    jsonw_int(w, (int64_t)v);
}

static void write_string(struct jsonw *w, const char *key, const char *s)
{
    jsonw_key(w, key);
    jsonw_string(w, s);
}

static void write_counts(struct jsonw *j, const struct synth_pages_writer *w)
{
    write_int(j, "pages", w->sum.pages);
    write_int(j, "words", w->sum.words);
    write_int(j, "hidden", w->sum.hidden);
    write_int(j, "characters", w->chars);
    jsonw_key(j, "kinds");
    jsonw_begin_object(j);
    for (size_t i = 0; i < synth_papers_count(w->papers); i++)
        if (w->by_kind[i])
            write_int(j, synth_papers_name(w->papers, i), w->by_kind[i]);
    jsonw_end_object(j);
    jsonw_key(j, "looks");
    jsonw_begin_object(j);
    for (int i = 0; i < SYNTH_LOOK_COUNT; i++)
        if (w->looks[i])
            write_int(j, synth_look_name((enum synth_look)i), w->looks[i]);
    jsonw_end_object(j);
    jsonw_key(j, "fonts");
    jsonw_begin_object(j);
    for (size_t i = 0; i < w->font_count; i++)
        if (w->by_font[i])
            write_int(j, w->fonts[i], w->by_font[i]);
    jsonw_end_object(j);
}

static void write_manifest(const struct synth_pages_writer *w, struct buf *out)
{
    const struct synth_pages_options *o = w->o;
    struct jsonw j;
    jsonw_init(&j, out);
    jsonw_begin_object(&j);
    write_string(&j, "program", "twinreader " TWINREADER_VERSION);
    write_int(&j, "seed", o->seed);
    write_int(&j, "first", o->first);
    write_string(&j, "split", o->split == SYNTH_HELD ? "held" : "train");
    jsonw_key(&j, "dpi");
    jsonw_number(&j, o->dpi, 2);
    write_counts(&j, w);
    jsonw_end_object(&j);
}

int synth_pages_writer_finish(struct synth_pages_writer *w, struct synth_pages_summary *ret,
                              struct err *e)
{
    struct buf head;
    int code = w->coco ? finish_coco(w, e) : 0;
    buf_init(&head, 0);
    write_manifest(w, &head);
    if (code == 0 && buf_status(&head))
        code = err_set(e, ERR_NOMEM, "not enough memory for the manifest");
    if (code == 0) {
        head.len--; /* the closing brace, which synth_files_finish adds */
        code = synth_files_finish(w->files, &head, e);
    }
    buf_finish(&head);
    if (code == 0)
        *ret = w->sum;
    return code;
}
