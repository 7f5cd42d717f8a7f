#include "harness/report.h"

#include <string.h>

#include "lib/base/json.h"
#include "tests/unit/unit.h"

#define COUNTS                                                                                               \
    "{\"PASS\":1,\"FAIL\":0,\"NONSTRICT\":0,\"INFO\":0,\"INCONCLUSIVE\":0,\"UNSUPPORTED\":0,\"SKIP\":0,"     \
    "\"ERROR\":0}"
#define HEAD                                                                                                 \
    "{\"schema\":1,\"tool\":{\"name\":\"i\",\"version\":\"1\"},\"started\":\"\",\"finished\":\"\","          \
    "\"duration_ms\":1,\"target\":{\"kind\":\"mock\",\"name\":\"m\",\"version\":\"\"},\"command\":\"\","     \
    "\"profiles\":[\"2023\"],\"overall\":\"CONFORMANT\",\"not_run\":0,\"requirements\":[],"                  \
    "\"counts\":{\"must\":" COUNTS ",\"should\":" COUNTS ",\"info\":" COUNTS "},\"cases\":["
#define RUN(key, profile, verdict, entry)                                                                    \
    "{\"id\":\"A-1\",\"rev\":1,\"profile\":\"" profile "\",\"key\":\"" key "\","                             \
    "\"title\":{\"en\":\"\",\"zh\":\"\"},\"requires\":[],\"level\":\"must\",\"verdict\":" verdict ","        \
    "\"started_ms\":0,\"duration_ms\":0,\"transcript\":[" entry "]}"
#define ENTRY "{\"t_ms\":0,\"dir\":\"in\",\"what\":\"packet\"}"

/* The one problem of a text has this path and holds this text; no path: there is none. */
static void check(const char *text, const char *path, const char *part)
{
    struct problems problems = {0};
    cJSON *results = json_parse(str_of(text), "r", &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(results);
    CU_ASSERT_EQUAL(report_check(results, "r", &problems), path == NULL);
    CU_ASSERT_EQUAL(problems.count, path ? 1 : 0);
    if (path && problems.count == 1) {
        CU_ASSERT_STRING_EQUAL(problems.items[0].path, path);
        CU_ASSERT_PTR_NOT_NULL(strstr(problems.items[0].text, part));
    }
    cJSON_Delete(results);
    problems_fini(&problems);
}

static void a_good_file_has_no_problem(void)
{
    check(HEAD RUN("a", "2023", "\"PASS\"", ENTRY) "]}", NULL, NULL);
    check(HEAD "]}", NULL, NULL);
}

static void each_problem_has_its_place(void)
{
    check(HEAD RUN("a", "2023", "\"pass\"", "") "]}", "r#/cases/0/verdict", "no word");
    check(HEAD RUN("a", "2023", "1", "") "]}", "r#/cases/0/verdict", "a string");
    check(HEAD RUN("a", "2023", "\"PASS\",\"x\":1", "") "]}", "r#/cases/0/x", "unknown key");
    check(HEAD RUN("a", "2023", "\"PASS\"", "{\"dir\":\"in\",\"what\":\"packet\"}") "]}",
          "r#/cases/0/transcript/0/t_ms", "required");
    check(HEAD RUN("a", "2023", "\"PASS\"", "7") "]}", "r#/cases/0/transcript/0", "an object");
    check(HEAD "3]}", "r#/cases/0", "an object");
}

static void what_the_reports_rely_on_is_checked_too(void)
{
    check(HEAD RUN("a", "2023", "\"PASS\"", "") "," RUN("a", "2023", "\"PASS\"", "") "]}", "r#/cases/1",
          "twice");
    check(HEAD RUN("a", "2018", "\"PASS\"", "") "]}", "r#/cases/0", "profile");
}

static void a_text_of_another_kind_gives_all_problems(void)
{
    struct problems problems = {0};
    cJSON *results = json_parse(STR("{\"schema\":2,\"cases\":{}}"), "r", &problems);
    CU_ASSERT_FALSE(report_check(results, "r", &problems));
    CU_ASSERT_EQUAL(problems.count, 13); /* 11 missing, one no array, one version */
    cJSON_Delete(results);
    problems_fini(&problems);
    results = json_parse(STR("[]"), "r", &problems);
    CU_ASSERT_FALSE(report_check(results, "r", &problems));
    cJSON_Delete(results);
    problems_fini(&problems);
}

void unit_report_check(void)
{
    UNIT(a_good_file_has_no_problem);
    UNIT(each_problem_has_its_place);
    UNIT(what_the_reports_rely_on_is_checked_too);
    UNIT(a_text_of_another_kind_gives_all_problems);
}
