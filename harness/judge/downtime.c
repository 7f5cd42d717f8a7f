#include "downtime.h"

#include <poll.h>
#include <stddef.h>

#include "lib/base/clock.h"

enum { POLL_MS = 50 };

static void pass_real(bool (*is_interrupted)(void *ctx), void *ctx)
{
    struct clock *clock = clock_new_real();
    while (clock_now_ms(clock) < DOWNTIME_MS && !is_interrupted(ctx))
        poll(NULL, 0, POLL_MS);
    clock_free(clock);
}

void downtime_pass(struct shared_clock *clock, int64_t now_ms, bool (*is_interrupted)(void *ctx), void *ctx)
{
    int64_t until_ms = now_ms + DOWNTIME_MS, next_ms;
    if (!clock) {
        pass_real(is_interrupted, ctx);
        return;
    }
    do {
        shared_clock_tell(clock, now_ms, &next_ms);
        now_ms = next_ms > now_ms ? next_ms : now_ms + 1;
    } while (now_ms < until_ms);
    shared_clock_tell(clock, until_ms, &next_ms);
}
