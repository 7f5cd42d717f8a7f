/* Which SDK a device runs, told by what its client id lists: a table, from what real SDKs send. */
#ifndef HARNESS_JUDGE_SDK_H
#define HARNESS_JUDGE_SDK_H

#include <stdbool.h>

#include "lib/base/str.h"

struct sdk {
    const char *name;
    const char *sign; /* what in the client id tells it */
};

/* Whose client id this is. False when it is nobody's whom we know. version, borrowed from the client id, is empty where it does not
 * say one. */
bool sdk_of(struct str client_id, const struct sdk **sdk, struct str *version);

#endif
