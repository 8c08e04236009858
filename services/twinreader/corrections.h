/*
 * Corrections: what people say about a reading, kept beside it.
 *
 * A reading stays as it was read.  The document's corrections.json holds, for each word or field
 * that a person corrected or confirmed: what was read and where, what is right, which models read
 * it, who says so and when.  Whoever asks for the reading gets it with the corrections applied;
 * `twinreader corrections export` turns them into labelled data.
 *
 * A target is named as in the address: "word:3:2" is word 2 of line 3, "field:total" a field,
 * "field:items:0:price" the cell called price in row 0 of a list; all counted from 0.
 *
 * Lifetime: strings live in the caller's arena, or where they were taken from.  Threads: any.
 */
#ifndef TWINREADER_CORRECTIONS_H
#define TWINREADER_CORRECTIONS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "twinreader/page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORRECTIONS_FILE "corrections.json"

enum {
    CORRECTIONS_VALUE_MAX = 1000, /* characters */
    CORRECTIONS_BY_MAX = 100,
    CORRECTIONS_NAME_MAX = 64, /* bytes of a field's name */
    CORRECTIONS_TARGET_SIZE = 2 * CORRECTIONS_NAME_MAX + 32,
    CORRECTIONS_MAX = 10000 /* in one document */
};

struct corrections_target {
    bool is_field, is_cell;
    size_t line, word;
    char name[CORRECTIONS_NAME_MAX + 1];
    size_t row;
    char cell[CORRECTIONS_NAME_MAX + 1];
};

struct correction {
    int page;               /* from 1 */
    const char *target;     /* "word:3:2" */
    const char *original;   /* NULL: nothing was read there */
    const char *value;      /* what is right; the original again where a person confirmed it */
    const char *normalised; /* of a field's value; NULL as in struct field */
    struct quad box;        /* all zero when it has no place */
    float confidence;       /* of the original */
    const char *detector, *recogniser; /* package name and version, as in struct reading */
    const char *key;                   /* name of the API key, "anonymous" without one */
    const char *by;                    /* who, as the client says; may be NULL */
    const char *at;                    /* RFC 3339 instant */
    int64_t revision;                  /* of the document's corrections when it was made */
};

struct corrections {
    int64_t revision; /* counts every change, so none comes twice */
    struct correction *items;
    size_t count;
};

/* Returns false unless `text` names a target. */
bool corrections_target_parse(const char *text, struct corrections_target *ret);

/* Returns whether `text` may be the value of a correction: 1 to `max` characters of UTF-8, no
 * control characters, no space at either end. */
bool corrections_text_valid(const char *text, size_t max);

/* Reads corrections.json; no bytes at all are no corrections.  There is room for one more item.
 * ERR_FORMAT, ERR_LIMIT, ERR_NOMEM. */
int corrections_from_json(struct arena *a, const char *text, size_t len, struct corrections *ret,
                          struct err *e) MUST_CHECK;

/* Appends the file's JSON; the failure stays in `out`. */
void corrections_to_json(const struct corrections *c, struct buf *out);

/* Appends one correction as JSON. */
void corrections_one_to_json(const struct correction *c, struct buf *out);

/* Returns the correction of a target, or NULL. */
struct correction *corrections_get(const struct corrections *c, int page, const char *target);

/* Where a target is in a reading: one of the three. */
struct corrections_place {
    const struct word *word;
    const struct field *field;
    const struct page *missing; /* the page's reasons say that the field was not found there */
    const struct line *line;    /* the word's */
};

/* Finds a target; false when the reading has no such word or field, or it is a list. */
bool corrections_find(const struct reading *r, int page, const struct corrections_target *t,
                      struct corrections_place *ret);

/* Fills in what a correction takes from the reading: original, box, confidence, models, normalised
 * value.  Strings are the reading's or the arena's.  ERR_NOMEM. */
int corrections_fill(const struct reading *r, const struct corrections_place *at, struct arena *a,
                     struct correction *c, struct err *e) MUST_CHECK;

/* Puts the corrected values in their places; the reading is the caller's alone, as
 * reading_from_json gave it.  Strings are borrowed from the corrections.  What no longer has a
 * place is passed over.  ERR_NOMEM. */
int corrections_apply(const struct corrections *c, struct reading *r, struct err *e) MUST_CHECK;

#endif
