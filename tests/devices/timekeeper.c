#include "tests/devices/timekeeper.h"

#include <stdlib.h>

#include "lib/base/mem.h"

struct timekeeper {
    struct loop *loop;
    struct shared_clock *clock;
    struct loop_watch *watch;
    struct timekeeper_calls calls;
    int64_t told_ms;
    bool has_started;
    bool is_stopped; /* calls that the loop still owes us find nobody */
};

static void answer(void *ctx)
{
    struct timekeeper *k = ctx;
    int64_t next_ms;
    if (k->is_stopped)
        return;
    if (!timerq_next(loop_timers(k->loop), &next_ms))
        next_ms = INT64_MAX;
    if (!shared_clock_answer(k->clock, next_ms))
        k->calls.on_gone(k->calls.ctx);
}

/* What came before has been served: time moves, and what that leads to is served too. */
static void move(void *ctx)
{
    struct timekeeper *k = ctx;
    if (k->is_stopped)
        return;
    int64_t ms = k->told_ms - clock_now_ms(loop_clock(k->loop));
    loop_advance(k->loop, ms > 0 ? ms : 0);
    if (!k->has_started)
        k->calls.on_start(k->calls.ctx);
    k->has_started = true;
    loop_when_quiet(k->loop, answer, k);
}

static void on_told(void *ctx)
{
    struct timekeeper *k = ctx;
    if (shared_clock_hear(k->clock, &k->told_ms)) {
        loop_when_quiet(k->loop, move, k);
        return;
    }
    loop_unwatch(k->watch);
    k->watch = NULL;
    k->calls.on_gone(k->calls.ctx);
}

struct timekeeper *timekeeper_new(struct loop *loop, struct shared_clock *clock,
                                  const struct timekeeper_calls *calls)
{
    struct timekeeper *k = mem_zalloc(1, sizeof *k);
    k->loop = loop;
    k->clock = clock;
    k->calls = *calls;
    k->watch = loop_watch_fd(loop, shared_clock_fd(clock), on_told, k);
    return k;
}

void timekeeper_stop(struct timekeeper *k)
{
    if (!k)
        return;
    loop_unwatch(k->watch);
    k->is_stopped = true;
}

void timekeeper_free(struct timekeeper *k)
{
    free(k);
}
