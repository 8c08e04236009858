/* model.yaml: whatever the bytes, it is read or refused, and a refusal says why. */
#include "infer/charset.h"
#include "infer/package_yaml.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct package p = {.dir = "/p", .name = "p"};
    struct package_yaml y = {0};
    struct err e = ERR_INIT;
    const char *const *set;
    struct arena *a = arena_create(4 << 20);
    if (!a)
        return 0;
    int code = package_yaml_parse(a, "model.yaml", (const char *)data, size, &p, &y, &e);
    if (code ? code != e.code || !e.message[0] : !p.golden_count || !p.model_file)
        abort();
    /* The same bytes as a charset, of as many classes as a lucky package says. */
    int classes = !code && p.task == PACKAGE_RECOGNISE ? p.output.class_count : 100;
    e = (struct err)ERR_INIT;
    code = charset_parse(a, "charset.txt", (const char *)data, size, classes, 0, true, &set, &e);
    if (code ? code != e.code : set[classes - 1][0] != ' ')
        abort();
    arena_destroy(a);
    return 0;
}
