/*
 * What reading gives: a reading has pages, a page has lines in reading order, a line has words, a
 * word has characters; a page has a form type and fields.
 *
 * Boxes are quadrilaterals in pixels of the page's upright source picture (before shrinking), so
 * they fit the picture a person opens.  Confidences are in 0..1. Lifetime: everything hangs in the
 * reading's arena.  Threads: immutable once made.
 */
#ifndef TWINREADER_PAGE_H
#define TWINREADER_PAGE_H

#include "base/arena.h"
#include "image/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct character {
    const char *text; /* one code point, UTF-8 */
    float confidence;
    struct quad box;
};

struct word {
    const char *text; /* no white space, but what a person corrected may have single spaces */
    float confidence; /* mean of its characters */
    struct quad box;
    const struct character *chars;
    size_t char_count;
    bool corrected;       /* a person gave or confirmed the text: confidence 1, no characters */
    const char *original; /* then what was read */
};

struct line {
    const char *text; /* words joined by single spaces */
    float confidence; /* mean over its characters */
    struct quad box;
    const struct word *words;
    size_t word_count;
    int row;   /* lines side by side share a row; from 0, top to bottom */
    int block; /* paragraphs or columns; from 0, in reading order */
};

/* One thing that was asked of a value: whether the form's sums, check digits, formats ... agree. */
struct check {
    const char *name; /* "sum", "checksum", "date", "vocabulary", "format", "known" ... */
    bool passed;
    const char *detail; /* for a person: "3 items make 12340, not 12840"; NULL: nothing to say */
};

/* One extracted value.  A list ("items") has rows; each row's cells are fields. */
struct field {
    const char *name;       /* "total" */
    const char *type;       /* "text", "amount", "date", "list" */
    const char *value;      /* as printed; NULL for a list */
    const char *normalised; /* "2018-10-19", "60.30"; NULL when it could not be normalised */
    float confidence;
    struct quad box;              /* around the value; all zero when it has no place */
    const struct field_row *rows; /* list only */
    size_t row_count;
    bool corrected;             /* a person gave or confirmed the value: confidence 1 */
    const char *original;       /* then what was read; NULL when nothing was */
    const struct check *checks; /* those that could be made, in the form's order */
    size_t check_count;
};

struct field_row {
    const struct field *cells;
    size_t cell_count;
    struct quad box;
};

enum stage {
    STAGE_DECODE,
    STAGE_DETECT_PREPARE,
    STAGE_DETECT_RUN,
    STAGE_DETECT_BOXES,
    STAGE_ORIENT,
    STAGE_CROP,
    STAGE_RECOGNISE_RUN,
    STAGE_RECOGNISE_DECODE,
    STAGE_ORDER,
    STAGE_FIELDS,
    STAGE_COUNT
};

struct timings {
    uint64_t ns[STAGE_COUNT]; /* wall time */
    uint64_t total_ns;
    int boxes;            /* regions detected */
    int batches;          /* recogniser runs */
    int64_t columns;      /* recogniser input columns, padding included */
    int64_t columns_text; /* the same without padding */
};

/* Returns "detect_run" for STAGE_DETECT_RUN and so on. */
const char *stage_name(enum stage s);

struct page {
    int number;         /* from 1 */
    const char *source; /* name of the file it came from */
    int width, height;  /* upright source picture, pixels */
    double dpi;         /* 0: unknown */
    int rotation;       /* degrees the source was turned clockwise to read it: 0, 90, 180, 270;
                           boxes are in the turned picture */
    double skew;        /* degrees, small */
    bool text_layer;    /* text came from the PDF itself */
    const struct line *lines;
    size_t line_count;
    const char *form; /* form definition that fits, or "unknown" */
    float form_confidence;
    const struct field *fields;
    size_t field_count;
    const char *verdict;        /* "accept" or "review"; NULL: no form fits or it declares none */
    const char *const *reasons; /* why "review": "total: sum fails" ... */
    size_t reason_count;
    struct timings timings;
    const char *error;      /* this page could not be read: why; NULL otherwise */
    const char *error_code; /* err_name of it */
};

struct reading {
    struct arena *arena;               /* owns all, this struct included */
    const char *id;                    /* ULID, or NULL when it was never stored */
    const char *name;                  /* file name as given */
    const char *format;                /* "jpeg", "pdf" ... */
    const char *detector, *recogniser; /* package name and version, "ppocrv6-det-small 6.0" */
    int64_t read_at_ms;                /* wall clock */
    struct page *pages;
    size_t page_count;
};

/* NULL is allowed. */
void reading_destroy(struct reading *r);

#endif
