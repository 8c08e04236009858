/*
 * API keys: a text file with one `name:hash` a line ("#" begins a comment).
 *
 * A key is 256 random bits, so a plain SHA-256 of it is enough to store: there is nothing to guess,
 * and a slow hash would only make each request slow.  Comparison takes the same time whatever
 * matches.  A running server notices a changed file, so a revoked key stops working at once; a file
 * that has become unreadable admits nobody.
 *
 * Lifetime: keys_load to keys_destroy.  Threads: any.
 */
#ifndef HTTP_KEYS_H
#define HTTP_KEYS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define KEYS_NAME_MAX 64 /* letters, digits, "-", "_", "." */
#define KEYS_KEY_SIZE 49 /* "dure_" and 43 characters of base64url, terminated */

struct keys;

/* Loads the file.  ERR_CONFIG with file and line, also when it holds no key; ERR_NOT_FOUND; ERR_IO.
 */
int keys_load(const char *path, struct keys **ret, struct err *e) MUST_CHECK;

/* NULL is allowed. */
void keys_destroy(struct keys *k);

/* Returns whether `key` is one of them, and then its name. */
bool keys_verify(struct keys *k, const char *key, char ret_name[KEYS_NAME_MAX + 1]);

/* Makes a key, appends its hash to the file (created for its owner only) and returns the key, which
 * is stored nowhere.  ERR_USAGE: bad name or a name already there; ERR_CONFIG, ERR_IO. */
int keys_add(const char *path, const char *name, char ret_key[KEYS_KEY_SIZE],
             struct err *e) MUST_CHECK;

/* Removes the key called `name`.  ERR_NOT_FOUND when there is no such name; ERR_CONFIG, ERR_IO. */
int keys_revoke(const char *path, const char *name, struct err *e) MUST_CHECK;

/* Calls `each` with every name, in file order. */
int keys_list(const char *path, void (*each)(void *user, const char *name), void *user,
              struct err *e) MUST_CHECK;

#endif
