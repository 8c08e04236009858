/* Arbitrary bytes as a form file of synthesis: refused or loaded, never more. */
#include "twinreader/synth/layout_model.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(8 << 20);
    struct yaml_node *root;
    struct layout_form *form;
    struct err e = ERR_INIT;
    if (a && yaml_parse(a, "paper.yaml", (const char *)data, size, &root, &e) == 0 &&
        synth_layout_form_read(a, root, &form, &e) == 0 && form->sheet_count == 0)
        __builtin_trap();
    arena_destroy(a);
    return 0;
}
