/* How far a device got that never came online: the one thing that its owner has to know first. */
#ifndef HARNESS_JUDGE_DIAGNOSIS_H
#define HARNESS_JUDGE_DIAGNOSIS_H

#include "harness/judge/stream.h"
#include "harness/judge/trigger.h"

/* Some sentences; the caller frees. trigger may be NULL. */
char *diagnosis_of(const struct stream *stream, struct trigger *trigger);

#endif
