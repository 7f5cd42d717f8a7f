#include "client/dynamic_registration.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/log.h"
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
    UNIT(wrong_arguments_are_refused);
}
