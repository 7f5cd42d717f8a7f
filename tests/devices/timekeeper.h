/* A loop whose manual clock goes by a shared one: each time that is told is reached with everything before it done. */
#ifndef DEVICES_TIMEKEEPER_H
#define DEVICES_TIMEKEEPER_H

#include "lib/net/loop.h"
#include "tests/devices/shared_clock.h"

struct timekeeper;

/* All borrowed. on_start(ctx) is called once, at the first time that is told; on_gone(ctx) when the judge has left. */
struct timekeeper_calls {
    void *ctx;
    void (*on_start)(void *ctx);
    void (*on_gone)(void *ctx);
};

struct timekeeper *timekeeper_new(struct loop *loop, struct shared_clock *clock,
                                  const struct timekeeper_calls *calls);

/* Makes no call any more; before the loop is freed. NULL: nothing. */
void timekeeper_stop(struct timekeeper *k);

/* After the loop, which may have owed it calls that never came. */
void timekeeper_free(struct timekeeper *k);

#endif
