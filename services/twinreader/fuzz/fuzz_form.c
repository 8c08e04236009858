/* Form definitions: any bytes as YAML, and the form that comes out, if any, on a page that the
 * bytes behind a line "%%" make, one row a line; then the
 * page is masked. */
#include "../tests/made_page.h"
#include "twinreader/extract.h"
#include "twinreader/mask.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 100, INPUT_MAX = 20000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t split_rows(char *text, const char **rows)
{
    size_t count = 0;
    char *save = NULL;
    for (char *row = strtok_r(text, "\n", &save); row && count < ROWS_MAX;
         row = strtok_r(NULL, "\n", &save))
        rows[count++] = row;
    rows[count] = NULL;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX)
        return 0;
    static const char *const plain[] = {"MARU CAFE",
                                        "Date: 19/10/2018",
                                        "PIE | 1 | 4.00",
                                        "TOTAL | RM 4.00",
                                        "CASH | 5.00",
                                        "CHANGE | 1.00",
                                        NULL};
    struct arena *forms = arena_create(8 << 20), *pages = arena_create(64 << 20);
    char *text = malloc(size + 1);
    const char *rows[ROWS_MAX + 1];
    struct yaml_node *root;
    struct form *form;
    struct err e = ERR_INIT;
    if (!forms || !pages || !text)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    char *divider = strstr(text, "\n%%\n");
    size_t len = divider ? (size_t)(divider - text) + 1 : size;
    bool own = divider && split_rows(divider + 4, rows) > 0;
    if (yaml_parse(forms, "fuzz.yaml", text, len, &root, &e) == 0 &&
        form_model_read(forms, root, &form, &e) == 0) {
        struct page page = made_page(pages, own ? rows : plain);
        if (extract_page(&form, 1, pages, &page, NULL, &e) == 0)
            for (size_t i = 0; i < page.field_count; i++)
                if (!page.fields[i].name || !page.fields[i].type)
                    abort();
        if (mask_page(pages, &page, &e) != 0 && e.code != ERR_NOMEM)
            abort();
    }
    free(text);
    arena_destroy(pages);
    arena_destroy(forms);
    return 0;
}
