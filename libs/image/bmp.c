#include "image/bmp.h"

#include <string.h>

/* Our own reader, because the other one within reach is ImageMagick, and its size as a target is
 * out of proportion.  Layout: a file header of 14 bytes, an information header that begins with its
 * own size (12: OS/2, 40 and more: Windows), then masks or a palette, then rows of whole 32-bit
 * words. */

enum {
    FILE_HEADER = 14,
    CORE_HEADER = 12,
    INFO_HEADER = 40,
    BI_RGB = 0,
    BI_BITFIELDS = 3,
    BI_ALPHA = 6
};
enum { MAX_SIDE = 1 << 20 };

static uint32_t le16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const unsigned char *p)
{
    return le16(p) | le16(p + 2) << 16;
}

static int malformed(struct err *e, const char *what)
{
    return err_set(e, ERR_FORMAT, "the BMP data is damaged or cut short: %s", what);
}

/* Finds the run of set bits in a mask; false when there is none or it has gaps. */
static bool field_from_mask(uint32_t mask, struct bmp_field *ret)
{
    int shift = 0, bits = 0;
    if (!mask)
        return false;
    while (!(mask >> shift & 1))
        shift++;
    while (shift + bits < 32 && (mask >> (shift + bits) & 1))
        bits++;
    if (shift + bits < 32 && mask >> (shift + bits))
        return false;
    *ret = (struct bmp_field){shift, bits};
    return true;
}

/* Reads the masks, or sets those that 16 and 32 bits have by default. */
static int read_fields(struct bmp *b, const unsigned char *info, size_t room, uint32_t compression,
                       struct err *e)
{
    static const struct bmp_field rgb555[3] = {{10, 5}, {5, 5}, {0, 5}};
    static const struct bmp_field rgb888[3] = {{16, 8}, {8, 8}, {0, 8}};
    if (compression == BI_RGB) {
        memcpy(b->field, b->bits == 16 ? rgb555 : rgb888, sizeof b->field);
        return 0;
    }
    if (room < INFO_HEADER + 12)
        return malformed(e, "no room for its colour masks");
    for (int c = 0; c < 3; c++) {
        if (!field_from_mask(le32(info + INFO_HEADER + 4 * c), &b->field[c]) ||
            b->field[c].shift + b->field[c].bits > b->bits)
            return malformed(e, "its colour masks are impossible");
    }
    return 0;
}

/* Colours past the end of the palette are black. */
static void read_palette(struct bmp *b, const unsigned char *at, size_t room, size_t entry,
                         uint32_t used)
{
    size_t count = (size_t)1 << b->bits;
    if (used && used < count)
        count = used;
    for (size_t i = 0; i < count && room - i * entry >= entry; i++) {
        for (int c = 0; c < 3; c++)
            b->palette[i][c] = at[i * entry + 2 - (size_t)c];
    }
}

static bool known_bits(uint32_t bits)
{
    return bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
}

/* Checks that the rows lie within the file. */
static int find_rows(struct bmp *b, const unsigned char *bytes, size_t len, size_t offset,
                     struct err *e)
{
    b->stride = ((size_t)b->width * (size_t)b->bits + 31) / 32 * 4;
    if (offset > len || (len - offset) / b->stride < (size_t)b->height) {
        /* The last row may lack its padding, as some writers leave it out. */
        size_t last = ((size_t)b->width * (size_t)b->bits + 7) / 8;
        if (offset > len || len - offset < last ||
            (len - offset - last) / b->stride < (size_t)b->height - 1)
            return malformed(e, "rows are missing");
    }
    b->pixels = bytes + offset;
    return 0;
}

int bmp_open(const unsigned char *bytes, size_t len, struct bmp *ret, struct err *e)
{
    struct bmp b = {0};
    uint32_t bits, compression = BI_RGB, used = 0;
    int64_t height;
    if (len < FILE_HEADER + CORE_HEADER)
        return malformed(e, "no header");
    const unsigned char *info = bytes + FILE_HEADER;
    size_t room = len - FILE_HEADER, size = le32(info);
    bool core = size == CORE_HEADER;
    if ((!core && size < INFO_HEADER) || size > room)
        return malformed(e, "its header has an impossible size");
    if (core) {
        b.width = (int)le16(info + 4);
        height = (int64_t)le16(info + 6);
        bits = le16(info + 10);
    } else {
        b.width = (int)le32(info + 4);
        height = (int32_t)le32(info + 8);
        bits = le16(info + 14);
        compression = le32(info + 16);
        b.dpi = le32(info + 24) * 0.0254;
        used = le32(info + 32);
    }
    b.top_down = height < 0;
    height = height < 0 ? -height : height;
    if (b.width < 1 || b.width > MAX_SIDE || height < 1 || height > MAX_SIDE || !known_bits(bits))
        return malformed(e, "its size is impossible");
    b.height = (int)height;
    b.bits = (int)bits;
    if (compression != BI_RGB &&
        !((compression == BI_BITFIELDS || compression == BI_ALPHA) && (bits == 16 || bits == 32)))
        return err_set(e, ERR_UNSUPPORTED, "BMP compression of kind %u is not read", compression);
    int rc = 0;
    if (bits == 16 || bits == 32)
        rc = read_fields(&b, info, room, compression, e);
    else if (bits <= 8)
        read_palette(&b, info + size, room - size, core ? 3 : 4, used);
    if (!rc)
        rc = find_rows(&b, bytes, len, le32(bytes + 10), e);
    if (!rc)
        *ret = b;
    return rc;
}

static unsigned char extract(uint32_t word, const struct bmp_field *f)
{
    uint32_t v = word >> f->shift;
    if (f->bits >= 8)
        return (unsigned char)(v >> (f->bits - 8));
    uint32_t most = (1u << f->bits) - 1;
    return (unsigned char)(((v & most) * 255 + most / 2) / most);
}

void bmp_read(const struct bmp *b, int x, int y, int count, unsigned char *rgb)
{
    const unsigned char *row =
        b->pixels + (size_t)(b->top_down ? y : b->height - 1 - y) * b->stride;
    for (int i = x; i < x + count; i++, rgb += 3) {
        size_t at = (size_t)i;
        if (b->bits <= 8) {
            size_t bit = at * (size_t)b->bits;
            int shift = 8 - b->bits - (int)(bit & 7);
            memcpy(rgb, b->palette[row[bit / 8] >> shift & ((1 << b->bits) - 1)], 3);
        } else if (b->bits == 24) {
            rgb[0] = row[3 * at + 2];
            rgb[1] = row[3 * at + 1];
            rgb[2] = row[3 * at];
        } else {
            uint32_t word = b->bits == 16 ? le16(row + 2 * at) : le32(row + 4 * at);
            for (int c = 0; c < 3; c++)
                rgb[c] = extract(word, &b->field[c]);
        }
    }
}
