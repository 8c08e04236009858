#include "twinreader/reading_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_COORDINATE = 100000000, MAX_COUNT = 1000000000, MAX_PLACE = 160 };

static void place_print(const struct reading_place *p, char *out, size_t size)
{
    if (!p)
        return;
    place_print(p->up, out, size);
    size_t used = strlen(out);
    if (p->key)
        snprintf(out + used, size - used, "%s%s", used ? "." : "", p->key);
    else
        snprintf(out + used, size - used, "[%zu]", p->index);
}

int reading_json_refuse(struct reading_reader *rd, const struct reading_place *up, const char *key,
                        const char *what)
{
    char text[MAX_PLACE] = "";
    struct reading_place here = {.up = up, .key = key};
    place_print(key ? &here : up, text, sizeof text);
    return err_set(rd->e, ERR_FORMAT, "reading: %s: %s", *text ? text : "document", what);
}

int reading_json_no_memory(struct reading_reader *rd)
{
    return err_set(rd->e, ERR_NOMEM, "the reading is too large");
}

int reading_json_text(struct reading_reader *rd, const struct reading_place *up,
                      const struct jsonr_value *v, const char *key, bool nullable, const char **ret)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    if (nullable && jsonr_kind(m) == JSONR_NULL) {
        *ret = NULL;
        return 0;
    }
    if (jsonr_kind(m) != JSONR_STRING)
        return reading_json_refuse(rd, up, key,
                                   nullable ? "must be a string or null" : "must be a string");
    const char *copy = arena_strdup(rd->arena, jsonr_as_string(m, ""));
    if (!copy)
        return reading_json_no_memory(rd);
    *ret = copy;
    return 0;
}

int reading_json_number(struct reading_reader *rd, const struct reading_place *up,
                        const struct jsonr_value *v, const char *key, double min, double max,
                        double *ret)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    double n = jsonr_as_number(m, NAN);
    if (jsonr_kind(m) != JSONR_NUMBER)
        return reading_json_refuse(rd, up, key, "must be a number");
    if (!(n >= min && n <= max))
        return reading_json_refuse(rd, up, key, "is out of range");
    *ret = n;
    return 0;
}

int reading_json_integer(struct reading_reader *rd, const struct reading_place *up,
                         const struct jsonr_value *v, const char *key, int64_t max, int64_t *ret)
{
    double n = 0;
    int rc = reading_json_number(rd, up, v, key, 0, (double)max, &n);
    if (rc)
        return rc;
    if (n != floor(n))
        return reading_json_refuse(rd, up, key, "must be a whole number");
    *ret = (int64_t)n;
    return 0;
}

int reading_json_int(struct reading_reader *rd, const struct reading_place *up,
                     const struct jsonr_value *v, const char *key, int *ret)
{
    int64_t n = 0;
    int rc = reading_json_integer(rd, up, v, key, MAX_COUNT, &n);
    if (rc == 0)
        *ret = (int)n;
    return rc;
}

int reading_json_confidence(struct reading_reader *rd, const struct reading_place *up,
                            const struct jsonr_value *v, float *ret)
{
    double n = 0;
    int rc = reading_json_number(rd, up, v, "confidence", 0, 1, &n);
    if (rc == 0)
        *ret = (float)n;
    return rc;
}

int reading_json_bool(struct reading_reader *rd, const struct reading_place *up,
                      const struct jsonr_value *v, const char *key, bool *ret)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    if (jsonr_kind(m) != JSONR_BOOL)
        return reading_json_refuse(rd, up, key, "must be true or false");
    *ret = jsonr_as_bool(m, false);
    return 0;
}

int reading_json_box(struct reading_reader *rd, const struct reading_place *up,
                     const struct jsonr_value *v, struct quad *ret)
{
    const struct jsonr_value *m = jsonr_get(v, "box");
    struct quad q;
    if (jsonr_count(m) != 8)
        return reading_json_refuse(rd, up, "box", "must be an array of 8 numbers");
    for (size_t i = 0; i < 8; i++) {
        double n = jsonr_as_number(jsonr_at(m, i), NAN);
        if (!(fabs(n) <= MAX_COORDINATE))
            return reading_json_refuse(rd, up, "box", "must be an array of 8 numbers");
        if (i % 2)
            q.p[i / 2].y = (float)n;
        else
            q.p[i / 2].x = (float)n;
    }
    *ret = q;
    return 0;
}

/* An array member: gives it and its length, and room for as many elements of `size` bytes. */
int reading_json_corrected(struct reading_reader *rd, const struct reading_place *up,
                           const struct jsonr_value *v, bool *ret_corrected,
                           const char **ret_original)
{
    bool corrected = false;
    if (!jsonr_get(v, "corrected"))
        return 0;
    int rc = reading_json_bool(rd, up, v, "corrected", &corrected);
    if (!rc && corrected)
        rc = reading_json_text(rd, up, v, "original", true, ret_original);
    if (!rc)
        *ret_corrected = corrected;
    return rc;
}

int reading_json_array(struct reading_reader *rd, const struct reading_place *up,
                       const struct jsonr_value *v, const char *key, size_t max, size_t size,
                       const struct jsonr_value **ret_array, void *ret_room, size_t *ret_count)
{
    const struct jsonr_value *m = jsonr_get(v, key);
    if (jsonr_kind(m) != JSONR_ARRAY)
        return reading_json_refuse(rd, up, key, "must be an array");
    size_t count = jsonr_count(m);
    if (count > max)
        return reading_json_refuse(rd, up, key, "has too many elements");
    void *room = NULL;
    if (count > 0) {
        room = arena_array(rd->arena, count, size);
        if (!room)
            return reading_json_no_memory(rd);
    }
    memcpy(ret_room, &room, sizeof room);
    *ret_array = m;
    *ret_count = count;
    return 0;
}

int reading_json_object(struct reading_reader *rd, const struct reading_place *here,
                        const struct jsonr_value *v)
{
    return jsonr_kind(v) == JSONR_OBJECT ? 0
                                         : reading_json_refuse(rd, here, NULL, "must be an object");
}
