#include "harness/judge/judgement.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

/* A case that is judged over a stream; after each line the time is its line's. */
struct trial {
    struct device_case test;
    struct judgement *judgement;
    struct device_seen seen;
    cJSON *device, *description;
};

static char case_path[] = "c";

static void begin(struct trial *t, enum device_start start, const char *steps)
{
    *t = (struct trial){.test = {.start = start}};
    t->test.test.path = case_path;
    t->test.test.level = LEVEL_MUST;
    t->test.test.steps = device_seen_json(steps);
    t->device = device_seen_json("{'productKey': 'pk', 'deviceName': 'device'}");
    t->description = device_seen_json("{'reconnect_within_s': 10}");
    const struct judgement_setup setup = {
        .test = &t->test, .description = t->description, .device = t->device, .can_stop = true};
    t->judgement = judgement_new(&setup, 0);
    judgement_time(t->judgement, 0);
}

static void see(struct trial *t, const char *lines)
{
    device_seen_init(&t->seen, lines);
    for (size_t i = 0; i < t->seen.count; i++)
        judgement_observe(t->judgement, t->seen.items[i]);
}

/* What it came to, with the reason; the trial is over. */
static void ends(struct trial *t, enum verdict verdict, const char *reason)
{
    size_t entry;
    CU_ASSERT_TRUE(judgement_has_ended(t->judgement));
    const struct outcome *o = judgement_outcome(t->judgement, &entry);
    CU_ASSERT_EQUAL(o->verdict, verdict);
    CU_ASSERT_STRING_EQUAL(o->reason, reason);
    judgement_free(t->judgement);
    device_seen_fini(&t->seen);
    cJSON_Delete(t->test.test.steps);
    cJSON_Delete(t->device);
    cJSON_Delete(t->description);
}

static void an_await_ends_with_what_it_waits_for(void)
{
    struct trial t;
    begin(&t, START_ANY, "[{'await': 'PINGREQ', 'within_ms': 100}]");
    CU_ASSERT_EQUAL(judgement_deadline_ms(t.judgement), 100);
    see(&t, "50 1 in CONNECT\n99 1 in PINGREQ\n");
    ends(&t, VERDICT_PASS, "");
}

static void an_await_fails_at_its_deadline_or_says_what_was_missing(void)
{
    struct trial t;
    begin(&t, START_ANY, "[{'await': 'PINGREQ', 'within_ms': 100}]");
    judgement_time(t.judgement, 99);
    CU_ASSERT_FALSE(judgement_has_ended(t.judgement));
    judgement_time(t.judgement, 100);
    ends(&t, VERDICT_FAIL, "timeout");
    begin(&t, START_ANY,
          "[{'await': 'PINGREQ', 'within_ms': 100, 'else': 'inconclusive', 'missing': {'en': 'no ping', "
          "'zh': 'x'}}]");
    see(&t, "101 1 in PINGREQ\n"); /* too late: the deadline comes first */
    ends(&t, VERDICT_INCONCLUSIVE, "precondition");
}

static void a_never_holds_for_its_time_only(void)
{
    struct trial t;
    begin(&t, START_ANY, "[{'never': ['PUBACK', 'ended'], 'for_ms': 100}]");
    see(&t, "50 1 in PUBACK {'packetId': 1}\n");
    ends(&t, VERDICT_FAIL, "unexpected");
    begin(&t, START_ANY, "[{'never': 'PUBACK', 'where': {'packetId': 2}, 'for_ms': 100}]");
    see(&t, "50 1 in PUBACK {'packetId': 1}\n101 1 in PUBACK {'packetId': 2}\n");
    ends(&t, VERDICT_PASS, "");
}

static void a_count_has_bounds(void)
{
    static const char step[] = "[{'count': 'CONNECT', 'for_ms': 100, 'min': 1, 'max': 2}]";
    struct trial t;
    begin(&t, START_ANY, step);
    judgement_time(t.judgement, 100);
    ends(&t, VERDICT_FAIL, "too-few");
    begin(&t, START_ANY, step);
    see(&t, "1 1 in CONNECT\n2 2 in CONNECT\n");
    judgement_time(t.judgement, 100);
    ends(&t, VERDICT_PASS, "");
    begin(&t, START_ANY, step);
    see(&t, "1 1 in CONNECT\n2 2 in CONNECT\n3 3 in CONNECT\n");
    ends(&t, VERDICT_FAIL, "too-many");
}

static void what_was_captured_is_put_into_later_steps(void)
{
    struct trial t;
    begin(&t, START_ANY,
          "[{'await': 'PUBLISH', 'as': 'pub'}, {'await': 'PUBACK', 'from': 'platform', 'where': {'packetId': "
          "'${captured.pub.packetId}'}}]");
    see(&t,
        "1 1 in PUBLISH {'packetId': 7}\n2 1 out PUBACK {'packetId': 6}\n3 1 out PUBACK {'packetId': 7}\n");
    ends(&t, VERDICT_PASS, "");
}

static void an_action_is_asked_for_and_what_came_before_answers_nothing(void)
{
    struct trial t;
    begin(&t, START_ANY, "[{'do': 'kick'}, {'await': 'CONNECT', 'within_ms': 100}]");
    const cJSON *wanted = judgement_wants(t.judgement);
    CU_ASSERT_PTR_NOT_NULL_FATAL(wanted);
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(wanted, "do")), "kick");
    see(&t, "1 1 in CONNECT\n");
    judgement_done(t.judgement, NULL, 2);
    CU_ASSERT_FALSE(judgement_has_ended(t.judgement));
    CU_ASSERT_PTR_NULL(judgement_wants(t.judgement));
    judgement_time(t.judgement, 102);
    ends(&t, VERDICT_FAIL, "timeout");
    /* Under load an entry from before the action is fetched after it. */
    begin(&t, START_ANY, "[{'do': 'inject'}, {'never': 'PUBLISH', 'for_ms': 100}]");
    judgement_done(t.judgement, NULL, 50);
    see(&t, "49 1 in PUBLISH\n");
    judgement_time(t.judgement, 150);
    ends(&t, VERDICT_PASS, "");
    begin(&t, START_ANY, "[{'do': 'inject'}, {'never': 'PUBLISH', 'for_ms': 100}]");
    judgement_done(t.judgement, NULL, 50);
    see(&t, "50 1 in PUBLISH\n");
    ends(&t, VERDICT_FAIL, "unexpected");
    begin(&t, START_ANY, "[{'do': 'stop'}]");
    judgement_done(t.judgement, "nobody is there", 1);
    ends(&t, VERDICT_INCONCLUSIVE, "precondition");
}

static void a_start_is_waited_for(void)
{
    struct trial t;
    begin(&t, START_ONLINE, "[{'await': 'PINGREQ'}]");
    CU_ASSERT_TRUE(judgement_awaits_connection(t.judgement));
    see(&t, "1 1 in CONNECT {'keepAlive': 60}\n2 1 out CONNACK {'returnCode': 0}\n3 1 in PINGREQ\n");
    ends(&t, VERDICT_PASS, "");
    begin(&t, START_ONLINE, "[{'await': 'PINGREQ'}]");
    judgement_time(t.judgement, 100000);
    ends(&t, VERDICT_INCONCLUSIVE, "precondition");
    /* A registration is not yet being online. */
    begin(&t, START_ONLINE, "[{'await': 'PINGREQ'}]");
    see(&t, "1 1 in CONNECT {'mqttClientId': 'x|authType=register|'}\n2 1 out CONNACK {'returnCode': 0}\n");
    CU_ASSERT_FALSE(judgement_has_ended(t.judgement));
    judgement_end(t.judgement, "transcript", "the transcript ends");
    ends(&t, VERDICT_INCONCLUSIVE, "transcript");
}

static void a_subscription_that_is_there_satisfies(void)
{
    struct trial t;
    begin(&t, START_ONLINE,
          "[{'await': 'subscription', 'where': {'qos': 1}, 'as': 'sub', 'within_ms': 50},"
          " {'await': 'PUBLISH', 'from': 'platform', 'where': {'topic': '${captured.sub.topic}'}}]");
    see(&t, "1 1 in CONNECT\n1 1 out CONNACK {'returnCode': 0, 'sessionPresent': false}\n"
            "2 1 in SUBSCRIBE {'packetId': 1, 'filters': [{'filter': '/pk/device/user/+', 'qos': 1}]}\n"
            "2 1 out SUBACK {'packetId': 1, 'codes': [1]}\n3 1 out PUBLISH {'topic': '/pk/device/user/x'}\n");
    ends(&t, VERDICT_PASS, "");
}

#define ASK(at, conn, id, filter)                                                                            \
#at " " #conn " in SUBSCRIBE {'packetId': " #id ", 'filters': [{'filter': '" filter                      \
        "', 'qos': 1}]}\n" #at " " #conn " out SUBACK {'packetId': " #id ", 'codes': [1]}\n"
#define LOST(at, conn)                                                                                       \
#at " " #conn " in CONNECT\n" #at " " #conn " out CONNACK {'returnCode': 0, 'sessionPresent': false}\n"

/* All that ever was, not what the connection before had. */
static void every_subscription_is_to_be_there_again(void)
{
    static const char steps[] = "[{'await': 'PINGREQ'}, {'await': 'resubscription', 'within_ms': 50}]";
    struct trial t;
    begin(&t, START_ONLINE, steps);
    see(&t, LOST(1, 1) ASK(2, 1, 1, "/pk/device/user/a") ASK(2, 1, 2, "/pk/device/user/b") LOST(3, 2)
                ASK(4, 2, 1, "/pk/device/user/a") LOST(5, 3)
                    ASK(6, 3, 1, "/pk/device/user/a") "7 3 in PINGREQ\n"
                                                      "8 3 in PINGREQ\n");
    judgement_time(t.judgement, 100);
    ends(&t, VERDICT_FAIL, "timeout");
    begin(&t, START_ONLINE, steps);
    see(&t, LOST(1, 1) ASK(2, 1, 1, "/pk/device/user/a")
                ASK(2, 1, 2,
                    "/pk/device/user/b") "2 1 in UNSUBSCRIBE {'packetId': 3, 'filters': "
                                         "['/pk/device/user/b']}\n" LOST(3, 2)
                                             ASK(4, 2, 1,
                                                 "/pk/device/user/a") "7 2 in PINGREQ\n8 2 in PINGREQ\n");
    ends(&t, VERDICT_PASS, "");
    /* Names of topics differ by case, too. */
    begin(&t, START_ONLINE, steps);
    see(&t, LOST(1, 1) ASK(2, 1, 1, "/pk/device/user/a") ASK(2, 1, 2, "/pk/device/user/A") LOST(3, 2)
                ASK(4, 2, 1, "/pk/device/user/a") "7 2 in PINGREQ\n8 2 in PINGREQ\n");
    judgement_time(t.judgement, 100);
    ends(&t, VERDICT_FAIL, "timeout");
    /* What was refused since need not come again. */
    begin(&t, START_ONLINE, steps);
    see(&t,
        LOST(1, 1) ASK(2, 1, 1, "/pk/device/user/a") LOST(
            3, 2) "4 2 in SUBSCRIBE {'packetId': 1, 'filters': [{'filter': '/pk/device/user/a', 'qos': 1}]}\n"
                  "4 2 out SUBACK {'packetId': 1, 'codes': [128]}\n7 2 in PINGREQ\n8 2 in PINGREQ\n");
    ends(&t, VERDICT_PASS, "");
}

static void a_check_judges_what_was_seen_since_the_beginning(void)
{
    struct trial t;
    begin(&t, START_ANY, "[{'await': 'PINGREQ'}, {'check': 'well-formed'}]");
    see(&t, "1 1 in CONNECT\n2 1 in malformed\n3 1 in PINGREQ\n");
    ends(&t, VERDICT_FAIL, "well-formed");
    begin(&t, START_ANY, "[{'await': 'PINGREQ'}, {'check': 'well-formed'}]");
    see(&t, "3 1 in PINGREQ\n");
    ends(&t, VERDICT_INCONCLUSIVE, "not-seen");
}

static void durations_follow_the_keep_alive(void)
{
    struct trial t;
    begin(&t, START_ONLINE, "[{'never': 'ended', 'for_ms': {'keepAlive': 2, 'reconnect': 1, 'plus_ms': 5}}]");
    see(&t, "0 1 in CONNECT {'keepAlive': 60}\n0 1 out CONNACK {'returnCode': 0}\n");
    CU_ASSERT_EQUAL(judgement_deadline_ms(t.judgement), 130005);
    judgement_time(t.judgement, 130005);
    ends(&t, VERDICT_PASS, "");
}

static void it_tells_what_it_has_seen(void)
{
    struct trial t;
    struct device_seen other;
    begin(&t, START_ANY, "[{'never': 'ended', 'for_ms': 5}]");
    see(&t, "1 1 in CONNECT\n2 1 in PINGREQ\n3 1 in PINGREQ\n4 1 in PINGREQ\n");
    device_seen_init(&other,
                     "1 1 in CONNECT\n2 1 in PINGREQ\n3 1 in PINGREQ\n4 1 in PINGREQ\n5 1 in PINGREQ\n");
    for (size_t i = 0; i < t.seen.count; i++)
        CU_ASSERT_TRUE(judgement_has_seen(t.judgement, t.seen.items[i]));
    for (size_t i = 0; i < other.count; i++)
        CU_ASSERT_FALSE(judgement_has_seen(t.judgement, other.items[i]));
    device_seen_fini(&other);
    judgement_time(t.judgement, 10);
    ends(&t, VERDICT_PASS, "");
}

void unit_judgement(void)
{
    UNIT(an_await_ends_with_what_it_waits_for);
    UNIT(an_await_fails_at_its_deadline_or_says_what_was_missing);
    UNIT(a_never_holds_for_its_time_only);
    UNIT(a_count_has_bounds);
    UNIT(what_was_captured_is_put_into_later_steps);
    UNIT(an_action_is_asked_for_and_what_came_before_answers_nothing);
    UNIT(a_start_is_waited_for);
    UNIT(a_subscription_that_is_there_satisfies);
    UNIT(every_subscription_is_to_be_there_again);
    UNIT(a_check_judges_what_was_seen_since_the_beginning);
    UNIT(durations_follow_the_keep_alive);
    UNIT(it_tells_what_it_has_seen);
}
