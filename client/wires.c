#include "wires.h"

#include <poll.h>
#include <stdlib.h>

#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "wire.h"

struct wires {
    struct wire **all;
    struct pollfd *polled; /* one for each */
    size_t count;
};

struct wires *wires_new(void)
{
    return mem_zalloc(1, sizeof(struct wires));
}

void wires_free(struct wires *ws)
{
    if (!ws)
        return;
    CHECK(ws->count == 0);
    free(ws->all);
    free(ws->polled);
    free(ws);
}

void wires_add(struct wires *ws, struct wire *w)
{
    ws->all = mem_realloc(ws->all, (ws->count + 1) * sizeof *ws->all);
    ws->polled = mem_realloc(ws->polled, (ws->count + 1) * sizeof *ws->polled);
    ws->all[ws->count++] = w;
}

void wires_remove(struct wires *ws, struct wire *w)
{
    size_t i = 0;
    while (i < ws->count && ws->all[i] != w)
        i++;
    CHECK(i < ws->count);
    ws->all[i] = ws->all[--ws->count];
}

/* One look at all; waits when none has something already. */
static void turn(struct wires *ws, int64_t left_ms)
{
    int wait_ms = left_ms < 0 ? 0 : left_ms > INT32_MAX ? INT32_MAX : (int)left_ms;
    for (size_t i = 0; i < ws->count; i++) {
        ws->polled[i] = wire_interest(ws->all[i]);
        if (ws->all[i]->phase == WIRE_FAILING)
            wait_ms = 0;
    }
    if (poll(ws->polled, ws->count, wait_ms) < 0)
        return;
    for (size_t i = 0; i < ws->count; i++) {
        if (ws->polled[i].revents || ws->all[i]->phase == WIRE_FAILING)
            wire_attend(ws->all[i], ws->polled[i].revents);
    }
}

bool wires_wait(struct wires *ws, bool (*done)(void *ctx), void *ctx, int64_t timeout_ms)
{
    int64_t until_ms = clock_uptime_ms() + timeout_ms;
    if (timeout_ms <= 0)
        turn(ws, 0);
    while (!done(ctx)) {
        int64_t left_ms = until_ms - clock_uptime_ms();
        if (left_ms <= 0)
            return false;
        turn(ws, left_ms);
    }
    return true;
}

static bool is_never(void *ctx)
{
    (void)ctx;
    return false;
}

void wires_pass(struct wires *ws, int64_t timeout_ms)
{
    wires_wait(ws, is_never, NULL, timeout_ms);
}
