#include "tally.h"

#include "harness/commands.h"

static bool is_skip(enum verdict verdict)
{
    return verdict == VERDICT_SKIP || verdict == VERDICT_UNSUPPORTED;
}

static bool has_no_verdict(enum verdict verdict)
{
    return verdict == VERDICT_ERROR || verdict == VERDICT_INCONCLUSIVE;
}

static bool is_failure(enum verdict verdict, bool strict)
{
    return verdict == VERDICT_FAIL || has_no_verdict(verdict) || (strict && verdict == VERDICT_NONSTRICT);
}

struct tally tally_of(const struct results *results, size_t count, const struct expectations *expectations,
                      size_t complaints, bool strict)
{
    struct tally t = {.failed = complaints};
    bool deviates = complaints > 0, is_incomplete = false;
    for (size_t i = 0; i < count; i++) {
        enum verdict verdict;
        if (!results_get(results, i, &verdict))
            continue;
        enum expectation_fit fit = expectations_fit(expectations, i, verdict);
        bool met = fit == EXPECTATION_MET;
        bool fails = fit != EXPECTATION_NONE ? !met : is_failure(verdict, strict);
        t.as_expected += met;
        t.failed += fails;
        t.skipped += !fails && is_skip(verdict);
        t.passed += !fails && !is_skip(verdict);
        is_incomplete = is_incomplete || (fails && has_no_verdict(verdict));
        deviates = deviates || (fails && !has_no_verdict(verdict));
    }
    t.exit_code = deviates ? EXIT_DEVIATION : is_incomplete ? EXIT_INCOMPLETE : EXIT_AS_EXPECTED;
    return t;
}
