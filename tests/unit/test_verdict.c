#include "harness/verdict.h"

#include <string.h>

#include "harness/commands.h"
#include "tests/unit/unit.h"

static void names_there_and_back(void)
{
    for (int i = 0; i < VERDICTS; i++) {
        enum verdict verdict = VERDICTS;
        CU_ASSERT_TRUE(verdict_named(verdict_name((enum verdict)i), &verdict));
        CU_ASSERT_EQUAL((int)verdict, i);
    }
    enum verdict verdict;
    enum level level;
    CU_ASSERT_FALSE(verdict_named("pass", &verdict));
    CU_ASSERT_TRUE(verdict_level_named("should", &level));
    CU_ASSERT_EQUAL(level, LEVEL_SHOULD);
    CU_ASSERT_FALSE(verdict_level_named("may", &level));
}

static void a_deviation_weighs_what_its_level_says(void)
{
    CU_ASSERT_EQUAL(verdict_of_deviation(LEVEL_MUST, false), VERDICT_FAIL);
    CU_ASSERT_EQUAL(verdict_of_deviation(LEVEL_SHOULD, false), VERDICT_NONSTRICT);
    CU_ASSERT_EQUAL(verdict_of_deviation(LEVEL_INFO, false), VERDICT_INFO);
    for (int level = 0; level < LEVELS; level++)
        CU_ASSERT_EQUAL(verdict_of_deviation((enum level)level, true), VERDICT_INCONCLUSIVE);
}

static void the_worse_one_stays(void)
{
    CU_ASSERT_EQUAL(verdict_worse(VERDICT_PASS, VERDICT_INFO), VERDICT_INFO);
    CU_ASSERT_EQUAL(verdict_worse(VERDICT_INFO, VERDICT_NONSTRICT), VERDICT_NONSTRICT);
    CU_ASSERT_EQUAL(verdict_worse(VERDICT_FAIL, VERDICT_NONSTRICT), VERDICT_FAIL);
    CU_ASSERT_EQUAL(verdict_worse(VERDICT_ERROR, VERDICT_FAIL), VERDICT_ERROR);
}

/* One case of each given verdict. */
struct row {
    enum level level;
    enum verdict verdict;
    const char *overall;
    int code, strict_code;
    size_t passed, failed, skipped; /* with one must case that passed beside it */
};

static void what_one_more_case_makes_of_a_run(void)
{
    static const struct row rows[] = {
        {LEVEL_MUST, VERDICT_PASS, "CONFORMANT", 0, 0, 2, 0, 0},
        {LEVEL_MUST, VERDICT_FAIL, "NOT CONFORMANT", 1, 1, 1, 1, 0},
        {LEVEL_SHOULD, VERDICT_NONSTRICT, "CONFORMANT WITH DEVIATIONS", 0, 1, 2, 0, 0},
        {LEVEL_INFO, VERDICT_INFO, "CONFORMANT", 0, 0, 2, 0, 0},
        {LEVEL_MUST, VERDICT_INCONCLUSIVE, "INCOMPLETE", 3, 3, 1, 1, 0},
        {LEVEL_SHOULD, VERDICT_INCONCLUSIVE, "CONFORMANT", 3, 3, 1, 1, 0},
        {LEVEL_MUST, VERDICT_UNSUPPORTED, "CONFORMANT", 0, 0, 1, 0, 1},
        {LEVEL_MUST, VERDICT_SKIP, "CONFORMANT", 0, 0, 1, 0, 1},
        {LEVEL_MUST, VERDICT_ERROR, "INCOMPLETE", 3, 3, 1, 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct verdict_counts counts = {0};
        counts.of[LEVEL_MUST][VERDICT_PASS] = 1;
        counts.of[row->level][row->verdict]++;
        struct verdict_sums sums = verdict_sums(&counts, false);
        CU_ASSERT_STRING_EQUAL(verdict_overall(&counts, false, false), row->overall);
        CU_ASSERT_EQUAL(verdict_exit_code(&counts, false), row->code);
        CU_ASSERT_EQUAL(verdict_exit_code(&counts, true), row->strict_code);
        CU_ASSERT_EQUAL(sums.passed, row->passed);
        CU_ASSERT_EQUAL(sums.failed, row->failed);
        CU_ASSERT_EQUAL(sums.skipped, row->skipped);
    }
}

static void a_failure_outweighs_an_error(void)
{
    struct verdict_counts counts = {0};
    counts.of[LEVEL_MUST][VERDICT_FAIL] = counts.of[LEVEL_MUST][VERDICT_ERROR] = 1;
    CU_ASSERT_STRING_EQUAL(verdict_overall(&counts, true, false), "NOT CONFORMANT");
    CU_ASSERT_EQUAL(verdict_exit_code(&counts, false), EXIT_DEVIATION);
}

static void an_interrupted_run_is_incomplete(void)
{
    struct verdict_counts counts = {0};
    CU_ASSERT_STRING_EQUAL(verdict_overall(&counts, true, false), "INCOMPLETE");
}

void unit_verdict(void)
{
    UNIT(names_there_and_back);
    UNIT(a_deviation_weighs_what_its_level_says);
    UNIT(the_worse_one_stays);
    UNIT(what_one_more_case_makes_of_a_run);
    UNIT(a_failure_outweighs_an_error);
    UNIT(an_interrupted_run_is_incomplete);
}
