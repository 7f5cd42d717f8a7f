/* What holds over all that was seen, when each case had a device name of its own: an observing case is judged for each of them, and the
 * worst verdict is the case's. */
#ifndef HARNESS_JUDGE_FLEET_H
#define HARNESS_JUDGE_FLEET_H

#include "harness/judge/judgement.h"
#include "harness/judge/stream.h"

/* A judgement that has ended, over the first count observations of the stream. Of setup all but the device is taken; the names are
 * those with which cases began. The caller frees; setup's members and the stream are borrowed until then. */
struct judgement *fleet_judge(const struct judgement_setup *setup, const struct stream *stream, size_t count,
                              int64_t now_ms);

#endif
