#include "tests/devices/redial.h"

void redial_init(struct redial *r, const char *seed)
{
    *r = (struct redial){.chance = 2166136261U};
    for (; *seed; seed++)
        r->chance = (r->chance ^ (uint8_t)*seed) * 16777619U;
}

int64_t redial_wait_ms(struct redial *r)
{
    r->delay_ms = r->delay_ms ? r->delay_ms * REDIAL_FACTOR : REDIAL_FIRST_MS;
    if (r->delay_ms > REDIAL_CEILING_MS)
        r->delay_ms = REDIAL_CEILING_MS;
    r->chance = r->chance * 1664525U + 1013904223U;
    return r->delay_ms + r->delay_ms * (r->chance >> 24) / 1024;
}

void redial_reset(struct redial *r)
{
    r->delay_ms = 0;
}
