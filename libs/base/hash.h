/* SHA-256, hashes of secrets, random identifiers (libsodium).  Any thread. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define HASH_SHA256_HEX 65 /* 64 hexadecimal digits and the terminator */
#define HASH_ULID 27       /* 26 characters of Crockford base 32 and the terminator */

/* Writes the lower-case hexadecimal SHA-256 of `len` bytes. */
void hash_sha256_hex(const void *bytes, size_t len, char out[HASH_SHA256_HEX]);

/* The same of a file's content; ERR_IO, ERR_NOT_FOUND. */
int hash_sha256_file(const char *path, char out[HASH_SHA256_HEX], struct err *e) MUST_CHECK;

/* Compares in time that depends on the lengths only. */
bool hash_equal(const void *a, size_t a_len, const void *b, size_t b_len);

/* Writes a ULID: 48 bits of milliseconds, 80 random bits from the system's generator. */
void hash_ulid(char out[HASH_ULID]);

/* Fills `len` bytes from the system's generator. */
void hash_random(void *out, size_t len);

#endif
