/*
 * Model packages: a folder with model.yaml, the network's file and what it needs (charset, golden
 * inputs).  model.yaml says everything that code must know; nothing about a model is written in
 * code.
 *
 * package_load validates: unknown keys, wrong types, missing parts, SHA-256 of network and charset,
 * charset length against the codec; each mistake is refused with file, line, key and reason.
 * models/README.md documents the keys.
 *
 * Lifetime: package_load to package_destroy.  Threads: immutable after loading.
 */
#ifndef INFER_PACKAGE_H
#define INFER_PACKAGE_H

#include "base/err.h"
#include "image/tensor.h"

#include <stdbool.h>
#include <stddef.h>

enum package_task { PACKAGE_DETECT, PACKAGE_RECOGNISE, PACKAGE_ANGLE };
enum package_size_rule {
    PACKAGE_SIZE_MULTIPLE, /* both sides rounded to a multiple of `step`, scaled to a target side */
    PACKAGE_SIZE_FIXED_HEIGHT, /* height fixed, width follows, rounded up to a multiple of `step` */
    PACKAGE_SIZE_FIXED         /* height and width fixed; content keeps its ratio, padded right */
};
enum package_output { PACKAGE_PROBABILITY_MAP, PACKAGE_CTC, PACKAGE_CLASSES };
enum package_box_format { PACKAGE_QUAD, PACKAGE_POLYGON, PACKAGE_XYXY, PACKAGE_CXCYWH };

struct package_golden {
    const char *input;     /* path of a picture, absolute */
    const char *text;      /* recogniser: the text it must read */
    double min_confidence; /* recogniser, angle: at least this */
    int boxes;             /* detector: number of boxes */
    const double *box;     /* detector: boxes*8 coordinates in pixels, or NULL */
    double tolerance;      /* detector: pixels */
    const char *label;     /* angle: the class it must give */
};

struct package {
    const char *dir;   /* absolute */
    const char *name;  /* of the folder */
    const char *title; /* for people */
    const char *version;
    const char *licence;
    const char *origin; /* where the weights came from */
    enum package_task task;

    const char *model_file; /* absolute path of the ONNX file */
    char model_sha256[65];

    struct {
        struct pixel_format pixels;
        enum package_size_rule rule;
        int step; /* pixels */
        int side; /* MULTIPLE: target length of the side named by `side_is_longer` */
        bool side_is_longer;
        int min_side;             /* MULTIPLE: smallest length of either side after scaling */
        int max_side;             /* MULTIPLE: greatest length of either side after scaling */
        double enlarge;           /* MULTIPLE: most a small page is enlarged; 1: never */
        int height;               /* FIXED_HEIGHT, FIXED */
        int width;                /* FIXED */
        int min_width, max_width; /* FIXED_HEIGHT */
        float pad;                /* FIXED*: normalised value right of the content */
        float width_factor;       /* FIXED_HEIGHT: columns per natural column; 1 keeps the ratio */
    } input;

    struct {
        enum package_output kind;
        enum package_box_format box_format; /* what the detector's boxes are */
        int shrink; /* CTC: input columns per time step; map: input pixels per map pixel */
        const char *const *classes; /* CLASSES */
        int class_count;            /* CLASSES: of `classes`; CTC: blank and charset together */
    } output;

    struct { /* CTC */
        int blank;
        const char *const *charset; /* class_count entries of UTF-8; charset[blank] is "" */
    } codec;

    struct {
        double binarise;     /* detector: probability from which a pixel is text */
        double box;          /* detector: mean probability a box needs */
        double unclip_ratio; /* detector: how far the shrunk region grows back */
        double join; /* detector of words: neighbours up to so many heights apart are one line */
        double unclip_along; /* detector: part of that growth at the two ends of a line */
        double min_size;     /* detector: shorter side of a region, map pixels */
        int max_boxes;       /* detector */
        bool dilate;         /* detector: close 2×2 gaps before finding regions */
        double text;         /* recogniser: lines below this mean confidence are dropped */
        double angle;        /* angle classifier: confidence to believe it */
    } threshold;

    struct {
        int max_items;   /* crops per run */
        int max_columns; /* input columns per run, all crops together */
    } batch;

    struct package_golden *golden;
    size_t golden_count;
};

/* Loads and validates the package in folder `dir`.  ERR_CONFIG (what model.yaml says is wrong, or a
 * file does not match it), ERR_NOT_FOUND, ERR_IO, ERR_LIMIT, ERR_NOMEM. */
int package_load(const char *dir, struct package **ret, struct err *e) MUST_CHECK;

/* NULL is allowed. */
void package_destroy(struct package *p);

/* Stable names for messages and JSON: "detect", "recognise", "angle". */
const char *package_task_name(enum package_task task);

#endif
