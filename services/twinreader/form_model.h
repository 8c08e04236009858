/*
 * What a form definition says, after reading its YAML.  Inside the forms module only.
 *
 * Lifetime: one arena per form, owned by struct forms.  Threads: immutable after loading.
 */
#ifndef TWINREADER_FORM_MODEL_H
#define TWINREADER_FORM_MODEL_H

#include "base/arena.h"
#include "base/yaml.h"
#include "twinreader/checksum.h"
#include "twinreader/form.h"
#include "twinreader/fuzzy.h"
#include "twinreader/pattern.h"
#include "twinreader/value.h"

enum form_type { FORM_TEXT, FORM_AMOUNT, FORM_DATE, FORM_LIST };

struct form_labels {
    struct fuzzy_phrase *item;
    size_t count;
};

struct form_patterns {
    const struct pattern **item;
    size_t count;
};

/* A stretch of rows: from the first row that starts with one of `from` (the page's first when there
 * are none) to before the next that starts with one of `to` (the end when there are none). */
struct form_region {
    const char *name;
    struct form_labels from, to;
    bool beside_amount;       /* `from` counts only on a row with an amount */
    struct form_labels alone; /* and beside no words but these; none: beside any */
};

enum form_where { FORM_RIGHT = 1, FORM_BELOW = 2, FORM_LINE = 4 };

/* One way to find a field's value.  Every place that satisfies it is a candidate with the rule's
 * score; the field's best candidate wins. */
struct form_rule {
    struct form_labels labels; /* none: every line, or every value of the type */
    struct form_labels with;   /* one of these must be on the row too */
    struct form_labels unless; /* none of these may be */
    struct form_labels alone;  /* other words beside the label lower the score; none: any */
    bool at_start;             /* the label starts its piece of the row */
    unsigned where;            /* form_where: where the value stands from the label */
    bool take_last;            /* of several values right of the label */
    struct form_patterns match, reject; /* on the row: one must, none may */
    int64_t rows;                       /* only among the first so many rows; 0: all */
    int region;                         /* only inside this region; -1: anywhere */
    double score;
    double at_least, at_most;           /* amounts: their size without sign */
    double first, last, tall, attached; /* weights of preferences, see extract_find.c */
    struct form_patterns join_previous; /* text: the line above belongs to it when this matches */
    int after;                          /* text: the rows behind this field's value; -1: no */
    int64_t lines;                      /* text: at most so many rows */
    struct form_patterns start;         /* text: rows before the first that matches are left out */
    struct form_labels until;           /* text: ends before a row with one of these */
    struct form_patterns until_match;
    struct form_patterns skip; /* text: rows left out */
};

/* One way to find a value on a paper of boxes: by a label beside or above it, in a table's cell, or
 * by its look alone.  Places are tried on the sheet (sheet.h), rules on rows of text. */
struct form_place {
    struct form_labels labels; /* none: anywhere */
    unsigned where;            /* FORM_RIGHT, FORM_BELOW */
    double reach, gap;         /* widest blank before, and inside, the value; in heights */
    int64_t lines;             /* text: at most so many, one under the other */
    bool take_last;            /* of several values of the type */
    bool joined;               /* text: its spaces are left out */
    bool ticked;               /* text: of the field's words the one whose box is ticked */
    bool digits;               /* text: letters that look like digits are digits */
    struct form_patterns match, reject;
    double score;
    double at_least, at_most; /* amounts */
    int of, column;           /* the cell of that list's column, beside the label; -1: none */
};

struct form_term {
    int field;  /* index into the form's fields */
    int column; /* of a list: the sum of its amounts; -1: the field is an amount */
    bool minus;
};

enum { FORM_TERMS_MAX = 6 };

/* An amount that equals this sum of others gains `score`. */
struct form_sum {
    struct form_term term[FORM_TERMS_MAX];
    size_t count;
    double score;
};

struct form_avoid {
    int region;
    double by;
};

struct form_column {
    const char *name;
    enum form_type type;
};

struct form_row_pattern {
    const struct pattern *pattern;
    int column[PATTERN_GROUPS]; /* of group 1, 2 ...; -1 when the group fills none */
    int groups;
    struct form_labels head; /* counts only under a head with one of these; none: always */
};

/* A table whose columns are found by their heads and the blank between their cells. */
struct form_grid {
    struct form_labels *heads;  /* one a column */
    struct form_labels ignored; /* heads of columns that are not wanted, at any side */
    struct form_labels names;   /* what may stand in column `name`; none: anything */
    bool only_names;            /* a row starts only where one of the names stands */
    int name;
    bool used;
};

struct form_list {
    struct form_grid grid;
    struct form_labels header; /* words of the table's head */
    int64_t header_least;      /* so many of them on one row make it the head */
    struct form_labels end;    /* a row that starts with one of these ends the table */
    struct form_labels alone;  /* words that may stand beside an end label; none: any */
    struct form_column *columns;
    size_t column_count;
    struct form_row_pattern *rows;
    size_t row_count;
    int text_column;           /* rows that match no pattern lend it their text; -1: none */
    struct form_patterns code; /* text that counts as none in that column */
    struct form_patterns skip; /* rows left out */
};

struct form_field {
    const char *name;
    enum form_type type;
    bool hidden;   /* found for the sake of sums, not reported */
    bool positive; /* amounts above zero only */
    double least;  /* candidates with a lower score are dropped */
    struct form_rule *rules;
    size_t rule_count;
    struct form_labels never; /* a row with one of these gives no value, whatever the rule */
    struct form_patterns cut; /* text: removed from the value */
    struct form_sum *sums;
    size_t sum_count;
    struct form_avoid *avoid;
    size_t avoid_count;
    struct form_list list;
    struct form_place *places;
    size_t place_count;
    struct form_labels words; /* text: the value is the nearest of these; none: anything */
};

/* A sign that a page is of this form: a field found, a phrase (beside an amount), or a count of
 * amounts. */
struct form_sign {
    int field; /* -1: none */
    struct form_labels labels;
    bool beside_amount;
    bool anywhere;   /* the phrase may stand within its line, or be spread over it */
    double tall;     /* its letters are so many times as high as usual, at least */
    int64_t amounts; /* 0: none */
    double weight;
};

enum form_check_kind {
    FORM_CHECK_SUM,
    FORM_CHECK_CHECKSUM,
    FORM_CHECK_DATE,
    FORM_CHECK_ORDER,
    FORM_CHECK_FORMAT,
    FORM_CHECK_KNOWN
};

enum { FORM_CHECK_TERMS_MAX = 12 };

/* A field, or a column of a list. */
struct form_part {
    int field, column; /* -1: the field itself */
    bool minus;
    bool optional; /* of a sum: counts as nothing when it was not found */
};

/* What must hold; see forms/README.md. */
struct form_check {
    enum form_check_kind kind;
    struct form_part part[FORM_CHECK_TERMS_MAX]; /* of a sum: the total, then its parts */
    size_t count;
    double within; /* of a sum: it may be so much off */
    enum checksum_kind checksum;
    struct form_patterns match;
    int64_t from_year, to_year;
};

/* What it takes to accept a page unseen. */
struct form_verdict {
    bool given;
    int *require; /* fields that must have been found */
    size_t require_count;
    int *cover; /* fields that a check must confirm, when they were found */
    size_t cover_count;
    double confidence; /* of a value that no check confirms */
    double checked;    /* of one that a check confirms */
    double form;       /* of the form itself */
};

struct form {
    struct arena *arena;
    const char *name, *title;
    const struct yaml_node *define;  /* named pieces of patterns; only while loading */
    const struct yaml_node *phrases; /* named lists of phrases; only while loading */
    struct value_rules values;
    struct form_region *regions;
    size_t region_count;
    struct form_field *fields;
    size_t field_count;
    struct form_sign *signs;
    size_t sign_count;
    double fit_least;
    struct form_labels keys; /* labels of what is not wanted; they end a value too */
    struct form_check *checks;
    size_t check_count;
    struct form_verdict verdict;
    bool on_sheet; /* some field has places or a grid */
};

struct forms {
    struct form **item;
    size_t count;
};

/* Interprets a parsed definition.  ERR_CONFIG with "file:line: key: reason", ERR_NOMEM. */
int form_model_read(struct arena *a, const struct yaml_node *root, struct form **ret,
                    struct err *e) MUST_CHECK;

/* Reads one rule, or a list field's table (form_rule.c); `f` holds what was read before them. */
int form_model_read_rule(struct form *f, const struct yaml_node *n, enum form_type type,
                         struct form_rule *ret, struct err *e) MUST_CHECK;
int form_model_read_list(struct form *f, const struct yaml_node *map, struct form_list *ret,
                         struct err *e) MUST_CHECK;

/* Reads what a field is to be looked for on the sheet, when it says so, and a list's grid
 * (form_place.c). */
int form_model_read_places(struct form *f, const struct yaml_node *n, struct form_field *field,
                           struct err *e) MUST_CHECK;
int form_model_read_grid(struct form *f, const struct yaml_node *map, struct form_list *ret,
                         struct err *e) MUST_CHECK;

/* Reads the checks and the verdict; all fields are known by then (form_check.c). */
int form_model_read_checks(struct form *f, const struct yaml_node *root, struct err *e) MUST_CHECK;

/* Shared by all (form_part.c, phrases form_phrase.c): the value under `key` of `map`, when there is
 * one. */
int form_model_labels(struct form *f, const struct yaml_node *map, const char *key,
                      struct form_labels *ret, struct err *e) MUST_CHECK;
int form_model_patterns(struct form *f, const struct yaml_node *map, const char *key,
                        struct form_patterns *ret, struct err *e) MUST_CHECK;
int form_model_pattern(struct form *f, const struct yaml_node *n, const struct pattern **ret,
                       struct err *e) MUST_CHECK;
int form_model_number(const struct yaml_node *map, const char *key, double min, double max,
                      double *ret, struct err *e) MUST_CHECK;
int form_model_count(const struct yaml_node *map, const char *key, int64_t min, int64_t max,
                     int64_t *ret, struct err *e) MUST_CHECK;
int form_model_type(const struct yaml_node *map, enum form_type *ret, struct err *e) MUST_CHECK;
int form_model_array(struct form *f, const struct yaml_node *n, size_t max, size_t size, void **ret,
                     struct err *e) MUST_CHECK;
/* Under `where`, `take`, and `at_least` with `at_most`; `allowed` is of enum form_where. */
int form_model_where(const struct yaml_node *map, unsigned allowed, unsigned *ret,
                     struct err *e) MUST_CHECK;
int form_model_take(const struct yaml_node *map, bool *ret_last, struct err *e) MUST_CHECK;
int form_model_sizes(const struct yaml_node *map, double *ret_least, double *ret_most,
                     struct err *e) MUST_CHECK;
int form_model_region(const struct form *f, const struct yaml_node *n, int *ret,
                      struct err *e) MUST_CHECK;
int form_model_field(const struct form *f, const struct yaml_node *n, int *ret,
                     struct err *e) MUST_CHECK;

#endif
