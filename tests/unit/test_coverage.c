#include "harness/coverage.h"

#include <stdlib.h>

#include "lib/base/json.h"
#include "lib/base/str.h"
#include "tests/unit/unit.h"

#define ROW(id, who, status)                                                                                 \
    "{\"id\": \"" id "\", \"area\": \"KAL\", \"who\": [\"" who "\"], \"level\": \"must\", \"statement\": "   \
    "{\"en\": \"t\", \"zh\": \"t\"}, \"source\": [], \"date\": \"2026\", \"profiles\": [], \"status\": "     \
    "\"" status "\""
#define LEDGER(rows)                                                                                         \
    "{\"schema\": 1, \"note\": \"t\", \"documents\": {}, \"count\": 1, \"requirements\": [" rows "]}"

static const char
    ledger[] =
        LEDGER(
            ROW("KAL-01", "P", "tested") "}," ROW("KAL-02", "P", "tested") "}," ROW(
                "KAL-03",
                "P", "planned") ", "
                                "\"reason\": \"later\"}," ROW("KAL-04", "P", "planned") "}," ROW(
                                    "KAL-05", "P",
                                    "not-testable") ", "
                                                    "\"reason\": \"no way\"}," ROW("KAL-06", "P", "tested") ", \"proved_by\": [\"tests/rude\"]}," ROW(
                                                        "KAL-07", "P",
                                                        "tested") ", \"proved_by\": "
                                                                  "[\"tests/ruder\"]}," ROW(
                                                                      "KAL-08", "D",
                                                                      "planned") ", "
                                                                                 "\"r"
                                                                                 "eas"
                                                                                 "on"
                                                                                 "\":"
                                                                                 " \""
                                                                                 "lat"
                                                                                 "er"
                                                                                 "\"}"
                                                                                 "," ROW(
                                                                                     "KAL-09", "D",
                                                                                     "planned") ", "
                                                                                                "\"reason\": "
                                                                                                "\"later\"}"
                                                                                                "," ROW(
                                                                                                    "MQT-"
                                                                                                    "20",
                                                                                                    "P",
                                                                                                    "test"
                                                                                                    "ed") "}");

static const char cases[] =
    "{\"cases\": [{\"id\": \"KAL-900\", \"rev\": 1, \"level\": \"must\", \"requires\": [\"KAL-01\", "
    "\"KAL-05\", \"KAL-09\"], \"profiles\": [\"2018\", \"2023\"], \"title\": {\"en\": \"t\", \"zh\": \"t\"}, "
    "\"for_each\": [{\"id\": \"a\"}, {\"id\": \"b\"}], \"steps\": [{\"device\": \"d1\", \"do\": "
    "\"open\"}]}]}";

static const char vector[] =
    "{\"schema\": 1, \"note\": \"t\", \"source\": {\"name\": \"t\", \"revision\": \"t\"}, \"notes\": {}, "
    "\"count\": 1, "
    "\"vectors\": [{\"id\": \"TOP-V001\", \"kind\": \"topic-name\", \"comment\": \"t\", \"origin\": "
    "\"derived\", "
    "\"source\": \"t\", \"requires\": [\"MQT-20\"], \"result\": \"valid\", \"topic\": \"a\"}]}";

static cJSON *coverage_of_texts(void)
{
    struct suite suite;
    struct problems problems = {0};
    CU_ASSERT_TRUE_FATAL(suite_prepare(&suite, &problems));
    ledger_free(suite.ledger);
    suite.ledger = ledger_load_text(str_of(ledger), &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(suite.ledger);
    suite_load_text(&suite, str_of(cases), "t.json", &problems);
    struct vectors *vectors = vectors_new(suite.ledger);
    vectors_add_text(vectors, str_of(vector), "v.json", &problems);
    cJSON *coverage = coverage_of(&suite, vectors);
    problems_print(&problems, stderr);
    CU_ASSERT_EQUAL(problems.count, 0);
    vectors_free(vectors);
    suite_fini(&suite);
    return coverage;
}

static const cJSON *row_of(const cJSON *coverage, const char *id)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(coverage, "requirements"))
    {
        if (str_is(str_of(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "id"))), id))
            return row;
    }
    return NULL;
}

static void gaps_are_found(void)
{
    static const struct {
        const char *id, *gaps;
    } rows[] = {
        {"KAL-01", "[]"}, /* a case */
        {"KAL-02", "[\"it is said to be tested, but no case, no vector and no other test proves it\"]"},
        {"KAL-03", "[]"}, /* a reason */
        {"KAL-04", "[\"it is planned, and no reason is given\"]"},
        {"KAL-05", "[\"KAL-900 requires it, but it is not-testable\"]"},
        {"KAL-06", "[]"}, /* another test */
        {"KAL-07", "[\"it is said to be proved by tests/ruder, which is not there\"]"},
        {"KAL-09", "[\"KAL-900 requires it, but it is planned\"]"}, /* of devices, too */
        {"MQT-20", "[]"},                                           /* a vector */
    };
    cJSON *coverage = coverage_of_texts();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const cJSON *row = row_of(coverage, rows[i].id);
        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        char *gaps = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(row, "gaps"));
        CU_ASSERT_STRING_EQUAL(gaps, rows[i].gaps);
        free(gaps);
    }
    CU_ASSERT_PTR_NULL(row_of(coverage, "KAL-08"));
    CU_ASSERT_EQUAL(cJSON_GetObjectItem(coverage, "passed")->valueint, 3);
    CU_ASSERT_EQUAL(cJSON_GetObjectItem(coverage, "failed")->valueint, 5);
    CU_ASSERT_EQUAL(cJSON_GetObjectItem(coverage, "skipped")->valueint, 1);
    CU_ASSERT_TRUE(coverage_has_gap(coverage));
    cJSON_Delete(coverage);
}

static void a_row_names_its_proofs_once(void)
{
    cJSON *coverage = coverage_of_texts();
    char *row = cJSON_PrintUnformatted(row_of(coverage, "KAL-01"));
    CU_ASSERT_STRING_EQUAL(
        row, "{\"id\":\"KAL-01\",\"level\":\"must\",\"status\":\"tested\",\"proved_by\":[],"
             "\"cases\":[\"KAL-900\"],\"profiles\":[\"2018\",\"2023\"],\"vectors\":[],\"gaps\":[]}");
    free(row);
    row = cJSON_PrintUnformatted(row_of(coverage, "MQT-20"));
    CU_ASSERT_PTR_NOT_NULL(strstr(row, "\"vectors\":[\"TOP-V001\"]"));
    free(row);
    cJSON_Delete(coverage);
}

static void the_text_ends_with_the_counts(void)
{
    cJSON *coverage = coverage_of_texts();
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    coverage_print(coverage, to);
    fclose(to);
    CU_ASSERT_TRUE(
        str_starts(str_of(text), STR("KAL-01  tested\n  cases     KAL-900\n  in        2018 2023\n")));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nKAL-05  not-testable: no way\n  cases     KAL-900\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n  FAILED: KAL-900 requires it, but it is planned\n"));
    CU_ASSERT_TRUE(str_ends(str_of(text), STR("\n3 passed, 5 failed, 1 skipped\n")));
    free(text);
    cJSON_Delete(coverage);
}

void unit_coverage(void)
{
    UNIT(gaps_are_found);
    UNIT(a_row_names_its_proofs_once);
    UNIT(the_text_ends_with_the_counts);
}
