/*
 * What the files of value.h share: a value being written, and the two ways to write one.
 *
 * A grammar rule is a name and its alternatives, separated by '|'; one is chosen, each as likely as
 * the next.  In it
 *     {name}       is another rule or generator, {name:option} with an option
 *     {3~200}      a number of that range, without leading zeros
 *     #            a digit, @ a capital letter
 *     {+은}        the particle that goes with the last syllable: 은/는 이/가 을/를 과/와
 *                  으로/로 이나/나 이라/라 이며/며
 * A generator is a function, for what needs check digits, calendars or more than one choice.
 *
 * Lifetime: one value.  Threads: the caller's.
 */
#ifndef TWINREADER_SYNTH_VALUE_MAKER_H
#define TWINREADER_SYNTH_VALUE_MAKER_H

#include "twinreader/synth/value.h"

#include <stdbool.h>

enum { SYNTH_VALUE_BYTES = 2048, SYNTH_VALUE_DEPTH = 12 };

struct synth_value_maker {
    struct synth_rng *r;
    char text[SYNTH_VALUE_BYTES]; /* what was written so far; terminated */
    size_t len;
    char normalised[64]; /* "": as printed */
    int depth;           /* of rules within rules */
    bool failed;         /* too long, too deep, no such name */
    char missing[64];    /* the name that nobody knows */
};

struct synth_value_rule {
    const char *name, *alternatives;
};

struct synth_value_generator {
    const char *name;
    void (*make)(struct synth_value_maker *m, const char *option);
};

/* Each ends with a NULL name. */
extern const struct synth_value_rule synth_value_text_rules[], synth_value_name_rules[],
    synth_value_item_rules[], synth_value_english_rules[];
extern const struct synth_value_generator synth_value_number_generators[],
    synth_value_date_generators[], synth_value_text_generators[];

/* Append; what does not fit sets `failed`. */
void synth_value_put(struct synth_value_maker *m, const char *text, size_t len);
void synth_value_puts(struct synth_value_maker *m, const char *text);
void synth_value_printf(struct synth_value_maker *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends one of `alternatives`, expanded. */
void synth_value_expand(struct synth_value_maker *m, const char *alternatives);

/* Appends what rule or generator `name` makes. */
void synth_value_call(struct synth_value_maker *m, const char *name, const char *option);

/* Finds the `index`th of the alternatives, counting from 0; returns its length. */
size_t synth_value_nth(const char *alternatives, size_t index, const char **ret);
size_t synth_value_alternatives(const char *alternatives);

/* "first~last" of an option into the range; leaves it alone when `option` says nothing. */
void synth_value_range(const char *option, int64_t *first, int64_t *last);

/* Writes the day (days since 1970-01-01) as year, month, day of the Gregorian calendar. */
void synth_value_civil(int64_t day, int *year, int *month, int *day_of_month);

/* Appends a date in the way `style` names; NULL: one of them.  Sets `normalised`. */
void synth_value_put_date(struct synth_value_maker *m, int64_t day, const char *style);

#endif
