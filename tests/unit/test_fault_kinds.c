#include "mock-broker/fault_kinds.h"

#include "lib/protocol/mqtt_packet.h"
#include "mock-broker/certificates.h"
#include "mock-broker/faults.h"
#include "tests/unit/unit.h"

#include <string.h>

/* Applies a kind with these parameters (-1: not given) to a packet. */
static struct fault_effect apply(const char *kind, unsigned packet, int64_t after,
                                 const int64_t values[FAULT_PARAMETERS], uint8_t *bytes, size_t n,
                                 uint64_t random)
{
    struct fault fault = {.kind = fault_kind_named(kind), .packet = packet, .after = after};
    CU_ASSERT_PTR_NOT_NULL_FATAL(fault.kind);
    memcpy(fault.values, values, sizeof fault.values);
    struct fault_effect effect = {.bytes = bytes, .n = n, .code = -1, .random = random};
    fault.kind->apply(&fault, &effect);
    return effect;
}

#define NOTHING ((const int64_t[FAULT_PARAMETERS]){-1, -1, -1, -1, -1, -1})
#define CODE(c) ((const int64_t[FAULT_PARAMETERS]){-1, c, -1, -1, -1, -1})

static void a_connack_with_another_code(void)
{
    uint8_t connack[] = {0x20, 2, 1, 0};
    struct fault_effect e = apply("code", MQTT_CONNACK, 0, CODE(5), connack, 4, 0);
    CU_ASSERT_EQUAL(memcmp(connack, "\x20\x02\x00\x05", 4), 0);
    CU_ASSERT_TRUE(e.closes && !e.is_dropped && !e.resets);
    uint8_t refused[] = {0x20, 2, 0, 4};
    e = apply("code", MQTT_CONNACK, 0, CODE(0), refused, 4, 0);
    CU_ASSERT_EQUAL(refused[3], 0);
    CU_ASSERT_FALSE(e.closes);
}

static void a_suback_with_other_codes_whatever_its_length(void)
{
    uint8_t two[] = {0x90, 4, 0, 9, 1, 0};
    apply("code", MQTT_SUBACK, 0, CODE(0x80), two, sizeof two, 0);
    CU_ASSERT_EQUAL(memcmp(two, "\x90\x04\x00\x09\x80\x80", sizeof two), 0);
    uint8_t many[3 + 2 + 126] = {0x90, 0x80, 1, 0, 9}; /* a remaining length of two bytes */
    apply("code", MQTT_SUBACK, 0, CODE(2), many, sizeof many, 0);
    CU_ASSERT_EQUAL(memcmp(many, "\x90\x80\x01\x00\x09\x02", 6), 0);
    CU_ASSERT_EQUAL(many[sizeof many - 1], 2);
}

static void close_and_reset_stand_in_its_place_or_behind(void)
{
    struct fault_effect e = apply("close", FAULT_ANY, 0, NOTHING, NULL, 2, 0);
    CU_ASSERT_TRUE(e.closes && e.is_dropped && !e.resets);
    e = apply("close", FAULT_ANY, 3, NOTHING, NULL, 2, 0);
    CU_ASSERT_TRUE(e.closes && !e.is_dropped);
    e = apply("reset", FAULT_ANY, 0, NOTHING, NULL, 2, 0);
    CU_ASSERT_TRUE(e.resets && e.is_dropped && !e.closes);
    e = apply("reset", FAULT_ANY, 1, NOTHING, NULL, 2, 0);
    CU_ASSERT_TRUE(e.resets && !e.is_dropped);
}

static void garbling_is_told_or_by_chance(void)
{
    uint8_t p[] = {0xd0, 0};
    apply("garble", MQTT_PINGRESP, 0, ((const int64_t[]){-1, -1, -1, 1, 0xff, -1}), p, 2, 0);
    CU_ASSERT_EQUAL(memcmp(p, "\xd0\xff", 2), 0);
    apply("garble", MQTT_PINGRESP, 0, ((const int64_t[]){-1, -1, -1, 7, 0xff, -1}), p, 2, 0);
    CU_ASSERT_EQUAL(memcmp(p, "\xd0\x00", 2), 0);
    apply("garble", MQTT_PINGRESP, 0, NOTHING, p, 2, UINT64_C(254) << 32 | 1);
    CU_ASSERT_EQUAL(memcmp(p, "\xd0\xff", 2), 0);
    apply("garble", MQTT_PINGRESP, 0, NOTHING, p, 2, UINT64_C(255) << 32 | 2); /* never by nothing */
    CU_ASSERT_EQUAL(memcmp(p, "\xd1\xff", 2), 0);
}

static void withhold_delay_and_slice_touch_no_byte(void)
{
    uint8_t p[] = {0xd0, 0};
    CU_ASSERT_TRUE(apply("withhold", MQTT_PINGRESP, 0, NOTHING, p, 2, 9).is_dropped);
    struct fault_effect e =
        apply("delay", MQTT_PINGRESP, 0, ((const int64_t[]){70, -1, -1, -1, -1, -1}), p, 2, 9);
    CU_ASSERT_TRUE(e.delay_ms == 70 && !e.is_dropped);
    e = apply("slice", MQTT_PINGRESP, 0, ((const int64_t[]){5, -1, 3, -1, -1, -1}), p, 2, 9);
    CU_ASSERT_TRUE(e.slice_bytes == 3 && e.slice_ms == 5 && e.delay_ms == 0);
    CU_ASSERT_EQUAL(memcmp(p, "\xd0\x00", 2), 0);
}

static void coalesce_holds_and_a_certificate_is_named(void)
{
    uint8_t p[] = {0xd0, 0};
    struct fault_effect e =
        apply("coalesce", MQTT_PINGRESP, 0, ((const int64_t[]){70, -1, -1, -1, -1, -1}), p, 2, 9);
    CU_ASSERT_TRUE(e.hold_ms == 70 && e.delay_ms == 0 && !e.is_dropped);
    const int64_t expired[] = {-1, -1, -1, -1, -1, CERTIFICATE_EXPIRED};
    e = apply("certificate", FAULT_TLS, 0, expired, NULL, 0, 9);
    CU_ASSERT_EQUAL(e.certificate, CERTIFICATE_EXPIRED);
    CU_ASSERT_STRING_EQUAL(fault_parameter_form(FAULT_WHICH)->words[e.certificate], "expired");
}

static void names(void)
{
    size_t count;
    const struct fault_kind *kinds = fault_kinds(&count);
    CU_ASSERT_EQUAL(count, 9);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_PTR_EQUAL(fault_kind_named(kinds[i].name), &kinds[i]);
    CU_ASSERT_PTR_NULL(fault_kind_named("explode"));
    CU_ASSERT_STRING_EQUAL(fault_parameter_form(FAULT_XOR)->name, "xor");
}

void unit_fault_kinds(void)
{
    UNIT(names);
    UNIT(a_connack_with_another_code);
    UNIT(a_suback_with_other_codes_whatever_its_length);
    UNIT(close_and_reset_stand_in_its_place_or_behind);
    UNIT(garbling_is_told_or_by_chance);
    UNIT(withhold_delay_and_slice_touch_no_byte);
    UNIT(coalesce_holds_and_a_certificate_is_named);
}
