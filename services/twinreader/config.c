#include "twinreader/config.h"

#include "base/log.h"

#include <limits.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};

#define AT(member) offsetof(struct config, member)

enum { DAY_MS = 24 * 60 * 60 * 1000 };
static const double MIB = 1 << 20, GIB = 1 << 30;

const struct conf_key config_keys[] = {
    {"server.listen", CONF_STRING, AT(server.listen),
     .help = "Address to listen on; other than loopback needs keys_file."},
    {"server.port", CONF_INT, AT(server.port), 0, 65535, .help = "0 takes any free port."},
    {"server.keys_file", CONF_STRING, AT(server.keys_file),
     .help = "File of API keys (twinreader keys); empty: no keys asked."},
    {"server.max_body", CONF_SIZE, AT(server.max_body), 1024, 4294967296.0,
     .help = "Largest request."},
    {"server.max_connections", CONF_INT, AT(server.max_connections), 1, 65536,
     .help = "More clients wait to be accepted."},
    {"server.read_timeout", CONF_MS, AT(server.read_timeout), 100, 3600000,
     .help = "A client that sends nothing for this long is dropped."},
    {"server.queue", CONF_INT, AT(server.queue), 1, 100000,
     .help = "Documents waiting to be read; more are answered 503."},
    {"server.drain", CONF_MS, AT(server.drain), 0, 3600000,
     .help = "Time to finish running work after SIGTERM."},
    {"workers", CONF_INT, AT(workers), 0, 1024,
     .help = "Pages read at the same time; 0: one per core."},
    {"models.dir", CONF_STRING, AT(models.dir), .help = "Folder of model packages."},
    {"models.detector", CONF_STRING, AT(models.detector), .help = "Package that finds text."},
    {"models.recogniser", CONF_STRING, AT(models.recogniser), .help = "Package that reads text."},
    {"models.angle", CONF_STRING, AT(models.angle),
     .help = "Package that tells text upside down; empty: none."},
    {"forms.dir", CONF_STRING, AT(forms.dir),
     .help = "Folder of form definitions; empty: no fields."},
    {"limits.max_bytes", CONF_SIZE, AT(limits.max_bytes), 1, 4294967296.0, .help = "Largest file."},
    {"limits.max_pixels", CONF_INT, AT(limits.max_pixels), 1, 4e9,
     .help = "Largest page, width times height, checked before decoding."},
    {"limits.max_pages", CONF_INT, AT(limits.max_pages), 1, 100000,
     .help = "Most pages of one document."},
    {"limits.max_side", CONF_INT, AT(limits.max_side), 0, 65535,
     .help = "Pages are shrunk to this many pixels when decoded; 0: never."},
    {"limits.pdf_dpi", CONF_INT, AT(limits.pdf_dpi), 36, 1200,
     .help = "Resolution at which PDF pages are drawn."},
    {"limits.pdf_text_layer", CONF_BOOL, AT(limits.pdf_text_layer),
     .help = "Use the text that a PDF page brings with it."},
    {"limits.pdf_wall", CONF_MS, AT(limits.pdf_wall), 100, 3600000,
     .help = "Longest run of a PDF tool."},
    {"limits.pdf_memory", CONF_SIZE, AT(limits.pdf_memory), 67108864.0, 1099511627776.0,
     .help = "Most memory of a PDF tool."},
    {"store.dir", CONF_STRING, AT(store.dir), .help = "Where the server keeps results."},
    {"store.keep", CONF_MS, AT(store.keep), 1000, 3650.0 * DAY_MS,
     .help = "How long results are kept."},
    {"store.max_documents", CONF_INT, AT(store.max_documents), 1, 1e7,
     .help = "Oldest results beyond this many are dropped."},
    {"web.dir", CONF_STRING, AT(web.dir), .help = "Files of the web page; empty: none."},
    {"web.kit", CONF_STRING, AT(web.kit), .help = "Files of the page's shared components."},
    {"web.vendor", CONF_STRING, AT(web.vendor), .help = "Modules of others that the page uses."},
    {"log.level", CONF_ENUM, AT(log.level), .names = log_levels,
     .help = "error, warning, info or debug."},
    {NULL, 0, 0},
};

const char *config_shipped(struct arena *a, const char *in_source, const char *installed)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    exe[n > 0 ? n : 0] = '\0';
    size_t len = strlen(TWINREADER_BUILD_ROOT);
    if (strncmp(exe, TWINREADER_BUILD_ROOT, len) == 0 && exe[len] == '/')
        return arena_printf(a, "%s/%s", TWINREADER_SOURCE_ROOT, in_source);
    char *slash = strrchr(exe, '/');
    if (!slash)
        return arena_printf(a, "%s/share/dure/%s", TWINREADER_PREFIX, installed);
    *slash = '\0'; /* .../bin */
    slash = strrchr(exe, '/');
    if (slash)
        *slash = '\0';
    return arena_printf(a, "%s/share/dure/%s", exe, installed);
}

static int set_defaults(struct arena *a, struct config *c, struct err *e)
{
    *c = (struct config){
        .server = {.listen = "127.0.0.1",
                   .port = 8080,
                   .keys_file = "",
                   .max_body = (int64_t)(64 * MIB),
                   .max_connections = 256,
                   .read_timeout = 30000,
                   .queue = 64,
                   .drain = 30000},
        .models = {.dir = config_shipped(a, "models", "models"),
                   .detector = "dure-det-ko",
                   .recogniser = "dure-rec-ko",
                   .angle = "ppocr-angle"},
        .forms = {.dir = config_shipped(a, "services/twinreader/forms", "twinreader/forms")},
        .limits = {.max_bytes = (int64_t)(64 * MIB),
                   .max_pixels = 200000000,
                   .max_pages = 200,
                   .max_side = 4096,
                   .pdf_dpi = 200,
                   .pdf_text_layer = true,
                   .pdf_wall = 30000,
                   .pdf_memory = (int64_t)GIB},
        .store = {.dir = "./data", .keep = DAY_MS, .max_documents = 10000},
        .web = {.dir = config_shipped(a, "services/twinreader/web", "twinreader/web"),
                .kit = config_shipped(a, "web/kit", "kit"),
                .vendor = config_shipped(a, ".deps/web/vendor", "vendor")},
        .log = {.level = LOG_INFO},
    };
    if (!c->models.dir || !c->forms.dir || !c->web.dir || !c->web.kit || !c->web.vendor)
        return err_set(e, ERR_NOMEM, "not enough memory for the configuration");
    return 0;
}

int config_load(struct arena *a, const char *path, struct config *ret, struct err *e)
{
    struct config c;
    int code = set_defaults(a, &c, e);
    if (!code)
        code = conf_load(a, config_keys, "twinreader", path, &c, e);
    if (!code)
        *ret = c;
    return code;
}

struct document_limits config_document_limits(const struct config *c)
{
    struct document_limits l = document_limits_default();
    l.max_bytes = c->limits.max_bytes;
    l.max_pixels = c->limits.max_pixels;
    l.max_pages = (int)c->limits.max_pages;
    l.max_side = (int)c->limits.max_side;
    l.pdf_dpi = (int)c->limits.pdf_dpi;
    l.pdf_text_layer = c->limits.pdf_text_layer;
    l.pdf_wall_ms = c->limits.pdf_wall;
    l.pdf_memory = c->limits.pdf_memory;
    return l;
}

struct engine_options config_engine_options(const struct config *c)
{
    return (struct engine_options){
        .models_dir = c->models.dir,
        .detector = c->models.detector,
        .recogniser = c->models.recogniser,
        .angle = c->models.angle,
        .forms_dir = *c->forms.dir ? c->forms.dir : NULL,
        .limits = config_document_limits(c),
        .threads = 1,
    };
}

int config_workers(const struct config *c)
{
    if (c->workers > 0)
        return (int)c->workers;
    /* The cores this process may use: a container's share, not the machine's count. */
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    return 1;
}
