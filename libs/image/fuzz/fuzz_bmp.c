/* Any bytes as a Windows bitmap; every pixel of what opens is read. */
#include "image/bmp.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = ERR_INIT;
    struct bmp b;
    if (bmp_open(data, size, &b, &e) || b.width > 4096)
        return 0;
    unsigned char *row = malloc((size_t)b.width * 3);
    if (!row)
        abort();
    for (int y = 0; y < b.height && y < 1000; y++)
        bmp_read(&b, 0, y, b.width, row);
    bmp_read(&b, b.width - 1, b.height - 1, 1, row);
    free(row);
    return 0;
}
