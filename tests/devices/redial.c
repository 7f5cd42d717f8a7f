#include "tests/devices/redial.h"

void redial_init(struct redial *r, const char *seed)
{
    *r = (struct redial){.first_ms = REDIAL_FIRST_MS, .ceiling_ms = REDIAL_CEILING_MS, .chance = 2166136261U};
    for (; *seed; seed++)
        r->chance = (r->chance ^ (uint8_t)*seed) * 16777619U;
}

int64_t redial_wait_ms(struct redial *r)
{
    if (r->is_even)
        return r->first_ms;
    r->delay_ms = r->delay_ms ? r->delay_ms * REDIAL_FACTOR : r->first_ms;
    if (r->delay_ms > r->ceiling_ms)
        r->delay_ms = r->ceiling_ms;
    r->chance = r->chance * 1664525U + 1013904223U;
    return r->delay_ms + r->delay_ms * (r->chance >> 24) / 1024;
}

void redial_reset(struct redial *r)
{
    r->delay_ms = 0;
}
