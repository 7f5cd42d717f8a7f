#include "harness/matcher.h"

#include "tests/unit/unit.h"

static bool fits(const char *wanted, const char *actual, struct mismatch *out)
{
    cJSON *a = cJSON_Parse(wanted), *b = actual ? cJSON_Parse(actual) : NULL;
    bool result = matcher_fits(a, b, out);
    cJSON_Delete(a);
    cJSON_Delete(b);
    return result;
}

static void what_fits(void)
{
    static const char *const pairs[][2] = {
        {"0", "0"},
        {"\"a\"", "\"a\""},
        {"true", "true"},
        {"null", "null"},
        {"[0, 128]", "[0, 128]"},
        {"[]", "[]"},
        {"{\"a\": 1}", "{\"a\": 1, \"b\": 2}"},
        {"{}", "{\"b\": 2}"},
        {"{\"min\": 1, \"max\": 5}", "1"},
        {"{\"min\": 1, \"max\": 5}", "5"},
        {"{\"max\": 5}", "-1"},
        {"{\"one_of\": [1, \"x\"]}", "\"x\""},
        {"{\"one_of\": [{\"min\": 4}, 1]}", "7"},
        {"{\"matches\": \"*40 hex*\"}", "\"40 hex digits\""},
        {"{\"a\": {\"min\": 1}, \"b\": {\"c\": \"d\"}}", "{\"a\": 3, \"b\": {\"c\": \"d\", \"e\": 1}}"},
    };
    struct mismatch mismatch;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        CU_ASSERT_TRUE(fits(pairs[i][0], pairs[i][1], &mismatch));
}

static void what_does_not_fit(void)
{
    static const struct {
        const char *wanted, *actual, *field, *expected, *seen;
    } rows[] = {
        {"0", "1", "", "0", "1"},
        {"0", "\"0\"", "", "0", "'0'"},
        {"0", "false", "", "0", "false"},
        {"0", NULL, "", "0", "absent"},
        {"null", NULL, "", "null", "absent"},
        {"\"a\"", "\"A\"", "", "'a'", "'A'"},
        {"true", "false", "", "true", "false"},
        {"[0]", "[0, 1]", "", "[0]", "[0,1]"},
        {"[0, 1]", "[0, 2]", "1", "1", "2"},
        {"{\"a\": 1}", "{\"b\": 1}", "a", "1", "absent"},
        {"{\"a\": {\"b\": 1}}", "{\"a\": {\"b\": 2}}", "a/b", "1", "2"},
        {"{\"min\": 1, \"max\": 5}", "0", "", "between 1 and 5", "0"},
        {"{\"min\": 1, \"max\": 5}", "6", "", "between 1 and 5", "6"},
        {"{\"min\": 1}", "\"2\"", "", "at least 1", "'2'"},
        {"{\"one_of\": [1, 2]}", "3", "", "1 or 2", "3"},
        {"{\"matches\": \"a?\"}", "\"abc\"", "", "like 'a?'", "'abc'"},
        {"{\"matches\": \"*\"}", "5", "", "like '*'", "5"},
        {"{\"matches\": \"*\"}", NULL, "", "like '*'", "absent"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mismatch mismatch;
        CU_ASSERT_FALSE(fits(rows[i].wanted, rows[i].actual, &mismatch));
        CU_ASSERT_STRING_EQUAL(mismatch.field, rows[i].field);
        CU_ASSERT_STRING_EQUAL(mismatch.expected, rows[i].expected);
        CU_ASSERT_STRING_EQUAL(mismatch.actual, rows[i].seen);
    }
}

static void wrong_forms_are_problems(void)
{
    static const struct {
        const char *wanted;
        size_t problems;
    } rows[] = {
        {"{\"min\": 1, \"max\": 5}", 0},   {"{\"a\": {\"one_of\": [1]}}", 0},
        {"{\"min\": 1, \"most\": 5}", 1},  {"{\"min\": true}", 1},
        {"{\"one_of\": []}", 1},           {"{\"one_of\": 5}", 1},
        {"{\"matches\": 5}", 1},           {"{\"min\": 1, \"matches\": \"a\"}", 1},
        {"{\"a\": [{\"max\": null}]}", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct problems problems = {0};
        cJSON *wanted = cJSON_Parse(rows[i].wanted);
        matcher_check(wanted, "f#", &problems);
        CU_ASSERT_EQUAL(problems.count, rows[i].problems);
        cJSON_Delete(wanted);
        problems_fini(&problems);
    }
}

static void tells_what_is_wanted(void)
{
    struct buf text;
    cJSON *wanted = cJSON_Parse("{\"a\": 0, \"b\": {\"min\": 2}, \"c\": [1], \"d\": {\"matches\": \"x*\"}}");
    buf_init(&text, 1024);
    matcher_describe(wanted, &text);
    CU_ASSERT_TRUE(str_is(buf_str(&text), "a 0, b at least 2, c [1], d like 'x*'"));
    buf_fini(&text);
    cJSON_Delete(wanted);
}

void unit_matcher(void)
{
    UNIT(what_fits);
    UNIT(what_does_not_fit);
    UNIT(wrong_forms_are_problems);
    UNIT(tells_what_is_wanted);
}
