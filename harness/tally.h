/* What the runs add up to for the closing line and the exit code, when some are expected to come to something else than PASS. */
#ifndef HARNESS_TALLY_H
#define HARNESS_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/expectation.h"
#include "harness/results.h"

struct tally {
    size_t passed, failed, skipped;
    size_t as_expected; /* of those passed: runs whose row was met */
    int exit_code;
};

/* Of results that are complete. complaints: rows that are wrong themselves; each is a failure. Without expectations (NULL) the
 * same as verdict_sums and verdict_exit_code. */
struct tally tally_of(const struct results *results, size_t count, const struct expectations *expectations,
                      size_t complaints, bool strict);

#endif
