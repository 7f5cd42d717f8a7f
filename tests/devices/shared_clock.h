/* The device's end of the clock that it shares with a judge (IOTCONFORM_CLOCK, harness/judge/shared_clock.h): a device is told the time,
 * does all that is due by then and all that has come, and answers when the next thing of its own is due. Knows no loop, so that any
 * test device can use it; tests/devices/timekeeper.h binds it to one of ours. */
#ifndef DEVICES_SHARED_CLOCK_H
#define DEVICES_SHARED_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct shared_clock;

/* Joins at a path. NULL when nobody listens there. */
struct shared_clock *shared_clock_join(const char *path);
void shared_clock_leave(struct shared_clock *c);

/* Readable when the time is told. */
int shared_clock_fd(const struct shared_clock *c);

/* Waits for the time. False when the judge has gone, or says something else. */
bool shared_clock_hear(struct shared_clock *c, int64_t *now_ms);

/* All is done; next_ms (INT64_MAX: never) is when there will be more to do without anything coming. False when the judge has gone. */
bool shared_clock_answer(struct shared_clock *c, int64_t next_ms);

#endif
