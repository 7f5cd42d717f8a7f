#include "wire.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/net/loop.h"

#include <stdlib.h>

static void forget_end(struct wire *w)
{
    free((char *)(uintptr_t)w->end.detail);
    w->end = (struct channel_end){0};
    w->has_ended = w->is_ready = false;
}

void wire_init(struct wire *w, struct loop *loop, const struct wire_events *events, void *ctx)
{
    *w = (struct wire){.loop = loop, .events = events, .ctx = ctx};
}

void wire_fini(struct wire *w)
{
    wire_close(w, CHANNEL_RESET);
    forget_end(w);
}

static void on_open(void *ctx)
{
    ((struct wire *)ctx)->is_ready = true;
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct wire *w = ctx;
    w->events->on_bytes(w->ctx, bytes, n);
}

static void on_end(void *ctx, const struct channel_end *end)
{
    struct wire *w = ctx;
    w->channel = NULL;
    w->has_ended = true;
    w->end = (struct channel_end){end->kind, mem_strdup(end->detail ? end->detail : "")};
    if (w->events->on_end)
        w->events->on_end(w->ctx, &w->end);
}

static const struct channel_events channel_events = {on_open, on_bytes, on_end};

static bool is_settled(void *ctx)
{
    const struct wire *w = ctx;
    return w->is_ready || w->has_ended;
}

static bool is_never(void *ctx)
{
    (void)ctx;
    return false;
}

bool wire_open(struct wire *w, const struct wire_target *target, int64_t timeout_ms)
{
    CHECK(!w->channel);
    forget_end(w);
    w->channel = channel_dial(w->loop, target->host, target->port, target->transport, target->tls,
                              target->server_name, &channel_events, w);
    if (!loop_run_until(w->loop, is_settled, w, timeout_ms > 0 ? timeout_ms : 1))
        wire_close(w, CHANNEL_RESET);
    return w->channel != NULL;
}

bool wire_is_open(const struct wire *w)
{
    return w->channel && w->is_ready;
}

bool wire_send(struct wire *w, const void *bytes, size_t n)
{
    return wire_is_open(w) && channel_send(w->channel, bytes, n);
}

bool wire_wait(struct wire *w, bool (*done)(void *ctx), void *ctx, int64_t timeout_ms)
{
    return loop_run_until(w->loop, done, ctx, timeout_ms);
}

void wire_turn(struct wire *w)
{
    loop_run_until(w->loop, is_never, w, 0);
}

const struct channel_end *wire_end(const struct wire *w)
{
    return w->has_ended ? &w->end : NULL;
}

const struct channel_tls *wire_tls(const struct wire *w)
{
    return w->channel ? channel_tls_info(w->channel) : NULL;
}

void wire_close(struct wire *w, enum channel_close how)
{
    if (!w->channel)
        return;
    channel_close(w->channel, how);
    while (w->channel)
        wire_turn(w);
    wire_turn(w);
}
