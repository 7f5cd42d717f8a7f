#include "harness/expectation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/json.h"
#include "tests/unit/unit.h"

static struct testcase one = {.key = "KAL-003:0@2023"}, two = {.key = "MQT-006@2023"};
static struct testcase *const tests[] = {&one, &two};

static struct expectations *load(const char *text, struct problems *problems)
{
    char name[] = "/tmp/expectation-XXXXXX";
    int fd = mkstemp(name);
    CU_ASSERT_FATAL(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    struct expectations *e = expectations_load(name, problems);
    unlink(name);
    return e;
}

#define ROW(runs, verdict, until)                                                                            \
    "{\"runs\": \"" runs "\", \"verdict\": \"" verdict "\", \"reason\": \"r\", \"until\": \"" until "\"}"

static void a_row_fits_by_glob_and_verdict(void)
{
    struct problems problems = {0};
    struct expectations *e =
        load("{\"expectations\": [" ROW("KAL-003:*@2023", "FAIL", "2026-11-21") "]}", &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    expectations_match(e, tests, 2, &problems);
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_EQUAL(expectations_fit(e, 0, VERDICT_FAIL), EXPECTATION_MET);
    CU_ASSERT_EQUAL(expectations_fit(e, 0, VERDICT_PASS), EXPECTATION_UNEXPECTED_PASS);
    CU_ASSERT_EQUAL(expectations_fit(e, 0, VERDICT_ERROR), EXPECTATION_OTHER);
    CU_ASSERT_EQUAL(expectations_fit(e, 1, VERDICT_FAIL), EXPECTATION_NONE);
    CU_ASSERT_PTR_NULL(expectations_note(e, 1, VERDICT_FAIL));
    cJSON *note = expectations_note(e, 0, VERDICT_PASS);
    CU_ASSERT_TRUE(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(note, "met")));
    cJSON_Delete(note);
    expectations_free(e);
}

/* A row is good to the end of its day: 2026-11-21T23:59:59.999Z is 1795305599999. */
static void a_row_expires_after_its_day(void)
{
    struct problems problems = {0};
    struct expectations *e =
        load("{\"expectations\": [" ROW("KAL-003:*@2023", "FAIL", "2026-11-21") "]}", &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    expectations_match(e, tests, 2, &problems);
    CU_ASSERT_EQUAL(expectations_complain(e, 1795305599999), 0);
    CU_ASSERT_EQUAL(expectations_complain(e, 1795305600000), 1);
    expectations_free(e);
}

static void a_row_for_nothing_and_two_for_one(void)
{
    struct problems problems = {0};
    struct expectations *e =
        load("{\"expectations\": [" ROW("MQT-006@*", "FAIL", "2099-01-01") "," ROW(
                 "MQT-*", "SKIP", "2099-01-01") "," ROW("NET-*", "SKIP", "2099-01-01") "]}",
             &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    expectations_match(e, tests, 2, &problems);
    CU_ASSERT_EQUAL(problems.count, 1);
    CU_ASSERT_EQUAL(expectations_complain(e, 0), 1);
    expectations_free(e);
    problems_fini(&problems);
}

static void what_is_wrong_is_named(void)
{
    static const char *const texts[] = {
        "{\"expectations\": [" ROW("x", "PASS", "2099-01-01") "]}",
        "{\"expectations\": [" ROW("x", "ERROR", "2099-01-01") "]}",
        "{\"expectations\": [" ROW("x", "FAIL", "2023-02-29") "]}",
        "{\"expectations\": [" ROW("x", "FAIL", "2023-13-01") "]}",
        "{\"expectations\": [" ROW("x", "FAIL", "2023-1-01") "]}",
        "{\"expectations\": [" ROW("", "FAIL", "2023-01-01") "]}",
        "{\"expectations\": [7]}",
        "{}",
        "[]",
        "{\"expectations\": [], \"more\": 1}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct problems problems = {0};
        CU_ASSERT_PTR_NULL(load(texts[i], &problems));
        CU_ASSERT(problems.count >= 1);
        problems_fini(&problems);
    }
}

void unit_expectation(void)
{
    UNIT(a_row_fits_by_glob_and_verdict);
    UNIT(a_row_expires_after_its_day);
    UNIT(a_row_for_nothing_and_two_for_one);
    UNIT(what_is_wrong_is_named);
}
