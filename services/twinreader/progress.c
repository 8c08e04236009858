#include "twinreader/progress.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const uint64_t first_draw_ns = 1000000000, redraw_ns = 100000000;

struct progress {
    pthread_mutex_t lock;
    size_t total, done;
    const char *unit;
    uint64_t start_ns, drawn_ns;
    bool terminal, visible;
};

struct progress *progress_create(size_t total, const char *unit)
{
    struct progress *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    if (pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p);
        return NULL;
    }
    p->total = total;
    p->unit = unit;
    p->start_ns = clock_monotonic_ns();
    p->terminal = isatty(STDERR_FILENO);
    return p;
}

static void erase(struct progress *p)
{
    if (p->visible)
        fputs("\r\033[K", stderr);
    fflush(stderr);
    p->visible = false;
}

static void draw(struct progress *p, uint64_t now)
{
    struct winsize size = {0};
    int columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
    double seconds = (double)(now - p->start_ns) / 1e9, rate = (double)p->done / seconds;
    char tail[96];
    int len = snprintf(tail, sizeof tail, " %zu/%zu %s, %.1f/s", p->done, p->total, p->unit, rate);
    if (p->done && p->done < p->total)
        len += snprintf(tail + len, sizeof tail - (size_t)len, ", %.0f s left",
                        (double)(p->total - p->done) / rate);
    int width = columns - len - 3;
    width = width > 40 ? 40 : width < 0 ? 0 : width;
    int full = p->total ? (int)((double)width * (double)p->done / (double)p->total) : width;
    char bar[48];
    for (int i = 0; i < width; i++)
        bar[i] = i < full ? '#' : '.';
    fprintf(stderr, "\r\033[K[%.*s]%.*s", width, bar, columns - 3, tail);
    fflush(stderr);
    p->visible = true;
    p->drawn_ns = now;
}

void progress_destroy(struct progress *p)
{
    if (!p)
        return;
    erase(p);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

void progress_grow(struct progress *p, size_t count)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->total += count;
    pthread_mutex_unlock(&p->lock);
}

void progress_add(struct progress *p, size_t count)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->done += count;
    uint64_t now = clock_monotonic_ns();
    if (p->terminal && now - p->start_ns >= first_draw_ns && now - p->drawn_ns >= redraw_ns)
        draw(p, now);
    pthread_mutex_unlock(&p->lock);
}

void progress_pause(struct progress *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    erase(p);
}

void progress_resume(struct progress *p)
{
    if (p)
        pthread_mutex_unlock(&p->lock);
}
