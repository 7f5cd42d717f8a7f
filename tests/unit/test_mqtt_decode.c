#include "lib/protocol/mqtt_decode.h"

#include "lib/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/mqtt_samples.h"
#include "tests/unit/unit.h"

/* A decoded packet and the bytes it borrows from. */
struct decoded {
    uint8_t *bytes;
    enum mqtt_result result;
    struct mqtt_packet packet;
    struct mqtt_fault fault;
};

static struct decoded decode_at(uint8_t level, const char *digits)
{
    struct decoded d = {.fault = {NULL, 0, NULL}};
    memset(&d.packet, 0xee, sizeof d.packet); /* every field is to be set */
    d.result = mqtt_samples_decode(digits, level, &d.bytes, &d.packet, &d.fault);
    return d;
}

/* One that must be good. */
static struct decoded good_at(uint8_t level, const char *digits)
{
    struct decoded d = decode_at(level, digits);
    if (d.result == MQTT_MALFORMED)
        fprintf(stderr, "\n%s: %s at %zu\n", digits, d.fault.reason, d.fault.offset);
    CU_ASSERT_EQUAL_FATAL(d.result, MQTT_DECODED);
    return d;
}

static struct decoded good(const char *digits)
{
    return good_at(MQTT_LEVEL_3_1_1, digits);
}

static void connect_with_everything(void)
{
    struct decoded d = good("10 26 0004 4d515454 04 f6 04b0 0002 6162 0003 2f772f 0003 00ff00 0004 64267063"
                            " 0006 736563726574");
    const struct mqtt_connect *c = &d.packet.u.connect;
    CU_ASSERT_EQUAL(d.packet.type, MQTT_CONNECT);
    CU_ASSERT_EQUAL(d.packet.size, 40);
    CU_ASSERT_TRUE(str_is(c->protocol_name, "MQTT") && c->level == 4);
    CU_ASSERT_TRUE(c->clean_session && c->has_will && c->will_retain && c->has_username && c->has_password);
    CU_ASSERT_EQUAL(c->will_qos, 2);
    CU_ASSERT_EQUAL(c->keep_alive_s, 1200);
    CU_ASSERT_TRUE(str_is(c->client_id, "ab") && str_is(c->will_topic, "/w/"));
    CU_ASSERT_TRUE(str_eq(c->will_payload, STR("\0\xff\0"))); /* bytes, no text */
    CU_ASSERT_TRUE(str_is(c->username, "d&pc") && str_is(c->password, "secret"));
    CU_ASSERT_PTR_EQUAL(c->client_id.p, d.bytes + 14); /* borrowed */
    free(d.bytes);
}

static void connect_with_the_least(void)
{
    /* An empty client id with clean session 0: well formed, to be answered by CONNACK 2 [MQTT-3.1.3-8]. */
    struct decoded d = good("10 0c 0004 4d515454 04 00 0000 0000");
    const struct mqtt_connect *c = &d.packet.u.connect;
    CU_ASSERT_FALSE(c->clean_session || c->has_will || c->will_retain || c->has_username || c->has_password);
    CU_ASSERT_TRUE(c->client_id.n == 0 && c->will_topic.n == 0 && c->will_payload.n == 0);
    CU_ASSERT_TRUE(c->username.n == 0 && c->password.n == 0);
    CU_ASSERT_EQUAL(c->will_qos, 0);
    CU_ASSERT_EQUAL(c->keep_alive_s, 0);
    free(d.bytes);
}

static void empty_username_and_password_are_there(void)
{
    struct decoded d = good("10 12 0004 4d515454 04 c2 003c 0002 6162 0000 0000");
    CU_ASSERT_TRUE(d.packet.u.connect.has_username && d.packet.u.connect.has_password);
    CU_ASSERT_EQUAL(d.packet.u.connect.username.n + d.packet.u.connect.password.n, 0);
    free(d.bytes);
}

static void control_characters_in_a_client_id(void)
{
    struct decoded d = good("10 0f 0004 4d515454 04 02 003c 0003 61 0a 1f"); /* CID-03 */
    CU_ASSERT_TRUE(str_is(d.packet.u.connect.client_id, "a\n\x1f"));
    free(d.bytes);
}

static void connect_of_an_unknown_level(void)
{
    /* 5 with its properties, which are not looked at; one that ends with its level; 3.1's name; a bridge's 0x84. */
    static const struct {
        const char *digits, *name;
        uint8_t level;
    } rows[] = {{"10 10 0004 4d515454 05 02 003c 03 21000a 0000", "MQTT", 5},
                {"10 07 0004 4d515454 06", "MQTT", 6},
                {"10 07 0004 4d515454 00", "MQTT", 0},
                {"10 0b 0006 4d5149736470 05 ffff", "MQIsdp", 5},
                {"10 0e 0004 4d515454 84 02 003c 0002 6162", "MQTT", 0x84}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct decoded d = good(rows[i].digits);
        const struct mqtt_connect *c = &d.packet.u.connect;
        CU_ASSERT_EQUAL(c->level, rows[i].level);
        CU_ASSERT_TRUE(str_is(c->protocol_name, rows[i].name));
        CU_ASSERT_FALSE(c->clean_session || c->has_will || c->has_username || c->has_password);
        CU_ASSERT_EQUAL(c->client_id.n, 0);
        free(d.bytes);
    }
}

static void connect_of_3_1(void)
{
    struct decoded d = good("10 17 0006 4d5149736470 03 c2 012c 0002 6162 0001 75 0002 7077");
    const struct mqtt_connect *c = &d.packet.u.connect;
    CU_ASSERT_TRUE(str_is(c->protocol_name, "MQIsdp") && c->level == 3);
    CU_ASSERT_TRUE(str_is(c->username, "u") && str_is(c->password, "pw") && c->keep_alive_s == 300);
    free(d.bytes);
}

/* What 3.1 says of itself: unused flags are not looked at, and announced names may be left out at the end. */
static void what_3_1_allows_in_a_connect(void)
{
    static const struct {
        const char *digits;
        bool username, password;
    } rows[] = {{"10 10 0006 4d5149736470 03 03 003c 0002 6162", false, false},
                {"10 10 0006 4d5149736470 03 3a 003c 0002 6162", false, false},
                {"10 10 0006 4d5149736470 03 82 003c 0002 6162", false, false},
                {"10 10 0006 4d5149736470 03 c2 003c 0002 6162", false, false},
                {"10 13 0006 4d5149736470 03 c2 003c 0002 6162 0001 75", true, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct decoded d = good_at(0, rows[i].digits);
        CU_ASSERT_EQUAL(d.packet.u.connect.has_username, rows[i].username);
        CU_ASSERT_EQUAL(d.packet.u.connect.has_password, rows[i].password);
        free(d.bytes);
    }
    static const struct {
        const char *digits, *clause;
    } wrong[] = {{"10 16 0006 4d5149736470 03 1e 003c 0002 6162 0001 74 0001 70", "MQTT-3.1.2-14"},
                 {"10 13 0006 4d5149736470 03 42 003c 0002 6162 0001 70", "MQTT-3.1.2-22"},
                 {"10 11 0006 4d5149736470 03 82 003c 0002 6162 00", "section 2.2.3"},
                 {"10 13 0006 4d5149736470 03 02 003c 0002 6162 0001 75", "MQTT-3.1.2-18"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct decoded d = decode_at(0, wrong[i].digits);
        CU_ASSERT_EQUAL(d.result, MQTT_MALFORMED);
        CU_ASSERT_STRING_EQUAL(d.fault.clause, wrong[i].clause);
        free(d.bytes);
    }
}

static void a_3_1_client_may_mark_repetitions(void)
{
    const char *const dup[] = {"6a 02 0001", "8a 06 0001 0001 61 00", "aa 05 0001 0001 61"};
    for (size_t i = 0; i < sizeof dup / sizeof dup[0]; i++) {
        free(good_at(MQTT_LEVEL_3_1, dup[i]).bytes);
        struct decoded d = decode_at(MQTT_LEVEL_3_1_1, dup[i]);
        CU_ASSERT_EQUAL(d.result, MQTT_MALFORMED);
        free(d.bytes);
        d = decode_at(0, dup[i]);
        CU_ASSERT_EQUAL(d.result, MQTT_MALFORMED);
        free(d.bytes);
    }
}

static void connack(void)
{
    for (unsigned code = 0; code <= 5; code++) {
        char digits[16];
        snprintf(digits, sizeof digits, "20 02 00 %02x", code);
        struct decoded d = good(digits);
        CU_ASSERT_EQUAL(d.packet.u.connack.return_code, code);
        CU_ASSERT_FALSE(d.packet.u.connack.session_present);
        free(d.bytes);
    }
    struct decoded d = good("20 02 01 00");
    CU_ASSERT_TRUE(d.packet.u.connack.session_present);
    CU_ASSERT_EQUAL(d.packet.size, 4);
    free(d.bytes);
}

static void publish(void)
{
    const struct {
        const char *digits;
        bool dup, retain;
        uint8_t qos;
        uint16_t id;
        struct str topic, payload;
    } rows[] = {{"30 05 0002 2f61 68", false, false, 0, 0, STR("/a"), STR("h")},
                {"30 04 0002 2f61", false, false, 0, 0, STR("/a"), STR("")},
                {"31 03 0001 2f", false, true, 0, 0, STR("/"), STR("")},
                {"32 07 0001 61 0001 00ff", false, false, 1, 1, STR("a"), STR("\0\xff")},
                {"3a 05 0001 61 ffff", true, false, 1, 65535, STR("a"), STR("")},
                {"3d 06 0001 61 0100 0a", true, true, 2, 256, STR("a"), STR("\n")},
                {"30 07 0004 24535953 78", false, false, 0, 0, STR("$SYS"), STR("x")}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct decoded d = good(rows[i].digits);
        const struct mqtt_publish *p = &d.packet.u.publish;
        CU_ASSERT_EQUAL(d.packet.type, MQTT_PUBLISH);
        CU_ASSERT_TRUE(p->dup == rows[i].dup && p->retain == rows[i].retain);
        CU_ASSERT_TRUE(p->qos == rows[i].qos && p->packet_id == rows[i].id);
        CU_ASSERT_TRUE(str_eq(p->topic, rows[i].topic) && str_eq(p->payload, rows[i].payload));
        free(d.bytes);
    }
}

static void acknowledgements_and_empty_packets(void)
{
    static const struct {
        const char *digits;
        enum mqtt_type type;
        uint16_t id;
    } rows[] = {{"40 02 0001", MQTT_PUBACK, 1},
                {"50 02 0100", MQTT_PUBREC, 256},
                {"62 02 1234", MQTT_PUBREL, 0x1234},
                {"70 02 00ff", MQTT_PUBCOMP, 255},
                {"b0 02 ffff", MQTT_UNSUBACK, 65535}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct decoded d = good(rows[i].digits);
        CU_ASSERT_TRUE(d.packet.type == rows[i].type && d.packet.u.packet_id == rows[i].id);
        free(d.bytes);
    }
    const char *const empty[] = {"c0 00", "d0 00", "e0 00"};
    for (unsigned i = 0; i < 3; i++) {
        struct decoded d = good(empty[i]);
        CU_ASSERT_TRUE(d.packet.type == MQTT_PINGREQ + i && d.packet.size == 2);
        free(d.bytes);
    }
}

static void subscribe_unsubscribe_suback(void)
{
    struct str filter;
    size_t at = 0;
    uint8_t qos;
    struct decoded d = good("82 10 0102 0002 2f61 01 0001 23 02 0002 2b2f 00");
    CU_ASSERT_TRUE(d.packet.u.subscribe.packet_id == 0x102 && d.packet.u.subscribe.count == 3);
    CU_ASSERT_TRUE(mqtt_filter_next(&d.packet.u.subscribe, &at, &filter, &qos));
    CU_ASSERT_TRUE(str_is(filter, "/a") && qos == 1);
    CU_ASSERT_TRUE(mqtt_filter_next(&d.packet.u.subscribe, &at, &filter, &qos));
    CU_ASSERT_TRUE(str_is(filter, "#") && qos == 2);
    CU_ASSERT_TRUE(mqtt_filter_next(&d.packet.u.subscribe, &at, &filter, &qos));
    CU_ASSERT_TRUE(str_is(filter, "+/") && qos == 0);
    CU_ASSERT_FALSE(mqtt_filter_next(&d.packet.u.subscribe, &at, &filter, &qos));
    free(d.bytes);

    d = good("a2 05 0003 0001 61");
    at = 0;
    CU_ASSERT_TRUE(d.packet.u.subscribe.packet_id == 3 && d.packet.u.subscribe.count == 1);
    CU_ASSERT_TRUE(mqtt_filter_next(&d.packet.u.subscribe, &at, &filter, NULL) && str_is(filter, "a"));
    free(d.bytes);

    d = good("90 06 0001 00 01 02 80");
    CU_ASSERT_EQUAL(d.packet.u.suback.packet_id, 1);
    CU_ASSERT_TRUE(str_eq(d.packet.u.suback.codes, STR("\0\1\2\x80")));
    free(d.bytes);
}

/* The flags that each first byte may have, all 256 of them. */
static void first_bytes(void)
{
    static const uint8_t allowed[] = {0x10, 0x20, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3a, 0x3b, 0x3c, 0x3d,
                                      0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xa2, 0xb0, 0xc0, 0xd0, 0xe0};
    const struct mqtt_context context = {MQTT_LEVEL_3_1_1, 100};
    for (unsigned first = 0; first < 256; first++) {
        struct mqtt_packet packet;
        struct mqtt_fault fault;
        uint8_t byte = (uint8_t)first;
        bool is_allowed = memchr(allowed, byte, sizeof allowed) != NULL;
        enum mqtt_result result = mqtt_decode(&byte, 1, &context, &packet, &fault);
        CU_ASSERT_EQUAL(result, is_allowed ? MQTT_PARTIAL : MQTT_MALFORMED);
        if (result == MQTT_MALFORMED)
            CU_ASSERT_TRUE(fault.offset == 0 && fault.reason && fault.clause);
    }
}

static void every_malformation_is_named(void)
{
    for (const struct mqtt_bad *bad = mqtt_bad; bad->digits; bad++) {
        struct decoded d = decode_at(MQTT_LEVEL_3_1_1, bad->digits);
        bool same = d.result == MQTT_MALFORMED && strcmp(d.fault.reason, bad->reason) == 0 &&
                    d.fault.offset == bad->offset && strcmp(d.fault.clause, bad->clause) == 0;
        CU_ASSERT_TRUE(same);
        if (!same)
            fprintf(stderr, "\n%s: %s at %zu [%s]\n", bad->digits, d.fault.reason, d.fault.offset,
                    d.fault.clause);
        free(d.bytes);
    }
}

/* A good packet that is not there in full is the beginning of one, never another packet and never a fault. */
static void every_beginning_is_partial(void)
{
    const struct mqtt_context context = {MQTT_LEVEL_3_1_1, 100};
    for (size_t i = 0; i < 14; i++) {
        struct buf b;
        buf_init(&b, 1000);
        mqtt_samples_append(&b, mqtt_good[i]);
        for (size_t n = 0; n <= b.len; n++) {
            struct mqtt_packet packet;
            struct mqtt_fault fault;
            uint8_t *exact = mem_alloc(n + 1), *end = exact + 1; /* ends where the block ends */
            memcpy(end, b.data, n);
            CU_ASSERT_EQUAL(mqtt_decode(end, n, &context, &packet, &fault),
                            n < b.len ? MQTT_PARTIAL : MQTT_DECODED);
            free(exact);
        }
        buf_fini(&b);
    }
}

static void lengths_up_to_four_bytes(void)
{
    static const struct {
        uint8_t header[5];
        size_t n, size;
    } rows[] = {{{0x30, 0x00}, 2, 2},
                {{0x30, 0x7f}, 2, 129},
                {{0x30, 0x80, 0x01}, 3, 131},
                {{0x30, 0xff, 0x7f}, 3, 16386},
                {{0x30, 0x80, 0x80, 0x01}, 4, 16388},
                {{0x30, 0xff, 0xff, 0x7f}, 4, 2097155},
                {{0x30, 0x80, 0x80, 0x80, 0x01}, 5, 2097157},
                {{0x30, 0xff, 0xff, 0xff, 0x7f}, 5, 268435460},
                {{0x00, 0x05}, 2, 7},              /* flags are not looked at */
                {{0xc0, 0x80, 0x80, 0x00}, 4, 4}}; /* longer than needed: 3.1.1 does not forbid it */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mqtt_fault fault;
        size_t size = 0;
        CU_ASSERT_EQUAL(mqtt_packet_size(rows[i].header, rows[i].n, &size, &fault), MQTT_DECODED);
        CU_ASSERT_EQUAL(size, rows[i].size);
        for (size_t n = 0; n < rows[i].n; n++)
            CU_ASSERT_EQUAL(mqtt_packet_size(rows[i].header, n, &size, &fault), MQTT_PARTIAL);
    }
    struct decoded d = good("c0 80 80 00");
    CU_ASSERT_EQUAL(d.packet.size, 4);
    free(d.bytes);
}

static void a_packet_over_the_maximum_is_refused_by_its_header(void)
{
    const struct mqtt_context context = {MQTT_LEVEL_3_1_1, 100};
    static const uint8_t fits[] = {0x30, 98}, over[] = {0x30, 99}, huge[] = {0x30, 0xff, 0xff, 0xff, 0x7f};
    struct mqtt_packet packet;
    struct mqtt_fault fault = {NULL, 0, NULL};
    CU_ASSERT_EQUAL(mqtt_decode(fits, sizeof fits, &context, &packet, &fault), MQTT_PARTIAL);
    CU_ASSERT_EQUAL(mqtt_decode(over, 1, &context, &packet, &fault), MQTT_PARTIAL);
    CU_ASSERT_EQUAL(mqtt_decode(over, sizeof over, &context, &packet, &fault), MQTT_MALFORMED);
    CU_ASSERT_STRING_EQUAL(fault.reason, "the packet is larger than the maximum");
    CU_ASSERT_EQUAL(fault.offset, 1);
    CU_ASSERT_EQUAL(mqtt_decode(huge, 4, &context, &packet, &fault), MQTT_PARTIAL);
    CU_ASSERT_EQUAL(mqtt_decode(huge, sizeof huge, &context, &packet, &fault), MQTT_MALFORMED);
}

void unit_mqtt_decode(void)
{
    UNIT(connect_with_everything);
    UNIT(connect_with_the_least);
    UNIT(empty_username_and_password_are_there);
    UNIT(control_characters_in_a_client_id);
    UNIT(connect_of_an_unknown_level);
    UNIT(connect_of_3_1);
    UNIT(what_3_1_allows_in_a_connect);
    UNIT(a_3_1_client_may_mark_repetitions);
    UNIT(connack);
    UNIT(publish);
    UNIT(acknowledgements_and_empty_packets);
    UNIT(subscribe_unsubscribe_suback);
    UNIT(first_bytes);
    UNIT(every_malformation_is_named);
    UNIT(every_beginning_is_partial);
    UNIT(lengths_up_to_four_bytes);
    UNIT(a_packet_over_the_maximum_is_refused_by_its_header);
}
