/* How far a device got that never came online: the one thing that its owner has to know first. */
#ifndef HARNESS_JUDGE_DIAGNOSIS_H
#define HARNESS_JUDGE_DIAGNOSIS_H

#include "harness/judge/stream.h"

/* Some sentences about the device that was to come ({"productKey", "deviceName"}); the caller frees. */
char *diagnosis_of(const struct stream *stream, const cJSON *device);

#endif
