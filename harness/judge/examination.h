/* One case under examination: its judgement, the identity it is about, and the trigger that makes the device dial. */
#ifndef HARNESS_JUDGE_EXAMINATION_H
#define HARNESS_JUDGE_EXAMINATION_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/judge/examiner.h"
#include "harness/judge/judgement.h"
#include "harness/judge/shared_clock.h"
#include "harness/judge/trigger.h"

/* At most so many starts of a trigger that ends by itself; a second of the platform's clock between two. One that fails so often before
 * anything has reached the platform will not do better. */
enum {
    EXAMINATION_FAILURES_MAX = 10,
    EXAMINATION_STARTS_MAX = 100,
    EXAMINATION_RESTART_MS = 1000,
    EXAMINATION_GRACE_MS = 2000,
    EXAMINATION_GRACE_MANY_MS = 100 /* beside others, whose time it takes */
};

struct examination {
    const struct examiner_options *options;
    const struct device_case *test;
    struct judgement *judgement;
    cJSON *device; /* productKey, deviceName */
    struct trigger *trigger;
    int starts, starts_told, ends_told; /* told: in the transcript */
    int64_t next_start_ms, begun_ms;
    size_t first;     /* of its observations in the stream */
    char *waited_for; /* last told */
    bool was_stopped; /* by the case: it is not started again */
    bool was_reached; /* something has connected since the latest start */
    int failures;     /* ends of the trigger in a row that were failures, and nothing had connected */
    bool is_fresh;    /* the next start is of a device that is new */
};

void examination_init(struct examination *x, const struct examiner_options *options,
                      const struct device_case *test, const struct stream *stream, int64_t now_ms);
void examination_fini(struct examination *x);

/* Starts the trigger when there is one, the device is to dial and none runs. clock may be NULL. False with *error (the caller frees). */
bool examination_keep_dialling(struct examination *x, const struct platform *platform,
                               struct shared_clock *clock, int64_t now_ms, char **error);

/* When time that passes without anything else will bring something: its judgement's limit, or the next start of the trigger. INT64_MAX:
 * nothing will. */
int64_t examination_deadline_ms(const struct examination *x, int64_t now_ms);

/* Asks the device to leave. NULL; or why nobody can (the caller frees). */
char *examination_stop(struct examination *x);

/* True when starting the trigger again is of no use: there is no such command, or it fails time and again before anything connects. */
bool examination_is_hopeless(const struct examination *x);

/* Why the device has not come online, in some sentences for its owner; the caller frees. */
char *examination_diagnosis(const struct examination *x, const struct stream *stream);

/* True once for each start of the trigger. */
bool examination_has_started(struct examination *x);

/* True once for each trigger that has ended though nobody has asked it to; waits up to timeout_ms for that. trigger_end says how. */
bool examination_has_lost_trigger(struct examination *x, int64_t timeout_ms);

/* Makes the device new: not activated, without a secret; a trigger is started again, and told (IOTCONFORM_FRESH=1). NULL, or why it
 * could not be done (the caller frees). */
char *examination_renew(struct examination *x, struct platform *platform);

/* Something was seen while the case is under way. */
void examination_observe(struct examination *x, const struct observation *o);

/* Whether an observation belongs into this case's transcript; ctx is the examination. */
bool examination_keeps(void *ctx, const struct observation *o);

#endif
