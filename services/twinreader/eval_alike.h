/*
 * Characters that look alike, and Hangul syllables that differ in one letter.  Pure functions.
 */
#ifndef TWINREADER_EVAL_ALIKE_H
#define TWINREADER_EVAL_ALIKE_H

#include <stdbool.h>
#include <stdint.h>

enum eval_alike {
    EVAL_ALIKE_NOT,
    EVAL_ALIKE_CASE,  /* a letter of the Latin alphabet in its other case */
    EVAL_ALIKE_SHAPE, /* 0 O o ㅇ, 1 l I ㅣ, 8 B, 5 S ... */
    EVAL_ALIKE_JAMO   /* syllables that differ in one of their two or three letters: 간 각 */
};

/* Returns how far `a` can be taken for `b`; the order does not matter. */
enum eval_alike eval_alike(uint32_t a, uint32_t b);

/* Where two syllables differ. */
enum eval_jamo_place { EVAL_JAMO_INITIAL, EVAL_JAMO_VOWEL, EVAL_JAMO_FINAL, EVAL_JAMO_PLACES };

/* Returns "initial" for EVAL_JAMO_INITIAL and so on. */
const char *eval_jamo_place_name(enum eval_jamo_place place);

/* How two syllables of Hangul differ in one place: the letters as they stand alone, 0 for no
 * final consonant.  False for anything but two different syllables with one difference. */
struct eval_jamo {
    enum eval_jamo_place place;
    uint32_t truth, read;
};

bool eval_jamo(uint32_t truth, uint32_t read, struct eval_jamo *ret);

#endif
