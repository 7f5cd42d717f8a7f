/* Verdicts of cases, and what they add up to. */
#ifndef HARNESS_VERDICT_H
#define HARNESS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

/* docs/case-language.md says what each one means. */
enum verdict {
    VERDICT_PASS,
    VERDICT_FAIL,
    VERDICT_NONSTRICT,
    VERDICT_INFO,
    VERDICT_INCONCLUSIVE,
    VERDICT_UNSUPPORTED,
    VERDICT_SKIP,
    VERDICT_ERROR,
    VERDICTS
};

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_INFO, LEVELS };

/* "PASS" …, "must" …; never NULL. */
const char *verdict_name(enum verdict verdict);
const char *verdict_level_name(enum level level);

/* False when the name is none. */
bool verdict_named(const char *name, enum verdict *out);
bool verdict_level_named(const char *name, enum level *out);

/* What a step that did not hold means for a case of this level. */
enum verdict verdict_of_deviation(enum level level, bool is_precondition);

/* The graver of two. */
enum verdict verdict_worse(enum verdict a, enum verdict b);

/* Verdicts counted, by level. */
struct verdict_counts {
    size_t of[LEVELS][VERDICTS];
};

size_t verdict_count(const struct verdict_counts *counts, enum verdict verdict);

/* "NOT CONFORMANT" when a case failed or, if strict, deviates from a recommendation; else "INCOMPLETE" when the run was interrupted or a must
 * case came to no verdict; else "CONFORMANT WITH DEVIATIONS" or "CONFORMANT". */
const char *verdict_overall(const struct verdict_counts *counts, bool interrupted, bool strict);

/* Of the closing line: PASS and INFO and, unless strict, NONSTRICT have passed; UNSUPPORTED and SKIP are skipped. */
struct verdict_sums {
    size_t passed, failed, skipped;
};
struct verdict_sums verdict_sums(const struct verdict_counts *counts, bool strict);

/* The program's exit code: 1 a failure (or, when strict, a deviation), else 3 when a case came to no verdict, else 0. */
int verdict_exit_code(const struct verdict_counts *counts, bool strict);

#endif
