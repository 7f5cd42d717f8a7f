/* What is to be judged: the cases about devices, chosen, with the results they come to. Shared by `judge` and `replay`. */
#ifndef HARNESS_JUDGE_JUDGE_PLAN_H
#define HARNESS_JUDGE_JUDGE_PLAN_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/arguments.h"
#include "harness/judge/device_case.h"
#include "harness/judge/examiner.h"
#include "harness/results.h"
#include "harness/suite.h"

/* Borrowed while the plan is made; texts may be NULL where a default is. */
struct judge_choice {
    const char *profile;  /* default 2023 */
    const char *suite;    /* a folder; default suites/device */
    struct words selects; /* patterns; none: all */
    bool is_quick;        /* leave out what may take longer than JUDGE_QUICK_MS */
    const char *product_key, *device_name;
};

enum { JUDGE_QUICK_MS = 30000 };

struct judge_plan {
    struct suite suite; /* ledger and profiles */
    const struct profile *profile;
    struct device_cases all;
    cJSON *device; /* productKey, deviceName */
    struct device_case **chosen;
    struct testcase **tests; /* the same, as results know them */
    size_t count;
    struct device_case **quick_without; /* left out by is_quick */
    size_t left_out;
    struct results *results;
};

/* False with problems; judge_plan_fini is due in both cases. */
bool judge_plan_make(struct judge_plan *p, const struct judge_choice *choice, struct problems *problems);
void judge_plan_fini(struct judge_plan *p);

/* Where a case stands in chosen. */
size_t judge_plan_index(const struct judge_plan *p, const struct device_case *test);

/* Keeps what a case came to; the transcript is taken over. then: the verdict of the session that is judged again, or NULL. */
void judge_plan_keep(struct judge_plan *p, const struct examiner_result *result, const char *then);

/* Those whose needs the description denies: UNSUPPORTED. The others are moved to the front of chosen, and counted. */
size_t judge_plan_set_aside(struct judge_plan *p, const cJSON *description);

/* Cases without a result are skipped, with the reason. */
void judge_plan_skip_rest(struct judge_plan *p, const char *reason, const char *message);

#endif
