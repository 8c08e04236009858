#include "image/pdf.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "image/bbox.h"
#include "image/textlayer.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Three programs, each in a child with limits: pdfinfo says how many pages there are and how large,
 * pdftoppm renders one, pdftotext writes its words with their boxes.  All three work on the crop
 * box, which is what a viewer shows, so their coordinates agree.  A page whose picture would be
 * larger than allowed is rendered at a lower resolution: no oversized picture is ever made.
 *
 * A PDF in memory goes to them as a file without a name, which lasts as long as a process has it
 * open: however this process ends, nobody's document stays behind. */

enum { INFO_OUTPUT = 1 << 20, TEXT_OUTPUT = 16 << 20, MAX_POINTS = 1000000, MAX_SOURCE = 1 << 20 };

struct page_size {
    double width, height; /* points, before rotation */
    int rotate;
};

struct pdf {
    struct document_limits limits;
    char *path;
    int file; /* the copy of a PDF in memory, which is then at CHILD_FILE_PATH; else 0 */
    int pages;
    struct page_size *size;
};

/* Puts a limit on a child and turns the way it ended into an error. */
static int run_tool(const struct pdf *p, const char *const *argv, size_t output, struct buf *out,
                    struct err *e)
{
    struct child_limits limits = {
        .memory = (size_t)p->limits.pdf_memory,
        .cpu_seconds = (int)(p->limits.pdf_wall_ms / 1000 + 1),
        .wall_ms = p->limits.pdf_wall_ms,
        .output = output,
        .file_size = 1, /* they have no business with files */
        .file = p->file,
    };
    struct child_result result;
    int rc = child_run(argv, NULL, 0, &limits, out, &result, e);
    if (rc == ERR_NOT_FOUND)
        return err_set(e, ERR_UNSUPPORTED, "reading PDF needs poppler's %s, which is not installed",
                       argv[0]);
    if (rc == ERR_TIMEOUT)
        return err_set(e, rc, "the PDF took longer than the limit of %lld ms",
                       (long long)p->limits.pdf_wall_ms);
    if (rc)
        return err_wrap(e, "the PDF cannot be read");
    if (result.term_signal == SIGXCPU)
        return err_set(e, ERR_TIMEOUT, "the PDF took more processor time than allowed");
    if (result.term_signal == SIGKILL)
        return err_set(e, ERR_NOMEM, "%s was killed, most likely because memory ran out", argv[0]);
    if (result.exit_code == 0)
        return 0;
    if (strstr(result.errors, "Incorrect password"))
        return err_set(e, ERR_ENCRYPTED, "the PDF is encrypted and needs a password");
    result.errors[strcspn(result.errors, "\r\n")] = '\0';
    if (result.term_signal)
        err_set(e, ERR_FORMAT, "%s ended with signal %d", argv[0], result.term_signal);
    else
        err_set(e, ERR_FORMAT, "%s", result.errors[0] ? result.errors : argv[0]);
    return err_wrap(e, "the PDF is damaged or too complex");
}

/* Takes "Page    3 size:  612 x 792 pts (letter)" or "Page    3 rot:   90". */
static void read_page_line(struct pdf *p, const char *line, int known)
{
    char word[2][40];
    int number, rotate;
    double w, h;
    if (sscanf(line, "Page %d size: %39s x %39s pts", &number, word[0], word[1]) == 3) {
        if (number >= 1 && number <= known && text_to_double(word[0], &w) &&
            text_to_double(word[1], &h))
            p->size[number - 1] = (struct page_size){w, h, p->size[number - 1].rotate};
    } else if (sscanf(line, "Page %d rot: %d", &number, &rotate) == 2) {
        if (number >= 1 && number <= known)
            p->size[number - 1].rotate = rotate;
    }
}

/* Understands pdfinfo's lines.  A title may imitate any of them, but comes before the real ones, so
 * the last of each kind counts. */
static int read_info(struct pdf *p, char *text, struct err *e)
{
    int known = p->limits.max_pages;
    int64_t pages = 0;
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\r\n")) != NULL;) {
        if (strncmp(line, "Pages:", 6) == 0) {
            if (!text_to_int(line + 6 + strspn(line + 6, " \t"), &pages))
                pages = 0;
        } else if (strncmp(line, "Page ", 5) == 0) {
            read_page_line(p, line, known);
        }
    }
    if (pages < 1)
        return err_set(e, ERR_FORMAT, "the PDF has no pages");
    if (pages > known)
        return err_set(e, ERR_LIMIT, "the document has %lld pages, more than the limit of %d",
                       (long long)pages, known);
    p->pages = (int)pages;
    return 0;
}

static int check_size(const struct pdf *p, int index, struct err *e)
{
    const struct page_size *s = &p->size[index];
    if (!(s->width > 0.0) || !(s->height > 0.0))
        return err_set(e, ERR_FORMAT, "page %d of the PDF has no size: its page tree is damaged",
                       index + 1);
    if (s->width > MAX_POINTS || s->height > MAX_POINTS)
        return err_set(e, ERR_LIMIT, "page %d of the PDF is %g x %g points large", index + 1,
                       s->width, s->height);
    return 0;
}

static int examine(struct pdf *p, struct err *e)
{
    char last[16];
    struct buf out;
    snprintf(last, sizeof last, "%d", p->limits.max_pages);
    p->size = calloc((size_t)p->limits.max_pages, sizeof *p->size);
    if (!p->size)
        return err_set(e, ERR_NOMEM, "out of memory while opening a PDF");
    const char *argv[] = {"pdfinfo", "-f", "1", "-l", last, p->path, NULL};
    buf_init(&out, 0);
    int rc = run_tool(p, argv, INFO_OUTPUT, &out, e);
    if (!rc && !out.data)
        rc = err_set(e, ERR_FORMAT, "the PDF has no pages");
    if (!rc)
        rc = read_info(p, out.data, e);
    if (!rc)
        rc = check_size(p, 0, e);
    buf_finish(&out);
    return rc;
}

static int pdf_new(const struct document_limits *limits, struct pdf **ret, struct err *e)
{
    if (limits->max_pages < 1 || limits->pdf_dpi < 1 || limits->pdf_dpi > 2400)
        return err_set(e, ERR_USAGE, "limits for PDF are out of range");
    struct pdf *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(e, ERR_NOMEM, "out of memory while opening a PDF");
    p->limits = *limits;
    *ret = p;
    return 0;
}

static int finish_open(struct pdf *p, struct pdf **ret, int *ret_pages, struct err *e)
{
    int rc = examine(p, e);
    if (rc) {
        pdf_close(p);
        return rc;
    }
    *ret = p;
    *ret_pages = p->pages;
    return 0;
}

int pdf_open_file(const char *path, const struct document_limits *limits, struct pdf **ret,
                  int *ret_pages, struct err *e)
{
    struct pdf *p = NULL;
    int rc = pdf_new(limits, &p, e);
    if (rc)
        return rc;
    /* A name that begins with a dash must not become an option. */
    if (asprintf(&p->path, "%s%s", path[0] == '-' ? "./" : "", path) < 0) {
        p->path = NULL;
        pdf_close(p);
        return err_set(e, ERR_NOMEM, "out of memory while opening a PDF");
    }
    return finish_open(p, ret, ret_pages, e);
}

static int no_copy(int number, const char *what, struct err *e)
{
    bool full = number == ENOSPC || number == EDQUOT;
    return err_set_errno(e, full ? ERR_NO_SPACE : ERR_IO, number, "a temporary file cannot be %s",
                         what);
}

/* Opens a file that has no name in `folder`; where the file system knows no such thing, one that
 * loses its name at once. */
static int open_unnamed(const char *folder, int *ret, struct err *e)
{
    char *path = NULL;
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
        if (asprintf(&path, "%s/dure-XXXXXX", folder) < 0)
            return err_set(e, ERR_NOMEM, "out of memory while opening a PDF");
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0)
            unlink(path);
    }
    if (fd == 0) { /* standard input is closed; 0 stands for no file */
        fd = fcntl(0, F_DUPFD_CLOEXEC, 3);
        close(0);
    }
    int rc = fd < 0 ? no_copy(errno, "made", e) : 0;
    free(path);
    if (!rc)
        *ret = fd;
    return rc;
}

int pdf_open_memory(const void *bytes, size_t len, const struct document_limits *limits,
                    struct pdf **ret, int *ret_pages, struct err *e)
{
    const char *folder = getenv("TMPDIR");
    struct pdf *p = NULL;
    int rc = pdf_new(limits, &p, e);
    if (rc)
        return rc;
    p->path = strdup(CHILD_FILE_PATH);
    if (!p->path)
        rc = err_set(e, ERR_NOMEM, "out of memory while opening a PDF");
    else
        rc = open_unnamed(folder && *folder ? folder : P_tmpdir, &p->file, e);
    if (!rc && !file_write_fd(p->file, bytes, len))
        rc = no_copy(errno, "written", e);
    if (rc) {
        pdf_close(p);
        return rc;
    }
    return finish_open(p, ret, ret_pages, e);
}

void pdf_close(struct pdf *p)
{
    if (!p)
        return;
    if (p->file)
        close(p->file);
    free(p->path);
    free(p->size);
    free(p);
}

/* Reads one number of a PPM header and the single byte after it. */
static bool ppm_number(const unsigned char **at, const unsigned char *end, int *ret)
{
    int v = 0, digits = 0;
    while (*at < end && **at >= '0' && **at <= '9' && digits++ < 7)
        v = v * 10 + (*(*at)++ - '0');
    if (!digits || *at >= end || (**at != ' ' && **at != '\n'))
        return false;
    (*at)++;
    *ret = v;
    return true;
}

/* Turns the PPM that pdftoppm wrote ("P6\nW H\n255\n", then rows) into a picture. */
static int read_ppm(const struct buf *out, struct image **ret, struct err *e)
{
    int w = 0, h = 0, most = 0;
    const unsigned char *at = (const unsigned char *)out->data;
    const unsigned char *end = at + out->len;
    if (out->len < 3 || memcmp(at, "P6\n", 3) != 0)
        return err_set(e, ERR_FORMAT, "the page could not be rendered");
    at += 3;
    if (!ppm_number(&at, end, &w) || !ppm_number(&at, end, &h) || !ppm_number(&at, end, &most) ||
        w < 1 || h < 1 || most != 255 || (size_t)(end - at) < (size_t)w * (size_t)h * 3)
        return err_set(e, ERR_FORMAT, "the page could not be rendered");
    struct image *im = image_create(w, h, 3);
    if (!im)
        return err_set(e, ERR_NOMEM, "out of memory for a page of %d x %d pixels", w, h);
    memcpy(im->pixels, at, (size_t)w * (size_t)h * 3);
    *ret = im;
    return 0;
}

/* Chooses the resolution: the one configured unless a side would be too long. */
static int choose_scale(const struct pdf *p, int index, double width, double height,
                        double *ret_scale, struct err *e)
{
    double dots = p->limits.pdf_dpi / 72.0;
    double side = fmax(width, height) * dots;
    double pixels = width * dots * height * dots;
    double scale = 1.0;
    if (side > MAX_SOURCE)
        return err_set(e, ERR_LIMIT, "page %d of the PDF is %g x %g points large", index + 1, width,
                       height);
    /* The renderer rounds up, hence a hundredth of a pixel less. */
    if (p->limits.max_side > 0 && ceil(side) > p->limits.max_side)
        scale = (p->limits.max_side - 0.01) / side;
    if (pixels * scale * scale > (double)p->limits.max_pixels)
        return err_set(e, ERR_LIMIT,
                       "page %d of the PDF has %.0f x %.0f pixels, more than the limit of %lld",
                       index + 1, width * dots, height * dots, (long long)p->limits.max_pixels);
    *ret_scale = scale;
    return 0;
}

static int render(const struct pdf *p, int index, double scale, double pixels,
                  struct document_page *page, struct err *e)
{
    char number[16], dpi[32];
    struct buf out;
    snprintf(number, sizeof number, "%d", index + 1);
    text_from_double(p->limits.pdf_dpi * scale, dpi, sizeof dpi);
    const char *argv[] = {"pdftoppm", "-q", "-cropbox", "-r",          dpi,     "-f",
                          number,     "-l", number,     "-singlefile", p->path, NULL};
    buf_init(&out, 0);
    int rc = run_tool(p, argv, (size_t)(pixels * 3.0 * 1.01) + 65536, &out, e);
    if (!rc)
        rc = read_ppm(&out, &page->picture, e);
    buf_finish(&out);
    return rc;
}

/* Reads the words of the page, in source pixels.  A layer that is absent, malformed or too large is
 * no error: the page is then read from its picture. */
static int read_text(const struct pdf *p, int index, struct arena *a, struct document_page *page,
                     struct err *e)
{
    char number[16];
    struct buf out;
    struct text_layer_word *word = NULL;
    size_t count = 0;
    snprintf(number, sizeof number, "%d", index + 1);
    const char *argv[] = {"pdftotext", "-q", "-cropbox", "-bbox-layout", "-enc", "UTF-8", "-f",
                          number,      "-l", number,     p->path,        "-",    NULL};
    buf_init(&out, 0);
    int rc = run_tool(p, argv, TEXT_OUTPUT, &out, e);
    if (!rc && out.data)
        rc = bbox_parse(out.data, out.len, a, &word, &count, e);
    buf_finish(&out);
    if (rc)
        return rc == ERR_NOMEM || rc == ERR_TIMEOUT || rc == ERR_IO ? rc : 0;
    float dots = (float)p->limits.pdf_dpi / 72.0f;
    for (size_t i = 0; i < count; i++) {
        word[i].x0 *= dots;
        word[i].y0 *= dots;
        word[i].x1 *= dots;
        word[i].y1 *= dots;
    }
    if (textlayer_usable(word, count, page->picture, page->scale)) {
        page->text = word;
        page->text_count = count;
    }
    return 0;
}

/* Whole pixels that hold `v` of them; a rounding error does not count as a pixel. */
static int pixels_of(double v)
{
    return (int)ceil(v - 1e-6);
}

int pdf_read_page(struct pdf *p, int index, struct arena *a, struct document_page *ret,
                  struct err *e)
{
    struct document_page page = {.dpi = p->limits.pdf_dpi};
    int rc = check_size(p, index, e);
    if (rc)
        return rc;
    const struct page_size *s = &p->size[index];
    bool sideways = s->rotate % 180 != 0;
    double width = sideways ? s->height : s->width, height = sideways ? s->width : s->height;
    double dots = p->limits.pdf_dpi / 72.0;
    rc = choose_scale(p, index, width, height, &page.scale, e);
    if (rc)
        return rc;
    double w = ceil(width * dots * page.scale) + 1, h = ceil(height * dots * page.scale) + 1;
    rc = render(p, index, page.scale, w * h, &page, e);
    if (rc)
        return rc;
    page.source_width = page.scale < 1.0 ? pixels_of(width * dots) : page.picture->width;
    page.source_height = page.scale < 1.0 ? pixels_of(height * dots) : page.picture->height;
    if (p->limits.pdf_text_layer)
        rc = read_text(p, index, a, &page, e);
    if (rc) {
        image_destroy(page.picture);
        return rc;
    }
    *ret = page;
    return 0;
}
