/* Any bytes either become a tree in which every node has its place, or are refused with a reason.
 */
#include "base/yaml.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct yaml_node *n)
{
    int64_t i;
    double d;
    bool b;
    const char *s;
    struct err e = ERR_INIT;
    if (n->line < 1 || !n->path || !n->file || (n->kind == YAML_SCALAR) != (n->text != NULL))
        abort();
    if (yaml_to_int(n, -5, 5, &i, &e) && !strstr(e.message, "must be a whole number"))
        abort();
    if (yaml_to_double(n, -5, 5, &d, &e) == 0 && !(d >= -5 && d <= 5))
        abort();
    if (yaml_to_bool(n, &b, &e) && e.code != ERR_CONFIG)
        abort();
    if (yaml_to_string(n, &s, &e) == 0 && s != n->text)
        abort();
    for (size_t k = 0; k < n->count; k++) {
        if ((n->kind == YAML_MAP) != (n->item[k]->key != NULL))
            abort();
        if (n->kind == YAML_MAP && yaml_get(n, n->item[k]->key) != n->item[k])
            abort();
        check(n->item[k]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(16 << 20);
    struct yaml_node *root = NULL;
    struct err e = ERR_INIT;
    int code = yaml_parse(a, "f", (const char *)data, size, &root, &e);
    if (code ? root || !e.message[0] : !root || root->kind != YAML_MAP)
        abort();
    if (root)
        check(root);
    arena_destroy(a);
    return 0;
}
