/* What the platform's part in a case about a device can be: one table of actions, each with its keys and the one who does it. */
#ifndef HARNESS_JUDGE_DEVICE_ACTION_H
#define HARNESS_JUDGE_DEVICE_ACTION_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "harness/judge/platform.h"
#include "lib/base/problem.h"

/* Who does it: the control API by one call, or (examiner.h) more than that. */
enum device_action_by { BY_CONTROL, BY_TAKEOVER, BY_RESTART, BY_RENEWAL, BY_STOPPING };

struct device_action {
    const char *name;
    const char *const *keys; /* beside "do", "as" and "note" */
    enum device_action_by by;
    bool strikes_all; /* every device of the mock */
    /* Of BY_CONTROL: the call. */
    const char *method, *path;
    bool is_of_session; /* path goes on behind that of the device's session */
    void (*finish)(
        cJSON *body); /* makes of the step's keys what the call takes; NULL: they are that already */
};

/* The row of a name; NULL when there is none. */
const struct device_action *device_action_named(const char *name);

/* Adds every problem of a "do" step. */
void device_action_check(const cJSON *step, const char *path, struct problems *problems);

/* Has the platform do an action of BY_CONTROL for this device ({"productKey", "deviceName"}). NULL, or why it could not (the caller
 * frees). */
char *device_action_perform(struct platform *platform, const cJSON *step, const cJSON *device);

#endif
