/*
 * A paper: values are invented once; then the sheet is set, smaller each time until it fits, with
 * the random numbers of the first try.
 */
#include "twinreader/synth/layout.h"

#include "twinreader/config.h"
#include "twinreader/synth/layout_run.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PAPERS_MAX = 100, FORM_BYTES = 16 << 20 };

struct synth_papers {
    struct layout_form **form;
    size_t count;
};

static int is_yaml(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return d->d_name[0] != '.' && n > 5 && strcmp(d->d_name + n - 5, ".yaml") == 0;
}

static int load_one(const char *folder, const char *name, struct layout_form **ret, struct err *e)
{
    struct yaml_node *root;
    struct arena *a = arena_create(FORM_BYTES);
    const char *path = a ? arena_printf(a, "%s/%s", folder, name) : NULL;
    int r = path ? yaml_load(a, path, &root, e)
                 : err_set(e, ERR_NOMEM, "no memory for the form %s", name);
    if (r == 0)
        r = synth_layout_form_read(a, root, ret, e);
    if (r < 0)
        arena_destroy(a);
    return r;
}

static int load_folder(const char *folder, struct synth_papers *p, struct err *e)
{
    struct dirent **names = NULL;
    int r = 0, count = scandir(folder, &names, is_yaml, alphasort);
    if (count < 0)
        return err_set_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno,
                             "cannot list the papers in %s", folder);
    if (count == 0 || count > PAPERS_MAX)
        r = err_set(e, ERR_CONFIG, "%s holds %d papers, 1 to %d are allowed", folder, count,
                    PAPERS_MAX);
    if (r == 0) {
        p->form = calloc((size_t)count, sizeof(struct layout_form *));
        if (!p->form)
            r = err_set(e, ERR_NOMEM, "no memory for papers");
    }
    for (int i = 0; r == 0 && i < count; i++) {
        r = load_one(folder, names[i]->d_name, &p->form[p->count], e);
        p->count += r == 0;
        for (size_t k = 0; r == 0 && k + 1 < p->count; k++)
            if (strcmp(p->form[k]->kind, p->form[p->count - 1]->kind) == 0)
                r = err_set(e, ERR_CONFIG, "%s: two files define the paper \"%s\"", folder,
                            p->form[k]->kind);
    }
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return r;
}

int synth_papers_create(const char *folder, struct synth_papers **ret, struct err *e)
{
    int r = 0;
    struct synth_papers *p = calloc(1, sizeof *p);
    struct arena *a = arena_create(1 << 16);
    if (a && !folder)
        folder = config_shipped(a, "services/twinreader/synth/forms", "twinreader/synth/forms");
    if (!p || !a || !folder)
        r = err_set(e, ERR_NOMEM, "no memory for papers");
    if (r == 0)
        r = load_folder(folder, p, e);
    if (r == 0) {
        *ret = p;
        p = NULL;
    }
    arena_destroy(a);
    synth_papers_destroy(p);
    return r;
}

void synth_papers_destroy(struct synth_papers *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->count; i++)
        arena_destroy(p->form[i]->arena);
    free(p->form);
    free(p);
}

size_t synth_papers_count(const struct synth_papers *p)
{
    return p->count;
}

const char *synth_papers_name(const struct synth_papers *p, size_t index)
{
    return p->form[index]->kind;
}

static double within(struct layout_run *l, const struct layout_range *range)
{
    return range->low < range->high ? synth_rng_real(l->r, range->low, range->high) : range->low;
}

static const struct layout_sheet *choose_sheet(const struct layout_form *f, enum synth_split split,
                                               struct synth_rng *r)
{
    const struct layout_sheet *chosen = NULL;
    uint32_t seen = 0;
    for (size_t i = 0; i < f->sheet_count; i++)
        if (f->sheet[i].split == split && synth_rng_below(r, ++seen) == 0)
            chosen = &f->sheet[i];
    return chosen; /* the form was refused without one of each */
}

static void choose_look(struct layout_run *l)
{
    static const struct synth_colour inks[] = {
        {0, 0, 0, 255}, {20, 20, 20, 255}, {45, 45, 48, 255}, {25, 28, 60, 255}};
    static const struct synth_colour prints[] = {{0, 0, 0, 255},    {10, 10, 10, 255},
                                                 {60, 60, 60, 255}, {30, 40, 90, 255},
                                                 {20, 70, 60, 255}, {90, 40, 40, 255}};
    static const struct synth_colour shades[] = {
        {0, 0, 0, 0}, {235, 235, 235, 255}, {222, 228, 240, 255}, {240, 236, 222, 255}};
    static const struct synth_colour darks[] = {
        {50, 50, 50, 255}, {35, 55, 100, 255}, {30, 80, 75, 255}};
    l->value_colour = inks[synth_rng_below(l->r, 4)];
    l->key_colour =
        synth_rng_chance(l->r, 0.6) ? l->value_colour : prints[synth_rng_below(l->r, 6)];
    l->rule_colour =
        synth_rng_chance(l->r, 0.7) ? l->key_colour : (struct synth_colour){110, 110, 110, 255};
    l->shade = synth_rng_chance(l->r, 0.08) ? darks[synth_rng_below(l->r, 3)]
                                            : shades[synth_rng_below(l->r, 4)];
    l->margin = within(l, &l->sheet->margin);
    l->size = within(l, &l->sheet->size);
    l->rule = within(l, &l->sheet->rule);
    l->stretch = synth_rng_chance(l->r, 0.6) ? 1 : synth_rng_real(l->r, 0.9, 1.05);
    l->spacing = synth_rng_chance(l->r, 0.6) ? 0 : synth_rng_real(l->r, -0.05, 0.12);
    if (l->value_font != l->key_font && synth_rng_chance(l->r, 0.5)) {
        l->shift_x = synth_rng_real(l->r, -0.6, 0.6);
        l->shift_y = synth_rng_real(l->r, -0.5, 0.5);
    }
    l->rules = (unsigned)synth_rng_below(l->r, 1000);
}

static int set_once(struct layout_run *l, double *ret_bottom)
{
    double y = l->margin;
    l->scene->text_count = l->scene->shape_count = 0;
    l->block = l->line = 0;
    l->tall = 0;
    l->has_rest = false;
    int r = synth_layout_flow(l, &l->sheet->body, l->margin, l->scene->width - 2 * l->margin, &y);
    *ret_bottom = y;
    return r;
}

/* Sets the sheet, smaller while it does not fit, and once more when something takes what is left.
 */
static int set_sheet(struct layout_run *l)
{
    double height = within(l, &l->sheet->height), bottom = 0, most = height - l->margin;
    double first = height > 0 ? synth_rng_real(l->r, 1, 1.35) : 1;
    struct synth_rng start = *l->r;
    int r = 0;
    for (l->scale = first; l->scale > 0.4; l->scale *= 0.94) {
        *l->r = start;
        r = set_once(l, &bottom);
        if (r < 0 || height <= 0 || bottom <= most)
            break;
    }
    if (r < 0)
        return r;
    if (height > 0 && bottom > most)
        return err_set(l->e, ERR_CONFIG, "%s, layout %s: too much for the paper", l->form->kind,
                       l->sheet->name);
    if (l->has_rest && height > 0) {
        *l->r = start;
        l->rest = (most - bottom) * 0.98;
        r = set_once(l, &bottom);
    }
    l->scene->height = height > 0 ? height : bottom + l->margin;
    return r;
}

static int add_fact(struct layout_run *l, const struct layout_value *v)
{
    const struct synth_scene *s = l->scene;
    bool printed = false;
    if (!v->field || !*v->text)
        return 0;
    for (size_t i = 0; i < s->text_count && !printed; i++)
        printed = s->texts[i].field == v->field && !s->texts[i].is_key;
    if (!printed)
        return 0;
    struct synth_fact fact = {v->field, v->text, v->normalised};
    return synth_scene_fact(l->scene, l->a, &fact)
               ? 0
               : err_set(l->e, ERR_NOMEM, "no memory for a paper");
}

static int add_facts(struct layout_run *l)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < l->form->value_count; i++) {
        const struct layout_def *d = &l->form->value[i];
        r = add_fact(l, &l->value[i]);
        for (size_t k = 0;
             r == 0 && d->kind == LAYOUT_LIST && k < l->rows[i].count * d->column_count; k++)
            r = add_fact(l, &l->rows[i].value[k]);
    }
    return r;
}

int synth_papers_make(const struct synth_papers *p, size_t index, enum synth_split split,
                      struct synth_fonts *f, struct synth_rng *r, struct arena *a,
                      struct synth_scene **ret, struct err *e)
{
    struct synth_scene *scene = arena_alloc(a, sizeof *scene);
    struct layout_run l = {
        .form = p->form[index], .fonts = f, .r = r, .a = a, .scene = scene, .e = e};
    l.widths = arena_array(a, LAYOUT_WIDTHS, sizeof *l.widths);
    if (!scene || !l.widths)
        return err_set(e, ERR_NOMEM, "no memory for a paper");
    l.sheet = choose_sheet(l.form, split, r);
    scene->kind = l.form->kind;
    scene->layout = l.sheet->name;
    scene->paper = (struct synth_colour){255, 255, 255, 255};
    int code = synth_layout_fonts(&l);
    if (code == 0)
        code = synth_layout_invent(&l);
    if (code < 0)
        return code;
    choose_look(&l);
    scene->width = within(&l, &l.sheet->width);
    code = set_sheet(&l);
    if (code == 0)
        code = add_facts(&l);
    if (code == 0)
        *ret = scene;
    return code;
}
