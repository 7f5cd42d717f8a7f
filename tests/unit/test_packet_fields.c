#include "harness/packet_fields.h"

#include <string.h>

#include "harness/packet_build.h"
#include "lib/protocol/mqtt_decode.h"
#include "tests/unit/unit.h"

static const struct packet_sender sender = {
    .product_key = "pk", .device_name = "device", .device_secret = "secret", .transport = TRANSPORT_TCP};

/* The JSON of a packet's fields, made from what a case gives; freed by the caller with cJSON_free. */
static char *fields_of(const char *type, const char *with, bool shown)
{
    struct profile profile = {.securemode_plain = 3, .securemode_encrypted = 2};
    struct packet_sender from = sender;
    const struct mqtt_context context = {.level = 4, .packet_max_bytes = 1024 * 1024};
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    struct buf bytes;
    cJSON *node = with ? cJSON_Parse(with) : NULL;
    from.profile = &profile;
    buf_init(&bytes, 1024 * 1024);
    CU_ASSERT_TRUE(packet_build((enum mqtt_type)mqtt_type_named(type), node, &from, &bytes));
    CU_ASSERT_EQUAL_FATAL(mqtt_decode(bytes.data, bytes.len, &context, &packet, &fault), MQTT_DECODED);
    cJSON *fields = shown ? packet_fields_shown(&packet) : packet_fields_of(&packet);
    char *text = cJSON_PrintUnformatted(fields);
    cJSON_Delete(fields);
    cJSON_Delete(node);
    buf_fini(&bytes);
    return text;
}

static void what_was_built_is_what_is_read(void)
{
    static const struct {
        const char *type, *with, *fields;
    } rows[] = {
        {"CONNACK", "{\"returnCode\":5}", "{\"returnCode\":5,\"sessionPresent\":false}"},
        {"PUBLISH", "{\"topic\":\"/a\",\"payload\":\"xy\"}",
         "{\"topic\":\"/"
         "a\",\"payload\":\"xy\",\"payloadHex\":\"7879\",\"qos\":0,\"retain\":false,\"dup\":false}"},
        {"PUBLISH",
         "{\"topic\":\"/a\",\"payloadHex\":\"ff 00\",\"qos\":1,\"packetId\":9,\"dup\":true,\"retain\":true}",
         "{\"topic\":\"/a\",\"payloadHex\":\"ff00\",\"qos\":1,\"retain\":true,\"dup\":true,\"packetId\":9}"},
        {"PUBACK", "{\"packetId\":7}", "{\"packetId\":7}"},
        {"UNSUBACK", NULL, "{\"packetId\":1}"},
        {"SUBSCRIBE", "{\"packetId\":2,\"filters\":[{\"filter\":\"/a\",\"qos\":1},{\"filter\":\"#\"}]}",
         "{\"packetId\":2,\"filters\":[{\"filter\":\"/a\",\"qos\":1},{\"filter\":\"#\",\"qos\":0}]}"},
        {"UNSUBSCRIBE", "{\"packetId\":2,\"filters\":[\"/a\",\"#\"]}",
         "{\"packetId\":2,\"filters\":[\"/a\",\"#\"]}"},
        {"SUBACK", "{\"packetId\":2,\"codes\":[0,128]}", "{\"packetId\":2,\"codes\":[0,128]}"},
        {"PINGREQ", NULL, "{}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = fields_of(rows[i].type, rows[i].with, false);
        CU_ASSERT_STRING_EQUAL(text, rows[i].fields);
        cJSON_free(text);
    }
}

static void shown_fields_hide_the_password_and_say_a_payload_once(void)
{
    char *text = fields_of("CONNECT", NULL, true);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"password\":\"***\""));
    CU_ASSERT_PTR_NULL(strstr(text, "clientId\":\"12345\""));
    cJSON_free(text);
    text = fields_of("PUBLISH", "{\"topic\":\"/a\",\"payload\":\"xy\"}", true);
    CU_ASSERT_PTR_NULL(strstr(text, "payloadHex"));
    cJSON_free(text);
}

static size_t problems_with(const char *type, const char *with, bool is_where)
{
    struct problems problems = {0};
    cJSON *node = cJSON_Parse(with);
    enum mqtt_type number = (enum mqtt_type)mqtt_type_named(type);
    if (is_where)
        packet_fields_check_where(number, node, "f#", &problems);
    else
        packet_fields_check_with(number, node, "f#", &problems);
    size_t count = problems.count;
    problems_fini(&problems);
    cJSON_Delete(node);
    return count;
}

static void every_wrong_field_is_a_problem(void)
{
    static const struct {
        const char *type, *with;
        size_t problems;
    } rows[] = {
        {"CONNECT", "{\"keepAlive\":0,\"securemode\":null,\"timestamp\":5,\"extra\":{\"a\":\"b\",\"c\":1}}",
         0},
        {"CONNECT", "{\"keepAlive\":\"${captured.x}\"}", 0},
        {"CONNECT", "{\"keepAlive\":-1,\"cleanSession\":1,\"username\":true,\"extra\":[]}", 4},
        {"CONNECT", "{\"keepalive\":60}", 1},
        {"CONNECT", "{\"will\":{\"topic\":\"/a\",\"payload\":\"x\",\"qos\":1,\"retain\":false}}", 0},
        {"CONNECT", "{\"will\":{\"payload\":\"x\"}}", 1},
        {"PUBLISH", "{\"topic\":\"/a\",\"payload\":\"x\",\"payloadHex\":\"00\"}", 1},
        {"PUBLISH", "{\"qos\":4,\"payloadHex\":\"0\"}", 2},
        {"PINGREQ", "{\"packetId\":1}", 1},
        {"SUBSCRIBE", "{\"filters\":[\"/a\"]}", 1},
        {"SUBSCRIBE", "{\"filters\":[{\"qos\":1},{\"filter\":\"/a\",\"qos\":256}]}", 2},
        {"UNSUBSCRIBE", "{\"filters\":[{\"filter\":\"/a\"}]}", 1},
        {"SUBACK", "{\"codes\":[256,\"x\"]}", 2},
        {"PUBACK", "[]", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(problems_with(rows[i].type, rows[i].with, false), rows[i].problems);
}

static void where_may_name_what_a_packet_has(void)
{
    CU_ASSERT_EQUAL(problems_with("CONNACK", "{\"returnCode\":{\"min\":1}}", true), 0);
    CU_ASSERT_EQUAL(problems_with("CONNACK", "{\"returnCode\":{\"min\":1,\"x\":2},\"code\":1}", true), 2);
    CU_ASSERT_EQUAL(problems_with("CONNECT", "{\"password\":\"x\"}", true), 1);
    CU_ASSERT_TRUE(packet_fields_has(MQTT_PUBLISH, "packetId"));
    CU_ASSERT_FALSE(packet_fields_has(MQTT_CONNECT, "secret"));
}

void unit_packet_fields(void)
{
    UNIT(what_was_built_is_what_is_read);
    UNIT(shown_fields_hide_the_password_and_say_a_payload_once);
    UNIT(every_wrong_field_is_a_problem);
    UNIT(where_may_name_what_a_packet_has);
}
