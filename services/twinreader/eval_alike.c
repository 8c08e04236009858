#include "twinreader/eval_alike.h"

#include <stdbool.h>
#include <stddef.h>

/* Each class by code points that recognisers take for one another; a character may be in several.
 */
static const uint32_t alike[][14] = {
    /* ㅇ 〇 ○ ◯ ° ㅁ □ */
    {'0', 'O', 'o', 'Q', 'D', 0x3147, 0x3007, 0x25CB, 0x25EF, 0xB0, 0x3141, 0x25A1},
    {'1', 'l', 'I', 'i', '|', '!', 0x3163 /* ㅣ */, 0x2160 /* Ⅰ */, 'j', 'J', 't', '/'},
    {'8', 'B', '&', '3'},
    {'5', 'S', 's', '$'},
    {'2', 'Z', 'z'},
    {'6', 'b', 'G', '8'},
    {'9', 'g', 'q'},
    {'4', 'A'},
    {'7', '?', '/', 0x3131 /* ㄱ */},
    {'-', 0x2010, 0x2013, 0x2014, 0x2212, '_', '~', 0x3161 /* ㅡ */, 0x4E00 /* 一 */, '='},
    {'.', ',', 0xB7 /* · */, 0x2022 /* • */, ':', ';', '\'', 0x3002 /* 。 */, 0x318D /* ㆍ */},
    {'\'', '`', 0x2018, 0x2019, '"', 0x201C, 0x201D, 0xB4 /* ´ */},
    {'(', '[', '{', 'C', 'c', '<', 0x3008, 0x300C, 0x3014, 0xFF08},
    {')', ']', '}', '>', 0x3009, 0x300D, 0x3015, 0xFF09},
    {'L', 0x3134 /* ㄴ */, 'l'},
    {'E', 0x3137 /* ㄷ */, 'c', 0x314C /* ㅌ */},
    {'T', 0x315C /* ㅜ */, 0x4E01},
    {'H', 0x3150 /* ㅐ */, '#'},
    {'n', 'h', 'r', 'm'},
    {'u', 'v', 'y', 'V', 'U', 'Y'},
    {'e', 'c', 'o'},
    {'f', 't'},
    {'P', 'p', 'R', 'F'},
    {'x', 'X', 0xD7 /* × */, '*'},
    {0x20A9 /* ₩ */, 'W', 'w', 0xFFE6 /* ￦ */, '\\'},
    {'k', 'K'},
    {'m', 0x33A1 /* ㎡ */, 0x339C /* ㎜ */},
    {'%', 0x2103 /* ℃ */},
};

static bool in_class(const uint32_t *class, size_t room, uint32_t c)
{
    for (size_t i = 0; i < room && class[i]; i++)
        if (class[i] == c)
            return true;
    return false;
}

static bool alike_in_shape(uint32_t a, uint32_t b)
{
    const size_t room = sizeof alike[0] / sizeof alike[0][0];
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++)
        if (in_class(alike[i], room, a) && in_class(alike[i], room, b))
            return true;
    return false;
}

/* Syllables are laid out by the Unicode standard (section 3.12): 19 initial consonants, 21 vowels,
 * 27 finals or none. */
enum { FIRST = 0xAC00, LAST = 0xD7A3, VOWELS = 21, FINALS = 28 };

static bool is_syllable(uint32_t c)
{
    return c >= FIRST && c <= LAST;
}

static bool is_latin(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

enum eval_alike eval_alike(uint32_t a, uint32_t b)
{
    struct eval_jamo jamo;
    if (a == b || a == 0 || b == 0)
        return EVAL_ALIKE_NOT;
    if (eval_jamo(a, b, &jamo))
        return EVAL_ALIKE_JAMO;
    if (is_latin(a) && is_latin(b) && (a | 0x20) == (b | 0x20))
        return EVAL_ALIKE_CASE;
    if (is_syllable(a) || is_syllable(b))
        return EVAL_ALIKE_NOT; /* of no class: most pairs of a Korean page end here */
    return alike_in_shape(a, b) ? EVAL_ALIKE_SHAPE : EVAL_ALIKE_NOT;
}

const char *eval_jamo_place_name(enum eval_jamo_place place)
{
    static const char *const names[] = {"initial", "vowel", "final"};
    return names[place];
}

bool eval_jamo(uint32_t truth, uint32_t read, struct eval_jamo *ret)
{
    /* The letters as they stand alone in the block of compatibility jamo, which is in another
     * order. */
    static const unsigned char initial[] = {0x31, 0x32, 0x34, 0x37, 0x38, 0x39, 0x41,
                                            0x42, 0x43, 0x45, 0x46, 0x47, 0x48, 0x49,
                                            0x4A, 0x4B, 0x4C, 0x4D, 0x4E};
    static const unsigned char final[] = {
        0,    0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E,
        0x3F, 0x40, 0x41, 0x42, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E};
    if (!is_syllable(truth) || !is_syllable(read))
        return false;
    uint32_t t = truth - FIRST, r = read - FIRST;
    uint32_t ti = t / (VOWELS * FINALS), ri = r / (VOWELS * FINALS);
    uint32_t tv = t / FINALS % VOWELS, rv = r / FINALS % VOWELS;
    uint32_t tf = t % FINALS, rf = r % FINALS;
    if ((ti != ri) + (tv != rv) + (tf != rf) != 1)
        return false;
    if (ti != ri)
        *ret = (struct eval_jamo){EVAL_JAMO_INITIAL, 0x3100U + initial[ti], 0x3100U + initial[ri]};
    else if (tv != rv)
        *ret = (struct eval_jamo){EVAL_JAMO_VOWEL, 0x314F + tv, 0x314F + rv};
    else
        *ret = (struct eval_jamo){EVAL_JAMO_FINAL, tf ? 0x3100U + final[tf] : 0,
                                  rf ? 0x3100U + final[rf] : 0};
    return true;
}
