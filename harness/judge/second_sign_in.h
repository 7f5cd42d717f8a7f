/* Somebody else who signs in with the device's credentials: what the platform makes of it is seen by the device. */
#ifndef HARNESS_JUDGE_SECOND_SIGN_IN_H
#define HARNESS_JUDGE_SECOND_SIGN_IN_H

#include <cjson/cJSON.h>

#include "harness/judge/platform.h"
#include "lib/rules/profile.h"

/* Signs in as the device ({"productKey", "deviceName"}), by the client id of the judge, and leaves with DISCONNECT. NULL, or why it
 * could not (the caller frees). */
char *second_sign_in(const struct platform *platform, const struct profile *profile, const cJSON *device,
                     const char *device_secret);

#endif
