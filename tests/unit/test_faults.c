#include "mock-broker/faults.h"

#include "lib/protocol/mqtt_packet.h"
#include "tests/unit/unit.h"

/* A fault of this kind for every device, without parameters, without end. */
static struct fault fault_of(const char *kind, unsigned packet)
{
    struct fault f = {.kind = fault_kind_named(kind),
                      .packet = packet,
                      .times = -1,
                      .chance = 100,
                      .values = {-1, -1, -1, -1, -1}};
    return f;
}

static bool strikes(struct faults *f, unsigned packet, bool inbound)
{
    const struct fault_target target = {packet, inbound, STR("pk"), STR("dn")};
    struct fault_effect effect;
    uint8_t bytes[] = {0xd0, 0};
    return faults_strike(f, &target, bytes, sizeof bytes, &effect);
}

static void after_and_times(void)
{
    struct faults *f = faults_new(0);
    CU_ASSERT_FALSE(faults_any(f));
    struct fault ping = fault_of("withhold", MQTT_PINGRESP);
    ping.after = 2;
    ping.times = 2;
    const struct fault *kept = faults_add(f, &ping);
    CU_ASSERT_TRUE(faults_any(f));
    const bool wanted[] = {false, false, true, false, false, true, false, false, false};
    for (size_t i = 0; i < sizeof wanted; i++)
        CU_ASSERT_EQUAL(strikes(f, MQTT_PINGRESP, false), wanted[i]);
    CU_ASSERT_EQUAL(kept->struck, 2);
    CU_ASSERT_FALSE(faults_any(f));
    faults_free(f);
}

static void close_acts_behind_the_packet_that_is_counted(void)
{
    struct faults *f = faults_new(0);
    struct fault any = fault_of("close", FAULT_ANY);
    any.after = 2;
    faults_add(f, &any);
    CU_ASSERT_FALSE(strikes(f, MQTT_PINGRESP, false));
    CU_ASSERT_TRUE(strikes(f, MQTT_PUBACK, false));
    CU_ASSERT_FALSE(strikes(f, MQTT_PUBACK, false));
    faults_free(f);
}

static void what_is_struck(void)
{
    struct faults *f = faults_new(0);
    struct fault any = fault_of("withhold", FAULT_ANY);
    any.product_key = (char *)(uintptr_t) "pk";
    any.device_name = (char *)(uintptr_t) "dn";
    faults_add(f, &any);
    CU_ASSERT_TRUE(strikes(f, MQTT_PUBACK, false));
    CU_ASSERT_FALSE(strikes(f, MQTT_PUBACK, true));
    CU_ASSERT_FALSE(strikes(f, FAULT_HTTP, false));
    struct fault_effect effect;
    const struct fault_target other = {MQTT_PUBACK, false, STR("pk"), STR("other")};
    CU_ASSERT_FALSE(faults_strike(f, &other, NULL, 2, &effect));
    const struct fault_target unknown = {MQTT_CONNACK, false, {0}, {0}};
    CU_ASSERT_FALSE(faults_strike(f, &unknown, NULL, 4, &effect));
    faults_free(f);
}

static void the_first_of_two_strikes_and_both_count(void)
{
    struct faults *f = faults_new(0);
    struct fault first = fault_of("withhold", MQTT_PUBACK), second = fault_of("garble", MQTT_PUBACK);
    first.times = 1;
    second.after = 1;
    faults_add(f, &first);
    faults_add(f, &second);
    const struct fault_target target = {MQTT_PUBACK, false, {0}, {0}};
    struct fault_effect effect;
    uint8_t bytes[] = {0x40, 2, 0, 1};
    CU_ASSERT_TRUE_FATAL(faults_strike(f, &target, bytes, sizeof bytes, &effect));
    CU_ASSERT_STRING_EQUAL(effect.fault->kind->name, "withhold");
    CU_ASSERT_TRUE_FATAL(faults_strike(f, &target, bytes, sizeof bytes, &effect));
    CU_ASSERT_STRING_EQUAL(effect.fault->kind->name, "garble");
    faults_free(f);
}

static void ids_bounds_and_removal(void)
{
    struct faults *f = faults_new(0);
    struct fault any = fault_of("withhold", FAULT_ANY);
    for (int i = 1; i <= FAULTS_MAX; i++)
        CU_ASSERT_EQUAL(faults_add(f, &any)->id, i);
    CU_ASSERT_PTR_NULL(faults_add(f, &any));
    CU_ASSERT_TRUE(faults_remove(f, 7));
    CU_ASSERT_FALSE(faults_remove(f, 7));
    CU_ASSERT_EQUAL(faults_add(f, &any)->id, FAULTS_MAX + 1);
    faults_remove_all(f);
    CU_ASSERT_FALSE(faults_any(f));
    CU_ASSERT_EQUAL(faults_add(f, &any)->id, FAULTS_MAX + 2);
    faults_clear(f);
    CU_ASSERT_EQUAL(faults_add(f, &any)->id, 1);
    faults_free(f);
}

/* Which of 64 packets a fault with a chance of half strikes, as bits. */
static uint64_t course(struct faults *f)
{
    struct fault half = fault_of("withhold", MQTT_PINGRESP);
    half.chance = 50;
    faults_add(f, &half);
    uint64_t bits = 0;
    for (int i = 0; i < 64; i++)
        bits = bits << 1 | strikes(f, MQTT_PINGRESP, false);
    faults_clear(f);
    return bits;
}

static void the_seed_decides(void)
{
    struct faults *a = faults_new(1), *b = faults_new(2);
    uint64_t first = course(a);
    CU_ASSERT_EQUAL(course(a), first);
    CU_ASSERT_NOT_EQUAL(course(b), first);
    CU_ASSERT_TRUE(first != 0 && first != UINT64_MAX);
    faults_free(a);
    faults_free(b);
}

static void packets_have_directions(void)
{
    unsigned packet;
    CU_ASSERT_TRUE(fault_packet_named("PUBLISH", false, &packet) && packet == MQTT_PUBLISH);
    CU_ASSERT_TRUE(fault_packet_named("PUBLISH", true, &packet));
    CU_ASSERT_TRUE(fault_packet_named("any", true, &packet) && packet == FAULT_ANY);
    CU_ASSERT_FALSE(fault_packet_named("PINGREQ", false, &packet));
    CU_ASSERT_FALSE(fault_packet_named("CONNACK", true, &packet));
    CU_ASSERT_STRING_EQUAL(fault_packet_name(FAULT_ANY), "any");
    CU_ASSERT_STRING_EQUAL(fault_packet_name(MQTT_SUBACK), "SUBACK");
    CU_ASSERT_TRUE(fault_has_code(MQTT_CONNACK) && !fault_has_code(MQTT_PUBACK));
}

void unit_faults(void)
{
    UNIT(after_and_times);
    UNIT(close_acts_behind_the_packet_that_is_counted);
    UNIT(what_is_struck);
    UNIT(the_first_of_two_strikes_and_both_count);
    UNIT(ids_bounds_and_removal);
    UNIT(the_seed_decides);
    UNIT(packets_have_directions);
}
