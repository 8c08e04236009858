/*
 * What scanners, fax machines and phones do to a page.  Geometry first (perspective, curl, skew), then light, then the
 * sensor (blur, noise, resolution, thresholding, JPEG); boxes follow the geometry.
 */
#ifndef TWINREADER_SYNTH_DEGRADE_H
#define TWINREADER_SYNTH_DEGRADE_H

#include "base/err.h"
#include "image/image.h"
#include "twinreader/synth/label.h"
#include "twinreader/synth/rng.h"

/* Presets in the order of their names "clean", "scan", "fax", "phone". */
enum synth_look { SYNTH_CLEAN, SYNTH_SCAN, SYNTH_FAX, SYNTH_PHONE, SYNTH_LOOK_COUNT };

/* Returns "scan" for SYNTH_SCAN and so on. */
const char *synth_look_name(enum synth_look look);

/* Replaces *picture (RGB or grey) by a degraded one and moves the boxes of `label` (NULL: none) along;
 * words that became unreadable get `hidden`.  How strong is drawn from `r`. */
int synth_degrade(enum synth_look look, struct synth_rng *r, struct image **picture,
                  struct synth_label *label, struct arena *a, struct err *e) MUST_CHECK;

/* The same for one grey crop of a line, cheaper, with what crops suffer besides: cut off too tightly or too
 * loosely, slightly turned, parts of neighbouring lines and ruling, light on dark. */
int synth_degrade_crop(enum synth_look look, struct synth_rng *r, struct image **crop, struct err *e) MUST_CHECK;

#endif
