#include "harness/view.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/map.h"
#include "tests/unit/unit.h"

static const char results_text[] =
    "{\"overall\":\"NOT CONFORMANT\",\"target\":{\"name\":\"t\",\"version\":\"9\"},\"requirements\":["
    "{\"id\":\"KAL-01\",\"verdict\":\"PASS\"},{\"id\":\"KAL-02\",\"verdict\":\"ERROR\"},{\"id\":\"SIG-01\","
    "\"verdict\":\"NOT RUN\"}],"
    "\"cases\":["
    "{\"id\":\"KAL-010:b\",\"key\":\"KAL-010:b@x\",\"level\":\"must\",\"verdict\":\"NONSTRICT\"},"
    "{\"id\":\"ZZZ-001\",\"key\":\"ZZZ-001@x\",\"level\":\"info\",\"verdict\":\"INFO\"},"
    "{\"id\":\"KAL-002\",\"key\":\"KAL-002@x\",\"level\":\"must\",\"verdict\":\"FAIL\"},"
    "{\"id\":\"KAL-010:a\",\"key\":\"KAL-010:a@x\",\"level\":\"must\",\"verdict\":\"ERROR\"},"
    "{\"id\":\"NET-001\",\"key\":\"NET-001@x\",\"level\":\"must\",\"verdict\":\"PASS\"}]}";

static void runs_are_grouped_by_case_and_sorted_by_area(void)
{
    cJSON *results = cJSON_Parse(results_text);
    struct view v;
    view_init(&v, results);
    static const char *const wanted[] = {"NET-001", "KAL-002", "KAL-010", "ZZZ-001"};
    CU_ASSERT_EQUAL_FATAL(v.group_count, 4);
    for (size_t i = 0; i < 4; i++)
        CU_ASSERT_TRUE(str_is(v.groups[i]->id, wanted[i]));
    CU_ASSERT_EQUAL(v.groups[2]->count, 2);
    CU_ASSERT_STRING_EQUAL(view_text(v.groups[2]->runs[0], "id"), "KAL-010:b");
    CU_ASSERT_STRING_EQUAL(view_areas[v.groups[1]->area].name.en, "Keep-alive");
    CU_ASSERT_PTR_NULL(view_areas[v.groups[3]->area].prefix);
    CU_ASSERT_PTR_NOT_NULL(map_get(v.requirements, STR("SIG-01")));
    view_fini(&v);
    cJSON_Delete(results);
}

static void failures_come_worst_first(void)
{
    cJSON *results = cJSON_Parse(results_text);
    size_t count;
    const cJSON **runs = view_failures(results, &count);
    CU_ASSERT_EQUAL_FATAL(count, 3);
    CU_ASSERT_STRING_EQUAL(view_text(runs[0], "verdict"), "FAIL");
    CU_ASSERT_STRING_EQUAL(view_text(runs[1], "verdict"), "ERROR");
    CU_ASSERT_STRING_EQUAL(view_text(runs[2], "verdict"), "NONSTRICT");
    free(runs);
    cJSON_Delete(results);
}

static void counts_by_level_and_by_verdict(void)
{
    cJSON *results = cJSON_Parse(results_text);
    int tested, all;
    CU_ASSERT_EQUAL(view_count(results, "must", "FAIL"), 1);
    CU_ASSERT_EQUAL(view_count(results, "must", NULL), 4);
    CU_ASSERT_EQUAL(view_count(results, NULL, "INFO"), 1);
    CU_ASSERT_EQUAL(view_count(results, NULL, NULL), 5);
    view_requirements(results, &tested, &all); /* an error of ours tests nothing */
    CU_ASSERT_EQUAL(tested, 1);
    CU_ASSERT_EQUAL(all, 3);
    cJSON_Delete(results);
}

static void the_sentence_says_what_is_wrong(void)
{
    cJSON *results = cJSON_Parse(results_text);
    struct sheet s;
    sheet_init(&s);
    view_sentence(results, false, &s);
    CU_ASSERT_STRING_EQUAL(
        buf_cstr(&s.bytes),
        "t 9 does not conform to the rules tested: 1 of 3 checks of mandatory rules failed.");
    sheet_fini(&s);
    cJSON_Delete(results);
}

static void what_is_missing_reads_as_empty(void)
{
    cJSON *node = cJSON_Parse("{\"n\":1,\"two\":{\"zh\":\"只\"}}");
    CU_ASSERT_STRING_EQUAL(view_text(node, "n"), "");
    CU_ASSERT_STRING_EQUAL(view_text(NULL, "n"), "");
    CU_ASSERT_EQUAL(view_number(node, "none"), 0);
    CU_ASSERT_PTR_NULL(view_member(node, "n"));
    CU_ASSERT_STRING_EQUAL(view_two(node, "two").en, "只");
    CU_ASSERT_STRING_EQUAL(view_verdict("no such")->word, "NOT RUN");
    CU_ASSERT_STRING_EQUAL(view_row("KAL-010"), "");
    cJSON_Delete(node);
}

void unit_view(void)
{
    UNIT(runs_are_grouped_by_case_and_sorted_by_area);
    UNIT(failures_come_worst_first);
    UNIT(counts_by_level_and_by_verdict);
    UNIT(the_sentence_says_what_is_wrong);
    UNIT(what_is_missing_reads_as_empty);
}
