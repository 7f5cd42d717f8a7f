#include "verdict.h"

#include <string.h>

#include "harness/commands.h"

/* rank: which of two verdicts of one case stays; sum: what it is in the closing line (NONSTRICT depends on strictness). */
enum sum { PASSED, FAILED, SKIPPED };
static const struct {
    const char *name;
    int rank;
    enum sum sum;
} table[VERDICTS] = {
    [VERDICT_PASS] = {"PASS", 0, PASSED},
    [VERDICT_FAIL] = {"FAIL", 6, FAILED},
    [VERDICT_NONSTRICT] = {"NONSTRICT", 2, PASSED},
    [VERDICT_INFO] = {"INFO", 1, PASSED},
    [VERDICT_INCONCLUSIVE] = {"INCONCLUSIVE", 5, FAILED},
    [VERDICT_UNSUPPORTED] = {"UNSUPPORTED", 4, SKIPPED},
    [VERDICT_SKIP] = {"SKIP", 3, SKIPPED},
    [VERDICT_ERROR] = {"ERROR", 7, FAILED},
};

static const char *const levels[LEVELS] = {"must", "should", "info"};

const char *verdict_name(enum verdict verdict)
{
    return table[verdict].name;
}

const char *verdict_level_name(enum level level)
{
    return levels[level];
}

bool verdict_named(const char *name, enum verdict *out)
{
    for (int i = 0; i < VERDICTS; i++) {
        if (strcmp(table[i].name, name) == 0) {
            *out = (enum verdict)i;
            return true;
        }
    }
    return false;
}

bool verdict_level_named(const char *name, enum level *out)
{
    for (int i = 0; i < LEVELS; i++) {
        if (strcmp(levels[i], name) == 0) {
            *out = (enum level)i;
            return true;
        }
    }
    return false;
}

enum verdict verdict_of_deviation(enum level level, bool is_precondition)
{
    if (is_precondition)
        return VERDICT_INCONCLUSIVE;
    return level == LEVEL_MUST ? VERDICT_FAIL : level == LEVEL_SHOULD ? VERDICT_NONSTRICT : VERDICT_INFO;
}

enum verdict verdict_worse(enum verdict a, enum verdict b)
{
    return table[a].rank >= table[b].rank ? a : b;
}

size_t verdict_count(const struct verdict_counts *counts, enum verdict verdict)
{
    size_t sum = 0;
    for (int level = 0; level < LEVELS; level++)
        sum += counts->of[level][verdict];
    return sum;
}

const char *verdict_overall(const struct verdict_counts *counts, bool interrupted, bool strict)
{
    const size_t *must = counts->of[LEVEL_MUST];
    if (verdict_count(counts, VERDICT_FAIL) > 0 || (strict && verdict_count(counts, VERDICT_NONSTRICT) > 0))
        return "NOT CONFORMANT";
    if (interrupted || must[VERDICT_ERROR] + must[VERDICT_INCONCLUSIVE] > 0)
        return "INCOMPLETE";
    return verdict_count(counts, VERDICT_NONSTRICT) > 0 ? "CONFORMANT WITH DEVIATIONS" : "CONFORMANT";
}

struct verdict_sums verdict_sums(const struct verdict_counts *counts, bool strict)
{
    size_t sums[3] = {0};
    for (int i = 0; i < VERDICTS; i++) {
        enum sum sum = strict && i == VERDICT_NONSTRICT ? FAILED : table[i].sum;
        sums[sum] += verdict_count(counts, (enum verdict)i);
    }
    return (struct verdict_sums){sums[PASSED], sums[FAILED], sums[SKIPPED]};
}

int verdict_exit_code(const struct verdict_counts *counts, bool strict)
{
    if (verdict_count(counts, VERDICT_FAIL) > 0 || (strict && verdict_count(counts, VERDICT_NONSTRICT) > 0))
        return EXIT_DEVIATION;
    if (verdict_count(counts, VERDICT_ERROR) + verdict_count(counts, VERDICT_INCONCLUSIVE) > 0)
        return EXIT_INCOMPLETE;
    return EXIT_AS_EXPECTED;
}
