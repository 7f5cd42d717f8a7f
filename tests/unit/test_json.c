#include "lib/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/log.h"
#include "tests/unit/unit.h"

static cJSON *parse(const char *text)
{
    struct problems problems = {0};
    cJSON *node = json_parse(str_of(text), "t.json", &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(node);
    CU_ASSERT_EQUAL(problems.count, 0);
    return node;
}

/* The problems of a text, one line each, in a static buffer. */
static const char *complaint(struct problems *problems)
{
    static char text[2048];
    FILE *to = fmemopen(text, sizeof text, "w");
    problems_print(problems, to);
    fclose(to);
    if (problems->count == 0)
        text[0] = '\0';
    problems_fini(problems);
    return text;
}

static void good_texts(void)
{
    static const char *const good[] = {"{}",    "[]",   "1",
                                       "\"x\"", "null", " {\"a\":[1,2,{\"b\":\"]\\\"}\"}]} \n\t"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        cJSON_Delete(parse(good[i]));
    cJSON *two = parse("{\"a\":1,\"A\":2,\"b\":{\"a\":3}}");
    CU_ASSERT_EQUAL(cJSON_GetObjectItemCaseSensitive(two, "A")->valueint, 2);
    cJSON_Delete(two);
}

static void bad_texts_with_their_place(void)
{
    static const struct {
        const char *text, *complaint;
    } rows[] = {
        {"", "t.json: is empty\n"},
        {"{\"a\":}", "t.json:1:6: not JSON here\n"},
        {"{\n  \"a\": 1,\n  x\n}", "t.json:3:4: not JSON here\n"}, /* cJSON points one behind */
        {"{} {}", "t.json:1:4: not JSON here\n"},
        {"{}x", "t.json:1:3: not JSON here\n"},
        {"\"\xff\"", "t.json: not UTF-8 at byte 1\n"},
        {"{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", "t.json#/b/c: the key is given twice\n"},
        {"[{},{\"a\":1,\"a\":1,\"b\":2,\"b\":2}]",
         "t.json#/1/a: the key is given twice\nt.json#/1/b: the key is given twice\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct problems problems = {0};
        CU_ASSERT_PTR_NULL(json_parse(str_of(rows[i].text), "t.json", &problems));
        const char *said = complaint(&problems);
        CU_ASSERT_STRING_EQUAL(said, rows[i].complaint);
        if (strcmp(said, rows[i].complaint) != 0)
            fprintf(stderr, "\n%s", said);
    }
}

/* 32 levels pass, 33 do not; brackets inside of texts do not count. */
static void depth_is_bounded(void)
{
    char text[128] = "";
    for (int depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        struct problems problems = {0};
        cJSON *node = json_parse(str_of(text), "t.json", &problems);
        CU_ASSERT_EQUAL(node != NULL, depth == JSON_DEPTH_MAX);
        cJSON_Delete(node);
        const char *said = complaint(&problems);
        CU_ASSERT_STRING_EQUAL(said, depth == JSON_DEPTH_MAX ? "" : "t.json: more than 32 levels deep\n");
    }
    cJSON_Delete(parse("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"]"));
}

static void paths(void)
{
    char out[32];
    json_path(out, sizeof out, "f.json#", "a", -1);
    CU_ASSERT_STRING_EQUAL(out, "f.json#/a");
    json_path(out, sizeof out, "f.json#/a", NULL, 7);
    CU_ASSERT_STRING_EQUAL(out, "f.json#/a/7");
    json_path(out, 8, "f.json#", "abcdef", -1);
    CU_ASSERT_STRING_EQUAL(out, "f.json#");
}

static void unknown_keys_are_named(void)
{
    static const char *const allowed[] = {"a", "b", NULL};
    struct problems problems = {0};
    cJSON *good = parse("{\"b\":1}"), *bad = parse("{\"A\":1,\"a\":1,\"c\":1}"), *array = parse("[]");
    CU_ASSERT_TRUE(json_keys(good, "#", allowed, &problems));
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_FALSE(json_keys(bad, "#", allowed, &problems));
    CU_ASSERT_FALSE(json_keys(array, "#/x", allowed, &problems));
    CU_ASSERT_STRING_EQUAL(complaint(&problems),
                           "#/A: unknown key\n#/c: unknown key\n#/x: must be an object\n");
    cJSON_Delete(good);
    cJSON_Delete(bad);
    cJSON_Delete(array);
}

static void typed_members(void)
{
    struct problems problems = {0};
    cJSON *node = parse("{\"s\":\"x\",\"i\":-3,\"b\":true,\"o\":{},\"a\":[1]}");
    const char *text = "before";
    int64_t number = 42;
    bool flag = false;
    const cJSON *object = NULL, *array = NULL;
    CU_ASSERT_TRUE(json_string(node, "#", "s", JSON_REQUIRED, &text, &problems));
    CU_ASSERT_STRING_EQUAL(text, "x");
    CU_ASSERT_TRUE(json_int(node, "#", "i", JSON_REQUIRED, -3, -3, &number, &problems));
    CU_ASSERT_EQUAL(number, -3);
    CU_ASSERT_TRUE(json_bool(node, "#", "b", JSON_REQUIRED, &flag, &problems));
    CU_ASSERT_TRUE(flag);
    CU_ASSERT_TRUE(json_object(node, "#", "o", JSON_REQUIRED, &object, &problems));
    CU_ASSERT_TRUE(cJSON_IsObject(object));
    CU_ASSERT_TRUE(json_array(node, "#", "a", JSON_REQUIRED, &array, &problems));
    CU_ASSERT_EQUAL(cJSON_GetArraySize(array), 1);
    CU_ASSERT_FALSE(json_string(node, "#", "none", JSON_OPTIONAL, &text, &problems));
    CU_ASSERT_FALSE(json_int(node, "#", "none", JSON_OPTIONAL, 0, 1, &number, &problems));
    CU_ASSERT_FALSE(json_bool(node, "#", "none", JSON_OPTIONAL, &flag, &problems));
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_FALSE(json_string(node, "#", "none", JSON_REQUIRED, &text, &problems));
    CU_ASSERT_FALSE(json_string(node, "#", "S", JSON_REQUIRED, &text, &problems));
    CU_ASSERT_FALSE(json_string(node, "#", "i", JSON_OPTIONAL, &text, &problems));
    CU_ASSERT_FALSE(json_int(node, "#", "s", JSON_OPTIONAL, 0, 9, &number, &problems));
    CU_ASSERT_FALSE(json_int(node, "#", "i", JSON_REQUIRED, -2, 9, &number, &problems));
    CU_ASSERT_FALSE(json_bool(node, "#", "i", JSON_REQUIRED, &flag, &problems));
    CU_ASSERT_FALSE(json_object(node, "#", "a", JSON_REQUIRED, &object, &problems));
    CU_ASSERT_FALSE(json_array(node, "#", "o", JSON_REQUIRED, &array, &problems));
    CU_ASSERT_STRING_EQUAL(text, "x");
    CU_ASSERT_EQUAL(number, -3);
    CU_ASSERT_STRING_EQUAL(
        complaint(&problems),
        "#/none: is required\n#/S: is required\n#/i: must be a string\n"
        "#/s: must be a whole number from 0 to 9\n#/i: must be a whole number from -2 to 9\n"
        "#/i: must be true or false\n#/a: must be an object\n#/o: must be an array\n");
    cJSON_Delete(node);
}

static void whole_numbers(void)
{
    static const struct {
        const char *text;
        bool whole;
        int64_t value;
    } rows[] = {
        {"0", true, 0},      {"-7", true, -7},    {"1e3", true, 1000},
        {"3.0", true, 3},    {"1.5", false, 0},   {"1e300", false, 0},
        {"1e999", false, 0}, {"\"1\"", false, 0}, {"9007199254740992", true, 9007199254740992},
        {"true", false, 0},  {"1e-5", false, 0},  {"18014398509481984", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cJSON *node = parse(rows[i].text);
        int64_t value = 0;
        CU_ASSERT_EQUAL(json_is_int(node, &value), rows[i].whole);
        CU_ASSERT_EQUAL(value, rows[i].value);
        cJSON_Delete(node);
    }
}

static void files_are_written_and_read(void)
{
    char file[] = "/tmp/iotconform-json-XXXXXX", bytes[64] = "";
    int fd = mkstemp(file);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    close(fd);
    cJSON *node = parse("{\"a\":[1,\"\\u4e2d\"]}");
    CU_ASSERT_EQUAL(json_write_file(node, file, false), 0);
    FILE *f = fopen(file, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_EQUAL(fread(bytes, 1, sizeof bytes, f), 16);
    fclose(f);
    CU_ASSERT_STRING_EQUAL(bytes, "{\"a\":[1,\"\u4e2d\"]}\n");
    struct problems problems = {0};
    cJSON *back = json_parse_file(file, &problems);
    CU_ASSERT_TRUE(cJSON_Compare(node, back, true));
    cJSON_Delete(back);
    CU_ASSERT_EQUAL(json_write_file(node, file, true), 0);
    back = json_parse_file(file, &problems);
    CU_ASSERT_TRUE(cJSON_Compare(node, back, true));
    cJSON_Delete(back);
    cJSON_Delete(node);
    unlink(file);
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_PTR_NULL(json_parse_file(file, &problems));
    CU_ASSERT_PTR_NOT_NULL(strstr(complaint(&problems), "cannot be read: No such file"));
    CU_ASSERT_PTR_NULL(json_parse_file("/", &problems));
    CU_ASSERT_PTR_NOT_NULL(strstr(complaint(&problems), "cannot be read"));
}

static void texts_of_peers(void)
{
    const char *const good[] = {"{}", " [1,\"\\u4e2d\"] \r\n", "null", "{\"a\":1,\"a\":2}"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cJSON *node = json_parse_peer(str_of(good[i]));
        CU_ASSERT_PTR_NOT_NULL(node);
        cJSON_Delete(node);
    }
    cJSON *twice = json_parse_peer(str_of(good[3]));
    CU_ASSERT_EQUAL(cJSON_GetObjectItemCaseSensitive(twice, "a")->valueint, 1);
    cJSON_Delete(twice);
    const struct str bad[] = {STR(""),
                              STR(" "),
                              STR("{"),
                              STR("{} x"),
                              STR("{}\0"),
                              STR("\"\xff\""),
                              STR("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_PTR_NULL(json_parse_peer(bad[i]));
}

void unit_json(void)
{
    UNIT(good_texts);
    UNIT(bad_texts_with_their_place);
    UNIT(depth_is_bounded);
    UNIT(paths);
    UNIT(unknown_keys_are_named);
    UNIT(typed_members);
    UNIT(whole_numbers);
    UNIT(files_are_written_and_read);
    UNIT(texts_of_peers);
}
