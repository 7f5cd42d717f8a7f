/* Any file of expectations, matched with two runs: problems, or a row that any verdict can be held against. */
#include <stdio.h>

#include "harness/expectation.h"
#include "lib/base/check.h"
#include "tests/fuzz/fuzz.h"

static void check_fit(const struct expectations *e, size_t run)
{
    for (enum verdict verdict = 0; verdict < VERDICTS; verdict++) {
        enum expectation_fit fit = expectations_fit(e, run, verdict);
        cJSON *note = expectations_note(e, run, verdict);
        CHECK((note == NULL) == (fit == EXPECTATION_NONE));
        CHECK(fit != EXPECTATION_MET || verdict != VERDICT_PASS);
        cJSON_Delete(note);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct testcase cases[] = {
        {.base_id = "KAL-010", .row_id = "KAL-010", .id = "KAL-010@tls", .key = "KAL-010@tls@2023"},
        {.base_id = "SIG-020", .row_id = "SIG-020:sha1", .id = "SIG-020:sha1", .key = "SIG-020:sha1@2018"}};
    struct testcase *const runs[] = {&cases[0], &cases[1]};
    struct problems problems = {0};
    struct expectations *e = expectations_load(fuzz_file(data, size), &problems);
    CHECK((e == NULL) == (problems.count > 0));
    if (e) {
        expectations_match(e, runs, 2, &problems);
        for (size_t run = 0; run < 2; run++)
            check_fit(e, run);
    }
    expectations_free(e);
    problems_fini(&problems);
    return 0;
}
