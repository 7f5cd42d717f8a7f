#include "harness/judge/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_state.h"
#include "lib/base/buf.h"
#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

#define SIGN_IN "10 1 tls -\n11 1 in CONNECT {'clientId': 'd'}\n12 1 out CONNACK {'returnCode': 0}\n"

static cJSON *drawn(const char *lines)
{
    struct stream *stream = device_seen_stream(lines);
    cJSON *timeline = timeline_of(stream);
    stream_free(stream);
    return timeline;
}

/* A part of it ("connections", "marks" …) is this JSON, ' for ". */
static void draws(const char *lines, const char *part, const char *wanted)
{
    cJSON *timeline = drawn(lines), *expected = device_seen_json(wanted);
    char *text = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(timeline, part));
    bool same = cJSON_Compare(cJSON_GetObjectItemCaseSensitive(timeline, part), expected, true);
    CU_ASSERT_TRUE(same);
    if (!same)
        fprintf(stderr, "%s: %s\n", part, text);
    cJSON_free(text);
    cJSON_Delete(expected);
    cJSON_Delete(timeline);
}

static void a_connection_has_a_transport_and_an_end(void)
{
    draws("5 1 accept -\n" SIGN_IN
          "20 0 event offline {'reason': 'keep-alive'}\n20 1 end platform {'how': 'closed'}\n",
          "connections",
          "[{'conn': 1, 'from_ms': 5, 'transport': 'tls', 'online_ms': 12, 'to_ms': 20, 'end': 'keep-alive', "
          "'how': "
          "'closed'}]");
    draws("5 1 accept -\n6 1 tls -\n7 1 ws -\n9 1 end device\n", "connections",
          "[{'conn': 1, 'from_ms': 5, 'transport': 'wss', 'to_ms': 9, 'end': 'device'}]");
    draws("5 1 accept -\n6 1 ws -\n", "connections",
          "[{'conn': 1, 'from_ms': 5, 'transport': 'ws', 'end': 'open'}]");
}

static void a_reason_belongs_to_a_connection_that_was_online(void)
{
    draws("5 1 accept -\n7 2 accept -\n8 0 event offline {'reason': 'kicked'}\n9 1 end device\n",
          "connections",
          "[{'conn': 1, 'from_ms': 5, 'transport': 'tcp', 'to_ms': 9, 'end': 'device'}, {'conn': 2, "
          "'from_ms': 7, "
          "'transport': 'tcp', 'end': 'open'}]");
}

static void a_refusal_is_no_sign_in(void)
{
    draws("5 1 accept -\n6 1 out CONNACK {'returnCode': 4}\n", "connections",
          "[{'conn': 1, 'from_ms': 5, 'transport': 'tcp', 'end': 'open'}]");
}

static void the_judges_own_connection_is_marked(void)
{
    draws("5 1 accept -\n6 1 in CONNECT {'clientId': '" DEVICE_STATE_JUDGES_CLIENT_ID "'}\n", "connections",
          "[{'conn': 1, 'from_ms': 5, 'transport': 'tcp', 'end': 'open', 'who': 'judge'}]");
}

static void a_restart_ends_what_is_open(void)
{
    draws("5 1 accept -\n9 0 action restart {'case': 'k', 'step': {'do': 'restart'}}\n", "connections",
          "[{'conn': 1, 'from_ms': 5, 'transport': 'tcp', 'to_ms': 9, 'end': 'restart'}]");
}

static void marks_that_are_close_are_one(void)
{
    draws("5 1 in PINGREQ\n100 1 in PINGREQ\n204 1 in PINGREQ\n205 1 in PINGREQ\n206 2 in PINGREQ\n", "marks",
          "[{'at_ms': 5, 'conn': 1, 'kind': 'ping', 'count': 3}, {'at_ms': 205, 'conn': 1, 'kind': 'ping'}, "
          "{'at_ms': "
          "206, 'conn': 2, 'kind': 'ping'}]");
    draws(
        "1 0 action fault {'case': 'k', 'step': {'do': 'fault', 'kind': 'withhold', 'packet': 'PINGRESP'}}\n"
        "1 0 action kick {'case': 'k', 'step': {'do': 'kick'}}\n",
        "marks",
        "[{'at_ms': 1, 'conn': 0, 'kind': 'action', 'text': 'fault withhold PINGRESP'}, {'at_ms': 1, 'conn': "
        "0, "
        "'kind': 'action', 'text': 'kick'}]");
}

static void a_case_has_its_span_and_verdict(void)
{
    draws(
        "1 0 action begin {'case': 'A@2023'}\n2 0 action begin {'case': 'B@2023'}\n"
        "7 0 action end {'case': 'A@2023', 'verdict': 'PASS'}\n8 0 action start {'case': 'B@2023'}\n",
        "cases",
        "[{'key': 'A@2023', 'from_ms': 1, 'to_ms': 7, 'verdict': 'PASS'}, {'key': 'B@2023', 'from_ms': 2}]");
}

/* A device that dials without end is counted, not kept. */
static void what_is_too_much_is_counted(void)
{
    struct buf lines;
    buf_init(&lines, 1024 * 1024);
    for (int i = 1; i <= TIMELINE_CONNECTIONS_MAX + 3; i++)
        buf_printf(&lines, "%d %d accept -\n%d %d end device\n", 10 * i, i, 10 * i + 1, i);
    cJSON *timeline = drawn(buf_cstr(&lines));
    CU_ASSERT_EQUAL(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(timeline, "connections")),
                    TIMELINE_CONNECTIONS_MAX);
    CU_ASSERT_EQUAL(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(timeline, "left_out")), 3);
    cJSON_Delete(timeline);
    buf_fini(&lines);
}

static void an_empty_session_has_an_empty_timeline(void)
{
    draws("", "connections", "[]");
    draws("", "to_ms", "0");
}

void unit_timeline(void)
{
    UNIT(a_connection_has_a_transport_and_an_end);
    UNIT(a_reason_belongs_to_a_connection_that_was_online);
    UNIT(a_refusal_is_no_sign_in);
    UNIT(the_judges_own_connection_is_marked);
    UNIT(a_restart_ends_what_is_open);
    UNIT(marks_that_are_close_are_one);
    UNIT(a_case_has_its_span_and_verdict);
    UNIT(what_is_too_much_is_counted);
    UNIT(an_empty_session_has_an_empty_timeline);
}
