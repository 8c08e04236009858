/*
 * What the files that read the JSON format back share: members taken out of an object with their
 * types and ranges checked, and the place of a mistake.  Inside the reading_json module only.
 *
 * All return 0 or ERR_FORMAT ("reading: pages[0].lines: must be an array"), ERR_NOMEM where they
 * copy; `ret` is untouched on failure.  Texts are copied into the reading's arena.
 */
#ifndef TWINREADER_READING_JSON_H
#define TWINREADER_READING_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/jsonr.h"
#include "twinreader/page.h"

/* Where in the document we are: an element of an array or a member, below `up`. */
struct reading_place {
    const struct reading_place *up;
    const char *key; /* NULL for an element */
    size_t index;
};

struct reading_reader {
    struct arena *arena;
    struct err *e;
};

/* Refuses the member `key` (NULL: the place itself) of the object at `up`. */
int reading_json_refuse(struct reading_reader *rd, const struct reading_place *up, const char *key,
                        const char *what);
/* The answer to a full arena. */
int reading_json_no_memory(struct reading_reader *rd);
/* A string member; with `nullable` it may be null, which gives NULL. */
int reading_json_text(struct reading_reader *rd, const struct reading_place *up,
                      const struct jsonr_value *v, const char *key, bool nullable,
                      const char **ret) MUST_CHECK;
int reading_json_number(struct reading_reader *rd, const struct reading_place *up,
                        const struct jsonr_value *v, const char *key, double min, double max,
                        double *ret) MUST_CHECK;
/* A whole number of 0 to `max`. */
int reading_json_integer(struct reading_reader *rd, const struct reading_place *up,
                         const struct jsonr_value *v, const char *key, int64_t max,
                         int64_t *ret) MUST_CHECK;
/* A whole number of 0 to a thousand million. */
int reading_json_int(struct reading_reader *rd, const struct reading_place *up,
                     const struct jsonr_value *v, const char *key, int *ret) MUST_CHECK;
/* "confidence", 0 to 1. */
int reading_json_confidence(struct reading_reader *rd, const struct reading_place *up,
                            const struct jsonr_value *v, float *ret) MUST_CHECK;
int reading_json_bool(struct reading_reader *rd, const struct reading_place *up,
                      const struct jsonr_value *v, const char *key, bool *ret) MUST_CHECK;
/* "box", four corners. */
int reading_json_box(struct reading_reader *rd, const struct reading_place *up,
                     const struct jsonr_value *v, struct quad *ret) MUST_CHECK;
/* "corrected" and "original", which come together or not at all. */
int reading_json_corrected(struct reading_reader *rd, const struct reading_place *up,
                           const struct jsonr_value *v, bool *ret_corrected,
                           const char **ret_original) MUST_CHECK;
/* An array member: gives it and its length, and in `ret_room` (a pointer to a pointer) room for as
 * many elements of `size` bytes. */
int reading_json_array(struct reading_reader *rd, const struct reading_place *up,
                       const struct jsonr_value *v, const char *key, size_t max, size_t size,
                       const struct jsonr_value **ret_array, void *ret_room,
                       size_t *ret_count) MUST_CHECK;
/* Refuses what is no object. */
int reading_json_object(struct reading_reader *rd, const struct reading_place *here,
                        const struct jsonr_value *v) MUST_CHECK;

/* The page's "form" with its fields, when it has one (reading_json_form.c). */
int reading_json_form(struct reading_reader *rd, const struct reading_place *up,
                      const struct jsonr_value *page, struct page *p) MUST_CHECK;

#endif
