/* All cases there are: every suite file below a folder, loaded strictly, in every profile. */
#ifndef HARNESS_SUITE_H
#define HARNESS_SUITE_H

#include <stddef.h>

#include "harness/judge/device_case.h"
#include "harness/ledger.h"
#include "harness/testcase.h"
#include "lib/base/problem.h"
#include "lib/rules/profile.h"

struct suite {
    struct ledger *ledger;
    struct profile *profiles; /* in the order of their names */
    size_t profile_count;
    struct testcases cases;      /* by file, case, profile, row */
    struct device_cases devices; /* about devices, in profile 2023 */
    size_t file_count;
    const cJSON *device; /* struct testcase_context */
};

/* Loads the profiles and the ledger of home_dir(), and every *.json below dir, or dir itself when it is a file (NULL: suites/platform,
 * and the cases about devices). False when there was any problem; the suite is to be freed all the same. */
bool suite_load(struct suite *suite, const char *dir, struct problems *problems);

/* The same with another device in the place of the built-in one; borrowed for the call. */
bool suite_load_as(struct suite *suite, const char *dir, const cJSON *device, struct problems *problems);

/* Adds the cases of one file's text; for tests and fuzzing. name stands in paths. */
void suite_load_text(struct suite *suite, struct str text, const char *name, struct problems *problems);

/* Ledger and profiles only. */
bool suite_prepare(struct suite *suite, struct problems *problems);

void suite_fini(struct suite *suite);

#endif
