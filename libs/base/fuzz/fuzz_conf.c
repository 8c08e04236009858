/* Any bytes are refused with a reason, or give values that, printed, read back to the same print.
 */
#include "base/conf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct settings {
    const char *name;
    int64_t port, size, wait;
    double ratio;
    bool on;
    int level;
    struct conf_strings list;
};

static const char *const levels[] = {"low", "high", NULL};

#define AT(m) offsetof(struct settings, m)
static const struct conf_key table[] = {
    {"s.name", CONF_STRING, AT(name), .help = "Its name."},
    {"s.port", CONF_INT, AT(port), 1, 65535},
    {"s.size", CONF_SIZE, AT(size), 0, 9e15},
    {"s.wait", CONF_MS, AT(wait), 0, 9e15},
    {"ratio", CONF_DOUBLE, AT(ratio), -1e300, 1e300},
    {"f.on", CONF_BOOL, AT(on)},
    {"f.level", CONF_ENUM, AT(level), .names = levels},
    {"f.list", CONF_STRINGS, AT(list)},
    {NULL, 0, 0},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(16 << 20);
    struct settings s = {.name = "x", .port = 1};
    struct err e = ERR_INIT;
    int code = conf_read(a, table, "f", (const char *)data, size, &s, &e);
    if (code && !e.message[0])
        abort();
    if (!code) {
        struct settings back = {.name = "other", .port = 2};
        struct buf one, two;
        buf_init(&one, 1 << 20);
        buf_init(&two, 1 << 20);
        conf_print(table, &s, &one);
        /* Escapes can make the print larger than what may be read. */
        if (!buf_status(&one) && one.len < 1 << 20) {
            if (conf_read(a, table, "f", one.data, one.len, &back, &e) && e.code == ERR_CONFIG)
                abort();
            if (e.code == 0) {
                conf_print(table, &back, &two);
                if (one.len != two.len || memcmp(one.data, two.data, one.len) != 0)
                    abort();
            }
        }
        buf_finish(&one);
        buf_finish(&two);
    }
    arena_destroy(a);
    return 0;
}
