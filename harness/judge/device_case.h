/* A case about a device: one object of a file below suites/device, with one of its rows. Its steps are of device_step.h; all else is
 * as in the cases about a platform, so that results and reports know them as one kind (docs/judging-a-device.md). */
#ifndef HARNESS_JUDGE_DEVICE_CASE_H
#define HARNESS_JUDGE_DEVICE_CASE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/ledger.h"
#include "harness/testcase.h"
#include "lib/base/problem.h"
#include "lib/rules/profile.h"

/* What a case begins with. */
enum device_start {
    START_ANY,    /* whatever is */
    START_ONLINE, /* the device is online, or comes */
    START_OFFLINE /* no connection is open: one that is has been ended */
};

struct device_case {
    /* test.steps still hold what is only known while it runs: ${captured.NAME.member} */
    struct testcase test;
    enum device_start start;
    bool is_observer; /* does nothing; judged over all that was seen of the device, at the end */
    bool is_alone;    /* strikes every device of the mock: never beside another case */
    /* What it did to the device's session is not to meet the next case: the session is forgotten. */
    bool forgets_after;
    /* What it looks at may come before a CONNECT says whose it is: a handshake that fails. */
    bool is_nameless;
    cJSON *needs;       /* what the device must be able to do, by its description; an object */
    cJSON *change;      /* {"en", "zh"}: what to change in the firmware; or NULL */
    int64_t longest_ms; /* that it can take; said by the case, or summed up */
    int64_t start_ms;   /* how long the device may take for its start; 0: as long as for coming back, twice */
};

struct device_cases {
    struct device_case **items;
    size_t count;
};

struct device_case_context {
    const struct ledger *ledger;
    const struct profile *profile; /* borrowed for as long as the cases live */
    const cJSON *device;           /* {"productKey", "deviceName"}: ${device.d1.deviceName} */
};

/* Loads every *.json below dir (NULL: suites/device of home_dir()), in the order of their names. False when there was a problem. */
bool device_cases_load(struct device_cases *all, const char *dir, const struct device_case_context *context,
                       struct problems *problems);

/* The cases of one file's text; for tests and fuzzing. */
void device_cases_load_text(struct device_cases *all, struct str text, const char *name,
                            const struct device_case_context *context, struct problems *problems);

void device_cases_fini(struct device_cases *all);

/* Whether other devices' connections are to be told apart from the device's by the name in their CONNECT, when each case has a
 * deviceName of its own. */
bool device_case_is_named(const struct device_case *c, bool is_mapped);

#endif
