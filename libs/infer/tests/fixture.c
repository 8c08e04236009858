#include "fixture.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char head[] = "title: A test\n"
                           "version: \"1\"\n"
                           "licence: Apache-2.0\n"
                           "origin: made up\n";

static const char input[] = "model:\n"
                            "  file: model.onnx\n"
                            "  sha256: MODEL_SHA256\n"
                            "input:\n"
                            "  layout: nchw\n"
                            "  order: bgr\n"
                            "  mean: [0.5, 0.5, 0.5]\n"
                            "  std: [0.5, 0.5, 0.5]\n"
                            "  size:\n";

static const char detect[] = "    rule: multiple\n"
                             "    step: 32\n"
                             "    side: 736\n"
                             "    side_is_longer: false\n"
                             "    min_side: 32\n"
                             "    max_side: 2016\n"
                             "    enlarge: 4\n"
                             "output:\n"
                             "  kind: probability_map\n"
                             "  box_format: quad\n"
                             "  shrink: 1\n"
                             "threshold:\n"
                             "  binarise: 0.3\n"
                             "  box: 0.5\n"
                             "  unclip_ratio: 1.6\n"
                             "  unclip_along: 1\n"
                             "  join: 0\n"
                             "  min_size: 3\n"
                             "  max_boxes: 1000\n"
                             "  dilate: true\n"
                             "batch:\n"
                             "  max_items: 1\n"
                             "  max_columns: 4096\n"
                             "golden:\n"
                             "  - input: golden.png\n"
                             "    tolerance: 4\n"
                             "    boxes: [[1, 2, 3, 4, 5, 6, 7, 8]]\n";

static const char recognise[] = "    rule: fixed_height\n"
                                "    step: 16\n"
                                "    height: 48\n"
                                "    min_width: 16\n"
                                "    max_width: 3200\n"
                                "    pad: 0\n"
                                "    width_factor: 1\n"
                                "output:\n"
                                "  kind: ctc\n"
                                "  shrink: 8\n"
                                "codec:\n"
                                "  kind: ctc\n"
                                "  classes: 3\n"
                                "  blank: 0\n"
                                "  space: true\n"
                                "  charset:\n"
                                "    file: charset.txt\n"
                                "    sha256: CHARSET_SHA256\n"
                                "threshold:\n"
                                "  text: 0.5\n"
                                "batch:\n"
                                "  max_items: 8\n"
                                "  max_columns: 1600\n"
                                "golden:\n"
                                "  - input: golden.png\n"
                                "    text: AAA\n"
                                "    min_confidence: 0.5\n";

static const char angle[] = "    rule: fixed\n"
                            "    height: 48\n"
                            "    width: 192\n"
                            "    pad: 0\n"
                            "output:\n"
                            "  kind: classes\n"
                            "  classes: [\"0\", \"180\", other]\n"
                            "threshold:\n"
                            "  angle: 0.9\n"
                            "batch:\n"
                            "  max_items: 8\n"
                            "  max_columns: 1536\n"
                            "golden:\n"
                            "  - input: golden.png\n"
                            "    label: \"180\"\n"
                            "    min_confidence: 0.9\n";

void fixture_write(const struct fixture *f, const char *name, const void *bytes, size_t len)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

void fixture_replace(struct fixture *f, const char *from, const char *to)
{
    char rest[sizeof f->yaml];
    char *at = strstr(f->yaml, from);
    assert_non_null(at);
    snprintf(rest, sizeof rest, "%s", at + strlen(from));
    snprintf(at, sizeof f->yaml - (size_t)(at - f->yaml), "%s%s", to, rest);
}

/* Writes a file and its hash over the old one, which stands after `file`'s name in model.yaml. */
static void put(struct fixture *f, const char *name, const char *bytes, size_t len)
{
    char line[128], hash[HASH_SHA256_HEX];
    fixture_write(f, name, bytes, len);
    hash_sha256_hex(bytes, len, hash);
    snprintf(line, sizeof line, "file: %s\n", name);
    char *at = strstr(f->yaml, line);
    assert_non_null(at);
    at = strstr(at, "sha256: ") + strlen("sha256: ");
    char old[128];
    snprintf(old, sizeof old, "%.*s", (int)strcspn(at, "\n"), at);
    fixture_replace(f, old, hash);
}

void fixture_network(struct fixture *f, enum tiny_kind kind, const struct tiny_options *o)
{
    struct buf b;
    buf_init(&b, 0);
    tiny_onnx(kind, o, &b);
    assert_int_equal(buf_status(&b), 0);
    put(f, "model.onnx", b.data, b.len);
    buf_finish(&b);
}

void fixture_network_bytes(struct fixture *f, const char *bytes, size_t len)
{
    put(f, "model.onnx", bytes, len);
}

void fixture_charset(struct fixture *f, const char *text)
{
    put(f, "charset.txt", text, strlen(text));
}

void fixture_init(struct fixture *f, enum package_task task)
{
    static const char *const tails[] = {detect, recognise, angle};
    const char *tmp = getenv("TMPDIR");
    char template[200];
    snprintf(template, sizeof template, "%s/dure-package-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(template));
    char *real = realpath(template, NULL);
    assert_non_null(real);
    snprintf(f->dir, sizeof f->dir, "%s", real);
    free(real);
    snprintf(f->yaml, sizeof f->yaml, "%stask: %s\n%s%s", head, package_task_name(task), input,
             tails[task]);
    fixture_network(f, (enum tiny_kind)task, NULL);
    if (task == PACKAGE_RECOGNISE)
        fixture_charset(f, "A\n");
    fixture_write(f, "golden.png", "", 0);
}

void fixture_finish(struct fixture *f)
{
    static const char *const names[] = {"model.yaml", "model.onnx", "charset.txt", "golden.png"};
    char path[512];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", f->dir, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(f->dir), 0);
}

struct package *fixture_load(struct fixture *f)
{
    struct err e = ERR_INIT;
    char text[1100];
    struct package *p = NULL;
    fixture_write(f, "model.yaml", f->yaml, strlen(f->yaml));
    if (package_load(f->dir, &p, &e))
        fail_msg("%s", err_text(&e, text, sizeof text));
    return p;
}

void fixture_message(const struct fixture *f, const struct err *e, const char *want)
{
    char text[1100], expanded[1100];
    size_t n = 0;
    for (const char *s = want; *s && n < sizeof expanded - sizeof f->dir; s++)
        n += (size_t)(*s == '@' ? snprintf(expanded + n, sizeof expanded - n, "%s", f->dir)
                                : snprintf(expanded + n, sizeof expanded - n, "%c", *s));
    expanded[n] = '\0';
    assert_string_equal(err_text(e, text, sizeof text), expanded);
}

void fixture_refused(struct fixture *f, int code, const char *reason)
{
    struct err e = ERR_INIT;
    struct package *p = NULL;
    char want[600];
    fixture_write(f, "model.yaml", f->yaml, strlen(f->yaml));
    int is = package_load(f->dir, &p, &e);
    snprintf(want, sizeof want, "@/%s", reason);
    fixture_message(f, &e, want);
    assert_int_equal(is, code);
    assert_int_equal(e.code, code);
    assert_null(p);
}
