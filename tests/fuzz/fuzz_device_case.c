/* Any file of cases about a device: cases, or problems. */
#include <stdio.h>
#include <stdlib.h>

#include "harness/judge/device_case.h"
#include "harness/suite.h"
#include "lib/base/check.h"
#include "tests/fuzz/fuzz.h"

static struct suite *prepared(void)
{
    static struct suite suite;
    static bool is_ready;
    struct problems problems = {0};
    if (is_ready)
        return &suite;
    is_ready = suite_prepare(&suite, &problems);
    problems_print(&problems, stderr);
    if (!is_ready)
        exit(3); /* the place of the suites is not known: IOTCONFORM_HOME */
    problems_fini(&problems);
    return &suite;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct suite *suite = prepared();
    struct problems problems = {0};
    struct device_cases all = {0};
    cJSON *device = cJSON_Parse("{\"productKey\": \"pk\", \"deviceName\": \"device\"}");
    const struct device_case_context context = {suite->ledger, &suite->profiles[0], device};
    device_cases_load_text(&all, (struct str){(const char *)data, size}, "input", &context, &problems);
    for (size_t i = 0; i < all.count && problems.count == 0; i++) {
        CHECK(all.items[i]->test.id && cJSON_IsArray(all.items[i]->test.steps) &&
              all.items[i]->test.steps->child);
        CHECK(all.items[i]->longest_ms >= 0);
    }
    device_cases_fini(&all);
    problems_fini(&problems);
    cJSON_Delete(device);
    return 0;
}
