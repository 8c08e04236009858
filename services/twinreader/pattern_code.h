/*
 * The program that a pattern is compiled into.  Inside the pattern module only.
 */
#ifndef TWINREADER_PATTERN_CODE_H
#define TWINREADER_PATTERN_CODE_H

#include "twinreader/pattern.h"

enum { CLASS_RANGES = 24, CLASSES_MAX = 64, DEPTH_MAX = 12, REPEAT_MAX = 60 };

enum op {
    OP_CHAR,
    OP_ANY,
    OP_CLASS,
    OP_SPLIT,
    OP_JUMP,
    OP_SAVE,
    OP_BEGIN,
    OP_END,
    OP_WORD_EDGE,
    OP_MATCH
};

struct inst {
    enum op op;
    uint32_t arg;     /* character, class or slot */
    int first, other; /* relative targets; `first` is preferred */
};

struct char_class {
    bool negated;
    size_t count;
    uint32_t low[CLASS_RANGES], high[CLASS_RANGES];
};

struct pattern {
    struct inst *code;
    size_t count;
    struct char_class *classes;
    size_t class_count;
    int groups;
    bool anchored;
    bool first[128], first_other; /* characters that a match can start with; beyond ASCII */
};

/* Lower case of an ASCII letter, anything else as it is. */
uint32_t pattern_code_lower(uint32_t c);

/* The code point at *pos of `len` bytes, *pos moved behind it; a broken sequence gives some code.
 */
uint32_t pattern_code_decode(const char *s, size_t len, size_t *pos);

bool pattern_code_class_has(const struct char_class *k, uint32_t code);

#endif
