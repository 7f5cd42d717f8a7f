/* What proves each requirement of the platform: cases, vectors, and the tests that the ledger names. And where nothing does. */
#ifndef HARNESS_COVERAGE_H
#define HARNESS_COVERAGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>

#include "harness/suite.h"
#include "harness/vectors.h"

/* {"requirements": [{"id", "level", "status", "cases": [ids], "profiles": [of the cases], "vectors": [ids], "proved_by": [paths],
 * "reason"?, "gaps": [texts]}], "passed", "failed", "skipped"}: the platform's rows of the ledger (who: P), and others where there
 * is a gap. A row fails that has a gap: it is "tested" and nothing proves it, or it is not and gives no reason, or a case requires
 * it although it is "planned" or "not-testable", or it is proved by a file that is not there. Skipped: not tested, with a reason.
 * The caller frees. */
cJSON *coverage_of(const struct suite *suite, const struct vectors *vectors);

/* The same for readers: a few lines a requirement, and the counts. */
void coverage_print(const cJSON *coverage, FILE *to);

/* True when a row has a gap. */
bool coverage_has_gap(const cJSON *coverage);

#endif
