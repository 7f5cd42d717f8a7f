#include "client/dynamic_registration.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/protocol/mqtt_encode.h"
#include "tests/unit/fake_device.h"
#include "tests/unit/unit.h"

/* What is read of the platform's answers to a registration (REG-01, REG-04). The way there is in tests/client-examples. */

static iotx_registered_t got;

static bool reads(iotx_register_way_t way, const char *topic, const char *payload)
{
    memset(&got, 0, sizeof got);
    return dynamic_registration_read(way, str_of(topic), str_of(payload), &got);
}

static void a_secret_is_read(void)
{
    CU_ASSERT_TRUE(reads(IOT_REGISTER_MQTT, "/ext/register",
                         "{\"productKey\":\"pk\",\"deviceName\":\"dn\",\"deviceSecret\":\"s3cret\"}"));
    CU_ASSERT_STRING_EQUAL(got.device_secret, "s3cret");
    CU_ASSERT_STRING_EQUAL(got.device_token, "");
}

static void a_token_is_read_on_either_topic(void)
{
    static const char payload[] =
        "{\"productKey\":\"pk\",\"deviceName\":\"dn\",\"clientId\":\"c\",\"deviceToken\":\"t\"}";
    CU_ASSERT_TRUE(reads(IOT_REGISTER_MQTT_TOKEN, "/ext/regnwl", payload));
    CU_ASSERT_TRUE(reads(IOT_REGISTER_MQTT_TOKEN, "/ext/register", payload));
    CU_ASSERT_STRING_EQUAL(got.client_id, "c");
    CU_ASSERT_STRING_EQUAL(got.device_token, "t");
}

static void what_is_no_answer_is_refused(void)
{
    char long_secret[128], secret_of[200];
    memset(long_secret, 'a', sizeof long_secret - 1);
    long_secret[IOTX_REGISTERED_LEN + 1] = '\0';
    snprintf(secret_of, sizeof secret_of, "{\"deviceSecret\":\"%s\"}", long_secret);
    log_set_level(LOG_NOTHING);
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT, "/ext/regnwl", "{\"deviceSecret\":\"s\"}"));
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT, "/ext/register/", "{\"deviceSecret\":\"s\"}"));
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT, "/ext/register", ""));
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT, "/ext/register", "[]"));
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT, "/ext/register", "{\"deviceSecret\":\"\"}"));
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT, "/ext/register", "{\"deviceSecret\":5}"));
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT, "/ext/register", secret_of));
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT_TOKEN, "/ext/regnwl", "{\"clientId\":\"c\"}"));
    CU_ASSERT_FALSE(reads(IOT_REGISTER_MQTT_TOKEN, "/ext/regnwl", "{\"deviceToken\":\"t\"}"));
    long_secret[IOTX_REGISTERED_LEN] = '\0';
    snprintf(secret_of, sizeof secret_of, "{\"deviceSecret\":\"%s\"}", long_secret);
    CU_ASSERT_TRUE(reads(IOT_REGISTER_MQTT, "/ext/register", secret_of));
    log_set_level(LOG_INFO);
}

static int64_t written_ms;

static void note_time(void *port)
{
    written_ms = fake_port_now_ms(port);
}

/* Signs in on a platform in memory that accepts, says so much, and answers nothing more. The last thing it sends is DISCONNECT. */
static int talks(const char *topic, const char *payload, bool drops)
{
    struct fake_device d;
    struct buf said;
    fake_device_init(&d);
    buf_init(&said, 1024);
    if (topic) {
        struct mqtt_publish publish = {.topic = str_of(topic), .payload = str_of(payload)};
        CU_ASSERT_TRUE(mqtt_encode_publish(&said, &publish));
        d.port->said_on_connect = buf_str(&said);
    }
    d.port->ends_on_connect = drops;
    d.port->while_writing = note_time;
    d.port->ctx = d.port;
    log_set_level(LOG_NOTHING);
    int result = dynamic_registration_talk(&d.port->base, &d.param, IOT_REGISTER_MQTT, &got);
    log_set_level(LOG_INFO);
    buf_fini(&said);
    return result;
}

static void an_answer_is_waited_for_five_seconds(void)
{
    CU_ASSERT_EQUAL(talks(NULL, NULL, false), FAIL_RETURN);
    CU_ASSERT_EQUAL(written_ms, 5000);
}

static void an_answer_or_an_end_is_not_waited_out(void)
{
    CU_ASSERT_EQUAL(talks("/ext/register", "{\"deviceSecret\":\"s3cret\"}", false), 0);
    CU_ASSERT_STRING_EQUAL(got.device_secret, "s3cret");
    CU_ASSERT_TRUE(written_ms < 1000);
    CU_ASSERT_EQUAL(talks("/ext/register", "{}", false), FAIL_RETURN);
    CU_ASSERT_TRUE(written_ms < 1000);
    CU_ASSERT_EQUAL(talks(NULL, NULL, true),
                    FAIL_RETURN); /* it would come back after a second: another CONNECT */
    CU_ASSERT_EQUAL(written_ms, 0);
}

static void wrong_arguments_are_refused(void)
{
    log_set_level(LOG_NOTHING);
    CU_ASSERT_EQUAL(IOT_Register(IOT_REGISTER_MQTT, NULL, "dn", "ps", &got), FAIL_RETURN);
    CU_ASSERT_EQUAL(IOT_Register(IOT_REGISTER_MQTT, "pk", "", "ps", &got), FAIL_RETURN);
    CU_ASSERT_EQUAL(IOT_Register(IOT_REGISTER_MQTT, "pk", "dn", NULL, &got), FAIL_RETURN);
    CU_ASSERT_EQUAL(IOT_Register(IOT_REGISTER_MQTT, "pk", "dn", "ps", NULL), FAIL_RETURN);
    CU_ASSERT_EQUAL(IOT_Register((iotx_register_way_t)7, "pk", "dn", "ps", &got), FAIL_RETURN);
    CU_ASSERT_EQUAL(IOT_SetupConnInfoToken("pk", "dn", "c", "t", NULL), FAIL_RETURN);
    log_set_level(LOG_INFO);
}

void unit_dynamic_registration(void)
{
    UNIT(a_secret_is_read);
    UNIT(a_token_is_read_on_either_topic);
    UNIT(what_is_no_answer_is_refused);
    UNIT(an_answer_is_waited_for_five_seconds);
    UNIT(an_answer_or_an_end_is_not_waited_out);
    UNIT(wrong_arguments_are_refused);
}
