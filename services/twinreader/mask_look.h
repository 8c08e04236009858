/* Personal numbers by their look.  Inside the mask module only; pure. */
#ifndef TWINREADER_MASK_LOOK_H
#define TWINREADER_MASK_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a character counts: a digit (letters that look like one beside digits are made digits by
 * mask_look_digits), '-', '.', ')', '(', '+', '*' for a masked digit, '|' where a wide blank parts
 * two texts, '#' for all else. */
char mask_look_fold(uint32_t code_point);

/* Makes digits of letters that look like digits and stand between digits, or at an end beside one.
 */
void mask_look_digits(char *folded, size_t len);

/* Marks the digits of resident numbers, telephones and, when `accounts`, of what can only be an
 * account, in folded text.  Never unmarks. */
void mask_look(const char *folded, size_t len, bool accounts, bool *marked);

#endif
