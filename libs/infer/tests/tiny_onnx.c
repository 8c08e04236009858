#include "tiny_onnx.h"

#include <stdint.h>
#include <string.h>

/* Protocol buffers by hand: the numbers are those of onnx.proto. */

enum { FLOAT = 1, INT64 = 7, ATTRIBUTE_INTS = 7 };

static void varint(struct buf *b, uint64_t v)
{
    for (; v >= 128; v >>= 7)
        buf_putc(b, (char)(v | 128));
    buf_putc(b, (char)v);
}

static void number(struct buf *b, int field, int64_t v)
{
    varint(b, (uint64_t)field << 3);
    varint(b, (uint64_t)v);
}

static void bytes(struct buf *b, int field, const void *data, size_t len)
{
    varint(b, (uint64_t)field << 3 | 2);
    varint(b, len);
    buf_append(b, data, len);
}

static void text(struct buf *b, int field, const char *s)
{
    bytes(b, field, s, strlen(s));
}

/* Appends `part` as a message and empties it. */
static void message(struct buf *b, int field, struct buf *part)
{
    bytes(b, field, part->data, part->len);
    buf_finish(part);
}

/* Adds a node of one input and one output; `ints` is an attribute, or NULL. */
static void node(struct buf *graph, const char *op, const char *in, const char *out,
                 const char *attribute, const int64_t *ints, int count)
{
    struct buf n, a;
    buf_init(&n, 0);
    buf_init(&a, 0);
    text(&n, 1, in);
    text(&n, 2, out);
    text(&n, 4, op);
    if (attribute) {
        text(&a, 1, attribute);
        for (int i = 0; i < count; i++)
            number(&a, 8, ints[i]);
        number(&a, 20, ATTRIBUTE_INTS);
        message(&n, 5, &a);
    }
    if (strcmp(op, "AveragePool") == 0) {
        text(&a, 1, "strides");
        for (int i = 0; i < count; i++)
            number(&a, 8, ints[i]);
        number(&a, 20, ATTRIBUTE_INTS);
        message(&n, 5, &a);
    }
    message(graph, 1, &n);
}

/* Declares an input (field 11) or output (12); -1 is a free dimension. */
static void value(struct buf *graph, int field, const char *name, int type, const int64_t *dims,
                  int rank)
{
    struct buf v, t, tensor, shape, dim;
    buf_init(&v, 0);
    buf_init(&t, 0);
    buf_init(&tensor, 0);
    buf_init(&shape, 0);
    buf_init(&dim, 0);
    number(&tensor, 1, type);
    for (int i = 0; i < rank; i++) {
        if (dims[i] >= 0) {
            number(&dim, 1, dims[i]);
        } else {
            char free_name[16] = "d?";
            free_name[1] = (char)('0' + i + (field == 12 ? 5 : 0));
            text(&dim, 2, free_name);
        }
        message(&shape, 1, &dim);
    }
    message(&tensor, 2, &shape);
    message(&t, 1, &tensor);
    text(&v, 1, name);
    message(&v, 2, &t);
    message(graph, field, &v);
}

static void map_nodes(struct buf *graph, const struct tiny_options *o)
{
    if (o->all_channels)
        node(graph, "Identity", "x", "y", NULL, NULL, 0);
    else
        node(graph, "ReduceMean", "x", "y", "axes", (const int64_t[]){1}, 1);
}

void tiny_onnx(enum tiny_kind kind, const struct tiny_options *o, struct buf *b)
{
    static const struct tiny_options none = {0};
    struct buf graph, opset;
    buf_init(&graph, 0);
    buf_init(&opset, 0);
    if (!o)
        o = &none;
    int64_t channels = o->channels ? o->channels : 3;
    int64_t rows = o->rows ? o->rows : kind == TINY_MAP ? -1 : 48;
    int64_t columns = o->columns ? o->columns : kind == TINY_CLASSES ? 192 : -1;
    int type = o->ints ? INT64 : FLOAT;
    switch (kind) {
    case TINY_MAP:
        map_nodes(&graph, o);
        break;
    case TINY_CTC:
        node(&graph, "AveragePool", "x", "pooled", "kernel_shape", (const int64_t[]){rows, 8}, 2);
        node(&graph, "Squeeze", "pooled", "squeezed", "axes", (const int64_t[]){2}, 1);
        node(&graph, "Transpose", "squeezed", "y", "perm", (const int64_t[]){0, 2, 1}, 3);
        break;
    case TINY_CLASSES:
        node(&graph, "GlobalAveragePool", "x", "pooled", NULL, NULL, 0);
        node(&graph, "Flatten", "pooled", "y", NULL, NULL, 0);
        break;
    }
    text(&graph, 2, "tiny");
    value(&graph, 11, "x", type, (const int64_t[]){-1, channels, rows, columns}, 4);
    if (o->two_inputs)
        value(&graph, 11, "z", type, (const int64_t[]){-1}, 1);
    if (kind == TINY_MAP && o->all_channels)
        value(&graph, 12, "y", type, (const int64_t[]){-1, channels, rows, columns}, 4);
    else if (kind == TINY_MAP)
        value(&graph, 12, "y", type, (const int64_t[]){-1, 1, rows, columns}, 4);
    else if (kind == TINY_CTC)
        value(&graph, 12, "y", type, (const int64_t[]){-1, -1, channels}, 3);
    else
        value(&graph, 12, "y", type, (const int64_t[]){-1, channels}, 2);
    number(b, 1, 6);
    message(b, 7, &graph);
    number(&opset, 2, 11);
    message(b, 8, &opset);
}
