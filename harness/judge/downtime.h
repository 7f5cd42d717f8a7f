/* The time in which the platform is not there, because it is started again: devices find nobody at its ports. */
#ifndef HARNESS_JUDGE_DOWNTIME_H
#define HARNESS_JUDGE_DOWNTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/judge/shared_clock.h"

/* Long enough for a device to dial in vain once. */
enum { DOWNTIME_MS = 3000 };

/* Lets DOWNTIME_MS pass for the devices that share the clock, from now_ms on; with clock NULL it is real time, unless is_interrupted(ctx). */
void downtime_pass(struct shared_clock *clock, int64_t now_ms, bool (*is_interrupted)(void *ctx), void *ctx);

#endif
