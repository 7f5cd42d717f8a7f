#include "harness/variable.h"

#include "lib/base/json.h"
#include "tests/unit/unit.h"

static const char devices[] = "{\"d1\": {\"deviceName\": \"device\"}}";

/* The JSON of a text with variables expanded; the row is given as JSON. Compact, freed by the caller with cJSON_free. */
static char *expand(const char *text, const char *row, const char *captured, bool later, size_t *wrong)
{
    struct problems problems = {0};
    struct profile profile = {.keepalive_min_s = 30, .sign_default = -1};
    cJSON *node = cJSON_Parse(text), *row_node = cJSON_Parse(row), *device_node = cJSON_Parse(devices);
    cJSON *captured_node = cJSON_Parse(captured);
    const struct variable_scope scope = {.row = row_node,
                                         .profile = &profile,
                                         .devices = device_node,
                                         .captured = captured_node,
                                         .captured_later = later};
    cJSON *result = variable_expand(node, &scope, "f#", &problems);
    char *out = cJSON_PrintUnformatted(result);
    *wrong = problems.count;
    cJSON *nodes[] = {node, row_node, device_node, captured_node, result};
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++)
        cJSON_Delete(nodes[i]);
    problems_fini(&problems);
    return out;
}

static void check_expansion(const char *text, const char *row, const char *wanted)
{
    size_t wrong;
    char *got = expand(text, row, "{\"mid\":7}", false, &wrong);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_STRING_EQUAL(got, wanted);
    cJSON_free(got);
}

static void a_whole_variable_keeps_its_type(void)
{
    check_expansion("\"${row.x}\"", "{\"x\": 5}", "5");
    check_expansion("\"${row.x}\"", "{\"x\": null}", "null");
    check_expansion("\"${row.x}\"", "{\"x\": {\"a\": [1, true]}}", "{\"a\":[1,true]}");
    check_expansion("\"${profile.keepalive.min}\"", "{}", "30");
    check_expansion("\"${device.d1.deviceName}\"", "{}", "\"device\"");
    check_expansion("\"${captured.mid}\"", "{}", "7");
}

static void inside_a_text_it_becomes_text(void)
{
    check_expansion("\"a${row.x}b${row.y}\"", "{\"x\": 5, \"y\": \"z\"}", "\"a5bz\"");
    check_expansion("\"$ {x} }\"", "{}", "\"$ {x} }\"");
    check_expansion("{\"k\": [\"${row.x} s\", 1]}", "{\"x\": 5}", "{\"k\":[\"5 s\",1]}");
}

static void arithmetic_is_of_whole_numbers(void)
{
    check_expansion("\"${row.x + 1}\"", "{\"x\": 5}", "6");
    check_expansion("\"${row.x - 6}\"", "{\"x\": 5}", "-1");
    check_expansion("\"${row.x + 0}\"", "{\"x\": \"60\"}", "60");
    check_expansion("\"at ${profile.keepalive.min - 1} s\"", "{}", "\"at 29 s\"");
}

static void mistakes_are_problems(void)
{
    static const char *const texts[] = {"\"${row.y}\"",      "\"${row.x\"",
                                        "\"${}\"",           "\"${x}\"",
                                        "\"${row.x +1}\"",   "\"${row.x * 2}\"",
                                        "\"${row.t + 1}\"",  "\"a${row.n}\"",
                                        "\"${profile.no}\"", "\"${device.d2.deviceName}\"",
                                        "\"${row.x + -1}\""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t wrong;
        char *got = expand(texts[i], "{\"x\": 5, \"t\": \"text\", \"n\": null}", "{}", false, &wrong);
        CU_ASSERT_EQUAL(wrong, 1);
        cJSON_free(got);
    }
}

static void captured_ones_may_wait(void)
{
    size_t wrong;
    char *got = expand("\"${captured.mid}\"", "{}", "{\"mid\":null}", true, &wrong);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_STRING_EQUAL(got, "\"${captured.mid}\"");
    cJSON_free(got);
    got = expand("\"x ${captured.mid + 1} ${row.x}\"", "{\"x\":1}", "{\"mid\":null}", true, &wrong);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_STRING_EQUAL(got, "\"x ${captured.mid + 1} 1\"");
    cJSON_free(got);
    cJSON_free(expand("\"${captured.other}\"", "{}", "{\"mid\":null}", true, &wrong));
    CU_ASSERT_EQUAL(wrong, 1);
}

static void knows_what_waits(void)
{
    cJSON *later = cJSON_Parse("{\"a\": [1, \"x${captured.y}\"]}"),
          *now = cJSON_Parse("{\"a\": \"${row.x}\"}");
    CU_ASSERT_TRUE(variable_has_later(later));
    CU_ASSERT_FALSE(variable_is_later(later));
    CU_ASSERT_FALSE(variable_has_later(now));
    cJSON_Delete(later);
    cJSON_Delete(now);
}

void unit_variable(void)
{
    UNIT(a_whole_variable_keeps_its_type);
    UNIT(inside_a_text_it_becomes_text);
    UNIT(arithmetic_is_of_whole_numbers);
    UNIT(mistakes_are_problems);
    UNIT(captured_ones_may_wait);
    UNIT(knows_what_waits);
}
