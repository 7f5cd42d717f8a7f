#include "lib/rules/profile_value.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

static const struct profile_value *row_of(const char *name)
{
    const struct profile_value *rows;
    size_t count = profile_values(&rows);
    for (size_t i = 0; i < count; i++)
        if (str_is(str_of(name), rows[i].name))
            return &rows[i];
    CU_FAIL_FATAL("no such value");
    return NULL;
}

/* What a text of the command line means depends on the value's type. */
static void text_becomes_json(void)
{
    static const struct {
        const char *name, *text, *json;
    } rows[] = {
        {"keepalive.min", "60", "60"},
        {"keepalive.min", "sixty", "\"sixty\""},
        {"keepalive.clamp", "true", "true"},
        {"keepalive.clamp", "1", "1"},
        {"keepalive.factor", "1.25", "1.25"},
        {"keepalive.factor", "1.25s", "null"},
        {"refusal.keepalive", "close", "\"close\""},
        {"refusal.keepalive", "3", "3"},
        {"sign.methods", "hmacmd5,sha256", "[\"hmacmd5\",\"sha256\"]"},
        {"sign.methods", "", "[]"},
        {"mqtt.levels", "3,4", "[3,4]"},
        {"keepalive.factor", "1.50000000000000000000000000000000", "null"},
        {"topic.denied", "a-word-that-is-longer-than-any-word-of-a-profile-and-is-therefore-none", "null"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cJSON *node = profile_value_of_text(row_of(rows[i].name), str_of(rows[i].text));
        char *json = cJSON_PrintUnformatted(node);
        CU_ASSERT_STRING_EQUAL(json, rows[i].json);
        free(json);
        cJSON_Delete(node);
    }
}

static void json_is_stored_and_given_back(void)
{
    static const struct {
        const char *name, *json;
    } rows[] = {
        {"keepalive.min", "60"},
        {"keepalive.clamp", "true"},
        {"keepalive.clamp", "false"},
        {"keepalive.factor", "1.5"},
        {"keepalive.factor", "1.125"},
        {"refusal.keepalive", "\"close\""},
        {"refusal.keepalive", "5"},
        {"topic.denied", "\"drop\""},
        {"sign.default", "\"none\""},
        {"sign.default", "\"sha256\""},
        {"mqtt.levels", "[3]"},
        {"mqtt.levels", "[3,4]"},
        {"sign.methods", "[\"hmacmd5\",\"sha256\"]"},
        {"heartbeat.reset_packets", "[]"},
        {"heartbeat.reset_packets", "[\"PUBLISH\",\"UNSUBSCRIBE\",\"PINGREQ\"]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct profile p = {0};
        struct problems problems = {0};
        cJSON *node = cJSON_Parse(rows[i].json);
        CU_ASSERT_TRUE(profile_value_read(&p, row_of(rows[i].name), node, "x", &problems));
        cJSON *back = profile_value_json(&p, row_of(rows[i].name));
        char *json = cJSON_PrintUnformatted(back);
        CU_ASSERT_STRING_EQUAL(json, rows[i].json);
        free(json);
        cJSON_Delete(back);
        cJSON_Delete(node);
    }
}

/* JSON of every other type is refused, and nothing is stored. */
static void json_of_another_type_is_refused(void)
{
    static const char *const names[] = {"keepalive.min",     "keepalive.clamp", "keepalive.factor",
                                        "refusal.keepalive", "topic.denied",    "sign.methods",
                                        "mqtt.levels"};
    static const char *const wrong[] = {"null",  "{}", "[\"\"]", "[null]", "\"\"",
                                        "1e300", "-7", "[[]]",   "\"3\""};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            struct profile p = {0}, before = p;
            struct problems problems = {0};
            cJSON *node = cJSON_Parse(wrong[i]);
            CU_ASSERT_FALSE(profile_value_read(&p, row_of(names[n]), node, "x", &problems));
            CU_ASSERT_TRUE(problems.count > 0);
            CU_ASSERT_EQUAL(memcmp(&p, &before, sizeof p), 0);
            problems_fini(&problems);
            cJSON_Delete(node);
        }
    }
}

void unit_profile_value(void)
{
    UNIT(text_becomes_json);
    UNIT(json_is_stored_and_given_back);
    UNIT(json_of_another_type_is_refused);
}
