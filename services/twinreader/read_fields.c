#include "twinreader/read_fields.h"

#include "twinreader/out.h"
#include "twinreader/unicode.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_WIDTH = 56, MAX_CELLS = 12, GAP = 2 };

/* Columns a text takes on a terminal, the way out_plain writes it. */
static int columns_of(const char *s)
{
    int n = 0;
    for (uint32_t c; n < 10 * MAX_WIDTH && (c = out_next(&s));)
        n += unicode_width(c);
    return n;
}

static void widen(int *width, const char *s)
{
    int n = s ? columns_of(s) : 0;
    if (n > *width)
        *width = n < MAX_WIDTH ? n : MAX_WIDTH;
}

static void pad(struct buf *out, int n)
{
    for (; n > 0; n--)
        buf_putc(out, ' ');
}

/* A text too long for its column ends in an ellipsis: the other formats have all of it. */
static void write_cut(struct buf *out, const char *s, int width)
{
    int used = 0;
    for (uint32_t c; (c = out_next(&s)) && used + unicode_width(c) < width;) {
        out_utf8(out, c);
        used += unicode_width(c);
    }
    buf_puts(out, "…");
    pad(out, width - used - 1);
}

static void write_cell(struct buf *out, const char *s, int width, bool right)
{
    int room = width - columns_of(s ? s : "");
    if (right)
        pad(out, room);
    if (room < 0)
        write_cut(out, s, width);
    else
        out_plain(out, s);
    if (!right)
        pad(out, room);
    pad(out, GAP);
}

/* What to show as normalised: nothing when it says what the value says. */
static const char *other_form(const struct field *f)
{
    return f->normalised && (!f->value || strcmp(f->normalised, f->value) != 0) ? f->normalised
                                                                                : "";
}

static const char *shown(const struct field *cell)
{
    return cell->normalised ? cell->normalised : cell->value ? cell->value : "";
}

/* Rows of one list may have different cells; a column is a name, in order of appearance. */
static size_t list_columns(const struct field *f, const char **names, int *widths, bool *right)
{
    size_t count = 0;
    for (size_t i = 0; i < f->row_count; i++) {
        for (size_t j = 0; j < f->rows[i].cell_count; j++) {
            const struct field *cell = &f->rows[i].cells[j];
            size_t k = 0;
            while (k < count && strcmp(names[k], cell->name) != 0)
                k++;
            if (k == MAX_CELLS)
                continue;
            if (k == count) {
                names[count++] = cell->name;
                widths[k] = 0;
                widen(&widths[k], cell->name);
                right[k] = cell->type && strcmp(cell->type, "text") != 0;
            }
            widen(&widths[k], shown(cell));
        }
    }
    return count;
}

/* The padding behind a row's last cell. */
static void trim(struct buf *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    buf_putc(out, '\n');
}

static void write_list(const struct field *f, int indent, struct buf *out)
{
    const char *names[MAX_CELLS];
    int widths[MAX_CELLS];
    bool right[MAX_CELLS];
    size_t count = list_columns(f, names, widths, right);
    for (size_t k = 0; k < count; k++)
        write_cell(out, names[k], widths[k], right[k]);
    trim(out);
    for (size_t i = 0; i < f->row_count; i++) {
        pad(out, indent);
        for (size_t k = 0; k < count; k++) {
            const struct field *cell = NULL;
            for (size_t j = 0; j < f->rows[i].cell_count && !cell; j++)
                if (strcmp(f->rows[i].cells[j].name, names[k]) == 0)
                    cell = &f->rows[i].cells[j];
            write_cell(out, cell ? shown(cell) : "", widths[k], right[k]);
        }
        trim(out);
    }
}

/* Rounded down, as on the page, which knows four places of the confidence. */
static int percent(float confidence)
{
    return (int)(round(out_percent(confidence) * 100) / 100 + 1e-6);
}

static void write_page(const struct page *p, struct buf *out)
{
    int name = 0, value = 0, normalised = 0;
    for (size_t i = 0; i < p->field_count; i++) {
        const struct field *f = &p->fields[i];
        widen(&name, f->name);
        if (!f->rows) {
            widen(&value, f->value);
            widen(&normalised, other_form(f));
        }
    }
    for (size_t i = 0; i < p->field_count; i++) {
        const struct field *f = &p->fields[i];
        pad(out, GAP);
        write_cell(out, f->name, name, false);
        if (f->rows) {
            write_list(f, GAP + name + GAP, out);
            continue;
        }
        write_cell(out, f->value, value, false);
        if (normalised)
            write_cell(out, other_form(f), normalised, false);
        buf_printf(out, "%3d %%\n", percent(f->confidence));
    }
}

void read_fields_write(const struct reading *r, struct buf *out)
{
    for (size_t i = 0; i < r->page_count; i++) {
        const struct page *p = &r->pages[i];
        out_plain(out, r->name);
        if (r->page_count > 1)
            buf_printf(out, ", page %d", p->number);
        if (p->error) {
            buf_puts(out, ": ");
            out_plain(out, p->error);
            buf_putc(out, '\n');
            continue;
        }
        buf_printf(out, ": %s", p->form ? p->form : "unknown");
        if (p->form_confidence > 0)
            buf_printf(out, ", %d %%", percent(p->form_confidence));
        buf_putc(out, '\n');
        write_page(p, out);
    }
}
