/*
 * What scanners, fax machines and phones do to a page.  Geometry first (perspective, curl, skew),
 * then light, then the sensor (blur, noise, resolution, thresholding); boxes follow the geometry.
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

/* Replaces *picture (RGB or grey) by a degraded one, of the same size, perhaps grey, and moves the
 * boxes of `label` (NULL: none) along; all ink that was in a box stays on the picture.  Words that
 * became unreadable get `hidden`.  How strong is drawn from `r`; `a` is scratch memory.  ERR_NOMEM,
 * and ERR_LIMIT for a side over 30,000 pixels. */
int synth_degrade(enum synth_look look, struct synth_rng *r, struct image **picture,
                  struct synth_label *label, struct arena *a, struct err *e) MUST_CHECK;

/* The JPEG quality (1..100) that pictures of this look are usually stored at: whoever writes the
 * picture makes the last of its flaws. */
int synth_degrade_quality(enum synth_look look, struct synth_rng *r);

/* The same for one grey crop of a line, cheaper, with what crops suffer besides: cut off too
 * tightly or too loosely, slightly turned, parts of neighbouring lines and ruling, light on dark.
 * It keeps its height, not its width; the ink of the line is never cut off sideways.  The spans
 * move along with the ink, as far as its middle height goes.  ERR_NOMEM. */
int synth_degrade_crop(enum synth_look look, struct synth_rng *r, struct image **crop,
                       struct synth_label_span *spans, size_t span_count, struct err *e) MUST_CHECK;

#endif
