#include "harness/judge/fleet.h"

#include <string.h>

#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

/* Two names, a case each. */
#define BEGIN                                                                                                \
    "1 0 action begin {'case': 'A@2023', 'device': {'productKey': 'pk', 'deviceName': 'd-A'}}\n"             \
    "1 0 action begin {'case': 'B@2023', 'device': {'productKey': 'pk', 'deviceName': 'd-B'}}\n"
#define CONNECT(conn, name) "5 " #conn " in CONNECT {'username': '" name "&pk', 'clientId': 'x'}\n"

/* What an observing case with this check comes to over the lines. */
static enum verdict verdict_of(const char *check, const char *lines, size_t *entry)
{
    struct device_case test = {.start = START_ANY, .is_observer = true};
    cJSON *device = device_seen_json("{'productKey': 'pk', 'deviceName': 'd'}"), *said = cJSON_CreateObject();
    static char id[] = "O", path[] = "p";
    test.test.id = test.test.key = id;
    test.test.path = path;
    test.test.steps = cJSON_CreateArray();
    cJSON *step = cJSON_CreateObject();
    cJSON_AddStringToObject(step, "check", check);
    cJSON_AddItemToArray(test.test.steps, step);
    struct stream *stream = device_seen_stream(lines);
    const struct judgement_setup setup = {
        .test = &test, .description = said, .device = device, .is_named = true};
    struct judgement *j = fleet_judge(&setup, stream, stream_count(stream), 1000);
    CU_ASSERT_TRUE(judgement_has_ended(j));
    enum verdict verdict = judgement_outcome(j, entry)->verdict;
    judgement_free(j);
    stream_free(stream);
    cJSON_Delete(test.test.steps);
    cJSON_Delete(device);
    cJSON_Delete(said);
    return verdict;
}

static void comes_to(const char *check, const char *lines, enum verdict wanted)
{
    size_t entry;
    enum verdict verdict = verdict_of(check, lines, &entry);
    CU_ASSERT_EQUAL(verdict, wanted);
    if (verdict != wanted)
        fprintf(stderr, "%s: %s\n%s", check, verdict_name(verdict), lines);
}

static void one_bad_name_fails_all(void)
{
    size_t entry;
    comes_to("well-formed", BEGIN CONNECT(1, "d-A") CONNECT(2, "d-B"), VERDICT_PASS);
    comes_to("well-formed", BEGIN CONNECT(1, "d-A") CONNECT(2, "d-B") "6 2 in malformed\n", VERDICT_FAIL);
    comes_to("well-formed", BEGIN CONNECT(2, "d-B") CONNECT(1, "d-A") "6 1 in malformed\n", VERDICT_FAIL);
    verdict_of("well-formed", BEGIN CONNECT(1, "d-A") CONNECT(2, "d-B") "6 2 in malformed\n", &entry);
    CU_ASSERT_EQUAL(entry, 4); /* in the stream, not among those of the name */
}

static void a_name_that_showed_nothing_takes_nothing_from_the_others(void)
{
    comes_to("well-formed", BEGIN CONNECT(1, "d-A"), VERDICT_PASS);
    comes_to("well-formed", BEGIN, VERDICT_INCONCLUSIVE);
}

/* One identifier on two connections of two names is no reuse: each is judged by its own. */
static void names_are_not_mixed(void)
{
    static const char of_two[] =
        BEGIN CONNECT(1, "d-A") CONNECT(2, "d-B") "6 1 in PUBLISH {'packetId': 1, 'qos': 1, 'topic': 'a'}\n"
                                                  "7 2 in PUBLISH {'packetId': 1, 'qos': 1, 'topic': 'b'}\n";
    static const char of_one[] =
        BEGIN CONNECT(1, "d-A") "6 1 in PUBLISH {'packetId': 1, 'qos': 1, 'topic': 'a'}\n"
                                "7 1 in PUBLISH {'packetId': 1, 'qos': 1, 'topic': 'b'}\n";
    comes_to("packet-ids", of_two, VERDICT_PASS);
    comes_to("packet-ids", of_one, VERDICT_FAIL);
}

/* "d-A" is the beginning of "d-AB", and another device. */
static void a_longer_name_is_another_one(void)
{
    comes_to("well-formed", BEGIN CONNECT(1, "d-A") CONNECT(2, "d-AB") "6 2 in malformed\n", VERDICT_PASS);
}

/* An event that tells no name tells from where it came. */
static void an_event_without_a_name_is_whose_connection_it_was(void)
{
    comes_to(
        "served",
        BEGIN "4 1 accept - {'peer': '10.0.0.1:1'}\n4 2 accept - {'peer': '10.0.0.1:2'}\n" CONNECT(1, "d-A")
            CONNECT(2, "d-B") "6 0 event malformed {'peer': '10.0.0.1:2', 'reason': 'QoS 0 and 1 only'}\n",
        VERDICT_FAIL);
    comes_to("served",
             BEGIN "4 1 accept - {'peer': '10.0.0.1:1'}\n" CONNECT(
                 1, "d-A") "6 0 event malformed {'peer': '10.0.0.9:9', 'reason': 'QoS 0 and 1 only'}\n",
             VERDICT_PASS);
}

/* A crash is told by the judge's actions, of whatever case: all names together are asked. */
static void crashes_are_asked_of_all_together(void)
{
    comes_to("crashes",
             BEGIN "2 0 action start {'case': 'A@2023'}\n" CONNECT(
                 1, "d-A") "6 0 action ended-by-itself {'case': 'A@2023', 'how': 'signal 11'}\n",
             VERDICT_FAIL);
    comes_to("crashes", BEGIN "2 0 action start {'case': 'A@2023'}\n" CONNECT(1, "d-A"), VERDICT_PASS);
}

void unit_fleet(void)
{
    UNIT(one_bad_name_fails_all);
    UNIT(a_name_that_showed_nothing_takes_nothing_from_the_others);
    UNIT(names_are_not_mixed);
    UNIT(a_longer_name_is_another_one);
    UNIT(an_event_without_a_name_is_whose_connection_it_was);
    UNIT(crashes_are_asked_of_all_together);
}
