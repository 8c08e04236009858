#include "twinreader/read_timings.h"

static void print_row(FILE *to, const char *name, uint64_t ns, uint64_t total, double pages)
{
    fprintf(to, "  %-18s %10.3f s %10.2f ms/page %6.1f %%\n", name, (double)ns / 1e9,
            (double)ns / 1e6 / pages, total ? 100 * (double)ns / (double)total : 0);
}

void read_timings_print(const struct read_timings *t, FILE *to)
{
    double pages = t->pages ? (double)t->pages : 1, wall = (double)t->wall_ns / 1e9;
    uint64_t named = 0;
    fprintf(to, "stages, summed over %d worker%s\n", t->workers, t->workers == 1 ? "" : "s");
    for (int s = 0; s < STAGE_COUNT; s++) {
        print_row(to, stage_name((enum stage)s), t->sum.ns[s], t->sum.total_ns, pages);
        named += t->sum.ns[s];
    }
    print_row(to, "other", t->sum.total_ns > named ? t->sum.total_ns - named : 0, t->sum.total_ns,
              pages);
    print_row(to, "total", t->sum.total_ns, t->sum.total_ns, pages);
    /* Both networks' runs are timed around the inference engine alone. */
    uint64_t inference = t->sum.ns[STAGE_DETECT_RUN] + t->sum.ns[STAGE_RECOGNISE_RUN];
    fprintf(to, "%zu pages in %.3f s, %.2f pages/s; %.1f %% inside the inference engine\n",
            t->pages, wall, wall > 0 ? (double)t->pages / wall : 0,
            t->sum.total_ns ? 100 * (double)inference / (double)t->sum.total_ns : 0);
    fprintf(to, "%d boxes, %d batches, %lld columns of which %.1f %% padding\n", t->sum.boxes,
            t->sum.batches, (long long)t->sum.columns,
            t->sum.columns
                ? 100 * (double)(t->sum.columns - t->sum.columns_text) / (double)t->sum.columns
                : 0);
}
