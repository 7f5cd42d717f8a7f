/* Where the platform is to listen for the device, as a user has chosen it: looked at before anything is started. */
#ifndef HARNESS_JUDGE_JUDGE_ADDRESS_H
#define HARNESS_JUDGE_JUDGE_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

#include "harness/arguments.h"
#include "lib/base/problem.h"

struct judge_address {
    const char *bind;                        /* NULL: 127.0.0.1 */
    int64_t mqtt_port, web_port, mqtts_port; /* 0: a free one */
    struct words server_names;               /* by which the device dials */
};

/* What the platform's certificate is to hold beside the names of the documents: what the device may dial. */
struct judge_names {
    char **items; /* owned, as each of them */
    size_t count;
};

/* Problems of form: what is no address, no name, no port, or one port twice. */
void judge_address_check(const struct judge_address *a, struct problems *problems);

/* Problems of this machine: an address that is not its own, a port that is taken. Opens each for a moment. Of one that
 * judge_address_check has let pass. */
void judge_address_try(const struct judge_address *a, struct problems *problems);

/* The names that a user has given, and the address to listen at. Where that is every address of this machine the user has to say by
 * which of them the device dials. */
struct judge_names judge_address_names(const struct judge_address *a);
void judge_names_fini(struct judge_names *names);

#endif
