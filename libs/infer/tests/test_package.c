#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Makes a right package, replaces one text of model.yaml and expects the refusal. */
static void refuse(enum package_task task, const char *from, const char *to, const char *reason)
{
    struct fixture f;
    fixture_init(&f, task);
    fixture_replace(&f, from, to);
    fixture_refused(&f, ERR_CONFIG, reason);
    fixture_finish(&f);
}

static void a_right_detector_is_loaded_whole(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_DETECT);
    struct package *p = fixture_load(&f);
    assert_string_equal(p->dir, f.dir);
    assert_string_equal(p->name, strrchr(f.dir, '/') + 1);
    assert_string_equal(p->title, "A test");
    assert_string_equal(p->version, "1");
    assert_string_equal(p->licence, "Apache-2.0");
    assert_string_equal(p->origin, "made up");
    assert_int_equal(p->task, PACKAGE_DETECT);
    assert_int_equal(p->input.pixels.channels, 3);
    assert_true(p->input.pixels.bgr);
    assert_float_equal(p->input.pixels.mean[2], 0.5, 0);
    assert_float_equal(p->input.pixels.std[0], 0.5, 0);
    assert_int_equal(p->input.rule, PACKAGE_SIZE_MULTIPLE);
    assert_int_equal(p->input.step, 32);
    assert_int_equal(p->input.side, 736);
    assert_false(p->input.side_is_longer);
    assert_int_equal(p->input.min_side, 32);
    assert_int_equal(p->input.max_side, 2016);
    assert_float_equal(p->input.enlarge, 4, 0);
    assert_int_equal(p->output.kind, PACKAGE_PROBABILITY_MAP);
    assert_int_equal(p->output.box_format, PACKAGE_QUAD);
    assert_int_equal(p->output.shrink, 1);
    assert_float_equal(p->threshold.binarise, 0.3, 0);
    assert_float_equal(p->threshold.box, 0.5, 0);
    assert_float_equal(p->threshold.unclip_ratio, 1.6, 0);
    assert_float_equal(p->threshold.min_size, 3, 0);
    assert_int_equal(p->threshold.max_boxes, 1000);
    assert_true(p->threshold.dilate);
    assert_int_equal(p->batch.max_items, 1);
    assert_int_equal(p->batch.max_columns, 4096);
    assert_int_equal(p->golden_count, 1);
    assert_int_equal(p->golden[0].boxes, 1);
    assert_float_equal(p->golden[0].box[7], 8, 0);
    assert_float_equal(p->golden[0].tolerance, 4, 0);
    assert_int_equal(strncmp(p->golden[0].input, f.dir, strlen(f.dir)), 0);
    package_destroy(p);
    fixture_finish(&f);
}

static void a_right_recogniser_has_a_character_per_class(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_RECOGNISE);
    struct package *p = fixture_load(&f);
    assert_int_equal(p->output.class_count, 3);
    assert_int_equal(p->codec.blank, 0);
    assert_string_equal(p->codec.charset[0], "");
    assert_string_equal(p->codec.charset[1], "A");
    assert_string_equal(p->codec.charset[2], " ");
    assert_int_equal(p->input.height, 48);
    assert_int_equal(p->input.max_width, 3200);
    assert_float_equal(p->input.width_factor, 1, 0);
    assert_float_equal(p->threshold.text, 0.5, 0);
    assert_string_equal(p->golden[0].text, "AAA");
    package_destroy(p);
    fixture_finish(&f);
}

static void the_blank_may_be_the_last_class(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_RECOGNISE);
    fixture_replace(&f, "blank: 0", "blank: 2");
    fixture_replace(&f, "space: true", "space: false");
    fixture_charset(&f, "가\nb");
    struct package *p = fixture_load(&f);
    assert_string_equal(p->codec.charset[0], "가");
    assert_string_equal(p->codec.charset[1], "b");
    assert_string_equal(p->codec.charset[2], "");
    package_destroy(p);
    fixture_finish(&f);
}

static void a_right_angle_classifier_has_its_classes(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_ANGLE);
    struct package *p = fixture_load(&f);
    assert_int_equal(p->output.class_count, 3);
    assert_string_equal(p->output.classes[1], "180");
    assert_string_equal(p->golden[0].label, "180");
    package_destroy(p);
    package_destroy(NULL);
    fixture_finish(&f);
}

static void a_missing_folder_or_model_yaml_is_not_found(void **state)
{
    (void)state;
    struct fixture f;
    struct err e = ERR_INIT;
    struct package *p = NULL;
    fixture_init(&f, PACKAGE_DETECT);
    assert_int_equal(package_load(f.dir, &p, &e), ERR_NOT_FOUND);
    fixture_message(&f, &e, "@/model.yaml: No such file or directory");
    fixture_finish(&f);
    assert_int_equal(package_load(f.dir, &p, &e), ERR_NOT_FOUND);
    fixture_message(&f, &e, "no model package @: No such file or directory");
    assert_null(p);
}

static void unknown_keys_are_refused(void **state)
{
    (void)state;
    refuse(PACKAGE_DETECT, "unclip_ratio: 1.6", "unclip_ration: 1.6",
           "model.yaml:29: threshold.unclip_ration: unknown key; did you mean \"unclip_ratio\"?");
    refuse(PACKAGE_DETECT, "title: A test", "titel: A test",
           "model.yaml:1: titel: unknown key; did you mean \"title\"?");
    refuse(PACKAGE_ANGLE, "batch:", "codec: {}\nbatch:",
           "model.yaml:24: codec: is only for the task recognise, this is angle");
    refuse(PACKAGE_RECOGNISE, "  text: 0.5", "  text: 0.5\n  angle: 0.5",
           "model.yaml:35: threshold.angle: unknown key");
    refuse(PACKAGE_ANGLE, "    label: \"180\"", "    label: \"180\"\n    colour: red",
           "model.yaml:30: golden[0].colour: unknown key");
}

static void missing_keys_are_refused(void **state)
{
    (void)state;
    refuse(PACKAGE_DETECT, "title: A test\n", "", "model.yaml:1: key \"title\" is missing");
    refuse(PACKAGE_DETECT, "task: detect\n", "", "model.yaml:1: key \"task\" is missing");
    refuse(PACKAGE_DETECT, "    step: 32\n", "",
           "model.yaml:14: input.size: key \"step\" is missing");
    refuse(PACKAGE_RECOGNISE, "  blank: 0\n", "", "model.yaml:25: codec: key \"blank\" is missing");
    refuse(PACKAGE_ANGLE, "    label: \"180\"\n", "",
           "model.yaml:28: golden[0]: key \"label\" is missing");
}

static void wrong_types_and_values_are_refused(void **state)
{
    (void)state;
    refuse(PACKAGE_DETECT, "task: detect", "task: destroy",
           "model.yaml:5: task: must be one of detect, recognise, angle, is destroy");
    refuse(PACKAGE_DETECT, "step: 32", "step: wide",
           "model.yaml:16: input.size.step: must be a whole number from 1 to 256, is wide");
    refuse(PACKAGE_DETECT, "step: 32", "step: 0",
           "model.yaml:16: input.size.step: must be a whole number from 1 to 256, is 0");
    refuse(PACKAGE_DETECT, "box: 0.5", "box: 50%",
           "model.yaml:28: threshold.box: must be a number from 0 to 1, is 50%");
    refuse(PACKAGE_DETECT, "dilate: true", "dilate: 1",
           "model.yaml:34: threshold.dilate: must be true or false, is 1");
    refuse(PACKAGE_DETECT, "layout: nchw", "layout: nhwc",
           "model.yaml:10: input.layout: must be one of nchw, is nhwc");
    refuse(PACKAGE_DETECT, "order: bgr", "order: cmyk",
           "model.yaml:11: input.order: must be one of rgb, bgr, grey, is cmyk");
    refuse(PACKAGE_DETECT, "mean: [0.5, 0.5, 0.5]", "mean: [0.5]",
           "model.yaml:12: input.mean: must be a list of 3 numbers, one per channel");
    refuse(PACKAGE_DETECT, "std: [0.5, 0.5, 0.5]", "std: [0.5, 0, 0.5]",
           "model.yaml:13: input.std[1]: must be a number from 1e-06 to 100, is 0");
    refuse(PACKAGE_DETECT, "title: A test", "title: [A, test]",
           "model.yaml:1: title: must be text, is a list");
    refuse(PACKAGE_DETECT, "min_side: 32", "min_side: 4096",
           "model.yaml:19: input.size.min_side: must not exceed max_side");
    refuse(PACKAGE_RECOGNISE, "min_width: 16", "min_width: 6400",
           "model.yaml:18: input.size.min_width: must not exceed max_width");
    refuse(PACKAGE_RECOGNISE, "blank: 0", "blank: 3",
           "model.yaml:28: codec.blank: must be less than codec.classes, is 3");
    refuse(PACKAGE_ANGLE, "classes: [\"0\", \"180\", other]", "classes: [\"0\"]",
           "model.yaml:21: output.classes: must be a list of 2 to 64 names");
}

static void box_formats_are_checked(void **state)
{
    (void)state;
    refuse(
        PACKAGE_DETECT, "box_format: quad", "box_format: round",
        "model.yaml:24: output.box_format: must be one of quad, polygon, xyxy, cxcywh, is round");
    refuse(PACKAGE_DETECT, "box_format: quad", "box_format: xyxy",
           "model.yaml:24: output.box_format: must be quad for a probability_map, is xyxy");
}

static void what_does_not_fit_the_task_is_refused(void **state)
{
    (void)state;
    refuse(PACKAGE_DETECT, "rule: multiple", "rule: fixed",
           "model.yaml:15: input.size.rule: must be multiple for the task detect, is fixed");
    refuse(PACKAGE_RECOGNISE, "kind: ctc", "kind: classes",
           "model.yaml:23: output.kind: must be ctc for the task recognise, is classes");
}

static void golden_inputs_are_required_and_checked(void **state)
{
    (void)state;
    refuse(PACKAGE_ANGLE,
           "golden:\n  - input: golden.png\n    label: \"180\"\n    min_confidence: 0.9\n", "",
           "model.yaml:1: key \"golden\" is missing");
    refuse(PACKAGE_ANGLE,
           "golden:\n  - input: golden.png\n    label: \"180\"\n    min_confidence: 0.9\n",
           "golden: []\n", "model.yaml:27: golden: must be a list of 1 to 64 golden inputs");
    refuse(PACKAGE_ANGLE, "input: golden.png", "input: silver.png",
           "model.yaml:28: golden[0].input: no file silver.png: No such file or directory");
    refuse(PACKAGE_ANGLE, "label: \"180\"", "label: \"90\"",
           "model.yaml:29: golden[0].label: must be one of output.classes, is 90");
    refuse(
        PACKAGE_DETECT, "[[1, 2, 3, 4, 5, 6, 7, 8]]", "[[1, 2, 3, 4]]",
        "model.yaml:41: golden[0].boxes[0]: must be a list of 8 numbers, x and y of four corners");
}

static void files_outside_the_folder_are_refused(void **state)
{
    static const char *const names[] = {"../model.onnx", "/etc/passwd", "a/../../x",
                                        "./model.onnx",  "a//b",        ".."};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char to[64], reason[160];
        snprintf(to, sizeof to, "file: %s", names[i]);
        snprintf(reason, sizeof reason,
                 "model.yaml:7: model.file: must name a file inside the package's folder, is %s",
                 names[i]);
        refuse(PACKAGE_DETECT, "file: model.onnx", to, reason);
    }
    refuse(PACKAGE_ANGLE, "input: golden.png", "input: ../golden.png",
           "model.yaml:28: golden[0].input: must name a file inside the package's folder, is "
           "../golden.png");
}

static void a_link_out_of_the_folder_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    char path[512];
    fixture_init(&f, PACKAGE_ANGLE);
    snprintf(path, sizeof path, "%s/golden.png", f.dir);
    unlink(path);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    fixture_refused(&f, ERR_CONFIG,
                    "model.yaml:28: golden[0].input: must name a file inside the package's folder, "
                    "golden.png leads to /etc/passwd");
    fixture_finish(&f);
}

static void a_folder_is_not_a_file(void **state)
{
    (void)state;
    struct fixture f;
    char path[512];
    fixture_init(&f, PACKAGE_ANGLE);
    snprintf(path, sizeof path, "%s/golden.png", f.dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/sub", f.dir);
    assert_int_equal(symlink(".", path), 0);
    fixture_replace(&f, "input: golden.png", "input: sub");
    fixture_refused(&f, ERR_CONFIG,
                    "model.yaml:28: golden[0].input: must name a file inside the package's folder, "
                    "sub leads to @");
    unlink(path);
    fixture_finish(&f);
}

static void wrong_hashes_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_RECOGNISE);
    fixture_write(&f, "charset.txt", "B\n", 2);
    fixture_refused(&f, ERR_CONFIG,
                    "model.yaml:32: codec.charset.sha256: is not that of @/charset.txt, which has "
                    "c0cde77fa8fef97d476c10aad3d2d54fcc2f336140d073651c2dcccf1e379fd6");
    fixture_write(&f, "model.onnx", "x", 1);
    fixture_refused(&f, ERR_CONFIG,
                    "model.yaml:8: model.sha256: is not that of @/model.onnx, which has "
                    "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
    fixture_finish(&f);
    fixture_init(&f, PACKAGE_DETECT);
    fixture_replace(&f, "sha256: ", "sha256: F # ");
    fixture_refused(&f, ERR_CONFIG,
                    "model.yaml:8: model.sha256: must be 64 lower-case hexadecimal digits, is F");
    fixture_finish(&f);
}

static void a_missing_network_is_refused(void **state)
{
    (void)state;
    refuse(PACKAGE_DETECT, "file: model.onnx", "file: other.onnx",
           "model.yaml:7: model.file: no file other.onnx: No such file or directory");
}

static void charsets_are_checked_line_by_line(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"A\nB\n",
         "charset.txt: has 2 characters, must have 1 (codec.classes 3 less blank and space)"},
        {"", "charset.txt: has 0 characters, must have 1 (codec.classes 3 less blank and space)"},
        {"A\n\n", "charset.txt:2: empty line"},
        {"\xff\n", "charset.txt:1: not UTF-8 text"},
        {"A\r\n", "charset.txt:1: has a carriage return"},
        {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "charset.txt:1: longer than 32 bytes"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        fixture_init(&f, PACKAGE_RECOGNISE);
        fixture_charset(&f, cases[i].text);
        fixture_refused(&f, ERR_CONFIG, cases[i].reason);
        fixture_finish(&f);
    }
}

static void text_that_is_not_yaml_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, PACKAGE_DETECT);
    snprintf(f.yaml, sizeof f.yaml, "- a list\n");
    fixture_refused(&f, ERR_CONFIG, "model.yaml:1: must be a map of keys and values");
    snprintf(f.yaml, sizeof f.yaml, "model: [\n");
    fixture_refused(&f, ERR_CONFIG,
                    "model.yaml:2: did not find expected node content, while parsing a flow node");
    snprintf(f.yaml, sizeof f.yaml, "%s", "");
    fixture_refused(&f, ERR_CONFIG, "model.yaml:1: key \"title\" is missing");
    fixture_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_detector_is_loaded_whole),
        cmocka_unit_test(a_right_recogniser_has_a_character_per_class),
        cmocka_unit_test(the_blank_may_be_the_last_class),
        cmocka_unit_test(a_right_angle_classifier_has_its_classes),
        cmocka_unit_test(a_missing_folder_or_model_yaml_is_not_found),
        cmocka_unit_test(unknown_keys_are_refused),
        cmocka_unit_test(missing_keys_are_refused),
        cmocka_unit_test(wrong_types_and_values_are_refused),
        cmocka_unit_test(box_formats_are_checked),
        cmocka_unit_test(what_does_not_fit_the_task_is_refused),
        cmocka_unit_test(golden_inputs_are_required_and_checked),
        cmocka_unit_test(files_outside_the_folder_are_refused),
        cmocka_unit_test(a_link_out_of_the_folder_is_refused),
        cmocka_unit_test(a_folder_is_not_a_file),
        cmocka_unit_test(wrong_hashes_are_refused),
        cmocka_unit_test(a_missing_network_is_refused),
        cmocka_unit_test(charsets_are_checked_line_by_line),
        cmocka_unit_test(text_that_is_not_yaml_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
