#include "harness/judge/device_state.h"

#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

static struct device_seen seen;

static struct device_state after(const char *lines, bool is_named)
{
    struct device_state s;
    device_state_init(&s, "pk", "device", is_named);
    device_seen_init(&seen, lines);
    for (size_t i = 0; i < seen.count; i++)
        device_state_observe(&s, seen.items[i]);
    return s;
}

static void done(struct device_state *s)
{
    device_state_fini(s);
    device_seen_fini(&seen);
}

#define SIGN_IN                                                                                              \
    "1 1 in CONNECT {'keepAlive': 60}\n1 1 out CONNACK {'returnCode': 0, 'sessionPresent': false}\n"
#define SUBSCRIBED                                                                                           \
    "2 1 in SUBSCRIBE {'packetId': 1, 'filters': [{'filter': '/pk/device/a', 'qos': 0}, {'filter': "         \
    "'/pk/device/b/#', 'qos': 1}]}\n"                                                                        \
    "2 1 out SUBACK {'packetId': 1, 'codes': [0, 1]}\n"

static void a_device_is_online_by_its_connack(void)
{
    struct device_state s = after(SIGN_IN, false);
    CU_ASSERT_TRUE(s.is_online && s.is_open);
    CU_ASSERT_EQUAL(s.keep_alive_s, 60);
    done(&s);
    s = after("1 1 in CONNECT\n1 1 out CONNACK {'returnCode': 4}\n", false);
    CU_ASSERT_TRUE(!s.is_online && s.is_open);
    done(&s);
    s = after(SIGN_IN "3 1 end device\n", false);
    CU_ASSERT_TRUE(!s.is_online && !s.is_open);
    done(&s);
    s = after(SIGN_IN "3 0 action restart\n", false);
    CU_ASSERT_TRUE(!s.is_online && !s.is_open);
    done(&s);
    s = after("1 1 in CONNECT {'mqttClientId': 'x|authType=register|'}\n1 1 out CONNACK {'returnCode': 0}\n",
              false);
    CU_ASSERT_TRUE(!s.is_online && s.is_open);
    done(&s);
}

static void subscriptions_are_those_granted_in_the_session(void)
{
    struct device_state s = after(SIGN_IN SUBSCRIBED, false);
    const cJSON *best = device_state_subscription(&s);
    CU_ASSERT_PTR_NOT_NULL_FATAL(best);
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(best, "topic")),
                           "/pk/device/b/x");
    done(&s);
    s = after(SIGN_IN SUBSCRIBED "3 1 in UNSUBSCRIBE {'filters': ['/pk/device/b/#', '/pk/device/a']}\n",
              false);
    CU_ASSERT_PTR_NULL(device_state_subscription(&s));
    done(&s);
    s = after(SIGN_IN SUBSCRIBED
              "4 2 in CONNECT\n4 2 out CONNACK {'returnCode': 0, 'sessionPresent': true}\n",
              false);
    CU_ASSERT_PTR_NOT_NULL(device_state_subscription(&s));
    done(&s);
    s = after(SIGN_IN SUBSCRIBED
              "4 2 in CONNECT\n4 2 out CONNACK {'returnCode': 0, 'sessionPresent': false}\n",
              false);
    CU_ASSERT_PTR_NULL(device_state_subscription(&s));
    done(&s);
    s = after(SIGN_IN "2 1 in SUBSCRIBE {'packetId': 1, 'filters': [{'filter': '/pk/device/a', 'qos': 1}]}\n"
                      "2 1 out SUBACK {'packetId': 1, 'codes': [128]}\n",
              false);
    CU_ASSERT_PTR_NULL(device_state_subscription(&s));
    done(&s);
    s = after(SIGN_IN
              "2 1 in SUBSCRIBE {'packetId': 1, 'filters': [{'filter': '/sys/pk/device/a', 'qos': 1}, "
              "{'filter': '/pk/device/b', 'qos': 1}, {'filter': '/pk/other/c', 'qos': 1}]}\n"
              "2 1 out SUBACK {'packetId': 1, 'codes': [1, 1, 1]}\n",
              false);
    best = device_state_subscription(&s);
    CU_ASSERT_PTR_NOT_NULL_FATAL(best);
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(best, "topic")),
                           "/pk/device/b");
    done(&s);
}

static void others_are_passed_over(void)
{
    struct device_state s =
        after("1 1 in CONNECT {'clientId': 'iotconform-judge', 'username': 'device&pk'}\n", false);
    CU_ASSERT_FALSE(s.is_open);
    done(&s);
    s = after("1 1 in CONNECT {'username': 'other&pk'}\n1 1 out CONNACK {'returnCode': 0}\n", true);
    CU_ASSERT_FALSE(s.is_open);
    done(&s);
}

void unit_device_state(void)
{
    UNIT(a_device_is_online_by_its_connack);
    UNIT(subscriptions_are_those_granted_in_the_session);
    UNIT(others_are_passed_over);
}
