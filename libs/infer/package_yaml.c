#include "infer/package_yaml.h"

#include <stddef.h>
#include <string.h>

/* Each map of model.yaml is a table of keys that says where a value goes and what is allowed; which
 * tables apply follows from the task.  A key outside the tables of its task is unknown, so a
 * threshold that nothing would read is refused rather than ignored. */

enum kind { INT, DOUBLE, FLOAT, BOOL, STRING, FILE_NAME, SHA256, ENUM, CHILD };

struct key {
    const char *name;
    enum kind kind;
    size_t offset; /* in struct all */
    double min, max;
    const char *const *names; /* ENUM */
};

enum { MAX_KEYS = 16, MAX_CLASSES = 64, MAX_GOLDEN = 64, MAX_BOXES = 1000 };

/* Everything that keys fill. */
struct all {
    struct package p;
    struct package_yaml y;
    int layout, order, codec;
    struct package_golden golden;
};

static const char *const task_names[] = {"detect", "recognise", "angle", NULL};
static const char *const layout_names[] = {"nchw", NULL};
static const char *const order_names[] = {"rgb", "bgr", "grey", NULL};
static const char *const rule_names[] = {"multiple", "fixed_height", "fixed", NULL};
static const char *const output_names[] = {"probability_map", "ctc", "classes", NULL};
static const char *const box_names[] = {"quad", "polygon", "xyxy", "cxcywh", NULL};
static const char *const codec_names[] = {"ctc", NULL};

/* The tasks have one size rule and one kind of output each, in the order of task_names. */
enum { ORDER_RGB, ORDER_BGR, ORDER_GREY };

#define AT(member) offsetof(struct all, member)
#define END {.name = NULL}
#define SIDE_MAX 16384

static const struct key root_keys[] = {{"title", STRING, AT(p.title)},
                                       {"version", STRING, AT(p.version)},
                                       {"licence", STRING, AT(p.licence)},
                                       {"origin", STRING, AT(p.origin)},
                                       {"task", ENUM, AT(p.task), .names = task_names},
                                       {"model", CHILD},
                                       {"input", CHILD},
                                       {"output", CHILD},
                                       {"threshold", CHILD},
                                       {"batch", CHILD},
                                       {"golden", CHILD},
                                       {"codec", CHILD}, /* last: only recognisers have it */
                                       END};

static const struct key model_keys[] = {
    {"file", FILE_NAME, AT(y.model_file)}, {"sha256", SHA256, AT(p.model_sha256)}, END};

static const struct key input_keys[] = {{"layout", ENUM, AT(layout), .names = layout_names},
                                        {"order", ENUM, AT(order), .names = order_names},
                                        {"mean", CHILD},
                                        {"std", CHILD},
                                        {"size", CHILD},
                                        END};

static const struct key detect_size_keys[] = {{"rule", ENUM, AT(p.input.rule), .names = rule_names},
                                              {"step", INT, AT(p.input.step), 1, 256},
                                              {"side", INT, AT(p.input.side), 1, SIDE_MAX},
                                              {"side_is_longer", BOOL, AT(p.input.side_is_longer)},
                                              {"min_side", INT, AT(p.input.min_side), 1, SIDE_MAX},
                                              {"max_side", INT, AT(p.input.max_side), 1, SIDE_MAX},
                                              {"enlarge", DOUBLE, AT(p.input.enlarge), 1, 100},
                                              END};

static const struct key recognise_size_keys[] = {
    {"rule", ENUM, AT(p.input.rule), .names = rule_names},
    {"step", INT, AT(p.input.step), 1, 256},
    {"height", INT, AT(p.input.height), 1, SIDE_MAX},
    {"min_width", INT, AT(p.input.min_width), 1, SIDE_MAX},
    {"max_width", INT, AT(p.input.max_width), 1, SIDE_MAX},
    {"pad", FLOAT, AT(p.input.pad), -100, 100},
    {"width_factor", FLOAT, AT(p.input.width_factor), 0.1, 10},
    END};

static const struct key angle_size_keys[] = {{"rule", ENUM, AT(p.input.rule), .names = rule_names},
                                             {"height", INT, AT(p.input.height), 1, SIDE_MAX},
                                             {"width", INT, AT(p.input.width), 1, SIDE_MAX},
                                             {"pad", FLOAT, AT(p.input.pad), -100, 100},
                                             END};

static const struct key detect_output_keys[] = {
    {"kind", ENUM, AT(p.output.kind), .names = output_names},
    {"box_format", ENUM, AT(p.output.box_format), .names = box_names},
    {"shrink", INT, AT(p.output.shrink), 1, 64},
    END};

static const struct key recognise_output_keys[] = {
    {"kind", ENUM, AT(p.output.kind), .names = output_names},
    {"shrink", INT, AT(p.output.shrink), 1, 64},
    END};

static const struct key angle_output_keys[] = {
    {"kind", ENUM, AT(p.output.kind), .names = output_names}, {"classes", CHILD}, END};

static const struct key codec_keys[] = {{"kind", ENUM, AT(codec), .names = codec_names},
                                        {"classes", INT, AT(p.output.class_count), 2, 1000000},
                                        {"blank", INT, AT(p.codec.blank), 0, 999999},
                                        {"space", BOOL, AT(y.space)},
                                        {"charset", CHILD},
                                        END};

static const struct key charset_keys[] = {
    {"file", FILE_NAME, AT(y.charset_file)}, {"sha256", SHA256, AT(y.charset_sha256)}, END};

static const struct key detect_threshold_keys[] = {
    {"binarise", DOUBLE, AT(p.threshold.binarise), 0, 1},
    {"box", DOUBLE, AT(p.threshold.box), 0, 1},
    {"unclip_ratio", DOUBLE, AT(p.threshold.unclip_ratio), 0, 10},
    {"unclip_along", DOUBLE, AT(p.threshold.unclip_along), 0, 2},
    {"join", DOUBLE, AT(p.threshold.join), 0, 4},
    {"min_size", DOUBLE, AT(p.threshold.min_size), 0, 1000},
    {"max_boxes", INT, AT(p.threshold.max_boxes), 1, 100000},
    {"dilate", BOOL, AT(p.threshold.dilate)},
    END};

static const struct key recognise_threshold_keys[] = {{"text", DOUBLE, AT(p.threshold.text), 0, 1},
                                                      END};

static const struct key angle_threshold_keys[] = {{"angle", DOUBLE, AT(p.threshold.angle), 0, 1},
                                                  END};

static const struct key batch_keys[] = {{"max_items", INT, AT(p.batch.max_items), 1, 1024},
                                        {"max_columns", INT, AT(p.batch.max_columns), 1, 1 << 24},
                                        END};

static const struct key detect_golden_keys[] = {
    {"input", FILE_NAME, AT(golden.input)},
    {"tolerance", DOUBLE, AT(golden.tolerance), 0, 1000},
    {"boxes", CHILD},
    END};

static const struct key recognise_golden_keys[] = {
    {"input", FILE_NAME, AT(golden.input)},
    {"text", STRING, AT(golden.text)},
    {"min_confidence", DOUBLE, AT(golden.min_confidence), 0, 1},
    END};

static const struct key angle_golden_keys[] = {
    {"input", FILE_NAME, AT(golden.input)},
    {"label", STRING, AT(golden.label)},
    {"min_confidence", DOUBLE, AT(golden.min_confidence), 0, 1},
    END};

/* By task. */
static const struct key *const size_keys[] = {detect_size_keys, recognise_size_keys,
                                              angle_size_keys};
static const struct key *const output_keys[] = {detect_output_keys, recognise_output_keys,
                                                angle_output_keys};
static const struct key *const threshold_keys[] = {detect_threshold_keys, recognise_threshold_keys,
                                                   angle_threshold_keys};
static const struct key *const golden_keys[] = {detect_golden_keys, recognise_golden_keys,
                                                angle_golden_keys};

/* A path must stay in the package's folder: relative, and no component is empty, "." or "..". */
static bool stays_inside(const char *path)
{
    for (const char *part = path;;) {
        size_t len = strcspn(part, "/");
        if (len == 0 || (len == 1 && part[0] == '.') || (len == 2 && memcmp(part, "..", 2) == 0))
            return false;
        if (!part[len])
            return true;
        part += len + 1;
    }
}

static int read_text(const struct yaml_node *n, enum kind kind, void *at, struct err *e)
{
    const char *text;
    int code = yaml_to_string(n, &text, e);
    if (code)
        return code;
    if (kind == SHA256) {
        if (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64)
            return yaml_error(n, e, "must be 64 lower-case hexadecimal digits, is %.80s", text);
        memcpy(at, text, 65);
        return 0;
    }
    if (!*text)
        return yaml_error(n, e, "must not be empty");
    if (kind == FILE_NAME && !stays_inside(text))
        return yaml_error(n, e, "must name a file inside the package's folder, is %.80s", text);
    *(const char **)at = text;
    return 0;
}

static int read_value(const struct yaml_node *n, const struct key *k, void *at, struct err *e)
{
    int64_t i = 0;
    double d = 0;
    int code = 0;
    switch (k->kind) {
    case INT:
        code = yaml_to_int(n, (int64_t)k->min, (int64_t)k->max, &i, e);
        if (!code)
            *(int *)at = (int)i;
        return code;
    case DOUBLE:
    case FLOAT:
        code = yaml_to_double(n, k->min, k->max, &d, e);
        if (!code && k->kind == DOUBLE)
            *(double *)at = d;
        else if (!code)
            *(float *)at = (float)d;
        return code;
    case BOOL:
        return yaml_to_bool(n, at, e);
    case ENUM:
        return yaml_to_enum(n, k->names, at, e);
    case STRING:
    case FILE_NAME:
    case SHA256:
        return read_text(n, k->kind, at, e);
    case CHILD:
        break;
    }
    return 0;
}

/* Reads the keys of one map into `all`.  All are required. */
static int read_map(const struct yaml_node *map, const struct key *keys, struct all *all,
                    struct err *e)
{
    const char *names[MAX_KEYS + 1] = {NULL};
    for (size_t i = 0; keys[i].name; i++)
        names[i] = keys[i].name;
    int code = yaml_check_keys(map, names, e);
    for (const struct key *k = keys; !code && k->name; k++) {
        const struct yaml_node *n = yaml_get(map, k->name);
        if (!n)
            return yaml_error(map, e, "key \"%s\" is missing", k->name);
        code = read_value(n, k, (char *)all + k->offset, e);
    }
    return code;
}

static int must_be_list(const struct yaml_node *n, size_t min, size_t max, const char *of,
                        struct err *e)
{
    if (n->kind != YAML_LIST || n->count < min || n->count > max) {
        if (min == max)
            return yaml_error(n, e, "must be a list of %zu %s", min, of);
        return yaml_error(n, e, "must be a list of %zu to %zu %s", min, max, of);
    }
    return 0;
}

static int read_floats(const struct yaml_node *n, size_t count, double min, float *ret,
                       struct err *e)
{
    int code = must_be_list(n, count, count, "numbers, one per channel", e);
    for (size_t i = 0; !code && i < count; i++) {
        double d = 0;
        code = yaml_to_double(n->item[i], min, 100, &d, e);
        if (!code)
            ret[i] = (float)d;
    }
    return code;
}

static int read_input(const struct yaml_node *n, struct all *all, struct err *e)
{
    struct package *p = &all->p;
    const struct yaml_node *size = NULL;
    int code = read_map(n, input_keys, all, e);
    if (code)
        return code;
    p->input.pixels.bgr = all->order == ORDER_BGR;
    p->input.pixels.channels = all->order == ORDER_GREY ? 1 : 3;
    size_t channels = (size_t)p->input.pixels.channels;
    code = read_floats(yaml_get(n, "mean"), channels, -100, p->input.pixels.mean, e);
    if (!code)
        code = read_floats(yaml_get(n, "std"), channels, 1e-6, p->input.pixels.std, e);
    if (code)
        return code;
    size = yaml_get(n, "size");
    code = read_map(size, size_keys[p->task], all, e);
    if (code)
        return code;
    if ((int)p->input.rule != (int)p->task)
        return yaml_error(yaml_get(size, "rule"), e, "must be %s for the task %s, is %s",
                          rule_names[p->task], task_names[p->task], rule_names[p->input.rule]);
    if (p->input.min_side > p->input.max_side)
        return yaml_error(yaml_get(size, "min_side"), e, "must not exceed max_side");
    if (p->input.min_width > p->input.max_width)
        return yaml_error(yaml_get(size, "min_width"), e, "must not exceed max_width");
    return 0;
}

static int read_classes(const struct yaml_node *n, struct arena *a, struct package *p,
                        struct err *e)
{
    int code = must_be_list(n, 2, MAX_CLASSES, "names", e);
    if (code)
        return code;
    const char **classes = arena_array(a, n->count, sizeof *classes);
    if (!classes)
        return err_set(e, ERR_NOMEM, "%s: not enough memory to read it", n->file);
    for (size_t i = 0; !code && i < n->count; i++)
        code = yaml_to_string(n->item[i], &classes[i], e);
    p->output.classes = classes;
    p->output.class_count = (int)n->count;
    return code;
}

static int read_output(const struct yaml_node *n, struct arena *a, struct all *all, struct err *e)
{
    struct package *p = &all->p;
    int code = read_map(n, output_keys[p->task], all, e);
    if (code)
        return code;
    if ((int)p->output.kind != (int)p->task)
        return yaml_error(yaml_get(n, "kind"), e, "must be %s for the task %s, is %s",
                          output_names[p->task], task_names[p->task], output_names[p->output.kind]);
    if (p->task == PACKAGE_DETECT && p->output.box_format != PACKAGE_QUAD)
        return yaml_error(yaml_get(n, "box_format"), e, "must be quad for a probability_map, is %s",
                          box_names[p->output.box_format]);
    return p->task == PACKAGE_ANGLE ? read_classes(yaml_get(n, "classes"), a, p, e) : 0;
}

static int read_codec(const struct yaml_node *n, struct all *all, struct err *e)
{
    int code = read_map(n, codec_keys, all, e);
    if (code)
        return code;
    if (all->p.codec.blank >= all->p.output.class_count)
        return yaml_error(yaml_get(n, "blank"), e, "must be less than codec.classes, is %d",
                          all->p.codec.blank);
    return read_map(yaml_get(n, "charset"), charset_keys, all, e);
}

/* boxes: a list of [x1, y1, x2, y2, x3, y3, x4, y4]. */
static int read_boxes(const struct yaml_node *n, struct arena *a, struct package_golden *g,
                      struct err *e)
{
    int code = must_be_list(n, 0, MAX_BOXES, "boxes", e);
    if (code)
        return code;
    double *box = arena_array(a, n->count * 8 + 1, sizeof *box);
    if (!box)
        return err_set(e, ERR_NOMEM, "%s: not enough memory to read it", n->file);
    for (size_t i = 0; !code && i < n->count; i++) {
        code = must_be_list(n->item[i], 8, 8, "numbers, x and y of four corners", e);
        for (size_t k = 0; !code && k < 8; k++)
            code = yaml_to_double(n->item[i]->item[k], -1e6, 1e6, &box[i * 8 + k], e);
    }
    g->boxes = (int)n->count;
    g->box = box;
    return code;
}

static int check_label(const struct yaml_node *n, const struct all *all, struct err *e)
{
    for (int i = 0; i < all->p.output.class_count; i++)
        if (strcmp(all->p.output.classes[i], all->golden.label) == 0)
            return 0;
    return yaml_error(n, e, "must be one of output.classes, is %s", all->golden.label);
}

static int read_golden(const struct yaml_node *n, struct arena *a, struct all *all, struct err *e)
{
    struct package *p = &all->p;
    int code = must_be_list(n, 1, MAX_GOLDEN, "golden inputs", e);
    if (code)
        return code;
    p->golden = arena_array(a, n->count, sizeof *p->golden);
    if (!p->golden)
        return err_set(e, ERR_NOMEM, "%s: not enough memory to read it", n->file);
    for (size_t i = 0; !code && i < n->count; i++) {
        all->golden = (struct package_golden){0};
        code = read_map(n->item[i], golden_keys[p->task], all, e);
        if (!code && p->task == PACKAGE_DETECT)
            code = read_boxes(yaml_get(n->item[i], "boxes"), a, &all->golden, e);
        if (!code && p->task == PACKAGE_ANGLE)
            code = check_label(yaml_get(n->item[i], "label"), all, e);
        p->golden[p->golden_count++] = all->golden;
    }
    return code;
}

/* "codec" is required of recognisers and not allowed for others, so the task is looked at first. */
static int read_root(const struct yaml_node *root, struct all *all, struct err *e)
{
    const struct yaml_node *task = yaml_get(root, "task"), *codec = yaml_get(root, "codec");
    struct key keys[sizeof root_keys / sizeof *root_keys];
    size_t count = sizeof root_keys / sizeof *root_keys;
    int code = 0;
    memcpy(keys, root_keys, sizeof keys);
    if (task) {
        code = yaml_to_enum(task, task_names, (int *)&all->p.task, e);
        if (!code && all->p.task != PACKAGE_RECOGNISE) {
            keys[count - 2].name = NULL;
            if (codec)
                code = yaml_error(codec, e, "is only for the task recognise, this is %s",
                                  task_names[all->p.task]);
        }
    }
    return code ? code : read_map(root, keys, all, e);
}

int package_yaml_parse(struct arena *a, const char *file, const char *bytes, size_t len,
                       struct package *p, struct package_yaml *ret, struct err *e)
{
    struct yaml_node *root;
    struct all all = {.p = *p};
    int code = yaml_parse(a, file, bytes, len, &root, e);
    if (!code)
        code = read_root(root, &all, e);
    if (!code)
        code = read_map(yaml_get(root, "model"), model_keys, &all, e);
    if (!code)
        code = read_input(yaml_get(root, "input"), &all, e);
    if (!code)
        code = read_output(yaml_get(root, "output"), a, &all, e);
    if (!code && all.p.task == PACKAGE_RECOGNISE)
        code = read_codec(yaml_get(root, "codec"), &all, e);
    if (!code)
        code = read_map(yaml_get(root, "threshold"), threshold_keys[all.p.task], &all, e);
    if (!code)
        code = read_map(yaml_get(root, "batch"), batch_keys, &all, e);
    if (!code)
        code = read_golden(yaml_get(root, "golden"), a, &all, e);
    if (code)
        return code;
    all.p.model_file = all.y.model_file;
    all.y.root = root;
    *p = all.p;
    *ret = all.y;
    return 0;
}

const char *package_task_name(enum package_task task)
{
    return task_names[task];
}
