#include "lib/rules/heartbeat.h"

#include "tests/unit/unit.h"

static struct profile profile_of(int64_t factor_milli)
{
    return (struct profile){.keepalive_factor_milli = factor_milli};
}

/* KAL-09: (0, 30] s, whatever the phase. */
static void wait_is_the_time_to_the_next_check(void)
{
    static const struct {
        int64_t online_at_ms, wait_ms;
    } rows[] = {{0, 30000},     {1, 29999},        {10000, 20000}, {29999, 1},
                {30000, 30000}, {30001, 29999},    {59999, 1},     {60000, 30000},
                {75500, 14500}, {86400000, 30000}, {86399999, 1},  {86400001, 29999}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(heartbeat_wait_ms(rows[i].online_at_ms, 30), rows[i].wait_ms);
}

static void other_check_periods(void)
{
    CU_ASSERT_EQUAL(heartbeat_wait_ms(12345, 0), 0);
    CU_ASSERT_EQUAL(heartbeat_wait_ms(0, 1), 1000);
    CU_ASSERT_EQUAL(heartbeat_wait_ms(12345, 1), 655);
    CU_ASSERT_EQUAL(heartbeat_wait_ms(12345, 60), 47655);
}

/* KAL-10, worked out by hand: 1.5 x 60 s + 20 s after the reset, and so on. */
static void deadline_to_the_millisecond(void)
{
    static const struct {
        int64_t online_at_ms, keep_alive_s, last_reset_ms, deadline_ms;
    } rows[] = {
        {10000, 60, 10000, 120000},     /* 10000 + 90000 + 20000 */
        {10000, 60, 70123, 180123},     /* the wait stays that of coming online */
        {0, 30, 0, 75000},              /* 45000 + 30000 */
        {29999, 30, 29999, 75000},      /* 45000 + 1 */
        {30000, 30, 30000, 105000},     /* on a check: the next one counts */
        {1, 1200, 1, 1830000},          /* 1800000 + 29999 */
        {30001, 1200, 500000, 2329999}, /* 1800000 + 29999 */
        {0, 31, 0, 76500},              /* 46500 + 30000: half seconds are kept */
        {0, 65535, 0, 98332500},
    };
    struct profile profile = profile_of(1500);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t wait_ms = heartbeat_wait_ms(rows[i].online_at_ms, 30);
        CU_ASSERT_EQUAL(heartbeat_deadline_ms(&profile, rows[i].last_reset_ms, rows[i].keep_alive_s, wait_ms),
                        rows[i].deadline_ms);
        CU_ASSERT_EQUAL(heartbeat_limit_ms(&profile, rows[i].keep_alive_s, wait_ms),
                        rows[i].deadline_ms - rows[i].last_reset_ms);
    }
}

static void factor_comes_from_the_profile(void)
{
    struct profile one = profile_of(1000), more = profile_of(1501);
    CU_ASSERT_EQUAL(heartbeat_limit_ms(&one, 60, 0), 60000);
    CU_ASSERT_EQUAL(heartbeat_limit_ms(&one, 60, 7), 60007);
    CU_ASSERT_EQUAL(heartbeat_limit_ms(&more, 60, 0), 90060);
}

/* Which packets reset the timer, as bits of the types by hand: the four of S3, and all that a device may send. */
static void resets_as_the_profile_says(void)
{
    struct profile four = {.heartbeat_reset_packets = 1u << 3 | 1u << 4 | 1u << 8 | 1u << 12};
    struct profile all = {.heartbeat_reset_packets = 1u << 3 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7 |
                                                     1u << 8 | 1u << 10 | 1u << 12};
    static const enum mqtt_type both[] = {MQTT_PUBLISH, MQTT_PUBACK, MQTT_SUBSCRIBE, MQTT_PINGREQ};
    static const enum mqtt_type older[] = {MQTT_PUBREC, MQTT_PUBREL, MQTT_PUBCOMP, MQTT_UNSUBSCRIBE};
    static const enum mqtt_type none[] = {MQTT_CONNECT,  MQTT_CONNACK,  MQTT_SUBACK,
                                          MQTT_UNSUBACK, MQTT_PINGRESP, MQTT_DISCONNECT};
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++)
        CU_ASSERT_TRUE(heartbeat_resets(&four, both[i]) && heartbeat_resets(&all, both[i]));
    for (size_t i = 0; i < sizeof older / sizeof older[0]; i++)
        CU_ASSERT_TRUE(!heartbeat_resets(&four, older[i]) && heartbeat_resets(&all, older[i]));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        CU_ASSERT_TRUE(!heartbeat_resets(&four, none[i]) && !heartbeat_resets(&all, none[i]));
}

void unit_heartbeat(void)
{
    UNIT(wait_is_the_time_to_the_next_check);
    UNIT(other_check_periods);
    UNIT(deadline_to_the_millisecond);
    UNIT(factor_comes_from_the_profile);
    UNIT(resets_as_the_profile_says);
}
