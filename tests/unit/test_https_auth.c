#include "client/https_auth.h"

#include <string.h>

#include "tests/unit/unit.h"

/* What is read of the authentication endpoint's answers (S2). The way there is in tests/client. */

static struct https_auth_answer answer;

static int of(const char *body)
{
    return https_auth_read(body, strlen(body), &answer);
}

static void the_documented_answer_is_understood(void)
{
    CU_ASSERT_EQUAL(of("{ \"code\" : 200, \"data\" : { \"iotId\" : \"42Ze0mk3556498a1AlTP\", \"iotToken\" : "
                       "\"0d7fdeb9dc1f4344a2cc0d45edcb0bcb\", \"resources\" : { \"mqtt\" : { \"host\" : "
                       "\"xxx.iot-as-mqtt.cn-shanghai.aliyuncs.com\", \"port\" : 1883 } } }, \"message\" : "
                       "\"success\" }"),
                    0);
    CU_ASSERT_STRING_EQUAL(answer.iot_id, "42Ze0mk3556498a1AlTP");
    CU_ASSERT_STRING_EQUAL(answer.iot_token, "0d7fdeb9dc1f4344a2cc0d45edcb0bcb");
    CU_ASSERT_STRING_EQUAL(answer.host, "xxx.iot-as-mqtt.cn-shanghai.aliyuncs.com");
    CU_ASSERT_EQUAL(answer.port, 1883);
    CU_ASSERT_EQUAL(of("{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"b\"}}"), 0);
    CU_ASSERT_STRING_EQUAL(answer.host, "");
    CU_ASSERT_EQUAL(of("{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"b\",\"resources\":{\"mqtt\":{"
                       "\"host\":\"h\","
                       "\"port\":\"443\"}}}}"),
                    0);
    CU_ASSERT_EQUAL(answer.port, 443);
}

static void the_platforms_codes_are_handed_on(void)
{
    CU_ASSERT_EQUAL(of("{\"code\":401,\"message\":\"request auth error\"}"), 401);
    CU_ASSERT_EQUAL(of("{\"code\":460}"), 460);
    CU_ASSERT_EQUAL(of("{\"code\":500,\"message\":7}"), 500);
    CU_ASSERT_EQUAL(of("{\"code\":5001,\"data\":null}"), 5001);
    CU_ASSERT_EQUAL(of("{\"code\":6200}"), 6200);
}

static void a_broken_answer_is_none(void)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "7",
        "null",
        "<html>",
        "{}",
        "{\"code\":\"200\"}",
        "{\"code\":0}",
        "{\"code\":-1}",
        "{\"code\":1e300}",
        "{\"code\":200}",
        "{\"code\":200,\"data\":[]}",
        "{\"code\":200,\"data\":{\"iotId\":\"a\"}}",
        "{\"code\":200,\"data\":{\"iotId\":\"\",\"iotToken\":\"b\"}}",
        "{\"code\":200,\"data\":{\"iotId\":7,\"iotToken\":\"b\"}}",
        "{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"b\",\"resources\":{\"mqtt\":{}}}}",
        "{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"b\",\"resources\":{\"mqtt\":{\"host\":\"h\"}}"
        "}}",
        "{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"b\",\"resources\":{\"mqtt\":{\"host\":\"h\","
        "\"port\":0}}}}",
        "{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"b\",\"resources\":{\"mqtt\":{\"host\":\"h\","
        "\"port\":65536}}}}",
        "{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"b\",\"resources\":{\"mqtt\":{\"host\":\"h\","
        "\"port\":\"x\"}}}}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_EQUAL(of(bad[i]), -7);
    char body[400], token[258];
    memset(token, 't', sizeof token - 1);
    token[257] = '\0';
    snprintf(body, sizeof body, "{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"%s\"}}", token);
    CU_ASSERT_EQUAL(of(body), -7);
    snprintf(body, sizeof body, "{\"code\":200,\"data\":{\"iotId\":\"a\",\"iotToken\":\"%s\"}}", token + 1);
    CU_ASSERT_EQUAL(of(body), 0);
    CU_ASSERT_EQUAL(strlen(answer.iot_token), 256);
}

void unit_https_auth(void)
{
    UNIT(the_documented_answer_is_understood);
    UNIT(the_platforms_codes_are_handed_on);
    UNIT(a_broken_answer_is_none);
}
