/* What a run against some platform is expected to come to where that is not PASS: a file of verdicts with reason and expiry date. */
#ifndef HARNESS_EXPECTATION_H
#define HARNESS_EXPECTATION_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/testcase.h"
#include "harness/verdict.h"
#include "lib/base/problem.h"

struct expectations;

/* Reads {"expectations": [{"runs": GLOB, "verdict", "reason", "until": "YYYY-MM-DD"}]}. NULL with a problem for everything that is
 * wrong. The caller frees. */
struct expectations *expectations_load(const char *file, struct problems *problems);
void expectations_free(struct expectations *e);

/* Finds each run's row; a run that two rows fit is a problem. The tests are borrowed for the call. */
void expectations_match(struct expectations *e, struct testcase *const *tests, size_t count,
                        struct problems *problems);

/* How a run's verdict compares with its row. */
enum expectation_fit {
    EXPECTATION_NONE, /* it has no row */
    EXPECTATION_MET,
    EXPECTATION_UNEXPECTED_PASS, /* PASS, where something else was expected */
    EXPECTATION_OTHER            /* another verdict than expected */
};
enum expectation_fit expectations_fit(const struct expectations *e, size_t run, enum verdict verdict);

/* What stands in results.json of a run: {"verdict", "reason", "until", "met"}; NULL when it has no row. The caller frees. */
cJSON *expectations_note(const struct expectations *e, size_t run, enum verdict verdict);

/* Says each row that matched no run, and each that has expired by now (ms since 1970, UTC; a row is good to the end of its day).
 * Returns how many there were: failures of the run. */
size_t expectations_complain(const struct expectations *e, int64_t wall_ms);

#endif
