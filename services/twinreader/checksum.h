/*
 * Check digits of numbers that Korean papers carry.  Pure; any thread.
 */
#ifndef TWINREADER_CHECKSUM_H
#define TWINREADER_CHECKSUM_H

enum checksum_kind { CHECKSUM_BUSINESS, CHECKSUM_RESIDENT };
enum checksum_answer { CHECKSUM_WRONG, CHECKSUM_RIGHT, CHECKSUM_UNKNOWN };

/* What the check digit says of a number, whatever marks part its digits.  UNKNOWN when digits are
 * masked.  Business registration: ten digits, weights 1 3 7 1 3 7 1 3 5, of the last product both
 * digits count.  Resident registration: thirteen digits, a birth date that exists, weights 2 to 9
 * and 2 to 5, modulo 11; those given since October 2020 have no check digit, so that of births
 * since then any digit is UNKNOWN where it is not right. */
enum checksum_answer checksum_test(enum checksum_kind kind, const char *text);

#endif
