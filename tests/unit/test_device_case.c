#include "harness/judge/device_case.h"

#include <stdlib.h>
#include <string.h>

#include "harness/suite.h"
#include "lib/base/mem.h"
#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

/* Loads one case, ' for ", with these members beside the usual ones; what was wrong is in problems. */
static void load(struct device_cases *all, const char *members, struct problems *problems)
{
    static struct suite suite;
    struct problems none = {0};
    if (!suite.ledger)
        CU_ASSERT_TRUE_FATAL(suite_prepare(&suite, &none));
    char *text = mem_printf(
        "{'cases': [{'id': 'DEV-900', 'rev': 1, 'role': 'device', 'level': 'must', 'requires': ['DEV-01'], "
        "'title': {'en': 'e', 'zh': 'z'}, %s}]}",
        members);
    for (char *c = text; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    cJSON *device = device_seen_json("{'productKey': 'pk', 'deviceName': 'device'}");
    const struct device_case_context context = {suite.ledger, &suite.profiles[0], device};
    *all = (struct device_cases){0};
    device_cases_load_text(all, str_of(text), "f", &context, problems);
    cJSON_Delete(device);
    free(text);
}

static void a_wrong_case_is_told_with_its_place(void)
{
    static const struct {
        const char *members, *path, *text;
    } rows[] = {
        {"'steps': []", "f#/cases/0/steps", "there are no steps"},
        {"'steps': [{'check': 'well-formed'}], 'stepz': 1", "f#/cases/0/stepz", "unknown"},
        {"'steps': [{'check': 'no-such'}]", "f#/cases/0/steps/0/check", "there is no check"},
        {"'steps': [{'do': 'dance'}]", "f#/cases/0/steps/0", "there is no action"},
        {"'steps': [{'do': 'kick', 'ms': 1}]", "f#/cases/0/steps/0", "is no key of kick"},
        {"'steps': [{'await': 'PINGPONG'}]", "f#/cases/0/steps/0/await", "is nothing that is seen"},
        {"'steps': [{'await': 'PINGREQ', 'from': 'sky'}]", "f#/cases/0/steps/0/from", "device, platform"},
        {"'steps': [{'await': 'PINGREQ', 'else': 'inconclusive'}]", "f#/cases/0/steps/0", "missing says"},
        {"'steps': [{'await': 'PINGREQ', 'within_ms': -1}]", "f#/cases/0/steps/0/within_ms",
         "must be milliseconds"},
        {"'steps': [{'await': 'PINGREQ', 'within_ms': {'hours': 1}}]", "f#/cases/0/steps/0/within_ms/hours",
         "unknown"},
        {"'steps': [{'never': 'PINGREQ'}]", "f#/cases/0/steps/0/for_ms", "is missing"},
        {"'steps': [{'count': 'PINGREQ', 'for_ms': 1}]", "f#/cases/0/steps/0", "min or max is needed"},
        {"'steps': [{'await': 'PUBACK', 'where': {'packetId': '${captured.m.packetId}'}}]",
         "f#/cases/0/steps/0/where/packetId", "m.packetId"},
        {"'steps': [{'do': 'inject'}]", "f#/cases/0/steps/0", "inject wants hex, or packet"},
        {"'steps': [{'do': 'inject', 'packet': 'PUBLISH', 'with': {'colour': 1}}]",
         "f#/cases/0/steps/0/with/colour", "no such field"},
        {"'steps': [{'do': 'inject', 'packet': 'CONNECT'}]", "f#/cases/0/steps/0/packet",
         "no packet that can be built"},
        {"'steps': [{'do': 'publish', 'topic': 't', 'payloadBytes': 0}]", "f#/cases/0/steps/0/payloadBytes",
         "whole number"},
        {"'steps': [{'do': 'restart'}]", "f#/cases/0/steps/0", "strikes every device"},
        {"'observe': true, 'steps': [{'await': 'PINGREQ'}]", "f#/cases/0/steps/0", "has checks only"},
        {"'needs': {'wings': true}, 'steps': [{'check': 'well-formed'}]", "f#/cases/0/needs/wings",
         "nothing that a case can need"},
        {"'start': 'fresh', 'steps': [{'check': 'well-formed'}]", "f#/cases/0/start",
         "any, online or offline"},
        {"'change': {'en': 'e'}, 'steps': [{'check': 'well-formed'}]", "f#/cases/0/change/zh", "required"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct device_cases all;
        struct problems problems = {0};
        load(&all, rows[i].members, &problems);
        CU_ASSERT_EQUAL(problems.count, 1);
        if (problems.count != 1 || strcmp(problems.items[0].path, rows[i].path) != 0 ||
            !strstr(problems.items[0].text, rows[i].text))
            printf("\n%s\n  %s: %s\n", rows[i].members, problems.count ? problems.items[0].path : "",
                   problems.count ? problems.items[0].text : "no problem");
        CU_ASSERT_FATAL(problems.count > 0);
        CU_ASSERT_STRING_EQUAL(problems.items[0].path, rows[i].path);
        CU_ASSERT_PTR_NOT_NULL(strstr(problems.items[0].text, rows[i].text));
        problems_fini(&problems);
        device_cases_fini(&all);
    }
}

static void rows_make_cases_and_may_hold_variables(void)
{
    struct device_cases all;
    struct problems problems = {0};
    load(&all,
         "'for_each': [{'id': 'a', 'topic': '/${device.d1.productKey}/t'}, {'id': 'b', 'topic': 'u'}],"
         "'steps': [{'do': 'inject', 'packet': 'PUBLISH', 'with': {'topic': '${row.topic}'}}, {'never': "
         "'ended', 'for_ms': 500}]",
         &problems);
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_EQUAL_FATAL(all.count, 2);
    CU_ASSERT_STRING_EQUAL(all.items[1]->test.id, "DEV-900:b");
    CU_ASSERT_EQUAL(all.items[0]->longest_ms, 500);
    const cJSON *with = cJSON_GetObjectItemCaseSensitive(all.items[0]->test.steps->child, "with");
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(with, "topic")), "/pk/t");
    device_cases_fini(&all);
}

void unit_device_case(void)
{
    UNIT(a_wrong_case_is_told_with_its_place);
    UNIT(rows_make_cases_and_may_hold_variables);
}
