/* Where the platform is to listen for the device, as a user has chosen it: looked at before anything is started. */
#ifndef HARNESS_JUDGE_JUDGE_ADDRESS_H
#define HARNESS_JUDGE_JUDGE_ADDRESS_H

#include <stdint.h>

#include "lib/base/problem.h"

struct judge_address {
    const char *bind;                        /* NULL: 127.0.0.1 */
    int64_t mqtt_port, web_port, mqtts_port; /* 0: a free one */
};

/* Problems of form: what is no address, no port, or one port twice. */
void judge_address_check(const struct judge_address *a, struct problems *problems);

/* Problems of this machine: an address that is not its own, a port that is taken. Opens each for a moment. Of one that
 * judge_address_check has let pass. */
void judge_address_try(const struct judge_address *a, struct problems *problems);

#endif
