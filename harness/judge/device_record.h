/* What results.json says of the device that was judged: the description, what it showed of itself, the session as a timeline. */
#ifndef HARNESS_JUDGE_DEVICE_RECORD_H
#define HARNESS_JUDGE_DEVICE_RECORD_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "harness/judge/judge_plan.h"
#include "harness/judge/stream.h"

/* Different CONNECTs and TLS sessions that are told. */
enum { DEVICE_RECORD_SEEN_MAX = 5 };

struct device_record_frame {
    const struct judge_plan *plan;
    const struct stream *stream;
    const cJSON *description;
    const char *mode;      /* passive, trigger, identity-mapped */
    const char *clock;     /* real, manual; NULL: as it was then, not known */
    const char *replay_of; /* the folder whose session is judged again; NULL: it was live */
};

/* The member "device" of results.json (suites/schema/results.schema.json); the caller frees. */
cJSON *device_record(const struct device_record_frame *frame);

/* The member "target": kind "device", the name and firmware that the description says. The caller frees. */
cJSON *device_record_target(const struct device_record_frame *frame);

#endif
