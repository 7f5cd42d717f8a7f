/* A run against a platform that is not ours: which of the chosen cases are run there, which are not and why, and how long that takes. */
#ifndef HARNESS_TARGET_PLAN_H
#define HARNESS_TARGET_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/obstacle.h"
#include "harness/rate.h"
#include "harness/results.h"
#include "harness/target.h"

struct target_plan {
    struct target *target;
    struct rate *rate;
    cJSON *identity; /* of target_probe */
    bool clock_is_manual;
    struct obstacle *obstacles; /* by test, from the number of runs on */
    size_t runs, count;
};

/* Reads the file. False with problems; may_harm asks for a target that is expendable. */
bool target_plan_load(struct target_plan *plan, const char *file, bool may_harm, struct problems *problems);
void target_plan_fini(struct target_plan *plan);

/* Keeps the tests of the target's profile, those that are run there in front. Returns how many are left of count. */
size_t target_plan_sort(struct target_plan *plan, struct testcase **tests, size_t count,
                        const struct ledger *ledger, bool may_harm);

/* How long a case may wait for the cap on connections. */
int64_t target_plan_wait_ms(const struct target_plan *plan, const struct testcase *test);

/* What --dry-run says. */
void target_plan_print(const struct target_plan *plan, struct testcase *const *tests);

/* Results of the cases that are not run. */
void target_plan_set_aside(const struct target_plan *plan, struct results *results);

#endif
