#include "lib/rules/heartbeat.h"

int64_t heartbeat_wait_ms(int64_t online_at_ms, int64_t check_s)
{
    if (check_s <= 0)
        return 0;
    int64_t period_ms = check_s * 1000;
    return period_ms - online_at_ms % period_ms;
}

int64_t heartbeat_limit_ms(const struct profile *profile, int64_t keep_alive_s, int64_t wait_ms)
{
    /* Seconds times thousandths are milliseconds. */
    return keep_alive_s * profile->keepalive_factor_milli + wait_ms;
}

int64_t heartbeat_deadline_ms(const struct profile *profile, int64_t last_reset_ms, int64_t keep_alive_s,
                              int64_t wait_ms)
{
    return last_reset_ms + heartbeat_limit_ms(profile, keep_alive_s, wait_ms);
}

bool heartbeat_resets(const struct profile *profile, enum mqtt_type type)
{
    return (profile->heartbeat_reset_packets >> type & 1) != 0;
}
