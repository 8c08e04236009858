/*
 * Pictures from bytes: the one interface behind which the decoders live.
 *
 * Private to this library.  Any thread, after document_library_init.
 */
#ifndef IMAGE_DECODE_H
#define IMAGE_DECODE_H

#include "image/document.h"

enum decode_format {
    DECODE_UNKNOWN = 0,
    DECODE_JPEG,
    DECODE_PNG,
    DECODE_TIFF,
    DECODE_WEBP,
    DECODE_HEIF,
    DECODE_BMP,
    DECODE_GIF,
    DECODE_PDF
};

struct decode_input {
    const unsigned char *bytes;
    size_t len;
    enum decode_format format;
};

struct decode_header {
    int width, height; /* as stored, before orientation */
    int pages;
    int orientation; /* EXIF: 1 to 8 */
    int primary;     /* the page to read of a format that counts as one page */
    double dpi;      /* 0 when unknown */
    bool whole;      /* the decoder keeps the whole picture in memory */
};

/* Recognises a format by its first bytes. */
enum decode_format decode_sniff(const unsigned char *bytes, size_t len);

/* "jpeg", "png", ... as in document_format; "JPEG", "PNG", ... for messages. */
const char *decode_format_name(enum decode_format f);
const char *decode_format_title(enum decode_format f);

/* Reads what the header of `page` declares, decoding nothing.  ERR_FORMAT, ERR_UNSUPPORTED.  For a
 * TIFF libvips walks all pages: check their number first. */
int decode_header(const struct decode_input *in, int page, struct decode_header *ret,
                  struct err *e) MUST_CHECK;

/* ERR_LIMIT when the declared size is beyond the limits. */
int decode_check(const struct decode_header *h, const struct document_limits *limits,
                 struct err *e) MUST_CHECK;

/* Decodes `page`, whose header is `h`, shrinking while decoding: picture, source size, scale and
 * dpi of `ret` are filled, its text is left alone. */
int decode_picture(const struct decode_input *in, int page, const struct decode_header *h,
                   const struct document_limits *limits, struct document_page *ret,
                   struct err *e) MUST_CHECK;

#endif
