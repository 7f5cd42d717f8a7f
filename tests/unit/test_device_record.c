#include "harness/judge/device_record.h"

#include <string.h>

#include "harness/judge/device_state.h"
#include "lib/base/buf.h"
#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

#define CONNECT(conn, keep_alive)                                                                            \
    "5 " #conn " in CONNECT {'clientId': 'd', 'mqttClientId': "                                              \
    "'d|_v=sdk-c-4.1.0,securemode=2,signmethod=hmacsha256|', 'keepAlive': " #keep_alive "}\n"
#define JUDGES                                                                                               \
    "7 9 in CONNECT {'clientId': '" DEVICE_STATE_JUDGES_CLIENT_ID "', 'mqttClientId': 'j|lan=Python|'}\n"

static cJSON *record_of(const char *lines, const char *description)
{
    struct stream *stream = device_seen_stream(lines);
    cJSON *said = device_seen_json(description);
    struct judge_plan plan = {.device = device_seen_json("{'productKey': 'pk', 'deviceName': 'dn'}")};
    const struct device_record_frame frame = {
        .plan = &plan, .stream = stream, .description = said, .mode = "passive", .clock = "real"};
    cJSON *record = device_record(&frame);
    cJSON_Delete(plan.device);
    cJSON_Delete(said);
    stream_free(stream);
    return record;
}

/* A member is this JSON, ' for "; NULL: it is not there. */
static void tells(const char *lines, const char *member, const char *wanted)
{
    cJSON *record = record_of(lines, "{}"), *expected = wanted ? device_seen_json(wanted) : NULL;
    const cJSON *is = cJSON_GetObjectItemCaseSensitive(record, member);
    char *text = is ? cJSON_PrintUnformatted(is) : NULL;
    bool same = expected ? cJSON_Compare(is, expected, true) : !is;
    CU_ASSERT_TRUE(same);
    if (!same)
        fprintf(stderr, "%s: %s\n", member, text ? text : "(none)");
    cJSON_free(text);
    cJSON_Delete(expected);
    cJSON_Delete(record);
}

static void the_same_connect_is_told_once(void)
{
    tells(CONNECT(1, 60) CONNECT(2, 60) CONNECT(3, 300), "connect",
          "[{'count': 2, 'fields': {'mqttClientId': 'd|_v=sdk-c-4.1.0,securemode=2,signmethod=hmacsha256|', "
          "'keepAlive': "
          "60}}, {'count': 1, 'fields': {'mqttClientId': "
          "'d|_v=sdk-c-4.1.0,securemode=2,signmethod=hmacsha256|', "
          "'keepAlive': 300}}]");
}

static void those_beyond_the_most_are_counted(void)
{
    static const char lines[] = CONNECT(1, 31) CONNECT(2, 32) CONNECT(3, 33) CONNECT(4, 34) CONNECT(5, 35)
        CONNECT(6, 36) CONNECT(7, 37) CONNECT(8, 31);
    cJSON *record = record_of(lines, "{}");
    CU_ASSERT_EQUAL(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(record, "connect")),
                    DEVICE_RECORD_SEEN_MAX);
    CU_ASSERT_EQUAL(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(record, "seen_more")), 2);
    cJSON_Delete(record);
}

/* What the judge itself does as "this device" must not be taken for the device. */
static void the_judges_own_sign_in_is_left_out(void)
{
    static const char lines[] =
        "1 1 accept -\n" CONNECT(1, 60) "6 9 accept -\n6 9 tls - {'version': 'TLSv1.3'}\n" JUDGES
                                        "8 0 event online {'clientId': '" DEVICE_STATE_JUDGES_CLIENT_ID
                                        "', 'transport': 'tls', 'login': 'secret'}\n";
    tells(lines, "connections", "1");
    tells(lines, "tls", "[]");
    tells(lines, "sign_ins", "[]");
    tells(JUDGES, "sdk", NULL);
    tells(JUDGES, "connect", "[]");
}

static void a_handshake_counts_by_the_connect_behind_it(void)
{
    tells("1 1 tls - {'version': 'TLSv1.2', 'cipher': 'c', 'serverName': 'localhost'}\n"
          "1 2 tls - {'version': 'TLSv1.0', 'cipher': 'c'}\n" CONNECT(1, 60),
          "tls",
          "[{'count': 1, 'fields': {'version': 'TLSv1.2', 'cipher': 'c', 'serverName': 'localhost'}}]");
}

static void the_sdk_is_that_of_the_first_connect(void)
{
    tells(CONNECT(1, 60), "sdk",
          "{'name': 'Link SDK for C, 4.x', 'version': '4.1.0', 'sign': '_v=sdk-c-4…'}");
    tells("5 1 in CONNECT {'mqttClientId': 'd|securemode=3|'}\n", "sdk", NULL);
    tells("", "sdk", NULL);
}

static void the_target_bears_the_name_of_the_description(void)
{
    cJSON *said = device_seen_json("{'name': 'sensor', 'firmware': '1.4.2'}"),
          *nothing = cJSON_CreateObject();
    struct judge_plan plan = {.device = device_seen_json("{'productKey': 'pk', 'deviceName': 'dn'}")};
    struct device_record_frame frame = {.plan = &plan, .description = said, .mode = "passive"};
    cJSON *target = device_record_target(&frame);
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(target, "name")), "sensor");
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(target, "version")),
                           "1.4.2");
    cJSON_Delete(target);
    frame.description = nothing;
    target = device_record_target(&frame);
    CU_ASSERT_TRUE(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(target, "name")));
    cJSON_Delete(target);
    cJSON_Delete(plan.device);
    cJSON_Delete(said);
    cJSON_Delete(nothing);
}

void unit_device_record(void)
{
    UNIT(the_same_connect_is_told_once);
    UNIT(those_beyond_the_most_are_counted);
    UNIT(the_judges_own_sign_in_is_left_out);
    UNIT(a_handshake_counts_by_the_connect_behind_it);
    UNIT(the_sdk_is_that_of_the_first_connect);
    UNIT(the_target_bears_the_name_of_the_description);
}
