#include "lib/protocol/mqtt_packet.h"

#include "tests/unit/unit.h"

static const char *const names[] = {"CONNECT",  "CONNACK", "PUBLISH",   "PUBACK",    "PUBREC",
                                    "PUBREL",   "PUBCOMP", "SUBSCRIBE", "SUBACK",    "UNSUBSCRIBE",
                                    "UNSUBACK", "PINGREQ", "PINGRESP",  "DISCONNECT"};

static void types_have_names_and_names_types(void)
{
    for (unsigned type = 1; type <= 14; type++) {
        CU_ASSERT_STRING_EQUAL(mqtt_type_name(type), names[type - 1]);
        CU_ASSERT_EQUAL(mqtt_type_named(names[type - 1]), type);
    }
}

static void what_is_no_type_has_no_name(void)
{
    const unsigned none[] = {0, 15, 16, 255, 0x30, ~0u};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        CU_ASSERT_PTR_NULL(mqtt_type_name(none[i]));
    CU_ASSERT_EQUAL(mqtt_type_named("AUTH"), 0);
    CU_ASSERT_EQUAL(mqtt_type_named("connect"), 0);
    CU_ASSERT_EQUAL(mqtt_type_named("CONNECT "), 0);
    CU_ASSERT_EQUAL(mqtt_type_named(""), 0);
}

static void walks_filters_with_and_without_qos(void)
{
    struct str filter;
    uint8_t qos;
    size_t at = 0;
    const struct mqtt_subscribe with = {1, 2, STR("\0\x02/a\x01\0\x01#\x02")};
    CU_ASSERT_TRUE(mqtt_filter_next(&with, &at, &filter, &qos));
    CU_ASSERT_TRUE(str_is(filter, "/a") && qos == 1);
    CU_ASSERT_TRUE(mqtt_filter_next(&with, &at, &filter, &qos));
    CU_ASSERT_TRUE(str_is(filter, "#") && qos == 2);
    CU_ASSERT_FALSE(mqtt_filter_next(&with, &at, &filter, &qos));

    const struct mqtt_subscribe without = {1, 2, STR("\0\x02/a\0\x01#")};
    at = 0;
    CU_ASSERT_TRUE(mqtt_filter_next(&without, &at, &filter, NULL) && str_is(filter, "/a"));
    CU_ASSERT_TRUE(mqtt_filter_next(&without, &at, &filter, NULL) && str_is(filter, "#"));
    CU_ASSERT_FALSE(mqtt_filter_next(&without, &at, &filter, NULL));
}

static void a_filter_may_be_longer_than_255_bytes(void)
{
    char list[2 + 0x0102];
    memset(list, 'x', sizeof list);
    list[0] = 1;
    list[1] = 2;
    struct str filter;
    size_t at = 0;
    CU_ASSERT_TRUE(mqtt_filter_next(&(struct mqtt_subscribe){1, 1, {list, sizeof list}}, &at, &filter, NULL));
    CU_ASSERT_EQUAL(filter.n, 258);
    CU_ASSERT_EQUAL(at, sizeof list);
}

void unit_mqtt_packet(void)
{
    UNIT(types_have_names_and_names_types);
    UNIT(what_is_no_type_has_no_name);
    UNIT(walks_filters_with_and_without_qos);
    UNIT(a_filter_may_be_longer_than_255_bytes);
}
