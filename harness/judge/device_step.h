/* A step of a case about a device. One row of a table says which keys it takes and how it is checked at load; judgement.h runs it. */
#ifndef HARNESS_JUDGE_DEVICE_STEP_H
#define HARNESS_JUDGE_DEVICE_STEP_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/judge/description.h"
#include "harness/judge/observation.h"
#include "lib/base/problem.h"

enum device_step_kind {
    STEP_DO,    /* the platform does something */
    STEP_AWAIT, /* something is to be seen */
    STEP_NEVER, /* nothing of the kind is to be seen */
    STEP_COUNT, /* so many of it are */
    STEP_CHECK  /* a judge of all that was seen (device_check.h) */
};

/* The kind of a step that device_step_check has let pass. */
enum device_step_kind device_step_kind(const cJSON *step);

/* Adds every problem of one step. Values that are only known later pass. */
void device_step_check(const cJSON *step, const char *path, struct problems *problems);

/* True when an observation is what an await, never or count is about: its name, whose doing it is, its where. */
bool device_step_fits(const cJSON *step, const struct observation *o);

/* True of what is no observation, but follows from several: "subscription", one that is granted; "resubscription", all that ever were
 * are again. */
bool device_step_is_state(const char *name);

/* What a step waits for, in words; the caller frees. */
char *device_step_text(const cJSON *step);

/* What a duration ("within_ms", "for_ms") of a step comes to. It is a number of milliseconds, or a sum of parts: {"keepAlive": 1.5,
 * "reconnect": 1, "subscribe": 1, "publish": 1, "plus_ms": 2000} of the keep alive that the device asked for, and of the times that it may
 * take by its description. */
int64_t device_step_duration_ms(const cJSON *duration, int64_t keep_alive_s,
                                const struct description_times *times);

/* How long an await waits that does not say. */
enum { DEVICE_STEP_WITHIN_DEFAULT_MS = 10000 };

#endif
