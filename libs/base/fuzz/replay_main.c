/* Runs a fuzz target on files, without a fuzzer: the corpus and every past crash become an ordinary
 * test under any compiler.  Arguments are files and directories; at least one input must be found.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return -1;
    }
    uint8_t *data = NULL;
    size_t size = 0, n;
    do {
        uint8_t *more = realloc(data, size + 65536);
        if (!more)
            abort();
        data = more;
        n = fread(data + size, 1, 65536, f);
        size += n;
    } while (n);
    fclose(f);
    /* Exactly as long as the input, so that a sanitizer sees the first byte read past it. */
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        abort();
    for (size_t i = 0; i < size; i++)
        exact[i] = data[i];
    free(data);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 1;
}

/* Returns how many inputs ran, or -1. */
static int replay(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        perror(path);
        return -1;
    }
    if (!S_ISDIR(st.st_mode))
        return replay_file(path);
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort), sum = count < 0 ? -1 : 0;
    for (int i = 0; i < count; i++) {
        char full[4096];
        snprintf(full, sizeof full, "%s/%s", path, names[i]->d_name);
        int n = names[i]->d_name[0] == '.' || sum < 0 ? 0 : replay(full);
        sum = n < 0 ? -1 : sum + n;
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return sum;
}

int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 1; i < argc; i++) {
        int n = replay(argv[i]);
        if (n < 0)
            return 1;
        sum += n;
    }
    if (!sum) {
        fprintf(stderr, "%s: no inputs\n", argv[0]);
        return 1;
    }
    printf("%d inputs\n", sum);
    return 0;
}
