/* What a device is said to be able to do (`--device FILE`): a small strict JSON object. What is not said in it is tried; what it says
 * the device cannot do is UNSUPPORTED where a case needs it, and found out where it is not true. Schema:
 * suites/schema/device.schema.json. */
#ifndef HARNESS_JUDGE_DESCRIPTION_H
#define HARNESS_JUDGE_DESCRIPTION_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/problem.h"

/* How long a device may take for what it does by itself: to come back when its connection has ended; on a connection to subscribe what it
 * subscribes there, and to publish the next message. */
struct description_times {
    int64_t reconnect_ms, subscribe_ms, publish_ms;
};

/* Reads and checks a file. NULL with problems. The caller frees with cJSON_Delete. */
cJSON *description_load(const char *file, struct problems *problems);

/* The same of a tree that is there. False with problems. */
bool description_check(const cJSON *description, const char *path, struct problems *problems);

/* Problems of what a case needs: members of a description, each with the value that is needed. */
void description_check_needs(const cJSON *needs, const char *path, struct problems *problems);

/* True when nothing in the description speaks against the needs. Otherwise *why (the caller frees) says what does. */
bool description_meets(const cJSON *description, const cJSON *needs, char **why);

/* True unless it denies that the device signs in like that: "secret", "https", "registration" or "regnwl". */
bool description_allows_auth(const cJSON *description, const char *auth);

/* What it says (reconnect_within_s, subscribe_within_s, publish_within_s), or 60 s, 5 s and 10 s. */
struct description_times description_times(const cJSON *description);

#endif
