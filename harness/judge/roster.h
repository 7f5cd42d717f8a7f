/* Who may sign in during a session. The mock is told when it starts, and when it starts again: so no device is turned away because it was
 * quicker than the judge. */
#ifndef HARNESS_JUDGE_ROSTER_H
#define HARNESS_JUDGE_ROSTER_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "harness/judge/device_case.h"
#include "harness/judge/examiner.h"

/* The deviceName under which a case is judged; the caller frees. */
char *roster_device_name(const struct examiner_options *options, const struct device_case *test);

/* True unless the description denies that devices ask for their deviceSecret or deviceToken with their product's secret. */
bool roster_may_register(const struct examiner_options *options);

/* A configuration for mock-broker --config: the product and every device that a case is judged under. What may register (REG-01..09) is
 * given the deviceSecret of the options by each registration. The caller frees. */
cJSON *roster_config(const struct examiner_options *options);

#endif
