/*
 * Fields that are right, by form and by name, and whether the verdict can be trusted.
 *
 * A field of a list ("items[3].amount") counts under its column ("items[].amount").  Rows of the
 * truth and rows that were found are put side by side in order so that most cells agree: a row that
 * was missed costs its own cells and not those of all rows below it.  Rows found beyond those of
 * the truth are counted as invented.
 *
 * Lifetime: the arena given to eval_form_init; names of pages are borrowed.  One thread.
 */
#ifndef TWINREADER_EVAL_FORM_H
#define TWINREADER_EVAL_FORM_H

#include "twinreader/eval.h"

enum { EVAL_MAX_FIELDS = 256, EVAL_MAX_FORMS = 64, EVAL_MAX_CHECKS = 64 };

struct eval_field_count {
    const char *name;
    int64_t pages, exact, spaceless; /* values of the truth, and how many of them agree */
};

/* Pages of one kind. */
struct eval_form_count {
    const char *name;         /* the truth's kind, else the form that was found */
    int64_t pages, complete;  /* all of whose fields agree, and no row invented */
    int64_t fields, exact;    /* values of the truth, and those that agree */
    int64_t invented;         /* rows of lists */
    int64_t judged, accepted; /* pages with a verdict; with the verdict "accept" */
    int64_t accepted_complete, accepted_fields, accepted_exact;
    struct eval_field_count *field; /* in the order of the truth */
    size_t field_count;
};

/* What a check said of values that the truth has, and whether they were right. */
struct eval_check_count {
    const char *name;
    int64_t passed, passed_right, failed, failed_right;
};

struct eval_form_sum {
    struct arena *arena;
    struct eval_form_count all;
    struct eval_form_count *form; /* empty when neither truth nor readings name any */
    size_t form_count;
    struct eval_check_count *check;
    size_t check_count;
};

/* ERR_NOMEM. */
int eval_form_init(struct arena *a, struct eval_form_sum *ret, struct err *e) MUST_CHECK;

/* Compares the fields of one page; `predicted` is NULL for a missing one.  *ret_wrong names those
 * that do not agree, by spaces; it lives in the arena of `s`.  ERR_NOMEM; ERR_LIMIT for more kinds
 * of fields, forms or checks than the limits above. */
int eval_form_add(struct eval_form_sum *s, struct arena *scratch, const struct eval_page *truth,
                  const struct eval_page *predicted, const char **ret_wrong,
                  struct err *e) MUST_CHECK;

#endif
