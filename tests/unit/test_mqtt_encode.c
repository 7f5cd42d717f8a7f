#include "lib/protocol/mqtt_encode.h"

#include "lib/base/mem.h"

#include <signal.h>

#include "tests/unit/dying.h"
#include "tests/unit/mqtt_samples.h"
#include "tests/unit/unit.h"

static void expect(struct buf *out, const char *digits)
{
    struct buf wanted;
    buf_init(&wanted, 1000);
    mqtt_samples_append(&wanted, digits);
    CU_ASSERT_TRUE(str_eq(buf_str(out), buf_str(&wanted)));
    buf_fini(&wanted);
    buf_clear(out);
}

static void connect(void)
{
    struct buf out;
    buf_init(&out, 1000);
    struct mqtt_connect c = {.protocol_name = STR("MQTT"),
                             .level = 4,
                             .clean_session = true,
                             .keep_alive_s = 300,
                             .client_id = STR("ab")};
    CU_ASSERT_TRUE(mqtt_encode_connect(&out, &c));
    expect(&out, "10 0e 0004 4d515454 04 02 012c 0002 6162");
    c.has_username = c.has_password = c.has_will = c.will_retain = true;
    c.will_qos = 2;
    c.keep_alive_s = 1200;
    c.will_topic = STR("/w/");
    c.will_payload = STR("\0\xff\0");
    c.username = STR("d&pc");
    c.password = STR("secret");
    CU_ASSERT_TRUE(mqtt_encode_connect(&out, &c));
    expect(&out, "10 26 0004 4d515454 04 f6 04b0 0002 6162 0003 2f772f 0003 00ff00 0004 64267063"
                 " 0006 736563726574");
    c = (struct mqtt_connect){.protocol_name = STR("MQIsdp"), .level = 3};
    CU_ASSERT_TRUE(mqtt_encode_connect(&out, &c));
    expect(&out, "10 0e 0006 4d5149736470 03 00 0000 0000");
    buf_fini(&out);
}

static void rules_can_be_broken(void)
{
    struct buf out;
    buf_init(&out, 1000);
    struct mqtt_connect c = {.protocol_name = STR("x"), .level = 255, .will_qos = 3, .has_password = true};
    CU_ASSERT_TRUE(mqtt_encode_connect(&out, &c));
    expect(&out, "10 0b 0001 78 ff 58 0000 0000 0000");
    CU_ASSERT_TRUE(mqtt_encode_connack(&out, true, 200));
    expect(&out, "20 02 01 c8");
    CU_ASSERT_TRUE(mqtt_encode_publish(&out, &(struct mqtt_publish){.qos = 3, .topic = STR("#")}));
    expect(&out, "36 05 0001 23 0000");
    CU_ASSERT_TRUE(mqtt_encode_publish(&out, &(struct mqtt_publish){.dup = true, .packet_id = 9}));
    expect(&out, "38 02 0000");
    CU_ASSERT_TRUE(mqtt_encode_subscribe(&out, 0, NULL, 0));
    expect(&out, "82 02 0000");
    CU_ASSERT_TRUE(mqtt_encode_subscribe(&out, 1, &(struct mqtt_filter){STR("a#"), 255}, 1));
    expect(&out, "82 07 0001 0002 6123 ff");
    CU_ASSERT_TRUE(mqtt_encode_unsubscribe(&out, 1, NULL, 0));
    expect(&out, "a2 02 0001");
    CU_ASSERT_TRUE(mqtt_encode_suback(&out, 1, NULL, 0));
    expect(&out, "90 02 0001");
    buf_fini(&out);
}

static void publish(void)
{
    struct buf out;
    buf_init(&out, 1000);
    struct mqtt_publish p = {.topic = STR("/a/"), .payload = STR("hi")};
    CU_ASSERT_TRUE(mqtt_encode_publish(&out, &p));
    expect(&out, "30 07 0003 2f612f 6869");
    p.qos = 1;
    p.packet_id = 16;
    CU_ASSERT_TRUE(mqtt_encode_publish(&out, &p));
    expect(&out, "32 09 0003 2f612f 0010 6869");
    p = (struct mqtt_publish){true, true, 2, 0xfffe, STR("b"), {NULL, 0}};
    CU_ASSERT_TRUE(mqtt_encode_publish(&out, &p));
    expect(&out, "3d 05 0001 62 fffe");
    buf_fini(&out);
}

static void the_others(void)
{
    struct buf out;
    buf_init(&out, 1000);
    CU_ASSERT_TRUE(mqtt_encode_connack(&out, true, 0) && mqtt_encode_connack(&out, false, 5));
    expect(&out, "20 02 01 00  20 02 00 05"); /* appended, the one behind the other */
    static const struct {
        enum mqtt_type type;
        const char *digits;
    } acks[] = {{MQTT_PUBACK, "40 02 1234"},
                {MQTT_PUBREC, "50 02 1234"},
                {MQTT_PUBREL, "62 02 1234"},
                {MQTT_PUBCOMP, "70 02 1234"},
                {MQTT_UNSUBACK, "b0 02 1234"}};
    for (size_t i = 0; i < sizeof acks / sizeof acks[0]; i++) {
        CU_ASSERT_TRUE(mqtt_encode_ack(&out, acks[i].type, 0x1234));
        expect(&out, acks[i].digits);
    }
    const struct mqtt_filter filters[] = {{STR("/a"), 1}, {STR("/#"), 0}};
    CU_ASSERT_TRUE(mqtt_encode_subscribe(&out, 10, filters, 2));
    expect(&out, "82 0c 000a 0002 2f61 01 0002 2f23 00");
    CU_ASSERT_TRUE(mqtt_encode_unsubscribe(&out, 11, filters, 2));
    expect(&out, "a2 0a 000b 0002 2f61 0002 2f23");
    CU_ASSERT_TRUE(mqtt_encode_suback(&out, 10, (const uint8_t *)"\x00\x01\x02\x80", 4));
    expect(&out, "90 06 000a 00 01 02 80");
    CU_ASSERT_TRUE(mqtt_encode_empty(&out, MQTT_PINGREQ));
    expect(&out, "c0 00");
    CU_ASSERT_TRUE(mqtt_encode_empty(&out, MQTT_PINGRESP));
    expect(&out, "d0 00");
    CU_ASSERT_TRUE(mqtt_encode_empty(&out, MQTT_DISCONNECT));
    expect(&out, "e0 00");
    buf_fini(&out);
}

/* The remaining length at each side of one byte more (the table of 2.2.3). Topic "t": the length is payload + 3. */
static void remaining_lengths(void)
{
    const struct {
        size_t remaining;
        struct str header;
    } rows[] = {{127, STR("\x30\x7f")},
                {128, STR("\x30\x80\x01")},
                {16383, STR("\x30\xff\x7f")},
                {16384, STR("\x30\x80\x80\x01")},
                {2097151, STR("\x30\xff\xff\x7f")},
                {2097152, STR("\x30\x80\x80\x80\x01")}};
    char *payload = mem_zalloc(2097152, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        buf_init(&out, 3000000);
        struct mqtt_publish p = {.topic = STR("t"), .payload = {payload, rows[i].remaining - 3}};
        CU_ASSERT_TRUE(mqtt_encode_publish(&out, &p));
        CU_ASSERT_EQUAL(out.len, rows[i].header.n + rows[i].remaining);
        CU_ASSERT_TRUE(str_starts(buf_str(&out), rows[i].header));
        buf_fini(&out);
    }
    free(payload);
}

/* Each packet into a buffer that is one byte too small, then into one that just fits. */
static void past_the_maximum_nothing_is_appended(void)
{
    const struct mqtt_connect connect_packet = {.protocol_name = STR("MQTT"), .client_id = STR("ab")};
    const struct mqtt_publish publish_packet = {.topic = STR("/a"), .payload = STR("hello")};
    const struct mqtt_filter filter = {STR("/a"), 1};
    static const size_t sizes[] = {16, 11, 9, 8, 5, 4, 4, 2};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t room = 0; room < 2; room++) {
            struct buf out;
            buf_init(&out, 1 + sizes[i] - 1 + room);
            CU_ASSERT_TRUE(buf_append_byte(&out, 'x'));
            bool done = i == 0   ? mqtt_encode_connect(&out, &connect_packet)
                        : i == 1 ? mqtt_encode_publish(&out, &publish_packet)
                        : i == 2 ? mqtt_encode_subscribe(&out, 1, &filter, 1)
                        : i == 3 ? mqtt_encode_unsubscribe(&out, 1, &filter, 1)
                        : i == 4 ? mqtt_encode_suback(&out, 1, (const uint8_t *)"", 1)
                        : i == 5 ? mqtt_encode_ack(&out, MQTT_PUBACK, 1)
                        : i == 6 ? mqtt_encode_connack(&out, false, 0)
                                 : mqtt_encode_empty(&out, MQTT_PINGREQ);
            CU_ASSERT_EQUAL(done, room == 1);
            CU_ASSERT_EQUAL(out.len, room == 1 ? 1 + sizes[i] : 1);
            buf_fini(&out);
        }
    }
}

static void encode_65535(void)
{
    struct buf out;
    buf_init(&out, 70000);
    char *text = mem_zalloc(65536, 1);
    if (!mqtt_encode_publish(&out, &(struct mqtt_publish){.topic = {text, 65535}}) || out.len != 65541)
        _exit(1);
    free(text);
    buf_fini(&out);
}

static void encode_65536(void)
{
    struct buf out;
    buf_init(&out, 70000);
    char *text = mem_zalloc(65536, 1);
    mqtt_encode_publish(&out, &(struct mqtt_publish){.topic = {text, 65536}});
}

static void text_too_long_is_our_own_bug(void)
{
    char said[256];
    int status = dying(encode_65535, said, sizeof said);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    status = dying(encode_65536, said, sizeof said);
    CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

void unit_mqtt_encode(void)
{
    UNIT(connect);
    UNIT(rules_can_be_broken);
    UNIT(publish);
    UNIT(the_others);
    UNIT(remaining_lengths);
    UNIT(past_the_maximum_nothing_is_appended);
    UNIT(text_too_long_is_our_own_bug);
}
