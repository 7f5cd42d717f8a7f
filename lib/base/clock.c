#include "clock.h"

#include "check.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct clock {
    bool manual;
    int64_t start_us;      /* real: the monotonic time at creation */
    int64_t now_ms;        /* manual */
    int64_t start_wall_ms; /* manual */
};

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    CHECK(clock_gettime(id, &t) == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct clock *clock_new_real(void)
{
    struct clock *c = mem_zalloc(1, sizeof *c);
    c->start_us = read_us(CLOCK_MONOTONIC);
    return c;
}

struct clock *clock_new_manual(int64_t wall_ms)
{
    struct clock *c = mem_zalloc(1, sizeof *c);
    c->manual = true;
    c->start_wall_ms = wall_ms;
    return c;
}

void clock_free(struct clock *c)
{
    free(c);
}

bool clock_is_manual(const struct clock *c)
{
    return c->manual;
}

int64_t clock_now_us(const struct clock *c)
{
    return c->manual ? c->now_ms * 1000 : read_us(CLOCK_MONOTONIC) - c->start_us;
}

int64_t clock_now_ms(const struct clock *c)
{
    return c->manual ? c->now_ms : clock_now_us(c) / 1000;
}

int64_t clock_uptime_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_wall_ms(const struct clock *c)
{
    return c->manual ? c->start_wall_ms + c->now_ms : read_us(CLOCK_REALTIME) / 1000;
}

void clock_advance(struct clock *c, int64_t ms)
{
    CHECK(c->manual && ms >= 0);
    c->now_ms += ms;
}

void clock_rewind(struct clock *c)
{
    CHECK(c->manual);
    c->now_ms = 0;
}

void clock_text(int64_t wall_ms, char out[CLOCK_TEXT_SIZE])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    CHECK(gmtime_r(&seconds, &utc) != NULL);
    char date[24];
    CHECK(strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc) > 0);
    snprintf(out, CLOCK_TEXT_SIZE, "%s.%03dZ", date, (int)(wall_ms % 1000));
}
