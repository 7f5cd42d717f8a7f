#include "harness/results.h"

#include <string.h>

#include "harness/report.h"
#include "harness/suite.h"
#include "tests/unit/unit.h"

static void a_requirement_is_as_good_as_its_worst_case(void)
{
    static const struct {
        enum verdict verdicts[3];
        size_t count;
        const char *wanted;
    } rows[] = {
        {{VERDICT_PASS}, 1, "PASS"},
        {{VERDICT_PASS, VERDICT_FAIL, VERDICT_PASS}, 3, "FAIL"},
        {{VERDICT_PASS, VERDICT_ERROR}, 2, "ERROR"},
        {{VERDICT_PASS, VERDICT_INCONCLUSIVE}, 2, "INCONCLUSIVE"},
        {{VERDICT_PASS, VERDICT_NONSTRICT}, 2, "NONSTRICT"},
        {{VERDICT_PASS, VERDICT_INFO}, 2, "PASS"},
        {{VERDICT_UNSUPPORTED, VERDICT_PASS}, 2, "PASS"},
        {{VERDICT_SKIP, VERDICT_UNSUPPORTED}, 2, "UNSUPPORTED"},
        {{VERDICT_SKIP, VERDICT_INFO}, 2, "INFO"},
        {{VERDICT_SKIP}, 1, "SKIP"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_STRING_EQUAL(results_requirement_verdict(rows[i].verdicts, rows[i].count), rows[i].wanted);
    CU_ASSERT_PTR_NULL(results_requirement_verdict(NULL, 0));
}

static const char cases[] = "{\"cases\": [{\"id\": \"KAL-900\", \"rev\": 1, \"level\": \"must\", "
                            "\"requires\": [\"KAL-10\"], \"title\": {\"en\": \"t\", \"zh\": \"t\"},"
                            " \"profiles\": [\"2023\"], \"for_each\": [{\"id\": \"a\"}, {\"id\": \"b\"}, "
                            "{\"id\": \"c\"}, {\"id\": \"d\"}],"
                            " \"steps\": [{\"device\": \"d1\", \"do\": \"connect\"}]}]}";

static const char *member(const cJSON *node, const char *list, int index, const char *key)
{
    const cJSON *item = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(node, list), index);
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, key));
    return text ? text : "";
}

/* A worker's answer, one that has died, one whose answer is cut, one that was skipped. */
static void the_document_is_what_reports_read(void)
{
    struct suite suite;
    struct problems problems = {0};
    CU_ASSERT_TRUE_FATAL(suite_prepare(&suite, &problems));
    suite_load_text(&suite, str_of(cases), "suites/platform/x.json", &problems);
    CU_ASSERT_EQUAL_FATAL(suite.cases.count, 4);
    struct results *r = results_new(suite.cases.items, suite.cases.count);
    results_add(r, 1, NULL, "was ended by signal 9");
    results_add(r, 0,
                "{\"verdict\":\"PASS\",\"started_ms\":1,\"duration_ms\":2.5,\"transcript\":[],"
                "\"target\":{\"name\":\"mock-broker\",\"version\":\"9.9\"}}",
                NULL);
    results_add(r, 2, "{\"verdict\":\"PA", NULL);
    results_skip(r, 3, "fail-fast", "a case before it has failed");
    const struct results_frame frame = {.command = "iotconform run", .ledger = suite.ledger, .not_run = 3};
    cJSON *document = results_document(r, &frame);
    CU_ASSERT_TRUE(report_check(document, "results.json", &problems));
    problems_print(&problems, stderr);
    CU_ASSERT_STRING_EQUAL(member(document, "cases", 0, "verdict"), "PASS");
    CU_ASSERT_STRING_EQUAL(member(document, "cases", 1, "message"), "the worker was ended by signal 9");
    CU_ASSERT_STRING_EQUAL(member(document, "cases", 2, "verdict"), "ERROR");
    CU_ASSERT_STRING_EQUAL(member(document, "cases", 3, "reason"), "fail-fast");
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(document, "overall")),
                           "INCOMPLETE");
    char *text = cJSON_PrintUnformatted(document);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"version\":\"9.9\""));
    cJSON_free(text);
    cJSON_Delete(document);
    results_free(r);
    problems_fini(&problems);
    suite_fini(&suite);
}

void unit_results(void)
{
    UNIT(a_requirement_is_as_good_as_its_worst_case);
    UNIT(the_document_is_what_reports_read);
}
