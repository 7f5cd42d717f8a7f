/* The shadow of a device: what it last reported, with a version. Bounded in bytes, depth and attributes. */
#ifndef BROKER_SHADOW_H
#define BROKER_SHADOW_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "answer.h"

/* platform-facts section 5 (16 KB, depth 5); the number of attributes is the SDK manuals'. */
enum { SHADOW_BYTES_MAX = 16 * 1024, SHADOW_DEPTH_MAX = 5, SHADOW_ATTRIBUTES_MAX = 128 };

struct shadow;

void shadow_free(struct shadow *s);

/* Serves a request of the device on /shadow/update/{pk}/{dn}; the answer goes to /shadow/get/{pk}/{dn}:
 *   update: every attribute of state.reported is taken over; version must be above the shadow's (or is left out); -1 empties it.
 *   get: state, times and version.
 *   delete: attributes whose value is "null" are taken out; state.reported = "null" takes out all. */
answer_maker shadow_answer;

/* 0 when there is none. */
int64_t shadow_version(const struct shadow *s);

#endif
