#include "base/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(64 << 20);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static struct yaml_node *parsed(const char *text)
{
    struct yaml_node *root = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(yaml_parse(arena, "f.yaml", text, strlen(text), &root, &e), 0);
    return root;
}

static void assert_refused(const char *text, int code, const char *message)
{
    struct yaml_node *root = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(yaml_parse(arena, "f.yaml", text, strlen(text), &root, &e), code);
    assert_string_equal(e.message, message);
    assert_null(root);
}

static void a_tree_knows_where_its_values_stood(void **state)
{
    (void)state;
    const struct yaml_node *root = parsed("# a comment\ninput:\n  size: 10\n  list:\n    - a: 1\n"
                                          "    - 'b c'\nname: \"두레\"\n");
    assert_int_equal(root->count, 2);
    assert_string_equal(root->path, "");
    const struct yaml_node *input = yaml_get(root, "input"), *list = yaml_get(input, "list");
    assert_int_equal(input->line, 2);
    assert_int_equal(yaml_get(input, "size")->line, 3);
    assert_string_equal(yaml_get(input, "size")->path, "input.size");
    assert_string_equal(yaml_get(list->item[0], "a")->path, "input.list[0].a");
    assert_string_equal(list->item[1]->path, "input.list[1]");
    assert_int_equal(list->item[1]->line, 6);
    assert_true(list->item[1]->quoted);
    assert_null(list->item[1]->key);
    assert_string_equal(yaml_get(root, "name")->text, "두레");
    assert_string_equal(yaml_get(root, "name")->key, "name");
    assert_string_equal(root->file, "f.yaml");
    assert_null(yaml_get(root, "nothing"));
    assert_null(yaml_get(list, "a"));
    assert_null(yaml_get(NULL, "a"));
}

static void a_file_of_comments_is_an_empty_map(void **state)
{
    (void)state;
    assert_int_equal(parsed("")->count, 0);
    assert_int_equal(parsed("# nothing\n---\n")->count, 0);
    assert_int_equal(parsed("{}")->kind, YAML_MAP);
}

static void what_is_not_plain_yaml_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_refused("a: 1\nb: 2\na: 3\n", ERR_CONFIG,
                   "f.yaml:3: key \"a\" was given before, on line 1");
    assert_refused("a: &x 1\nb: *x\n", ERR_CONFIG, "f.yaml:1: anchors are not supported");
    assert_refused("a: &x [1]\n", ERR_CONFIG, "f.yaml:1: anchors are not supported");
    assert_refused("a: !ruby/object 1\n", ERR_CONFIG, "f.yaml:1: tags are not supported");
    assert_refused("\n- a\n", ERR_CONFIG, "f.yaml:2: must be a map of keys and values");
    assert_refused("text", ERR_CONFIG, "f.yaml:1: must be a map of keys and values");
    assert_refused("a: 1\n---\nb: 1\n", ERR_CONFIG, "f.yaml:2: a second document is not supported");
    assert_refused("? [a]\n: 1\n", ERR_CONFIG, "f.yaml:1: a key must be plain text");
    assert_refused("a: \"x\\0y\"\n", ERR_CONFIG, "f.yaml:1: a zero byte is not allowed in text");
    assert_refused("a: [1,\nb: 2\n", ERR_CONFIG,
                   "f.yaml:3: did not find expected ',' or ']', while parsing a flow sequence");
    struct err e = ERR_INIT;
    struct yaml_node *root = NULL;
    assert_int_equal(yaml_parse(arena, "f.yaml", "a: \xff\n", 6, &root, &e), ERR_CONFIG);
    assert_int_equal(strncmp(e.message, "f.yaml: byte 3: ", 16), 0);
}

static void core_tags_are_allowed(void **state)
{
    (void)state;
    const struct yaml_node *root = parsed("a: !!str 5\nb: !!int 5\n");
    assert_true(root->item[0]->quoted);
    assert_false(root->item[1]->quoted);
}

static char *repeated(const char *unit, int count)
{
    char *text = calloc((size_t)count * strlen(unit) + 1, 1), *p = text;
    for (int i = 0; i < count; i++)
        p = stpcpy(p, unit);
    return text;
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    char *deep = repeated("[", 40), text[100];
    snprintf(text, sizeof text, "a: %s", deep);
    assert_refused(text, ERR_LIMIT, "f.yaml:1: nested more than 32 deep");
    free(deep);
    char *many = repeated("a,", 70000);
    char *list = malloc(strlen(many) + 8);
    sprintf(list, "a: [%s]", many);
    assert_refused(list, ERR_LIMIT, "f.yaml:1: more than 65536 values");
    free(list);
    free(many);
    struct err e = ERR_INIT;
    struct yaml_node *root = NULL;
    struct arena *small = arena_create(200);
    char *big = repeated(" ", (1 << 20) + 1);
    assert_int_equal(yaml_parse(arena, "f", big, strlen(big), &root, &e), ERR_LIMIT);
    assert_int_equal(yaml_parse(small, "f", "a: b\nc: d\ne: f\n", 15, &root, &e), ERR_NOMEM);
    free(big);
    arena_destroy(small);
}

static void scalars_are_read_by_type(void **state)
{
    (void)state;
    static const char *const names[] = {"quad", "polygon", NULL};
    const struct yaml_node *root = parsed("i: 42\nd: 2.5\nb: true\ns: text\ne: polygon\nq: '42'\n");
    int64_t i = 0;
    double d = 0;
    bool b = false;
    const char *s = NULL;
    int index = -1;
    assert_int_equal(yaml_to_int(root->item[0], 0, 100, &i, NULL), 0);
    assert_int_equal(yaml_to_double(root->item[1], 0, 3, &d, NULL), 0);
    assert_int_equal(yaml_to_bool(root->item[2], &b, NULL), 0);
    assert_int_equal(yaml_to_string(root->item[3], &s, NULL), 0);
    assert_int_equal(yaml_to_enum(root->item[4], names, &index, NULL), 0);
    assert_true(i == 42 && d == 2.5 && b && index == 1);
    assert_string_equal(s, "text");
    assert_int_equal(yaml_to_string(root->item[0], &s, NULL), 0);
    assert_string_equal(s, "42");
    assert_int_equal(yaml_to_int(root->item[5], 0, 100, &i, NULL), ERR_CONFIG);
}

static void a_wrong_value_is_named_with_its_place(void **state)
{
    (void)state;
    static const char *const names[] = {"quad", "polygon", NULL};
    const struct yaml_node *root = parsed("a:\n  x: 70000\n  y: '1'\n  z: {}\n  n:\n  t: yes\n");
    const struct yaml_node *a = yaml_get(root, "a");
    struct err e = ERR_INIT;
    int64_t i = 5;
    double d = 5;
    bool b = true;
    const char *s = "kept";
    int index = 7;
    assert_int_equal(yaml_to_int(a->item[0], 1, 65535, &i, &e), ERR_CONFIG);
    assert_string_equal(e.message,
                        "f.yaml:2: a.x: must be a whole number from 1 to 65535, is 70000");
    assert_int_equal(yaml_to_double(a->item[1], 0, 0.5, &d, &e), ERR_CONFIG);
    assert_string_equal(e.message, "f.yaml:3: a.y: must be a number from 0 to 0.5, is \"1\"");
    assert_int_equal(yaml_to_bool(a->item[4], &b, &e), ERR_CONFIG);
    assert_string_equal(e.message, "f.yaml:6: a.t: must be true or false, is yes");
    assert_int_equal(yaml_to_string(a->item[2], &s, &e), ERR_CONFIG);
    assert_string_equal(e.message, "f.yaml:4: a.z: must be text, is a map");
    assert_int_equal(yaml_to_string(a->item[3], &s, &e), ERR_CONFIG);
    assert_string_equal(e.message, "f.yaml:5: a.n: must be text, is empty");
    assert_int_equal(yaml_to_enum(a->item[0], names, &index, &e), ERR_CONFIG);
    assert_string_equal(e.message, "f.yaml:2: a.x: must be one of quad, polygon, is 70000");
    assert_true(i == 5 && d == 5 && b && index == 7);
    assert_string_equal(s, "kept");
}

static void an_unknown_key_is_named_with_the_nearest_known_one(void **state)
{
    (void)state;
    static const char *const keys[] = {"height", "width", NULL};
    const struct yaml_node *root = parsed("in:\n  height: 1\n  widht: 2\n");
    struct err e = ERR_INIT;
    assert_int_equal(yaml_check_keys(root->item[0], keys, &e), ERR_CONFIG);
    assert_string_equal(e.message, "f.yaml:3: in.widht: unknown key; did you mean \"width\"?");
    assert_int_equal(yaml_check_keys(root, keys, &e), ERR_CONFIG);
    assert_string_equal(e.message, "f.yaml:1: in: unknown key");
    assert_int_equal(yaml_check_keys(parsed("width: 1\n"), keys, &e), 0);
    assert_int_equal(yaml_check_keys(root->item[0]->item[0], keys, &e), ERR_CONFIG);
}

static void files_that_cannot_be_read_are_named(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct yaml_node *root = NULL;
    assert_int_equal(yaml_load(arena, "/nonexistent/x.yaml", &root, &e), ERR_NOT_FOUND);
    assert_string_equal(e.message, "cannot open /nonexistent/x.yaml: No such file or directory");
    assert_int_equal(yaml_load(arena, "/", &root, &e), ERR_IO);
    assert_string_equal(e.message, "/ is not a regular file");
    assert_int_equal(yaml_load(arena, "/dev/zero", &root, &e), ERR_IO);
    assert_string_equal(e.message, "/dev/zero is not a regular file");
    char path[] = "/tmp/test_yaml_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "a: 1\n", 5) == 5);
    close(fd);
    assert_int_equal(yaml_load(arena, path, &root, &e), 0);
    assert_string_equal(root->item[0]->file, path);
    assert_int_equal(truncate(path, (1 << 20) + 1), 0);
    assert_int_equal(yaml_load(arena, path, &root, &e), ERR_LIMIT);
    unlink(path);
}

static void a_pipe_without_a_writer_is_refused_at_once(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct yaml_node *root = NULL;
    char folder[] = "/tmp/test_yaml_XXXXXX", path[64], message[128];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(10); /* waiting would be for ever */
    int code = yaml_load(arena, path, &root, &e);
    alarm(0);
    unlink(path);
    rmdir(folder);
    snprintf(message, sizeof message, "%s is not a regular file", path);
    assert_int_equal(code, ERR_IO);
    assert_string_equal(e.message, message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_knows_where_its_values_stood),
        cmocka_unit_test(a_file_of_comments_is_an_empty_map),
        cmocka_unit_test(what_is_not_plain_yaml_is_refused_with_its_line),
        cmocka_unit_test(core_tags_are_allowed),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(scalars_are_read_by_type),
        cmocka_unit_test(a_wrong_value_is_named_with_its_place),
        cmocka_unit_test(an_unknown_key_is_named_with_the_nearest_known_one),
        cmocka_unit_test(files_that_cannot_be_read_are_named),
        cmocka_unit_test(a_pipe_without_a_writer_is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
