/* One case about a device under judgement: a machine that is fed with what is seen and with the time, says what the platform is to do, and
 * comes to a verdict. It knows no socket and no clock, so that the same machine judges a device that is there and a transcript of one
 * that has long been shipped back. */
#ifndef HARNESS_JUDGE_JUDGEMENT_H
#define HARNESS_JUDGE_JUDGEMENT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/judge/device_case.h"
#include "harness/judge/device_state.h"
#include "harness/outcome.h"

struct judgement;

struct judgement_setup {
    const struct device_case *test;
    const cJSON *description; /* of the device, as description.h lets it pass */
    const cJSON *device;      /* {"productKey", "deviceName"} */
    bool is_named;            /* other devices are judged beside this one */
    bool can_stop;            /* somebody can ask the device to stop */
    int64_t start_ms; /* how long the start may take; 0: twice as long as the device may take to come back */
};

/* All borrowed, as long as the judgement lives. */
struct judgement *judgement_new(const struct judgement_setup *setup, int64_t now_ms);
void judgement_free(struct judgement *j);

/* What was known of the device before: the judgement starts from there. before is borrowed during the call. */
void judgement_set_before(struct judgement *j, const struct observation *const *before, size_t count);

/* Something was seen, in the order in which it happened; borrowed as long as the judgement lives. */
void judgement_observe(struct judgement *j, const struct observation *o);

/* Nothing else will be seen from before now_ms. */
void judgement_time(struct judgement *j, int64_t now_ms);

/* What the platform is to do now, a "do" step with its values put in; NULL: nothing. Stays until judgement_done. */
const cJSON *judgement_wants(const struct judgement *j);

/* It was done by now_ms: nothing that was seen before is an answer to it. problem NULL, or why it could not be done: then the case ends
 * INCONCLUSIVE. */
void judgement_done(struct judgement *j, const char *problem, int64_t now_ms);

/* When judgement_time is to be called at the latest; INT64_MAX when there is no such time. */
int64_t judgement_deadline_ms(const struct judgement *j);

/* True while a new connection of the device is what the case waits for, and a program that has ended may be started again for it: not when
 * the steps of a case have begun that needs a device which reconnects. Then to come back is its own part. */
bool judgement_awaits_connection(const struct judgement *j);

/* How the device has signed in last: "secret", "iotToken", "deviceToken"; "" when it has not. */
const char *judgement_login(const struct judgement *j);

/* True while the device has a connection. */
bool judgement_has_connection(const struct judgement *j);

/* What it waits for just now, in words; the caller frees. */
char *judgement_waits_for(const struct judgement *j);

/* Nothing more will be seen (the transcript ends, the run was interrupted): a case under way is INCONCLUSIVE with this reason. */
void judgement_end(struct judgement *j, const char *reason, const char *message);

/* True when the observation is of this device, and came after the judgement began. */
bool judgement_has_seen(const struct judgement *j, const struct observation *o);

/* True when there is a verdict; *outcome (borrowed) and where in the transcript (OUTCOME_NOWHERE: nowhere). */
bool judgement_has_ended(const struct judgement *j);
const struct outcome *judgement_outcome(const struct judgement *j, size_t *entry);

#endif
