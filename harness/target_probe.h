/* A first look at a target, before any case: is it there, and who is it? */
#ifndef HARNESS_TARGET_PROBE_H
#define HARNESS_TARGET_PROBE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "harness/target.h"
#include "lib/base/problem.h"

/* Opens and closes a connection of each transport on each port that the file names, without a CONNECT. Returns what stands
 * in results.json as the target ({"kind", "name", "version", "clock", "endpoints"}); the caller frees. NULL with a problem for each
 * connection that did not come about. *clock_is_manual: the control API can move the target's clock. */
cJSON *target_probe(const struct target *target, bool *clock_is_manual, struct problems *problems);

#endif
