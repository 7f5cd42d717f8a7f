#include "harness/packet_build.h"

#include "lib/protocol/mqtt_decode.h"
#include "tests/unit/unit.h"

static struct buf bytes;

/* The CONNECT that a case's `with` gives; it borrows from bytes. */
static struct mqtt_connect build(const char *with, enum transport transport)
{
    static const struct profile profile = {.securemode_plain = 3, .securemode_encrypted = 2};
    const struct packet_sender sender = {"pk", "device", "secret", transport, &profile};
    const struct mqtt_context context = {.packet_max_bytes = 1024 * 1024};
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    cJSON *node = cJSON_Parse(with);
    buf_init(&bytes, 1024 * 1024);
    CU_ASSERT_TRUE(packet_build_connect(node, &sender, &bytes));
    CU_ASSERT_EQUAL_FATAL(mqtt_decode(bytes.data, bytes.len, &context, &packet, &fault), MQTT_DECODED);
    cJSON_Delete(node);
    return packet.u.connect;
}

/* The documents' worked example (SIG-12) and its relatives; digests by openssl dgst. */
static void passwords_are_signed_as_the_documents_say(void)
{
    static const struct {
        const char *with, *password;
    } rows[] = {
        {"{}", "fafd82a3d602b37fb0fa8b7892f24a477f851a14"},
        {"{\"signmethod\":\"hmacmd5\"}", "14b198324fe55e1d3c88f2e705e201ee"},
        {"{\"signmethod\":null}", "14b198324fe55e1d3c88f2e705e201ee"},
        {"{\"signmethod\":\"md5\"}", "fafd82a3d602b37fb0fa8b7892f24a477f851a14"},
        {"{\"timestamp\":null}", "3504e4df7ce4766d30f796ee973c9ce7fc5425cb"},
        {"{\"timestamp\":\"1\",\"signTimestamp\":789}", "fafd82a3d602b37fb0fa8b7892f24a477f851a14"},
        {"{\"clientId\":\"x\",\"signClientId\":\"12345\"}", "fafd82a3d602b37fb0fa8b7892f24a477f851a14"},
        {"{\"signTimestamp\":null}", "3504e4df7ce4766d30f796ee973c9ce7fc5425cb"},
        {"{\"timestamp\":null,\"signClientId\":null}", "ef1338106ebf173868958116f51797c8b9149855"},
        {"{\"password\":\"given\"}", "given"},
        {"{\"password\":\"\"}", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mqtt_connect connect = build(rows[i].with, TRANSPORT_TCP);
        CU_ASSERT_TRUE(connect.has_password);
        CU_ASSERT_TRUE(str_is(connect.password, rows[i].password));
        buf_fini(&bytes);
    }
}

static void client_ids(void)
{
    static const struct {
        const char *with;
        enum transport transport;
        const char *id;
    } rows[] = {
        {"{}", TRANSPORT_TCP, "12345|securemode=3,signmethod=hmacsha1,timestamp=789|"},
        {"{}", TRANSPORT_TLS, "12345|securemode=2,signmethod=hmacsha1,timestamp=789|"},
        {"{\"securemode\":null,\"signmethod\":null,\"timestamp\":5}", TRANSPORT_TCP, "12345|timestamp=5|"},
        {"{\"securemode\":null,\"signmethod\":null,\"timestamp\":null}", TRANSPORT_TCP, "12345||"},
        {"{\"clientId\":\"a\",\"extra\":{\"ext\":1,\"lan\":\"C\"}}", TRANSPORT_TCP,
         "a|securemode=3,signmethod=hmacsha1,timestamp=789,ext=1,lan=C|"},
        {"{\"mqttClientId\":\"raw\"}", TRANSPORT_TCP, "raw"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CU_ASSERT_TRUE(str_is(build(rows[i].with, rows[i].transport).client_id, rows[i].id));
        buf_fini(&bytes);
    }
}

static void the_rest_of_a_connect(void)
{
    struct mqtt_connect c = build("{}", TRANSPORT_TCP);
    CU_ASSERT_TRUE(str_is(c.username, "device&pk"));
    CU_ASSERT_EQUAL(c.keep_alive_s, 300);
    CU_ASSERT_TRUE(c.clean_session);
    CU_ASSERT_EQUAL(c.level, 4);
    CU_ASSERT_FALSE(c.has_will);
    buf_fini(&bytes);
    c = build("{\"keepAlive\":65535,\"cleanSession\":false,\"protocolName\":\"MQIsdp\",\"level\":3,"
              "\"username\":\"u\",\"password\":null,\"will\":{\"topic\":\"/w\",\"payload\":\"p\",\"qos\":1}}",
              TRANSPORT_TCP);
    CU_ASSERT_TRUE(str_is(c.protocol_name, "MQIsdp"));
    CU_ASSERT_EQUAL(c.level, 3);
    CU_ASSERT_EQUAL(c.keep_alive_s, 65535);
    CU_ASSERT_FALSE(c.clean_session);
    CU_ASSERT_FALSE(c.has_password);
    CU_ASSERT_TRUE(str_is(c.username, "u"));
    CU_ASSERT_TRUE(c.has_will);
    CU_ASSERT_EQUAL(c.will_qos, 1);
    CU_ASSERT_TRUE(str_is(c.will_topic, "/w"));
    buf_fini(&bytes);
}

void unit_connect_build(void)
{
    UNIT(passwords_are_signed_as_the_documents_say);
    UNIT(client_ids);
    UNIT(the_rest_of_a_connect);
}
