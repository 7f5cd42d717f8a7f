#include "keepalive.h"

#include "broker.h"
#include "connection.h"
#include "lib/base/clock.h"
#include "lib/rules/heartbeat.h"

static void on_timer(struct timer *timer, void *ctx)
{
    struct connection *c = ctx;
    int64_t deadline = c->last_reset_ms + c->limit_ms;
    if (clock_now_ms(c->broker->clock) < deadline)
        timerq_set(c->broker->timers, timer, deadline, on_timer, c);
    else
        connection_close(c, OFFLINE_KEEPALIVE_TIMEOUT, (struct str){0});
}

void keepalive_start(struct connection *c, uint16_t keep_alive_s)
{
    const struct profile *profile = &c->broker->profile;
    int64_t now = clock_now_ms(c->broker->clock);
    c->keep_alive_s = keep_alive_s;
    c->last_reset_ms = now;
    int64_t wait_ms = heartbeat_wait_ms(now, profile->heartbeat_check_s);
    c->limit_ms = (int32_t)heartbeat_limit_ms(profile, keep_alive_s, wait_ms);
    timerq_set(c->broker->timers, &c->timer, now + c->limit_ms, on_timer, c);
}

void keepalive_heard(struct connection *c, enum mqtt_type type)
{
    if (heartbeat_resets(&c->broker->profile, type))
        c->last_reset_ms = clock_now_ms(c->broker->clock);
}

int64_t keepalive_idle_ms(const struct connection *c)
{
    return clock_now_ms(c->broker->clock) - c->last_reset_ms;
}
