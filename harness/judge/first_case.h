/* The case before all others, "first": the device, or one of them, is to come online. It is in no suite and no report. */
#ifndef HARNESS_JUDGE_FIRST_CASE_H
#define HARNESS_JUDGE_FIRST_CASE_H

#include <stdint.h>

#include "harness/judge/device_case.h"

/* The device has patience_ms to come, and is watched for watch_ms then (0: not at all). */
void first_case_init(struct device_case *c, int64_t patience_ms, int64_t watch_ms);
void first_case_fini(struct device_case *c);

#endif
