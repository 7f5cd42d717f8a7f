/* Any suite file: cases, or problems; a file without a problem has cases that can be run. */
#include <stdio.h>
#include <stdlib.h>

#include "harness/suite.h"
#include "lib/base/check.h"
#include "tests/fuzz/fuzz.h"

/* Ledger and profiles, read once. */
static struct suite *prepared(void)
{
    static struct suite suite;
    static bool is_ready;
    if (is_ready)
        return &suite;
    struct problems problems = {0};
    is_ready = suite_prepare(&suite, &problems);
    problems_print(&problems, stderr);
    if (!is_ready)
        exit(3); /* the place of the suites is not known: IOTCONFORM_HOME */
    problems_fini(&problems);
    return &suite;
}

static void check_case(const struct testcase *test)
{
    CHECK(test->id && test->key && test->path && test->profile);
    CHECK(cJSON_IsArray(test->steps) && cJSON_IsArray(test->requires));
    CHECK(test->rev >= 1 && test->timeout_ms >= 0);
    CHECK(testcase_longest_ms(test) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct suite *suite = prepared();
    struct problems problems = {0};
    suite_load_text(suite, (struct str){(const char *)data, size}, "input", &problems);
    for (size_t i = 0; i < suite->cases.count && problems.count == 0; i++)
        check_case(suite->cases.items[i]);
    testcases_fini(&suite->cases);
    problems_fini(&problems);
    return 0;
}
