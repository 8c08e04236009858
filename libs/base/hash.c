#include "base/hash.h"

#include "base/clock.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static void to_hex(const unsigned char digest[crypto_hash_sha256_BYTES], char out[HASH_SHA256_HEX])
{
    sodium_bin2hex(out, HASH_SHA256_HEX, digest, crypto_hash_sha256_BYTES);
}

void hash_sha256_hex(const void *bytes, size_t len, char out[HASH_SHA256_HEX])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, bytes, len);
    to_hex(digest, out);
}

int hash_sha256_file(const char *path, char out[HASH_SHA256_HEX], struct err *e)
{
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES], chunk[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set_errno(e, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO, errno,
                             "cannot open %s", path);
    int code = 0;
    crypto_hash_sha256_init(&state);
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n > 0)
            crypto_hash_sha256_update(&state, chunk, (unsigned long long)n);
        else if (n == 0)
            break;
        else if (errno != EINTR) {
            code = err_set_errno(e, ERR_IO, errno, "cannot read %s", path);
            break;
        }
    }
    close(fd);
    if (code)
        return code;
    crypto_hash_sha256_final(&state, digest);
    to_hex(digest, out);
    return 0;
}

bool hash_equal(const void *a, size_t a_len, const void *b, size_t b_len)
{
    return a_len == b_len && sodium_memcmp(a, b, a_len) == 0;
}

void hash_random(void *out, size_t len)
{
    /* Without it the first use from two threads at once would race; after the first call it is one
     * uncontended lock.  It fails only where the system has no random numbers to give. */
    if (sodium_init() < 0)
        abort();
    randombytes_buf(out, len);
}

void hash_ulid(char out[HASH_ULID])
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned char bytes[10];
    uint64_t ms = (uint64_t)clock_wall_ms() & 0xffffffffffffu;
    hash_random(bytes, sizeof bytes);
    for (int i = 9; i >= 0; i--, ms >>= 5)
        out[i] = alphabet[ms & 31];
    /* 80 bits are 16 digits of 5. */
    for (int half = 0; half < 2; half++) {
        uint64_t v = 0;
        for (int i = 0; i < 5; i++)
            v = v << 8 | bytes[half * 5 + i];
        for (int i = 7; i >= 0; i--, v >>= 5)
            out[10 + half * 8 + i] = alphabet[v & 31];
    }
    out[26] = '\0';
}
