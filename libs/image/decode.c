#include "image/decode.h"

#include <string.h>

/* Pictures whose decoder cannot work row by row (WebP, HEIF, GIF, interlaced PNG, progressive JPEG)
 * cost four to six bytes a pixel whatever the size asked for, so they have a bound of their own:
 * larger than any telephone's photograph. */
enum { WHOLE_PIXELS = 50 * 1000 * 1000 };

static const struct {
    const char *name, *title;
} formats[] = {
    [DECODE_UNKNOWN] = {"unknown", "unknown"},
    [DECODE_JPEG] = {"jpeg", "JPEG"},
    [DECODE_PNG] = {"png", "PNG"},
    [DECODE_TIFF] = {"tiff", "TIFF"},
    [DECODE_WEBP] = {"webp", "WebP"},
    [DECODE_HEIF] = {"heif", "HEIF"},
    [DECODE_BMP] = {"bmp", "BMP"},
    [DECODE_GIF] = {"gif", "GIF"},
    [DECODE_PDF] = {"pdf", "PDF"},
};

const char *decode_format_name(enum decode_format f)
{
    return formats[f].name;
}

const char *decode_format_title(enum decode_format f)
{
    return formats[f].title;
}

static bool begins(const unsigned char *bytes, size_t len, size_t at, const char *magic, size_t n)
{
    return len >= at + n && memcmp(bytes + at, magic, n) == 0;
}

/* ISO/IEC 23008-12 and AVIF: a file type box whose major brand is one of these. */
static bool is_heif(const unsigned char *bytes, size_t len)
{
    static const char brands[][5] = {"heic", "heix", "hevc", "hevx", "heim",
                                     "heis", "mif1", "msf1", "avif", "avis"};
    if (!begins(bytes, len, 4, "ftyp", 4))
        return false;
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++) {
        if (begins(bytes, len, 8, brands[i], 4))
            return true;
    }
    return false;
}

/* Readers accept a PDF header anywhere in the first 1024 bytes (ISO 32000-1, annex H.3.4.1). */
static bool is_pdf(const unsigned char *bytes, size_t len)
{
    size_t end = len < 1024 ? len : 1024;
    return end > 0 && memmem(bytes, end, "%PDF-", 5) != NULL;
}

enum decode_format decode_sniff(const unsigned char *bytes, size_t len)
{
    if (begins(bytes, len, 0, "\xff\xd8\xff", 3))
        return DECODE_JPEG;
    if (begins(bytes, len, 0, "\x89PNG\r\n\x1a\n", 8))
        return DECODE_PNG;
    if (begins(bytes, len, 0, "II*\0", 4) || begins(bytes, len, 0, "MM\0*", 4) ||
        begins(bytes, len, 0, "II+\0", 4) || begins(bytes, len, 0, "MM\0+", 4))
        return DECODE_TIFF;
    if (begins(bytes, len, 0, "RIFF", 4) && begins(bytes, len, 8, "WEBP", 4))
        return DECODE_WEBP;
    if (begins(bytes, len, 0, "GIF87a", 6) || begins(bytes, len, 0, "GIF89a", 6))
        return DECODE_GIF;
    if (is_heif(bytes, len))
        return DECODE_HEIF;
    if (begins(bytes, len, 0, "BM", 2) && len >= 26)
        return DECODE_BMP;
    return is_pdf(bytes, len) ? DECODE_PDF : DECODE_UNKNOWN;
}

int decode_check(const struct decode_header *h, const struct document_limits *limits, struct err *e)
{
    int64_t pixels = (int64_t)h->width * h->height;
    if (pixels > limits->max_pixels)
        return err_set(e, ERR_LIMIT,
                       "the picture declares %d x %d pixels, more than the limit of %lld pixels",
                       h->width, h->height, (long long)limits->max_pixels);
    if (h->whole && pixels > WHOLE_PIXELS)
        return err_set(e, ERR_LIMIT,
                       "the picture declares %d x %d pixels, more than the limit of %d pixels for "
                       "one that cannot be decoded row by row",
                       h->width, h->height, WHOLE_PIXELS);
    return 0;
}
