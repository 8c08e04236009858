/* The verbs there are, in the order in which --help lists them; main.c has the table. */
#ifndef TWINREADER_VERBS_H
#define TWINREADER_VERBS_H

#include "twinreader/verb.h"

extern const struct verb verb_read;
extern const struct verb verb_fields;
extern const struct verb verb_eval;
extern const struct verb verb_synth;
extern const struct verb verb_models;
extern const struct verb verb_serve;
extern const struct verb verb_corrections;
extern const struct verb verb_keys;

#endif
