/* dump_output READING FORMAT: writes a made reading in one format, for tests/test_output.py. */
#include "made_reading.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    const struct output_format *f = argc == 3 ? output_format_find(argv[2]) : NULL;
    struct reading *r = f ? made_reading(argv[1]) : NULL;
    struct output_options o = {.fields = true, .timings = true, .picture = made_picture};
    struct err e = ERR_INIT;
    struct buf out;
    int status = 1;
    buf_init(&out, 0);
    if (!r)
        fprintf(stderr, "usage: dump_output READING FORMAT\n");
    else if (f->write(r, &o, &out, &e))
        fprintf(stderr, "dump_output: %s\n", e.message);
    else if ((out.len == 0 || fwrite(out.data, out.len, 1, stdout) == 1) && fflush(stdout) == 0)
        status = 0;
    buf_finish(&out);
    reading_destroy(r);
    return status;
}
